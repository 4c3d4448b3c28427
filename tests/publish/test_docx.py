"""The Word edition: the same bytes, heads on every page, numbers that cannot be typed over, notes, page numbers."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from qingce.core.page import Document, Heading, Page, Paragraph, Said, Text
from qingce.publish.docx import render_docx
from qingce.publish.docx.render import png
from qingce.publish.docx.sheets import Sheet, render_comparison, render_matrix
from qingce.publish.matrix import Matrix
from qingce.publish.svg import render_svg
from qingce.publish.xlsx.matrix import render_matrix_book
from tests.publish import sample

ISSUED = dt.date(2025, 1, 1)


def made(document: Document, spans: dict[str, tuple[int, int]] | None = None) -> bytes:
    """The document as Word."""
    return render_docx(document, draw=lambda chart: png(render_svg(chart.spec)), spans=spans or {}, issued=ISSUED)


def report() -> Document:
    """Chapters with every kind of block, and an index."""
    pages = (
        sample.chapter("letter", "致辞"), sample.chapter("green", "绿色金融", "1", "环境篇", part_title="低碳转型"),
        Page("gri", "索引", (sample.index(),)),
    )
    return Document("2024 年报告", "副题", "某银行股份有限公司", "2024", "zh-CN", pages)


@pytest.fixture(scope="module")
def word() -> bytes:
    """The sample as Word."""
    return made(report(), {"letter": (3, 5), "green": (6, 9), "gri": (10, 10)})


def part(data: bytes, name: str) -> etree._Element:
    """A part of the package, parsed."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return etree.fromstring(file.read(name))


