"""Metrics of science and technology finance.

The four classes overlap, so each is a metric of its own and none is a member of a family: a family's
total would count a firm with two qualifications twice.
"""

from qingce.core.metric import CUMULATIVE, STOCK, metric


@metric("科技型企业支持户数", unit="户", kind=STOCK)
def scitech_firms(scitech_exposure):
    """期末有贷款余额的科技型企业户数，具有多种资质的企业只计一户；名单内尚未用款的不计。"""
    return scitech_exposure.customer_no.nunique(where=scitech_exposure.balance > 0)


@metric("科技型企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def scitech_loan_balance(scitech_exposure):
    """期末科技型企业贷款余额合计，每笔贷款只计一次；银承敞口与信用证不计。"""
    return scitech_exposure.balance.sum()


@metric("多重资质科技型企业户数", unit="户", kind=STOCK)
def overlapping_scitech_firms(scitech_exposure):
    """期末有贷款余额、同时具有两种以上资质的企业户数，每户只计一次；只有一种资质的不计。"""
    return scitech_exposure.customer_no.nunique(
        where=scitech_exposure.several & (scitech_exposure.balance > 0)
    )


@metric("多重资质科技型企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def overlapping_scitech_balance(scitech_exposure):
    """期末同时具有两种以上资质的企业贷款余额，每笔贷款只计一次。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.several)


@metric("四类企业户数重复计数", unit="户")
def scitech_firm_overlap(
    high_tech_firms, tech_sme_firms, specialised_firms, demonstration_firms, scitech_firms
):
    """四类企业户数之和 － 去重后的总户数：分类数字相加比总数多出的部分。"""
    return high_tech_firms + tech_sme_firms + specialised_firms + demonstration_firms - scitech_firms


@metric("四类企业余额重复计数", unit="元", shown="亿元")
def scitech_balance_overlap(
    high_tech_loan_balance, tech_sme_loan_balance, specialised_loan_balance, demonstration_loan_balance,
    scitech_loan_balance,
):
    """四类企业贷款余额之和 － 去重后的总余额。"""
    return (
        high_tech_loan_balance + tech_sme_loan_balance + specialised_loan_balance
        + demonstration_loan_balance - scitech_loan_balance
    )


@metric("高新技术企业支持户数", unit="户", kind=STOCK)
def high_tech_firms(scitech_exposure):
    """期末有贷款余额的高新技术企业户数，一户多笔只计一次；有其他资质的同时计入其他类。"""
    return scitech_exposure.customer_no.nunique(
        where=scitech_exposure.high_tech & (scitech_exposure.balance > 0)
    )


@metric("高新技术企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def high_tech_loan_balance(scitech_exposure):
    """期末高新技术企业贷款余额合计；有其他资质的同时计入其他类，四类不能相加。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.high_tech)


@metric("科技型中小企业支持户数", unit="户", kind=STOCK)
def tech_sme_firms(scitech_exposure):
    """期末有贷款余额的科技型中小企业户数，一户多笔只计一次；有其他资质的同时计入其他类。"""
    return scitech_exposure.customer_no.nunique(
        where=scitech_exposure.tech_sme & (scitech_exposure.balance > 0)
    )


@metric("科技型中小企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def tech_sme_loan_balance(scitech_exposure):
    """期末科技型中小企业贷款余额合计；有其他资质的同时计入其他类，四类不能相加。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.tech_sme)


@metric("“专精特新”中小企业支持户数", unit="户", kind=STOCK)
def specialised_firms(scitech_exposure):
    """期末有贷款余额的“专精特新”中小企业户数，一户多笔只计一次；有其他资质的同时计入其他类。"""
    return scitech_exposure.customer_no.nunique(
        where=scitech_exposure.specialised & (scitech_exposure.balance > 0)
    )


@metric("“专精特新”中小企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def specialised_loan_balance(scitech_exposure):
    """期末“专精特新”中小企业贷款余额合计；有其他资质的同时计入其他类，四类不能相加。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.specialised)


@metric("国家创新示范企业支持户数", unit="户", kind=STOCK)
def demonstration_firms(scitech_exposure):
    """期末有贷款余额的国家创新示范企业户数，一户多笔只计一次；有其他资质的同时计入其他类。"""
    return scitech_exposure.customer_no.nunique(
        where=scitech_exposure.demonstration & (scitech_exposure.balance > 0)
    )


@metric("国家创新示范企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def demonstration_loan_balance(scitech_exposure):
    """期末国家创新示范企业贷款余额合计；报告原文称“金额”。有其他资质的同时计入其他类，四类不能相加。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.demonstration)


# -- whitelist and industries ---------------------------------------------------------------------
@metric("名单内科技型企业户数", unit="户", kind=STOCK)
def listed_scitech_firms(customer):
    """期末客户台账中具有任一资质的企业法人户数，含尚未用款的名单客户。"""
    return customer.customer_no.nunique(
        where=(customer.kind == "corporate")
        & (customer.high_tech | customer.tech_sme | customer.specialised | customer.demonstration)
    )


@metric("科技型企业获贷率", unit="%")
def scitech_coverage(scitech_firms, listed_scitech_firms):
    """有贷款余额的科技型企业户数 ÷ 名单内科技型企业户数。"""
    return scitech_firms / listed_scitech_firms


@metric("科技相关产业贷款余额", unit="元", shown="亿元", kind=STOCK, by=("tech_industry",))
def tech_industry_loan_balance(loan):
    """期末投向科技相关产业的贷款余额，按产业类别分列；属于几类的贷款只归最先列出的一类，借款人是科技型企业而投向其他行业的不计。"""
    return loan.balance.sum(where=loan.tech_industry.notnull())


@metric("科技贷款余额", unit="元", shown="亿元", kind=STOCK)
def tech_loan_balance(tech_loan):
    """期末科技型企业贷款与科技相关产业贷款余额，两者兼有的贷款只计一次。"""
    return tech_loan.balance.sum(where=tech_loan.of_firm | tech_loan.of_industry)


# -- guarantee fund -----------------------------------------------------------------------------
@metric("增信基金落地户数", unit="户", kind=STOCK)
def fund_enhanced_firms(loan):
    """期末使用兰白基金科技贷款增信基金且有贷款余额的企业户数，一户多笔只计一次；已结清的不计。"""
    return loan.customer_no.nunique(where=(loan.programme == "lanbai_fund") & (loan.balance > 0))


@metric("增信基金贷款余额", unit="元", shown="万元", places=0, kind=STOCK)
def fund_enhanced_loan_balance(loan):
    """期末使用兰白基金科技贷款增信基金的贷款余额合计；银承敞口与信用证不计。"""
    return loan.balance.sum(where=loan.programme == "lanbai_fund")


@metric("增信基金风险补偿比例", unit="%", places=0)
def fund_compensation_rate(guarantee_fund_compensation):
    """增信基金管理办法规定的、对核销后本金实际损失的补偿比例。"""
    return guarantee_fund_compensation


@metric("增信基金补偿上限", unit="元", shown="万元", places=0)
def fund_compensation_limit(fund_enhanced_loan_balance, guarantee_fund_compensation):
    """增信基金贷款余额全部损失时可获补偿的金额：增信基金贷款余额 × 补偿比例。"""
    return fund_enhanced_loan_balance * guarantee_fund_compensation


@metric("增信基金贷款核销本金", unit="元", shown="万元", kind=CUMULATIVE)
def fund_principal_written_off(loan_event):
    """截至期末使用增信基金的贷款核销的本金；利息、罚息、诉讼及其他费用不计。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "write_off") & (loan_event.programme == "lanbai_fund")
    )


