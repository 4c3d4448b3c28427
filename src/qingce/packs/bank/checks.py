"""Rules on outlets and the loan ledger."""

from qingce.core.check import ERROR, check


@check(severity=ERROR, cites="报告第 133 行")
def outlets_by_kind_add_up(outlets):
    """总行营业部、分行、支行家数之和应等于营业网点家数。"""
    return outlets == outlets.at(kind="head") + outlets.at(kind="branch") + outlets.at(kind="subbranch")
