"""Checks: pass, fail, or not applicable with the reason, with what was tried."""

from __future__ import annotations

from dataclasses import replace

from qingce.core.check import Status
from qingce.core.period import Period
from qingce.engine.backend import DuckDB
from qingce.engine.compute import Computation
from qingce.engine.judge import run_check
from qingce.engine.lineage import Input
from tests import toy

P = [Period.parse("2024")]


def test_a_sum_that_holds_passes(computation):
    """
    filed
    metric           | value
    headcount        | 4280
    headcount_male   | 2048
    headcount_female | 2232
    """
    found = run_check(toy.headcount_by_gender_adds_up, computation, "LZB", P)
    assert (found.status, found.tried, found.passed) == (Status.PASS, 1, 1)


def test_a_sum_that_does_not_hold_shows_the_arithmetic(computation):
    """
    filed
    metric           | value
    headcount        | 4280
    headcount_male   | 2048
    headcount_female | 2230
    """
    found = run_check(toy.headcount_by_gender_adds_up, computation, "LZB", P)
    assert found.blocks
    assert found.rows[0]["算式"] == "4,280 人 == 4,278 人 ✗ (差 2 人)"


def test_a_sum_with_an_absent_part_is_not_applicable_and_says_why(computation):
    """
    filed
    metric         | value
    headcount      | 4280
    headcount_male | 2048
    """
    found = run_check(toy.headcount_by_gender_adds_up, computation, "LZB", P)
    assert found.status is Status.NOT_APPLICABLE
    assert "女性员工数" in found.reason


def test_a_rule_on_records_lists_the_bad_rows(computation):
    """
    loan
    loan_no | as_of      | org | balance
    L1      | 2024-12-31 | B01 | 10.00
    L2      | 2024-12-31 | B01 |
    """
    found = run_check(toy.every_loan_has_a_balance, computation, "LZB", P)
    assert (found.status, found.tried, found.passed) == (Status.FAIL, 2, 1)
    assert found.rows[0]["loan_no"] == "L2"


def test_a_rule_on_an_empty_ledger_is_not_applicable(computation):
    """Nothing was delivered."""
    assert run_check(toy.every_loan_has_a_balance, computation, "LZB", P).status is Status.NOT_APPLICABLE


def test_a_rule_on_a_refused_ledger_is_not_applicable_and_names_it(computation):
    """
    loan
    loan_no | as_of      | org | balance
    L2      | 2024-12-31 | B01 |
    """
    parquet = {**computation.subject.backend.parquet, "loan": None}
    delivered = {"loan": [Input("records/loan.csv", "00", 1, False, "loan")]}
    subject = replace(computation.subject, backend=DuckDB(computation.registry, parquet), inputs=delivered)
    found = run_check(toy.every_loan_has_a_balance, Computation(subject, P), "LZB", P)
    assert (found.status, found.rows) == (Status.NOT_APPLICABLE, ())
    assert "台账被拒收：贷款台账" in found.reason
