"""Change after freezing: asked by one, decided by another; and the register of what moved.

The register says of each published figure that is another one now: old, new, why, whether the difference
reaches the threshold, who approved it, the footnote, and the way from one value to the other.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor, Target
from qingce.core.errors import Missing, Refused
from qingce.core.event import Json, canonical
from qingce.ledger.editions import Sealed
from qingce.ledger.projections.editions import change as change_table
from qingce.ledger.projections.editions import restatement as restatement_table
from qingce.services.desk.bridge import Side, Step, bridges, read_steps
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import Edition, edition, figures_of, read_editions, sealed
from qingce.services.desk.laid import overlay_of, project_of
from qingce.services.desk.now import figures_now
from qingce.services.overlay import Overlay

THRESHOLD = Decimal(5)
"""Per cent of the old value from which a difference is material, unless the bank says otherwise."""
_WORDS = 2000


@dataclass(frozen=True, slots=True)
class Change:
    """A request to change what was frozen; ``state`` is ``asked``, ``granted`` or ``refused``."""

    id: str
    edition: str
    reason: str
    asked_by: str
    at: str
    state: str
    decided_by: str
    decided: str
    words: str
    used: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that stood in an edition and is another one now; values as text, ``None`` where absent."""

    key: str
    label: str
    old: str | None
    new: str | None
    old_text: str
    new_text: str
    unit: str
    pages: tuple[str, ...]

    @property
    def share(self) -> Decimal | None:
        """The difference in per cent of the old value."""
        if self.old is None or self.new is None or not Decimal(self.old):
            return None
        return abs((Decimal(self.new) - Decimal(self.old)) / Decimal(self.old) * 100)


@dataclass(frozen=True, slots=True)
class Restatement:
    """An entry of the register."""

    id: str
    change: str
    key: str
    label: str
    old: str | None
    new: str | None
    old_text: str
    new_text: str
    unit: str
    reason: str
    threshold: str
    beyond: bool
    footnote: str
    steps: tuple[Step, ...]
    by: str
    at: str
    approved_by: str
    approved: str


# -- change requests --------------------------------------------------------------------------------
def read_changes(db: Connection) -> list[Change]:
    """Every change request, the latest first."""
    rows = db.execute(select(change_table).order_by(change_table.c.at.desc(), change_table.c.id))
    return [Change(**row) for row in rows.mappings()]


