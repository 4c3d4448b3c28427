"""Every rule on short texts: one that holds, one that does not, in simplified and traditional Chinese and English."""

from __future__ import annotations

import pytest

from qingce.audit import Text, audit

TABLE = """项目 2024年 2023年 变动(%)
现金 25,130 24,310 3.37
存放同业 8,120 7,950 2.14
贷款 240,310 231,220 3.93
投资 150,420 143,200 5.04
其他资产 12,330 11,870 3.88
资产合计 436,310 418,550 4.24
"""
TORN = "\n".join(
    [
        "50.00",
        "42.00",
        "30.00",
        "20.00",
        "40.00",
        "35.00",
        "24.00",
        "16.00",
        "10.00",
        "7.00",
        "6.00",
        "4.00",
        "25.00",
        "20.00",
        "25.00",
        "25.00",
    ]
)
ENGLISH = """Scope 1 emissions 1,200 1,300 -7.7
Scope 2 emissions 3,400 3,100 9.7
Scope 3 emissions 500 450 11.1
Total emissions 5,100 4,850 5.2
"""
ECHO = """报告期内，本行“便民贷”投放 2,384 笔，金额 1.81 亿元，累计投放 4.39 亿元，支持商户 5,612 户。
便民贷投放
2,384 笔
金额
1.81 亿元
累计投放
4.39 亿元
"""
INDEX = """GRI 2：一般披露 2021
2-1 3
2-2 4
2-3 5
2-6 6
2-7 7
2-9 8
GRI 404：培训与教育 2016 404-1 60
404-2 61
"""
KEY_FIGURES = (
    "全年吸收存款 3,561.68 亿元，发放贷款 2,453.69 亿元，营业收入 78.54 亿元，"
    "净利润 18.88 亿元，资产总额 4,862.85 亿元。\n"
    "资产总额\n吸收存款\n发放贷款\n营业收入\n净利润\n亿元\n4,862.85\n3,561.68\n2,453.69\n78.54\n18.88\n12.31\n"
)

CASES = [
    ("change", "贷款余额100.00亿元，较年初增长20.00亿元，增幅25.00%。", "25.00%", "35.00%"),
    ("change", "貸款總額由港幣3,000億元增至港幣3,150億元，增長5.0%。", "5.0%", "7.0%"),
    ("change", "Consumption fell from 12,500 MWh to 10,000 MWh, a decrease of 20%.", "20%", "25%"),
    ("change", "不良率由1.20%上升至1.50%，上升0.30个百分点。", "0.30", "0.40"),
    ("table", TABLE, "240,310", "240,130"),
    ("table", TABLE, "436,310", "436,130"),
    ("table", TABLE, "5.04", "5.40"),
    ("table", ENGLISH, "5,100", "5,200"),
    ("table", TORN, "25.00\n20.00", "25.00\n22.00"),
    ("sum", "董事会由10名董事构成，其中执行董事4人、独立董事4人、股东董事2人。", "10名", "11名"),
    ("sum", "董事會由10名董事組成，其中執行董事4人、獨立董事4人、股東董事2人。", "2人", "3人"),
    ("sum", "We had 12,000 employees, comprising 7,000 women and 5,000 men.", "5,000", "5,100"),
    ("sum", "全年共受理投诉100笔，其中贷款类投诉60笔，银行卡类投诉30笔，其他类投诉10笔。", "30笔", "33笔"),
    ("part", "贷款余额100亿元，其中普惠贷款20亿元。", "20亿元", "200亿元"),
    ("people", "员工总数 4,280\n男性员工数 2,232\n女性员工数 2,048\n", "2,048", "2,084"),
    ("share", "男性员工占比 55.00%\n女性员工占比 45.00%\n", "45.00", "46.00"),
    ("share", "監事會有10名監事，其中外部監事4人，占比40%。", "40%", "45%"),
    (
        "emissions",
        "温室气体排放总量 300.00 吨CO2\n范围一排放 100.00 吨CO2\n范围二排放 200.00 吨CO2\n",
        "300.00",
        "330.00",
    ),
    ("emissions", "Total emissions 300.00 tCO2e\nScope 1 100.00 tCO2e\nScope 2 200.00 tCO2e\n", "100.00", "110.00"),
    ("years", "自2023年起每年捐赠150万元，截至2024年末共捐赠300万元。", "300", "450"),
    ("repeat", "涉农贷款余额超过200亿元。\n\n其后，年末涉农贷款余额200.95亿元。", "超过200", "超过210"),
    ("repeat", "制造业贷款余额211.65亿元。\n\n年末制造业贷款余额共计211.65亿元。", "共计211.65亿元", "共计211.65万元"),
    (
        "repeat",
        "公务车柴油消耗量357.96升，较上年下降3.27%。\n公务车柴油消耗量 357.96 升\n较上年下降 3.27%\n",
        "下降 3.27",
        "增长 3.27",
    ),
    ("echo", ECHO, "2,384 笔，", "2,348 笔，"),
    (
        "tie",
        "资产总额4,363.10亿元。\n单位：百万元\n项目 2024年 2023年\n资产总额 436,310 418,550\n",
        "4,363.10",
        "4,361.30",
    ),
    ("indicators", KEY_FIGURES, "\n3,561.68", "\n3,651.68"),
    ("wording", "活动吸引近 60 名客户参加。", "近 60 名", "近 60 余名"),
    ("wording", "参考 ISO26000 编制。", "ISO", "IS0"),
    ("gri", INDEX, "2-9 8", "2-39 8"),
    ("gri", INDEX, "2016 404-1", "2016 414-1"),
    ("gri", INDEX, "2-7 7", "2-6 7"),
]


@pytest.mark.parametrize(("rule", "text", "right", "wrong"), CASES)
def test_silent_when_it_holds(rule: str, text: str, right: str, wrong: str) -> None:
    assert right in text
    assert audit(Text.of(text)).findings == ()


@pytest.mark.parametrize(("rule", "text", "right", "wrong"), CASES)
def test_found_when_it_does_not(rule: str, text: str, right: str, wrong: str) -> None:
    assert rule in {f.rule for f in audit(Text.of(text.replace(right, wrong, 1))).findings}


@pytest.mark.parametrize(
    "text",
    [
        "绿色贷款余额152.18亿元。另一处，绿色贷款余额152.2亿元。",
        "制造业贷款占比8.63%，较年初提升0.45个百分点。\n\n营业收入增长8.63%。",
        "平台为108家企业融资，总金额108.03亿元。",
        "2023年小微贷款余额为121.79亿元。\n\n2024年小微贷款余额为127.19亿元。",
        "科技企业335户，其中高新技术企业168户，科技中小企业230户。",
        "女员工培训覆盖率98.00%，男员工培训覆盖率97.00%。",
        "贷款总额500亿元，户均100万元，其中小微贷款200亿元。",
        "本集团吸收存款余额为3,561.68亿元。\n\n本行吸收存款余额为3,516.68亿元。",
        "年末贷款余额120.00亿元，年初为100.00亿元，增量20.00亿元，增速20.00%。",
        "董事会由10名董事组成：执行董事4人、独立董事4人、股东董事2人。非执行董事合计6人。",
        "8\n7\n份\n份\n3,434520\n19次\n次\n个\n",
        "Energy use was 12,500 MWh in 2023 and 10,000 MWh in 2024.",
    ],
)
def test_harmless_texts_are_not_accused(text: str) -> None:
    assert audit(Text.of(text)).findings == ()


def test_rules_without_a_case_are_named() -> None:
    assert "gri" in audit(Text.of("无数字。")).inapplicable
