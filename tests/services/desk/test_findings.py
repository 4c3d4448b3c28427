"""The list of what does not hold yet."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.casework.item import Answer
from qingce.core.errors import Denied
from qingce.core.figure import Answered
from qingce.services.desk import Desk
from qingce.services.desk.collecting import explain, file, submit
from qingce.services.desk.findings import Sort, findings
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import EAST, HEAD, number


def test_differences_gaps_and_explanations_are_listed(bank: Desk):
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    office = bank.actor("office")
    assert findings(bank, office).counts[Sort.VARIANCE] == 0
    file(bank, bank.actor("head"), HEAD, number("80"), version=0)
    file(bank, bank.actor("east"), EAST, Answer(Answered.NOT_AVAILABLE, reason="系统 6 月上线"), version=0)
    found = findings(bank, office)
    assert {(o.sort, o.item) for o in found.found if o.item} == {(Sort.VARIANCE, HEAD), (Sort.GAP, EAST)}
    assert [o.words for o in found.found if o.sort is Sort.VARIANCE] == ["80 人，与上年 51 相差 +56.86%，尚未说明。"]
    explain(bank, bank.actor("head"), HEAD, "新设两家支行")
    submit(bank, bank.actor("head"), [HEAD])
    assert [o.item for o in findings(bank, office, sort="explanation").found] == [HEAD]
    assert found.built and found.held > 0


def test_a_post_without_people_is_listed(bank: Desk):
    for name in ("west", "head"):
        given = bank.journal.page(subject=f"account/{name}", did="role_granted")[0].detail["grant"]
        with bank.writing() as made:
            made.append("admin", "role_revoked", f"account/{name}", {"grant": given, "role": "data_owner"})
    assert [o.org for o in findings(bank, bank.actor("office"), sort="vacant").found] == ["总行", "城西支行"]


def test_failed_checks_of_the_latest_build_stand_first(bank: Desk):
    path = bank.folder / "records" / "filed" / "volunteering.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2024,,64,人", "2024,,0,人"), encoding="utf-8")
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    found = findings(bank, bank.actor("office"), sort="check").found
    assert [f.rule for f in bank.figures.findings() if f.blocks] == [o.subject for o in found if o.severity == "error"]


def test_who_sees_no_figures_sees_no_findings(bank: Desk):
    with pytest.raises(Denied):
        findings(bank, bank.actor("admin"))


def test_a_confirmed_value_that_moved_is_listed(bank: Desk):
    from qingce.services.desk.campaign import ask, extend

    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    extend(bank, bank.actor("office"), "2024", [ask(bank, "volunteer_events", ["HEAD"])])
    events = Project(bank.folder).figure("volunteer_events").value
    name = "2024/volunteer_events/HEAD"
    file(bank, bank.actor("head"), name, Answer(Answered.VALUE, Decimal(str(events))), version=0)
    assert findings(bank, bank.actor("office"), sort="moved").found == ()
    path = bank.folder / "records" / "volunteering.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    last = next(line for line in reversed(lines) if "2024" in line)
    path.write_text("\n".join([*[x for x in lines if x != last], ""]), encoding="utf-8")
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    assert [o.item for o in findings(bank, bank.actor("office"), sort="moved").found] == [name]
