"""Script is tried in every text field of every form, and stands as text on every page that shows it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.casework.rights import Role
from qingce.core.estimate import Estimate
from qingce.services.desk import Desk, collecting, comments, evidence, open_desk, review, signoff
from qingce.services.desk.assurance import conclude_unit
from qingce.services.desk.assurance_requests import ask
from qingce.services.desk.assurance_samples import Wish, draw_sample
from qingce.services.desk.campaign import ask as wanted
from qingce.services.desk.campaign import extend
from qingce.services.desk.cases import open_case
from qingce.services.desk.materiality.governance import hold_meeting, set_body
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.surveys import answer, open_survey, survey_stamp, tokens
from qingce.services.desk.materiality.topics import set_group
from qingce.services.desk.people import grant_role, open_account
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.publish import build
from qingce.web import Rate, WebSettings, create_app
from qingce.web.security import SESSION
from tests.services.desk.beginnings import Clock
from tests.services.desk.engaged import engage
from tests.services.desk.rounds import CLIENTS, begun
from tests.services.desk.rounds import STAFF as VOLUNTEERS
from tests.services.desk.staff import EAST, HEAD, campaign, fill, number
from tests.web.crawl import UNTOUCHED, VARIANTS, Form, crawl, filled, send
from tests.web.signing import NamesAsTokens

FAST = Rate(per_second=10_000, burst=100_000)
READERS = ("head", "checker", "signer", "office", "boss", "assurer", "admin", "")
AFTERWARDS = ("head", "office", "admin", "")
"""Who reads it all once more when every field was tried; together they see everything."""
STARTS = ("/", "/tasks", "/filing/2024", f"/filing/item/{HEAD}", f"/filing/item/{EAST}", "/progress/2024",
          f"/evidence?about=item/{HEAD}", "/evidence?about=page/00-volunteering", "/ledgers", "/workbook", "/editions",
          "/freeze/waivers", "/freeze/signoff", "/account", "/people", "/journal", "/cases", "/cases/2025-00001",
          "/materiality", "/materiality/governance", "/assurance",
          *(f"/materiality/2024/{tab}" for tab in ("topics", "topics/green", "surveys", "weights", "scoring",
                                                   "scoring/green", "confirm", "sensitivity")))
PLAIN = {"number": "9", "date": "2025-02-01", "": "城关支行的说明", "hidden": ""}
EVERYWHERE = {"/comments words", "/evidence note", "/cases/new words", "/cases/2025-00001/move words",
              "/materiality/2024/weights reason", "/account/tokens label", "/people/account/checker post"}
"""Some of the fields whose words must have been taken and shown, so that nothing is proved of refusals alone."""
KEPT = ("csrf", "version", "key", "token", "content", "act")
"""Fields that carry the page's own marks."""
FORGED = re.compile(r"<script>qc|<img src=x|onerror=qc\d+>|7006652")


def hostile(number: int) -> str:
    """Words that are script in an element, out of an attribute, and in a template; and know their place again."""
    return f"\"'><img src=x onerror=qc{number}><script>qc{number}()<script>{{{{1234*5678}}}}${{1234*5678}}"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign, with a round of materiality, an edition under assurance and a case."""
    folder, clock = tmp_path_factory.mktemp("script") / "bank", Clock()
    make_project(folder)
    build(Project(folder), folder / "build", formats=("json",))
    made = open_desk(folder, clock=clock)
    fill(made)
    assure(made)
    campaign(made)
    extend(made, made.actor("office"), "2024", [wanted(made, "volunteer_hours", ["HEAD"])])
    weigh(made, clock)
    yield made
    made.close()


def assure(bank: Desk) -> None:
    """An engagement with a sample and a request, all with hostile words."""
    of, assurer = engage(bank, name=hostile(10)), bank.actor("assurer")
    draw_sample(bank, assurer, of.id, Wish("figures", "registered_volunteers", method="all", seed=hostile(11)))
    ask(bank, assurer, of.id, sample=1, place=1, to="head", words=hostile(12), due=dt.date(2025, 2, 1))
    conclude_unit(bank, assurer, of.id, 1, 1, outcome="not_tested", words=hostile(13))


def weigh(bank: Desk, clock: Clock) -> None:
    """A round with an answer to a survey, and a body of governance, all with hostile words."""
    office = bank.actor("office")
    begun(bank, "2024", ("office", "boss"), staff=replace(VOLUNTEERS, label=hostile(14)[:40]))
    set_group(bank, office, "2024", replace(CLIENTS, expectations=hostile(15), channels=hostile(16)))
    survey = open_survey(bank, office, "2024", "clients", label=hostile(17)[:80])
    [token] = tokens(bank, survey)
    stamped = survey_stamp(bank, token)
    clock.at += dt.timedelta(seconds=30)
    answer(bank, token, {"green": "5", "staff": "2"}, stamped=stamped, words=hostile(18))
    set_body(bank, office, "board", label="董事会", tier="decision", duties=hostile(19))
    hold_meeting(bank, office, "board", day=dt.date(2024, 12, 20), title=hostile(20), members=9, attended=9)
    open_case(bank, bank.actor("checker"), "finding", title=hostile(21), words=hostile(22), org="HEAD")


def public_survey(bank: Desk) -> str:
    """The address at which anybody answers."""
    [survey] = round_of(bank, bank.actor("office"), "2024").surveys
    return f"/s/{tokens(bank, survey)[0]}"


@pytest.fixture(scope="module")
def app(bank: Desk) -> FastAPI:
    """Its web application; nobody is slowed down."""
    settings = WebSettings(address_rate=FAST, account_rate=FAST, sign_in_rate=FAST)
    return create_app(bank, settings, NamesAsTokens(bank))


def browser(app: FastAPI, account: str) -> TestClient:
    """An account's browser, with the proof that its forms are its own."""
    made = TestClient(app, base_url="http://localhost", follow_redirects=False)
    if account:
        made.cookies.set(SESSION, account)
    token = re.search(r'name="csrf" content="([^"]+)"', made.get("/more").text)
    assert token
    made.headers["x-csrf"] = token[1]
    return made


