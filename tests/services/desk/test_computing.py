"""The ESG office has the figures computed anew; what is wrong leaves the figures as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.core.errors import Denied
from qingce.core.figure import FigureKey
from qingce.ledger.jobs import Jobs
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.computing import ask_for_figures, latest_computing
from qingce.services.desk.jobs import run_due
from qingce.services.desk.review import approve, review
from tests.services.desk.staff import HEAD, STAFF, number

KEY = FigureKey(STAFF, "HEAD", "2024")


def signed(desk: Desk, value: str) -> None:
    """The head office's figure goes the whole way."""
    file(desk, desk.actor("head"), HEAD, number(value), version=0)
    submit(desk, desk.actor("head"), [HEAD])
    for act, who in ((review, "checker"), (approve, "signer")):
        act(desk, desk.actor(who), [HEAD])


def value(desk: Desk) -> Decimal | None:
    """The figure as the last computation kept it."""
    found = desk.figures.revisions(KEY)
    return found[-1].figure.value if found else None


def test_what_was_approved_is_computed_and_the_journal_says_so(bank: Desk):
    signed(bank, "64")
    name = ask_for_figures(bank, bank.actor("office"))
    assert ask_for_figures(bank, bank.actor("office")) == name, "one at a time"
    run_due(bank)
    told = bank.journal.page(did="computed", limit=5)
    assert [(e.by, e.subject) for e in told] == [("office", "report/2024")] and int(str(told[0].detail["figures"])) > 0
    done = latest_computing(bank)
    assert done is not None and done.state == "done" and value(bank) == Decimal(64)


def test_an_error_leaves_the_figures_and_is_told(bank: Desk):
    ask_for_figures(bank, bank.actor("office"))
    run_due(bank)
    before = value(bank)
    broken = next((bank.folder / "records").glob("volunteer*.csv"))
    broken.write_text(broken.read_text(encoding="utf-8").replace(",2024-", ",2024-13-", 1), encoding="utf-8")
    name = ask_for_figures(bank, bank.actor("office"))
    run_due(bank)
    job = Jobs(bank.store).get(name)
    assert job is not None and job.state == "refused" and "数值没有更新" in str(job.result["error"])
    assert value(bank) == before and len(bank.journal.page(did="computed", limit=5)) == 1


@pytest.mark.parametrize("who", ["east", "checker", "boss", "assurer", "admin"])
def test_only_the_office_asks(bank: Desk, who: str):
    with pytest.raises(Denied):
        ask_for_figures(bank, bank.actor(who))
