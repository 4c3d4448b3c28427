"""A round as CSV or Excel: topics with where they stand, items with their scores, answers without their senders."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter

from qingce.casework.materiality import ASPECT_LABELS, KIND_LABELS, PILLAR_LABELS, shown
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.deciding import why
from qingce.services.desk.materiality.rounds import Round, read_round
from qingce.services.desk.materiality.surveys import answers_of

KINDS = {"csv": "text/csv; charset=utf-8",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Rows = list[Sequence[str | int]]


def exported(desk: Desk, actor: Actor, name: str, form: str) -> bytes:
    """A round as a file.

    Args:
        form: ``csv`` for the list of topics, ``xlsx`` for everything.

    Raises:
        Denied, Missing: no right; no such round or form.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    if form not in KINDS:
        raise Missing("导出只有 CSV 和 Excel 两种格式。")
    with desk.reading() as db:
        found = read_round(db, name)
        answers = {s.id: answers_of(db, s.id) for s in found.surveys}
    if form == "csv":
        return _csv(_topics(found))
    sheets = {"议题": _topics(found), "影响风险机遇": _items(found), "打分": _given(found), "权重": _weights(found),
              "问卷": _answers(found, answers)}
    return _book(sheets)


def _topics(found: Round) -> Rows:
    rows: Rows = [("编号", "议题", "类别", "影响得分", "财务得分", "对内重要性", "对外重要性", "结论", "是否重要")]
    for n, p in enumerate(found.stood, 1):
        rows.append((n, p.topic.label, PILLAR_LABELS[p.topic.pillar], shown(p.impact), shown(p.financial),
                     shown(p.inside), shown(p.outside), why(p), "是" if p.material else "否"))
    return rows


def _items(found: Round) -> Rows:
    rows: Rows = [("议题", "类型", "内容", "已发生", "得分", "阈值", "达到阈值")]
    for p in found.stood:
        for item in p.topic.items:
            score, limit = p.items.get(item.id), found.case.thresholds.of(item.kind)
            over = "" if score is None else "是" if score >= limit else "否"
            rows.append((p.topic.label, KIND_LABELS[item.kind], item.label, "是" if item.actual else "否", shown(score),
                         f"{limit:f}", over))
    return rows


def _given(found: Round) -> Rows:
    labels = {(t.id, i.id): (t.label, i.label) for t in found.case.topics for i in t.items}
    rows: Rows = [("议题", "内容", "打分人", *ASPECT_LABELS.values(), "理由")]
    for one in found.given:
        if one.account in found.final and (one.topic, one.item) in labels:
            scores = [one.scores.get(aspect, "") for aspect in ASPECT_LABELS]
            rows.append((*labels[one.topic, one.item], one.account, *scores, one.rationale))
    return rows


def _weights(found: Round) -> Rows:
    rows: Rows = [("项目", "权重", "方法", "一致性比率", "理由")]
    labels = {f"group:{g.id}": g.label for g in found.case.groups}
    labels |= {f"criterion:{n}": label for n, label in ASPECT_LABELS.items()}
    for name, weight in found.case.weights.items():
        one = found.weighed[name.partition(":")[0]]
        rows.append((labels[name], shown(weight, 4), one.method, f"{one.found.ratio:.4f}", one.reason))
    return rows


def _answers(found: Round, answers: dict[str, list[Any]]) -> Rows:
    topics = found.case.topics
    rows: Rows = [("问卷", "利益相关方", "数据来源", *(t.label for t in topics))]
    for s in found.surveys:
        rows += [(s.label, found.group(s.stakeholder).label, s.source or "答卷", *(a.get(t.id, "") for t in topics))
                 for a in answers[s.id]]
    return rows


def _plain(value: str | int) -> str | int:
    """What no spreadsheet evaluates when it opens a CSV."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def _csv(rows: Rows) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([_plain(v) for v in row] for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _book(sheets: dict[str, Rows]) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#e4eeec", "bottom": 1})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, column, value)
                else:
                    sheet.write_string(at, column, value, head if not at else None)
        for column, width in enumerate(_widths(rows)):
            sheet.set_column(column, column, width)
    book.close()
    return made.getvalue()


def _widths(rows: Iterable[Sequence[str | int]]) -> list[int]:
    found: list[int] = []
    for row in rows:
        for column, value in enumerate(row):
            width = min(50, 2 * len(str(value)) + 2)
            found[column:column + 1] = [max(width, *found[column:column + 1])] if column < len(found) else [width]
    return found
