"""Records of science and technology finance: firms, their loans, and the two joined."""

from qingce.core.dataset import Date, Flag, Money, OrgCode, Text, dataset, view


@dataset(label="科技型企业名单", owner="公司业务部", grain=("firm_no", "as_of"))
class scitech_firm:
    """每户有贷款余额的科技型企业每个年末一行；一户企业可以同时具有几种资质。"""

    firm_no = Text("企业编号")
    as_of = Date("数据日期")
    high_tech = Flag("高新技术企业")
    tech_sme = Flag("科技型中小企业")
    specialised = Flag("“专精特新”中小企业")
    demonstration = Flag("国家创新示范企业")


@dataset(label="科技型企业贷款台账", owner="公司业务部", grain=("loan_no", "as_of"))
class scitech_loan:
    """每笔科技型企业贷款每个年末一行。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    firm_no = Text("企业编号")
    balance = Money("贷款余额", low="0")
    fund_enhanced = Flag("使用增信基金")


@view("科技型企业贷款明细", time="as_of", org="org")
def scitech_exposure(scitech_loan, scitech_firm):
    """每笔科技型企业贷款连同借款企业的资质。"""
    return scitech_loan.join(scitech_firm, ["firm_no", "as_of"])
