"""Lending to the digital economy, and lending done online."""

from qingce.core.metric import STOCK, metric

CORE = ("01", "02", "03", "04")


@metric("数字经济产业贷款余额", unit="元", shown="亿元", kind=STOCK, by=("digital_industry",))
def digital_industry_loan_balance(loan):
    """期末投向数字经济产业的贷款余额，按《数字经济及其核心产业统计分类（2021）》大类分列，含产业数字化；数字企业投向其他行业的不计。"""
    return loan.balance.sum(where=loan.digital_industry.notnull())


@metric("数字经济核心产业贷款余额", unit="元", shown="亿元", kind=STOCK)
def digital_core_loan_balance(loan):
    """期末投向数字经济核心产业（01 至 04 大类）的贷款余额；数字化效率提升业（05 大类）不计。"""
    return loan.balance.sum(where=loan.digital_industry.isin(CORE))


@metric("线上贷款占比", unit="%")
def online_loan_share(online_loan_balance, total_loans):
    """全程线上办理的贷款余额 ÷ 发放贷款和垫款。"""
    return online_loan_balance / total_loans
