"""Rules that the inclusive figures imply."""

from qingce.core.check import ERROR, WARNING, check


@check(severity=ERROR, cites="报告第 112、961、138 行")
def inclusive_loans_within_loans(inclusive_small_loan_balance, new_citizen_loan_balance, total_loans):
    """普惠型小微贷款余额、新市民贷款余额均不大于发放贷款和垫款。"""
    return [inclusive_small_loan_balance <= total_loans, new_citizen_loan_balance <= total_loans]


@check(severity=WARNING, cites="报告第 961、973 行")
def new_citizen_loans_grew(new_citizen_loan_balance):
    """新市民贷款余额较年初增长。"""
    return new_citizen_loan_balance > new_citizen_loan_balance.prior


@check(severity=ERROR, cites="报告第 971-972 行")
def worker_cards_issued_within_cards_to_date(worker_cards_issued, worker_cards_to_date):
    """陇明公卡本年新增发放不大于累计发行。"""
    return worker_cards_issued <= worker_cards_to_date
