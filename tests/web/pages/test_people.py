"""People and rights through the pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.services.desk.assigning import assign
from qingce.services.desk.people import known_packs
from qingce.services.desk.roster import account
from qingce.services.desk.tokens import issue_token
from tests.services.desk.staff import EAST
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]


def test_accounts_are_found_by_words_and_by_org(of: Of):
    page = of("office").get("/people").text
    assert page.count('href="/people/account/') == 9
    found = of("office").get("/people?words=复核").text
    assert "checker" in found and "signer@bank.example" not in found
    found = of("office").get("/people?org=B01").text
    assert "城东支行填报岗" in found and "城西支行填报岗" not in found
    assert "没有符合条件的账户" in of("office").get("/people?words=nobody").text
    assert "/people/new" not in page, "the office reads people and does not manage them"


def test_an_account_is_opened_given_a_role_and_begins_with_a_link(bank: Desk, of: Of):
    admin = of("admin")
    answer = post(admin, "/people/new", "/people/new", {
        "name": "south", "post": "城南支行填报岗", "org": "B02", "contact": "south@bank.example"})
    assert answer.headers["location"] == "/people/account/south"
    post(admin, "/people/account/south", "/people/account/south/grants", {
        "role": "data_owner", "org": "B02", "pack": [known_packs(bank)[0]], "since": "2025-01-01",
        "until": "2099-12-31"})
    held = account(bank, bank.actor("admin"), "south").grants[0]
    assert (held.role, held.org, held.until) == ("data_owner", "B02", "2099-12-31")
    shown = post(admin, "/people/account/south", "/people/account/south/link", {})
    link = re.search(r"http://localhost(/welcome\?token=[\w-]+)", shown.text)
    assert link and shown.headers["cache-control"] == "no-store"
    assert "城南支行填报岗" in of("").get(link[1]).text
    assert "/welcome?token=" not in admin.get("/people/account/south").text, "it is shown once"
    assert "尚未设口令" in admin.get("/people/account/south").text


def test_what_cannot_be_an_account_is_said_with_what_was_typed(of: Of):
    typed = {"name": "城南", "post": "城南支行填报岗", "org": "B02", "contact": "x@bank.example"}
    answer = post(of("admin"), "/people/new", "/people/new", typed)
    assert answer.status_code == 422 and "不能作账户名" in answer.text and 'value="x@bank.example"' in answer.text


def test_a_grant_is_revoked_and_an_account_closed_with_a_reason(bank: Desk, of: Of):
    admin, here = of("admin"), "/people/account/east"
    grant = account(bank, bank.actor("admin"), "east").grants[0].id
    assert post(admin, here, f"{here}/grants/{grant}/revoke", {}).status_code == 303
    assert account(bank, bank.actor("admin"), "east").grants == ()
    assert post(admin, here, f"{here}/close", {"words": " "}).status_code == 422
    assert post(admin, here, f"{here}/close", {"words": "岗位撤并"}).status_code == 303
    page = admin.get(here).text
    assert "已停用" in page and "岗位撤并" in page and f"{here}/close" not in page
    assert "城东支行填报岗" not in admin.get("/people").text
    assert "城东支行填报岗" in admin.get("/people?state=all").text


def test_an_account_is_changed_and_its_tokens_ended(bank: Desk, of: Of):
    issue_token(bank, bank.actor("east"), "夜间填报", ["file"], 30)
    admin, here = of("admin"), "/people/account/east"
    page = admin.get(here).text
    token = re.search(rf"{here}/tokens/(\w+)/revoke", page)
    assert "夜间填报" in page and token
    post(admin, here, f"{here}/tokens/{token[1]}/revoke", {})
    post(admin, here, here, {"post": "城东支行综合岗", "org": "B01", "contact": "e@bank.example", "identity": "E01"})
    page = admin.get(here).text
    assert "城东支行综合岗" in page and "/tokens/" not in page
    assert [e.did for e in bank.journal.page(subject="account/east", limit=2)] == ["account_changed", "token_revoked"]


def test_the_matrix_shows_who_holds_what_where(of: Of):
    page = of("office").get("/people/matrix").text
    assert "城东支行填报岗" in page and "全部指标包" in page
    narrowed = of("office").get("/people/matrix?top=B01&role=data_owner").text
    assert "城东支行填报岗" in narrowed and "总行填报岗" not in narrowed


def test_an_administrator_names_a_stand_in_and_ends_it(bank: Desk, of: Of):
    admin, here = of("admin"), "/people/stand-ins"
    until = (bank.today + dt.timedelta(days=7)).isoformat()
    said = {"principal": "east", "stand_in": "west", "since": bank.today.isoformat(), "until": until, "words": "休假"}
    assert post(admin, here, here, {**said, "until": ""}).status_code == 422
    assert post(admin, here, here, said).status_code == 303
    page = admin.get(here).text
    ended = re.search(rf'action="({here}/west/\w+/end)"', page)
    assert "代理中" in page and ended
    assert "城西支行填报岗" in admin.get("/people/account/east").text, "who stands in is told at the account"
    post(admin, here, ended[1], {})
    assert "目前没有代理" in admin.get(here).text


def test_work_is_handed_over_to_a_successor(bank: Desk, of: Of):
    assign(bank, bank.actor("office"), [EAST], "owner", "east")
    answer = post(of("office"), "/people/stand-ins", "/people/transfer",
                  {"leaver": "east", "successor": "west", "words": "轮岗"})
    assert answer.status_code == 422 and "没有办理" in answer.text, "the successor holds no role there"
    answer = post(of("office"), "/people/stand-ins", "/people/transfer",
                  {"leaver": "east", "successor": "head", "words": "轮岗"})
    assert answer.status_code == 303
    assert bank.journal.page(did="item_reassigned", limit=1)[0].detail["owner"] == "head"


@pytest.mark.parametrize("path", ["/people", "/people/new", "/people/matrix", "/people/stand-ins",
                                  "/people/account/east"])
def test_who_has_no_such_right_sees_no_people(of: Of, path: str):
    assert of("east").get(path).status_code == 403


@pytest.mark.parametrize("target", ["", "/close", "/grants", "/link", "/signout"])
def test_who_only_reads_people_changes_nothing(bank: Desk, of: Of, target: str):
    before = bank.journal.count()
    answer = post(of("office"), "/people", f"/people/account/east{target}", {
        "words": "x", "role": "approver", "org": "HEAD", "post": "x"})
    assert answer.status_code == 403 and bank.journal.count() == before
