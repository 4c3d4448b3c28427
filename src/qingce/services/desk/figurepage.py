"""The figure page: one value with everything that stands behind it, from the latest build and from the journal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from qingce.casework.item import Item
from qingce.casework.rights import Action, Actor
from qingce.core.amount import Absent
from qingce.core.errors import BindingError, Missing, PeriodError
from qingce.core.estimate import Estimate
from qingce.core.event import VERBS, Event
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.metric import KIND_LABELS, Metric
from qingce.core.period import Period
from qingce.core.unit import MONEY, below_print, unit
from qingce.ledger.figures import Revision
from qingce.services.desk.acting import posts
from qingce.services.desk.desk import Desk
from qingce.services.desk.grading import Grade, Grades, below, figure_grade
from qingce.services.desk.items import items_behind, latest_figures
from qingce.services.desk.labels import answer_text, metric_label, org_name, pack_label
from qingce.services.desk.qualityroom import filed_since
from qingce.services.explain import ORIGINS, Node, explain
from qingce.services.quality.scale import editions
from qingce.services.rows import Rows, list_rows

_SHOWN_ROWS = 20
_BEFORE = {Qualifier.OVER: "超", Qualifier.NEARLY: "近", Qualifier.ABOUT: "约", Qualifier.EXACT: ""}
_DEEP = 12
_COMPUTING = Lock()


@dataclass(frozen=True, slots=True)
class Part:
    """A figure of the formula tree.

    Attributes:
        again: it stands elsewhere in the tree and is not unfolded twice.
    """

    key: str
    label: str
    text: str
    origin: str
    formula: str
    factors: tuple[Mapping[str, Any], ...] = ()
    inputs: tuple[Mapping[str, Any], ...] = ()
    operands: tuple[Part, ...] = ()
    again: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did, from the journal."""

    at: str
    by: str
    did: str
    words: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Printed:
    """A place in a page's source that binds the metric.

    Attributes:
        slug: of the page, as the preview knows it; empty where the source names none.
    """

    page: str
    title: str
    lines: tuple[int, ...]
    slug: str = ""

    @property
    def href(self) -> str:
        """Where the chapter is read; the other language stands beside the first one."""
        beside = "/english" if self.page.startswith("en/") else ""
        return f"/preview/{self.slug}{beside}" if self.slug else ""


@dataclass(frozen=True, slots=True)
class FigurePage:
    """Everything about one figure.

    Attributes:
        key: ``metric/org/period/dim=code``.
        card: the 口径 card, by Chinese label.
        tree: nothing where no build has stored the figure.
        revisions: oldest first.
        items: of every campaign that asked for it, the latest first.
        acts: newest first.
        series: the same figure in other periods.
        grade: its data quality; nothing where it is absent.
        below: that of the same figure of the orgs below, together.
    """

    key: FigureKey
    label: str
    org: str
    text: str
    unit: str
    card: Mapping[str, str]
    figure: Figure | None
    tree: Part | None
    revisions: tuple[Revision, ...]
    items: tuple[Item, ...]
    acts: tuple[Act, ...]
    printed: tuple[Printed, ...]
    series: tuple[tuple[str, str], ...] = ()
    used_by: tuple[tuple[str, str], ...] = field(default=())
    grade: Grade | None = None
    below: Grade | None = None


def figure_page(desk: Desk, actor: Actor, text: str) -> FigurePage:
    """A figure by its key.

    Raises:
        Denied, Missing: no right; no such metric, org or period.
    """
    key, metric = read_key(desk, text)
    desk.require(actor, Action.READ_FIGURES, desk.target(key.org, desk.registry.pack_of.get(key.metric, "")))
    stored = latest_figures(desk)
    figure = stored.get(key)
    with desk.reading() as db:
        found = tuple(items_behind(desk, db, key.metric, key.period, key.dims, [key.org]))
        called = posts(db)
    series = sorted((k.period, figure_text(metric, f)) for k, f in stored.items()
                    if k.metric == key.metric and (k.org, k.dims) == (key.org, key.dims))
    shown = figure_text(metric, figure) if figure is not None else answer_text(found[0]) if found else "—"
    return FigurePage(
        key, metric_label(desk, key.metric, key.dims), org_name(desk, key.org), shown, metric.shown.text,
        metric_card(desk, metric), figure,
        desk.kept.get(("tree", key), (stored,), lambda: _tree(desk, figure, stored, set(), 0)) if figure else None,
        desk.kept.get(("revisions", key), (stored,), lambda: tuple(desk.figures.revisions(key))),
        found, acts_of(desk, (i.subject for i in found), called),
        printed_on(desk, key.metric), tuple(series), _used_by(desk, key.metric),
        figure_grade(desk, key, found[0] if found else None), _below(desk, key),
    )