def shown_of(page: str) -> set[int]:
    """The places whose words a page shows, as text."""
    return {int(found) for found in re.findall(r"&lt;script&gt;qc(\d+)\(\)&lt;", page)}


def plant(bank: Desk) -> dict[int, str]:
    """Write hostile words everywhere; what each number is that is kept as it was written, as a file's name is not."""
    office, head, checker = bank.actor("office"), bank.actor("head"), bank.actor("checker")
    open_account(bank, bank.actor("admin"), "forger", post=hostile(1), org="HEAD", contact=hostile(2))
    grant_role(bank, bank.actor("admin"), "forger", Role.REVIEWER, org="HEAD")
    guess = Estimate("other", Decimal(30), hostile(23))
    collecting.file(bank, head, HEAD, replace(number("9", source=hostile(3)), estimate=guess), version=0)
    collecting.explain(bank, head, HEAD, hostile(4))
    collecting.submit(bank, head, [HEAD])
    review.return_item(bank, checker, HEAD, "other", hostile(5))
    comments.comment(bank, head, f"item/{HEAD}", hostile(6))
    comments.comment(bank, bank.actor("forger"), f"item/{HEAD}", "岗位名称里有脚本的人说的话")
    evidence.attach(bank, head, [f"item/{HEAD}"], b"%PDF-1.7 x", hostile(7) + ".pdf", note=hostile(8))
    signoff.name_leader(bank, office, "办公室", "<script>qc9()<script>")
    return {3: "source", 4: "explanation", 5: "words of a return", 6: "comment", 1: "post", 8: "note",
            10: "engagement", 12: "request", 13: "conclusion", 15: "expectations", 16: "channels", 18: "survey's words",
            19: "duties", 20: "meeting", 21: "title of a case", 22: "words of a case",
            23: "reason of an estimate"}


def read_all(readers: dict[str, TestClient], *more: str) -> tuple[list[tuple[str, Form]], set[int]]:
    """Every form that somebody reaches, with his account, and whose words are shown; none of them as script."""
    forms: dict[str, tuple[str, Form]] = {}
    shown: set[int] = set()
    for account, reader in readers.items():
        for place, read in crawl(reader, *STARTS, *more).items():
            forged = FORGED.search(read.page)
            assert forged is None, f"{account} on {place}: {read.page[forged.start() - 200:forged.end() + 100]}"
            shown |= shown_of(read.page)
            for form in read.forms:
                forms.setdefault(form.name, (account, form))
    alike: dict[tuple[str, ...], list[tuple[str, Form]]] = {}
    for account, form in forms.values():
        if not form.action.startswith(UNTOUCHED):
            first, *rest = form.action.strip("/").split("/")
            shape = (first, str(len(rest)), *sorted({f.name for f in form.fields}))
            alike.setdefault(shape, []).append((account, form))
    return [each for same in alike.values() for each in same[:VARIANTS]], shown


def test_script_in_any_field_stands_as_text_on_every_page(app: FastAPI, bank: Desk):
    planted = plant(bank)
    readers = {account: browser(app, account) for account in READERS}
    survey = public_survey(bank)
    forms, shown = read_all(readers, survey)
    assert {planted[n] for n in planted if n not in shown} == set(), "what was written is to be seen by somebody"
    tried: dict[int, str] = {}
    for account, form in forms:
        attempt(readers[account], form, tried)
    _, after = read_all({account: readers[account] for account in AFTERWARDS}, survey)
    kept = {tried[n] for n in after if n in tried}
    assert len(tried) > 100 and kept >= EVERYWHERE and len(kept) > 25, kept


def attempt(reader: TestClient, form: Form, tried: dict[int, str]) -> None:
    """Try every text field of a form with hostile words, with each of its buttons; the answer itself is judged too."""
    for one in form.texts:
        for button in dict.fromkeys(form.buttons) or [("", "")]:
            if button[1] in ("close", "delete") or one.name in KEPT:
                continue
            mark = 100 + len(tried)
            tried[mark] = f"{form.action} {one.name}"
            data, files = filled(form, one.name, hostile(mark), PLAIN)
            if form.action.startswith("/evidence"):  # the item was submitted by a form tried before this one
                data["sure"] = "yes"
            answer = send(reader, form, data | ({button[0]: button[1]} if button[0] else {}), files)
            assert answer.status_code < 500, (tried[mark], answer.text[:500])
            assert FORGED.search(answer.text) is None, tried[mark]
