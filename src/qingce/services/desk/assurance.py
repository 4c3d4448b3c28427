"""Engagements of assurers: the office opens one on an edition, the assurer tests it and concludes.

An assurer reads everything within his scope and changes nothing but his own papers: samples, requests, conclusions.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, func, select

from qingce.casework.projection import OUTCOME_LABELS, Outcome
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.projections.assurance import drawn, engagement, request, sample
from qingce.services.desk.assurance_hands import Hands, drawn_figures, hands_on
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import Edition, edition

LEVELS: Mapping[str, str] = {"limited": "有限保证", "reasonable": "合理保证"}
STANDARDS = ("ISAE 3000（修订）", "ISAE 3410", "ISSA 5000", "中国注册会计师其他鉴证业务准则第3101号", "AA1000AS v3")
OPINIONS: Mapping[str, str] = {
    "unmodified": "无保留意见", "qualified": "保留意见", "adverse": "否定意见", "disclaimer": "无法表示结论",
}
_WORDS = 2000
_NOBODY: Hands = {}


@dataclass(frozen=True, slots=True)
class Engagement:
    """What an assurer was engaged for.

    Attributes:
        edition: the edition it is about.
        orgs: tops of the subtrees in its boundary; ``packs`` and ``metrics`` narrow it, empty means all.
        outcome: the overall conclusion, or empty.
        units, tested, exceptions, asked: drawn units, those with a result, those that differ, open requests.
    """

    id: str
    name: str
    firm: str
    standard: str
    level: str
    edition: str
    orgs: tuple[str, ...]
    packs: tuple[str, ...]
    metrics: tuple[str, ...]
    due: str
    by: str
    at: str
    outcome: str
    words: str
    concluded_by: str
    concluded: str
    samples: int = 0
    units: int = 0
    tested: int = 0
    exceptions: int = 0
    asked: int = 0

    @property
    def open(self) -> bool:
        """Whether there is no overall conclusion yet."""
        return not self.outcome

    def holds(self, metric: str, pack: str, path: Sequence[str]) -> bool:
        """Whether a figure lies in the boundary.

        Args:
            path: its org and the org's ancestors.
        """
        return (any(org in path for org in self.orgs) and (not self.packs or pack in self.packs)
                and (not self.metrics or metric in self.metrics))


def boundary(desk: Desk, of: Engagement) -> Iterator[tuple[str, str]]:
    """Every org and pack of the boundary, for asking rights."""
    for org in of.orgs:
        for pack in of.packs or tuple(desk.registry.packs):
            yield org, pack


def require(desk: Desk, actor: Actor, action: Action, of: Engagement, hands: Hands = _NOBODY) -> None:
    """Refuse an act on any part of the boundary that is not this actor's.

    Args:
        hands: through which what is judged passed; who opened the engagement counts anyhow.

    Raises:
        Denied: with the reason in Chinese.
    """
    everybody = {**hands, "opened": frozenset({of.by})}
    for org, pack in boundary(desk, of):
        desk.require(actor, action, replace(desk.target(org, pack), hands=everybody))


def may(desk: Desk, actor: Actor, action: Action, of: Engagement, figures: Sequence[str] = ()) -> bool:
    """Whether the actor could do something in an engagement that is not over.

    Args:
        figures: on which he would judge.
    """
    if not of.open or not desk.may(actor, action):
        return False
    with desk.reading() as db:
        hands = hands_on(desk, db, of.id, of.edition, figures)
    try:
        require(desk, actor, action, of, hands)
    except Denied:
        return False
    return True


def figures_tested(desk: Desk, of: Engagement) -> tuple[str, ...]:
    """Every figure of which something was drawn."""
    with desk.reading() as db:
        return drawn_figures(db, of.id)


def require_reading(desk: Desk, actor: Actor, of: Engagement) -> None:
    """Refuse who is neither an assurer of this boundary nor the office.

    Raises:
        Denied: with the reason in Chinese.
    """
    if not (desk.may(actor, Action.RUN_ENGAGEMENT) or desk.may(actor, Action.CONCLUDE)):
        raise Denied("鉴证室由鉴证人员和 ESG 办公室使用。")
    require(desk, actor, Action.READ_RECORDS, of)


# -- reading ----------------------------------------------------------------------------------------
def engagements(desk: Desk, actor: Actor) -> list[Engagement]:
    """Those that this actor may read, the latest first.

    Raises:
        Denied: neither an assurer nor the office.
    """
    if not (desk.may(actor, Action.RUN_ENGAGEMENT) or desk.may(actor, Action.CONCLUDE)):
        raise Denied("鉴证室由鉴证人员和 ESG 办公室使用。")
    with desk.reading() as db:
        found = read_engagements(db)
    return [each for each in found if _readable(desk, actor, each)]


def _readable(desk: Desk, actor: Actor, of: Engagement) -> bool:
    try:
        require_reading(desk, actor, of)
    except Denied:
        return False
    return True


def get(desk: Desk, actor: Actor, name: str) -> Engagement:
    """One of them.

    Raises:
        Denied, Missing: not for this actor; there is none.
    """
    with desk.reading() as db:
        found = read_engagement(db, name)
    require_reading(desk, actor, found)
    return found


def read_engagement(db: Connection, name: str) -> Engagement:
    """One of them, from an open transaction.

    Raises:
        Missing: there is none.
    """
    found = read_engagements(db, name)
    if not found:
        raise Missing("没有这项鉴证业务。")
    return found[0]


def read_engagements(db: Connection, name: str = "") -> list[Engagement]:
    """Every engagement with its counts, the latest first."""
    wanted = select(engagement).order_by(engagement.c.at.desc(), engagement.c.id)
    if name:
        wanted = wanted.where(engagement.c.id == name)
    return [_engagement(row, *_counts(db, row["id"])) for row in db.execute(wanted).mappings()]


def _counts(db: Connection, name: str) -> tuple[int, int, int, int, int]:
    counted = db.execute(select(drawn.c.outcome, func.count()).where(drawn.c.engagement == name)
                         .group_by(drawn.c.outcome))
    by_outcome = {str(row[0]): int(row[1]) for row in counted}
    units = sum(by_outcome.values())
    samples = db.execute(select(func.count()).select_from(sample).where(sample.c.engagement == name)).scalar_one()
    asked = db.execute(select(func.count()).select_from(request).where(
        request.c.engagement == name, request.c.state == "open")).scalar_one()
    return samples, units, units - by_outcome.get("", 0), by_outcome.get("exception", 0), asked


def _engagement(row: Any, *counts: int) -> Engagement:
    said = dict(row)
    for name in ("orgs", "packs", "metrics"):
        said[name] = tuple(json.loads(said[name]))
    said |= zip(("samples", "units", "tested", "exceptions", "asked"), counts, strict=True)
    return Engagement(**said)


def edition_of(desk: Desk, actor: Actor, of: Engagement) -> Edition:
    """The edition that an engagement is about.

    Raises:
        Missing: it is not there, or not for this actor.
    """
    return edition(desk, actor, of.edition)


# -- acts -------------------------------------------------------------------------------------------
def open_engagement(
    desk: Desk, actor: Actor, *, name: str, firm: str, standard: str, level: str, of: str, due: dt.date | None,
    orgs: Sequence[str] = (), packs: Sequence[str] = (), metrics: Sequence[str] = (),
) -> Engagement:
    """Engage an assurer on an edition.

    Args:
        of: the edition's id.
        orgs: tops of subtrees; default the whole tree.
        packs, metrics: what of it; default all.

    Raises:
        Denied, Missing: no right for the whole boundary; no such edition or org.
        Refused: something is not given, or a pack or metric does not exist.
    """
    about = edition(desk, actor, of)
    if not name.strip() or not standard.strip() or len(name + firm + standard) > 300:
        raise Refused("请写明业务名称和所依据的准则，合计不超过 300 字。")
    if level not in LEVELS:
        raise Refused("保证程度为有限保证或合理保证。")
    if due is None:
        raise Refused("请写明完成日期，例如 2025-03-31。")
    for wanted, known, word in ((packs, desk.registry.packs, "指标包"), (metrics, desk.registry.metrics, "指标")):
        if unknown := [each for each in wanted if each not in known]:
            raise Refused(f"没有{word}“{unknown[0]}”。")
    made_up = Engagement("", name.strip(), firm.strip(), standard.strip(), level, about.id,
                         tuple(dict.fromkeys(orgs)) or (desk.tree.root,), tuple(packs), tuple(metrics),
                         due.isoformat(), actor.account, "", "", "", "", "")
    require(desk, actor, Action.RUN_ENGAGEMENT, made_up)
    number = uuid.uuid4().hex[:12]
    with desk.writing() as made:
        made.append(actor.account, "engagement_opened", f"engagement/{number}", {
            "name": made_up.name, "firm": made_up.firm, "standard": made_up.standard, "level": level,
            "edition": about.id, "orgs": list(made_up.orgs), "packs": list(packs), "metrics": list(metrics),
            "due": made_up.due,
        })
        return read_engagement(made.db, number)


def conclude_unit(
    desk: Desk, actor: Actor, name: str, number: int, place: int, *, outcome: str, difference: str = "",
    words: str = "",
) -> None:
    """Record what came of one unit of a sample.

    Args:
        difference: of an exception, what is recorded less what should be, in the sample's unit.

    Raises:
        Denied, Missing: no right; no such unit.
        Refused: an exception without an amount or words, or the engagement is over.
    """
    if outcome not in set(Outcome):
        raise Refused(f"结论为{'、'.join(OUTCOME_LABELS.values())}之一。")
    amount = _difference(difference) if outcome == Outcome.EXCEPTION else Decimal(0)
    if outcome != Outcome.AGREE and not words.strip():
        raise Refused("例外和未测试都要写明情况。")
    _worded(words)
    with desk.writing() as made:
        of = _going_on(desk, actor, made.db, name)
        row = made.db.execute(select(
            drawn.c.unit, sample.c.unit.label("measure"), sample.c.kind, sample.c.figure).join(
            sample, (sample.c.engagement == drawn.c.engagement) & (sample.c.number == drawn.c.sample)).where(
            drawn.c.engagement == of.id, drawn.c.sample == number, drawn.c.place == place)).first()
        if row is None:
            raise Missing("样本中没有这一项。")
        _apart(desk, actor, made.db, of, [row.figure if row.kind == "rows" else row.unit])
        if outcome == Outcome.EXCEPTION and row.measure and amount == 0:
            raise Refused("请写明例外的差额（账面数减应有数），高报为正、低报为负。")
        made.append(actor.account, "conclusion_recorded", f"engagement/{of.id}", {
            "about": "unit", "sample": number, "place": place, "unit": row.unit, "outcome": outcome,
            "difference": f"{amount:f}", "words": words.strip(),
        })


def conclude(desk: Desk, actor: Actor, name: str, *, outcome: str, words: str) -> None:
    """Record the overall conclusion; the engagement is over with it.

    Raises:
        Denied, Missing: no right; no such engagement.
        Refused: no words, no unit tested, units without a result, open requests, or it is over.
    """
    if outcome not in OPINIONS:
        raise Refused(f"总体结论为{'、'.join(OPINIONS.values())}之一。")
    if not words.strip():
        raise Refused("请写明总体结论及其依据。")
    _worded(words)
    with desk.writing() as made:
        of = _going_on(desk, actor, made.db, name)
        _apart(desk, actor, made.db, of, drawn_figures(made.db, of.id))
        if not of.units:
            raise Refused("还没有抽样，不能作出总体结论。")
        if of.tested < of.units:
            raise Refused(f"还有 {of.units - of.tested} 项样本没有结论；不测试的请注明“未测试”和原因。")
        if of.asked:
            raise Refused(f"还有 {of.asked} 项索证没有答复。")
        made.append(actor.account, "conclusion_recorded", f"engagement/{of.id}", {
            "about": "engagement", "outcome": outcome, "words": words.strip()})


def _going_on(desk: Desk, actor: Actor, db: Connection, name: str) -> Engagement:
    of = read_engagement(db, name)
    require(desk, actor, Action.CONCLUDE, of)
    still_open(of)
    return of


def _apart(desk: Desk, actor: Actor, db: Connection, of: Engagement, figures: Sequence[str]) -> None:
    """Refuse who had a hand in what he would conclude on."""
    require(desk, actor, Action.CONCLUDE, of, hands_on(desk, db, of.id, of.edition, figures))


def still_open(of: Engagement) -> None:
    """Refuse an act on an engagement that is over.

    Raises:
        Refused: it has its conclusion.
    """
    if not of.open:
        raise Refused("总体结论已经作出，这项业务不再变动；需要补充时请另开一项。")


def _difference(text: str) -> Decimal:
    if not text.strip():
        return Decimal(0)
    try:
        found = Decimal(text.replace(",", "").replace("，", "").strip())
    except InvalidOperation as wrong:
        raise Refused(f"“{text[:40]}”不是数，请写差额，例如 -1200.50。") from wrong
    if not found.is_finite() or abs(found.adjusted()) > 30:
        raise Refused(f"“{text[:40]}”不是可用的差额。")
    return found


def _worded(words: str) -> None:
    if len(words) > _WORDS:
        raise Refused(f"说明不超过 {_WORDS} 字。")
