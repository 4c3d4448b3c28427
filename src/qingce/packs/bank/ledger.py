"""Figures of the whole loan book: structure, rates, terms, concentration, and control totals."""

from qingce.core.dataset import weighted
from qingce.core.metric import STOCK, metric


# 结构
@metric("贷款余额（按投向行业）", unit="元", shown="亿元", kind=STOCK, by=("industry",))
def loans_by_industry(loan):
    """期末各项贷款余额按投向行业门类分列；不填行业的个人消费贷款只计入合计。"""
    return loan.balance.sum()


@metric("贷款余额（按五级分类）", unit="元", shown="亿元", kind=STOCK, by=("five_class",))
def loans_by_class(loan):
    """期末各项贷款余额按五级分类分列，含贴现与垫款，不扣减值准备。"""
    return loan.balance.sum()


@metric("贷款余额（按担保方式）", unit="元", shown="亿元", kind=STOCK, by=("guarantee",))
def loans_by_guarantee(loan):
    """期末各项贷款余额按主要担保方式分列，含贴现与垫款；一笔贷款只归一种，次要担保不计。"""
    return loan.balance.sum()


@metric("贷款余额（按剩余期限）", unit="元", shown="亿元", kind=STOCK, by=("maturity",))
def loans_by_maturity(loan_term):
    """期末各项贷款余额按数据日期至到期日的剩余期限分列；已过到期日的归入已到期，分期还款计划不计，整笔按到期日归档。"""
    return loan_term.balance.sum()


@metric("借款客户数", unit="户", kind=STOCK)
def borrowers(loan):
    """期末有贷款余额的客户户数，一户多笔只计一次；余额为零的贷款不计。"""
    return loan.customer_no.nunique(where=loan.balance > 0)


# 利率
@metric("贷款余额与利率乘积", unit="元", kind=STOCK)
def loan_rate_mass(loan):
    """各笔贷款余额 × 年利率（百分数）之和，仅用于计算加权平均利率；逐笔为整数运算，不取近似。"""
    return weighted(loan.balance, loan.rate).sum()


@metric("计息贷款余额", unit="元", shown="亿元", kind=STOCK)
def rated_loans(loan):
    """期末登记了利率的贷款余额，为加权平均利率的分母；没有登记利率的贷款不计。"""
    return loan.balance.sum(where=loan.rate.notnull())


@metric("贷款加权平均利率", unit="%")
def loan_rate(loan_rate_mass, rated_loans):
    """以期末余额为权数的年利率平均数，含贴现。"""
    return loan_rate_mass / rated_loans / 100


# 集中度
@metric("最大单一客户贷款余额", unit="元", shown="亿元", kind=STOCK)
def largest_borrower_balance(borrower):
    """期末贷款余额最大的一个客户的余额；集团客户未合并，表外与债券投资不计，金融机构贴现按申请人计。"""
    return borrower.balance.max()


# 总账
@metric("总账贷款余额", unit="元", shown="亿元", kind=STOCK)
def gl_loans(gl_balance):
    """期末总账贷款科目余额合计，只计本金；应计利息与减值准备不计。"""
    return gl_balance.balance.sum(where=gl_balance.subject == "loans")


@metric("总账贷款损失准备", unit="元", shown="亿元", kind=STOCK)
def gl_provisions(gl_balance):
    """期末总账贷款损失准备科目余额合计，以正数登记；其他资产的减值准备不计。"""
    return gl_balance.balance.sum(where=gl_balance.subject == "provision")
