"""Waivers: a finding may stand, because somebody who may decide that says why and until when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding, Status
from qingce.core.errors import Missing, Refused
from qingce.ledger.projections.editions import waiver as waiver_table
from qingce.services.desk.desk import Desk
from qingce.services.desk.laid import current

LONGEST = dt.timedelta(days=366)
"""No waiver lasts longer; a finding that is right for ever is a wrong rule."""
_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a finding may stand.

    Attributes:
        finding: the content of what was found; another case of the same rule is another finding.
        words: its sentence.
        until: the last day.
    """

    id: str
    finding: str
    rule: str
    words: str
    reason: str
    by: str
    at: str
    until: str
    ended: str

    def holds(self, today: dt.date) -> bool:
        """Whether it is in force."""
        return not self.ended and self.until >= today.isoformat()


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the waiver that was last given for it; ``waivable`` where one may be given."""

    finding: Finding
    waiver: Waiver | None
    waivable: bool


def read_waivers(db: Connection) -> list[Waiver]:
    """Every waiver, the latest first."""
    rows = db.execute(select(waiver_table).order_by(waiver_table.c.at.desc(), waiver_table.c.id))
    return [Waiver(**row) for row in rows.mappings()]


def waivers(desk: Desk, actor: Actor) -> list[Waiver]:
    """Every waiver, the latest first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_FINDINGS)
    with desk.reading() as db:
        return read_waivers(db)


def judged(desk: Desk, actor: Actor) -> list[Judged]:
    """Every finding that does not hold, with its waiver; errors first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_FINDINGS)
    project = current(desk)
    with desk.reading() as db:
        latest = _latest(read_waivers(db))
    rank = {"error": 0, "warning": 1, "note": 2}
    failed = [(f, False) for f in project.records.findings if f.status is Status.FAIL]
    failed += [(f, True) for f in project.judged if f.status is Status.FAIL]
    failed.sort(key=lambda pair: rank[pair[0].severity.value])
    return [Judged(f, latest.get(f.content), waivable) for f, waivable in failed]


def _latest(waivers: list[Waiver]) -> Mapping[str, Waiver]:
    found: dict[str, Waiver] = {}
    for one in waivers:
        found.setdefault(one.finding, one)
    return found


def waive(desk: Desk, actor: Actor, content: str, *, reason: str, until: dt.date | None) -> Waiver:
    """Let a finding stand until a day, that day included.

    Args:
        content: :attr:`qingce.core.check.Finding.content` of what was found.

    Raises:
        Denied, Missing: no right; nothing of that content is found now.
        Refused: no reason, no day, a day that is over or too far off, or a finding that can only be mended.
    """
    desk.require(actor, Action.WAIVE_FINDING)
    found = next((j for j in judged(desk, actor) if j.finding.content == content), None)
    if found is None:
        raise Missing("没有这个疑点；它可能已经改变或消除，请刷新后再看。")
    if not found.waivable:
        raise Refused("交数的错误不能豁免：文件没有读入，请改正后重新提交。")
    if not reason.strip() or len(reason) > _WORDS:
        raise Refused(f"请写明豁免的原因，不超过 {_WORDS} 字。")
    if until is None or until < desk.today or until > desk.today + LONGEST:
        raise Refused("请写明到期日，不早于今天，也不晚于一年之后，例如 2025-06-30。")
    number = uuid.uuid4().hex[:16]
    with desk.writing() as made:
        for one in read_waivers(made.db):
            if one.finding == content and one.holds(desk.today):
                raise Refused(f"这个疑点已豁免至 {one.until}；如要变更，请先终止原豁免。")
        made.append(actor.account, "finding_waived", f"finding/{content}", {
            "waiver": number, "rule": found.finding.rule, "words": found.finding.reason, "reason": reason.strip(),
            "until": until.isoformat(),
        })
        return next(w for w in read_waivers(made.db) if w.id == number)


def end_waiver(desk: Desk, actor: Actor, number: str, reason: str) -> None:
    """End a waiver before its day.

    Raises:
        Denied, Missing, Refused: no right; there is none in force; no reason is given.
    """
    desk.require(actor, Action.WAIVE_FINDING)
    if not reason.strip():
        raise Refused("请写明终止豁免的原因。")
    with desk.writing() as made:
        found = next((w for w in read_waivers(made.db) if w.id == number and not w.ended), None)
        if found is None:
            raise Missing("没有这项豁免，或已终止。")
        made.append(actor.account, "waiver_ended", f"finding/{found.finding}",
                    {"waiver": number, "reason": reason.strip()})
