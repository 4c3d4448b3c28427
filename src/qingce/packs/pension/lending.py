"""Lending to the elderly-care industry."""

from qingce.core.metric import FLOW, STOCK, metric


@metric("养老产业贷款余额", unit="元", shown="亿元", kind=STOCK, by=("elderly_care",), owner="公司业务部")
def elderly_care_loan_balance(loan):
    """期末投向养老产业的贷款余额，按《养老产业统计分类（2020）》大类分列；按资金投向认定，个人养老消费不计。"""
    return loan.balance.sum(where=loan.elderly_care.notnull())


@metric("养老产业贷款户数", unit="户", kind=STOCK, owner="公司业务部")
def elderly_care_borrowers(loan):
    """期末有养老产业贷款余额的客户户数，一户多笔只计一次。"""
    return loan.customer_no.nunique(where=loan.elderly_care.notnull() & (loan.balance > 0))


@metric("老年客户贷款余额", unit="元", shown="亿元", kind=STOCK)
def senior_borrower_balance(exposure):
    """期末年满 60 岁的个人客户、个体工商户与小微企业主的贷款余额；未登记年龄的不计。"""
    return exposure.balance.sum(where=exposure.age >= 60)


@metric("社保卡发放", unit="张", shown="万张", kind=FLOW)
def social_cards_issued(card_issue):
    """报告期内发放的社保卡张数。"""
    return card_issue.cards.sum(where=card_issue.kind == "social_security")
