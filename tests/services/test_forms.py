"""Regulatory forms: filled from the report's figures, blank where no metric is, held against the report."""

from __future__ import annotations

import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from qingce.core.amount import ABSENT, Amount
from qingce.core.check import Status
from qingce.core.errors import BindingError, DeclarationError, ProjectError
from qingce.core.unit import unit
from qingce.services.forms import State, fill, known_forms, produce, read_form
from qingce.services.forms.reconcile import Printed, agrees
from qingce.services.publish import build
from qingce.services.yamlfile import read_yaml
from tests.services.lender import CREDIT, EXPECTED, FILED, FORM, METRICS, ORG, TOML, opened


@pytest.fixture
def project(tmp_path: Path):
    return opened(tmp_path / "lender")


def small(project):
    return produce(project, ["small"])[0]


def finding(made, rule):
    return next(f for f in made.reconciled.findings if f.rule == rule)


# -- filling ----------------------------------------------------------------------------------


def test_a_cell_holds_the_exact_figure_in_the_unit_of_the_form(project):
    cells = fill(project, known_forms(project.folder)["small"]).cells
    assert cells["1.1", "end"].amount.value == Decimal("1500000.20")
    assert cells["1.1", "end"].text == "1,500,000.20"
    assert cells["1.1.a", "begin"].text == "900,000.00"
    assert cells["1.1.a", "up"].text == "100,000.10"
    assert cells["1.3", "end"].text == "25.00"


def test_a_cell_without_a_metric_stays_blank_and_is_listed_never_zero(project):
    made = small(project)
    cell = made.filled.cells["1.2", "end"]
    assert (cell.state, cell.text, cell.amount.absent) == (State.GAP, "", True)
    assert {("1.2", "没有指标")} <= {(row.code, cell.reason) for row, _, cell in made.filled.gaps}
    row = next(r for r in made.as_dict()["rows"] if r["code"] == "1.2")
    assert [cell["value"] for cell in row["cells"].values()] == [None] * 4


def test_a_gap_says_why_a_metric_gives_nothing(project):
    reasons = {(row.code, column.name): cell.reason for row, column, cell in small(project).filled.gaps}
    assert reasons["1.1.b", "pace"] == "指标“余额”上期为零，不能计算增速"


def test_columns_that_a_row_does_not_ask_for_are_not_gaps(project):
    made = small(project)
    assert made.filled.cells["1.3", "pace"].state is State.NOT_ASKED
    assert ("1.3", "pace") not in {(row.code, column.name) for row, column, _ in made.filled.gaps}


def test_a_row_is_asked_for_from_its_day_on(tmp_path):
    for period, expected in (("2024", False), ("2025", True)):
        project = opened(tmp_path / period, period=period)
        rows = fill(project, known_forms(project.folder)["small"]).rows
        assert ("2" in {row.code for row in rows}) is expected


def test_a_metric_that_the_project_does_not_declare_is_a_gap_with_its_name(project):
    made = produce(project, ["green-loans"])[0]
    assert made.filled.count == 0
    assert "本项目没有声明指标 green_loan_balance" in {cell.reason for _, _, cell in made.filled.gaps}


def test_a_row_without_a_metric_is_the_sum_of_its_parts_or_blank(tmp_path):
    form = FORM.replace("metric: lent_balance, parts", "parts")
    whole = opened(tmp_path / "whole", **{"standards__forms__small.yaml": form})
    assert small(whole).filled.cells["1.1", "end"].text == "1,500,000.20"
    lacking = form.replace('metric: lent_balance.at(use="shop")', "gap: 没有指标")
    partly = opened(tmp_path / "partly", **{"standards__forms__small.yaml": lacking})
    assert small(partly).filled.cells["1.1", "end"].reason == "其中 1.1.b 没有数值"


