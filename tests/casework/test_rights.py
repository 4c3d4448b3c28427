"""Every role and every action: what a role carries, where its scope ends, and what stands above every grant."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.casework.rights import (
    ANYBODY,
    ROLE_ACTIONS,
    Action,
    Actor,
    Grant,
    Policy,
    Role,
    Target,
    allowed,
)

DAY = dt.date(2025, 1, 15)
O, V, P, E, M, B, A, S, N = (  # noqa: E741
    Role.DATA_OWNER, Role.REVIEWER, Role.APPROVER, Role.ESG_OFFICE, Role.MANAGER, Role.BOARD_READER, Role.ASSURER,
    Role.ADMINISTRATOR, Role.PUBLIC,
)
ALL, READERS, WITHIN = {O, V, P, E, M, B, A, S, N}, {O, V, P, E, M, B, A}, {O, V, P, E, M, A}
MAY: dict[str, set[Role]] = {
    "read_public": ALL, "send_feedback": ALL, "answer_survey": ALL,
    "read_figures": READERS, "read_items": READERS, "read_findings": READERS, "read_pages": READERS,
    "read_editions": READERS, "read_materiality": READERS,
    "read_records": WITHIN, "read_evidence": WITHIN, "comment": WITHIN,
    "read_people": {E, M, A, S}, "read_journal": {E, M, A, S},
    "file": {O}, "import": {O}, "explain": {O}, "submit": {O}, "attach": {O, E},
    "review": {V}, "approve": {P}, "take_over": {V, P}, "delegate": {O, V, P, E, M},
    "run_campaign": {E}, "remind": {E}, "compute": {E}, "run_materiality": {E}, "freeze": {E}, "request_change": {E},
    "publish": {E}, "restate": {E}, "edit_index": {E}, "answer_feedback": {E}, "run_engagement": {E},
    "score_topics": {E, M}, "confirm_materiality": {M, B}, "waive_finding": {M}, "decide_change": {M},
    "issue_brief": {E, M, B},
    "draw_sample": {A}, "request_evidence": {A}, "conclude": {A},
    "run_cases": {E, M}, "handle_cases": {O, V, P, E, M},
    "draft_pages": {O, V, P, E, M}, "decide_text": {E},
    "manage_people": {S}, "operate": {S},
}
"""What the bank expects of its posts, apart from what the program declares."""
EACH = pytest.mark.parametrize("role", list(Role))
INSIDE = Target(("B0101", "B01", "HQ"), "green")


def holder(role: Role, **said: object) -> Actor:
    """Somebody with that role for branch B01 and one pack."""
    return Actor("somebody", grants=(Grant(role, "B01", ("green",), **said),))  # type: ignore[arg-type]


def may(actor: Actor, target: Target = INSIDE) -> set[str]:
    """Every action that is allowed."""
    return {str(action) for action in Action if allowed(actor, action, target, today=DAY).ok}


def line(role: Role) -> set[str]:
    """What the table says that a role may."""
    return {action for action, roles in MAY.items() if role in roles}


def test_every_action_has_its_line():
    assert set(MAY) == set(map(str, Action))


@EACH
def test_a_role_may_what_its_line_says_and_nothing_else(role: Role):
    assert may(holder(role)) == line(role)


@EACH
@pytest.mark.parametrize(("target", "why"), [
    (Target(("B02", "HQ"), "green"), "a neighbour"), (Target(("HQ",), "green"), "the org above"),
    (Target(("B0101", "B01", "HQ"), "people"), "another pack"),
])
def test_outside_its_subtree_and_packs_a_role_may_nothing(role: Role, target: Target, why: str):
    assert may(holder(role), target) == set(), why


@EACH
def test_before_its_first_and_after_its_last_day_a_role_may_nothing(role: Role):
    day = dt.timedelta(days=1)
    assert may(holder(role, since=DAY + day)) == may(holder(role, until=DAY - day)) == set()
    assert may(holder(role, since=DAY, until=DAY)) == line(role), "both days are included"


@EACH
def test_a_token_may_no_more_than_its_scopes_and_a_scope_gives_nothing(role: Role):
    grants = holder(role).grants
    for action in Action:
        token = Actor("x", grants=grants, scopes=frozenset({action}))
        assert may(token) == line(role) & {str(action)}


@pytest.mark.parametrize("action", list(Action))
def test_who_did_not_sign_in_may_what_everybody_may(action: Action):
    assert allowed(ANYBODY, action, today=DAY).ok is (Role.PUBLIC in MAY[action])
    assert not allowed(Actor("nobody"), action, today=DAY).ok


@pytest.mark.parametrize(("hand", "action", "policy", "may"), [
    ("filed", Action.REVIEW, Policy(), False), ("filed", Action.APPROVE, Policy(), False),
    ("reviewed", Action.APPROVE, Policy(), False), ("approved", Action.REVIEW, Policy(), False),
    ("filed", Action.REVIEW, Policy(three_people=False), False),
    ("filed", Action.APPROVE, Policy(three_people=False), False),
    ("reviewed", Action.APPROVE, Policy(three_people=False), True),
    ("asked", Action.DECIDE_CHANGE, Policy(three_people=False), False),
    ("handled", Action.HANDLE_CASES, Policy(three_people=False), False),
    ("proposed", Action.CONFIRM_MATERIALITY, Policy(three_people=False), False),
    ("opened", Action.DRAW_SAMPLE, Policy(three_people=False), False),
    ("filed", Action.DRAW_SAMPLE, Policy(), True), ("opened", Action.REQUEST_EVIDENCE, Policy(), True),
    *((hand, Action.CONCLUDE, Policy(three_people=False), False)
      for hand in ("opened", "filed", "reviewed", "approved", "provided")),
])
def test_nobody_judges_what_passed_through_his_own_hands(hand: str, action: Action, policy: Policy, may: bool):
    role = next(role for role in Role if action in ROLE_ACTIONS[role])
    for actor in (Actor("me", grants=(Grant(role, "B01"),)),
                  Actor("stand-in", grants=(Grant(role, "B01", instead_of="me"),))):
        told = allowed(actor, action, Target(("B01",), hands={hand: frozenset({"me"})}), today=DAY, policy=policy)
        assert told.ok is may and (may or "不同的人" in told.reason)


@pytest.mark.parametrize("role", list(Role))
def test_nobody_changes_his_own_rights(role: Role):
    me = Actor("me", grants=(Grant(role, "HQ"), Grant(Role.ADMINISTRATOR, "HQ")))
    assert not allowed(me, Action.MANAGE_PEOPLE, Target(("HQ",), account="me"), today=DAY).ok
    assert allowed(me, Action.MANAGE_PEOPLE, Target(("HQ",), account="other"), today=DAY).ok
