"""A round (重要性评估): opened, taken over from the one before, read, and changed under its confirmation."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.materiality import CRITERIA, Assessment, Group, Placed, Thresholds, Topic, placed
from qingce.casework.materiality_weights import Weighing, ahp, direct
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, PeriodError, Refused
from qingce.core.event import Json, canonical
from qingce.core.period import Period
from qingce.ledger.journal import Writing
from qingce.ledger.projections import materiality as state
from qingce.services.desk.desk import Desk

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
FAMILIES = ("group", "criterion")
METHODS = ("equal", "direct", "ahp")


@dataclass(frozen=True)
class Weighed:
    """The weights of one family as they were set.

    Attributes:
        given: direct weights by id, or judgements by ``A/B``.
        stale: what is weighed has changed since; until it is weighed anew all count the same.
    """

    method: str
    given: Mapping[str, str]
    reason: str
    found: Weighing
    stale: bool = False


@dataclass(frozen=True)
class Assessor:
    """Somebody who scores; ``topics`` empty for all."""

    account: str
    topics: tuple[str, ...]
    state: str
    at: str
    words: str

    def scores(self, topic: str) -> bool:
        """Whether he is asked about a topic."""
        return not self.topics or topic in self.topics


@dataclass(frozen=True)
class Survey:
    """A survey of one group; ``links``: how many single-use links there are, 0 for one link for all.

    Attributes:
        most: how many answers are taken at most; ``until``: the last day, or empty.
        source: what the answers are, where they are no real ones.
    """

    id: str
    assessment: str
    stakeholder: str
    label: str
    links: int
    most: int
    until: str
    source: str
    state: str
    opened: str
    closed: str
    answers: int


@dataclass(frozen=True)
class Given:
    """What one assessor gave an item."""

    topic: str
    item: str
    account: str
    scores: Mapping[str, int]
    rationale: str
    at: str


@dataclass(frozen=True)
class Round:
    """A round with everything in it.

    Attributes:
        state: ``open``, ``proposed`` or ``confirmed``.
        hash: of the content that was proposed; :attr:`content` is that of the present one.
        words: what the office said when it proposed, or why it is open again.
    """

    id: str
    label: str
    period: str
    before: str
    state: str
    opened_by: str
    opened: str
    proposed_by: str
    proposed: str
    hash: str
    confirmed_by: str
    confirmed: str
    words: str
    resolution: str
    case: Assessment
    weighed: Mapping[str, Weighed]
    assessors: tuple[Assessor, ...]
    surveys: tuple[Survey, ...]
    given: tuple[Given, ...]

    @property
    def open(self) -> bool:
        """Whether it is still worked on."""
        return self.state == "open"

    @property
    def stood(self) -> tuple[Placed, ...]:
        """Where every topic stands."""
        return placed(self.case)

    def topic(self, name: str) -> Topic:
        """A topic.

        Raises:
            Missing: none of that id.
        """
        found = next((t for t in self.case.topics if t.id == name), None)
        if found is None:
            raise Missing("没有这个议题，可能已被撤销。")
        return found

    def group(self, name: str) -> Group:
        """A group of stakeholders.

        Raises:
            Missing: none of that id.
        """
        found = next((g for g in self.case.groups if g.id == name), None)
        if found is None:
            raise Missing("没有这一类利益相关方。")
        return found

    @property
    def content(self) -> str:
        """sha256 over everything that the decision follows from, and the decision."""
        case = self.case
        told: dict[str, Any] = {
            "period": self.period, "topics": [t.facts for t in case.topics], "groups": [g.facts for g in case.groups],
            "weights": {n: str(w) for n, w in case.weights.items()}, "thresholds": case.thresholds.facts,
            "scores": sorted([g.topic, g.item, g.account, dict(g.scores), g.rationale] for g in self.given
                             if g.account in self.final),
            "heard": {g: {t: list(n) for t, n in said.items()} for g, said in case.heard.items()},
            "decisions": [[p.topic.id, str(p.basis), p.high, p.material] for p in self.stood],
        }
        return hashlib.sha256(canonical(told).encode()).hexdigest()

    @property
    def final(self) -> frozenset[str]:
        """Accounts whose scores count: those that submitted."""
        return frozenset(a.account for a in self.assessors if a.state == "submitted")


# -- reading ----------------------------------------------------------------------------------------
def rounds(desk: Desk, actor: Actor) -> list[Round]:
    """Every round, the latest period first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_MATERIALITY)
    with desk.reading() as db:
        return read_rounds(db)


