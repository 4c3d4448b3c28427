"""The chart of a campaign's course, and drawings that take the colours of the page they stand in."""

from __future__ import annotations

import datetime as dt
import re

from qingce.publish.chart import Datum, Words, build
from qingce.publish.course import course_chart
from qingce.publish.inline import inlined
from qingce.publish.svg import render_svg

DAYS = [(dt.date(2025, 1, 1), 1, 0), (dt.date(2025, 1, 2), 1, 0), (dt.date(2025, 1, 3), 4, 2),
        (dt.date(2025, 1, 4), 4, 2)]
DUE = [("填报期限", dt.date(2025, 1, 10))]


def chart(today: dt.date = dt.date(2025, 1, 3)):
    return course_chart(DAYS, DUE, 9, today, "每日进展")


def test_it_says_where_things_stand_today_and_what_is_due():
    assert chart().alt == "每日进展：到 2025-01-03，共 9 项，已提交 4 项，已审批 2 项；填报期限 2025-01-10。"


def test_days_to_come_have_no_line_and_the_table_lists_changes_only():
    values = chart().spec["layer"][0]["data"]["values"]
    assert {row["day"] for row in values} == {"2025-01-01", "2025-01-02", "2025-01-03"}
    assert [row[0][0].text for row in chart().table.rows] == ["2025-01-01", "2025-01-03"]


def test_due_dates_are_drawn_as_words():
    assert "填报期限" in render_svg(chart().spec)


def test_a_drawing_in_a_page_takes_its_colours_and_keeps_its_words():
    data = [Datum("<b>#20292b</b>", "2024 年", None, "—"), Datum("乙", "2024 年", None, "—"),
            Datum("乙", "2023 年", None, "—")]
    drawn = inlined(render_svg(build("bar", data, Words("x", "图")).spec), "one")
    tags = "".join(re.findall(r"<[^>]+>", drawn))
    assert "var(--ink)" in tags and "var(--period-2)" in tags and "#20292b" not in tags
    assert "&lt;b&gt;#20292b&lt;/b&gt;" in drawn and "<b>" not in drawn
    assert drawn.startswith('<svg viewBox="') and 'aria-hidden="true"' in drawn and "role=" not in tags
    assert all(name.startswith("one-") for name in re.findall(r' id="([^"]+)"', tags))
    assert set(re.findall(r"url\(#([^)]+)\)", tags)) <= set(re.findall(r' id="([^"]+)"', tags))
