"""A workbook goes out, is filled in by people with whatever program they have, and comes back right or in words."""

from __future__ import annotations

import datetime as dt
import io
import random
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from qingce.core.errors import Denied, Refused
from qingce.core.figure import Answered, Qualifier
from qingce.publish.xlsx.collect import SHEET
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.files import blobs_of
from qingce.services.desk.workbook import issue, owners
from qingce.services.desk.workbook_marks import BAD
from qingce.services.desk.workbook_return import Outcome
from qingce.services.desk.workbook_rows import TEXT
from tests.services.desk.staff import EAST, HEAD, WEST, number
from tests.services.desk.workbook_case import HEAD_ROW, column, filled, now, opened, packed, put, rules, send


# -- going out ----------------------------------------------------------------------------------
def test_every_owner_gets_his_own_rows(bank: Desk):
    sheet = opened(bank, "east")[SHEET]
    assert [sheet.cell(r, column(sheet, "key")).value.split("@")[0] for r in range(5, sheet.max_row + 1)] == [EAST]
    assert [e.detail["owner"] for e in bank.journal.page(did="workbook_issued")] == ["east"]


def test_only_the_office_gets_the_workbook_of_another(bank: Desk):
    assert issue(bank, bank.actor("office"), "2024", owner="east").rows == 1
    with pytest.raises(Denied):
        issue(bank, bank.actor("west"), "2024", owner="east")
    with pytest.raises(Refused):
        issue(bank, bank.actor("assurer"), "2024")


def test_the_office_sees_who_has_something_to_file(desk3: Desk):
    assert owners(desk3, desk3.actor("office"), "2024") == [("head", "总行填报岗", 3)]


# -- coming back --------------------------------------------------------------------------------
def stands(desk: Desk) -> list[tuple[Any, ...]]:
    """The three answers as they stand."""
    return [(now(desk, i).answer.answered, now(desk, i).answer.value, now(desk, i).answer.qualifier)
            for i in (HEAD, EAST, WEST)]


RIGHT = [
    (Answered.VALUE, Decimal(64), Qualifier.EXACT), (Answered.NOT_APPLICABLE, None, Qualifier.EXACT),
    (Answered.VALUE, Decimal(1025), Qualifier.ABOUT),
]


def test_a_filled_workbook_files_its_answers(desk3: Desk):
    outcome = send(desk3, filled(desk3))
    assert outcome.stands and rules(outcome) == [] and sorted(outcome.taken) == sorted([HEAD, EAST, WEST])
    assert stands(desk3) == RIGHT
    assert {e.detail["channel"] for e in desk3.journal.page(did="filed")} == {"workbook"}


def test_the_same_workbook_again_changes_nothing(desk3: Desk):
    data = packed(filled(desk3))
    send(desk3, data)
    again = send(desk3, data)
    assert (again.stands, again.taken, again.same) == (True, (), 3) and len(desk3.journal.page(did="filed")) == 3


def sort_rows(book: Any) -> None:
    """Rows in another order, whole."""
    sheet = book[SHEET]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]
    random.Random(4).shuffle(rows)
    for line, row in enumerate(reversed(rows), HEAD_ROW + 1):
        for at, value in enumerate(row, 1):
            sheet.cell(line, at).value = value


def sort_some_columns(book: Any) -> None:
    """Everything but the hidden column in another order: what sorting only what one sees does."""
    sheet = book[SHEET]
    keys = [row[0].value for row in sheet.iter_rows(min_row=HEAD_ROW + 1)]
    for line, key in enumerate([*keys[1:], keys[0]], HEAD_ROW + 1):
        sheet.cell(line, 1).value = key


def move_columns(book: Any) -> None:
    """Columns in another order, some of one's own between."""
    sheet = book[SHEET]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=1)]
    sheet.delete_cols(1, 30)
    for line, row in enumerate(rows, 1):
        for at, value in enumerate(["我的备注", *reversed(row)], 1):
            sheet.cell(line + 2, at).value = value


def lose_the_seal(book: Any) -> None:
    """A program that knows no such sheet, and a sheet called otherwise."""
    del book["_qingce"]
    del book["说明"]
    book[SHEET].title = "Sheet1"


def spread_headings(book: Any) -> None:
    """Headings with blanks and line breaks in them, as some programs make them."""
    for cell in book[SHEET][HEAD_ROW]:
        cell.value = f" {cell.value[:2]}\n{cell.value[2:]} "


def number_as_text(book: Any) -> None:
    """A number in full-width digits."""
    put(book, "总行", value="６４")


@pytest.mark.parametrize(
    "do", [sort_rows, sort_some_columns, move_columns, lose_the_seal, spread_headings, number_as_text])
def test_what_programs_and_people_do_to_a_sheet_does_not_matter(desk3: Desk, do: Callable[[Any], None]):
    book = filled(desk3)
    do(book)
    outcome = send(desk3, book)
    assert (outcome.stands, stands(desk3)) == (True, RIGHT), [str(f) for f in outcome.findings]
    assert not any(f.blocks for f in outcome.findings)


