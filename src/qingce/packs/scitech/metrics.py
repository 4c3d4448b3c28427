"""Metrics of science and technology finance.

The four classes overlap, so each is a metric of its own and none is a member of a family: a family's
total would count a firm with two qualifications twice.
"""

from qingce.core.metric import CUMULATIVE, STOCK, filed, metric


@metric("科技型企业支持户数", unit="户", kind=STOCK)
def scitech_firms(scitech_exposure):
    """期末有贷款余额的科技型企业户数，具有多种资质的企业只计一户。"""
    return scitech_exposure.firm_no.nunique()


@metric("科技型企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def scitech_loan_balance(scitech_loan):
    """期末科技型企业贷款余额合计，每笔贷款只计一次。"""
    return scitech_loan.balance.sum()


@metric("高新技术企业支持户数", unit="户", kind=STOCK)
def high_tech_firms(scitech_exposure):
    """期末有贷款余额的高新技术企业户数。"""
    return scitech_exposure.firm_no.nunique(where=scitech_exposure.high_tech)


@metric("高新技术企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def high_tech_loan_balance(scitech_exposure):
    """期末高新技术企业贷款余额合计。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.high_tech)


@metric("科技型中小企业支持户数", unit="户", kind=STOCK)
def tech_sme_firms(scitech_exposure):
    """期末有贷款余额的科技型中小企业户数。"""
    return scitech_exposure.firm_no.nunique(where=scitech_exposure.tech_sme)


@metric("科技型中小企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def tech_sme_loan_balance(scitech_exposure):
    """期末科技型中小企业贷款余额合计。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.tech_sme)


@metric("“专精特新”中小企业支持户数", unit="户", kind=STOCK)
def specialised_firms(scitech_exposure):
    """期末有贷款余额的“专精特新”中小企业户数。"""
    return scitech_exposure.firm_no.nunique(where=scitech_exposure.specialised)


@metric("“专精特新”中小企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def specialised_loan_balance(scitech_exposure):
    """期末“专精特新”中小企业贷款余额合计。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.specialised)


@metric("国家创新示范企业支持户数", unit="户", kind=STOCK)
def demonstration_firms(scitech_exposure):
    """期末有贷款余额的国家创新示范企业户数。"""
    return scitech_exposure.firm_no.nunique(where=scitech_exposure.demonstration)


@metric("国家创新示范企业贷款余额", unit="元", shown="亿元", kind=STOCK)
def demonstration_loan_balance(scitech_exposure):
    """期末国家创新示范企业贷款余额合计；报告原文称“金额”。"""
    return scitech_exposure.balance.sum(where=scitech_exposure.demonstration)


# -- guarantee fund -----------------------------------------------------------------------------
@metric("增信基金落地户数", unit="户", kind=STOCK)
def fund_enhanced_firms(scitech_loan):
    """期末使用兰白基金科技贷款增信基金的企业户数。"""
    return scitech_loan.firm_no.nunique(where=scitech_loan.fund_enhanced)


@metric("增信基金贷款余额", unit="元", shown="万元", places=0, kind=STOCK)
def fund_enhanced_loan_balance(scitech_loan):
    """期末使用兰白基金科技贷款增信基金的贷款余额合计。"""
    return scitech_loan.balance.sum(where=scitech_loan.fund_enhanced)


@metric("增信基金风险补偿比例", unit="%", places=0)
def fund_compensation_rate(guarantee_fund_compensation):
    """增信基金管理办法规定的、对核销后本金实际损失的补偿比例。"""
    return guarantee_fund_compensation


@metric("增信基金补偿上限", unit="元", shown="万元", places=0)
def fund_compensation_limit(fund_enhanced_loan_balance, guarantee_fund_compensation):
    """增信基金贷款余额全部损失时可获补偿的金额：增信基金贷款余额 × 补偿比例。"""
    return fund_enhanced_loan_balance * guarantee_fund_compensation


# -- supply chain -------------------------------------------------------------------------------
supply_chain_finance = filed(
    "累计供应链融资金额", unit="元", shown="亿元", kind=CUMULATIVE, owner="交易银行部"
)
