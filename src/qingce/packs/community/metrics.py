"""Metrics of community work."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric


# -- donations ----------------------------------------------------------------------------------
@metric("公益性捐赠支出", unit="元", shown="万元", kind=FLOW)
def donations(donation):
    """报告期内公益性捐赠支出合计。"""
    return donation.amount.sum()


@metric("捐赠台账中的西北民族大学捐赠", unit="元", shown="万元", places=0, kind=FLOW)
def university_donations_booked(donation):
    """报告期内公益捐赠台账中西北民族大学教育发展基金会项目的金额合计。"""
    return donation.amount.sum(where=donation.programme == "university")


@metric("西北民族大学年度捐赠额", unit="元", shown="万元", places=0, kind=FLOW)
def university_donation(donation_instalment):
    """报告期内按战略合作协议向西北民族大学教育发展基金会支付的捐赠款。"""
    return donation_instalment.amount.sum(where=donation_instalment.programme == "university")


@metric("西北民族大学累计捐赠额", unit="元", shown="万元", places=0, kind=CUMULATIVE)
def university_donation_total(donation_instalment):
    """自协议生效至期末累计向西北民族大学教育发展基金会支付的捐赠款。"""
    return donation_instalment.amount.sum(where=donation_instalment.programme == "university")


university_donation_years = filed(
    "西北民族大学捐赠年数", unit="年", kind=STOCK, doc="战略合作协议约定的连续捐赠年数（2023 年至 2027 年）。"
)

# -- taxes --------------------------------------------------------------------------------------
tax_paid = filed("纳税总额", unit="元", shown="亿元", kind=FLOW, owner="计划财务部")
tax_paid_total = filed(
    "成立以来累计缴纳税费", unit="元", shown="亿元", places=0, kind=CUMULATIVE, owner="计划财务部"
)
annual_tax_floor = filed(
    "年度纳税额下限", unit="元", shown="亿元", places=0, kind=STOCK, owner="计划财务部",
    doc="连续多年每年纳税额均超过的金额。",
)
years_above_tax_floor = filed("年度纳税额超过下限的连续年数", unit="年", kind=STOCK, owner="计划财务部")
top_tax_credit_years = filed("A 级纳税信用连续年数", unit="年", kind=STOCK, owner="计划财务部")

# -- women's enterprise -------------------------------------------------------------------------
first_women_loan = filed(
    "首笔陇原巾帼专享贷金额", unit="元", shown="万元", places=0, kind=FLOW, owner="普惠金融部"
)
women_workshops_recommended = filed(
    "妇联推荐的巾帼乡村就业工厂户数", unit="户", kind=STOCK, owner="普惠金融部"
)
