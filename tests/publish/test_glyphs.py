"""What the fonts cannot show is named before anything is built."""

from __future__ import annotations

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import qingce.publish
from qingce.core.check import Severity, Status
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
    Question,
    Said,
    Table,
    Text,
)
from qingce.publish.glyphs import UNSEEN, charset, missing, shown

FONTS = Path(qingce.publish.__path__[0]) / "fonts"
RARE = "\U00030ede"


def document(*blocks, **changes) -> Document:
    page = Page("letter", "董事长致辞", tuple(blocks), file="pages/01-letter.md")
    return Document(
        **{
            "title": "报告",
            "subtitle": "",
            "organisation": "示例银行",
            "period": "2024",
            "language": "zh",
            "pages": (page,),
            **changes,
        }
    )


def line(words: str):
    return (Text(words),)


TABLE = Table((line("列"),), ((line("格"),),), ("left",))
PLACES = {
    "paragraph": Paragraph(line(RARE)),
    "quotation": Paragraph((Said(RARE, "年报"),)),
    "heading": Heading(2, line(RARE), "h"),
    "bullet": Bullets(((Paragraph(line(RARE)),),)),
    "table header": Table((line(RARE),), (), ("left",)),
    "table cell": Table((line("列"),), ((line(RARE),),), ("left",)),
    "caption": Table((line("列"),), (), ("left",), RARE),
    "note": Table((line("列"),), (), ("left",), "", RARE),
    "kpi label": Kpis((Kpi(RARE, line("1")),)),
    "kpi number": Kpis((Kpi("甲", line(RARE)),)),
    "kpi note": Kpis((Kpi("甲", line("1"), line(RARE)),)),
    "box title": Box("case", RARE, ()),
    "in a box": Box("case", "甲", (Paragraph(line(RARE)),)),
    "chart caption": Chart("c", {}, "", RARE, TABLE),
    "chart data": Chart("c", {"data": {"values": [{"x": RARE}]}}, "", "", TABLE),
    "index": Index("g", "", "", (IndexRow("1", RARE, "", (), ()),)),
    "omission": Index("g", "", "", (IndexRow("1", "", "", (), (), RARE),)),
    "question": Form("f", "", (Question("q", RARE),)),
    "answer": Form("f", "", (Question("q", "甲", (RARE,)),)),
    "contact": Form("f", "", (), (RARE,)),
}


@pytest.mark.parametrize("place", PLACES)
def test_no_place_is_overlooked(place):
    (finding,) = missing(document(PLACES[place]))
    assert "U+30EDE" in finding.reason


def test_title_and_organisation_are_looked_at():
    assert len(missing(document(title="报\U0001f600告", organisation=f"{RARE}银行"))) == 2


def test_a_finding_names_the_character_the_page_and_the_words_around_it():
    (finding,) = missing(
        document(Paragraph(line(f"本行董事王{RARE}先生列席会议。")), Paragraph(line(f"王{RARE}")))
    )
    assert (finding.status, finding.severity, finding.tried) == (Status.FAIL, Severity.ERROR, 2)
    assert f"“{RARE}”（U+30EDE）" in finding.reason
    assert "董事长致辞" in finding.reason
    assert f"本行董事王{RARE}先生列席会议。" in finding.reason
    assert finding.place.file == "pages/01-letter.md"
    assert len(finding.rows) == 2


def test_a_compatibility_character_is_advised_to_be_written_as_usual():
    (finding,) = missing(document(Paragraph(line("\u2f64款"))))
    assert "“用”" in finding.advice


def test_names_in_the_national_table_are_printed():
    assert (
        missing(
            document(
                Paragraph(line("赵镕、钱堃、孙喆、李祎、周翀、吴璟、郑赟：CO₂ 排放 ① ㎡ ℃ ☐ → ≤ − ——“”"))
            )
        )
        == ()
    )


def test_the_list_of_characters_is_what_every_font_has():
    fonts = [set(TTFont(path, lazy=True).getBestCmap()) for path in sorted(FONTS.glob("*.ttf"))]
    assert len(fonts) == 3
    common = {chr(point) for point in set.intersection(*fonts)}
    assert common <= charset()
    assert charset() - common <= UNSEEN


def test_what_is_shown_keeps_what_the_fonts_have():
    assert shown("贷款\u3000余额 152.18\n") == "贷款\u3000余额 152.18\n"
    assert shown(f"王{RARE}") == "王〓"


def test_the_fonts_stay_small_and_carry_their_licence():
    sizes = {path.name: path.stat().st_size for path in FONTS.iterdir()}
    assert sum(sizes.values()) < 15_000_000
    assert all(size < 1_500_000 for name, size in sizes.items() if name.endswith(".woff2"))
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")