def read_rounds(db: Connection) -> list[Round]:
    """Every round, the latest period first."""
    table = state.assessment
    names = db.execute(select(table.c.id).order_by(table.c.period.desc(), table.c.opened.desc(), table.c.id)).scalars()
    return [read_round(db, name) for name in list(names)]


def round_of(desk: Desk, actor: Actor, name: str) -> Round:
    """One round.

    Raises:
        Denied, Missing: no right; no such round.
    """
    desk.require(actor, Action.READ_MATERIALITY)
    with desk.reading() as db:
        return read_round(db, name)


def read_round(db: Connection, name: str) -> Round:
    """One round, from an open transaction.

    Raises:
        Missing: no such round.
    """
    row = db.execute(select(state.assessment).where(state.assessment.c.id == name)).mappings().first()
    if row is None:
        raise Missing(f"没有编号为“{name}”的重要性评估。")
    topics = tuple(Topic.read(f) for f in _facts(db, state.topic, name))
    groups = tuple(Group(**f) for f in _facts(db, state.stakeholder, name))
    set_ = {r.family: r for r in db.execute(select(state.weighing).where(state.weighing.c.assessment == name))}
    names = {"group": [g.id for g in groups], "criterion": list(CRITERIA)}
    weighed = {family: _weighed(names[family], set_.get(family)) for family in FAMILIES}
    weights = {f"{family}:{n}": w for family in FAMILIES for n, w in weighed[family].found.weights.items()}
    assessors = _assessors(db, name)
    given = _given(db, name)
    final = {a.account for a in assessors if a.state == "submitted"}
    surveys = tuple(Survey(**r) for r in db.execute(
        select(state.survey).where(state.survey.c.assessment == name).order_by(
            state.survey.c.opened, state.survey.c.id)).mappings())
    thresholds = Thresholds.read(json.loads(row["thresholds"]))
    case = Assessment(topics, groups, weights, thresholds, _scored(topics, given, final), _heard(db, surveys))
    said = {k: v for k, v in row.items() if k != "thresholds"}
    return Round(**said, case=case, weighed=weighed, assessors=assessors, surveys=surveys, given=given)


def _facts(db: Connection, table: Any, name: str) -> list[Any]:
    rows = db.execute(select(table.c.facts).where(table.c.assessment == name).order_by(table.c.position, table.c.id))
    return [json.loads(facts) for facts in rows.scalars()]


def _weighed(names: list[str], row: Any) -> Weighed:
    same = direct(dict.fromkeys(names, Decimal(1))) if names else Weighing({})
    if row is None or row.method == "equal":
        return Weighed("equal", {}, row.reason if row is not None else "", same)
    given: dict[str, str] = json.loads(row.given)
    about = {part for key in given for part in key.split("/")}
    if about != set(names):
        return Weighed(row.method, given, row.reason, same, stale=True)
    return Weighed(row.method, given, row.reason, weighing(row.method, names, given))


def weighing(method: str, names: list[str], given: Mapping[str, str]) -> Weighing:
    """Weights from what somebody gave.

    Raises:
        ValueError: they cannot be weights; the message is Chinese.
    """
    if method == "ahp":
        pairs = {(a, b): Fraction(v) for key, v in given.items() for a, _, b in [key.partition("/")]}
        return ahp(names, pairs)
    if method == "direct":
        return direct({n: Decimal(given.get(n, "0")) for n in names})
    return direct(dict.fromkeys(names, Decimal(1)))


def _assessors(db: Connection, name: str) -> tuple[Assessor, ...]:
    table = state.assessor
    rows = db.execute(select(table).where(table.c.assessment == name).order_by(table.c.account))
    return tuple(Assessor(r.account, tuple(json.loads(r.topics)), r.state, r.at, r.words) for r in rows)


def _given(db: Connection, name: str) -> tuple[Given, ...]:
    table = state.score
    rows = db.execute(select(table).where(table.c.assessment == name).order_by(
        table.c.topic, table.c.item, table.c.account))
    return tuple(Given(r.topic, r.item, r.account, json.loads(r.scores), r.rationale, r.at) for r in rows)


