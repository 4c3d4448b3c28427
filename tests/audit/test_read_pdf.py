"""PDFs set by Typst and read back: order, columns, tables, running heads, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import typst

from qingce.audit.readers.limits import LIMITS, Limits, UnreadableError
from qingce.audit.readers.parts import Grid, Part, Words
from qingce.audit.readers.pdf import read_pdf

FONTS = Path(__file__).parents[2] / "src" / "qingce" / "publish" / "fonts"
SET = '#set text(font: "Noto Sans SC", size: 10pt, lang: "zh")\n'


def parts(folder: Path, source: str) -> list[Part]:
    """What is read from a page set from Typst source."""
    path = folder / "set.pdf"
    path.write_bytes(typst.compile((SET + source).encode(), font_paths=[str(FONTS)], ignore_system_fonts=True))
    return read_pdf(path, LIMITS)[0]


def words(found: list[Part]) -> list[str]:
    return [p.text for p in found if isinstance(p, Words)]


def rows(found: list[Part]) -> list[list[str]]:
    return [[c.text for c in row] for p in found if isinstance(p, Grid) for row in p.rows]


TABLE = """
#table(columns: (4cm, 3cm, 3cm, 3cm), stroke: {stroke},
  [项目], [2024 年末], [2023 年末], [增速],
  [短期贷款及一年以内到期的各类票据贴现], [1,043.20], [1,001.07], [4.21%],
  [中长期贷款], [2,410.49], [2,380.11], [1.28%],
  [合计], [3,453.69], [3,381.18], [2.14%])
"""
EXPECTED = [
    ["项目", "2024 年末", "2023 年末", "增速"],
    ["短期贷款及一年以内到期的各类票据贴现", "1,043.20", "1,001.07", "4.21%"],
    ["中长期贷款", "2,410.49", "2,380.11", "1.28%"],
    ["合计", "3,453.69", "3,381.18", "2.14%"],
]


@pytest.mark.parametrize("stroke", ["0.5pt", "(x: none, y: 0.5pt)", "none"], ids=["grid", "levels", "no rules"])
def test_a_table_is_rebuilt_from_rules_or_from_alignment(tmp_path, stroke):
    found = parts(tmp_path, "上文。\n" + TABLE.replace("{stroke}", stroke) + "\n下文。")
    assert rows(found) == EXPECTED
    assert words(found) == ["上文。", "下文。"]


def test_cells_know_the_columns_and_rows_they_cover(tmp_path):
    found = parts(tmp_path, """
#table(columns: (3cm, 3cm, 3cm), stroke: 0.5pt,
  table.cell(rowspan: 2)[地区], table.cell(colspan: 2)[余额],
  [2024], [2023],
  [兰州], [12.50], [11.25],
  [天水], [3.10], [2.95])""")
    grid = next(p for p in found if isinstance(p, Grid))
    head = {c.text: (c.column, c.span) for row in grid.rows[:2] for c in row}
    assert head == {"地区": (0, 1), "余额": (1, 2), "2024": (1, 1), "2023": (2, 1)}
    assert rows(found)[2:] == [["兰州", "12.50", "11.25"], ["天水", "3.10", "2.95"]]


def test_two_columns_of_text_are_read_one_after_the_other(tmp_path):
    left = "左栏说明贷款的增长情况以及各项业务的开展情况。" * 8
    right = "右栏说明存款的增长情况以及各项服务的改进情况。" * 8
    found = parts(tmp_path, f"#columns(2)[{left}\n#colbreak()\n{right}]")
    text = "".join(words(found))
    assert not rows(found)
    assert text == left + right


def test_columns_written_line_by_line_are_not_taken_for_a_table(tmp_path):
    lines = "".join(
        f"#place(dx: {dx}cm, dy: {n * 0.6}cm)[{side}栏第{word}行说明业务开展的情况与成效]\n"
        for n, word in enumerate("一二三四五六") for dx, side in ((0, "左"), (8, "右"))
    )
    found = parts(tmp_path, lines)
    text = "".join(words(found))
    assert not rows(found)
    assert text.index("左栏第六行") < text.index("右栏第一行")


def test_cards_side_by_side_are_read_card_by_card(tmp_path):
    cards = "".join(f"[#align(center)[{label}\n\n{value}]]," for label, value in
                    (("绿色贷款余额", "152.18 亿元"), ("绿色债券余额", "13.79 亿元"), ("碳减排贷款", "0.62 亿元")))
    assert words(parts(tmp_path, f"#grid(columns: (5cm, 5cm, 5cm), {cards})")) == [
        "绿色贷款余额", "152.18 亿元", "绿色债券余额", "13.79 亿元", "碳减排贷款", "0.62 亿元"]


def test_running_heads_and_page_numbers_are_taken_off_and_the_numbers_kept(tmp_path):
    found = parts(tmp_path, """
