"""The completeness board."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest

from qingce.casework.item import State
from qingce.core.errors import Missing
from qingce.services.desk import Desk
from qingce.services.desk.board import HEADINGS, as_csv, as_xlsx, board, export
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.review import approve, review
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, STAFF, number


@pytest.fixture
def begun(bank: Desk, clock: Clock) -> Desk:
    """One branch is done, all others are five days late."""
    file(bank, bank.actor("east"), EAST, number("7"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    review(bank, bank.actor("checker"), [EAST])
    approve(bank, bank.actor("signer"), [EAST])
    clock.pass_days(9)
    return bank


def test_a_cell_for_each_metric_and_org(begun: Desk):
    found = board(begun, begun.actor("office"), "2024")
    assert [(c.org, c.name, c.own) for c in found.columns] == [
        ("HEAD", "总行本级", True), ("B01", "城东支行", False), ("B02", "城西支行", False)]
    row = found.rows[0]
    assert (row.metric, row.label) == (STAFF, "注册志愿者")
    assert [(row.cells[key].percent, row.cells[key].worst) for key in ("HEAD/", "B01", "B02")] == [
        (0, 5), (100, 0), (0, 5)]
    assert (found.total.percent, found.total.late, found.totals["B01"].percent) == (33, 2, 100)


def test_drilling_shows_one_branch(begun: Desk):
    found = board(begun, begun.actor("office"), "2024", top="B01")
    assert [c.name for c in found.path] == ["总行", "城东支行"]
    assert [c.name for c in found.columns] == ["城东支行本级"]
    assert found.total.percent == 100
    with pytest.raises(Missing):
        board(begun, begun.actor("office"), "2024", top="B99")


FILTERS = [({"late": True}, ["B02", "HEAD/"]), ({"state": "approved"}, ["B01"]),
           ({"word": "志愿"}, ["B01", "B02", "HEAD/"]), ({"word": "没有"}, []), ({"pack": "nothing"}, [])]


@pytest.mark.parametrize(("said", "cells"), FILTERS)
def test_filters_narrow_the_cells(begun: Desk, said: dict[str, object], cells: list[str]):
    found = board(begun, begun.actor("office"), "2024", **said)  # type: ignore[arg-type]
    assert sorted(key for row in found.rows for key in row.cells) == cells


def test_everybody_sees_his_own_part(begun: Desk):
    found = board(begun, begun.actor("east"), "2024", top="B01")
    assert found.total.states == {State.APPROVED: 1}


def test_the_export_lists_every_item(begun: Desk):
    rows = export(begun, begun.actor("office"), "2024")
    read = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"))))
    assert read[0] == list(HEADINGS)
    assert [(r[0], r[4], r[7], r[8]) for r in read[1:]] == [
        ("HEAD", "未开始", "5", "总行填报岗"), ("B01", "已审批", "", ""), ("B02", "未开始", "5", "城西支行填报岗")]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(rows))).active
    assert sheet is not None
    assert sheet["K3"].value == 7


def test_an_export_holds_no_formula():
    text = as_csv([("=1+1", "-5", "+cmd", "@x")]).decode("utf-8-sig").splitlines()[1]
    assert text == "'=1+1,-5,'+cmd,'@x"
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([("=1+1",) * len(HEADINGS[:3])])))
    assert book.active is not None and book.active["A2"].data_type == "s"
