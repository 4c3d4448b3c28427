"""Who may do what: roles, the actions they carry, their scope, and the separation of duties.

This is the only place where a right is decided. A role is granted for a part of the org tree and for
some packs, from one day to another; an action asks about a target. Two rules stand above every grant:
nobody reviews, approves or assures what passed through his own hands, and nobody grants himself anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a post is to the report."""

    DATA_OWNER = "data_owner"
    REVIEWER = "reviewer"
    APPROVER = "approver"
    ESG_OFFICE = "esg_office"
    MANAGER = "manager"
    BOARD_READER = "board_reader"
    ASSURER = "assurer"
    ADMINISTRATOR = "administrator"
    PUBLIC = "public"


ROLE_LABELS: Mapping[Role, str] = {
    Role.DATA_OWNER: "填报人", Role.REVIEWER: "复核人", Role.APPROVER: "审批人", Role.ESG_OFFICE: "ESG 办公室",
    Role.MANAGER: "管理层", Role.BOARD_READER: "董事会阅览", Role.ASSURER: "鉴证人员", Role.ADMINISTRATOR: "系统管理员",
    Role.PUBLIC: "公众",
}


class Action(StrEnum):
    """What a person may want to do."""

    READ_PUBLIC = "read_public"
    SEND_FEEDBACK = "send_feedback"
    ANSWER_SURVEY = "answer_survey"
    READ_FIGURES = "read_figures"
    READ_ITEMS = "read_items"
    READ_RECORDS = "read_records"
    READ_EVIDENCE = "read_evidence"
    READ_FINDINGS = "read_findings"
    READ_PAGES = "read_pages"
    READ_MATERIALITY = "read_materiality"
    READ_EDITIONS = "read_editions"
    READ_PEOPLE = "read_people"
    READ_JOURNAL = "read_journal"
    FILE = "file"
    IMPORT = "import"
    EXPLAIN = "explain"
    ATTACH = "attach"
    SUBMIT = "submit"
    REVIEW = "review"
    APPROVE = "approve"
    COMMENT = "comment"
    DELEGATE = "delegate"
    TAKE_OVER = "take_over"
    RUN_CAMPAIGN = "run_campaign"
    REMIND = "remind"
    COMPUTE = "compute"
    SCORE_TOPICS = "score_topics"
    RUN_MATERIALITY = "run_materiality"
    CONFIRM_MATERIALITY = "confirm_materiality"
    WAIVE_FINDING = "waive_finding"
    FREEZE = "freeze"
    REQUEST_CHANGE = "request_change"
    DECIDE_CHANGE = "decide_change"
    PUBLISH = "publish"
    RESTATE = "restate"
    EDIT_INDEX = "edit_index"
    ANSWER_FEEDBACK = "answer_feedback"
    RUN_ENGAGEMENT = "run_engagement"
    DRAW_SAMPLE = "draw_sample"
    REQUEST_EVIDENCE = "request_evidence"
    CONCLUDE = "conclude"
    ISSUE_BRIEF = "issue_brief"
    RUN_CASES = "run_cases"
    HANDLE_CASES = "handle_cases"
    DRAFT_PAGES = "draft_pages"
    DECIDE_TEXT = "decide_text"
    MANAGE_PEOPLE = "manage_people"
    OPERATE = "operate"


_ANYBODY = frozenset({Action.READ_PUBLIC, Action.SEND_FEEDBACK, Action.ANSWER_SURVEY})
_READ = frozenset({
    Action.READ_FIGURES, Action.READ_ITEMS, Action.READ_FINDINGS, Action.READ_PAGES, Action.READ_EDITIONS,
    Action.READ_MATERIALITY,
})
_DEEP = _READ | {Action.READ_RECORDS, Action.READ_EVIDENCE, Action.COMMENT}

