"""Figures about the bank as an organisation."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

report_months = filed(
    "报告期月数",
    unit="月",
    kind=FLOW,
    owner="董事会办公室",
    doc="报告期起止日之间的完整月数。",
)
founding_credit_cooperatives = filed(
    "组建时的城市信用社家数",
    unit="家",
    kind=CUMULATIVE,
    owner="董事会办公室",
    doc="1997 年组建本行时并入的城市信用社家数。",
)


@metric("营业网点家数", unit="家", kind=STOCK, by=("kind",), owner="运营管理部")
def outlets(outlet):
    """期末存续的营业网点家数，按总行营业部、分行、支行分列。"""
    return outlet.count()
