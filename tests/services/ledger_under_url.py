"""A ledger under a URL with a column of every kind, and every way in which one of its rows can be wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Rate, Text, Whole, dataset
from qingce.core.org import Org, OrgTree
from qingce.engine.backend import Backend
from qingce.services.remote import Desired, Looked, look


@dataset(label="放款台账", owner="信贷部", grain=("loan_no", "as_of"))
class credit:
    """每笔放款每个年末一行。"""

    loan_no = Text("借据号", pattern=r"[A-Z][0-9]+")
    as_of = Date("数据日期", low="2000-01-01")
    org = OrgCode("机构")
    five_class = Code("五级分类", of="five_class")
    catalogue = Code("目录版本", of="catalogue", optional=True)
    balance = Money("余额", low="0")
    rate = Rate("利率", optional=True, low="0", high="36")
    age = Whole("年龄", optional=True, high="130")
    online = Flag("线上")
    remark = Text("备注", optional=True, pseudonym=True)


CODES = {
    "five_class": CodeList("five_class", "五级分类", (CodeValue("N", "正常"), CodeValue("S", "次级"))),
    "catalogue": CodeList("catalogue", "目录", (
        CodeValue("2019", "2019 年版", valid_to=dt.date(2021, 6, 30)),
        CodeValue("2021", "2021 年版", valid_from=dt.date(2021, 7, 1)),
    )),
}
TREE = OrgTree([
    Org("LZB", "样例银行", "法人"),
    Org("B01", "分行一", "分行", "LZB"),
    Org("B02", "分行二", "分行", "LZB", None, dt.date(2023, 12, 31)),
])
GOOD: dict[str, Any] = {
    "loan_no": "L1", "as_of": dt.date(2024, 12, 31), "org": "B01", "five_class": "N", "catalogue": "2021",
    "balance": Decimal("100.00"), "rate": Decimal("4.300000"), "age": 30, "online": True, "remark": "无",
}
WRONG: dict[str, tuple[str, str, Any]] = {
    "a required text is null": ("value_required", "loan_no", None),
    "a required text is empty": ("value_required", "loan_no", ""),
    "a required amount is null": ("value_required", "balance", None),
    "a required flag is null": ("value_required", "online", None),
    "a code is in no list": ("code_unknown", "five_class", "NPL"),
    "a label stands for its code": ("code_unknown", "five_class", "正常"),
    "an optional code is an empty text": ("code_unknown", "catalogue", ""),
    "a catalogue is no longer in force": ("code_expired", "catalogue", "2019"),
    "an org is in no tree": ("org_unknown", "org", "B99"),
    "an org is closed": ("org_closed", "org", "B02"),
    "a rate is in basis points": ("value_range", "rate", Decimal("430")),
    "a balance is negative": ("value_range", "balance", Decimal("-0.01")),
    "an age is too high": ("value_range", "age", 131),
    "a day is before all business": ("value_range", "as_of", dt.date(1999, 12, 31)),
    "a number has another form": ("text_pattern", "loan_no", "甲1"),
    "a number ends in a line break": ("text_pattern", "loan_no", "L1\n"),
    "a text has blanks around it": ("value_nul", "remark", "无　"),
    "an optional text is empty": ("value_nul", "remark", ""),
    "a person stands under an identity number": ("text_identity", "remark", "620102199001011234"),
    "a text holds a letter nobody sees": ("value_nul", "remark", "无\u200b事"),
    "a text holds a null byte": ("value_nul", "remark", "无\0事"),
}


def laid(path: Path, rows: list[dict[str, Any]]) -> str:
    """Rows as Parquet; its URL."""
    schema = credit.table.schema().to_pyarrow()
    schema = pa.schema([field.with_nullable(True) for field in schema])
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return f"file://{path}"


def looked(backend: Backend, url: str, kept: Path, tree: OrgTree | None = TREE) -> Looked:
    """What is found in a ledger."""
    return look(backend, Desired(credit, CODES, tree, kept), url)


def told(found: Looked) -> list[tuple[str, str, str, str]]:
    """The findings about rows."""
    return [(f.rule, f.place.column, f.place.value, f.reason) for f in found.findings if f.rule != "url_checked"]