def test_the_same_document_gives_the_same_bytes(word: bytes):
    assert made(report(), {"letter": (3, 5), "green": (6, 9), "gri": (10, 10)}) == word
    with zipfile.ZipFile(io.BytesIO(word)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = docx.Document(io.BytesIO(word)).core_properties
    assert (core.author, core.created) == ("某银行股份有限公司", dt.datetime(2025, 1, 1, tzinfo=dt.UTC))


def test_headings_have_levels_without_a_gap(word: bytes):
    names = [p.style.name for p in docx.Document(io.BytesIO(word)).paragraphs if p.style.name.startswith("Heading")]
    levels = [int(name[-1]) for name in names]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_head_of_every_table_is_repeated_and_no_row_is_broken(word: bytes):
    tables = [t for t in docx.Document(io.BytesIO(word)).tables if len(t.rows) > 4]
    assert tables
    for table in tables:
        first = table.rows[0]._tr
        assert first.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
        assert all(row._tr.find(qn("w:trPr")).find(qn("w:cantSplit")) is not None for row in table.rows)


def test_a_bound_number_carries_its_figure_and_cannot_be_typed_over(word: bytes):
    body = part(word, "word/document.xml")
    controls = body.findall(f".//{qn('w:sdt')}")
    tags = {c.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")) for c in controls}
    locks = {c.find(f"{qn('w:sdtPr')}/{qn('w:lock')}").get(qn("w:val")) for c in controls}
    assert "ORG/2024/green_loan_balance" in tags
    assert locks == {"sdtContentLocked"}
    assert len({c.find(f"{qn('w:sdtPr')}/{qn('w:id')}").get(qn("w:val")) for c in controls}) == len(controls)


def test_quotations_and_restated_numbers_have_footnotes():
    noted = replace(sample.number("152.18 亿元"), note="追溯调整：原披露 150.00 亿元。")
    line = (Text("余额 "), noted, Text("，再 "), noted, Text("，"), Said("41 个", "年报"))
    data = made(Document("报告", "", "某银行", "2024", "zh-CN", (Page("a", "甲", (Paragraph(line),)),)))
    notes = part(data, "word/footnotes.xml")
    assert ["".join(n.itertext()).strip() for n in notes][2:] == ["追溯调整：原披露 150.00 亿元。", "引自年报。"]
    marks = part(data, "word/document.xml").findall(f".//{qn('w:footnoteReference')}")
    assert [m.get(qn("w:id")) for m in marks] == ["2", "3"]


def test_the_index_names_the_pages_of_the_printed_edition(word: bytes):
    table = docx.Document(io.BytesIO(word)).tables[-1]
    cells = [[cell.text for cell in row.cells] for row in table.rows]
    assert next(row for row in cells if row[0] == "2-1")[2] == "3–5"


def test_contents_are_a_field_that_shows_printed_pages(word: bytes):
    body = part(word, "word/document.xml")
    codes = [node.text.strip() for node in body.iter(qn("w:instrText"))]
    assert any(code.startswith("TOC") for code in codes)
    assert [code for code in codes if code.startswith("PAGEREF")]
    marks = {node.get(qn("w:name")) for node in body.iter(qn("w:bookmarkStart"))}
    assert {code.split()[1] for code in codes if code.startswith("PAGEREF")} <= marks
    kinds = [node.get(qn("w:fldCharType")) for node in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_contents_without_the_printed_pages_have_no_dots_and_ask_word_for_them():
    body = part(made(report()), "word/document.xml")
    leaders = {tab.get(qn("w:leader")) for tab in body.iter(qn("w:tab")) if tab.get(qn("w:pos"))}
    assert leaders == {"none"}
    assert any(mark.get(qn("w:dirty")) == "1" for mark in body.iter(qn("w:fldChar")))


def test_chinese_has_its_own_face(word: bytes):
    styles = part(word, "word/styles.xml")
    faces = {f.get(qn("w:eastAsia")) for f in styles.iter(qn("w:rFonts")) if f.get(qn("w:eastAsia"))}
    assert {"宋体", "黑体"} <= faces


def test_charts_are_pictures_with_words(word: bytes):
    body = part(word, "word/document.xml")
    words = [node.get("descr") for node in body.iter() if node.tag.endswith("}docPr")]
    assert "六类用途中基础设施绿色升级余额最高。" in words
    with zipfile.ZipFile(io.BytesIO(word)) as file:
        pictures = [n for n in file.namelist() if n.startswith("word/media/")]
        assert pictures and all(file.read(name)[:8] == b"\x89PNG\r\n\x1a\n" for name in pictures)


@pytest.mark.parametrize("hostile", ["\x00\x0b坏", "<w:p>", "]]>", "&amp;", "{ INCLUDETEXT c:\\x }", "\ud800"])
def test_hostile_words_stay_words(hostile: str):
    page = Page("a", hostile or "甲", (Heading(2, (Text(hostile),), "a-1"), Paragraph((Text(hostile),))))
    data = made(Document(hostile, hostile, hostile, "2024", "zh-CN", (page,)))
    assert part(data, "word/document.xml") is not None
    codes = [node.text for node in part(data, "word/document.xml").iter(qn("w:instrText"))]
    assert not any("INCLUDETEXT" in code for code in codes)


def matrix() -> Matrix:
    """A sign-off matrix of two packs."""
    heads = ("序号", "指标", "口径摘要", "单位", "归口部门", "填报人", "复核人", "审批人", "期限", "分管领导")
    rows = [[str(n), "贷款余额", "期末余额。", "亿元", "计划财务部", "填报岗", "复核岗", "审批岗", "2025-01-20", "=1+1"]
            for n in range(1, 41)]
    groups = {0: "信贷", 20: "绿色"}
    return Matrix("某银行", "指标责任分工表", ("注：一。",), heads, (1,) * 10, rows, groups, ("负责人",), ISSUED)


def test_the_matrix_lies_on_its_side_with_its_head_on_every_page():
    data = render_matrix(matrix())
    assert data == render_matrix(matrix())
    opened = docx.Document(io.BytesIO(data))
    section = opened.sections[0]
    assert section.page_width > section.page_height
    table = opened.tables[0]
    assert len(table.rows) == 1 + 40 + 2
    assert table.rows[0]._tr.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None


def test_the_matrix_in_excel_is_text_only():
    import openpyxl

    data = render_matrix_book(matrix())
    assert data == render_matrix_book(matrix())
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert (sheet.page_setup.orientation, sheet.print_title_rows) == ("landscape", "$3:$3")
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_a_comparison_strikes_what_is_gone_and_underlines_what_is_new():
    lines = [("第 1 段", (("本", True), ("行", False)), (("我", True), ("行", False))),
             ("第 2 段", None, (("新增一段", True),))]
    sheets = [Sheet("文字", ("段", "原", "新"), lines)]
    body = part(render_comparison("对照", "某银行", ["原版"], sheets, ISSUED), "word/document.xml")

    def marked(name: str) -> list[str]:
        looks = (r for r in body.iter(qn("w:r")) if r.find(f"{qn('w:rPr')}/{qn(name)}") is not None)
        return ["".join(r.itertext()) for r in looks]

    assert (marked("w:strike"), marked("w:u")) == (["本"], ["我", "新增一段"])
