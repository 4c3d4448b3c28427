"""The completeness board: metrics by orgs, each cell with its state and days late; drilled by the org tree."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qingce.casework.campaign import Campaign, Tally, tallies
from qingce.casework.course import Day, course
from qingce.casework.item import ANSWER_LABELS, STATE_LABELS, STEP_LABELS, Item, State, Step
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing
from qingce.core.figure import Dims
from qingce.publish.course import course_chart
from qingce.services.desk.acting import posts, roster
from qingce.services.desk.collecting import items as read
from qingce.services.desk.desk import BEIJING, Desk
from qingce.services.desk.grading import Grades, estimate_text
from qingce.services.desk.items import read_campaign
from qingce.services.desk.labels import item_label, metric_label, org_name, pack_label
from qingce.services.desk.pictures import NARROW, Picture, picture

_WIDE = 980
_SHOWN = dt.timedelta(days=365)
Paths = Mapping[str, tuple[str, ...]]
"""For each org that is asked, itself and its ancestors."""
ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class Column:
    """A node of the tree; ``below`` says that it can be opened."""

    org: str
    name: str
    below: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One metric, or one member of a family, over the columns."""

    metric: str
    dims: Dims
    label: str
    pack: str
    cells: Mapping[str, Tally]
    items: Mapping[str, str]
    total: Tally


