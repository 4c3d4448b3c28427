"""The databook's first sheet: what it is, what is in it, how the checks stand, how to read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingce.core.check import Status
from qingce.publish.xlsx.book import Book
from qingce.publish.xlsx.cells import height
from qingce.publish.xlsx.style import MID
from qingce.publish.xlsx.table import Paper

STATUS_WORDS = {Status.PASS: "通过", Status.FAIL: "未通过", Status.NOT_APPLICABLE: "不适用"}
READING = (
    ("数值", "为数值型，可直接引用计算；显示位数与报告一致，编辑栏可见至多 15 位有效数字。"),
    ("文本数值", "印刷位数超过 15 位有效数字的，电子表格不能精确保存，按文本列示并在备注中写明。"),
    ("金额单位", "“三年对照”页右上方的单元格可选原单位、亿元、万元、元，该页金额随之换算，存储值列在右侧不变。"),
    ("百分比", "单位为 % 的指标按百分比格式保存，显示为 8.63% 的单元格其值为 0.0863；百分点按普通数字保存。"),
    ("—", "没有数据，或不适用；不等于零。原因见备注。"),
    ("限定", "超、近、约：数据来源只给出这样的表述，数值为其所述的界限。"),
    ("勾稽", "涉及该数值的各条勾稽规则中最差的一个结果；逐条结果见“勾稽结果”。"),
    ("修订", "该数值的修订号：1 为首次，大于 1 表示重述过，原值仍留存。"),
    ("示例数据", "标有此字样的台账由程序按公开数字生成，只用于演示，不是真实业务记录；来源中有此字样的数值据此算出。"),
)
_WIDTH = 96


def write_cover(paper: Paper, book: Book, contents: Mapping[str, tuple[str, int]]) -> None:
    """Write the first sheet.

    Args:
        contents: for each other sheet a sentence about it and the number of its rows.
    """
    for number, columns in enumerate((3, 18, _WIDTH, 3)):
        paper.sheet.set_column(number, number, columns)
    _band(paper, book)
    row = _pairs(paper, 6, "基本信息", [
        ("报告主体", book.organisation), ("报告", book.title), ("报告期", book.period),
        ("对比期间", "、".join(book.periods)), ("版次", book.edition or "未定稿"),
        ("内容指纹", book.hash or "—"),
    ])
    row = _contents(paper, row + 1, contents)
    row = _pairs(paper, row + 1, "勾稽概况", [
        (words, f"{sum(finding.status is status for finding in book.checks)} 条")
        for status, words in STATUS_WORDS.items()
    ])
    notes = [(f"补充 {number}", note) for number, note in enumerate(book.notes, 1)]
    row = _pairs(paper, row + 1, "阅读说明", [*READING, *notes])
    paper.sheet.print_area(0, 0, row, 3)
    paper.sheet.set_portrait()
    paper.sheet.fit_to_pages(1, 1)
    paper.sheet.set_tab_color(MID)
    paper.sheet.activate()


def _band(paper: Paper, book: Book) -> None:
    band = (
        ("", "subtitle", 14), (book.organisation, "subtitle", 24), (book.title, "title", 42),
        (f"指标数据册 · {book.period}", "subtitle", 26), ("", "subtitle", 12),
    )
    for row, (text, look, points) in enumerate(band):
        paper.sheet.set_row(row, points)
        for column in range(4):
            paper.put(row, column, text if column == 1 else "", look)


def _section(paper: Paper, row: int, title: str) -> None:
    paper.sheet.set_row(row, 26)
    paper.put(row, 1, title, "section")
    paper.put(row, 2, "", "section")


def _pairs(paper: Paper, row: int, title: str, pairs: Sequence[tuple[str, str]]) -> int:
    _section(paper, row, title)
    for key, value in pairs:
        row += 1
        paper.put(row, 1, key, "key")
        paper.put(row, 2, value)
        paper.sheet.set_row(row, height([(value, _WIDTH)]))
    return row + 1


def _contents(paper: Paper, row: int, contents: Mapping[str, tuple[str, int]]) -> int:
    _section(paper, row, "目录")
    for name, (words, rows) in contents.items():
        row += 1
        paper.sheet.write_url(row, 1, f"internal:'{name}'!A1", paper.styles.get("link"), name)
        paper.put(row, 2, f"{words}（{rows:,} 行）")
        paper.sheet.set_row(row, 20)
    return row + 1
