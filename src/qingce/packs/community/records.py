"""Records of community work."""

from qingce.core.dataset import Code, Date, Money, OrgCode, Text, dataset


@dataset(label="公益捐赠台账", owner="办公室", grain=("donation_no",))
class donation:
    """每笔公益性捐赠支出一行。"""

    donation_no = Text("捐赠编号")
    donated_on = Date("捐赠日期")
    org = OrgCode("捐赠机构")
    programme = Code("捐赠项目", of="donation_programme")
    amount = Money("捐赠金额", low="0.01")


@dataset(label="捐赠协议付款台账", owner="办公室", grain=("programme", "paid_on"))
class donation_instalment:
    """多年期捐赠协议每年付款一行；付款日未公布的按年末登记。"""

    programme = Code("捐赠项目", of="donation_programme")
    paid_on = Date("付款日期")
    org = OrgCode("捐赠机构")
    amount = Money("付款金额", low="0.01")
    cited = Text("出处")