def test_a_level_reads_the_figure_of_the_one_org_of_that_level(tmp_path):
    form = FORM.replace(
        "unit: 元, metric: lent_balance, parts: [1.1.a, 1.1.b]",
        "unit: 元, metric: lent_balance, level: 营业部",
    )
    org = ORG.replace("一支行,支行", "一支行,营业部")
    project = opened(tmp_path, **{"standards__forms__small.yaml": form, "records__org.csv": org})
    assert small(project).filled.cells["1.1", "end"].text == "1,250,000.15"


def test_a_column_may_have_a_metric_of_its_own(tmp_path):
    form = FORM.replace(
        "metric: lent_balance, parts", "metric: lent_balance, cells: {pace: lent_share}, parts"
    )
    cells = small(opened(tmp_path, **{"standards__forms__small.yaml": form})).filled.cells
    assert (cells["1.1", "pace"].text, cells["1.1", "pace"].amount.unit.name) == ("25.00", "%")
    assert cells["1.1", "end"].text == "1,500,000.20"


# -- reconciling ------------------------------------------------------------------------------


def test_a_form_that_says_what_the_report_says_agrees(project):
    made = small(project)
    matches = finding(made, "form_matches_report")
    assert (matches.status, matches.tried) == (Status.PASS, matches.passed)
    assert {"pages/01-lending.md", "已刊报告第 7 行"} <= {c.where for c in made.reconciled.compared}
    assert finding(made, "form_adds_up").status is Status.PASS
    assert not made.blocked


def test_a_difference_from_the_published_report_is_a_finding(tmp_path):
    made = small(opened(tmp_path, balance="150.01万元"))
    matches = finding(made, "form_matches_report")
    assert matches.status is Status.FAIL
    assert matches.rows == (
        {
            "行": "1.1",
            "项目": "余额",
            "栏": "期末",
            "本表": "1,500,000.20 元",
            "报告": "150.01万元",
            "出处": "已刊报告第 7 行",
        },
    )
    assert made.blocked


def test_a_ledger_changed_after_the_report_was_made_is_a_finding(tmp_path):
    project = opened(tmp_path, balance="")
    (tmp_path / "expected.csv").unlink()
    assert not build(project, formats=("json",)).blocked
    later = opened(tmp_path, **{"records__credit.csv": CREDIT.replace("1000000.10", "1000000.20")})
    (tmp_path / "expected.csv").unlink()
    failed = finding(small(later), "form_matches_report")
    assert failed.status is Status.FAIL
    assert {row["出处"] for row in failed.rows} == {"上次编制存数第 1 版"}


def expecting(binding, printed):
    head, row = EXPECTED.splitlines()
    return f"{head}\n{row}\n".replace("lent_balance", binding).replace("{balance}", printed)


@pytest.mark.parametrize(
    ("binding", "printed", "rule"),
    [
        ("lent_balance.change", "60.01万元", "form_rounding"),
        ("lent_balance.change", "60.02万元", "form_matches_report"),
        ("lent_balance.growth", "66.68%", "form_rounding"),
        ("lent_balance", "150.01万元", "form_matches_report"),
    ],
)
def test_one_in_the_last_digit_of_a_change_is_rounding_and_of_a_value_is_not(
    tmp_path, binding, printed, rule
):
    made = small(opened(tmp_path, **{"expected.csv": expecting(binding, printed)}))
    failed = [f.rule for f in made.reconciled.findings if f.status is Status.FAIL]
    assert failed == [rule]
    assert made.blocked is (rule == "form_matches_report")


def test_a_row_is_held_against_what_the_report_prints_under_another_name(tmp_path):
    form = FORM.replace("fill: [end]", "report: {end: book_total}, fill: [end]")
    metrics = METRICS.replace(
        'book_total = filed("全部余额", unit="元"',
        'said_share = filed("占比", unit="%")\nbook_total = filed("全部余额", unit="元"',
    )
    filed = FILED + "said_share,ZB,2024,,26.00,%,exact,value,,年报\n"
    project = opened(
        tmp_path,
        **{
            "standards__forms__small.yaml": form.replace("end: book_total", "end: said_share"),
            "packs__lender__metrics.py": metrics,
            "records__filed__book.csv": filed,
            "expected.csv": expecting("said_share", "26.00%"),
        },
    )
    failed = finding(small(project), "form_matches_report")
    assert [(row["行"], row["本表"], row["报告"]) for row in failed.rows] == [("1.3", "25.00 %", "26.00%")]


