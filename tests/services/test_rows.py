"""The rows behind a figure: all of them, nothing else, and they add up to it."""

from __future__ import annotations

import csv
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingce.core.errors import BindingError, ProjectError
from qingce.engine.rows import BATCH
from qingce.publish import rowfiles
from qingce.services import rows as service
from qingce.services.rows import export_rows, list_rows
from tests.services.lender import CREDIT, HEAD, opened


@pytest.fixture
def project(tmp_path: Path):
    return opened(tmp_path / "lender")


def test_the_rows_of_a_balance_are_those_of_its_day(project):
    (part,) = list_rows(project, "lent_balance").parts
    assert [r["loan_no"] for r in part.records] == ["L1", "L2", "L3"]
    assert (part.rows, part.control, part.figure, part.equal) == (3, "1500000.20 元", "1500000.20 元", True)
    assert part.measure == "余额合计"


def test_the_rows_of_a_member_an_org_and_an_earlier_year(project):
    assert [r["loan_no"] for r in list_rows(project, "lent_balance/A1/2024/use=shop").parts[0].records] == [
        "L2"
    ]
    assert [r["loan_no"] for r in list_rows(project, "lent_balance/ZB/2023").parts[0].records] == ["L4"]


def test_a_distinct_count_says_how_many_rows_and_how_many_things(project):
    (part,) = list_rows(project, "online_clients").parts
    assert (part.rows, part.control, part.measure) == (2, "1 户", "客户号去重计数")


def test_a_derived_figure_lists_the_rows_of_each_of_its_operands(project):
    found = list_rows(project, "lent_share")
    assert [(p.origin, p.rows) for p in found.parts] == [("computed", 3), ("filed", 0)]
    assert found.parts[1].source == "年报（records/filed/book.csv:2）"
    product = list_rows(project, "mean_rate").parts[0]
    assert product.measure == "放款台账[余额] × [利率]合计"
    assert product.control == product.figure == "5312500.62750000 元"


def test_the_limit_bounds_what_is_listed_and_not_what_is_counted(project):
    (part,) = list_rows(project, "lent_balance", 1).parts
    assert (part.shown, len(part.records), part.rows, part.equal) == (1, 1, 3, True)


def test_totals_that_do_not_agree_are_told(project, monkeypatch):
    monkeypatch.setattr(service, "control", lambda *_: service.Control(2, Decimal(7), False))
    assert not list_rows(project, "lent_balance").equal


def test_a_figure_without_records_has_no_rows_and_still_agrees(project):
    (part,) = list_rows(project, "lent_balance/ZB/2020").parts
    assert (part.rows, part.figure, part.equal, part.records) == (0, "—", True, ())


# -- files ------------------------------------------------------------------------------------


def test_csv_keeps_codes_and_defuses_what_a_spreadsheet_would_evaluate(project, tmp_path):
    path = tmp_path / "rows.csv"
    export_rows(project, "lent_balance/ZB/2024", path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert [line["备注"] for line in lines] == ['\'=HYPERLINK("http://x")', "'+86 931", ""]
    assert [line["客户号"] for line in lines] == ["05040", "05040", "C2"]
    assert sum(Decimal(line["余额"]) for line in lines) == Decimal("1500000.20")
    assert [line["线上"] for line in lines] == ["是", "是", "否"]


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", " =1", "＝1", "＋1", "－1", "＠x", "\r=1", "\n=1"]
)
def test_every_beginning_of_a_formula_is_guarded(text):
    assert rowfiles.guarded(pa.array([text])).to_pylist() == [f"'{text}"]


@pytest.mark.parametrize("text", ["甲", "05040", "a=1", "1-2", "", "'=1"])
def test_other_text_is_left_alone(text):
    assert rowfiles.guarded(pa.array([text])).to_pylist() == [text]


def test_headings_are_guarded_too(tmp_path):
    batch = pa.record_batch({"a": ["x"]})
    rowfiles.write_csv(tmp_path / "h.csv", [batch], {"a": "=1"})
    assert (tmp_path / "h.csv").read_text(encoding="utf-8-sig").splitlines()[0] == '"\'=1"'


def test_parquet_keeps_every_value_and_says_what_it_is(project, tmp_path):
    path = tmp_path / "rows.parquet"
    export_rows(project, "lent_balance", path)
    table = pq.read_table(path)
    assert table.column_names[:3] == ["loan_no", "as_of", "org"]
    assert table.column("remark").to_pylist() == ['=HYPERLINK("http://x")', "+86 931", None]
    assert table.schema.field("lent").type == pa.decimal128(18, 2)
    assert table.schema.metadata[b"qingce.figure"] == b"lent_balance/ZB/2024"
    assert table.schema.metadata[b"qingce.value"] == "1500000.20 元".encode()