def libreoffice(data: bytes, folder: Path, suffix: str = "xlsx") -> bytes:
    """The workbook opened and saved by LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (apt-get install libreoffice-calc-nogui)")
    (folder / "in.xlsx").write_bytes(data)
    command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", suffix,
               "--outdir", str(folder / "out"), str(folder / "in.xlsx")]
    done = subprocess.run(command, capture_output=True, timeout=180, check=False)
    made = folder / "out" / f"in.{suffix}"
    if not made.is_file():
        pytest.skip(f"LibreOffice here has no Calc: {done.stderr.decode()[-200:]}")
    return made.read_bytes()


def test_a_workbook_saved_by_libreoffice_comes_back_right(desk3: Desk, tmp_path: Path):
    data = libreoffice(packed(filled(desk3)), tmp_path)
    outcome = send(desk3, data)
    assert (outcome.stands, stands(desk3)) == (True, RIGHT), [str(f) for f in outcome.findings]


def test_a_value_goes_out_and_comes_back_without_losing_a_digit(desk3: Desk, tmp_path: Path):
    # a count takes whole numbers only, so the digits are those of a large one
    file(desk3, desk3.actor("head"), HEAD, number("123456789012345"), version=0)
    outcome = send(desk3, libreoffice(packed(opened(desk3)), tmp_path))
    assert (outcome.taken, outcome.same) == ((), 3) and now(desk3).version == 1


# -- what cannot be taken -----------------------------------------------------------------------
@pytest.mark.parametrize(("cells", "rule", "said"), [
    ({"value": "=32*2"}, "workbook_formula", "公式"), ({"value": "#REF!"}, "workbook_formula", "#REF!"),
    ({"value": "=cmd|'/c calc'!A0"}, "workbook_formula", "公式"), ({"value": "六十四"}, "workbook_number", "六十四"),
    ({"value": dt.datetime(2024, 1, 1)}, "workbook_number", "日期"), ({"value": True}, "workbook_number", "真假值"),
    ({"value": 64.5}, "workbook_refused", "整数"), ({"value": -1}, "workbook_refused", "负数"),
    ({"value": 1234567890123456789}, "workbook_number", "15 位"), ({"value": "NaN"}, "workbook_number", "NaN"),
    ({"value": "1e9"}, "workbook_number", "1e9"), ({"answer": "不适用"}, "workbook_refused", "原因"),
    ({"answer": "不适用", "reason": "无", "value": 3}, "workbook_refused", "清空数值"),
    ({"answer": "也许"}, "workbook_answer", "也许"), ({"answer": "填数"}, "workbook_refused", "填 0"),
    ({"value": 64, "qualifier": "差不多"}, "workbook_answer", "差不多"),
    ({"value": 64, "source": "=HYPERLINK(1)"}, "workbook_formula", "公式"),
    ({"value": 64, "source": "长" * 4001}, "workbook_refused", "4,001"),
    ({"label": "别的指标"}, "workbook_key", "认不出"), ({"key": "2024/x/y@1#" + "0" * 20}, "workbook_key", "编号"),
    ({"key": None, "label": "别的"}, "workbook_key", "空的"),
])
def test_a_bad_cell_is_named_with_row_and_column_and_nothing_is_loaded(
    desk3: Desk, cells: dict[str, object], rule: str, said: str
):
    book = filled(desk3)
    put(book, "总行", **{"value": None, "source": "工会登记册"} | cells)
    outcome = send(desk3, book)
    bad = [f for f in outcome.findings if f.blocks]
    assert [f.rule for f in bad] == [rule] and said in bad[0].reason + bad[0].place.value, [str(f) for f in bad]
    assert (bad[0].place.file, bad[0].place.sheet, bad[0].place.row) == ("填报.xlsx", SHEET, 5) and bad[0].advice
    if set(cells) == {"value"}:
        assert bad[0].place.column == TEXT["value"]
    assert not outcome.stands and outcome.taken == () and [now(desk3, i).version for i in (HEAD, EAST, WEST)] == [0] * 3
    assert [e.detail["stands"] for e in desk3.journal.page(did="workbook_received")] == [False]


def test_the_good_rows_can_be_taken(desk3: Desk):
    book = filled(desk3)
    put(book, "总行", value="六十四")
    outcome = send(desk3, book, good_rows=True)
    assert outcome.stands and sorted(outcome.taken) == sorted([EAST, WEST]) and rules(outcome) == ["workbook_number"]
    assert stands(desk3)[1:] == RIGHT[1:] and now(desk3).version == 0


def marked(desk: Desk, outcome: Outcome) -> Any:
    """The marked workbook, opened."""
    with desk.reading() as db, blobs_of(desk).open(db, outcome.marked) as content:
        return load_workbook(io.BytesIO(content.read()))


def test_the_workbook_comes_back_with_the_bad_cell_marked_and_can_be_sent_again(desk3: Desk):
    book = filled(desk3)
    put(book, "总行", value="六十四")
    back = marked(desk3, send(desk3, book, good_rows=True))
    sheet = back[SHEET]
    cell = sheet.cell(5, column(sheet, "value"))
    assert cell.value == "六十四" and "不是数字" in cell.comment.text and cell.fill.fgColor.rgb == BAD
    assert sheet.cell(7, column(sheet, "value")).value == "1,025 人"
    put(back, "总行", value=64)
    put(back, "城西支行", value=1026)  # the keys say what was taken meanwhile
    again = send(desk3, back, good_rows=False)
    assert again.stands and sorted(again.taken) == sorted([HEAD, WEST]) and rules(again) == []


def test_marks_of_the_time_before_are_gone(desk3: Desk):
    book = filled(desk3)
    put(book, "总行", value="六十四")
    back = marked(desk3, send(desk3, book))
    put(back, "总行", value=64)
    put(back, "城东支行", answer="也许")
    sheet = marked(desk3, send(desk3, back))[SHEET]
    assert [c.coordinate for row in sheet.iter_rows() for c in row if c.comment] == [
        f"{sheet.cell(6, column(sheet, 'answer')).coordinate}"]


def test_what_somebody_changed_meanwhile_is_shown_from_both_sides(desk3: Desk):
    book = filled(desk3)
    file(desk3, desk3.actor("head"), HEAD, number("66", "另一登记册"), version=0)
    outcome = send(desk3, book)
    assert rules(outcome) == ["workbook_conflict"] and not outcome.stands
    assert "数值：您填“64”，现为“66”（发出时“空”）" in outcome.findings[0].reason
    assert outcome.findings[0].reason.startswith("工作簿发出后 总行填报岗 改过此项。")
    again = send(desk3, marked(desk3, outcome))  # having seen both, the owner keeps his own
    assert again.stands and now(desk3).answer.value == 64


def test_a_choice_that_differs_is_quoted_as_the_reader_knows_it(desk3: Desk):
    book = opened(desk3)
    put(book, "总行", answer="暂缺", reason="系统未上线")
    file(desk3, desk3.actor("head"), HEAD, number("66"), version=0)
    said = send(desk3, book).findings[0].reason
    assert "答复：您填“适用但暂缺”，现为“有数值”（发出时“空”）" in said and "value" not in said


def test_a_row_left_as_it_went_out_does_not_contradict_what_was_entered_meanwhile(desk3: Desk):
    book = opened(desk3)
    put(book, "城东支行", value=7, source="登记册")
    file(desk3, desk3.actor("head"), HEAD, number("66"), version=0)
    outcome = send(desk3, book)
    assert outcome.stands and outcome.findings == () and outcome.taken == (EAST,)
    assert now(desk3).answer.value == 66


def test_what_was_submitted_is_not_changed_by_a_workbook(desk3: Desk):
    head = desk3.actor("head")
    file(desk3, head, HEAD, number("66"), version=0)
    book = opened(desk3)
    submit(desk3, head, [HEAD])
    put(book, "总行", value=70)
    assert rules(send(desk3, book)) == ["workbook_signed"] and now(desk3).state == "submitted"


def test_a_row_twice_is_said(desk3: Desk):
    book = filled(desk3)
    sheet = book[SHEET]
    for cell in sheet[5]:
        sheet.cell(9, cell.column).value = cell.value
    assert rules(send(desk3, book)) == ["workbook_twice"]


def test_rows_of_others_are_not_taken(bank: Desk):
    book = opened(bank, "east")
    put(book, "城东支行", value=9, source="登记册")
    outcome = send(bank, book, "west")
    assert rules(outcome) == ["workbook_key"] and now(bank, EAST).version == 0


def test_a_made_up_key_is_worth_nothing(desk3: Desk):
    book = filled(desk3)
    key = book[SHEET].cell(5, 1).value
    book[SHEET].cell(5, 1).value = key.replace("@0", "@1")
    assert rules(send(desk3, book)) == ["workbook_key"]


def test_a_difference_is_explained_in_the_workbook(desk3: Desk):
    book = filled(desk3)
    put(book, "总行", explanation="新设志愿服务队两支")
    assert send(desk3, book).stands and now(desk3).explanation.words == "新设志愿服务队两支"


def test_the_state_is_what_the_journal_gives(desk3: Desk):
    send(desk3, filled(desk3))
    assert desk3.journal.rebuild(verify_only=True).differs == () and desk3.journal.verify() is None


# -- hostile ------------------------------------------------------------------------------------
def test_what_was_typed_like_a_formula_goes_out_as_text(desk3: Desk):
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "<r>x</r>"):
        at = now(desk3).version
        file(desk3, desk3.actor("head"), HEAD, number("64", f"{text}登记册"), version=at)
        sheet = opened(desk3)[SHEET]
        cell = sheet.cell(5, column(sheet, "source"))
        assert cell.data_type == "s" and cell.value.strip() == f"{text}登记册"
        assert send(desk3, opened(desk3)).taken == ()
