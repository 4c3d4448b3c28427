"""Rules on outlets and the loan ledger, held against cases that pass, fail and do not apply."""

from decimal import Decimal

import pytest

from qingce.core.dataset import Dataset
from qingce.packs.bank import checks, records


@pytest.mark.parametrize(
    ("total", "kinds", "verdict"),
    [
        ("178", ("1", "15", "162"), "pass"),
        ("178", ("1", "15", "161"), "fail"),
        ("—", ("—", "—", "—"), "not applicable"),
    ],
)
def test_outlets_by_kind_add_up(judge, operand, total, kinds, verdict):
    members = {kind: (count, "—") for kind, count in zip(("head", "branch", "subbranch"), kinds, strict=True)}
    assert judge(checks.outlets_by_kind_add_up, operand(f"{total} 家", "kind", members)) == verdict


def test_a_negative_loan_balance_is_found(bad_rows):
    """
    loan_no | balance
    LN1     |    0.00
    LN2     |   -0.01
    """
    rows = [{"loan_no": "LN1", "balance": Decimal("0.00")}, {"loan_no": "LN2", "balance": Decimal("-0.01")}]
    loan: Dataset = records.loan
    assert [r["loan_no"] for r in bad_rows(checks.loan_ledger_has_no_negative_balance, loan, rows)] == ["LN2"]
    assert bad_rows(checks.loan_ledger_has_no_negative_balance, loan, rows[:1]) == []
    assert bad_rows(checks.loan_ledger_has_no_negative_balance, loan, []) == []
