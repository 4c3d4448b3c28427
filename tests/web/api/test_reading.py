"""What programs read: page by page, not again what they have, and no more than their token and account may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.casework.rights import Action
from qingce.services.desk import Desk
from qingce.services.desk.cases import open_case
from qingce.services.desk.comments import comment
from qingce.services.desk.editions import publish
from qingce.services.desk.keeping import sign_journal
from tests.web.api.conftest import Program
from tests.web.signing import client

LISTS = (
    ("/figures", "figures", "after", "key"), ("/items?campaign=2024", "items", "after", "id"),
    ("/accounts", "accounts", "after", "id"), ("/journal", "events", "before", "seq"),
    ("/checks", "checks", "skip", "rule"),
)


def pages(reader: TestClient, path: str, name: str, cursor: str, limit: int) -> Iterator[dict[str, object]]:
    """Everything of a list, read in pages."""
    place = ""
    while True:
        mark = "&" if "?" in path else "?"
        told = reader.get(f"/api/v1{path}{mark}limit={limit}{place}").json()
        yield from told[name]
        if told["next"] is None:
            return
        assert len(told[name]) == limit
        place = f"&{cursor}={told['next']}"


@pytest.mark.parametrize(("path", "name", "cursor", "key"), LISTS)
def test_a_list_in_pages_is_the_whole_list(of: Program, path: str, name: str, cursor: str, key: str):
    office = of("office")
    mark = "&" if "?" in path else "?"
    whole = office.get(f"/api/v1{path}{mark}limit=500").json()
    assert whole["next"] is None and len(whole[name]) > 1, "there is something to divide"
    assert list(pages(office, path, name, cursor, 1)) == whole[name]
    assert office.get(f"/api/v1{path}{mark}limit=501").status_code == 422


def test_figures_stand_in_the_order_of_their_declaration_the_newest_period_first(of: Program, bank: Desk):
    found = of("office").get("/api/v1/figures?org=HEAD&limit=500").json()["figures"]
    order = list(bank.registry.metrics)
    assert [order.index(f["metric"]) for f in found] == sorted(order.index(f["metric"]) for f in found)
    hours = [f["period"] for f in found if f["metric"] == "volunteer_hours" and not f["dims"]]
    assert hours == sorted(hours, reverse=True) and hours[0] == "2024"
    assert next(f for f in found if f["key"] == "volunteer_hours/HEAD/2024")["text"] == "177.00 小时"


def test_a_figure_is_explained_down_to_its_rows(of: Program):
    told = of("office").get("/api/v1/explanations/volunteer_hours?tree=true&rows=3").json()
    assert told["figure"]["key"] == "volunteer_hours/HEAD/2024" and told["definition"]
    assert len(told["tree"]["rows"]) == 3 and told["tree"]["inputs"][0]["sha256"]
    assert of("office").get("/api/v1/explanations/volunteer_hours").json()["tree"] is None


@pytest.mark.parametrize("name", [
    "none", "volunteer_hours/NONE/2024", "volunteer_hours/HEAD/2024-99", "volunteer_hours/HEAD/2024/kind=none",
    "volunteer_hours/HEAD/2024/none=none", "volunteer_hours/HEAD/1900", "a/b/c/d/e", "//",
])
def test_what_no_figure_is_called_is_missing_however_it_is_asked_for(of: Program, name: str):
    for query in ("", "?tree=true&rows=2"):
        answer = of("office").get(f"/api/v1/explanations/{name}{query}")
        assert answer.status_code in (200, 404), answer.text
    assert of("office").get(f"/api/v1/figures/{name}").status_code == 404
    assert of("office").get("/api/v1/figures", params={"after": name}).status_code in (200, 404)


def test_records_behind_a_figure_need_their_own_scope(of: Program):
    reader = of("office", "read_figures")
    assert reader.get("/api/v1/explanations/volunteer_hours?tree=true").status_code == 200
    refused = reader.get("/api/v1/explanations/volunteer_hours?tree=true&rows=1")
    assert refused.status_code == 403 and "令牌" in refused.json()["detail"]


@pytest.mark.parametrize("path", ["/figures/volunteer_hours/HEAD/2024", "/items/2024/registered_volunteers/HEAD"])
def test_what_a_program_has_is_not_sent_again(of: Program, path: str):
    office = of("office")
    first = office.get(f"/api/v1{path}")
    again = office.get(f"/api/v1{path}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and not again.content and again.headers["etag"] == first.headers["etag"]
    assert office.get(f"/api/v1{path}", headers={"if-none-match": '"other"'}).status_code == 200


def test_tasks_are_of_every_kind_that_the_page_shows(of: Program, bank: Desk):
    office, about = bank.actor("office"), "item/2024/registered_volunteers/B02"
    number = open_case(bank, office, "finding", title="数目不符", words="请说明。", org="B02")
    comment(bank, office, about, "请核对 @west")
    told = of("west").get("/api/v1/tasks").json()
    assert told["kinds"] == {"item": 1, "case": 1, "mention": 1} and told["counts"] == {"file": 1}
    listed = {task["kind"]: task for task in told["tasks"]}
    assert (listed["case"]["id"], listed["case"]["item"], listed["case"]["step"]) == (number, "", "")
    assert listed["item"]["item"] == listed["item"]["id"] == "2024/registered_volunteers/B02"
    assert listed["mention"]["words"] == "请核对 @west" and listed["mention"]["href"].startswith("/filing/item/")
    only = of("west").get("/api/v1/tasks", params={"kind": "case"}).json()
    assert [task["id"] for task in only["tasks"]] == [number] and only["kinds"] == told["kinds"]
    steps = of("west").get("/api/v1/tasks", params={"step": "file"}).json()["tasks"]
    assert [task["kind"] for task in steps] == ["item"]
    first = of("west").get("/api/v1/tasks", params={"limit": 2}).json()
    rest = of("west").get("/api/v1/tasks", params={"limit": 2, "skip": first["next"]}).json()
    assert [t["id"] for t in (*first["tasks"], *rest["tasks"])] == [t["id"] for t in told["tasks"]]
    assert rest["next"] is None
    page = client(bank, "west").get("/tasks").text
    assert all(task["label"] in page for task in told["tasks"])


def test_a_frozen_file_comes_byte_for_byte_with_its_hash(of: Program, bank: Desk, app: FastAPI, frozen: str):
    board = of("office", "read_editions")
    listed = board.get("/api/v1/editions").json()["editions"]
    assert [(e["id"], e["state"]) for e in listed] == [(frozen, "published")]
    files = {f["path"]: f for f in board.get(f"/api/v1/editions/{frozen}").json()["files"]}
    got = board.get(f"/api/v1/editions/{frozen}/files/figures.json")
    assert got.headers["etag"] == f'"{files["figures.json"]["sha256"]}"'
    assert len(got.content) == files["figures.json"]["size"]
    assert got.headers["content-disposition"].startswith("attachment")
    held = {"if-none-match": got.headers["etag"]}
    assert board.get(f"/api/v1/editions/{frozen}/files/figures.json", headers=held).status_code == 304
    assert board.get(f"/api/v1/editions/{frozen}/files/manifest.json").headers["etag"] == f'"{frozen}"'


@pytest.mark.parametrize("path", [
    "../inputs/qingce.toml", "..%2finputs%2fqingce.toml", "%2e%2e/%2e%2e/desk.db", "/etc/passwd", "none.pdf",
    "..\\inputs\\qingce.toml", "index.html/../../inputs/overlay.json",
])
def test_no_path_leads_out_of_the_site_of_an_edition(of: Program, frozen: str, path: str):
    answer = of("office").get(f"/api/v1/editions/{frozen}/files/{path}")
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"


@pytest.fixture(scope="module")
def frozen(bank: Desk) -> str:
    """A published edition of the bank, whose campaign asks for nothing any more."""
    from qingce.services.desk.campaign import drop
    from qingce.services.desk.collecting import items
    from qingce.services.desk.freeze import freeze

    office = bank.actor("office")
    drop(bank, office, "2024", [i.id for i in items(bank, office, campaign="2024")], "本年不收集")
    return publish(bank, office, freeze(bank, office).id).id


def test_the_journal_gives_lines_and_links_that_hold(of: Program, bank: Desk):
    from qingce.core.event import GENESIS, chained

    sign_journal(bank)
    assurer = of("assurer", "read_journal")
    events = list(pages(assurer, "/journal", "events", "before", 50))[::-1]
    link = GENESIS
    for event in events:
        link = chained(link, str(event["line"]))
        assert event["hash"] == link
    head = assurer.get("/api/v1/journal/head").json()
    assert head["seq"] >= events[-1]["seq"]
    point = assurer.get("/api/v1/journal/checkpoints").json()["checkpoints"][-1]
    assert point["head"] == next(e["hash"] for e in events if e["seq"] == point["seq"])


def test_tasks_are_those_of_the_account_and_of_the_token(of: Program):
    assert of("east").get("/api/v1/me").json()["account"] == "east"
    told = of("east").get("/api/v1/tasks").json()
    assert all((task["kind"], task["step"]) == ("item", "file") for task in told["tasks"])
    assert of("east", "read_items").get("/api/v1/tasks").json()["tasks"] == []
    assert of("admin").get("/api/v1/tasks").json()["tasks"] == []


# -- refusals ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("account", "scopes", "method", "path", "status"), [
    ("office", ("read_items",), "GET", "/figures", 403), ("east", ("read_figures",), "PUT", "/items/x/answer", 403),
    ("east", ("read_figures",), "POST", "/items/submit", 403), ("office", ("comment",), "GET", "/journal", 403),
    ("office", ("read_figures",), "GET", "/figures/none", 404), ("office", ("read_figures",), "GET", "/nothing", 404),
    ("office", ("read_figures",), "DELETE", "/figures", 405), ("office", ("read_items",), "GET", "/items", 422),
    ("head", ("file",), "PUT", "/items/2024/registered_volunteers/HEAD/answer", 428),
])
def test_every_refusal_is_a_problem_in_words(
    of: Program, account: str, scopes: tuple[str, ...], method: str, path: str, status: int
):
    given = {"json": {"answered": "value", "value": "1"}} if method == "PUT" else {}
    answer = of(account, *scopes).request(method, f"/api/v1{path}", **given)
    said = answer.json()
    assert answer.status_code == said["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["title"] and said["detail"] and said["type"].startswith("urn:qingce:problem:")


@pytest.mark.parametrize("token", ["", "qc_", "qc_nobody", "x" * 5000, "ключ"])
def test_a_token_that_is_none_of_ours_gets_401(app: FastAPI, token: str):
    reader = TestClient(app, base_url="http://localhost")
    answer = reader.get("/api/v1/me", headers={"authorization": f"Bearer {token}".encode()})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), [
    ("GET", "/webhooks"), ("POST", "/webhooks"), ("DELETE", "/webhooks/x"), ("PUT", "/items/x/answer"),
])
def test_who_brings_no_token_is_told_to_bring_one(app: FastAPI, method: str, path: str):
    answer = TestClient(app, base_url="http://localhost").request(method, f"/api/v1{path}", json={})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"


def test_whether_the_interface_answers_needs_no_token(app: FastAPI):
    assert TestClient(app, base_url="http://localhost").get("/api/v1/health").json()["status"] == "ok"


def test_a_scope_of_everything_is_no_more_than_the_account(of: Program):
    assert of("east", *map(str, Action)).get("/api/v1/journal").status_code == 403
