"""Rules on consumption, held against cases that pass, fail and do not apply."""

from decimal import Decimal

import pytest

from qingce.packs.operations import checks, records


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (("7277126|7388755 千瓦时", "15892|16607 立方米", "17722.50|18312 立方米"), "pass"),
        (("7388755|7277126 千瓦时", "15892|16607 立方米", "17722.50|18312 立方米"), "fail"),
        (("7277126|7388755 千瓦时", "15892|15892 立方米", "17722.50|18312 立方米"), "fail"),
        (("7277126 千瓦时", "15892 立方米", "17722.50 立方米"), "not applicable"),
    ],
)
def test_building_consumption_fell(judge, given, verdict):
    assert judge(checks.building_consumption_fell, *given) == verdict


@pytest.mark.parametrize(
    ("petrol", "diesel", "verdict"),
    [
        ("15526.93|16932.60", "357.96|370.06", "pass"),
        ("15526.93|16932.60", "370.07|370.06", "fail"),
        ("15526.93", "357.96", "not applicable"),
    ],
)
def test_car_fuel_fell(judge, petrol, diesel, verdict):
    assert judge(checks.car_fuel_fell, f"{petrol} 升", f"{diesel} 升") == verdict


@pytest.mark.parametrize(
    ("processes", "left", "verdict"),
    [("79", "87644", "pass"), ("79", "78", "fail"), ("79", "—", "not applicable")],
)
def test_processes_leave_records(judge, processes, left, verdict):
    assert judge(checks.processes_leave_records, f"{processes} 条", f"{left} 条") == verdict


def test_a_meter_that_runs_backwards_is_found(bad_rows):
    """
    meter_no | quantity
    E01      |   0.00
    W01      |  -3.10
    """
    rows = [{"meter_no": "E01", "quantity": Decimal("0")}, {"meter_no": "W01", "quantity": Decimal("-3.10")}]
    rule = checks.meters_never_run_backwards
    assert [r["meter_no"] for r in bad_rows(rule, records.meter, rows)] == ["W01"]
    assert bad_rows(rule, records.meter, rows[:1]) == []
    assert bad_rows(rule, records.meter, []) == []


def test_a_slip_without_litres_is_found(bad_rows):
    """
    slip_no | litres
    R1      |  50.00
    R2      |   0.00
    """
    rows = [{"slip_no": "R1", "litres": Decimal("50")}, {"slip_no": "R2", "litres": Decimal("0")}]
    rule = checks.refuelling_slips_have_litres
    assert [r["slip_no"] for r in bad_rows(rule, records.refuelling, rows)] == ["R2"]
    assert bad_rows(rule, records.refuelling, rows[:1]) == []
    assert bad_rows(rule, records.refuelling, []) == []
