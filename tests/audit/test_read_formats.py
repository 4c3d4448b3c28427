"""Plain text in every usual encoding, HTML and DOCX as their readers see them, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from qingce.audit import Limits, UnreadableError, read_text
from qingce.audit.model import Text

LINE = "绿色贷款余额152.18亿元，较年初增长24.52亿元；员工的人数为4,280人。"
TRADITIONAL = "綠色貸款的餘額為152.18億元，較年初增長24.52億元；員工人數為4,280人。"


def read(folder: Path, data: bytes | str, name: str = "r.txt", limits: Limits | None = None) -> Text:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_text(path, limits or Limits())


def texts(text: Text) -> list[str]:
    return [line.text for line in text.lines]


def cells(text: Text) -> list[list[str | None]]:
    return [[c and c.text for c in row] for table in text.tables for row in table.rows]


# -- plain text ---------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
def test_simplified_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    assert texts(read(tmp_path, LINE.encode(encoding))) == [LINE]


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "gb18030"])
def test_traditional_text_is_read_in_every_usual_encoding(tmp_path, encoding):
    assert texts(read(tmp_path, TRADITIONAL.encode(encoding))) == [TRADITIONAL]


def test_lines_are_numbered_as_an_editor_numbers_them(tmp_path):
    text = read(tmp_path, "一\r\n二\n\n四\r五\u2028仍是五")
    assert [(line.number, line.text) for line in text.lines] == [
        (1, "一"), (2, "二"), (3, ""), (4, "四"), (5, "五\u2028仍是五")]


def test_form_feeds_part_pages(tmp_path):
    text = read(tmp_path, "首页\n\f次页\n续\n\f末页")
    assert [line.page for line in text.lines] == [1, 2, 2, 3]
    assert text.pages == 3


@pytest.mark.parametrize(("data", "why"), [
    (b"", "空的"), (b" \n\t", "空的"), (b"\x00\x01\x02" * 99, "不是文本"), (b"\xff\xfe\x00\xd8\x00", "解不开"),
    (b"\x81\x20\xff\x80" * 9, "不是 UTF-8"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版 .doc"),
    (b"PK\x03\x04" + b"x" * 99, "损坏"),
])
def test_what_is_no_text_is_refused_with_the_reason(tmp_path, data, why):
    with pytest.raises(UnreadableError, match=why):
        read(tmp_path, data)


def test_missing_files_and_folders_are_told(tmp_path):
    with pytest.raises(UnreadableError, match="没有这个文件"):
        read_text(tmp_path / "nowhere.pdf")
    with pytest.raises(UnreadableError, match="不是普通文件"):
        read_text(tmp_path)
    with pytest.raises(UnreadableError, match="打不开"):
        read_text("a\0b")


def test_a_huge_file_is_refused_before_it_is_read_and_the_limit_can_be_raised(tmp_path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as file:
        file.truncate(1024**3)
    with pytest.raises(UnreadableError, match=r"文件字节数 1,073,741,824 超过上限 209,715,200.*--limit"):
        read_text(path)
    assert texts(read(tmp_path, "字" * 40, limits=Limits(characters=20).times(2))) == ["字" * 40]
    with pytest.raises(UnreadableError, match="文字数 41 超过上限 40"):
        read(tmp_path, "字" * 41, limits=Limits(characters=40))


# -- HTML ---------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>2024 年报告 &amp; 附录</title><style>p{}</style></head><body>
<h1>第一章</h1><p>余额 <b>152.18</b>&nbsp;亿元<sup>3</sup>，面积 35 m<sup>2</sup>。</p>
<script>var x = "999 亿元";</script>
<p hidden>隐藏 1 亿元</p><p style="display: none">也隐藏 2 亿元</p>换行前<br>换行后
<table><caption>表题</caption><thead><tr><th rowspan="2">地区</th><th colspan="2">余额</th></tr>
<tr><th>2024</th><th>2023</th></tr></thead><tr><td>兰州</td><td>12.50</td><td>11.25</td></tr></table></body></html>"""


def test_html_gives_what_a_reader_sees(tmp_path):
    text = read(tmp_path, PAGE, "r.html")
    assert text.title == "2024 年报告 & 附录"
    assert texts(text)[:4] == ["第一章", "余额 152.18\u00a0亿元³，面积 35 m²。", "换行前", "换行后"]
    assert not any("隐藏" in t or "999" in t for t in texts(text))


def test_html_tables_keep_their_spans(tmp_path):
    text = read(tmp_path, PAGE, "r.html")
    assert cells(text) == [["地区", "余额", None], [None, "2024", "2023"], ["兰州", "12.50", "11.25"]]
    head = text.tables[0].rows[0]
    assert (head[0].rows, head[1].columns, text.tables[0].caption) == (2, 2, "表题")


def test_a_cell_stands_in_its_line_where_it_says(tmp_path):
    for line in read(tmp_path, PAGE, "r.html").lines:
        for cell in line.cells or ():
            assert (cell.line, line.text[cell.start:cell.start + len(cell.text)]) == (line.number, cell.text)


