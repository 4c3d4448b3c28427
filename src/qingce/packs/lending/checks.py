"""Rules that the products and their limits imply."""

from qingce.core.check import ERROR, WARNING, check


@check(severity=ERROR, cites="报告第 906 行")
def procurement_loans_within_limit(procurement_loan, procurement_loan_limit):
    """每笔政采 e 贷不超过政府采购合同金额的规定比例。"""
    # the factor is in percent, so both sides are hundredths and nothing is divided; wide, since databases
    # keep a product of 18 digits and fewer in 18 digits and fail where it needs more
    lent = procurement_loan.loan_amount.cast("decimal(24,2)")
    contract = procurement_loan.contract_amount.cast("decimal(24,2)")
    return procurement_loan.filter(lent * 100 > contract * procurement_loan_limit)


@check(severity=ERROR, cites="报告第 888 行")
def farm_guarantee_lending_within_lending_to_date(farm_guarantee_lending, farm_guarantee_lending_to_date):
    """农担合作业务本年新增发放不大于累计发放。"""
    return farm_guarantee_lending <= farm_guarantee_lending_to_date


@check(severity=ERROR, cites="报告第 994-995 行")
def startup_loan_balance_within_lending(startup_loan_balance, startup_loan_lending):
    """创业担保贷款余额不大于累计发放额。"""
    return startup_loan_balance <= startup_loan_lending


@check(severity=WARNING, cites="报告第 994、981 行")
def startup_loan_cities_within_province(startup_loan_cities, card_machine_cities):
    """创业担保贷款涉及的地市州，不多于已布放社保卡设备的全省地市州。"""
    return startup_loan_cities <= card_machine_cities


@check(severity=WARNING, cites="报告第 891-892、138 行")
def online_loan_balances_within_loans(
    quick_loan_balance, tax_loan_balance, startup_loan_balance, total_loans
):
    """小微快贷、税 e 通与创业担保贷款余额之和不大于发放贷款和垫款。"""
    return quick_loan_balance + tax_loan_balance + startup_loan_balance <= total_loans