def _scored(
    topics: tuple[Topic, ...], given: tuple[Given, ...], final: set[str]
) -> dict[tuple[str, str], tuple[Mapping[str, int], ...]]:
    asked = {(t.id, i.id): set(i.asked) for t in topics for i in t.items}
    found: dict[tuple[str, str], tuple[Mapping[str, int], ...]] = {}
    for one in given:
        key = (one.topic, one.item)
        # an item that was made another kind is scored anew
        if one.account in final and key in asked and asked[key] <= set(one.scores):
            found[key] = (*found.get(key, ()), one.scores)
    return found


def _heard(db: Connection, surveys: tuple[Survey, ...]) -> dict[str, dict[str, tuple[int, int]]]:
    found: dict[str, dict[str, tuple[int, int]]] = {}
    of = {s.id: s.stakeholder for s in surveys}
    for row in db.execute(select(state.tally).where(state.tally.c.survey.in_(of)).order_by(
            state.tally.c.survey, state.tally.c.topic)):
        own = found.setdefault(of[row.survey], {})
        count, total = own.get(row.topic, (0, 0))
        own[row.topic] = (count + row.answers, total + row.total)
    return found


# -- opening and changing ---------------------------------------------------------------------------
def open_round(desk: Desk, actor: Actor, name: str, *, label: str, period: str, before: str = "") -> Round:
    """Begin a round, with the topics, groups, weights and thresholds of an earlier one as its baseline.

    Raises:
        Denied, Missing: no right; there is no such earlier round.
        Refused: the id or period cannot stand, or is taken.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    if not ID.fullmatch(name) or name in ("new", "governance"):
        raise Refused(f"“{name}”不能作评估的编号：用字母、数字和 _ -，至多 40 个字符，例如 2024。")
    if not label.strip() or len(label) > 80:
        raise Refused("请写明评估的名称，不超过 80 字，例如“2024 年度重要性评估”。")
    try:
        when = str(Period.parse(period.strip()))
    except PeriodError as wrong:
        raise Refused(f"“{period}”不是期间，请写 2024 这样的年份。") from wrong
    with desk.writing() as made:
        if made.db.execute(select(state.assessment.c.id).where(state.assessment.c.id == name)).first():
            raise Refused(f"已有编号为“{name}”的评估，请换一个编号。")
        last = read_round(made.db, before) if before else None
        made.append(actor.account, "assessment_opened", f"assessment/{name}", {
            "label": label.strip(), "period": when, "before": before,
            "topics": [t.facts for t in last.case.topics] if last else [],
            "groups": [g.facts for g in last.case.groups] if last else [],
            "weights": {f: weighed_facts(w) for f, w in last.weighed.items()} if last else {},
            "thresholds": (last.case.thresholds if last else Thresholds()).facts,
        })
        return read_round(made.db, name)


def weighed_facts(one: Weighed) -> dict[str, Json]:
    """Weights as an event holds them."""
    return {"method": one.method, "given": dict(one.given), "reason": one.reason}


@contextmanager
def changing(desk: Desk, actor: Actor, name: str) -> Iterator[tuple[Writing, Round]]:
    """A transaction in which the office changes a round; what was proposed or confirmed falls if its content moves.

    Raises:
        Denied, Missing: no right; no such round.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    with desk.writing() as made:
        found = read_round(made.db, name)
        yield made, found
        if not found.open and read_round(made.db, name).content != found.hash:
            was = "确认" if found.state == "confirmed" else "提请"
            made.append(actor.account, "materiality_reopened", f"assessment/{name}",
                        {"words": f"内容已变更，原{was}失效，须重新提请确认。", "hash": found.hash})


def named(text: str, what: str, most: int = 60) -> str:
    """A name that somebody typed.

    Raises:
        Refused: none, or too long.
    """
    said = text.strip()
    if not said or len(said) > most:
        raise Refused(f"请写明{what}，不超过 {most} 字。")
    return said


def choices(listed: Mapping[Any, str]) -> list[tuple[str, str]]:
    """The options of a field."""
    return [(str(value), label) for value, label in listed.items()]
