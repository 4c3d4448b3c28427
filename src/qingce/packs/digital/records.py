"""Records of digital finance."""

from qingce.core.dataset import Code, Date, OrgCode, Text, dataset


@dataset(label="民生行业收单商户台账", owner="数字银行部", grain=("merchant_no",))
class merchant:
    """每家公用事业或医疗卫生行业收单商户一行，按开通日期归属期间。"""

    merchant_no = Text("商户编号")
    opened_on = Date("开通日期")
    org = OrgCode("签约机构")
    sector = Code("商户类别", of="merchant_sector")


@dataset(label="数字金融列举事项登记", owner="数字银行部", grain=("item_no", "as_of"))
class digital_item:
    """报告列举的每个事项，每个年末一行。"""

    item_no = Text("事项编号")
    as_of = Date("登记日期")
    topic = Code("事项类别", of="digital_topic")
    title = Text("事项名称")
    cited = Text("出处")