def test_excel_cells_are_typed_and_nothing_is_a_formula(project, tmp_path):
    path = tmp_path / "rows.xlsx"
    export_rows(project, "lent_balance", path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:2] == ("借据号", "数据日期")
    assert rows[1][3] == "05040"
    assert rows[1][9] == '=HYPERLINK("http://x")'
    assert sum(Decimal(str(row[5])) for row in rows[1:]) == Decimal("1500000.20")
    with zipfile.ZipFile(path) as archive:
        assert not any(re.search(rb"<f[ >]", archive.read(n)) for n in archive.namelist() if "sheet" in n)


def test_the_control_totals_stand_in_the_workbook(project, tmp_path):
    export_rows(project, "mean_rate", tmp_path / "rows.xlsx")
    book = openpyxl.load_workbook(tmp_path / "rows.xlsx")
    assert book.sheetnames == ["1-rate_mass", "2-lent_balance", "控制数"]
    told = [row[:5] for row in book["控制数"].iter_rows(min_row=3, values_only=True)]
    assert told == [("lent_balance/ZB/2024", "余额", "3", "余额合计", "1500000.20 元")]


def test_a_derived_figure_gives_a_file_for_each_part(project, tmp_path):
    made = export_rows(project, "mean_rate", tmp_path / "rate.csv")
    assert [Path(p.file).name for p in made.parts] == ["rate-1-rate_mass.csv", "rate-2-lent_balance.csv"]
    one = export_rows(project, "lent_share", tmp_path / "share.csv")
    assert [p.file for p in one.parts] == [str(tmp_path / "share.csv"), ""]


def test_an_empty_export_has_headings(project, tmp_path):
    export_rows(project, "lent_balance/ZB/2020", tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_text(encoding="utf-8-sig").startswith('"借据号"')
    export_rows(project, "lent_balance/ZB/2020", tmp_path / "none.parquet")
    assert pq.read_metadata(tmp_path / "none.parquet").num_rows == 0


def test_excel_refuses_more_rows_than_a_sheet_holds_and_leaves_nothing(project, tmp_path, monkeypatch):
    assert rowfiles.SHEET_ROWS == 1_048_575
    monkeypatch.setattr(service, "SHEET_ROWS", 2)
    with pytest.raises(ProjectError, match=r"有 3 行.*最多放 2 行.*\.csv"):
        export_rows(project, "lent_balance", tmp_path / "rows.xlsx")
    assert list(tmp_path.glob("*.xlsx")) == []
    assert export_rows(project, "lent_balance", tmp_path / "rows.xlsx", 2).parts[0].shown == 2


def test_an_export_never_lands_among_the_delivered_records(project, tmp_path):
    with pytest.raises(ProjectError, match="在台账文件夹 records 里"):
        export_rows(project, "lent_balance", project.folder / "records" / "credit.csv")
    link = tmp_path / "link"
    link.symlink_to(project.folder / "records")
    with pytest.raises(ProjectError, match="在台账文件夹 records 里"):
        export_rows(project, "lent_balance", link / "credit.csv")
    assert (project.folder / "records" / "credit.csv").read_text(encoding="utf-8") == CREDIT


@pytest.mark.parametrize(
    ("figure", "name", "words"),
    [
        ("lent_balance", "rows.txt", "只能写成 .csv、.parquet、.xlsx"),
        ("book_total", "rows.csv", "没有台账记录"),
        ("lent_balance", "", "只能写成"),
    ],
)
def test_what_cannot_be_written_is_told(project, tmp_path, figure, name, words):
    with pytest.raises(ProjectError, match=words):
        export_rows(project, figure, tmp_path / name)


def test_bad_limits_and_names_are_told(project, tmp_path):
    with pytest.raises(ProjectError, match="--limit"):
        list_rows(project, "lent_balance", -1)
    with pytest.raises(ProjectError, match="--limit"):
        export_rows(project, "lent_balance", tmp_path / "r.csv", -1)
    with pytest.raises(BindingError, match="是不是“lent_balance”"):
        list_rows(project, "lent_balanc")
    with pytest.raises(BindingError, match="写成 维度=代码"):
        list_rows(project, "lent_balance/ZB/2024/farm")


# -- many -------------------------------------------------------------------------------------


def test_many_rows_come_in_pieces_and_all_arrive(tmp_path):
    count = 3 * BATCH
    lines = "".join(f"L{i},2024-12-31,A1,C{i % 1000},farm,{i % 500}.25,4.00,12,是,\n" for i in range(count))
    project = opened(tmp_path, **{"records__credit.csv": HEAD + lines})
    sizes = [b.num_rows for b in project.computation.subject.backend.batches("SELECT * FROM credit", BATCH)]
    assert sum(sizes) == count
    assert max(sizes) <= BATCH
    for name in ("r.csv", "r.parquet"):
        (part,) = export_rows(project, "lent_balance", tmp_path / name).parts
        assert (part.rows, part.shown, part.equal) == (count, count, True)
    with (tmp_path / "r.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in file) == count + 1
