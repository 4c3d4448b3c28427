"""One's own account through the pages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from qingce.core.errors import SignInNeeded
from qingce.services.desk import Action, Desk
from qingce.services.desk.roster import account
from qingce.services.desk.tokens import actor_of_token
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]


def test_a_token_is_shown_once_acts_within_its_scopes_and_ends(bank: Desk, of: Of):
    east, here = of("east"), "/account/tokens"
    answer = post(east, here, here, {"label": "夜间填报", "days": "30", "scope": ["file", "read_items"]})
    token = re.search(r"qc_[\w-]{40,}", answer.text)
    assert token and answer.headers["cache-control"] == "no-store"
    assert actor_of_token(bank, token[0]).scopes == {Action.FILE, Action.READ_ITEMS}
    listed = east.get(here).text
    assert "夜间填报" in listed and token[0] not in listed
    ended = re.search(rf'action="({here}/\w+/revoke)"', listed)
    assert ended
    post(east, here, ended[1], {})
    with pytest.raises(SignInNeeded):
        actor_of_token(bank, token[0])


@pytest.mark.parametrize(("said", "words"), [
    ({"days": "0"}, "有效期"), ({"days": "many"}, "有效期"), ({"label": ""}, "用途"), ({"scope": []}, "至少选择"),
    ({"scope": ["rule_the_world"]}, "没有权限"),
])
def test_a_token_that_cannot_be_is_refused_with_what_was_typed(bank: Desk, of: Of, said: dict[str, str], words: str):
    whole = {"label": "夜间填报", "days": "30", "scope": ["file"], **said}
    answer = post(of("east"), "/account/tokens", "/account/tokens", whole)
    assert answer.status_code == 422 and words in answer.text
    if whole["label"]:
        assert 'value="夜间填报"' in answer.text
    assert bank.journal.page(did="token_issued") == []


def test_only_what_ones_roles_may_do_is_offered(of: Of):
    offered = of("east").get("/account/tokens").text
    assert 'value="file"' in offered and 'value="freeze"' not in offered and 'value="read_public"' not in offered


def test_somebody_on_leave_names_a_stand_in_and_takes_it_back(bank: Desk, of: Of):
    east, here = of("east"), "/account/stand-in"
    said = {"stand_in": "west", "since": bank.today.isoformat(), "words": "轮岗",
            "until": (bank.today + dt.timedelta(days=14)).isoformat()}
    missing = post(east, here, here, {**said, "until": ""})
    assert missing.status_code == 422 and "起止日" in missing.text and 'value="轮岗"' in missing.text
    assert post(east, here, here, said).status_code == 303
    assert [g.org for g in account(bank, bank.actor("admin"), "west").grants if g.instead_of] == ["B01"]
    assert "我代理谁" in of("west").get(here).text
    ended = re.search(rf'action="({here}/west/\w+/end)"', east.get(here).text)
    assert ended
    assert post(east, here, ended[1], {}).status_code == 303
    assert "目前没有人代理您" in east.get(here).text


def test_who_stands_in_may_end_it_and_a_third_may_not(bank: Desk, of: Of):
    here = "/account/stand-in"
    post(of("east"), here, here, {"stand_in": "west", "since": bank.today.isoformat(), "words": "休假",
                                  "until": bank.today.isoformat()})
    ended = re.search(rf'action="({here}/west/\w+/end)"', of("west").get(here).text)
    assert ended
    assert post(of("checker"), here, ended[1], {}).status_code == 403
    assert post(of("west"), here, ended[1], {}).status_code == 303


def test_an_administrator_cannot_be_asked_to_stand_in_nor_has_anything_to_hand_on(of: Of):
    assert "系统管理岗" not in of("east").get("/account/stand-in").text
    assert "没有可以由他人代理的角色" in of("admin").get("/account/stand-in").text


def test_where_messages_go_and_in_which_language_is_ones_own_to_say(bank: Desk, of: Of):
    assert post(of("east"), "/account/contact", "/account/contact",
                {"contact": "wecom:east", "language": "en"}).status_code == 303
    changed = account(bank, bank.actor("east"), "east")
    assert (changed.contact, changed.language) == ("wecom:east", "en")
    assert '<html lang="en"' in of("east").get("/more").text


@pytest.mark.parametrize("path", ["/account", "/account/tokens", "/account/stand-in", "/account/contact"])
def test_nobody_sees_an_account_without_signing_in(of: Of, path: str):
    assert of("").get(path).headers["location"].startswith("/signin")


@pytest.mark.parametrize(("own", "browser", "shown"), [
    ("", "en-GB,en;q=0.8", "en"), ("", "fr", "zh-CN"), ("", "zh-TW", "zh-CN"), ("zh", "en", "zh-CN"),
    ("en", "zh-CN", "en"),
])
def test_an_account_that_names_no_language_gets_its_browsers(bank: Desk, of: Of, own: str, browser: str, shown: str):
    west = of("west")
    assert post(west, "/account/contact", "/account/contact", {"contact": "", "language": own}).status_code == 303
    assert f'<html lang="{shown}"' in west.get("/tasks", headers={"accept-language": browser}).text
