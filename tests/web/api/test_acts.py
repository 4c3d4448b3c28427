"""What the rooms of the desk do for programs: each act allowed, refused, and done once however often it is sent."""

from __future__ import annotations

from typing import Any

import pytest

from qingce.casework.rights import Action
from qingce.services.desk import Desk
from qingce.services.desk.jobs import run_due
from qingce.web.scopes import LISTED, offered, served
from tests.services.desk.staff import HEAD
from tests.web.api.conftest import Program

V1 = "/api/v1"
DUE = {"file": "2026-01-10", "review": "2026-01-15", "approve": "2026-01-20"}
NEXT = {"id": "2025", "label": "2025 年度 ESG 数据收集", "period": "2025", "due": DUE, "before": "2024"}


def sent_twice(client: Any, bank: Desk, path: str, said: dict[str, Any], status: int) -> dict[str, Any]:
    """An act that is sent twice under one key: the second changes nothing and gets the first answer."""
    key = {"idempotency-key": f"twice-{path.replace('/', '-')}"}
    first = client.post(f"{V1}{path}", json=said, headers=key)
    assert first.status_code == status, first.text
    seq = bank.journal.head()
    again = client.post(f"{V1}{path}", json=said, headers=key)
    assert again.json() == first.json() and again.headers["idempotent-replayed"] == "true"
    assert bank.journal.head() == seq
    told: dict[str, Any] = first.json()
    return told


@pytest.mark.parametrize(("account", "scope", "path", "said"), [
    ("office", "read_figures", "/computations", {}), ("head", "file", "/computations", {}),
    ("boss", "read_findings", "/waivers", {"finding": "0" * 16, "reason": "x", "until": "2025-06-30"}),
    ("office", "read_editions", "/editions", {}), ("office", "read_editions", "/editions/none/publish", {}),
    ("office", "freeze", "/changes", {"edition": "none", "reason": "x"}),
    ("office", "request_change", "/changes/none/decide", {"granted": True}),
    ("boss", "read_editions", "/changes/none/restate", {"reasons": {"a": "b"}}),
    ("office", "remind", "/campaigns", NEXT), ("office", "run_campaign", "/campaigns/2024/remind", {}),
    ("head", "read_items", "/cases", {"flow": "finding", "title": "x", "words": "x"}),
    ("office", "conclude", "/engagements/none/conclusion", {"outcome": "adverse", "words": "x"}),
    ("assurer", "conclude", "/engagements/none/samples", {}), ("boss", "read_items", "/briefs", {"audience": "board"}),
])
def test_an_act_without_its_scope_or_right_is_refused_and_changes_nothing(
    of: Program, bank: Desk, account: str, scope: str, path: str, said: dict[str, Any],
):
    client, before = of(account, scope), bank.journal.head()
    answer = client.post(f"{V1}{path}", json=said)
    assert answer.status_code == 403, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert bank.journal.head() == before


def test_computing_is_asked_for_watched_and_ends_with_a_result(of: Program, bank: Desk):
    office = of("office", "compute")
    job = sent_twice(office, bank, "/computations", {}, 202)
    assert (job["state"], job["kind"], job["percent"]) == ("waiting", "compute_figures", 0)
    run_due(bank)
    ended = office.get(f"{V1}/jobs/{job['id']}").json()
    assert (ended["state"], ended["percent"]) == ("done", 100) and int(ended["result"]["figures"]) > 0
    assert office.get(f"{V1}/jobs").status_code == 403, "computing does not show what others asked for"
    listed = of("admin", "operate").get(f"{V1}/jobs", params={"kind": "compute_figures"}).json()["jobs"]
    assert [one["id"] for one in listed] == [job["id"]]
    assert of("head").get(f"{V1}/jobs/{job['id']}").status_code == 403
    assert of("admin").post(f"{V1}/jobs/{job['id']}/again").status_code == 404, "it did not fail"


def test_a_finding_is_waived_only_where_it_is_found(of: Program):
    boss = of("boss")
    said = {"finding": "0" * 64, "reason": "口径已与监管沟通", "until": "2025-06-30"}
    assert boss.post(f"{V1}/waivers", json=said).status_code == 404
    assert boss.get(f"{V1}/waivers").json() == {"waivers": [], "next": None}
    assert boss.post(f"{V1}/waivers/none/end", json={"reason": "x"}).status_code == 404


