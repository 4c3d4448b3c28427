"""Rules on sweeps for abnormal behaviour: what passes, what fails, what does not apply."""

import datetime as dt

import pytest
from tests.conftest import computation_of

from qingce.core.figure import FigureKey
from qingce.packs.compliance import checks, records
from qingce.services.content import load_registry


@pytest.mark.parametrize(
    ("rule", "passing", "failing", "absent"),
    [
        (
            checks.sweep_coverage_within_headcount,
            ("16336 人次", "4 次", "4280 人"),
            ("17121 人次", "4 次", "4280 人"),
            ("16336 人次", "4 次", "— 人"),
        ),
        (checks.every_aspect_has_risk_points, ("59 个", "4 个"), ("3 个", "4 个"), ("— 个", "4 个")),
        (checks.supervision_letters_follow_notices, ("7 份", "8 份"), ("9 份", "8 份"), ("7 份", "— 份")),
    ],
)
def test_a_number_and_its_bound(judge, rule, passing, failing, absent):
    assert judge(rule, *passing) == "pass"
    assert judge(rule, *failing) == "fail"
    assert judge(rule, *absent) == "not applicable"


@pytest.mark.parametrize(("second", "bad"), [(dt.date(2024, 3, 29), 0), (dt.date(2024, 4, 2), 1)])
def test_sweep_is_one_batch_a_quarter(bad_rows, second, bad):
    rows = [
        {"sweep_no": "PC2024-1", "held_on": dt.date(2024, 3, 28), "org": "B01", "screened": 40},
        {"sweep_no": "PC2024-1", "held_on": second, "org": "B02", "screened": 30},
    ]
    assert len(bad_rows(checks.sweep_is_one_batch_a_quarter, records.behaviour_sweep, rows)) == bad


def test_a_sweep_over_many_orgs_is_one_sweep(tmp_path):
    """
    behaviour_sweep
    sweep_no | held_on    | org | screened
    PC2024-1 | 2024-03-28 | B01 | 40
    PC2024-1 | 2024-03-28 | B02 | 30
    PC2024-2 | 2024-06-28 | B01 | 41
    PC2023-4 | 2023-11-28 | B01 | 39
    """
    text = test_a_sweep_over_many_orgs_is_one_sweep.__doc__
    found = computation_of(text, tmp_path, load_registry(None, None))
    assert found.figure(FigureKey("behaviour_sweeps", "LZB", "2024")).value == 2
    assert found.figure(FigureKey("behaviour_sweep_coverage", "LZB", "2024")).value == 111
    assert found.figure(FigureKey("behaviour_sweeps", "B02", "2024")).value == 1
