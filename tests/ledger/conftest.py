"""A small bank's delivery desk: one dataset, one code list, one org tree, and a folder to deliver to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from qingce.core.check import Finding
from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Dataset, Date, Flag, Money, OrgCode, Qty, Rate, Text, Whole, dataset
from qingce.core.org import Org, OrgTree
from qingce.ledger.records import Loaded, load_dataset

HEADER = "loan_no,as_of,org,balance,rate,tons,files,use,green,note"
LABELS = ["借据号", "数据日期", "机构", "余额", "利率", "用量", "份数", "用途", "绿色", "备注"]
GOOD = "L1,2024-12-31,B1,100.10,4.350000,1.500,3,05040,是,甲"


@dataset(label="贷款台账", owner="计划财务部", grain=("loan_no", "as_of"))
class loan:
    """每笔贷款每个月末一行。"""

    loan_no = Text("借据号", pattern="L[0-9]+")
    as_of = Date("数据日期", low="2000-01-01")
    org = OrgCode("机构")
    balance = Money("余额", low="0", high="1000000000")
    rate = Rate("利率", optional=True)
    tons = Qty("用量", places=3, optional=True)
    files = Whole("份数", optional=True)
    use = Code("用途", of="use", optional=True)
    green = Flag("绿色", optional=True)
    note = Text("备注", optional=True, pseudonym=True)


USES = CodeList(
    "use",
    "绿色用途",
    (
        CodeValue("05040", "清洁能源"),
        CodeValue("06010", "基础设施"),
        CodeValue("07010", "生态环境", valid_from=dt.date(2024, 7, 1)),
    ),
)
ORGS = OrgTree(
    [
        Org("LZB", "示例银行", "法人"),
        Org("HQ", "总行", "总行", "LZB"),
        Org("B1", "城关支行", "支行", "LZB", dt.date(2010, 1, 1)),
        Org("B2", "旧城支行", "支行", "LZB", dt.date(2010, 1, 1), dt.date(2023, 6, 30)),
    ]
)


@dataclass
class Desk:
    """The project folder and the store beside it."""

    root: Path
    store: Path
    declared: Dataset = loan
    codes: dict[str, CodeList] = field(default_factory=lambda: {"use": USES})

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def csv(self, *rows: str, name: str = "loan.csv", header: str = HEADER) -> Path:
        return self.put(name, "\n".join([header, *rows]) + "\n")

    def xlsx(
        self,
        *rows: list[Any],
        name: str = "loan.xlsx",
        sheet: str = "贷款台账",
        head: list[str] | None = None,
    ) -> Path:
        path = self.root / name
        with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, LABELS if head is None else head)
            for y, row in enumerate(rows, 1):
                for x, cell in enumerate(row):
                    if isinstance(cell, dt.date):
                        page.write_datetime(y, x, cell, day)  # type: ignore[arg-type]
                    elif isinstance(cell, str) and cell.startswith("{="):
                        page.write_formula(y, x, cell[1:-1], None, 7)
                    elif cell is not None:
                        page.write(y, x, cell)
        return path

    def parquet(self, select: str, name: str = "loan.parquet", options: str = "") -> Path:
        path = self.root / name
        duckdb.sql(f"SELECT {select}").query("t", f"COPY t TO '{path}' (FORMAT parquet {options})")
        return path

    def load(self, *paths: Path, orgs: OrgTree | None = ORGS, until: dt.date | None = None) -> Loaded:
        return load_dataset(
            self.declared, paths, root=self.root, codes=self.codes, orgs=orgs, store=self.store, until=until
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    root = tmp_path / "project"
    root.mkdir()
    return Desk(root, root / ".qingce" / "records")


def rules(findings: tuple[Finding, ...]) -> list[str]:
    """Rule ids in order."""
    return [finding.rule for finding in findings]


def rows_of(loaded: Loaded) -> list[tuple[Any, ...]]:
    """What was stored, as Python values."""
    assert loaded.parquet is not None
    return duckdb.sql(f"SELECT * FROM read_parquet({[str(p) for p in loaded.parquet]})").fetchall()
