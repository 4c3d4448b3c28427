"""Rules that the bank's own totals imply."""

from qingce.core.amount import points
from qingce.core.check import NOTE, WARNING, check


@check(cites="报告第 137-138 行")
def loans_and_deposits_within_assets(total_assets, total_loans, deposits):
    """发放贷款和垫款、吸收存款均不大于资产总额。"""
    return [total_loans <= total_assets, deposits <= total_assets]


@check(severity=WARNING, cites="报告第 139 行")
def net_profit_within_revenue(net_profit, operating_revenue):
    """归母净利润不大于营业收入。"""
    return net_profit <= operating_revenue


@check(cites="报告第 677、138 行")
def manufacturing_loans_within_loans(manufacturing_loan_balance, total_loans):
    """制造业贷款余额不大于发放贷款和垫款。"""
    return manufacturing_loan_balance <= total_loans


@check(cites="报告第 2160、138 行")
def private_enterprise_loans_within_loans(private_enterprise_loan_balance, total_loans):
    """民营企业贷款余额不大于发放贷款和垫款。"""
    return private_enterprise_loan_balance <= total_loans


@check(severity=NOTE, cites="报告第 138、677、678 行")
def manufacturing_share_gain_follows_from_balances(
    manufacturing_loan_balance, total_loans, total_loans_growth, manufacturing_share_gain
):
    """制造业贷款占比的提升幅度，应等于由余额与贷款增速反推的年末、年初占比之差。"""
    # the opening balance is only known through its growth; shares rounded before they are subtracted
    # end in another digit, which is what this rule is after
    opening_loans = total_loans / (total_loans_growth + 1)
    opening_share = manufacturing_loan_balance.prior / opening_loans
    return manufacturing_share_gain == points(manufacturing_loan_balance / total_loans - opening_share)
