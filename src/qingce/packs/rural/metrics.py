"""Lending to agriculture and to villages, and help that is not a loan."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

# 涉农贷款
agricultural_loan_balance = filed("涉农贷款余额", unit="元", shown="亿元", kind=STOCK)
inclusive_agricultural_loan_balance = filed("普惠型涉农贷款余额", unit="元", shown="亿元", kind=STOCK)
key_county_loan_balance = filed(
    "乡村振兴重点帮扶县贷款余额",
    unit="元",
    shown="亿元",
    kind=STOCK,
    doc="期末乡村振兴重点帮扶县各项贷款余额，按填报数。",
)

# 农业农村项目
rural_projects = filed("支持农业农村项目", unit="个", kind=STOCK, doc="期末重点支持的农业农村项目个数。")
rural_project_investment = filed("农业农村项目总投资", unit="元", shown="亿元", kind=STOCK)
rural_project_credit = filed("农业农村项目授信金额", unit="元", shown="亿元", kind=STOCK)
rural_project_lending = filed(
    "农业农村项目信贷投放",
    unit="元",
    shown="亿元",
    kind=CUMULATIVE,
    doc="截至期末对上述项目的信贷投放。",
)

# 产品
farmer_loan_deals = filed("农易贷投放笔数", unit="笔", kind=FLOW)
farmer_loan_lending = filed("农易贷投放金额", unit="元", shown="亿元", kind=FLOW)
farmer_loan_lending_to_date = filed(
    "农易贷累计投放", unit="元", shown="亿元", kind=CUMULATIVE, doc="产品上线以来的投放金额。"
)
farmer_loan_balance = filed("农易贷贷款余额", unit="元", shown="亿元", kind=STOCK)
planting_loan_lending = filed("种植贷发放额", unit="元", shown="亿元", kind=FLOW)
planting_loan_lending_to_date = filed(
    "种植贷累计投放", unit="元", shown="亿元", kind=CUMULATIVE, doc="业务开展以来的投放金额。"
)

# 脱贫人口小额信贷
poverty_loan_households = filed(
    "脱贫人口小额信贷发放户数",
    unit="户",
    shown="万户",
    kind=CUMULATIVE,
    doc="2021 年以来在甘肃省内获得脱贫人口小额信贷的户数，含边缘易致贫户。",
)
poverty_loan_lending = filed(
    "脱贫人口小额信贷发放额",
    unit="元",
    shown="亿元",
    kind=CUMULATIVE,
    doc="2021 年以来在甘肃省内发放的金额。",
)
poverty_loan_balance = filed(
    "脱贫人口小额信贷总余额",
    unit="元",
    shown="亿元",
    kind=STOCK,
    doc="期末余额，含扶贫小额信贷。",
)
poverty_loan_beneficiaries = filed(
    "脱贫人口小额信贷惠及户数",
    unit="户",
    shown="万户",
    kind=STOCK,
    doc="期末余额涉及的户数，含边缘易致贫户。",
)

# 助农与助学
farm_produce_campaigns = filed(
    "助农系列活动", unit="期", kind=FLOW, owner="零售金融部", doc="线上助农主题活动期数。"
)


@metric("爱心助学受助学生", unit="名", kind=FLOW, owner="办公室")
def bursary_students(bursary):
    """报告期内获得助学金的学生人数。"""
    return bursary.student_no.nunique()


@metric("爱心助学金", unit="元", places=0, kind=FLOW, owner="办公室")
def bursary_amount(bursary):
    """报告期内发放的助学金合计。"""
    return bursary.amount.sum()


@metric("爱心助学累计受助学生", unit="名", kind=CUMULATIVE, owner="办公室")
def bursary_students_to_date(bursary):
    """活动开展以来获得助学金的学生人数。"""
    return bursary.student_no.nunique()


@metric("爱心助学金累计", unit="元", shown="万元", kind=CUMULATIVE, owner="办公室")
def bursary_amount_to_date(bursary):
    """活动开展以来发放的助学金合计。"""
    return bursary.amount.sum()


@metric("爱心助学连续年数", unit="年", kind=CUMULATIVE, owner="办公室")
def bursary_years(bursary):
    """活动开展以来有助学金发放的年度个数。"""
    return bursary.school_year.nunique()
