"""Checks of science and technology finance."""

from qingce.core.check import check


@check(cites="报告第 1193 行")
def firms_of_each_class_are_scitech_firms(
    scitech_firms, high_tech_firms, tech_sme_firms, specialised_firms, demonstration_firms
):
    """每类企业的户数都不多于科技型企业总户数。"""
    classes = (high_tech_firms, tech_sme_firms, specialised_firms, demonstration_firms)
    return [firms <= scitech_firms for firms in classes]


@check(cites="报告第 1193 行")
def scitech_firms_have_a_class(
    scitech_firms, high_tech_firms, tech_sme_firms, specialised_firms, demonstration_firms
):
    """四类企业户数之和不少于去重后的总户数：有重叠，无遗漏。"""
    return scitech_firms <= high_tech_firms + tech_sme_firms + specialised_firms + demonstration_firms


@check(cites="报告第 1194 行")
def balances_of_each_class_are_scitech_balances(
    scitech_loan_balance, high_tech_loan_balance, tech_sme_loan_balance, specialised_loan_balance,
    demonstration_loan_balance,
):
    """每类企业的贷款余额都不大于科技型企业贷款余额。"""
    classes = (
        high_tech_loan_balance, tech_sme_loan_balance, specialised_loan_balance, demonstration_loan_balance
    )
    return [balance <= scitech_loan_balance for balance in classes]


@check(cites="报告第 1194 行")
def scitech_balances_have_a_class(
    scitech_loan_balance, high_tech_loan_balance, tech_sme_loan_balance, specialised_loan_balance,
    demonstration_loan_balance,
):
    """四类企业贷款余额之和不小于去重后的总余额。"""
    return scitech_loan_balance <= (
        high_tech_loan_balance + tech_sme_loan_balance + specialised_loan_balance + demonstration_loan_balance
    )


@check(cites="报告第 1224 行")
def fund_enhanced_loans_are_of_tech_smes(
    fund_enhanced_firms, tech_sme_firms, fund_enhanced_loan_balance, tech_sme_loan_balance
):
    """使用增信基金的户数和余额都不大于科技型中小企业的户数和余额。"""
    return [fund_enhanced_firms <= tech_sme_firms, fund_enhanced_loan_balance <= tech_sme_loan_balance]


@check(cites="报告第 1223 行")
def fund_covers_a_part_of_the_loss(fund_compensation_limit, fund_enhanced_loan_balance):
    """增信基金的补偿上限不大于其增信的贷款余额。"""
    return fund_compensation_limit <= fund_enhanced_loan_balance


@check(cites="报告第 1193 行")
def every_scitech_loan_has_a_listed_firm(scitech_loan, scitech_firm):
    """每笔科技型企业贷款的借款人都在当期科技型企业名单内。"""
    return scitech_loan.anti_join(scitech_firm, ["firm_no", "as_of"])


@check(cites="报告第 1193 行")
def every_listed_firm_has_a_qualification(scitech_firm):
    """名单内每户企业至少具有一种资质。"""
    qualified = (
        scitech_firm.high_tech | scitech_firm.tech_sme | scitech_firm.specialised | scitech_firm.demonstration
    )
    return scitech_firm.filter(~qualified)


@check(cites="报告第 1220 行")
def only_tech_smes_use_the_fund(scitech_exposure):
    """使用增信基金的借款人应为科技型中小企业。"""
    return scitech_exposure.filter(scitech_exposure.fund_enhanced & ~scitech_exposure.tech_sme)
