"""The printed matrix: every topic has its mark, no mark hides another, and what is not known is not drawn."""

from __future__ import annotations

import io
import json
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from qingce.core.page import Chart, Table
from qingce.publish.materiality import SHOWN, drawn, matrix
from qingce.publish.spread import apart
from qingce.publish.svg import render_svg
from qingce.publish.xlsx.materiality import SHEET, add_matrices, topic_table
from qingce.publish.xlsx.style import Styles
from qingce.publish.xlsx.table import Paper

LIMITS = {"positive": "2.5", "negative": "2.5", "risk": "3", "opportunity": "2", "inside": "3.5", "outside": "3.5",
          "discount": "0", "rule": "double"}


def topic(number: int, impact: str | None, financial: str | None, *, pillar: str = "social", basis: str = "both",
          material: bool = True) -> dict[str, Any]:
    """A topic as the desk tells it."""
    return {"number": str(number), "label": f"议题{number}", "pillar": pillar, "basis": basis, "high": False,
            "material": material, "impact": impact, "financial": financial, "inside": None, "outside": None}


def told(*topics: dict[str, Any], **said: Any) -> dict[str, Any]:
    """A decision as the desk tells it."""
    return {"period": "2024", "confirmed": "2025-03-28", "resolution": "董事会决议", "hash": "0" * 64,
            "thresholds": LIMITS, "sources": [], "governance": [], "topics": list(topics), **said}


TWO = told(topic(1, "5.0000", "4.0000", pillar="environmental"),
           topic(2, "1.0000", "1.0000", basis="neither", material=False))


def test_a_matrix_says_its_message_in_a_sentence_and_a_table():
    [chart] = drawn("double", TWO, "c")
    assert isinstance(chart, Chart)
    assert chart.alt == ("2024 年度双重重要性矩阵：横轴为财务重要性，纵轴为影响重要性，共 2 个议题；"
                         "具有重要性的 1 个：议题1。")
    cells = [["".join(node.text for node in line) for line in row] for row in chart.table.rows]
    assert cells == [["1", "议题1", "环境类", "4.00", "5.00", "影响与财务均重要"],
                     ["2", "议题2", "社会类", "1.00", "1.00", "不具双重重要性"]]


def test_a_matrix_is_drawn_with_a_mark_for_each_topic_and_the_same_bytes_each_time():
    [chart] = drawn("double", TWO, "c")
    picture = render_svg(chart.spec)
    assert picture == render_svg(json.loads(json.dumps(chart.spec)))
    assert "财务重要性" in picture and ">2<" in picture


def test_where_nobody_answered_there_is_no_matrix_of_two_sides():
    assert drawn("sides", TWO, "c") == ()
    assert matrix("sides", TWO, "c", "x") is None


def test_made_up_answers_are_said_to_be_so_wherever_they_are_drawn():
    for show in ("double", "topics"):
        [block] = drawn(show, {**TWO, "sources": ["合成数据"]}, "c")
        assert isinstance(block, Chart | Table) and "合成数据" in block.caption


def test_governance_lists_bodies_with_what_they_did():
    body = {"tier": "决策层", "label": "董事会", "duties": "审定", "meetings": "2", "resolutions": "1"}
    [table] = drawn("governance", told(governance=[body]), "c")
    assert isinstance(table, Table) and [line[0].text for line in table.rows[0]] == list(body.values())
    assert drawn("governance", told(), "c") == ()


@pytest.mark.parametrize("show", SHOWN)
def test_without_topics_nothing_is_drawn_that_would_be_empty(show: str):
    assert show == "topics" or drawn(show, told(), "c") == ()


def test_the_databook_has_both_matrices_in_series_by_pillar():
    full = [{**t, "inside": "4.0000", "outside": "3.0000"} for t in TWO["topics"]]
    buffer = io.BytesIO()
    book = Workbook(buffer)
    paper = Paper(book.add_worksheet(SHEET), Styles(book))
    assert paper.fill(topic_table(told(*full))) == 2
    add_matrices(book, paper.sheet, told(*full))
    book.close()
    charts = openpyxl.load_workbook(buffer)[SHEET]._charts
    assert [len(chart.series) for chart in charts] == [2, 2]


BOX = st.tuples(st.floats(0, 400), st.floats(0, 400), st.just(10.0), st.just(8.0))


@settings(deadline=None)
@given(st.lists(BOX, max_size=26))
def test_marks_stand_apart_and_within_the_frame(boxes: list[tuple[float, float, float, float]]):
    places = apart(boxes, (-60, -60, 460, 460), gap=1)
    assert len(places) == len(boxes)
    assert all(-50 <= x <= 450 and -52 <= y <= 452 for x, y in places)
    for i, (x, y) in enumerate(places):
        for other_x, other_y in places[i + 1:]:
            assert abs(x - other_x) > 19.9 or abs(y - other_y) > 15.9


@settings(deadline=None)
@given(st.lists(BOX, max_size=8))
def test_a_mark_that_hides_none_stays_where_it_is(boxes: list[tuple[float, float, float, float]]):
    spread = [(120 * n, y, w, h) for n, (_, y, w, h) in enumerate(boxes)]
    assert apart(spread, (-60, -60, 2000, 460)) == [(x, y) for x, y, _, _ in spread]
