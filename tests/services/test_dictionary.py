"""Dictionary, templates and schemas are what the declarations say; a template comes back through intake."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import jsonschema
import openpyxl
import pyarrow.parquet as pq
import pytest

from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Money, Text, Whole, dataset
from qingce.core.errors import ProjectError
from qingce.ledger.records import load_dataset
from qingce.publish.rowschema import row_schema
from qingce.publish.xlsx.template import choice_of, render_template, sheet_name
from qingce.services.dictionary import make_dictionary
from tests.services.lender import CREDIT, opened

DAY = dt.date(2025, 1, 1)


@pytest.fixture
def made(tmp_path: Path):
    project = opened(tmp_path / "lender")
    return project, make_dictionary(project, tmp_path / "out")


def codes_of(project):
    return {"use": project.registry.codes["use"]}


def take_in(project, path):
    return load_dataset(
        project.registry.datasets["credit"],
        [path],
        root=project.folder,
        codes=codes_of(project),
        orgs=project.records.tree,
        store=project.state / "records",
    )


def records(project):
    return pq.read_table(list(project.records.parquet["credit"])).to_pylist()


def as_typed(value):
    """What a person types for a value; Excel keeps decimals as floats."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return float(value) if isinstance(value, Decimal) else value


# -- template ---------------------------------------------------------------------------------


def test_a_template_that_is_filled_in_comes_back_accepted_without_a_word(made):
    project, dictionary = made
    wanted = records(project)
    book = openpyxl.load_workbook(dictionary.out / "templates" / "credit.xlsx")
    labels = {v.code: v.label for v in project.registry.codes["use"].values}
    sheet = book["放款台账"]
    for number, record in enumerate(wanted, 4):
        for at, (name, value) in enumerate(record.items(), 1):
            typed = labels.get(value) if name == "use" else as_typed(value)
            cell = sheet.cell(number, at, typed)
            if isinstance(typed, str):
                cell.data_type = "s"  # as typed into a cell that is formatted as text
    back = project.folder / "records" / "credit.xlsx"
    book.save(back)
    loaded = take_in(project, back)
    assert loaded.findings == ()
    assert pq.read_table(list(loaded.parquet)).to_pylist() == wanted


def test_an_empty_template_is_a_delivery_without_rows(made):
    project, dictionary = made
    back = project.folder / "records" / "credit.xlsx"
    back.write_bytes((dictionary.out / "templates" / "credit.xlsx").read_bytes())
    assert [f.rule for f in take_in(project, back).findings] == ["rows_none"]


def test_a_template_offers_codes_and_refuses_nothing(made):
    _, dictionary = made
    sheet = openpyxl.load_workbook(dictionary.out / "templates" / "credit.xlsx")["放款台账"]
    rules = {v.promptTitle: v for v in sheet.data_validations.dataValidation}
    assert rules["线上"].formula1 == '"是,否"'
    assert rules["用途"].formula1 == "=代码!$A$2:$A$3" or rules["用途"].formula1 == "代码!$A$2:$A$3"
    assert not any(v.showErrorMessage for v in rules.values())
    assert sheet["A1"].value.startswith("# 放款台账（credit）")
    assert sheet["A2"].value == "# 主键，必填；文本"
    assert sheet["G2"].value == "选填；比率，百分数，最多六位小数"
    assert [c.value for c in sheet[3]][:3] == ["借据号", "数据日期", "机构"]


def test_text_columns_are_formatted_as_text_so_that_05040_stays(made):
    _, dictionary = made
    sheet = openpyxl.load_workbook(dictionary.out / "templates" / "credit.xlsx")["放款台账"]
    assert sheet.column_dimensions["D"].number_format == "@"
    assert sheet.column_dimensions["B"].number_format == "yyyy-mm-dd"


def test_a_value_that_the_drop_down_does_not_know_is_judged_by_intake(made):
    project, dictionary = made
    book = openpyxl.load_workbook(dictionary.out / "templates" / "credit.xlsx")
    for at, value in enumerate(("L9", "2024-12-31", "A1", "C", "渔业", 1, None, None, "是", None), 1):
        book["放款台账"].cell(4, at, value)
    back = project.folder / "records" / "credit.xlsx"
    book.save(back)
    (found,) = take_in(project, back).findings
    assert (found.rule, found.place.row, found.place.value) == ("code_unknown", 4, "渔业")


def test_a_sheet_is_named_by_the_label_only_where_excel_allows_it():
    def of(label):
        @dataset(label=label, owner="", grain=())
        class thing:
            """物。"""

            name = Text("名")

        return sheet_name(thing)

    assert [of("甲"), of("甲/乙"), of("甲" * 32), of("代码"), of("History"), of("'x")] == [
        "甲",
        *["thing"] * 5,
    ]


