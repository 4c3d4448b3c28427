"""The ownership of risks: a risk without a department is found."""

import pytest
from tests.conftest import computation_of

from qingce.core.check import Status
from qingce.core.period import Period
from qingce.engine.judge import run_check
from qingce.packs.risk import checks
from qingce.services.content import load_registry


@pytest.mark.parametrize(
    ("departments", "verdict"),
    [("1 个", "pass"), ("4 个", "pass"), ("0 个", "fail"), ("— 个", "not applicable")],
)
def test_every_risk_has_an_owner(judge, departments, verdict):
    assert judge(checks.every_risk_has_an_owner, departments) == verdict


def test_a_risk_missing_from_the_table_is_named(tmp_path):
    """
    risk_ownership
    risk      | department | as_of
    credit    | 风险管理部 | 2024-12-31
    credit    | 授信审批部 | 2024-12-31
    liquidity | 计划财务部 | 2024-12-31
    """
    registry = load_registry(None, None)
    found = computation_of(test_a_risk_missing_from_the_table_is_named.__doc__, tmp_path, registry)
    finding = run_check(checks.every_risk_has_an_owner, found, "LZB", [Period.parse("2024")])
    assert finding.status is Status.FAIL
    assert (finding.tried, finding.passed) == (13, 2)
    assert "2024 市场风险" in [row["范围"] for row in finding.rows]


def test_without_a_table_the_rule_does_not_apply(tmp_path):
    found = computation_of("", tmp_path, load_registry(None, None))
    finding = run_check(checks.every_risk_has_an_owner, found, "LZB", [Period.parse("2024")])
    assert finding.status is Status.NOT_APPLICABLE