def _below(desk: Desk, key: FigureKey) -> Grade | None:
    orgs = desk.tree.children(key.org, Period.parse(key.period).end) if key.org in desk.tree else ()
    return below(Grades(desk, filed_since(desk, orgs)), key) if orgs else None


def _used_by(desk: Desk, metric: str) -> tuple[tuple[str, str], ...]:
    """What is computed from it, as declared."""
    return desk.kept.get(("used by", metric), None, lambda: tuple(
        (m.name, m.label) for m in desk.registry.metrics.values() if metric in m.params))


def read_key(desk: Desk, text: str) -> tuple[FigureKey, Metric]:
    """The key that a text names; org and period may be left out.

    Raises:
        Missing: it names nothing.
    """
    name, *rest = text.split("/")
    try:
        metric = desk.registry.metric(name)
        period = str(Period.parse(rest[1])) if len(rest) > 1 else str(desk.settings.period)
    except (BindingError, PeriodError) as wrong:
        raise Missing(f"没有数值“{text}”。") from wrong
    org = rest[0] if rest else desk.settings.org
    desk.path(org)
    pairs = [pair.split("=", 1) for pair in rest[2].split(",")] if len(rest) > 2 and rest[2] else []
    if any(len(pair) != 2 or pair[0] not in metric.by for pair in pairs):
        raise Missing(f"没有数值“{text}”。")
    return FigureKey(name, org, period, tuple((pair[0], pair[1]) for pair in pairs)), metric


def figure_text(metric: Metric, figure: Figure, money: str = "") -> str:
    """A stored figure as printed, with its wording.

    Args:
        money: the unit in which money is printed, by that unit's rule; empty for each metric's own.
    """
    if figure.amount.absent:
        return {Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "暂缺"}.get(figure.answered, "—")
    switched = bool(money) and metric.shown.dimension == MONEY
    shown = unit(money) if switched else metric.shown
    value, symbol = figure.amount.to(shown).value, shown.text
    assert not isinstance(value, Absent)
    number = (below_print(value, shown) or shown.print(value)) if switched else shown.print(value, metric.places)
    gap = "" if symbol in ("", "%") else " "
    return f"{_BEFORE[figure.qualifier]}{' ' if figure.qualifier is not Qualifier.EXACT else ''}{number}{gap}{symbol}"


def metric_card(desk: Desk, metric: Metric) -> dict[str, str]:
    """The 口径 card of a metric, by Chinese label."""
    pack = desk.registry.pack_of.get(metric.name, "")
    owner = metric.owner or (desk.registry.packs[pack].owner if pack in desk.registry.packs else "")
    facts = {
        "口径": metric.doc, "单位": metric.shown.name or "比值", "时间属性": KIND_LABELS[metric.kind],
        "取得方式": "填报" if metric.filed else "计算", "归口部门": owner, "指标包": pack_label(desk, pack),
        "维度": "、".join(_dimension(desk, metric, name) for name in metric.by),
        "方法沿革": "；".join(f"{m.since} 起：{m.reason}" for m in metric.methods if m.since is not None),
        "标识": metric.name,
    }
    return {name: text for name, text in facts.items() if text}


def _dimension(desk: Desk, metric: Metric, name: str) -> str:
    """A dimension in words: what its list of codes is called."""
    known = desk.registry.code_list(metric, name)
    return known.label if known is not None else name


def _tree(desk: Desk, figure: Figure, stored: Mapping[FigureKey, Figure], seen: set[FigureKey], depth: int) -> Part:
    key = figure.key
    declared = desk.registry.metrics.get(key.metric)
    text = figure_text(declared, figure) if declared is not None else f"{figure.value}"
    label = metric_label(desk, key.metric, key.dims)
    if key.org != desk.settings.org:
        label += f"（{org_name(desk, key.org)}）"
    if key in seen or depth > _DEEP:
        return Part(str(key), label, text, "", "", again=True)
    seen.add(key)
    record = desk.figures.lineages([figure.lineage]).get(figure.lineage, {})
    operands = (stored.get(FigureKey.parse(name)) for name in record.get("operands", ()))
    parts = tuple(_tree(desk, one, stored, seen, depth + 1) for one in operands if one is not None)
    formula = record.get("formula", "") if record.get("origin") != "filed" else figure.source or figure.reason
    return Part(str(key), label, text, ORIGINS.get(record.get("origin", ""), ""), formula,
                tuple(record.get("factors", ())), tuple(record.get("inputs", ())), parts)


# -- who did what -----------------------------------------------------------------------------------
def acts_of(desk: Desk, subjects: Iterable[str], called: Mapping[str, str], limit: int = 100) -> tuple[Act, ...]:
    """What the journal says about some subjects, newest first."""
    found = [(e, e.hash) for subject in subjects for e in desk.journal.page(subject=subject, limit=limit)]
    found.sort(key=lambda pair: -pair[0].seq)
    return tuple(
        Act(e.at.isoformat(), called.get(e.by, "系统" if e.by == "system" else e.by), VERBS[e.did], words_of(e),
            e.seq, str(e.detail.get("content", ""))) for e, _ in found[:limit]
    )