def changes(desk: Desk, actor: Actor) -> list[Change]:
    """Every change request, the latest first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_EDITIONS)
    with desk.reading() as db:
        return read_changes(db)


def request_change(desk: Desk, actor: Actor, name: str, reason: str) -> str:
    """Ask to change a frozen edition; returns the request's id.

    Raises:
        Denied, Missing: no right; there is no such edition.
        Refused: no reason; a newer edition stands; another request waits.
    """
    desk.require(actor, Action.REQUEST_CHANGE)
    if not reason.strip() or len(reason) > _WORDS:
        raise Refused(f"请写明变更的原因，不超过 {_WORDS} 字。")
    found = edition(desk, actor, name)
    number = uuid.uuid4().hex[:16]
    with desk.writing() as made:
        newest = next(e for e in read_editions(made.db) if e.period == found.period)
        if newest.id != name:
            raise Refused(f"已有更新的一版（第 {newest.revision} 版），请对最近一版提出变更。")
        for one in read_changes(made.db):
            if one.edition == name and not one.used and one.state != "refused":
                raise Refused("对这一版已有一项变更申请在办，请先办结。")
        made.append(actor.account, "change_requested", f"change/{number}", {"edition": name, "reason": reason.strip()})
    return number


def decide_change(desk: Desk, actor: Actor, number: str, *, granted: bool, words: str) -> Change:
    """Say yes or no to a change; whoever asked may not.

    Raises:
        Denied, Missing, Refused: no right, or one's own request; none that waits; no words where it is refused.
    """
    with desk.writing() as made:
        found = _change(made.db, number)
        desk.require(actor, Action.DECIDE_CHANGE, Target(hands={"asked": frozenset({found.asked_by})}))
        if found.state != "asked":
            raise Refused("这项申请已经批复。")
        if not granted and not words.strip():
            raise Refused("请写明不同意的原因。")
        made.append(actor.account, "change_decided", f"change/{number}",
                    {"about": "change", "granted": granted, "words": words.strip()})
        return _change(made.db, number)


def _change(db: Connection, number: str) -> Change:
    found = next((c for c in read_changes(db) if c.id == number), None)
    if found is None:
        raise Missing("没有这项变更申请。")
    return found


# -- what moved -------------------------------------------------------------------------------------
def moved(seal: Sealed, now: Mapping[str, Any]) -> list[Moved]:
    """Figures of an edition whose value or answer is another one in ``now`` (a ``figures.json``).

    A figure that only one side has is new or gone, and not restated.
    """
    before = {f["id"]: f for f in figures_of(seal)["figures"]}
    found = []
    for figure in now["figures"]:
        old = before.get(figure["id"])
        if old is None or (old["value"], old["answered"]) == (figure["value"], figure["answered"]):
            continue
        metric = now["metrics"][figure["metric"]]
        found.append(Moved(
            figure["id"], _label(figure, metric), old["value"], figure["value"], old["text"] or "—",
            figure["text"] or "—", figure["unit"], tuple(dict.fromkeys([*old["pages"], *figure["pages"]])),
        ))
    return found


def _label(figure: Mapping[str, Any], metric: Mapping[str, Any]) -> str:
    members = "、".join(metric["members"].get(d, {}).get(code, code) for d, code in figure["dims"].items())
    tail = "，".join(part for part in (members, figure["period"]) if part)
    return f"{metric['label']}（{tail}）"


@dataclass(frozen=True)
class Drift:
    """What moved since the edition that a change request is about, against the report as it stands."""

    change: Change
    edition: Edition
    moved: tuple[Moved, ...]
    entries: Mapping[str, Restatement]


def drift(desk: Desk, actor: Actor, number: str) -> Drift:
    """Compare the report as it stands with the edition that is to be changed.

    Raises:
        Denied, Missing: no right; no such request.
    """
    desk.require(actor, Action.READ_EDITIONS)
    with desk.reading() as db:
        found = _change(db, number)
        overlay = overlay_of(desk, db, change=number)
        entries = {r.key: r for r in read_register(db) if r.change == number}
    old = edition(desk, actor, found.edition)
    if found.used:
        now = figures_of(sealed(desk, edition(desk, actor, found.used)))
    else:
        now = figures_now(project_of(desk, overlay))
    return Drift(found, old, tuple(moved(sealed(desk, old), now)), entries)


# -- the register -----------------------------------------------------------------------------------
def read_register(db: Connection) -> list[Restatement]:
    """Every entry, the latest first."""
    rows = db.execute(select(restatement_table).order_by(restatement_table.c.at.desc(), restatement_table.c.key))
    found = []
    for row in rows.mappings():
        said = dict(row)
        said["beyond"], said["steps"] = bool(said["beyond"]), read_steps(said.pop("bridge"))
        found.append(Restatement(**said))
    return found


def register(desk: Desk, actor: Actor) -> list[Restatement]:
    """Every entry of the restatement register, the latest first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_EDITIONS)
    with desk.reading() as db:
        return read_register(db)


