"""Charts print the figure's own text and survive being drawn."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
import vl_convert

from qingce.core.page import Chart, Number, Text
from qingce.publish.chart import KINDS, PANEL, WIDTH, Datum, Words, build, sized, wrap
from qingce.publish.svg import VERSION, render_svg

WORDS = Words("c1", "绿色贷款余额")


def rows(*values: str | None, series: tuple[str, ...] = ("2024", "2023")) -> list[Datum]:
    """Each value as a member of a family, in every series."""
    return [
        Datum(
            f"用途{n}",
            name,
            None if value is None else Decimal(value),
            "—" if value is None else f"{value} 亿元",
            "亿元",
        )
        for n, value in enumerate(values)
        for name in series
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_prints_the_text_of_the_figure_and_not_the_plotted_number(kind: str) -> None:
    drawn = render_svg(build(kind, rows("12345.10", "7.005"), WORDS).spec)
    assert "12345.10" in drawn
    assert "7.005" in drawn
    assert "12,345" not in drawn
    assert "12345.1<" not in drawn


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_sets_neither_font_nor_colour(kind: str) -> None:
    spec = json.dumps(build(kind, rows("1", "2"), WORDS).spec)
    assert '"config"' not in spec
    assert '"font"' not in spec
    assert "#" not in spec


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_valid_for_the_vega_lite_that_draws_it(kind: str) -> None:
    spec = build(kind, rows("1", "2"), WORDS).spec
    assert f"v{VERSION.split('.')[0]}.json" in spec["$schema"]
    assert VERSION in vl_convert.get_vegalite_versions()
    assert vl_convert.vegalite_to_vega(dict(spec), vl_version=VERSION)["marks"]


def test_the_sentence_says_every_number() -> None:
    chart = build("bar", rows("1.50", "2.00"), WORDS)
    assert (
        chart.alt
        == "绿色贷款余额：用途0 2024 1.50 亿元，2023 1.50 亿元；用途1 2024 2.00 亿元，2023 2.00 亿元。"
    )


def test_a_given_sentence_is_kept() -> None:
    assert build("bar", rows("1"), Words("c", "题", "清洁能源最多。")).alt == "清洁能源最多。"


def test_the_table_has_a_row_for_each_label_and_a_column_for_each_series() -> None:
    table = build("bar", rows("1.50", "2.00"), WORDS).table
    assert [cell[0] for cell in table.header] == [Text("项目"), Text("2024"), Text("2023")]
    assert table.rows[1] == ((Text("用途1"),), (Text("2.00 亿元"),), (Text("2.00 亿元"),))
    assert table.aligns == ("left", "right", "right")


def test_the_table_carries_the_bound_number() -> None:
    bound = Number("1.50 亿元", ("m/LZB/2024",), "m", "m", "余额", "1.50")
    chart = build("bar", [Datum("甲", "", Decimal("1.5"), bound.text, "亿元", bound)], WORDS)
    assert chart.table.rows[0][1] == (bound,)


def test_absent_is_drawn_as_a_dash_and_not_as_nil() -> None:
    chart = build("bar", rows("1.00", None), WORDS)
    assert [row["text"] for row in chart.spec["data"]["values"] if not row["known"]] == ["—", "—"]
    assert "—" in render_svg(chart.spec)
    assert "0.00" not in render_svg(chart.spec)


def test_a_line_is_not_drawn_across_an_absent_value() -> None:
    data = [
        Datum(str(2020 + n), "", v and Decimal(v), v or "—") for n, v in enumerate(("1", "2", None, "4", "5"))
    ]
    chart = build("line", data, WORDS)
    paths = re.findall(r'aria-roledescription="line mark"[^>]* d="([^"]+)"', render_svg(chart.spec))
    assert [path.count("M") for path in paths] == [2]
    assert "—" not in render_svg(chart.spec)
    assert chart.table.rows[2][1] == (Text("—"),)


def test_negative_bars_leave_room_for_labels_on_the_left() -> None:
    drawn = build("bar", rows("-4.51", "65.38"), WORDS).spec
    assert drawn["encoding"]["x"]["scale"]["range"][0] > 0
    assert build("bar", rows("4.51"), WORDS).spec["encoding"]["x"]["scale"]["range"][0] == 0


def test_periods_take_the_colours_of_time_and_other_series_those_of_members() -> None:
    def colour(chart: Chart) -> dict[str, object]:
        return dict(chart.spec["layer"][0]["encoding"]["color"])

    assert colour(build("bar", rows("1"), WORDS))["type"] == "ordinal"
    assert colour(build("bar", rows("1", series=("男", "女")), WORDS))["type"] == "nominal"


def test_the_current_period_has_the_first_colour_whichever_way_time_runs() -> None:
    falling = build("bar", rows("1", series=("2024", "2023")), WORDS).spec
    rising = build("column", rows("1", series=("2023", "2024")), WORDS).spec
    for spec in (falling, rising):
        assert spec["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["2024", "2023"]


def test_panels_keep_scales_apart_and_say_the_unit_once() -> None:
    spec = build("panels", rows("1", "2", "3"), WORDS).spec
    assert spec["resolve"]["scale"]["y"] == "independent"
    assert spec["data"]["values"][0]["name"] == "用途0\n（亿元）"
    assert spec["data"]["values"][0]["short"] == "1"


@pytest.mark.parametrize(
    ("count", "width", "columns"), [(3, 640, 3), (3, 330, 1), (4, 640, 2), (5, 1000, 3), (1, 640, 1)]
)
def test_panels_wrap_into_rows_of_about_equal_length(count: int, width: int, columns: int) -> None:
    spec = sized(build("panels", rows(*"12345"[:count]), WORDS).spec, width)
    assert spec["columns"] == columns
    assert spec["spec"]["width"] * columns <= width
    assert spec["spec"]["width"] >= min(PANEL, width) or columns == 1


def test_columns_lie_down_where_their_labels_would_collide() -> None:
    spec = build("column", rows("120500", "482300", "93100"), WORDS).spec
    assert sized(spec, WIDTH)["encoding"]["x"]["type"] == "nominal"
    assert sized(spec, 300)["encoding"]["y"]["type"] == "nominal"


def test_the_legend_of_a_donut_moves_below_on_a_phone() -> None:
    spec = build("donut", rows("1", "2", series=("",)), WORDS).spec
    assert sized(spec, 320)["layer"][0]["encoding"]["color"]["legend"]["orient"] == "bottom"
    assert sized(spec, 640)["layer"][0]["encoding"]["color"]["legend"]["orient"] == "right"


def test_a_donut_draws_only_parts_above_nil_but_lists_them_all() -> None:
    chart = build("donut", rows("1", "0", None, series=("",)), WORDS)
    assert len(chart.spec["data"]["values"]) == 1
    assert len(chart.table.rows) == 3


@pytest.mark.parametrize("data", [[], rows("0", None)])
def test_a_donut_of_nothing_is_refused(data: list[Datum]) -> None:
    with pytest.raises(ValueError, match="大于零"):
        build("donut", data, WORDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "donut"])
def test_a_chart_of_nothing_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="没有任何数值"):
        build(kind, [], WORDS)


def test_an_unknown_kind_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="没有“pie”这种图；可选 bar、column"):
        build("pie", rows("1"), WORDS)


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("清洁能源产业", ["清洁能源产业"]),
        ("绿色服务与其他相关配套产业", ["绿色服务与其他", "相关配套产业"]),
        ("中国（甘肃）自由贸易试验区，", ["中国（甘肃）自", "由贸易试验区，"]),
        ("ESG disclosure platform", ["ESG disclosure", " platform"]),
    ],
)
def test_long_labels_wrap_without_tearing_words_or_stranding_marks(label: str, lines: list[str]) -> None:
    assert wrap(label).split("\n") == lines
    assert wrap(label).replace("\n", "") == label


def test_hostile_labels_stay_text() -> None:
    data = [Datum("<script>alert(1)</script>", "'); alert(1); ('", Decimal(1), "<b>1</b>")]
    assert "<script" not in render_svg(build("bar", data, WORDS).spec)
