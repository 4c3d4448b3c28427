"""Checks of science and technology finance."""

from qingce.core.check import WARNING, check


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
def the_overlap_of_classes_is_told(scitech_firms, scitech_firm_overlap, overlapping_scitech_firms):
    """有重复计数当且仅当有多重资质的企业，重复计数不小于这些企业的户数、不大于其三倍。"""
    return [
        overlapping_scitech_firms <= scitech_firm_overlap,
        scitech_firm_overlap <= overlapping_scitech_firms * 3,
        overlapping_scitech_firms <= scitech_firms,
    ]


@check(cites="报告第 1220 行")
def only_tech_smes_use_the_fund(exposure):
    """使用增信基金的借款人应为科技型中小企业。"""
    tech_sme = exposure.tech_sme.fill_null(False)
    return exposure.filter((exposure.programme == "lanbai_fund") & ~tech_sme)


@check(severity=WARNING)
def scitech_flags_have_a_list_date(customer):
    """具有科技资质的企业登记了名单入选日期，且不晚于数据日期。"""
    flagged = customer.high_tech | customer.tech_sme | customer.specialised | customer.demonstration
    dated = customer.scitech_listed_on.notnull() & (customer.scitech_listed_on <= customer.as_of)
    return customer.filter(flagged & ~dated)


@check(cites="报告第 1223 行")
def the_fund_pays_for_principal_only(loan_event):
    """使用增信基金的贷款，核销金额不大于发放减归还的本金；超出的部分是利息或费用，不予补偿。"""
    fund = loan_event.filter(loan_event.programme == "lanbai_fund")

    def booked(kind):
        return fund.amount.sum(where=fund.kind == kind).fill_null(0)

    sums = fund.group_by("loan_no").aggregate(
        disbursed=booked("disbursement"), repaid=booked("repayment"), written_off=booked("write_off")
    )
    return sums.filter(sums.written_off > sums.disbursed - sums.repaid)


@check()
def core_limits_are_kept(supply_chain_limit):
    """每家核心企业已用的他用额度不大于给予的额度。"""
    return supply_chain_limit.filter(supply_chain_limit.drawn > supply_chain_limit.credit_limit)


@check()
def supply_chain_financings_have_a_core_limit(supply_chain_core):
    """每笔供应链融资的核心企业都有他用额度登记。"""
    return supply_chain_core.filter(supply_chain_core.limits == 0)
