"""What a campaign asks, and how far it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qingce.casework.campaign import Asked, Draft, forward, switched, tallies
from qingce.casework.item import Item, State, Step

DUE = {step: dt.date(2025, 1, 10 + n) for n, step in enumerate(Step)}
STAFF = Asked("staff", "人", ("B01", "B02"))
DRAFT = Draft("2024", "2024 年度收集", "2024", DUE, (STAFF,))

WRONG = [
    (DRAFT, ""), (replace(DRAFT, id="二〇二四"), "“二〇二四”不能作收集的编号"),
    (replace(DRAFT, label=" "), "请写明收集的名称"),
    (replace(DRAFT, asked=()), "没有选定任何指标和机构"), (replace(DRAFT, due={}), "请填写填报、复核、审批期限"),
    (replace(DRAFT, id="a/b"), "“a/b”不能作收集的编号"),
]


@pytest.mark.parametrize(("draft", "said"), WRONG)
def test_a_draft_says_what_it_lacks(draft: Draft, said: str):
    assert draft.wrong.startswith(said) if said else draft.wrong == ""


def test_the_materiality_decision_switches_metrics():
    water = Asked("water", "吨", ("B01",))
    assert switched((STAFF, water), None) == (STAFF, water)
    assert switched((STAFF, water), {"water": False}) == (STAFF,)
    assert switched((STAFF, water), {"water": True}) == (STAFF, water)


def test_what_is_rolled_forward_leaves_closed_orgs_out():
    assert forward((STAFF,), frozenset({"B02"})) == (replace(STAFF, orgs=("B02",)),)
    assert forward((STAFF,), frozenset()) == ()


def test_a_node_counts_what_is_below_it():
    paths = {"S01": ("S01", "B01", "HEAD"), "S02": ("S02", "B01", "HEAD"), "B01": ("B01", "HEAD")}
    made = [Item(f"2024/staff/{org}", "2024", "staff", org, "2024", "人", state=state, due=DUE)
            for org, state in (("S01", State.APPROVED), ("S02", State.TO_START), ("B01", State.APPROVED))]
    found = tallies(made, paths, dt.date(2025, 1, 14))
    assert (found["S01"].percent, found["S02"].percent, found["B01"].percent, found["HEAD"].percent) == (
        100, 0, 66, 66)
    assert (found["HEAD"].late, found["HEAD"].worst) == (1, 4)
