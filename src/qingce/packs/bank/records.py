"""Records that many packs read: outlets and loans."""

from qingce.core.dataset import Code, Date, Money, OrgCode, Text, dataset


@dataset(label="网点台账", owner="运营管理部", grain=("outlet_no", "as_of"))
class outlet:
    """每家营业网点每个年末一行。"""

    outlet_no = Text("网点编号", pattern=r"[A-Z]+[0-9]*")
    as_of = Date("数据日期")
    org = OrgCode("机构")
    kind = Code("网点类型", of="outlet_kind")


@dataset(label="重点领域贷款台账", owner="计划财务部", grain=("loan_no", "as_of"))
class loan:
    """绿色贷款与制造业贷款，每笔每个年末一行；投向行业与绿色用途分别认定，一笔贷款可以两者兼有。"""

    loan_no = Text("借据号", pattern=r"LN[0-9]{6}")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    industry = Code("投向行业", of="industry_section")
    use = Code("绿色用途", of="green_use", optional=True, doc="空白表示不是绿色贷款")
    balance = Money("贷款余额", low="0")