def test_a_drop_down_offers_labels_only_where_each_is_one_code():
    def listed(*pairs):
        return choice_of(CodeList("x", "X", tuple(CodeValue(*pair) for pair in pairs))).entries

    assert listed(("a", "甲"), ("b", "乙")) == ("甲", "乙")
    assert listed(("a", "甲"), ("b", "甲")) == ("a", "b")
    assert listed(("1", "2"), ("2", "1")) == ("1", "2")


def test_a_template_with_hostile_labels_opens_and_holds_no_formula(tmp_path):
    @dataset(label="=cmd()", owner="@部", grain=("key",))
    class hostile:
        """=1+1"""

        key = Text('=HYPERLINK("x")', doc="<b>&\x07")
        many = Code("多" * 60, of="many")

    many = CodeList("many", "=多", tuple(CodeValue(f"c{i}", f"=标签,{i}") for i in range(300)))
    path = tmp_path / "t.xlsx"
    path.write_bytes(render_template(hostile, {"many": many}, issued=DAY))
    book = openpyxl.load_workbook(path)
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert book["代码"].sheet_state == "hidden"
    assert book["代码"].max_row == 301


# -- schema -----------------------------------------------------------------------------------


def test_accepted_rows_are_valid_and_wrong_ones_are_not(made):
    project, dictionary = made
    schema = json.loads((dictionary.out / "schemas" / "credit.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    plain = [
        {k: v if isinstance(v, bool | int) or v is None else str(v) for k, v in r.items()}
        for r in records(project)
    ]
    assert len(plain) == 4
    assert all(judge.is_valid(row) for row in plain)
    for name, wrong in (
        ("lent", 1.5),
        ("lent", "1.234"),
        ("lent", "1e3"),
        ("use", "渔业"),
        ("as_of", "2024-1-1"),
        ("online", "是"),
        ("months", "12"),
        ("loan_no", None),
        ("other", "x"),
    ):
        assert not judge.is_valid({**plain[0], name: wrong}), (name, wrong)
    assert judge.is_valid({**plain[0], "use": None})
    assert not judge.is_valid({k: v for k, v in plain[0].items() if k != "lent"})


def test_patterns_and_bounds_of_a_declaration_stand_in_the_schema():
    @dataset(label="甲", owner="", grain=("no",))
    class bounded:
        """甲。"""

        no = Text("号", pattern=r"A[0-9]{2}|B")
        on = Date("日")
        age = Whole("岁", low="0", high="130")
        paid = Money("额", low="0")

    made = row_schema(bounded, {})["properties"]
    assert made["no"]["pattern"] == "^(?:A[0-9]{2}|B)$"
    assert (made["age"]["minimum"], made["age"]["maximum"]) == (0, 130)
    assert made["paid"]["x-low"] == "0"
    assert re.match(made["paid"]["pattern"], "9" * 16 + ".99")
    assert not re.match(made["paid"]["pattern"], "9" * 17)


# -- dictionary -------------------------------------------------------------------------------


def test_the_dictionary_names_every_ledger_column_code_and_metric(made):
    project, dictionary = made
    text = (dictionary.out / "dictionary.md").read_text(encoding="utf-8")
    for name, column in project.registry.datasets["credit"].columns.items():
        assert f"| `{name}` | {column.label} |" in text
    assert "代码表 [use](#code-use)" in text
    assert "`credit.use`" in text
    assert "余额（`lent_balance`）、线上客户数（`online_clients`）、余额与利率乘积（`rate_mass`）" in text
    assert (dictionary.datasets, dictionary.columns) == (1, 10)


def test_the_page_has_its_anchors_and_nothing_else_of_html_from_declarations(tmp_path):
    from tests.services.lender import RECORDS

    evil = RECORDS.replace(
        'Text("备注", optional=True)', 'Text("备注", optional=True, doc="<script>x</script>|`*[a](b)")'
    )
    project = opened(tmp_path / "lender", **{"packs__lender__records.py": evil})
    out = make_dictionary(project, tmp_path / "out").out
    page = (out / "dictionary.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt;|`*[a](b)" in page
    targets, ids = set(re.findall(r'href="#([^"]+)"', page)), set(re.findall(r'id="([^"]+)"', page))
    assert targets
    assert targets <= ids


def test_links_to_templates_and_schemas_lead_somewhere(made):
    _, dictionary = made
    page = (dictionary.out / "dictionary.html").read_text(encoding="utf-8")
    links = re.findall(r'href="((?:templates|schemas)/[^"]+)"', page)
    assert len(links) == 2
    assert all((dictionary.out / link).is_file() for link in links)


def test_templates_are_never_written_among_the_records(made, tmp_path):
    project, _ = made
    with pytest.raises(ProjectError, match="在台账文件夹 records 里"):
        make_dictionary(project, project.folder / "records" / "x")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProjectError, match="是文件"):
        make_dictionary(project, tmp_path / "file")


def test_the_dictionary_does_not_read_records(tmp_path):
    project = opened(tmp_path / "lender", **{"records__credit.csv": CREDIT + "broken"})
    make_dictionary(project, tmp_path / "out")
    assert "records" not in vars(project)
