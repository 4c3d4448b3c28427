"""Rows marked as estimated: the share of every figure computed from them, out of the same scan."""

from __future__ import annotations

import sys
from decimal import Decimal as D

import pytest

from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Flag, OrgCode, Qty, Text, dataset
from qingce.core.errors import DeclarationError
from qingce.core.figure import FigureKey
from qingce.core.metric import FLOW, metric
from qingce.core.registry import Pack, Registry
from tests.conftest import computation_of


@dataset(label="能耗台账", owner="办公室", grain=("meter_no", "read_on"), estimate="estimated")
class reading:
    """每块表每次抄表一行。"""

    meter_no = Text("表号")
    read_on = Date("抄表日期")
    org = OrgCode("机构")
    energy = Code("能源种类", of="energy")
    quantity = Qty("用量", places=2)
    estimated = Flag("是否估读", optional=True)


@metric("用电量", unit="千瓦时", kind=FLOW)
def power(reading):
    """电表用量合计。"""
    return reading.quantity.sum(where=reading.energy == "electricity")


@metric("用量", unit="千瓦时", kind=FLOW, by=("energy",))
def consumption(reading):
    """用量合计。"""
    return reading.quantity.sum()


@metric("电量之倍", unit="千瓦时", kind=FLOW)
def doubled(power):
    """用电量的两倍。"""
    return power + power


ROWS = """
reading
meter_no | read_on | org | energy | quantity | estimated
E1 | 2024-01-31 | B01 | electricity | 60.00 |
E1 | 2024-02-29 | B01 | electricity | 30.00 | 是
E2 | 2024-01-31 | B02 | electricity | 10.00 | 否
W1 | 2024-01-31 | B02 | water | 25.00 | 是
E1 | 2023-01-31 | B01 | electricity | 80.00 |
"""


@pytest.fixture
def computed(tmp_path):
    registry = Registry()
    registry.add_pack(Pack("toy", "样例", "办公室", ""), [sys.modules[__name__]])
    registry.codes["energy"] = CodeList("energy", "能源", (CodeValue("electricity", "电"), CodeValue("water", "水")))
    registry.verify()
    return computation_of(ROWS, tmp_path, registry)


def extra(computed, key: FigureKey):
    return computed.lineage(computed.figure(key)).extra


SHARES = [
    (FigureKey("power", "LZB", "2024"), {"estimate_share": "30"}),
    (FigureKey("power", "B01", "2024"), {"estimate_share": "33.33"}),
    (FigureKey("power", "B02", "2024"), {}), (FigureKey("power", "LZB", "2023"), {}),
    (FigureKey("consumption", "LZB", "2024"), {"estimate_share": "44"}),
    (FigureKey("consumption", "LZB", "2024", (("energy", "water"),)), {"estimate_share": "100"}),
    (FigureKey("consumption", "LZB", "2024", (("energy", "electricity"),)), {"estimate_share": "30"}),
]


@pytest.mark.parametrize(("key", "said"), SHARES)
def test_the_share_of_a_figure_comes_from_its_marked_rows(computed, key, said):
    assert extra(computed, key) == said


def test_the_figure_itself_is_what_it_was(computed):
    assert computed.figure(FigureKey("power", "LZB", "2024")).value == D(100)
    assert computed.figure(FigureKey("doubled", "LZB", "2024")).value == D(200)


def test_all_of_it_is_one_scan(computed):
    for key, _ in SHARES:
        computed.figure(key)
    assert computed.scans.read == 1


def test_a_mark_must_be_a_flag_of_the_table():
    with pytest.raises(DeclarationError, match="must be a Flag"):
        @dataset(label="台账", owner="办公室", grain=("no",), estimate="no")
        class wrong:
            """一行。"""

            no = Text("编号")
    with pytest.raises(DeclarationError, match="not one of its columns"):
        @dataset(label="台账", owner="办公室", grain=("no",), estimate="guess")
        class gone:
            """一行。"""

            no = Text("编号")