ROLE_ACTIONS: Mapping[Role, frozenset[Action]] = {
    Role.DATA_OWNER: _ANYBODY | _DEEP | {
        Action.FILE, Action.IMPORT, Action.EXPLAIN, Action.ATTACH, Action.SUBMIT, Action.DELEGATE,
        Action.HANDLE_CASES, Action.DRAFT_PAGES,
    },
    Role.REVIEWER: _ANYBODY | _DEEP | {
        Action.REVIEW, Action.DELEGATE, Action.TAKE_OVER, Action.HANDLE_CASES, Action.DRAFT_PAGES,
    },
    Role.APPROVER: _ANYBODY | _DEEP | {
        Action.APPROVE, Action.DELEGATE, Action.TAKE_OVER, Action.HANDLE_CASES, Action.DRAFT_PAGES,
    },
    Role.ESG_OFFICE: _ANYBODY | _DEEP | {
        Action.READ_JOURNAL, Action.READ_PEOPLE, Action.RUN_CAMPAIGN, Action.REMIND, Action.COMPUTE, Action.ATTACH,
        Action.RUN_MATERIALITY, Action.SCORE_TOPICS, Action.FREEZE, Action.REQUEST_CHANGE, Action.PUBLISH,
        Action.RESTATE, Action.EDIT_INDEX, Action.ANSWER_FEEDBACK, Action.RUN_ENGAGEMENT, Action.DELEGATE,
        Action.RUN_CASES, Action.HANDLE_CASES, Action.ISSUE_BRIEF, Action.DRAFT_PAGES, Action.DECIDE_TEXT,
    },
    Role.MANAGER: _ANYBODY | _DEEP | {
        Action.READ_JOURNAL, Action.READ_PEOPLE, Action.SCORE_TOPICS, Action.CONFIRM_MATERIALITY, Action.WAIVE_FINDING,
        Action.DECIDE_CHANGE, Action.DELEGATE, Action.RUN_CASES, Action.HANDLE_CASES, Action.ISSUE_BRIEF,
        Action.DRAFT_PAGES,
    },
    Role.BOARD_READER: _ANYBODY | _READ | {Action.CONFIRM_MATERIALITY, Action.ISSUE_BRIEF},
    Role.ASSURER: _ANYBODY | _DEEP | {
        Action.READ_JOURNAL, Action.READ_PEOPLE, Action.DRAW_SAMPLE, Action.REQUEST_EVIDENCE, Action.CONCLUDE,
    },
    Role.ADMINISTRATOR: _ANYBODY | {
        Action.MANAGE_PEOPLE, Action.READ_PEOPLE, Action.READ_JOURNAL, Action.OPERATE,
    },
    Role.PUBLIC: _ANYBODY,
}
FIGURE_ROLES = frozenset(Role) - {Role.ADMINISTRATOR, Role.PUBLIC}
"""Roles that touch or see figures; a system manager holds none of them."""
EVERY_PACK = "*"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for a part of the tree and of the packs, from one day to another, both included.

    Attributes:
        org: the top of the subtree.
        packs: names of packs; ``*`` for all.
        instead_of: the account for which somebody stands in; his hands count as the stand-in's own.
    """

    role: Role
    org: str
    packs: tuple[str, ...] = (EVERY_PACK,)
    since: dt.date | None = None
    until: dt.date | None = None
    instead_of: str = ""

    def holds(self, today: dt.date) -> bool:
        """Whether it is in force on that day."""
        return (self.since is None or self.since <= today) and (self.until is None or today <= self.until)

    def covers(self, target: Target) -> bool:
        """Whether its scope holds the target."""
        inside = not target.path or self.org in target.path
        return inside and (not target.pack or EVERY_PACK in self.packs or target.pack in self.packs)


@dataclass(frozen=True, slots=True)
class Target:
    """What an act is about.

    Attributes:
        path: the org and its ancestors, nearest first; empty where no org is concerned.
        pack: the pack of the metric; empty where none is concerned.
        account: for acts on people, whose account it is.
        hands: the accounts through which the present content passed, with what they did:
            ``filed``, ``reviewed``, ``approved``, ``provided`` (evidence behind it); of a change ``asked``, of a
            case that is closed ``handled``, of a round of materiality ``proposed``, of an engagement ``opened``.
    """

    path: tuple[str, ...] = ()
    pack: str = ""
    account: str = ""
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts: an account with its grants, through a browser, a token or the command line.

    Attributes:
        post: how the account is called: by post, not by person.
        scopes: what a token was limited to; ``None`` for a person who signed in.
        language: ``zh`` or ``en``; empty where the account says nothing and its browser decides.
    """

    account: str
    post: str = ""
    org: str = ""
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[Action] | None = None
    language: str = ""

    def roles(self, today: dt.date) -> frozenset[Role]:
        """Roles in force."""
        return frozenset(g.role for g in self.grants if g.holds(today))