def test_html_names_its_own_encoding(tmp_path):
    data = f'<html><meta charset="gb2312"><p>{LINE}</p></html>'.encode("gb18030")
    assert texts(read(tmp_path, data, "r.htm")) == [LINE]


@pytest.mark.parametrize("broken", [
    "<html><table><tr><td>甲", "<html></td></tr></table>甲", "<html><td>甲<td>乙", "<html><p>甲<![CDATA[ x",
    "<html><p>甲<!-- x",
    "<html><table><table><tr><td><table><td>甲", "<html><td colspan='99999999999'>甲", "<html>" + "<div>" * 5000 + "甲",
])
def test_broken_html_is_read_as_far_as_it_goes(tmp_path, broken):
    assert "甲" in "".join(texts(read(tmp_path, broken, "r.html")))


def test_a_table_of_millions_of_places_is_refused(tmp_path):
    with pytest.raises(UnreadableError, match="表格单元格数"):
        read(tmp_path, "<html><table>" + '<tr><td colspan="1000" rowspan="1000">1</td></tr>' * 3, "r.html")


# -- DOCX ---------------------------------------------------------------------------------------

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def docx(body: str, **parts: str) -> bytes:
    """A DOCX with this body."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for name, text in parts.items():
            box.writestr(f"word/{name}.xml", text)
    return buffer.getvalue()


def p(text: str, style: str = "", run: str = "") -> str:
    style = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    run = f"<w:rPr>{run}</w:rPr>" if run else ""
    return f"<w:p>{style}<w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, props: str = "") -> str:
    return f"<w:tc><w:tcPr>{props}</w:tcPr>{p(text)}</w:tc>"


def test_docx_paragraphs_headings_and_tables(tmp_path):
    table = ("<w:tbl><w:tr>" + tc("地区", '<w:vMerge w:val="restart"/>') + tc("余额", '<w:gridSpan w:val="2"/>')
             + "</w:tr><w:tr>" + tc("", "<w:vMerge/>") + tc("2024") + tc("2023") + "</w:tr><w:tr>"
             + tc("兰州") + tc("12.50") + tc("11.25") + "</w:tr></w:tbl>")
    styles = f'<w:styles {W}><w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style></w:styles>'
    text = read(tmp_path, docx(p("2024 年报告", "a1") + p("上文") + table + p("下文"), styles=styles), "r.docx")
    assert text.title == "2024 年报告"
    assert cells(text) == [["地区", "余额", None], [None, "2024", "2023"], ["兰州", "12.50", "11.25"]]
    assert texts(text) == ["2024 年报告", "上文", "地区  余额", "2024  2023", "兰州  12.50  11.25", "下文"]


def test_docx_shows_neither_deleted_nor_hidden_words_and_lifts_footnote_marks(tmp_path):
    body = ("<w:p><w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:r><w:t>余额 152.18</w:t></w:r>"
            '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>3</w:t></w:r>'
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>77</w:t></w:r><w:r><w:instrText>PAGE 5</w:instrText></w:r>"
            "<w:ins><w:r><w:t>亿元</w:t></w:r></w:ins></w:p>")
    notes = f"<w:footnotes {W}>{p('注：含贴现')}</w:footnotes>"
    assert texts(read(tmp_path, docx(body, footnotes=notes), "r.docx")) == ["余额 152.18³亿元", "注：含贴现"]


def test_a_decompression_bomb_is_refused_before_it_unpacks(tmp_path):
    bomb = docx("<w:p/>" + " " * 30_000_000)
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableError, match="解压后的字节数"):
        read(tmp_path, bomb, "r.docx", Limits(unpacked_bytes=20_000_000))


def test_an_entity_bomb_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        box.writestr("word/document.xml", '<!DOCTYPE x [<!ENTITY a "甲"><!ENTITY b "&a;&a;">]><w>&b;</w>')
    with pytest.raises(UnreadableError, match="DTD"):
        read(tmp_path, buffer.getvalue(), "r.docx")


@pytest.mark.parametrize("cut", [10, 60, 200])
def test_a_damaged_docx_is_told_as_damaged(tmp_path, cut):
    data = docx(p(LINE))
    with pytest.raises(UnreadableError, match=r"损坏|不是 DOCX"):
        read(tmp_path, data[:-cut] if cut < len(data) - 4 else data[:30], "r.docx")


def test_a_zip_of_something_else_is_named(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        box.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(UnreadableError, match="不是 DOCX"):
        read(tmp_path, buffer.getvalue(), "r.docx")


def test_what_a_file_is_its_bytes_tell_and_not_its_name(tmp_path):
    assert texts(read(tmp_path, docx(p("甲")), "r.pdf")) == ["甲"]
    assert texts(read(tmp_path, "<!doctype html><p>甲", "r.txt")) == ["甲"]