@dataclass(frozen=True, slots=True)
class Board:
    """What the ESG office looks at each day.

    Attributes:
        path: the nodes from the top of the tree to the one shown.
        totals: for each column.
        course: what was filed and approved by day, below the node shown.
    """

    campaign: Campaign
    top: str
    path: tuple[Column, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Mapping[str, Tally]
    total: Tally
    packs: Mapping[str, str] = field(default_factory=dict)
    course: tuple[Day, ...] = ()


def board(
    desk: Desk, actor: Actor, campaign: str, *, top: str = "", pack: str = "", state: str = "", late: bool = False,
    word: str = "", quality: str = "",
) -> Board:
    """The board below a node of the org tree.

    Args:
        top: an org; the root when empty.
        state: items in this state only.
        late: late items only.
        word: part of a metric's name or label.
        quality: a level of data quality, ``1`` to ``5``, or ``estimated`` for values that are.

    Raises:
        Denied, Missing: no right; no such campaign or org.
    """
    desk.require(actor, Action.READ_ITEMS)
    top = top or desk.tree.root
    if top not in desk.tree:
        raise Missing(f"没有机构“{top}”。")
    every = read(desk, actor, campaign=campaign)
    with desk.reading() as db:
        about = read_campaign(db, campaign, desk.kept)
    everywhere = {org: desk.path(org) for org in {i.org for i in every}}
    below = [i for i in every if top in everywhere[i.org]]
    shown = graded(desk, [i for i in below if _wanted(desk, i, pack, state, late, word)], quality)
    paths = {i.org: everywhere[i.org] for i in below}
    columns = _columns(desk, top, paths)
    packs = {i.pack: pack_label(desk, i.pack) for i in every}
    nodes = tallies(below, paths, desk.today)
    totals = {c.org: nodes[c.org] for c in columns if not c.own}
    totals |= {f"{c.org}/": _tally(desk, (i for i in below if i.org == c.org)) for c in columns if c.own}
    up = tuple(Column(code, org_name(desk, code)) for code in reversed(desk.path(top)))
    return Board(about, top, up, columns, _rows(desk, shown, columns, paths), totals, nodes.get(top, Tally()), packs,
                 _course(desk, about, below))


def _course(desk: Desk, about: Campaign, below: Sequence[Item]) -> tuple[Day, ...]:
    first = bank_day(about.opened)
    return course(below, first, max(first, *about.due.values(), min(desk.today, first + _SHOWN)), bank_day)


def bank_day(moment: str) -> dt.date:
    """The day of a moment of the journal by the bank's clocks."""
    return dt.datetime.fromisoformat(moment).astimezone(BEIJING).date()


def course_picture(desk: Desk, found: Board) -> Picture | None:
    """The course of a board as a picture; nothing where nothing is asked."""
    if not found.course or not found.total.total:
        return None
    days = [(d.day, d.filed, d.approved) for d in found.course]
    due = [(f"{STEP_LABELS[step]}期限", found.campaign.due[step]) for step in Step if step in found.campaign.due]

    def draw() -> Picture:
        wide, narrow = (course_chart(days, due, found.total.total, desk.today, "每日进展", width)
                        for width in (_WIDE, NARROW))
        return picture(desk, wide, narrow)

    return desk.kept.get(("course", found.campaign.id, found.top), (days, due, found.total.total, desk.today), draw)


def _wanted(desk: Desk, item: Item, pack: str, state: str, late: bool, word: str) -> bool:
    if (pack and item.pack != pack) or (state and item.state != state) or (late and not item.late(desk.today)):
        return False
    return not word or word in item.metric or word in item_label(desk, item)


def graded(desk: Desk, found: list[Item], quality: str) -> list[Item]:
    """Items of one level, or those whose value is estimated; all where nothing is asked."""
    if not quality:
        return found
    if quality == ESTIMATED:
        return [i for i in found if i.answer.estimate is not None]
    grades = Grades(desk)
    return [i for i in found if str(grades.level(i)) == quality]


def _columns(desk: Desk, top: str, paths: Paths) -> tuple[Column, ...]:
    there = {node for path in paths.values() for node in path}
    own = [Column(top, f"{org_name(desk, top)}本级", False, True)] if top in paths else []
    children = [code for code in desk.tree.children(top, desk.today) if code in there]
    return (*own, *(
        Column(code, org_name(desk, code), any(n != code and code in path for n, path in paths.items()))
        for code in children
    ))


def column_key(column: Column) -> str:
    """Under which a column's cells stand: a node's own items apart from those below it."""
    return f"{column.org}/" if column.own else column.org


def _rows(desk: Desk, items: Sequence[Item], columns: Sequence[Column], paths: Paths) -> tuple[Row, ...]:
    nodes = {c.org: column_key(c) for c in columns if not c.own}
    own = {c.org: column_key(c) for c in columns if c.own}
    keys = {org: own.get(org) or next((nodes[n] for n in path if n in nodes), "") for org, path in paths.items()}
    found: dict[tuple[str, Dims], dict[str, list[Item]]] = {}
    for item in items:
        key = keys[item.org]
        if key:
            found.setdefault((item.metric, item.dims), {}).setdefault(key, []).append(item)
    rows = []
    for (metric, dims), cells in found.items():
        flat = [i for group in cells.values() for i in group]
        rows.append(Row(
            metric, dims, metric_label(desk, metric, dims), flat[0].pack,
            {key: _tally(desk, group) for key, group in cells.items()},
            {key: group[0].id for key, group in cells.items() if len(group) == 1}, _tally(desk, flat),
        ))
    return tuple(rows)


def _tally(desk: Desk, items: Iterable[Item]) -> Tally:
    made, today = Tally(), desk.today
    for item in items:
        made.add(item, today)
    return made


# -- export -----------------------------------------------------------------------------------------
HEADINGS = ("机构代码", "机构", "指标", "名称", "状态", "步骤", "期限", "逾期天数", "经办", "答复", "数值", "单位",
            "上年", "差异", "质量级别", "估算", "填报项")


def export(desk: Desk, actor: Actor, campaign: str, **filters: str | bool) -> list[tuple[str, ...]]:
    """The board's items as a table, one row an item.

    Args:
        filters: as of :func:`board`.
    """
    top = str(filters.get("top") or desk.tree.root)
    found = [
        i for i in read(desk, actor, campaign=campaign) if top in desk.path(i.org)
        and _wanted(desk, i, str(filters.get("pack", "")), str(filters.get("state", "")),
                    bool(filters.get("late")), str(filters.get("word", "")))
    ]
    found, grades = graded(desk, found, str(filters.get("quality", ""))), Grades(desk)
    with desk.reading() as db:
        everybody, called = roster(desk, db), posts(db)
    rows: list[tuple[str, ...]] = []
    for i in found:
        step = i.step
        who = everybody.of(i, step, desk.path(i.org)).everybody if step is not None else ()
        rows.append((
            i.org, org_name(desk, i.org), i.metric, item_label(desk, i), STATE_LABELS[i.state],
            STEP_LABELS[step] if step else "", i.due[step].isoformat() if step else "",
            str(i.late(desk.today) or ""), "、".join(called.get(name, name) for name in who),
            ANSWER_LABELS[i.answer.answered] if i.answer.answered else "",
            "" if i.answer.value is None else f"{i.answer.value:f}", i.unit,
            "" if i.prior is None else f"{i.prior.value:f}", i.variance.text if i.variance else "",
            str(grades.level(i) or ""), estimate_text(i), i.id,
        ))
    return rows


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """The table as CSV that Excel opens rightly and that holds no formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    writer.writerows([_harmless(text) for text in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    """The table as a workbook; numbers are numbers, all else is text."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("进度")
    head = book.add_format({"bold": True, "bottom": 1})
    for at, name in enumerate(HEADINGS):
        sheet.write_string(0, at, name, head)
    numeric = {HEADINGS.index(name) for name in ("逾期天数", "数值", "上年", "质量级别")}
    for line, row in enumerate(rows, 1):
        for at, text in enumerate(row):
            if at in numeric and text:
                sheet.write_number(line, at, float(text))
            else:
                sheet.write_string(line, at, text)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, 0, len(HEADINGS) - 1)
    sheet.autofit()
    book.close()
    return out.getvalue()


def _harmless(text: str) -> str:
    """A cell that begins like a formula and is no number is kept from being one."""
    if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not text.replace(".", "").lstrip("-").isdigit():
        return f"'{text}"
    return text


__all__ = ["HEADINGS", "Board", "Column", "Row", "State", "as_csv", "as_xlsx", "board", "column_key", "course_picture",
           "export"]
