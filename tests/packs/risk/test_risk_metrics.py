"""Counts of risks and of the departments that own them."""

from tests.conftest import computation_of

from qingce.core.figure import FigureKey
from qingce.services.content import load_registry


def test_a_department_with_two_risks_is_one_department(tmp_path):
    """
    risk_ownership
    risk      | department | as_of
    credit    | 风险管理部 | 2024-12-31
    credit    | 授信审批部 | 2024-12-31
    liquidity | 计划财务部 | 2024-12-31
    market    | 计划财务部 | 2024-12-31
    market    | 国际业务部 | 2023-12-31
    """
    text = test_a_department_with_two_risks_is_one_department.__doc__
    found = computation_of(text, tmp_path, load_registry(None, None))

    def value(name, **dims):
        return found.figure(FigureKey(name, "LZB", "2024", tuple(dims.items()))).value

    assert value("risk_types_owned") == 3
    assert value("risk_owning_departments") == 3
    assert value("risk_owning_departments", risk="credit") == 2
    assert value("risk_owning_departments", risk="market") == 1
    assert value("risk_owning_departments", risk="country") == 0
