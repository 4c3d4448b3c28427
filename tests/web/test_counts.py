"""Numbers beside the navigation: what waits for the reader, with a name for who hears the page; none where none."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from qingce.services.desk import Desk
from qingce.services.desk.cases import open_case
from tests.web.collecting import bank_in_campaign
from tests.web.signing import client

BADGE = re.compile(r'<a href="([^"]+)"[^>]*><svg.*?</svg><span>[^<]+</span>(?:<span class="count">(\d+|99\+)'
                   r'<span class="unseen"> ([^<]+)</span></span>)?</a>', re.DOTALL)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign, with a case for its east branch."""
    with bank_in_campaign(tmp_path_factory.mktemp("counts") / "bank") as made:
        open_case(made, made.actor("office"), "finding", title="数目不符", words="请说明。", org="B01")
        yield made


def badges(desk: Desk, who: str, part: str = "side", language: str = "zh") -> dict[str, tuple[str, str]]:
    """The numbers of an account's navigation, by address."""
    html = client(desk, who).get("/more", headers={"accept-language": language}).text
    nav = html.split(f'<nav class="{part}"')[1].split("</nav>")[0]
    return {path: (number, words) for path, number, words in BADGE.findall(nav) if number}


def test_a_number_stands_where_something_waits_and_says_what_it_counts(bank: Desk):
    assert badges(bank, "east") == {
        "/tasks": ("2", "件待办"), "/filing": ("1", "项待填报"), "/cases": ("1", "件待我办理")}
    assert badges(bank, "west") == {"/tasks": ("1", "件待办"), "/filing": ("1", "项待填报")}
    assert badges(bank, "east", "foot") == {"/tasks": ("2", "件待办")}


def test_nothing_is_drawn_for_nothing(bank: Desk):
    for who in ("assurer", "admin"):
        assert badges(bank, who) == {}
        assert 'class="count"' not in client(bank, who).get("/more").text


def test_they_are_said_in_english_too(bank: Desk):
    assert badges(bank, "east", language="en")["/cases"] == ("1", "waiting for me")


def test_who_has_not_signed_in_has_none(bank: Desk):
    assert 'class="count"' not in client(bank).get("/signin").text
