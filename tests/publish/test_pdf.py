"""The printed edition is read back: its numbers, its page numbers, its tags."""

from __future__ import annotations

import ctypes
import re
from dataclasses import replace

import pypdfium2
import pytest

from qingce.core.page import (
    Box,
    Break,
    Bullets,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    IndexRow,
    Kpi,
    Kpis,
    Line,
    Number,
    Page,
    Paragraph,
    Question,
    Said,
    Table,
    Text,
)
from qingce.publish.pdf import Pdf, PdfError, render_pdf
from qingce.publish.svg import render_svg

WORDS = (
    "本行把绿色发展写入中长期规划，由董事会审议年度目标，由高级管理层分解到部门与分支机构，"
    "并按季度回看执行情况。对公业务以《绿色金融支持项目目录》为口径识别项目，"
    "零售业务以“低碳积分”引导客户减少纸质凭证，两条线的数据在同一本台账内归集（截至 2024 年末）。"
)


def number(text: str, metric: str = "green_loan_balance", *, strong: bool = False) -> Number:
    return Number(text, (f"ORG/2024/{metric}",), metric, metric, "绿色贷款余额", "1", strong)


def said(*words: str | Number) -> Line:
    return tuple(Text(w) if isinstance(w, str) else w for w in words)


USES = ("节能环保产业", "清洁生产产业", "清洁能源产业", "生态环境产业", "基础设施绿色升级", "绿色服务")


def loans(rows: int = 6) -> Table:
    body = [
        said(
            USES[i % 6],
            number(f"{12 + i * 7}.{i}5"),
            number(f"{10 + i * 6}.10"),
            number("-2.05" if i == 1 else "3.20"),
            number("" if i == 3 else "19.21%"),
        )
        for i in range(rows)
    ]
    cells = tuple(tuple((cell,) for cell in row) for row in body)
    total = tuple(said(cell) for cell in ("合计", "1,152.18", "127.66", "24.52", "19.21%"))
    header = tuple(said(h) for h in ("用途", "2024 年末", "2023 年末", "增减", "增速"))
    return Table(
        header,
        (*cells, total),
        ("left", *("right",) * 4),
        "绿色贷款按用途分布（单位：亿元）",
        "合计与分项之和的差异由四舍五入造成。",
        total=True,
        id="loans",
    )


def risks() -> Table:
    header = tuple(said(h) for h in ("风险类别", "主要表现", "影响期限", "应对措施"))
    rows = tuple(
        tuple(
            said(c)
            for c in (
                kind,
                "高排放行业客户在政策收紧时现金流承压，抵押物价值下降，" * 2,
                term,
                "对新增授信开展环境尽职调查；对存量客户逐户制定转型计划；把评估结果嵌入定价与限额。",
            )
        )
        for kind, term in (("转型风险", "中期"), ("物理风险", "长期"), ("声誉风险", "短期"))
    )
    return Table(header, rows, ("left",) * 4, "环境与气候风险识别及应对")


def chart(name: str = "chart") -> Chart:
    values = [
        {"use": use, "year": year, "value": 12 + 7 * i + 3 * j}
        for i, use in enumerate(USES)
        for j, year in enumerate(("2023 年末", "2024 年末"))
    ]
    spec = {
        "data": {"values": values},
        "mark": "bar",
        "width": "container",
        "height": 220,
        "encoding": {
            "y": {"field": "use", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "value", "type": "quantitative", "title": "亿元"},
            "yOffset": {"field": "year"},
            "color": {"field": "year", "title": None, "legend": {"orient": "top"}},
        },
    }
    return Chart(name, spec, "六类用途中基础设施绿色升级余额最高。", "绿色贷款余额按用途", loans())


def headlines(count: int) -> Kpis:
    some = (
        ("绿色贷款余额", "152.18 亿元", "较年初增长 19.21%"),
        ("资产总额", "4,862.85 亿元", "同比增长 7.25%"),
        ("公益捐赠", "突破 300.00 万元", "连续三年增长"),
        ("员工总数", "4,280 人", "女性占 52.15%"),
    )
    return Kpis(tuple(Kpi(label, (number(value),), said(note)) for label, value, note in (some * 2)[:count]))


