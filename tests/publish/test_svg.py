"""Charts are drawn without a browser, in the vendored face, to the same bytes."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from qingce.publish.svg import COLOURS, FONT, WIDTH, ChartError, render_svg, theme, themed

BARS = {
    "data": {"values": [{"use": "清洁能源产业", "value": 31.5}, {"use": "绿色服务", "value": 4.2}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "value", "type": "quantitative", "title": "亿元"},
        "y": {"field": "use", "type": "nominal", "title": None},
    },
}


def words(svg: str) -> list[str]:
    return [e.text or "" for e in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def test_the_words_of_a_chart_stay_words_in_the_vendored_face():
    svg = render_svg(BARS)
    assert {"清洁能源产业", "绿色服务", "亿元"} <= set(words(svg))
    assert set(re.findall(r'font-family="([^"]+)"', svg)) == {FONT}


def test_the_same_specification_gives_the_same_bytes():
    assert render_svg(BARS) == render_svg(dict(BARS))


def test_pictures_drawn_before_leave_no_trace_in_the_bytes():
    spec = {
        "data": {"values": [{"a": "x", "b": 2}, {"a": "url(#clip9)", "b": 3}]},
        "mark": {"type": "bar", "clip": True},
        "encoding": {"x": {"field": "a"}, "y": {"field": "b", "type": "quantitative"},
                     "color": {"field": "b", "type": "quantitative"}},
    }
    first, second = render_svg(spec), render_svg(spec)
    assert first == second
    assert 'id="clip' in first and 'id="gradient_' in first and ">url(#clip9)<" in first


def test_the_theme_colours_the_bars_and_the_specification_overrules_it():
    assert COLOURS[0] in render_svg(BARS)
    own = render_svg({**BARS, "config": {"bar": {"color": "#ff0000"}}})
    assert "#ff0000" in own
    assert COLOURS[0] not in own


def test_theming_leaves_the_specification_as_it_was():
    spec = {"mark": "bar", "width": "container", "config": {"axis": {"labelFontSize": 9}}}
    shown = themed(spec)
    assert shown["config"]["axis"]["labelFontSize"] == 9
    assert shown["config"]["axis"]["gridColor"] == theme()["axis"]["gridColor"]
    assert shown["width"] == WIDTH
    assert spec == {"mark": "bar", "width": "container", "config": {"axis": {"labelFontSize": 9}}}


def test_a_chart_as_wide_as_its_container_fills_the_printed_line():
    width = float(ElementTree.fromstring(render_svg({**BARS, "width": "container"})).attrib["width"])
    assert abs(width - WIDTH) <= 10


@pytest.mark.parametrize("words_in_data", ["</text><script>x</script>", "& < > \" '", "]]>"])
def test_hostile_words_in_the_data_stay_words(words_in_data):
    svg = render_svg({**BARS, "data": {"values": [{"use": words_in_data, "value": 1}]}})
    assert words_in_data in words(svg)
    assert "<script" not in svg


def test_a_specification_that_is_none_is_refused_in_words():
    with pytest.raises(ChartError, match="画不出来"):
        render_svg({"mark": "no such mark", "encoding": {"x": {"field": 1}}})


def test_data_is_not_fetched_from_elsewhere():
    with pytest.raises(ChartError):
        render_svg({**BARS, "data": {"url": "http://127.0.0.1:9/x.json"}})
