"""Words for declarations: how templates and dictionaries say what a column takes."""

from __future__ import annotations

from qingce.core.dataset import Column

TYPE_WORDS = {
    "text": "文本",
    "date": "日期，写成 2024-12-31",
    "org": "机构代码",
    "money": "金额，元，两位小数",
    "qty": "数量",
    "rate": "比率，百分数，最多六位小数",
    "whole": "整数",
    "code": "代码或名称",
    "flag": "是或否",
}


def values_of(column: Column) -> str:
    """The values a column takes beyond its kind: code list, unit, places, bounds, pattern."""
    said = []
    if column.of:
        said.append(f"代码表 {column.of}")
    if column.unit:
        said.append(f"单位 {column.unit}")
    if column.type == "qty":
        said.append(f"{column.places} 位小数")
    if column.low is not None and column.high is not None:
        said.append(f"{column.low} 至 {column.high}")
    elif column.low is not None or column.high is not None:
        said.append(f"不小于 {column.low}" if column.low is not None else f"不大于 {column.high}")
    if column.pattern:
        said.append(f"格式 {column.pattern}")
    if column.pseudonym:
        said.append("本行自编的编号，不得是身份证号")
    return "，".join(said)
