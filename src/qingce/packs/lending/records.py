"""Records of loans against government procurement contracts."""

from qingce.core.dataset import Date, Money, OrgCode, Text, dataset


@dataset(label="政采 e 贷台账", owner="普惠金融部", grain=("loan_no",))
class procurement_loan:
    """每笔以政府采购合同为依据发放的贷款一行。"""

    loan_no = Text("借据号")
    granted_on = Date("发放日期")
    org = OrgCode("经办机构")
    contract_amount = Money("采购合同金额", low="0")
    loan_amount = Money("贷款金额", low="0")