def test_a_campaign_is_opened_widened_narrowed_moved_and_closed(of: Program, bank: Desk):
    office = of("office")
    made = sent_twice(office, bank, "/campaigns", NEXT, 201)
    assert (made["id"], made["state"], made["due"]) == ("2025", "open", DUE)
    assert office.post(f"{V1}/campaigns", json=NEXT).status_code == 422, "without a key it is a second one"
    total = office.get(f"{V1}/campaigns/2025/status").json()["total"]
    assert office.post(f"{V1}/campaigns/2025/extend", json={
        "metrics": ["volunteer_hours"], "orgs": ["B01"]}).status_code == 200
    assert office.get(f"{V1}/campaigns/2025/status").json()["total"] == total + 1
    gone = {"items": ["2025/volunteer_hours/B01"], "reason": "由总行统一填报"}
    assert office.post(f"{V1}/campaigns/2025/remove", json=gone).status_code == 200
    assert office.get(f"{V1}/campaigns/2025/status").json()["total"] == total
    wrong = office.put(f"{V1}/campaigns/2025/due", json={**DUE, "approve": "2026-01-01"})
    assert wrong.status_code == 422 and office.put(f"{V1}/campaigns/2025/due", json=DUE).status_code == 200
    told = sent_twice(office, bank, "/campaigns/2025/remind", {}, 200)
    assert set(told) == {"reminded", "unreached"}
    assert sent_twice(office, bank, "/campaigns/2025/close", {}, 200)["state"] == "closed"
    unknown = office.post(f"{V1}/campaigns/2024/extend", json={"metrics": ["volunteer_hour"]})
    assert unknown.status_code == 422 and "没有名为" in unknown.json()["detail"]


def test_a_case_is_opened_talked_about_handed_on_and_closed_by_another(of: Program, bank: Desk):
    head = of("head")
    said = {"flow": "finding", "title": "注册志愿者与上年相差较大", "words": "请核对登记册", "about": f"item/{HEAD}"}
    made = sent_twice(head, bank, "/cases", said, 201)
    number = made["case"]["id"]
    assert head.post(f"{V1}/cases", json=said).status_code == 422, "there is one about it already"
    assert number in [one["id"] for one in of("office").get(f"{V1}/cases").json()["cases"]]
    talked = head.post(f"{V1}/comments", json={"about": f"case/{number}", "words": "登记册已调取"})
    assert talked.status_code == 201
    office = of("office")
    assert office.post(f"{V1}/cases/{number}/due", json={
        "due": bank.today.isoformat(), "reason": "提前"}).json()["case"]["due"] == bank.today.isoformat()
    acting = next(name for name in made["case"]["acts"] if name in ("head", "office", "checker", "signer", "boss"))
    moves = of(acting).get(f"{V1}/cases/{number}").json()["moves"]
    moved = sent_twice(of(acting), bank, f"/cases/{number}/move", {"to": next(iter(moves)), "words": "已核对"}, 200)
    assert moved["case"]["state"] == next(iter(moves)) and moved["history"][0]["by"] == acting
    page = of("head").get(f"{V1}/cases/{number}")
    tag = {"if-none-match": page.headers["etag"]}
    assert of("head").get(f"{V1}/cases/{number}", headers=tag).status_code == 304
    assert of("head").get(f"{V1}/cases/1999-00001").status_code == 404


def test_what_is_not_approved_is_not_frozen_and_each_reason_is_listed(of: Program, bank: Desk):
    office = of("office")
    refused = office.post(f"{V1}/editions", json={})
    assert refused.status_code == 422 and any("尚未审批" in each["words"] for each in refused.json()["findings"])
    unknown = office.post(f"{V1}/editions", json={"change": "none"})
    assert unknown.status_code == 422, "a change of what was never frozen"
    for act in ("verify", "publish"):
        assert office.post(f"{V1}/editions/{'0' * 64}/{act}").status_code == 404
    assert office.post(f"{V1}/editions/{'0' * 64}/withdraw", json={"reason": "x"}).status_code == 404


def test_a_brief_is_a_file_whose_hash_is_on_the_journal(of: Program, bank: Desk):
    made = of("boss", "issue_brief", "read_items", "read_figures", "read_findings").post(
        f"{V1}/briefs", json={"audience": "board", "form": "docx"})
    assert made.status_code == 200 and made.content.startswith(b"PK")
    event = bank.journal.page(limit=1)[0]
    assert event.did == "brief_issued" and made.headers["etag"] == f'"{event.detail["sha256"]}"'


def test_every_scope_that_is_offered_has_a_route_or_says_that_it_only_lists(bank: Desk):
    for account in ("office", "head", "checker", "signer", "boss", "assurer", "admin"):
        for scope, words in offered(bank, bank.actor(account)):
            action = Action(scope)
            assert action in served() or "仅" in words, (account, scope)
    assert not served() & set(LISTED), "what a route does by now is offered by its plain name"
    named = {scope for account in ("office", "head") for scope, _ in offered(bank, bank.actor(account))}
    assert {"freeze", "publish", "compute", "run_campaign", "file"} <= named
    assert "delegate" not in named and "edit_index" not in named
