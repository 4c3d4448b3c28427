"""Rules on anti-money-laundering figures: what passes, what fails, what does not apply."""

import pytest
from tests.conftest import computation_of

from qingce.core.figure import FigureKey
from qingce.packs.aml import checks, records
from qingce.services.content import load_registry


@pytest.mark.parametrize(
    ("given", "covers", "follows"),
    [
        (("211 次", "203 次", "8 场"), "pass", "pass"),
        (("237 次", "203 次", "8 场"), "pass", "fail"),
        (("210 次", "203 次", "8 场"), "fail", "fail"),
        (("237 次", "203 次", "— 场"), "not applicable", "not applicable"),
    ],
)
def test_activities_against_publicity_and_training(judge, given, covers, follows):
    """The KPI table's 237 covers 203 and 8, but does not follow from them."""
    assert judge(checks.aml_activities_cover_publicity_and_training, *given) == covers
    assert judge(checks.aml_activities_follow_from_publicity_and_training, *given) == follows


@pytest.mark.parametrize(
    ("rule", "passing", "failing", "absent"),
    [
        (
            checks.aml_attendance_covers_audience,
            ("50305 人次", "49236 人"),
            ("49000 人次", "49236 人"),
            ("— 人次", "49236 人"),
        ),
        (
            checks.aml_exam_passed_within_headcount,
            ("470 人", "4280 人"),
            ("4281 人", "4280 人"),
            ("470 人", "— 人"),
        ),
    ],
)
def test_a_part_and_its_bound(judge, rule, passing, failing, absent):
    assert judge(rule, *passing) == "pass"
    assert judge(rule, *failing) == "fail"
    assert judge(rule, *absent) == "not applicable"


@pytest.mark.parametrize(
    ("inspected", "subbranches", "verdict"),
    [("46", "162", "pass"), ("163", "162", "fail"), ("46", "—", "not applicable")],
)
def test_inspected_subbranches_within_outlets(judge, operand, inspected, subbranches, verdict):
    outlets = operand("178 家", "kind", {"subbranch": (subbranches, "")})
    assert judge(checks.inspected_subbranches_within_outlets, f"{inspected} 家", outlets) == verdict


@pytest.mark.parametrize(("sat", "passed", "bad"), [(30, 30, 0), (30, 28, 0), (28, 30, 1)])
def test_exam_passes_within_sitters(bad_rows, sat, passed, bad):
    rows = [{"org": "B01", "sat": sat, "passed": passed}]
    assert len(bad_rows(checks.exam_passes_within_sitters, records.aml_exam, rows)) == bad


def test_publicity_figures_are_sums_of_the_ledger(tmp_path):
    """
    aml_publicity
    event_no | held_on    | org | leaflets | boards | audience
    XC0001   | 2024-01-02 | B01 | 27       | 0      | 251
    XC0002   | 2024-12-31 | B02 | 54       | 1      | 168
    XC0003   | 2023-12-31 | B02 | 99       | 1      | 500
    """
    text = test_publicity_figures_are_sums_of_the_ledger.__doc__
    found = computation_of(text, tmp_path, load_registry(None, None))
    names = ("aml_publicity_events", "aml_leaflets", "aml_display_boards", "aml_audience")
    assert [found.figure(FigureKey(name, "LZB", "2024")).value for name in names] == [2, 81, 1, 419]
