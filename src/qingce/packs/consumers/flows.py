"""Flows of cases: what becomes of a complaint."""

from qingce.core.case import Flow

COMPLAINT = Flow(
    "complaint", "客户投诉", "received",
    {
        "received": ("handling", "declined"), "handling": ("replied",),
        "replied": ("closed", "handling"),
    },
    words={"received": "待受理", "handling": "处理中", "replied": "已告知", "closed": "已办结", "declined": "不予受理"},
    posts={"received": "esg_office", "handling": "data_owner", "replied": "reviewer"},
    days=15,
)
"""15 days from receipt for a plain matter: 银行业保险业消费投诉处理管理办法（银保监会令 2020 年第 3 号）."""