ANYBODY = Actor("public", "公众", grants=(Grant(Role.PUBLIC, ""),))
"""A reader who did not sign in."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a bank decided about the separation of duties.

    Attributes:
        three_people: filer, reviewer and approver are three different people; otherwise the reviewer may also
            approve. Who filed may never do either.
    """

    three_people: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an act is allowed; where not, why, in Chinese."""

    ok: bool
    reason: str = ""
    grant: Grant | None = None


_CONFLICTS: Mapping[Action, tuple[str, ...]] = {
    Action.REVIEW: ("filed", "approved"),
    Action.APPROVE: ("filed", "reviewed"),
    Action.DECIDE_CHANGE: ("asked",),
    Action.HANDLE_CASES: ("handled",),
    Action.CONFIRM_MATERIALITY: ("proposed",),
    Action.DRAW_SAMPLE: ("opened",),
    Action.CONCLUDE: ("opened", "filed", "reviewed", "approved", "provided"),
}
_HAND_WORDS = {
    "filed": "填报", "reviewed": "复核", "approved": "审批", "asked": "申请", "handled": "答复", "proposed": "提请",
    "opened": "立项", "provided": "提供证据",
}
_ACT_WORDS = {
    Action.REVIEW: "复核", Action.APPROVE: "审批", Action.DECIDE_CHANGE: "批复", Action.HANDLE_CASES: "办结",
    Action.CONFIRM_MATERIALITY: "确认", Action.DRAW_SAMPLE: "鉴证抽样", Action.CONCLUDE: "鉴证结论",
}
_BY_POLICY = frozenset({Action.REVIEW, Action.APPROVE})
"""Acts in which a bank that needs no three people may unite review and approval; who filed does neither even there."""


NOTHING = Target()
"""No org, no pack, no account: an act about the whole bank."""
STRICT = Policy()
"""Three different people."""


def allowed(
    actor: Actor, action: Action, target: Target = NOTHING, *, today: dt.date, policy: Policy = STRICT
) -> Verdict:
    """Decide one act.

    >>> day = dt.date(2025, 1, 15)
    >>> clerk = Actor("clerk", grants=(Grant(Role.DATA_OWNER, "B01"), Grant(Role.REVIEWER, "B01")))
    >>> allowed(clerk, Action.FILE, Target(("B0101", "B01", "HQ")), today=day).ok
    True
    >>> allowed(clerk, Action.REVIEW, Target(("B01", "HQ"), hands={"filed": frozenset({"clerk"})}), today=day).reason
    '填报与复核须由不同的人办理。'
    >>> allowed(clerk, Action.FILE, Target(("B02", "HQ")), today=day).ok
    False
    """
    if actor.scopes is not None and action not in actor.scopes:
        return Verdict(False, "这个令牌没有此项权限。")
    if action is Action.MANAGE_PEOPLE and target.account and target.account == actor.account:
        return Verdict(False, "不得变更自己的角色、权限与代理，请另一位管理员办理。")
    carrying = [g for g in actor.grants if action in ROLE_ACTIONS[g.role]]
    if not carrying:
        return Verdict(False, "您的角色没有此项权限。")
    current = [g for g in carrying if g.holds(today)]
    if not current:
        return Verdict(False, "您的授权不在有效期内。")
    covering = [g for g in current if g.covers(target)]
    if not covering:
        return Verdict(False, "不在您的机构或业务范围内。")
    reason = ""
    for grant in covering:
        reason = _conflict(action, {actor.account, grant.instead_of} - {""}, target, policy)
        if not reason:
            return Verdict(True, grant=grant)
    return Verdict(False, reason)


def _conflict(action: Action, hands: set[str], target: Target, policy: Policy) -> str:
    """Which earlier hand on the same content forbids this one."""
    for did in _CONFLICTS.get(action, ()):
        if action in _BY_POLICY and did != "filed" and not policy.three_people:
            continue
        if hands & target.hands.get(did, frozenset()):
            return f"{_HAND_WORDS[did]}与{_ACT_WORDS[action]}须由不同的人办理。"
    return ""
