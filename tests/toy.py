"""A small bank's declarations, enough for the engine's cases to be written as tables."""

from __future__ import annotations

from qingce.core.check import WARNING, check
from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Qty, Text, dataset, view
from qingce.core.factor import read_factor
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric


@dataset(label="贷款台账", owner="计划财务部", grain=("loan_no", "as_of", "label_no"))
class loan:
    """每笔贷款每个月末每个标签一行。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    customer = Text("客户号", optional=True)
    balance = Money("贷款余额", optional=True)
    use = Code("绿色用途", of="use", optional=True)
    label_no = Text("标签序号", optional=True)
    online = Flag("线上产品", optional=True)


@dataset(label="能耗台账", owner="办公室", grain=("meter_no", "read_on"))
class meter:
    """每块表每次抄表一行。"""

    meter_no = Text("表号")
    read_on = Date("抄表日期")
    org = OrgCode("机构")
    energy = Code("能源种类", of="energy")
    quantity = Qty("用量", places=3)


@dataset(label="机构名录", owner="办公室", grain=("code",))
class outlet:
    """每个网点一行，不分日期。"""

    code = Text("网点号")


@view("去重贷款")
def single_loan(loan):
    """一笔贷款有几个标签也只算一行。"""
    return loan.group_by(["loan_no", "as_of", "org"]).aggregate(balance=loan.balance.max())


@metric("绿色贷款余额", unit="元", shown="亿元", kind=STOCK, by=("use",))
def green_loan_balance(loan):
    """期末已标注绿色用途的贷款余额合计。"""
    return loan.balance.sum(where=loan.use.notnull())


@metric("各项贷款余额", unit="元", kind=STOCK)
def loan_balance(single_loan):
    """期末各项贷款余额合计，一笔只算一次。"""
    return single_loan.balance.sum()


@metric("贷款户数", unit="户", kind=STOCK, by=("use",))
def borrowers(loan):
    """期末有余额的客户数，同一客户只算一次。"""
    return loan.customer.nunique(where=loan.balance > 0)


@metric("最大单笔", unit="元", kind=STOCK)
def largest_loan(loan):
    """期末最大一笔贷款的余额。"""
    return loan.balance.max()


@metric("用电量", unit="千瓦时", kind=FLOW)
def electricity(meter):
    """报告期内各电表用量合计。"""
    return meter.quantity.sum(where=meter.energy == "electricity")


@metric("抄表次数", unit="次", kind=FLOW, by=("energy",))
def readings(meter):
    """报告期内抄表次数。"""
    return meter.count()


@metric("累计抄表次数", unit="次", kind=CUMULATIVE)
def readings_so_far(meter):
    """截至期末的抄表次数。"""
    return meter.count()


@metric("大额用电次数", unit="次", kind=FLOW)
def heavy_readings(meter, heavy_reading):
    """用量达到门槛的抄表次数，门槛见因子。"""
    return meter.count(where=meter.quantity >= heavy_reading)


@metric("网点数", unit="家", kind=STOCK)
def outlets(outlet):
    """在册网点数。"""
    return outlet.count()


@metric("用电排放", unit="吨CO2")
def power_emissions(electricity, grid_factor):
    """用电量 × 电网因子。"""
    return electricity * grid_factor


@metric("绿色贷款占比", unit="%")
def green_loan_share(green_loan_balance, loan_balance):
    """绿色贷款余额 ÷ 各项贷款余额。"""
    return green_loan_balance / loan_balance


@metric("用途占比", unit="%", by=("use",))
def use_share(green_loan_balance):
    """各用途绿色贷款余额 ÷ 绿色贷款余额合计。"""
    return green_loan_balance / green_loan_balance.total


headcount = filed("员工总数", unit="人", kind=STOCK, additive=True)
headcount_male = filed("男性员工数", unit="人", kind=STOCK)
headcount_female = filed("女性员工数", unit="人", kind=STOCK)


@check(cites="报告 4.3")
def headcount_by_gender_adds_up(headcount, headcount_male, headcount_female):
    """男性员工数与女性员工数之和应等于员工总数。"""
    return headcount == headcount_male + headcount_female


@check(severity=WARNING)
def every_loan_has_a_balance(loan):
    """每笔贷款都有余额。"""
    return loan.filter(loan.balance.isnull())


CODES = {
    "use": CodeList(
        "use",
        "绿色用途",
        (CodeValue("infra", "基础设施"), CodeValue("clean", "清洁能源"), CodeValue("svc", "绿色服务")),
    ),
    "energy": CodeList("energy", "能源种类", (CodeValue("electricity", "电"), CodeValue("water", "水"))),
}
FACTORS = {
    "grid_factor": read_factor("grid_factor", {
        "label": "电网因子", "unit": "kgCO2/kWh",
        "editions": [
            {"value": 0.57, "valid_from": "2022-01-01", "source": "s1", "trust": "verified"},
            {"value": 0.50, "valid_from": "2024-01-01", "source": "s2", "trust": "unconfirmed"},
        ],
    }, "toy"),
    "heavy_reading": read_factor("heavy_reading", {
        "label": "大额门槛", "unit": "千瓦时",
        "editions": [
            {"value": 100, "valid_from": "2020-01-01", "source": "s1", "trust": "verified"},
            {"value": 50, "valid_from": "2024-01-01", "source": "s1", "trust": "verified"},
        ],
    }, "toy"),
}