def restate(
    desk: Desk, actor: Actor, number: str, reasons: Mapping[str, str], *, threshold: str = "",
    footnotes: Mapping[str, str] | None = None,
) -> int:
    """Enter moved figures into the register; returns how many. Said again, an entry needs approval again.

    Args:
        reasons: why, by the figure's key.
        threshold: per cent from which a difference is material.
        footnotes: words beside the number; default says old value and reason where the difference is material.

    Raises:
        Denied, Missing: no right; no such request.
        Refused: the request is not granted or is used up; a figure did not move; a reason is missing; the threshold
            is not a number.
    """
    desk.require(actor, Action.RESTATE)
    limit = _threshold(threshold)
    seen = drift(desk, actor, number)
    if seen.change.state != "granted" or seen.change.used:
        raise Refused("变更申请尚未批准，或已经用于新的一版。")
    by_key = {one.key: one for one in seen.moved}
    wrong = [key for key in reasons if key not in by_key]
    if wrong:
        raise Refused(f"“{wrong[0]}”没有变动，不必登记。")
    empty = [by_key[key].label for key, reason in reasons.items() if not reason.strip() or len(reason) > _WORDS]
    if empty:
        raise Refused(f"请写明“{empty[0]}”追溯调整的原因，不超过 {_WORDS} 字。")
    with desk.reading() as db:
        overlay = overlay_of(desk, db, change=number)
    steps = _bridges(desk, seen, list(reasons), overlay)
    with desk.writing() as made:
        if _change(made.db, number).used:
            raise Refused("变更申请已经用于新的一版。")
        for key, reason in reasons.items():
            note = (footnotes or {}).get(key, "").strip()
            said = _entry(by_key[key], reason.strip(), limit, note[:_WORDS], steps[key])
            made.append(actor.account, "restated", f"restatement/{number}/{key}", {"change": number, **said})
    return len(reasons)


def _entry(one: Moved, reason: str, limit: Decimal, note: str, steps: Sequence[Step]) -> dict[str, Json]:
    """What the register says of a figure; where the difference is material it has a footnote in any case."""
    beyond = one.share is None or one.share >= limit
    return {
        "key": one.key, "label": one.label, "old": one.old, "new": one.new, "old_text": one.old_text,
        "new_text": one.new_text, "unit": one.unit, "reason": reason, "threshold": f"{limit:f}", "beyond": beyond,
        "footnote": note or (_footnote(one, reason) if beyond else ""), "bridge": [step.facts for step in steps],
    }


def _bridges(desk: Desk, seen: Drift, keys: Sequence[str], overlay: Overlay) -> dict[str, tuple[Step, ...]]:
    seal = sealed(desk, seen.edition)
    old = Side.frozen(seal, figures_of(seal))
    new = Side.live(desk.folder, overlay, figures_now(project_of(desk, overlay)))
    return bridges(keys, old, new)


def _threshold(text: str) -> Decimal:
    if not text.strip():
        return THRESHOLD
    try:
        limit = Decimal(text.strip())
    except InvalidOperation as wrong:
        raise Refused(f"重要性门槛“{text[:20]}”不是数字，请填写百分比，例如 5。") from wrong
    if not limit.is_finite() or not 0 <= limit <= 100:
        raise Refused("重要性门槛是 0 至 100 之间的百分比，例如 5。")
    return limit


def _footnote(one: Moved, reason: str) -> str:
    return f"追溯调整：原披露 {one.old_text}，调整为 {one.new_text}。原因：{reason.strip().rstrip('。')}。"


def approve_restatements(desk: Desk, actor: Actor, number: str, seal: str) -> int:
    """Approve all entries of a change as they stand; whoever entered one may not.

    Args:
        seal: what was seen (:func:`seal_of`), so that nothing else is approved.

    Raises:
        Denied, Missing, Refused: no right, or one's own entry; no such request; nothing to approve, or it was
            changed since it was seen.
    """
    with desk.writing() as made:
        found = _change(made.db, number)
        entries = [r for r in read_register(made.db) if r.change == number and not r.approved]
        hands = frozenset({r.by for r in entries} | {found.asked_by})
        desk.require(actor, Action.DECIDE_CHANGE, Target(hands={"asked": hands}))
        if not entries:
            raise Refused("没有待批复的追溯调整。")
        if seal != seal_of(entries):
            raise Refused("追溯调整登记在您打开页面之后有了变动，请看过后再批复。")
        made.append(actor.account, "change_decided", f"change/{number}", {
            "about": "restatements", "keys": [*sorted(r.key for r in entries)], "seal": seal})
    return len(entries)


def seal_of(entries: Sequence[Restatement]) -> str:
    """A hash over exactly what is approved."""
    told: Json = [[r.key, r.old, r.new, r.reason, r.footnote, r.threshold] for r in sorted(entries, key=lambda r: r.key)
            if not r.approved]
    return hashlib.sha256(canonical(told).encode()).hexdigest()
