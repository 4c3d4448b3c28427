"""A figure as pictures, and the list of figures in a chosen unit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.core.figure import Figure, FigureKey
from qingce.core.unit import unit
from qingce.services.desk import Desk
from qingce.services.desk.board import board, course_picture
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.figurecharts import figure_pictures
from qingce.services.desk.figurelist import list_figures
from qingce.services.desk.figurepage import figure_text
from qingce.services.desk.pictures import Picture
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, number


@pytest.fixture
def built(bank: Desk) -> Desk:
    """The desk after a build."""
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    return bank


def pictures(desk: Desk, key: str) -> dict[str, Picture]:
    return {one.caption: one for one in figure_pictures(desk, desk.actor("office"), key)}


def test_a_figure_is_drawn_over_its_periods_and_by_its_family(built: Desk):
    found = pictures(built, "volunteer_events/HEAD/2024")
    assert list(found) == ["各期数值", "按分项"]
    assert [row[0] for row in found["各期数值"].rows] == ["2023", "2024"]
    assert found["各期数值"].alt.startswith("各期数值：2023 ")
    events = {k.dims[0][1]: f for k, f in built.figures.latest().items()
              if (k.metric, k.period) == ("volunteer_events", "2024") and k.dims}
    metric = built.registry.metrics["volunteer_events"]
    assert sorted(row[1] for row in found["按分项"].rows) == sorted(figure_text(metric, f) for f in events.values())
    assert all("<svg" in one.wide and one.wide != one.narrow for one in found.values())


def test_the_orgs_below_are_drawn_from_what_they_filed(built: Desk):
    file(built, built.actor("east"), EAST, number("7"), version=0)
    assert "按下级机构" not in pictures(built, f"{STAFF}/HEAD/2024")
    file(built, built.actor("west"), WEST, number("9"), version=0)
    drawn = pictures(built, f"{STAFF}/HEAD/2024")["按下级机构"]
    assert drawn.rows == (("城西支行", "9 人"), ("城东支行", "7 人"))
    assert drawn.note == "含尚未编制的填报值。"


def test_a_picture_drawn_once_is_kept(built: Desk, monkeypatch: pytest.MonkeyPatch):
    first = figure_pictures(built, built.actor("office"), "volunteer_hours/HEAD/2024")
    built.kept._found.clear()
    monkeypatch.setattr("qingce.publish.svg.render_svg", lambda spec: pytest.fail("drawn again"))
    assert figure_pictures(built, built.actor("office"), "volunteer_hours/HEAD/2024") == first


def test_who_may_not_see_a_figure_sees_no_picture_of_it(built: Desk):
    with pytest.raises(Denied):
        figure_pictures(built, built.actor("east"), f"{STAFF}/B02/2024")
    with pytest.raises(Missing):
        figure_pictures(built, built.actor("office"), "nothing")


def test_the_board_shows_its_course(bank: Desk):
    file(bank, bank.actor("head"), HEAD, number("60"), version=0)
    submit(bank, bank.actor("head"), [HEAD])
    found = board(bank, bank.actor("office"), "2024")
    assert (found.course[0].filed, found.course[0].approved) == (1, 0)
    drawn = course_picture(bank, found)
    assert drawn is not None
    assert "共 3 项，已提交 1 项，已审批 0 项；填报期限 2025-01-10" in drawn.alt
    assert "填报期限" in drawn.wide


def test_the_list_shows_three_years_and_refuses_another_unit(built: Desk):
    found = list_figures(built, built.actor("office"))
    assert found.periods == ("2024", "2023", "2022")
    assert {len(line.cells) for line in found.lines} == {3}
    with pytest.raises(Refused, match="亿元、万元、元"):
        list_figures(built, built.actor("office"), unit="美元")


@pytest.mark.parametrize(("money", "text"), [
    ("", "0.50 亿元"), ("亿元", "0.50 亿元"), ("万元", "5,000.00 万元"), ("元", "50,000,000.00 元")])
def test_money_is_printed_in_the_chosen_unit(money: str, text: str):
    from qingce.core.metric import STOCK, filed

    metric = filed("贷款", unit="元", shown="亿元", kind=STOCK)
    figure = Figure(FigureKey("loans", "HEAD", "2024"), Decimal(50_000_000), unit("元"))
    assert figure_text(metric, figure, money) == text