def words_of(event: Event) -> str:
    """What an event about an item says, in one line."""
    said = event.detail
    if event.did == "filed":
        parts = [str(said.get("value") or ""), str(said.get("unit") or "") if said.get("value") else "",
                 {"not_applicable": "不适用", "not_available": "暂缺", "": "清空"}.get(str(said.get("answered")), ""),
                 str(said.get("reason") or ""), _estimated(said),
                 f"出处：{said['source']}" if said.get("source") else ""]
        return " ".join(part for part in parts if part)
    if event.did in ("item_assigned", "item_reassigned"):
        return "；".join(f"{label}：{said[hand] or '按岗位'}" for hand, label in
                        (("owner", "填报"), ("reviewer", "复核"), ("approver", "审批")) if hand in said)
    if event.did == "item_due_moved":
        return f"{said.get('day')}：{said.get('words')}"
    return str(said.get("words") or said.get("name") or "")


def _estimated(said: Mapping[str, Any]) -> str:
    estimate = Estimate.read(said)
    if estimate is None:
        return ""
    return f"估算 {estimate.share_text}，{editions()[-1].method_label(estimate.method)}：{estimate.reason}；"


# -- where it is printed ----------------------------------------------------------------------------
def printed_on(desk: Desk, metric: str) -> tuple[Printed, ...]:
    """Pages whose source binds the metric."""
    # every page is looked at once a second and no more often
    room, now = str(desk.folder / "pages"), int(monotonic())
    newest = desk.kept.get("newest page", now, lambda: _newest(desk.folder / "pages"))
    return desk.kept.get(("printed", metric), newest, lambda: _printed(metric, _pages(room, newest)))


def _printed(metric: str, pages: Pages) -> tuple[Printed, ...]:
    name = re.compile(rf"(?<![\w.]){re.escape(metric)}(?!\w)")
    found = []
    for path, title, slug, bound in pages:
        lines = tuple(number for number, text in bound if name.search(text))
        if lines:
            found.append(Printed(path, title, lines, slug))
    return tuple(found)


Pages = tuple[tuple[str, str, str, tuple[tuple[int, str], ...]], ...]


def _newest(room: Path) -> int:
    return max((p.stat().st_mtime_ns for p in room.rglob("*.md")), default=0)


@lru_cache(maxsize=8)
def _pages(room: str, newest: int) -> Pages:
    """Every page: its path, its title, its slug, and the lines that bind something."""
    found, slugs = [], dict[str, str]()
    for path in sorted(Path(room).rglob("*.md")):
        lines = path.read_text(encoding="utf-8").splitlines()
        title = next((line.lstrip("# ").strip() for line in lines if line.startswith("#")), path.stem)
        title = next((line.split(":", 1)[1].strip() for line in lines[:12] if line.startswith("title:")), title)
        name = path.relative_to(room).as_posix()
        # a translation bears the name of the file that it translates, and no slug of its own
        slugs[name] = next((line.split(":", 1)[1].strip() for line in lines[:12] if line.startswith("slug:")),
                           slugs.get(path.name, ""))
        bound = tuple((n, line) for n, line in enumerate(lines, 1) if "{{" in line or "{%" in line)
        found.append((name, title, slugs[name], bound))
    return tuple(found)


# -- rows -------------------------------------------------------------------------------------------
def figure_rows(desk: Desk, actor: Actor, text: str, limit: int = _SHOWN_ROWS) -> Rows:
    """The first records behind a figure, with the totals that prove they are the right ones.

    Raises:
        Denied, Missing: no right to see records; no such figure.
    """
    from qingce.services.project import Project

    key, _ = read_key(desk, text)
    desk.require(actor, Action.READ_RECORDS, desk.target(key.org, desk.registry.pack_of.get(key.metric, "")))
    # one at a time: a computation takes all of a small machine
    with _COMPUTING:
        return list_rows(Project(desk.folder), str(key), min(limit, 200))


def figure_tree(desk: Desk, actor: Actor, text: str, rows: int = 0) -> Node:
    """A figure taken apart down to its factors, its files and the first of its rows, computed afresh.

    Raises:
        Denied, Missing: no right, of which records need one of their own; no such figure.
    """
    from qingce.services.project import Project

    key, _ = read_key(desk, text)
    target = desk.target(key.org, desk.registry.pack_of.get(key.metric, ""))
    desk.require(actor, Action.READ_FIGURES, target)
    if rows:
        desk.require(actor, Action.READ_RECORDS, target)
    try:
        with _COMPUTING:
            return explain(Project(desk.folder), str(key), rows)
    except BindingError as wrong:
        raise Missing(f"没有数值“{text}”。") from wrong
