"""Lending to agriculture and to villages, and help that is not a loan."""

from qingce.core.dataset import view
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric


# 涉农贷款
@metric("涉农贷款余额", unit="元", shown="亿元", kind=STOCK, by=("agri",))
def agricultural_loan_balance(loan):
    """期末农户贷款、农村企业及各类组织贷款、城市企业及各类组织涉农贷款余额合计，按台账的涉农类别认定；没有登记涉农类别的不计。"""
    return loan.balance.sum(where=loan.agri.notnull())


@metric("普惠型涉农贷款余额", unit="元", shown="亿元", kind=STOCK)
def inclusive_agricultural_loan_balance(exposure, inclusive_farmer_line, inclusive_small_line):
    """期末单户授信不超过标准的农户经营性贷款，与单户授信不超过标准的涉农小微企业、个体工商户、小微企业主经营性贷款余额之和。

    两个标准分别见农户与小微的单户授信标准；农户消费贷款、大中型企业与贴现不计。
    """
    farmer = (exposure.agri == "farmer") & (exposure.credit_line <= inclusive_farmer_line)
    small = exposure.kind.isin(("sole_trader", "owner")) | (
        (exposure.kind == "corporate") & exposure.firm_size.isin(("small", "micro"))
    )
    firm = exposure.agri.isin(("rural", "urban")) & small & (exposure.credit_line <= inclusive_small_line)
    return exposure.balance.sum(where=(exposure.purpose == "operating") & (farmer | firm))


@metric("农户生产经营贷款余额", unit="元", shown="亿元", kind=STOCK)
def farmer_business_loan_balance(exposure, inclusive_farmer_line):
    """期末单户授信小于标准的农户经营性贷款余额（人民银行口径，等于标准的户不计）。"""
    return exposure.balance.sum(
        where=(exposure.agri == "farmer") & (exposure.purpose == "operating")
        & (exposure.credit_line < inclusive_farmer_line)
    )


@metric("乡村振兴重点帮扶县贷款余额", unit="元", shown="亿元", kind=STOCK)
def key_county_loan_balance(loan):
    """期末投放在国家与省级乡村振兴重点帮扶县的各项贷款余额，不限于涉农；按投放县区认定，不按经办机构。"""
    return loan.balance.sum(where=loan.key_county)


# 农业农村项目
@metric("支持农业农村项目", unit="个", kind=STOCK)
def rural_projects(project):
    """期末重点项目台账中列入农业农村项目名单的项目个数，同一项目只计一次。"""
    return project.project_no.nunique(where=project.roster == "rural")


@metric("农业农村项目总投资", unit="元", shown="亿元", kind=STOCK)
def rural_project_investment(project):
    """期末农业农村项目名单内项目的总投资合计，含其他来源的资金。"""
    return project.investment.sum(where=project.roster == "rural")


@metric("农业农村项目授信金额", unit="元", shown="亿元", kind=STOCK)
def rural_project_credit(project):
    """期末本行对农业农村项目名单内项目的授信合计，含未用部分。"""
    return project.credit.sum(where=project.roster == "rural")


@metric("农业农村项目信贷投放", unit="元", shown="亿元", kind=STOCK)
def rural_project_lending(project):
    """截至期末本行对农业农村项目名单内项目的累计投放，已归还的不扣除。"""
    return project.drawn.sum(where=project.roster == "rural")


# 产品
@metric("农易贷投放笔数", unit="笔", kind=FLOW)
def farmer_loan_deals(loan_event):
    """报告期内农易贷的发放笔数；授信未提款的不计。"""
    return loan_event.count(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "farmer_online")
    )


@metric("农易贷投放金额", unit="元", shown="亿元", kind=FLOW)
def farmer_loan_lending(loan_event):
    """报告期内农易贷的发放金额合计，期内归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "farmer_online")
    )


@metric("农易贷累计投放", unit="元", shown="亿元", kind=CUMULATIVE)
def farmer_loan_lending_to_date(loan_event):
    """产品上线以来农易贷的发放金额合计，已归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "farmer_online")
    )


@metric("农易贷贷款余额", unit="元", shown="亿元", kind=STOCK)
def farmer_loan_balance(loan):
    """期末农易贷贷款余额；未用额度不计。"""
    return loan.balance.sum(where=loan.product == "farmer_online")


@metric("种植贷发放额", unit="元", shown="亿元", kind=FLOW)
def planting_loan_lending(loan_event):
    """报告期内种植贷的发放金额合计，期内归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "planting")
    )


@metric("种植贷累计投放", unit="元", shown="亿元", kind=CUMULATIVE)
def planting_loan_lending_to_date(loan_event):
    """业务开展以来种植贷的发放金额合计，已归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "planting")
    )


# 脱贫人口小额信贷
@view("过渡期脱贫人口小额信贷发放", time="happened_on", org="org")
def poverty_lending(loan_event):
    """2021 年起发放的脱贫人口小额信贷，每次发放一行；此前发放的扶贫小额信贷不计。"""
    return loan_event.filter(
        (loan_event.kind == "disbursement") & (loan_event.product == "poverty_micro")
        & (loan_event.happened_on.year() >= 2021)
    )


@metric("脱贫人口小额信贷发放户数", unit="户", shown="万户", kind=CUMULATIVE)
def poverty_loan_households(poverty_lending):
    """2021 年以来获得脱贫人口小额信贷的户数，含边缘易致贫户，续贷的户只计一次。"""
    return poverty_lending.customer_no.nunique()


@metric("脱贫人口小额信贷发放额", unit="元", shown="亿元", kind=CUMULATIVE)
def poverty_loan_lending(poverty_lending):
    """2021 年以来发放的脱贫人口小额信贷金额合计，续贷重复计入。"""
    return poverty_lending.amount.sum()


@metric("脱贫人口小额信贷总余额", unit="元", shown="亿元", kind=STOCK)
def poverty_loan_balance(loan):
    """期末脱贫人口小额信贷余额，含过渡期前发放的扶贫小额信贷；这些农户的其他贷款不计。"""
    return loan.balance.sum(where=loan.product.isin(("poverty_micro", "poverty_micro_old")))


@metric("脱贫人口小额信贷惠及户数", unit="户", shown="万户", kind=STOCK)
def poverty_loan_beneficiaries(loan):
    """期末有脱贫人口小额信贷余额的户数，含边缘易致贫户与扶贫小额信贷的户；已还清的户不计。"""
    return loan.customer_no.nunique(
        where=loan.product.isin(("poverty_micro", "poverty_micro_old")) & (loan.balance > 0)
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