def test_parts_that_do_not_make_the_whole_are_a_finding(tmp_path):
    made = small(
        opened(
            tmp_path,
            balance="150.00万元",
            **{"records__credit.csv": CREDIT.replace("L3,2024-12-31,A2,C2,shop", "L3,2024-12-31,A2,C2,")},
        )
    )
    failed = finding(made, "form_adds_up")
    assert failed.status is Status.FAIL
    assert "1500000.20 元 == 1250000.15 元 ✗" in failed.rows[0]["算式"].replace(",", "")


@pytest.mark.parametrize(
    ("value", "name", "printed", "expected"),
    [
        ("15218123456.78", "元", "152.18 亿元", True),
        ("15218500000", "元", "152.18亿元", False),
        ("15218500000", "元", "152.19亿元", True),
        ("-451", "元", "减少 451.00 元", True),
        ("451", "元", "减少 451.00 元", False),
        ("0.1921", "", "19.21%", True),
        ("0.1921", "", "增长 19.21%", True),
        ("35000000000", "元", "超 350 亿元", True),
        ("34900000000", "元", "超 350 亿元", False),
        ("34900000000", "元", "近 350 亿元", True),
        ("4280", "人", "4,200 余人", True),
        ("0", "元", "持平", True),
        ("3", "户", "3 家", None),
        ("3", "户", "三户", None),
        ("3", "户", "3 人民币", None),
    ],
)
def test_a_printed_number_is_compared_at_its_own_precision(value, name, printed, expected):
    assert agrees(Amount(Decimal(value), unit(name)), Printed("", printed)) is expected


def test_a_blank_agrees_with_a_dash_only():
    blank = Amount(ABSENT, unit("元"))
    assert agrees(blank, Printed("", "—"))
    assert not agrees(blank, Printed("", "0.00 元"))


def test_a_number_under_a_unit_heading_is_read_in_that_unit():
    assert agrees(Amount.of(1500000, "元"), Printed("", "150.00", "万元"))
    assert agrees(Amount.of("-3", "元"), Printed("", "3.00 元", unsigned=True))


# -- written ----------------------------------------------------------------------------------


def test_the_workbook_holds_numbers_blanks_and_gaps(project, tmp_path):
    made = produce(project, ["small"], tmp_path / "out")[0]
    book = openpyxl.load_workbook(made.files[0])
    sheet = book["填报表"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=5)}
    assert Decimal(str(rows["1.1"][3].value)) == Decimal("1500000.20")
    assert rows["1.2"][3].value is None
    assert rows["1.3"][6].value == "／"
    assert [row[3].value for row in book["缺口"].iter_rows(min_row=5) if row[0].value == "1.2"] == [
        "没有指标"
    ] * 4
    assert book["与报告核对"]["A5"].value == "相符"
    assert json.loads(made.files[1].read_text(encoding="utf-8"))["form"] == "small"


def test_the_same_form_gives_the_same_bytes(project, tmp_path):
    first, second = (
        produce(project, ["small"], tmp_path / name)[0].files[0].read_bytes() for name in ("a", "b")
    )
    assert first == second


def test_hostile_words_never_become_formulas(tmp_path):
    evil = '=cmd|" /C calc"!A0'
    toml = TOML.replace("样例银行", "=1+1").format(period="2024")
    form = FORM.replace("title: 小表", f"title: '{evil}'").replace(
        "gap: 没有指标, source", "gap: '@SUM(A1)', source"
    )
    project = opened(tmp_path, **{"qingce.toml": toml, "standards__forms__small.yaml": form})
    data = produce(project, ["small"], tmp_path / "out")[0].files[0].read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(n).decode() for n in archive.namelist() if "worksheets/sheet" in n]
    assert sheets
    assert not any(re.search(r"<f[ >]", text) for text in sheets)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book["填报表"]["A1"].value == evil
    assert book["填报表"]["A1"].data_type == "s"


