"""The printed edition is read back: its numbers, its page numbers, its tags."""

from __future__ import annotations

import ctypes
import re
from dataclasses import replace

import pypdfium2
import pytest

from qingce.core.page import (
    Box,
    Bullets,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    IndexRow,
    Kpi,
    Kpis,
    Page,
    Paragraph,
    Table,
)
from qingce.publish.pdf import Pdf, PdfError, render_pdf
from qingce.publish.svg import render_svg
from tests.publish.sample import WORDS, chart, loans, number, report, said


def plain_svg(_: Chart) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40">'
        '<text y="20" font-family="Noto Sans SC">图内文字</text></svg>'
    )


def one(*blocks, **changes) -> Document:
    page = Page("only", "唯一一章", tuple(blocks))
    return replace(Document("测试报告", "", "示例银行", "2024", "zh", (page,)), **changes)


def pages_of(pdf: Pdf) -> list[str]:
    """The text of each sheet side, white space removed."""
    opened = pypdfium2.PdfDocument(pdf.data)
    return [re.sub(r"\s", "", side.get_textpage().get_text_bounded()) for side in opened]


@pytest.fixture(scope="module")
def printed() -> Pdf:
    return render_pdf(report(), svg=lambda c: render_svg(c.spec))


def test_the_numbers_of_the_document_stand_in_the_print(printed):
    text = "".join(pages_of(printed))
    for wanted in (
        "152.18亿元",
        "4,862.85",
        "突破300.00万元",
        "1,152.18",
        "查得到41个",
        "不适用：本行无此类业务",
    ):
        assert wanted in text, wanted


def test_every_section_begins_and_ends_on_the_page_that_is_told(printed):
    sides = pages_of(printed)
    assert list(printed.pages) == [page.slug for page in report().pages]
    for page in report().pages:
        first, last = printed.spans[page.slug]
        assert printed.pages[page.slug] == first
        assert page.title in sides[first - 1]
        assert sides[first - 1].endswith(str(first)), "the printed page number is the one told"
        assert all(page.title in sides[n - 1] for n in range(first, last + 1)), "the running header names it"
    assert printed.count == len(sides)


def test_contents_name_the_true_pages(printed):
    contents = pages_of(printed)[1]
    for page in report().pages:
        assert f"{page.number}{page.title}{printed.pages[page.slug]}" in re.sub(r"\.{2,}", "", contents)


def test_a_part_begins_with_a_page_of_its_own_that_lists_its_sections(printed):
    sides = pages_of(printed)
    side = re.sub(r"\.{2,}", "", sides[printed.pages["green"] - 2])
    assert side.startswith("01环境篇践行绿色金融，厚植生态底色")
    assert f"1聚焦重点领域，精耕绿色金融{printed.pages['green']}" in side
    assert f"2推进绿色运营，践行低碳理念{printed.pages['carbon']}" in side


def test_the_index_gives_true_pages_of_sections_and_of_figures(printed):
    table = pages_of(printed)[printed.pages["gri"] - 1]
    first, last = printed.spans["green"]
    assert f"302-1组织内部的能源消耗量{first}–{last}" in table
    first, last = printed.spans["carbon"]
    assert f"305-2能源间接（范围二）温室气体排放{first}–{last}" in table
    assert f"306-1以指标作答{printed.pages['letter']}" in table
    assert "401-1新进员工—不适用" in table


def test_an_index_finds_a_figure_deep_in_a_section():
    filler = tuple(Paragraph(said(WORDS * 3)) for _ in range(30))
    rare = Table(
        (said("项目"), said("数值")), ((said("用水"), said(number("77.01 吨", "water"))),), ("left", "right")
    )
    rows = (
        IndexRow("303-5", "耗水", "", (), ("water",)),
        IndexRow("303-4", "排水", "", (), ("no_such_metric",)),
    )
    pdf = render_pdf(one(*filler, rare, Index("g", "", "", rows)), svg=plain_svg)
    sides = pages_of(pdf)
    where = next(n for n, side in enumerate(sides, 1) if "77.01" in side)
    assert where > pdf.pages["only"] + 1
    assert f"303-5耗水{where}" in sides[-1]
    assert "303-4排水—" in sides[-1]


def test_the_same_document_gives_the_same_bytes(printed):
    assert render_pdf(report(), svg=lambda c: render_svg(c.spec)).data == printed.data
    assert b"CreationDate" not in printed.data


def test_it_is_tagged_for_pdf_ua_1(printed):
    opened = pypdfium2.PdfDocument(printed.data)
    assert pypdfium2.raw.FPDFCatalog_IsTagged(opened)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in printed.data
    assert opened.get_metadata_value("Title") == report().title


def alternatives(opened: pypdfium2.PdfDocument, side: int) -> list[str]:
    """The alternative texts in the structure tree of one side."""
    raw = pypdfium2.raw
    found: list[str] = []

    def visit(element) -> None:
        size = raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            buffer = ctypes.create_string_buffer(size)
            raw.FPDF_StructElement_GetAltText(element, buffer, size)
            found.append(buffer.raw.decode("utf-16-le").rstrip("\0"))
        for i in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, i)
            if child:
                visit(child)

    tree = raw.FPDF_StructTree_GetForPage(opened[side])
    for i in range(raw.FPDF_StructTree_CountChildren(tree)):
        visit(raw.FPDF_StructTree_GetChildAtIndex(tree, i))
    return found


def test_a_chart_is_told_in_words_to_who_cannot_see_it():
    pdf = render_pdf(one(chart()), svg=lambda c: render_svg(c.spec))
    opened = pypdfium2.PdfDocument(pdf.data)
    assert "六类用途中基础设施绿色升级余额最高。" in alternatives(opened, 2)
    assert "基础设施绿色升级" in pages_of(pdf)[2], "the words of the chart stay words"


