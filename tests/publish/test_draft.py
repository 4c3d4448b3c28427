"""Word drafts: words may change and numbers may not, whatever a word processor does to the file."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from qingce.core.page import Text
from qingce.publish.draft.manifest import Manifest
from qingce.publish.draft.read import properties
from qingce.publish.draft.source import Bound
from qingce.publish.draft.write import GUIDE
from tests.publish.draft_case import Drafted, drafted
from tests.publish.word_editing import Word, el, run

PLAIN, HEAD, NUMBERS, WATER, POWER, TABLE, CASE, INNER, LAST = range(1, 10)


# -- what goes out ----------------------------------------------------------------------------------
def test_a_draft_promises_each_part_of_the_page_with_its_numbers(draft: Drafted):
    assert [part.kind for part in draft.made.parts] == [
        "paragraph", "heading", "paragraph", "item", "item", "block", "title", "paragraph", "paragraph"]
    told = {n.tag: n.text for n in draft.made.parts[NUMBERS - 1].numbers}
    assert told == {"qn:3.1:green/LZB/2024": "152.18\xa0亿元", "qn:3.2:green/LZB/2023": "127.66\xa0亿元",
                    "qn:3.3:green/LZB/2024": "19.21%", "qn:3.4:staff/LZB/2024": "4,280\xa0人", "qn:3.5:": "41\xa0个"}
    assert Manifest.load(draft.made.text) == draft.made


def test_every_number_is_locked_and_shows_what_is_printed(draft: Drafted):
    word = Word(draft.file)
    locked = {}
    for sdt in word.root.iter(qn("w:sdt")):
        look = sdt.find(qn("w:sdtPr"))
        assert look.find(qn("w:lock")).get(qn("w:val")) == "sdtContentLocked"
        locked[look.find(qn("w:tag")).get(qn("w:val"))] = "".join(t.text for t in sdt.iter(qn("w:t")))
    for part in draft.made.parts:
        for number in part.numbers:
            assert locked[number.tag] == number.text
    assert locked["green/LZB/2024/use=infra"] == "90.00", "numbers of tables are locked too"


def test_changes_are_tracked_and_the_first_page_says_what_to_do(draft: Drafted):
    with zipfile.ZipFile(io.BytesIO(draft.file)) as box:
        settings = etree.fromstring(box.read("word/settings.xml"))
        told = properties(box.read("docProps/custom.xml"))
    assert settings.find(qn("w:trackRevisions")) is not None
    order = [child.tag for child in settings]
    assert order.index(qn("w:trackRevisions")) < order.index(qn("w:defaultTabStop"))
    assert told == {"QingceProject": "bank", "QingcePage": "green", "QingceDraft": draft.made.id,
                    "QingceEdition": "未封版", "QingceFigures": draft.made.figures,
                    "QingceChecksum": draft.made.checksum}
    words = "\n".join(p.text for p in docx.Document(io.BytesIO(draft.file)).paragraphs)
    assert all(line in words for line in GUIDE)


def test_the_same_page_makes_the_same_bytes_and_another_number_another_draft(draft: Drafted, read, tmp_path):
    assert drafted(read, tmp_path).file == draft.file
    other = drafted(read, tmp_path, draft.text.replace("{{ green.prior }}", "{{ green }}"))
    assert other.made.id != draft.made.id and other.made.figures != draft.made.figures


def test_what_nobody_touched_asks_for_nothing(draft: Drafted):
    out = draft.judged(draft.file)
    assert (out.changes, out.troubles, out.spoken) == ([], [], [])


# -- words that change ------------------------------------------------------------------------------
@pytest.mark.parametrize("tracked", [True, False])
def test_words_typed_over_are_a_change_and_numbers_stay_bound(draft: Drafted, tracked: bool):
    change = draft.change(lambda w: w.replace(NUMBERS, "年末绿色贷款余额", "截至年末，绿色贷款余额", tracked=tracked))
    assert (change.kind, change.n, change.tracked) == ("changed", NUMBERS, tracked)
    assert change.authors == (("张三",) if tracked else ())
    (row,) = change.rows
    assert [a.expression for a in row if isinstance(a, Bound)] == [
        "green", "green.prior", "green.growth", "staff", 'said("41 个", source="年报")']
    assert change.now.startswith("截至年末，绿色贷款余额 152.18\xa0亿元，年初为 127.66")


def test_runs_split_into_letters_with_marks_of_sessions_change_nothing(draft: Drafted):
    assert draft.back(Word.noise).changes == []


def test_bold_and_links_stay_where_their_words_stay(draft: Drafted):
    change = draft.change(lambda w: (w.replace(PLAIN, "扩大绿色投放，详见", "加大绿色投放，见"), w.noise()))
    assert [(a.text, a.strong, a.href) for a in change.rows[0] if isinstance(a, Text)] == [
        ("2024 年，本行", False, ""), ("持续", True, ""), ("加大绿色投放，见", False, ""),
        ("披露", False, "https://bank.example"), ("。", False, "")]


def test_a_paragraph_may_be_emptied_or_removed(draft: Drafted):
    for tracked in (True, False):
        change = draft.change(lambda w, tracked=tracked: w.clear(LAST, tracked=tracked))
        assert (change.kind, change.n, change.before) == ("removed", LAST, "本行将继续努力。")


def test_new_paragraphs_know_behind_which_part_they_stand(draft: Drafted):
    change = draft.change(lambda w: w.add(INNER, "企业次日恢复生产。"))
    assert (change.kind, change.n, change.now, change.tracked) == ("added", INNER, "企业次日恢复生产。", True)
    assert draft.change(lambda w: w.add(WATER, "节水器具", tracked=False)).tracked is False


def test_a_paragraph_split_in_two_is_one_change_of_two_rows(draft: Drafted):
    change = draft.change(lambda w: w.split(PLAIN, "扩大"))
    assert change.kind == "changed" and change.now == "2024 年，本行持续\n扩大绿色投放，详见披露。"


@pytest.mark.parametrize("tracked", [True, False])
def test_a_paragraph_moved_with_its_numbers_is_a_move_and_no_change(draft: Drafted, tracked: bool):
    change = draft.change(lambda w: w.move(NUMBERS, LAST, tracked=tracked))
    assert (change.kind, change.n, change.after) == ("moved", NUMBERS, LAST)


def test_keys_are_found_again_where_bookmarks_and_controls_are_lost(draft: Drafted):
    assert draft.back(Word.uncontrol).troubles == []
    assert draft.back(lambda w: (w.uncontrol(), w.noise())).changes == []
    out = draft.back(lambda w: (w.replace(NUMBERS, "年末绿色", "期末绿色"), w.unmark()))
    assert [(c.kind, c.n) for c in out.changes if c.n == NUMBERS] == [("changed", NUMBERS)]


def test_a_control_without_its_tag_is_known_by_what_it_shows(draft: Drafted):
    def lose(word: Word) -> None:
        for tag in list(word.root.iter(qn("w:tag"))):
            tag.getparent().remove(tag)

    out = draft.back(lambda w: (lose(w), w.noise()))
    assert (out.changes, out.troubles) == ([], [])


# -- numbers that do not ----------------------------------------------------------------------------
def only_trouble(draft: Drafted, edit):
    out = draft.back(edit)
    assert [c for c in out.changes if c.n == NUMBERS] == [], "nothing of the paragraph is taken"
    return out.troubles


def test_a_number_typed_over_is_told_with_what_was_printed_and_found(draft: Drafted):
    (trouble,) = only_trouble(draft, lambda w: (w.retype("qn:3.1:", "160.00 亿元"), w.replace(NUMBERS, "年末", "期末")))
    assert (trouble.n, trouble.figure, trouble.label) == (NUMBERS, "green/LZB/2024", "绿色贷款余额")
    assert (trouble.printed, trouble.found) == ("152.18\xa0亿元", "160.00 亿元")
    assert trouble.reason == "数字“152.18\xa0亿元”被改成“160.00 亿元”。" and "批注" in trouble.advice


def test_a_number_taken_out_or_doubled_or_carried_elsewhere_is_told(draft: Drafted):
    def out(word: Word) -> None:
        control = word.control("qn:3.2:")
        control.getparent().remove(control)

    def twice(word: Word) -> None:
        control = word.control("qn:3.2:")
        control.addnext(etree.fromstring(etree.tostring(control)))

    def away(word: Word) -> None:
        word.paragraph(LAST).append(word.control("qn:3.2:"))

    assert "不见了" in only_trouble(draft, out)[0].reason
    assert "不止一次" in only_trouble(draft, twice)[0].reason
    told = only_trouble(draft, away)
    assert [t.n for t in told] == [NUMBERS, LAST] and "别的段落" in told[0].reason and "多出" in told[1].reason


def test_a_paragraph_with_numbers_cannot_be_removed(draft: Drafted):
    told = only_trouble(draft, lambda w: w.clear(NUMBERS, tracked=False))
    assert [t.printed for t in told] == [n.text for n in draft.made.parts[NUMBERS - 1].numbers]


def test_a_deletion_that_is_tracked_takes_the_number_out_as_well(draft: Drafted):
    def strike(word: Word) -> None:
        control = word.control("qn:3.1:")
        wrap = el("del", id="1", author="张三", date="2025-03-01T09:30:00Z")
        control.addprevious(wrap)
        wrap.append(control)

    assert "不见了" in only_trouble(draft, strike)[0].reason


@pytest.mark.parametrize("words", ["共计 300 户", "增长 5%", "另有 12 个"])
def test_a_number_typed_by_hand_is_refused(draft: Drafted, words: str):
    (trouble,) = draft.back(lambda w: w.put(LAST, words)).troubles
    assert trouble.n == LAST and "手写了数字" in trouble.reason
    assert "手写了数字" in draft.back(lambda w: w.add(LAST, words)).troubles[0].reason


@pytest.mark.parametrize(("tag", "words", "before"), [
    ("qn:3.1:", "1", True), ("qn:3.1:", "-", True), ("qn:3.1:", "3,", True), ("qn:3.3:", "多", False),
    ("qn:3.4:", "万", False)])
def test_digits_set_against_a_number_would_make_another_of_it(draft: Drafted, tag: str, words: str, before: bool):
    def lean(word: Word) -> None:
        control = word.control(tag)
        control.addprevious(run(words)) if before else control.addnext(run(words))

    assert "手写了数字" in only_trouble(draft, lean)[0].reason


def test_the_rest_goes_on_where_one_paragraph_is_refused(draft: Drafted):
    out = draft.back(lambda w: (w.retype("qn:3.1:", "1 元"), w.replace(LAST, "继续", "持续")))
    assert [(c.n, c.now) for c in out.changes] == [(LAST, "本行将持续努力。")]
    assert [t.n for t in out.troubles] == [NUMBERS]


def test_a_table_is_not_changed_in_word(draft: Drafted):
    def spoil(word: Word) -> None:
        next(t for t in word.root.iter(qn("w:t")) if t.text == "90.00").text = "91.00"

    (trouble,) = draft.back(spoil).troubles
    assert trouble.n == TABLE and "没有收" in trouble.reason


def test_a_table_or_a_picture_that_is_new_is_told(draft: Drafted):
    def table(word: Word) -> None:
        word.paragraph(LAST).addnext(el("tbl", el("tr", el("tc", el("p", run("指标"))))))

    def picture(word: Word) -> None:
        word.paragraph(LAST).append(el("r", el("pict")))

    assert "新加的表格" in draft.back(table).troubles[0].reason
    assert "图片" in draft.back(picture).troubles[0].reason


def test_a_years_change_is_marked_for_whoever_decides(draft: Drafted):
    assert draft.change(lambda w: w.replace(PLAIN, "2024 年", "2025 年")).digits
    assert not draft.change(lambda w: w.replace(LAST, "努力", "用心")).digits


def test_numbers_that_change_places_in_a_sentence_are_marked_too(draft: Drafted):
    def swap(word: Word) -> None:
        one, other = word.control("qn:3.1:"), word.control("qn:3.2:")
        place = el("r")
        one.addprevious(place)
        other.addprevious(one)
        place.addprevious(other)

    change = draft.change(swap)
    assert change.digits and change.now.startswith("年末绿色贷款余额 127.66\xa0亿元，年初为 152.18")


def test_a_paragraph_of_a_million_letters_is_refused_and_not_worked_through(draft: Drafted):
    told = draft.back(lambda w: (w.put(LAST, "甲乙" * 400_000), w.add(PLAIN, "丙" * 400_000))).troubles
    assert [(t.n, "超过" in t.reason) for t in told] == [(LAST, True), (PLAIN, True)]


# -- comments ---------------------------------------------------------------------------------------
def test_comments_come_with_their_paragraph_their_author_and_their_answers(draft: Drafted):
    def speak(word: Word) -> None:
        first = word.comment(NUMBERS, "这个数和信贷部口径一致吗？")
        word.comment(NUMBERS, "一致。", author="王五", answers=first)
        word.comment(HEAD, "标题太短", done=True)

    said = draft.back(speak).spoken
    assert [(s.n, s.paragraph, s.remark.author, s.remark.words, s.remark.parent, s.remark.done) for s in said] == [
        (3, 2, "李四", "这个数和信贷部口径一致吗？", "", False), (3, 2, "王五", "一致。", "0", False),
        (2, 1, "李四", "标题太短", "", True)]
    assert said[0].remark.at == "2025-03-01T09:30:00" and said[0].about.startswith("年末绿色贷款余额 152.18")


def test_a_comment_that_begins_between_paragraphs_is_about_the_next(draft: Drafted):
    def speak(word: Word) -> None:
        word.comment(LAST, "请补充。")
        start = next(word.root.iter(qn("w:commentRangeStart")))
        word.paragraph(LAST).addprevious(start)

    (said,) = draft.back(speak).spoken
    assert (said.n, said.about) == (LAST, "本行将继续努力。")


def test_comments_that_answer_in_a_circle_end(draft: Drafted):
    def circle(word: Word) -> None:
        word.comment(LAST, "甲")
        word.comment(LAST, "乙", answers="0")
        word.links[0] = (word.links[0][0], word.links[1][0], False)

    assert [s.remark.words for s in draft.back(circle).spoken] == ["甲", "乙"]


# -- by another program -----------------------------------------------------------------------------
def test_python_docx_reads_a_draft_and_what_it_writes_comes_back(draft: Drafted):
    opened = docx.Document(io.BytesIO(draft.file))
    last = next(p for p in opened.paragraphs if p.text == "本行将继续努力。")
    last.runs[0].text = "本行将一如既往。"
    out = io.BytesIO()
    opened.save(out)
    (change,) = draft.judged(out.getvalue()).changes
    assert (change.n, change.now, change.tracked) == (LAST, "本行将一如既往。", False)

