"""The gallery's samples: made up, and named by post as everywhere."""

from __future__ import annotations

from decimal import Decimal
from hashlib import sha256
from typing import Any

from qingce.web.show import SEVERITIES, STATES


def context(word: str) -> dict[str, Any]:
    """What the gallery shows; ``word`` replaces every text, to prove that each is escaped."""
    def say(text: str) -> str:
        return word or text

    return {
        "say": say, "states": list(STATES), "severities": list(SEVERITIES), "columns": _columns(say),
        "rows": _rows(say), "journal": _journal(say), "comments": _comments(say), "files": _files(say),
        "formula": _formula(say), "orgs": _orgs(say), "heat": _heat(), "diff": _diff(say), "spec": _chart(),
        "tiles": [
            {"label": say("应填数值"), "value": "1,284", "unit": say("个"), "note": say("26 个机构，62 个指标")},
            {"label": say("已通过"), "value": "69.2", "unit": "%", "note": say("较昨日 +3.1 百分点"), "tone": "good"},
            {"label": say("待复核"), "value": "143", "tone": "wait", "href": "#"},
            {"label": say("逾期"), "value": "18", "tone": "bad", "note": say("最长 9 天")},
        ],
    }


def _columns(say: Any) -> list[dict[str, Any]]:
    return [
        {"key": "metric", "label": say("指标"), "sort": "?sort=metric"},
        {"key": "org", "label": say("机构"), "sort": "?sort=org", "sorted": "ascending"},
        {"key": "value", "label": say("本年"), "num": True, "sort": "?sort=value"},
        {"key": "prior", "label": say("上年"), "num": True},
        {"key": "change", "label": say("变动"), "num": True},
        {"key": "state", "label": say("状态")},
        {"key": "due", "label": say("截止")},
    ]


def _rows(say: Any) -> list[dict[str, Any]]:
    made = [
        ("绿色贷款余额（万元）", "兰州分行", "1521800.00", "1276600.00", "+19.2%", "approved"),
        ("外购电力用量（千瓦时）", "城关支行", "412360.5", "398112.0", "+3.6%", "in_review"),
        ("志愿服务时长（小时）", "天水分行", "2315", "1870", "+23.8%", "returned"),
        ("汽油用量（升）", "酒泉分行", None, "18230", "—", "overdue"),
        ("天然气用量（立方米）", "甘南分行", None, None, "—", "not_applicable"),
    ]
    rows: list[dict[str, Any]] = [
        {"metric": say(metric), "org": say(org), "value": value and Decimal(value), "prior": prior and Decimal(prior),
         "change": say(change), "state": state, "due": "2025-02-28"}
        for metric, org, value, prior, change, state in made
    ]
    return [*rows, rows[0] | {"metric": say("合计"), "org": "", "state": "approved", "_class": "total"}]


def _journal(say: Any) -> list[dict[str, Any]]:
    return [
        {"at": "2025-02-27T08:41:09.120Z", "by": say("计划财务部审批岗"), "did": say("通过"),
         "subject": say("绿色贷款余额"), "href": "#", "mark": "stamp", "tone": "good",
         "hash": sha256(b"3").hexdigest()},
        {"at": "2025-02-26T02:15:44.000Z", "by": say("公司金融部复核岗"), "did": say("退回"),
         "subject": say("绿色贷款余额"),
         "words": say("较上年增长 19.2%，超过 15% 的容忍度，请说明原因。"), "mark": "back", "tone": "warn"},
        {"at": "2025-02-25T07:02:31.550Z", "by": say("兰州分行填报岗"), "did": say("填报"),
         "subject": say("绿色贷款余额"), "mark": "pencil", "tone": "work"},
    ]


def _comments(say: Any) -> list[dict[str, Any]]:
    return [
        {"by": say("公司金融部复核岗"), "at": "2025-02-26T02:16:00Z", "id": "1",
         "words": say("@兰州分行填报岗 增长主要来自哪几个项目？\n请附台账。")},
        {"by": say("兰州分行填报岗"), "at": "2025-02-26T03:40:00Z", "reply": True, "resolved": True,
         "words": say("两笔清洁能源项目贷款于三季度投放，台账已附。")},
    ]


def _files(say: Any) -> list[dict[str, Any]]:
    return [
        {"name": say("绿色贷款台账_2024.xlsx"), "href": "#", "size": 412_300, "sha256": sha256(b"1").hexdigest(),
         "note": say("3 个数值引用")},
        {"name": say("项目认定书.pdf"), "size": 2_830_114, "sha256": sha256(b"2").hexdigest()},
    ]


def _formula(say: Any) -> dict[str, Any]:
    return {
        "label": say("外购电力排放"), "value": "4,262.21 tCO2", "note": say("2024 年 · 全行"), "open": True,
        "href": "#",
        "children": [
            {"label": say("外购电力用量"), "value": "7,942.98 MWh", "note": say("26 个机构合计"), "children": [
                {"label": say("城关支行"), "value": "412.36 MWh", "mark": "clip",
                 "note": say("电费台账_2024.xlsx 第 2–13 行")},
                {"label": say("天水分行"), "value": "386.20 MWh"}]},
            {"label": say("电网排放因子（全国）"), "value": "0.5366 tCO2/MWh", "op": "×", "mark": "key",
             "note": say("2023 版，来源已核实"), "href": "#"},
        ],
    }


def _orgs(say: Any) -> list[dict[str, Any]]:
    return [{"label": say("兰州银行"), "open": True, "state": "in_progress", "children": [
        {"label": say("兰州分行"), "state": "in_review", "children": [{"label": say("城关支行"), "state": "approved"}]},
        {"label": say("天水分行"), "state": "overdue"}]}]


def _heat() -> list[tuple[str, list[int]]]:
    return [("环境", [100, 84, 61, 38]), ("社会", [92, 70, 44, 12]), ("治理", [100, 100, 78, 0])]


def _diff(say: Any) -> list[tuple[str, list[tuple[str, bool]], list[tuple[str, bool]] | None]]:
    return [
        ("12", [(say("2024 年末，绿色贷款余额 "), False), (say("152.17"), True), (" 亿元。", False)],
         [(say("2024 年末，绿色贷款余额 "), False), (say("152.18"), True), (" 亿元。", False)]),
        ("13", [(say("本段将在终稿中补充。"), True)], None),
    ]


def _chart() -> dict[str, Any]:
    values = [{"年": year, "余额": amount} for year, amount in (("2022", 101.2), ("2023", 127.66), ("2024", 152.18))]
    axis = {"labelAngle": 0, "title": None}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "data": {"values": values}, "height": 160,
        "mark": {"type": "bar", "size": 40},
        "encoding": {"x": {"field": "年", "type": "nominal", "axis": axis},
                     "y": {"field": "余额", "type": "quantitative", "axis": {"title": None}}},
    }
