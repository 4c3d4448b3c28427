"""What the engine promises beside the value: one scan, lineage, rows, families."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from qingce.core.errors import BindingError
from qingce.core.figure import FigureKey, Reading
from qingce.engine.rows import behind, control


def test_each_table_is_scanned_once_for_all_metrics_periods_and_orgs(computation):
    """
    loan
    loan_no | as_of      | org | customer | balance | use
    L1      | 2024-12-31 | B01 | C1       | 10.00   | infra
    L2      | 2023-12-31 | B02 | C2       | 20.00   | clean
    """
    for metric in ("green_loan_balance", "borrowers", "largest_loan"):
        for org in ("LZB", "B01", "B02"):
            for period in ("2024", "2023"):
                computation.figure(FigureKey(metric, org, period))
    assert computation.scans.read == 1


def test_lineage_names_the_rows_behind_a_figure(computation):
    """
    loan
    loan_no | as_of      | org | customer | balance | use
    L1      | 2024-12-31 | B01 | C1       | 10.00   | infra
    L2      | 2024-12-31 | B02 | C2       | 20.00   | clean
    L3      | 2024-12-31 | B02 | C2       | 5.00    |
    L4      | 2023-12-31 | B02 | C2       | 7.00    | clean
    """
    whole = computation.figure(FigureKey("green_loan_balance", "LZB", "2024"))
    assert computation.rows(whole)["loan_no"] == ["L1", "L2"]
    part = computation.figure(FigureKey("green_loan_balance", "B02", "2024", (("use", "clean"),)))
    assert computation.rows(part)["loan_no"] == ["L2"]
    assert sum(computation.rows(part)["balance"]) == part.value
    record = computation.lineage(whole)
    assert record.formula == "贷款台账[贷款余额]合计（条件：[绿色用途]已填）"
    sums = record.sql.split("SUM(")[1]
    assert sums.lstrip().startswith("CASE")


def test_a_derived_figure_names_its_operands_and_factors(computation):
    """
    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2024-03-01 | B01 | electricity | 1000
    """
    figure = computation.figure(FigureKey("power_emissions", "LZB", "2024"))
    record = computation.lineage(figure)
    assert record.formula == "用电量 × 电网因子"
    assert record.operands == ("electricity/LZB/2024",)
    assert [(f.edition, f.trust) for f in record.factors] == [("grid_factor:2024-01-01", "unconfirmed")]


def test_a_derived_family_is_narrowed_member_by_member(computation):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2024-12-31 | B01 | 25.00   | infra
    L2      | 2024-12-31 | B02 | 75.00   | clean
    """
    assert computation.figure(FigureKey("use_share", "LZB", "2024", (("use", "clean"),))).amount.text() == "75.00 %"


def test_periods_of_any_length_come_from_the_same_cells(computation):
    """
    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2024-02-29 | B01 | electricity | 1
    M1       | 2024-07-01 | B01 | electricity | 10
    M1       | 2024-09-30 | B01 | electricity | 100
    """
    at = lambda p: computation.figure(FigureKey("electricity", "LZB", p)).value  # noqa: E731
    assert (at("2024"), at("2024Q3"), at("2024-02"), at("2024H1")) == (111, 110, 1, 1)
    assert computation.figure(FigureKey("readings_so_far", "LZB", "2024-07")).value == 2
    with pytest.raises(BindingError, match="Ask for a month or longer"):
        at("2024-07-01")


def test_an_unknown_org_is_refused_with_the_nearest(computation):
    with pytest.raises(BindingError, match="是不是“B01”"):
        computation.figure(FigureKey("electricity", "B1", "2024"))


def test_a_reading_prints_what_the_report_prints(computation):
    """
    loan
    loan_no | as_of      | org | balance        | use
    L1      | 2024-12-31 | B01 | 15218000000.00 | infra
    L2      | 2023-12-31 | B01 | 12766000000.00 | infra
    """
    key = FigureKey("green_loan_balance", "LZB", "2024")
    green = Reading(computation, computation.metric("green_loan_balance"), key)
    assert green.text == "152.18 亿元"
    assert green.growth.text == "19.21%"
    assert green.growth.trend.text == "增长 19.21%"
    assert green.change.trend.text == "增加 24.52 亿元"
    assert green.number.text == "152.18"
    assert green.over("150 亿元").text == "超 150 亿元"
    assert green.over("150 亿元").untrue() == ""
    assert "不符" in green.over("152.18 亿元", "突破").untrue()
    assert green.at(use="基础设施").share.value == D(100)


def test_a_table_without_dates_or_orgs_belongs_to_the_whole_bank(figures):
    """
    outlet
    code | name
    N1   | x
    N2   | y
    """
    assert figures(2024)["outlets"] == 2


def test_a_branch_has_no_rows_of_a_table_without_orgs(computation):
    """
    outlet
    code | name
    N1   | x
    """
    figure = computation.figure(FigureKey("outlets", "B01", "2024"))
    assert (figure.amount.absent, computation.rows(figure)["code"]) == (True, [])


def test_the_rows_of_an_org_that_moved_mid_year_are_those_it_counts(computation):
    """
    org
    code | parent | valid_from | valid_to
    LZB  |        |            |
    B01  | LZB    |            |
    B02  | LZB    |            |
    S01  | B01    |            | 2024-06-14
    S01  | B02    | 2024-06-15 |

    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2024-06-14 | S01 | electricity | 10
    M2       | 2024-06-15 | S01 | electricity | 3
    M3       | 2024-06-01 | B02 | electricity | 7
    """
    for org, meters in (("B01", ["M1"]), ("B02", ["M2", "M3"]), ("S01", ["M1", "M2"]), ("LZB", ["M1", "M2", "M3"])):
        figure = computation.figure(FigureKey("electricity", org, "2024"))
        assert sorted(computation.rows(figure)["meter_no"]) == meters
        assert control(computation, behind(computation, figure)).equal