HOSTILE = (
    '#import "x"',
    "$a^2$",
    "\\frac \\u{41}",
    "*b* _c_",
    "@ref <lab>",
    "`raw`",
    "// c /* d */",
    "#{1+1}",
    "~ --- -- ...",
    "\"q\" 's'",
    "= 标题",
    "- x",
    '"))#panic("x")',
    "{{ x }}",
    "\\",
    "<!-- -->",
)


@pytest.mark.parametrize("words", HOSTILE)
def test_commands_of_the_typesetter_are_printed_as_they_stand(words):
    document = one(
        Paragraph(said(words)),
        Heading(2, said("甲", words), "h"),
        Table((said(words),), ((said(words),),), ("left",), words),
        Box("case", words, (Paragraph(said(words)),)),
        Kpis((Kpi(words, said("1"), said(words)),)),
        title="题" + words,
        organisation="行" + words,
    )
    side = pages_of(render_pdf(document, svg=plain_svg))[2]
    assert side.count(re.sub(r"\s", "", words)) >= 7


@pytest.mark.parametrize("strange", ["\x00", "\x1b", "\ud800", "\ufffe", "\U0001f600", "\ue000", "\u202e"])
def test_a_character_without_glyph_is_printed_as_a_geta_mark(strange):
    assert "前〓后" in pages_of(render_pdf(one(Paragraph(said(f"前{strange}后"))), svg=plain_svg))[2]


def test_empty_blocks_are_no_trouble():
    nothing = (
        Paragraph(()),
        Heading(2, (), "h"),
        Bullets(()),
        Bullets(((),)),
        Kpis(()),
        Table((), (), ()),
        Table((said("列"),), (), ("left",)),
        Table((), ((said("甲"), said("乙")), (said("丙"),)), ()),
        Box("case", "", ()),
        Index("x", "", "", ()),
        Form("f", "", ()),
    )
    assert "丙—" in pages_of(render_pdf(one(*nothing), svg=plain_svg))[2]
    assert render_pdf(one(pages=(), title="", organisation="", period=""), svg=plain_svg).pages == {}


def test_a_heading_may_skip_a_level():
    document = one(
        Heading(4, said("四级"), "a"), Heading(2, said("二级"), "b"), Heading(4, said("又四级"), "c")
    )
    assert "四级二级又四级" in pages_of(render_pdf(document, svg=plain_svg))[2]


def test_a_long_table_repeats_its_header_on_every_page():
    sides = pages_of(render_pdf(one(loans(120)), svg=plain_svg))[2:]
    assert len(sides) > 3
    assert all("用途2024年末2023年末增减增速" in side for side in sides)


def test_a_table_with_a_caption_says_on_later_pages_that_it_goes_on():
    first, *later = pages_of(render_pdf(one(replace(loans(120), caption="贷款")), svg=plain_svg))[2:]
    assert "续表" not in first and len(later) > 2
    assert all("续表" in side for side in later)


def test_a_unit_is_one_word_in_sentences_and_tables():
    table = Table((said("单位"),), ((said("吨CO2e"),),), ("left",))
    side = pypdfium2.PdfDocument(render_pdf(
        one(Paragraph((*said("共"), number("4.51 吨CO2"), *said("，已减"))), table), svg=plain_svg).data)[2]
    text = side.get_textpage().get_text_bounded()
    assert "吨CO2，" in text and "吨CO2e" in text


def test_the_note_of_a_headline_figure_leaves_no_character_alone():
    notes = [said("较年初提升了很多" + "好" * n) for n in range(12)]
    cards = Kpis(tuple(Kpi("余额", (number("1 亿元"),), note) for note in notes))
    data = pypdfium2.PdfDocument(render_pdf(one(cards), svg=plain_svg).data)[2]
    lines = data.get_textpage().get_text_bounded().split()
    assert not [line for line in lines if line == "好"]


def test_absent_is_a_dash_and_negative_has_a_minus():
    cells = (said("甲"), said(number("-4.51 吨CO2")), said("-2.05"), said(number("")), ())
    table = Table(tuple(said(c) for c in "一二三四五"), (cells,), ("left", *("right",) * 4))
    assert "甲\u22124.51吨CO2\u22122.05——" in pages_of(render_pdf(one(table), svg=plain_svg))[2]


def test_a_drawing_that_is_none_is_refused_in_words():
    with pytest.raises(PdfError, match="SVG"):
        render_pdf(one(chart()), svg=lambda _: "<nope")


def test_a_caption_with_a_number_of_its_own_gets_no_other():
    tables = [replace(loans(1), caption=caption) for caption in ("表 4.1 经济绩效", "环境绩效")]
    text = "".join(pages_of(render_pdf(one(*tables), svg=plain_svg)))
    assert "表4.1经济绩效" in text
    assert "表1表4.1" not in text
    assert "表1环境绩效" in text


def test_an_index_names_pages_in_rising_order():
    pages = (
        Page("first", "第一章", ()),
        Page("second", "第二章", ()),
        Page("gri", "索引", (Index("g", "", "", (IndexRow("1-1", "题", "", ("second", "first"), ()),)),)),
    )
    assert "1-1题3、4" in pages_of(render_pdf(one(pages=pages), svg=plain_svg))[-1]


def test_a_table_without_words_in_its_header_has_none():
    table = Table(((), ()), ((said("使命"), said("服务地方")),), ("left", "left"))
    assert "唯一一章使命服务地方" in pages_of(render_pdf(one(table), svg=plain_svg))[2]