#set page(header: [某银行股份有限公司 #h(1fr) 2024 年度报告],
  footer: context align(center)[#(counter(page).get().first() + 6)])
""" + "#pagebreak()\n".join(f"第{n}页的正文。" for n in "一二三四五"))
    assert words(found) == [f"第{n}页的正文。" for n in "一二三四五"]
    assert [p.page for p in found] == [7, 8, 9, 10, 11]


def test_raised_digits_are_no_digits_of_the_number_before_them(tmp_path):
    text = "".join(words(parts(tmp_path, "余额 152.18#super[1] 亿元，面积 35 m#super[2]，CO#sub[2] 排放。")))
    assert "152.18¹" in text and "m²" in text and "CO2 排放" in text.replace("  ", " ")


def test_a_turned_page_reads_like_an_upright_one(tmp_path):
    import pypdfium2 as pdfium

    parts(tmp_path, TABLE.replace("{stroke}", "0.5pt"))
    for turn in (90, 180, 270):
        document = pdfium.PdfDocument(tmp_path / "set.pdf")
        document[0].set_rotation(turn)
        turned = tmp_path / f"{turn}.pdf"
        document.save(turned)
        found, *_ = read_pdf(turned, LIMITS)
        assert [p for p in found if isinstance(p, Grid)] or words(found), turn


def test_a_list_of_contents_is_no_table(tmp_path):
    lines = "\n\n".join(f"{n} #h(1em) 第{n}章的标题 #box(width: 1fr, repeat[.]) {n}2" for n in "123")
    assert not rows(parts(tmp_path, lines))


# -- what cannot be read ------------------------------------------------------------------------


def test_a_scan_without_text_is_told_apart(tmp_path):
    with pytest.raises(UnreadableError, match=r"没有文字层.*OCR"):
        parts(tmp_path, "#set page(width: 5cm, height: 5cm)\n#rect(width: 2cm, height: 2cm, fill: black)")


ENCRYPTED = b"""%%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -44>>endobj
trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<00><00>]>>
%%%%EOF
""" % (b"41" * 32, b"42" * 32)


def test_an_encrypted_pdf_asks_for_an_open_one(tmp_path):
    path = tmp_path / "locked.pdf"
    path.write_bytes(ENCRYPTED)
    with pytest.raises(UnreadableError, match="已加密"):
        read_pdf(path, LIMITS)


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 20, b"%PDF"])
def test_a_damaged_pdf_is_told_as_damaged(tmp_path, data):
    path = tmp_path / "bad.pdf"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match="损坏"):
        read_pdf(path, LIMITS)


def test_more_pages_than_the_limit_are_refused(tmp_path):
    parts(tmp_path, "#pagebreak()".join("一二三"))
    with pytest.raises(UnreadableError, match="PDF 页数 3 超过上限 2"):
        read_pdf(tmp_path / "set.pdf", Limits(pages=2))
    assert read_pdf(tmp_path / "set.pdf", Limits(pages=2).times(1.5))