@metric("增信基金贷款核销后收回本金", unit="元", shown="万元", kind=CUMULATIVE)
def fund_principal_recovered(loan_event):
    """截至期末使用增信基金的贷款核销后收回的本金；收回的利息、罚息与费用不计。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "recovery") & (loan_event.programme == "lanbai_fund")
    )


@metric("增信基金应补偿金额", unit="元", shown="万元", kind=CUMULATIVE)
def fund_compensation(fund_principal_written_off, fund_principal_recovered, guarantee_fund_compensation):
    """（核销本金 － 核销后收回本金）× 补偿比例。"""
    return (fund_principal_written_off - fund_principal_recovered) * guarantee_fund_compensation


# -- supply chain -------------------------------------------------------------------------------
@metric("累计供应链融资金额", unit="元", shown="亿元", kind=CUMULATIVE, owner="交易银行部")
def supply_chain_finance(supply_chain_financing):
    """截至期末依托核心企业信用办理的融资金额合计，已归还的不扣除。"""
    return supply_chain_financing.amount.sum()


@metric("供应链融资客户", unit="户", kind=CUMULATIVE, owner="交易银行部")
def supply_chain_clients(supply_chain_financing):
    """截至期末获得供应链融资的上下游客户户数，一户多笔只计一次。"""
    return supply_chain_financing.customer_no.nunique()


@metric("核心企业他用额度使用率", unit="%", owner="交易银行部")
def supply_chain_limit_use(supply_chain_drawn, supply_chain_credit_limit):
    """核心企业已用他用额度 ÷ 他用额度。"""
    return supply_chain_drawn / supply_chain_credit_limit


@metric("核心企业他用额度", unit="元", shown="亿元", kind=STOCK, owner="交易银行部")
def supply_chain_credit_limit(supply_chain_limit):
    """期末给予核心企业、供其上下游使用的额度合计；核心企业自用授信不计。"""
    return supply_chain_limit.credit_limit.sum()


@metric("核心企业已用他用额度", unit="元", shown="亿元", kind=STOCK, owner="交易银行部")
def supply_chain_drawn(supply_chain_limit):
    """期末核心企业他用额度中已使用的部分合计；自用授信的使用不计。"""
    return supply_chain_limit.drawn.sum()