def test_a_made_up_ledger_marks_the_form(tmp_path):
    made = small(opened(tmp_path, **{"records__credit.csv": "# synthetic: seed 1\n" + CREDIT}))
    assert made.filled.synthetic
    assert made.as_dict()["synthetic"] is True


def test_an_unknown_form_or_a_file_in_the_way_is_told(project, tmp_path):
    with pytest.raises(BindingError, match="five-articles、green-loans、pboc-environment"):
        produce(project, ["small", "smal"])
    (tmp_path / "file").write_text("x")
    with pytest.raises(ProjectError, match="写一个文件夹"):
        produce(project, ["small"], tmp_path / "file")


# -- declarations -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("title: 小表", "titel: 小表", "unknown key 'titel'"),
        ("code: 1.1.a", "code: 1.1.b", "stands twice"),
        ("parts: [1.1.a, 1.1.b]", "parts: [1.1.a, 9]", "there is no row '9'"),
        ("parts: [1.1.a, 1.1.b]", 'parts: ["1.1"]', "part of itself"),
        ("parts: [1.1.a, 1.1.b]", "parts: 1.1.a", "parts is a list"),
        ("label: 种植, unit: 元", "label: 种植, unit: 元角", "没有“元角”这个单位"),
        ("label: 不良, unit: 元, gap: 没有指标", "label: 不良, unit: 元", "needs a metric, parts, or a gap"),
        ("source: 制度, trust: verified", "source: 制度, trust: surely", "needs its source, and its trust"),
        ("fill: [end]", "fill: [ende]", "Did you mean 'end'"),
        ("step: growth", "step: grow", "is not a step"),
        ("since: 2025-01-01", "since: soon", "write a date"),
        ("rows:", "rows: 1\nother:", "unknown key 'other'"),
    ],
)
def test_a_form_declared_wrongly_says_what_is_wrong(tmp_path, old, new, words):
    (tmp_path / "standards" / "forms").mkdir(parents=True)
    assert old in FORM
    (tmp_path / "standards" / "forms" / "x.yaml").write_text(FORM.replace(old, new), encoding="utf-8")
    with pytest.raises(DeclarationError, match=re.escape(words)):
        known_forms(tmp_path)


def test_two_forms_of_one_name_are_refused(tmp_path):
    (tmp_path / "standards" / "forms").mkdir(parents=True)
    (tmp_path / "standards" / "forms" / "x.yaml").write_text(
        FORM.replace("name: small", "name: green-loans"), encoding="utf-8"
    )
    with pytest.raises(DeclarationError, match="is there already"):
        known_forms(tmp_path)


def test_a_binding_that_computes_is_refused(tmp_path):
    form = FORM.replace("metric: lent_share,", "metric: lent_share + lent_share,")
    project = opened(tmp_path, **{"standards__forms__small.yaml": form})
    with pytest.raises(DeclarationError, match=r"row '1.3'.*不做运算"):
        small(project)


def test_a_metric_of_another_measure_is_refused(tmp_path):
    form = FORM.replace("metric: lent_share, fill", "metric: online_clients, fill")
    project = opened(tmp_path, **{"standards__forms__small.yaml": form})
    with pytest.raises(DeclarationError, match="不是同一种量"):
        small(project)


def test_reading_a_form_needs_a_mapping(tmp_path):
    with pytest.raises(DeclarationError, match="is a list of mappings"):
        read_form({"name": "x", "title": "y", "columns": ["a"], "rows": [{}]}, "x.yaml")
    path = tmp_path / "l.yaml"
    path.write_text("- 1\n")
    with pytest.raises(DeclarationError, match="a mapping is expected"):
        read_yaml(path)
