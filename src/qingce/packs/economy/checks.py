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
    manufacturing_loan_balance, total_loans, manufacturing_share_gain
):
    """制造业贷款占比的提升幅度，应等于由期末、期初余额算得的占比之差。"""
    # shares rounded before they are subtracted end in another digit, which is what this rule is after
    opening_share = manufacturing_loan_balance.prior / total_loans.prior
    return manufacturing_share_gain == points(manufacturing_loan_balance / total_loans - opening_share)


@check(cites="报告第 678 行")
def kinds_of_manufacturing_are_manufacturing(
    high_end_manufacturing_loan_balance, lanzhou_manufacturing_loan_balance, manufacturing_long_term_balance,
    manufacturing_loan_balance,
):
    """高端、兰州市、中长期三种制造业贷款余额均不大于制造业贷款余额。"""
    parts = (
        high_end_manufacturing_loan_balance, lanzhou_manufacturing_loan_balance,
        manufacturing_long_term_balance,
    )
    return [part <= manufacturing_loan_balance for part in parts]


@check(cites="报告第 140 行")
def npl_balance_is_the_sum_of_its_classes(npl_balance, loans_by_class):
    """不良贷款余额等于次级、可疑、损失三类贷款余额之和。"""
    return npl_balance == sum(loans_by_class.at(five_class=c) for c in ("substandard", "doubtful", "loss"))


@check(cites="报告第 140 行")
def provisions_agree_with_the_general_ledger(loan_provisions, gl_provisions):
    """填报的贷款损失准备等于总账贷款损失准备科目余额；总账没有登记该科目的不适用。"""
    # a general ledger without the subject sums to zero, which says nothing about provisions
    dates = ((loan_provisions, gl_provisions), (loan_provisions.prior, gl_provisions.prior))
    return [filed == booked for filed, booked in dates if booked != 0]
