"""Records of carbon-reduction loans as the bank discloses them."""

from qingce.core.dataset import Date, Money, OrgCode, Qty, Rate, Text, dataset


@dataset(label="碳减排贷款披露台账", owner="公司金融部", grain=("loan_no", "as_of"))
class carbon_reduction_loan:
    """每个披露日，累计发放的每笔碳减排贷款一行。"""

    loan_no = Text("借据号")
    as_of = Date("披露日期")
    org = OrgCode("经办机构")
    project_no = Text("项目编号")
    amount = Money("发放金额", low="0")
    rate = Rate("年利率", low="0", high="100", doc="百分数，4.30 表示 4.30%")
    reduction = Qty(
        "年度碳减排量",
        places=2,
        unit="吨CO2e",
        doc="项目年减排量 × 本笔贷款额 ÷ 项目总投资，按贷款份额折算",
    )
