"""One printed number of an edition, taken down to what it was made of when it was frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from threading import Lock
from typing import Any

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing
from qingce.core.figure import FigureKey
from qingce.core.metric import KIND_LABELS, Kind
from qingce.services.desk.assurance import Engagement, edition_of, require_reading
from qingce.services.desk.assurance_frames import figure_label
from qingce.services.desk.desk import Desk
from qingce.services.desk.edition_records import project_of_edition
from qingce.services.desk.editions import figures_of, sealed
from qingce.services.desk.figurepage import Part
from qingce.services.desk.sources import Source, changed_sources
from qingce.services.explain import ORIGINS
from qingce.services.rows import Rows, list_rows

_DEEP = 12
_READING = Lock()


@dataclass(frozen=True)
class Trail:
    """A frozen figure with everything behind it.

    Attributes:
        text: as printed; ``stored`` the value itself with its unit.
        card: the 口径 of the edition, by Chinese label.
        pages: slugs of the pages that print it.
        changed: files behind it that are not what they were any more.
        listed: whether ledger rows of its own stand behind it.
    """

    key: str
    label: str
    text: str
    stored: str
    card: Mapping[str, str]
    tree: Part
    pages: tuple[str, ...]
    changed: tuple[Source, ...]
    listed: bool


def trail(desk: Desk, actor: Actor, of: Engagement, figure: str) -> Trail:
    """A figure of the engagement's edition.

    Raises:
        Denied, Missing: not for this actor; the edition has no such figure.
    """
    require_reading(desk, actor, of)
    said = figures_of(sealed(desk, edition_of(desk, actor, of)))
    known = {each["id"]: each for each in said["figures"]}
    if figure not in known:
        raise Missing(f"这一版没有数值“{figure}”。")
    found = known[figure]
    return Trail(
        figure, figure_label(desk, said, found), found["text"] or _stored(found), _stored(found),
        _card(said["metrics"][found["metric"]]), _part(desk, said, known, figure, set(), 0), tuple(found["pages"]),
        tuple(s for s in changed_sources(desk, f"figure/{figure}") if s.changed),
        bool(said["lineage"].get(found["lineage"] or "", {}).get("rows_sql")),
    )


def _stored(found: Mapping[str, Any]) -> str:
    return f"{Decimal(found['value']):,f} {found['unit']}".strip() if found["value"] is not None else "—"


def _card(declared: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        "口径": declared["definition"], "单位": declared["shown"] or "比值",
        "时间属性": KIND_LABELS[Kind(declared["kind"])],
        "取得方式": "填报" if declared["filed"] else "计算", "归口部门": declared["owner"],
        "指标包": declared["pack_label"], "服务的披露项": "、".join(declared["standards"]),
    }
    return {name: str(text) for name, text in facts.items() if text}


def _part(
    desk: Desk, said: Mapping[str, Any], known: Mapping[str, Any], key: str, seen: set[str], depth: int
) -> Part:
    found = known[key]
    text, label = found["text"] or _stored(found), figure_label(desk, said, found)
    if key in seen or depth > _DEEP:
        return Part(key, label, text, "", "", again=True)
    seen.add(key)
    record = said["lineage"].get(found["lineage"] or "", {})
    operands = tuple(_part(desk, said, known, name, seen, depth + 1)
                     for name in record.get("operands", ()) if name in known)
    filed = record.get("origin") == "filed"
    formula = (found["source"] or found["reason"]) if filed else record.get("formula", "")
    return Part(key, label, text, ORIGINS.get(record.get("origin", ""), ""), formula,
                tuple(record.get("factors", ())), tuple(record.get("inputs", ())), operands)


def trail_rows(desk: Desk, actor: Actor, of: Engagement, figure: str, limit: int = 20) -> Rows:
    """The first rows behind a figure of the edition, with the totals that prove they are the right ones.

    Raises:
        Denied, Missing, QingceError: not for this actor; no such figure.
    """
    require_reading(desk, actor, of)
    key = FigureKey.parse(figure)
    desk.require(actor, Action.READ_RECORDS, desk.target(key.org, desk.registry.pack_of.get(key.metric, "")))
    # one at a time: a computation takes all of a small machine
    with _READING:
        return list_rows(project_of_edition(desk, edition_of(desk, actor, of)), figure, min(limit, 200))