def chapter(
    slug: str, title: str, no: str = "", part: str = "", part_title: str = "", paragraphs: int = 5
) -> Page:
    blocks = (
        Paragraph(said(WORDS, "年末绿色贷款余额 ", number("152.18 亿元"), "，增速 ", number("19.21%"), "。")),
        headlines(4),
        Heading(2, said("目标与治理"), f"{slug}-1"),
        *(Paragraph(said(WORDS)) for _ in range(paragraphs)),
        loans(),
        Heading(3, said("识别与计量"), f"{slug}-2"),
        Paragraph(
            (
                Text("三项原则：", strong=True),
                Text("分得清、算得准、", em=True),
                Said("查得到 41 个", "年报"),
                Break(),
                Text("见网站", href="https://example.org/"),
            )
        ),
        Bullets(((Paragraph(said(WORDS[:60])),), (Paragraph(said("第二项，更短。")),))),
        chart(f"{slug}-chart"),
        Box("case", "案例：一座水电站的改造", (Paragraph(said(WORDS)), headlines(3))),
        Paragraph(said(WORDS)),
        risks(),
        Box("note", "口径", (Paragraph(said("余额为期末数，不含已核销部分。")),)),
        Bullets(((Paragraph(said("第一步")),), (Paragraph(said("第二步")),)), ordered=True),
    )
    return Page(slug, title, blocks, part, part_title, no, f"pages/{slug}.md")


def index() -> Index:
    rows = [
        IndexRow(f"2-{i}", f"组织概况第 {i} 项披露内容", "GRI 2：一般披露 2021", ("letter",), ())
        for i in range(1, 25)
    ]
    rows += [
        IndexRow("302-1", "组织内部的能源消耗量", "GRI 302：能源 2016", ("green",), ()),
        IndexRow("305-2", "能源间接（范围二）温室气体排放", "GRI 305：排放 2016", ("carbon", "nowhere"), ()),
        IndexRow("306-1", "以指标作答", "GRI 306：废弃物 2020", (), ("ORG/2024/green_loan_balance",)),
        IndexRow("401-1", "新进员工", "GRI 401：雇佣 2016", (), (), "不适用：本行无此类业务"),
    ]
    return Index(
        "gri_2021",
        "GRI 内容索引",
        "本行依据 GRI 标准报告了 2024 年 1 月 1 日至 12 月 31 日的信息。",
        tuple(rows),
    )


def form() -> Form:
    return Form(
        "feedback",
        "读者意见反馈",
        (
            Question("q1", "您对本报告的总体评价是？", ("很好", "较好", "一般", "较差")),
            Question("q2", "您最关注哪些议题？"),
        ),
        ("地址：某市某路 1 号", "电话：000-0000000"),
    )


def report(sections: int = 2) -> Document:
    pages = [chapter("letter", "董事长致辞", paragraphs=2)]
    for part, about in (
        ("环境篇", "践行绿色金融，厚植生态底色"),
        ("社会篇", "心系民生福祉，共绘幸福蓝图"),
        ("治理篇", "持续优化治理，筑牢发展根基"),
    ):
        for i in range(sections):
            slug = {("环境篇", 0): "green", ("环境篇", 1): "carbon"}.get((part, i), f"{part}{i}")
            pages.append(
                chapter(
                    slug,
                    ("聚焦重点领域，精耕绿色金融", "推进绿色运营，践行低碳理念")[i % 2],
                    str(i + 1),
                    part,
                    about if i == 0 else "",
                )
            )
    pages += [Page("gri", "内容索引", (index(),)), Page("feedback", "读者反馈", (form(),))]
    return Document(
        "示例银行股份有限公司 2024 年环境、社会及治理报告",
        "Environmental, Social and Governance Report",
        "示例银行股份有限公司",
        "2024",
        "zh",
        tuple(pages),
    )


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
        assert f"{page.title}{printed.pages[page.slug]}" in re.sub(r"\.{2,}", "", contents)


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


def test_absent_is_a_dash_and_negative_has_a_minus():
    cells = (said("甲"), said(number("-4.51 吨CO2")), said("-2.05"), said(number("")), ())
    table = Table(tuple(said(c) for c in "一二三四五"), (cells,), ("left", *("right",) * 4))
    assert "甲\u22124.51吨CO2\u22122.05——" in pages_of(render_pdf(one(table), svg=plain_svg))[2]


def test_a_drawing_that_is_none_is_refused_in_words():
    with pytest.raises(PdfError, match="SVG"):
        render_pdf(one(chart()), svg=lambda _: "<nope")
