"""CSV deliveries: what is accepted as it stands, and the finding for everything that is not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import ibis
import pytest

from qingce.core.check import Severity
from qingce.core.dataset import Text, dataset
from qingce.core.errors import DeclarationError
from tests.ledger.conftest import GOOD, HEADER, LABELS, ORGS, USES, Desk, rows_of, rules


def test_a_sound_file_becomes_typed_parquet_with_the_declared_columns(desk: Desk) -> None:
    loaded = desk.load(desk.csv(GOOD))
    assert loaded.findings == ()
    assert rows_of(loaded) == [
        (
            "L1",
            dt.date(2024, 12, 31),
            "B1",
            Decimal("100.10"),
            Decimal("4.350000"),
            Decimal("1.500"),
            3,
            "05040",
            True,
            "甲",
        )
    ]
    assert loaded.parquet is not None
    stored = ibis.duckdb.connect().read_parquet(str(loaded.parquet[0])).schema()
    assert dict(stored.items()) == dict(desk.declared.table.schema().items())
    assert loaded.inputs[0].path == "loan.csv" and loaded.inputs[0].rows == loaded.rows == 1


ACCEPTED = {
    "labels as headings, any order": ("机构,余额,借据号,数据日期", "B1,5,L1,2024-12-31"),
    "label with a line break": ('借据号,"数据\n日期",机构,余额', "L1,2024-12-31,B1,5"),
    "CRLF": (HEADER + "\r", GOOD + "\r\n"),
    "line break inside quotes": (HEADER, 'L1,2024-12-31,B1,5,,,,,,"一\n二"'),
    "blank line": (HEADER, "\n" + GOOD + "\n\n"),
    "mixed line ends": (HEADER + "\r", GOOD),
    "surplus empty cells": (HEADER, GOOD + ",,,"),
    "rows of commas": (HEADER, GOOD + "\n,,,,,,,,,\n"),
    "blanks around values": (HEADER, "　L1 , 2024-12-31,\tB1, 100.10,,,,,,"),
    "trailing zeros": (HEADER, "L1,2024-12-31,B1,100.1000,4.3500000000,,3.0,,,"),
    "label instead of code": (HEADER, "L1,2024-12-31,B1,5,,,,清洁能源,,"),
    "name instead of org code": (HEADER, "L1,2024-12-31,城关支行,5,,,,,,"),
    "comment lines": ("# 导出于 1 月\n# 第二行\n" + HEADER, GOOD),
    "comment with a quote": ('# 5" 表\n' + HEADER, GOOD),
    "byte order mark": ("\ufeff" + HEADER, GOOD),
    "no line end at the end": (HEADER, GOOD.rstrip("\n")),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepted(desk: Desk, name: str) -> None:
    header, row = ACCEPTED[name]
    loaded = desk.load(desk.put("loan.csv", f"{header}\n{row}"))
    assert [f for f in loaded.findings if f.severity is not Severity.NOTE] == []
    [(loan_no, as_of, org, *_)] = rows_of(loaded)
    assert (loan_no, as_of, org) == ("L1", dt.date(2024, 12, 31), "B1")


def test_a_label_is_stored_as_its_code_and_codes_keep_their_zeros(desk: Desk) -> None:
    loaded = desk.load(desk.csv("L1,2024-12-31,B1,5,,,,清洁能源,,", "L2,2024-12-31,B1,5,,,,06010,,"))
    assert [row[7] for row in rows_of(loaded)] == ["05040", "06010"]


def test_an_org_name_is_stored_as_its_code(desk: Desk) -> None:
    assert rows_of(desk.load(desk.csv("L1,2024-12-31,城关支行,5,,,,,,")))[0][2] == "B1"


VALUES = {  # column, value: rule, part of the reason
    ("loan_no", ""): ("value_required", "必填列“借据号”为空"),
    ("loan_no", "　"): ("value_required", "为空"),
    ("loan_no", "X1"): ("text_pattern", "L[0-9]+"),
    ("loan_no", "L\u200b1"): ("value_nul", "看不见"),
    ("loan_no", "L\u202e1"): ("value_nul", "看不见"),
    ("note", "620102199001011234"): ("text_identity", "“62**************34”：像是居民身份证号"),
    ("note", "甲62010219900101123X"): ("text_identity", "像是居民身份证号"),
    ("as_of", "2024-02-30"): ("date_unreal", "没有这一天"),
    ("as_of", "20241231"): ("date_form", "是否应为 2024-12-31"),
    ("as_of", "2024/1/5"): ("date_form", "是否应为 2024-01-05"),
    ("as_of", "45657"): ("date_form", "2024-12-31"),
    ("as_of", "2024-12-31 08:00:00"): ("date_time", "时刻"),
    ("as_of", "0000-01-01"): ("date_unreal", "没有这一天"),
    ("as_of", "infinity"): ("date_form", "2024-12-31"),
    ("as_of", "1999-12-31"): ("value_range", "不小于 2000-01-01"),
    ("balance", "1e400"): ("number_exponent", "科学计数法"),
    ("balance", "NaN"): ("number_nan", "有限"),
    ("balance", "-inf"): ("number_nan", "有限"),
    ("balance", "1,234.50"): ("number_form", "不是数字"),
    ("balance", "十万"): ("number_form", "不是数字"),
    ("balance", "=1+1"): ("number_form", "不是数字"),
    ("balance", "１２"): ("number_form", "不是数字"),
    ("balance", "1_000"): ("number_form", "不是数字"),
    ("balance", "0x10"): ("number_form", "不是数字"),
    ("balance", "1.005"): ("number_places", "最多 2 位小数"),
    ("balance", "-0.01"): ("value_range", "不小于 0"),
    ("balance", "1000000000.01"): ("value_range", "不大于 1000000000"),
    ("balance", "12345678901234567.00"): ("number_digits", "整数部分最多 16 位"),
    ("balance", "9" * 400): ("number_digits", "整数部分最多 16 位"),
    ("rate", "4.35%"): ("number_form", "不是数字"),
    ("rate", "1234567890123"): ("number_digits", "整数部分最多 12 位"),
    ("tons", "1.0005"): ("number_places", "最多 3 位小数"),
    ("files", "1.5"): ("number_places", "整数"),
    ("files", "9223372036854775808"): ("number_digits", "整数"),
    ("green", "对"): ("flag_form", "“是”或“否”"),
    ("use", "5040"): ("code_unknown", "丢了开头的 0，应为“05040”"),
    ("use", "清洁能原"): ("code_unknown", "是否应为“清洁能源”"),
    ("org", "B9"): ("org_unknown", "机构表里没有"),
    ("org", "B2"): ("org_closed", "有效期为2010-01-01至2023-06-30"),
}


@pytest.mark.parametrize(("column", "value"), VALUES)
def test_a_bad_value_is_found_with_its_place(desk: Desk, column: str, value: str) -> None:
    names = HEADER.split(",")
    cells = GOOD.replace("B1", "HQ").split(",")
    cells[names.index(column)] = f'"{value}"'
    rule, reason = VALUES[column, value]
    loaded = desk.load(desk.csv("L8,2024-12-31,HQ,1,,,,,,", ",".join(cells)))
    [finding] = loaded.findings
    assert (finding.rule, finding.place.file, finding.place.row) == (rule, "loan.csv", 3)
    assert finding.place.column == LABELS[names.index(column)]
    assert reason in finding.reason and finding.advice and finding.blocks
    assert loaded.parquet is None and loaded.rows == 0


def test_every_breach_of_every_rule_is_told_at_once(desk: Desk) -> None:
    loaded = desk.load(
        desk.csv(
            "L1,2024-02-30,B1,1.005,,,,,,",
            "L2,2024-12-31,B9,x,,,,zz,,",
            "L3,2024-12-31,B1,,,,,,,",
            GOOD,
            GOOD,
        )
    )
    assert sorted((f.place.row, f.rule) for f in loaded.findings) == [
        (2, "date_unreal"),
        (2, "number_places"),
        (3, "code_unknown"),
        (3, "number_form"),
        (3, "org_unknown"),
        (4, "value_required"),
        (6, "row_duplicate"),
    ]


def test_unknown_columns_are_left_out_with_a_warning(desk: Desk) -> None:
    loaded = desk.load(desk.csv(GOOD + ",x,y", header=HEADER + ",备住,"))
    assert [(f.rule, f.severity) for f in loaded.findings] == [("column_unknown", Severity.WARNING)] * 2
    assert "是否应为“备注”" in loaded.findings[0].reason and loaded.rows == 1


def test_a_missing_optional_column_is_empty_and_noted(desk: Desk) -> None:
    loaded = desk.load(desk.csv("L1,2024-12-31,B1,5", header="loan_no,as_of,org,balance"))
    assert set(rules(loaded.findings)) == {"column_optional_missing"} and len(loaded.findings) == 6
    assert rows_of(loaded)[0][4:] == (None,) * 6


def test_a_missing_column_hints_at_its_misspelling(desk: Desk) -> None:
    loaded = desk.load(desk.csv("L1,2024-12-31,B1,5", header="借据号,数据日期,机构,余颔"))
    missing = next(f for f in loaded.findings if f.rule == "column_missing")
    assert "余颔" in missing.reason


def test_only_a_heading_is_an_empty_dataset(desk: Desk) -> None:
    loaded = desk.load(desk.csv())
    assert rules(loaded.findings) == ["rows_none"] and loaded.rows == 0 and rows_of(loaded) == []


def test_no_file_is_no_data_and_no_finding(desk: Desk) -> None:
    loaded = desk.load()
    assert (loaded.parquet, loaded.rows, loaded.findings) == (None, 0, ())


def test_duplicate_keys_across_files_name_both_places(desk: Desk) -> None:
    first = desk.csv("L7,2024-12-31,B1,1,,,,,,", GOOD, name="一月.csv")
    second = desk.csv(GOOD, name="二月.csv")
    [finding] = desk.load(first, second).findings
    assert finding.rule == "row_duplicate" and str(finding.place) == "二月.csv 第 2 行 “借据号”列"
    assert "借据号=L1，数据日期=2024-12-31" in finding.reason and "一月.csv 第 3 行" in finding.reason


def test_the_same_loan_on_two_days_is_no_duplicate(desk: Desk) -> None:
    assert desk.load(desk.csv(GOOD, GOOD.replace("2024-12", "2023-12").replace("05040", ""))).rows == 2


def test_an_org_closed_later_is_known_while_it_stood(desk: Desk) -> None:
    assert desk.load(desk.csv("L1,2023-06-30,B2,5,,,,,,")).rows == 1


def test_a_code_outside_its_days_is_a_warning(desk: Desk) -> None:
    loaded = desk.load(desk.csv("L1,2024-06-30,B1,5,,,,07010,,", "L2,2024-07-01,B1,5,,,,07010,,"))
    [finding] = loaded.findings
    assert (finding.rule, finding.severity, finding.place.row) == ("code_expired", Severity.WARNING, 2)
    assert loaded.rows == 2


def test_without_an_org_tree_org_codes_are_taken_with_a_note(desk: Desk) -> None:
    loaded = desk.load(desk.csv(GOOD.replace("B1", "X9")), orgs=None)
    assert rules(loaded.findings) == ["org_tree_missing"] and loaded.rows == 1


def test_rows_are_counted_as_the_editor_shows_them(desk: Desk) -> None:
    bad = GOOD.replace("L1", "L2").replace("100.10", "x")
    text = f'# 合成\n\n{HEADER}\n\n"L1",2024-12-31,B1,5,,,,,,"一\n二\n三"\n\n{bad}\n'
    [finding] = desk.load(desk.put("loan.csv", text)).findings
    assert finding.place.row == 9 and text.splitlines()[8].startswith("L2")


def test_rows_are_right_deep_in_a_large_file(desk: Desk) -> None:
    many = [f"L{n},2024-12-31,B1,{n}.00,,,,,," for n in range(300_000)]
    many[271_828] = "L271828,2024-12-31,B1,1.005,,,,,,"
    many[299_999] = "L5,2024-12-31,B1,1.00,,,,,,"
    loaded = desk.load(desk.csv(*many))
    assert [(f.rule, f.place.row) for f in loaded.findings] == [
        ("number_places", 271_830),
        ("row_duplicate", 300_001),
    ]
    assert "第 7 行" in loaded.findings[1].reason


def test_the_order_of_rows_is_the_order_of_files_and_lines(desk: Desk) -> None:
    one = desk.csv(*(f"L{n},2024-12-31,B1,1,,,,,," for n in range(200_000)), name="b.csv")
    two = desk.csv(*(f"L{n},2023-12-31,B1,1,,,,,," for n in range(9)), name="a.csv")
    numbers = [row[0] for row in rows_of(desk.load(one, two))]
    assert numbers == [f"L{n}" for n in range(200_000)] + [f"L{n}" for n in range(9)]


def test_at_most_a_hundred_findings_of_a_rule_and_a_count(desk: Desk) -> None:
    loaded = desk.load(desk.csv(*(f"L{n},2024-12-31,B1,x,y,,,,," for n in range(250))))
    assert len(loaded.findings) == 101 and loaded.findings[-1].tried == 500
    assert "共 500 处，另有 400 处" in loaded.findings[-1].reason


def test_one_bad_file_refuses_all_of_the_dataset(desk: Desk) -> None:
    good = desk.csv(GOOD, name="a.csv")
    bad = desk.csv("L2,2024-12-31,B1,x,,,,,,", name="b.csv")
    loaded = desk.load(good, bad)
    assert loaded.parquet is None and [f.place.file for f in loaded.findings] == ["b.csv"]
    assert [each.rows for each in loaded.inputs] == [1, 1]


def test_a_dataset_of_one_column(desk: Desk) -> None:
    @dataset(label="名单", owner="办公室", grain=("name",))
    class roll:
        """每人一行。"""

        name = Text("姓名")

    desk.declared = roll
    loaded = desk.load(desk.put("roll.csv", "姓名\n甲\n\n乙\n"))
    assert rows_of(loaded) == [("甲",), ("乙",)]
    [finding] = desk.load(desk.put("roll.csv", "姓名\n甲\n\n甲\n")).findings
    assert finding.rule == "row_duplicate" and finding.place.row == 4


def test_a_declaration_that_cannot_be_checked_raises(desk: Desk) -> None:
    path = desk.csv(GOOD)
    desk.codes = {}
    with pytest.raises(DeclarationError, match="not a code list"):
        desk.load(path)
    desk.codes = {"use": USES}
    columns = dict(desk.declared.columns)
    columns["balance"] = replace(columns["balance"], low="lots")
    desk.declared = replace(desk.declared, columns=columns)
    with pytest.raises(DeclarationError, match="'lots'"):
        desk.load(path)
    assert ORGS.root == "LZB"


TITLED = {
    "alone in its line": ("贷款台账（2024 年）", 2, "删去上面 1 行（第 1 行）再交。"),
    "with the commas of a sheet": ("贷款台账,,,,,,,,,", 2, "删去上面 1 行（第 1 行）再交。"),
    "two lines": ("贷款台账,,,,,,,,,\n单位：元,,,,,,,,,", 3, "删去上面 2 行（第 1 至 2 行）再交。"),
    "below a note": ("# synthetic\n贷款台账", 3, "删去上面 1 行（第 2 行）再交。"),
    "with one word that is a heading": ("机构,贷款台账", 2, "删去上面 1 行（第 1 行）再交。"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", TITLED)
def test_a_title_above_the_heading_is_one_finding(desk: Desk, name: str, encoding: str) -> None:
    title, row, advice = TITLED[name]
    text = "\n".join([title, ",".join(LABELS), GOOD]) + "\n"
    [finding] = desk.load(desk.put("loan.csv", text.encode(encoding))).findings
    assert (finding.rule, finding.place.row, finding.advice) == ("heading_below", row, advice)
    assert f"表头像在第 {row} 行（认出 10 列）" in finding.reason and "贷款台账" in finding.reason + title


def test_a_heading_that_lacks_a_column_is_not_looked_for_further_down(desk: Desk) -> None:
    found = desk.load(desk.csv("借据号,数据日期,甲,乙", header="借据号,数据日期,机构")).findings
    assert "column_missing" in rules(found) and "heading_below" not in rules(found)


@pytest.mark.parametrize(("written", "told"), [
    ("１２", "这是全角数字，请写成半角的 12。"), ('"1,234.50"', "请去掉千分位逗号，写成 1234.50。"),
    ("十二", "整数部分最多 16 位的数。"),
])
def test_a_number_that_is_written_otherwise_is_told_how_to_write_it(desk: Desk, written: str, told: str) -> None:
    [finding] = desk.load(desk.csv(GOOD.replace("100.10", written))).findings
    assert finding.rule == "number_form" and told in finding.reason


def test_a_code_that_is_none_is_told_with_those_there_are(desk: Desk) -> None:
    [finding] = desk.load(desk.csv(GOOD.replace("05040", "abc"))).findings
    assert finding.reason.endswith("可填：清洁能源（05040）、基础设施（06010）、生态环境（07010）。")


def test_of_a_long_code_list_the_beginning_is_told_and_where_all_of_it_is(desk: Desk) -> None:
    desk.codes = {"use": replace(USES, values=tuple(replace(USES.values[0], code=f"{n:05}") for n in range(9)))}
    [finding] = desk.load(desk.csv(GOOD.replace("05040", "abc"))).findings
    assert finding.reason.endswith("等 9 个，全部见数据字典的代码表“绿色用途”。")
