"""The elements of WordprocessingML that a report needs, built without detours.

Text is cleaned of what XML cannot hold; lengths are twentieths of a point unless said otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

Node = Any
"""An lxml element."""

SERIF, SANS, LATIN, LATIN_SANS = "宋体", "黑体", "Times New Roman", "Arial"
TITLE = "Noto Serif SC"
"""The face of titles: vendored, in the manner of 小标宋."""

TEAL, INK, GREY, HAIR, MIST, PAPER, CLAY = "0B5C63", "20292B", "5F6B6D", "BFD2D4", "EAF2F1", "FAF7F1", "96491F"
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _UNFIT.sub("\ufffd", text)


def el(name: str, children: Iterable[Node] = (), /, **attributes: str | int) -> Node:
    """An element ``w:name`` with attributes of the same namespace.

    >>> el("jc", val="center").get(qn("w:val"))
    'center'
    """
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), clean(str(value)))
    for child in children:
        made.append(child)
    return made


def fonts(east: str, latin: str = LATIN) -> Node:
    """Which face each script takes."""
    return el("rFonts", ascii=latin, hAnsi=latin, eastAsia=east, cs=latin)


def run(
    text: str, *, strong: bool = False, em: bool = False, size: float = 0, colour: str = "", east: str = "",
    latin: str = LATIN, raised: bool = False,
) -> Node:
    """Words in one look; a line feed is a line break.

    Args:
        size: in points; 0 as the paragraph has it.
    """
    look: list[Node] = []
    if east:
        look.append(fonts(east, latin))
    if strong:
        look += [el("b"), el("bCs")]
    if em:
        look += [el("i"), el("iCs")]
    if colour:
        look.append(el("color", val=colour))
    if size:
        look += [el("sz", val=round(size * 2)), el("szCs", val=round(size * 2))]
    if raised:
        look.append(el("vertAlign", val="superscript"))
    made = el("r", [el("rPr", look)] if look else [])
    for i, piece in enumerate(clean(text).split("\n")):
        if i:
            made.append(el("br"))
        words = el("t")
        words.text = piece
        words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        made.append(words)
    return made


def paragraph(
    runs: Iterable[Node], *, style: str = "", align: str = "", before: int = -1, after: int = -1,
    keep_next: bool = False, indent: bool | None = None, page_break: bool = False, left: int = 0, hanging: int = 0,
) -> Node:
    """A paragraph.

    Args:
        before, after: space in twentieths of a point; -1 as the style has it.
        indent: whether the first line begins two characters in; ``None`` as the style has it.
        left, hanging: how far all lines stand in, and the first of them back out.
    """
    look: list[Node] = []
    if style:
        look.append(el("pStyle", val=style))
    if keep_next:
        look.append(el("keepNext"))
    if page_break:
        look.append(el("pageBreakBefore"))
    if before >= 0 or after >= 0:
        space = {key: value for key, value in (("before", before), ("after", after)) if value >= 0}
        look.append(el("spacing", **space))
    if left:
        back = {"hanging": hanging} if hanging else {"firstLine": 0}
        look.append(el("ind", left=left, firstLineChars=0, **back))
    elif indent is not None:
        look.append(el("ind", firstLineChars=200 if indent else 0, firstLine=420 if indent else 0))
    if align:
        look.append(el("jc", val=align))
    return el("p", [*([el("pPr", look)] if look else []), *runs])


def field(code: str, shown: Iterable[Node], *, stale: bool = False) -> list[Node]:
    """A field with what it shows until somebody updates it; a stale one asks the reader's program to update it."""
    dirty = {"dirty": 1} if stale else {}
    return [
        el("r", [el("fldChar", fldCharType="begin", **dirty)]), _instruction(code),
        el("r", [el("fldChar", fldCharType="separate")]), *shown, el("r", [el("fldChar", fldCharType="end")]),
    ]


def _instruction(code: str) -> Node:
    words = el("instrText")
    words.text = f" {code} "
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", [words])


def edge(side: str, size: int, colour: str) -> Node:
    """A border; ``size`` in eighths of a point, 0 for none."""
    if not size:
        return el(side, val="nil")
    return el(side, val="single", sz=size, space=0, color=colour)


def cell(
    content: Iterable[Node], width: int, *, fill: str = "", edges: Iterable[Node] = (), span: int = 1,
    valign: str = "center",
) -> Node:
    """A cell; ``width`` in twentieths of a point."""
    look = [el("tcW", w=width, type="dxa")]
    if span > 1:
        look.append(el("gridSpan", val=span))
    borders = list(edges)
    if borders:
        look.append(el("tcBorders", borders))
    if fill:
        look.append(el("shd", val="clear", color="auto", fill=fill))
    look.append(el("vAlign", val=valign))
    return el("tc", [el("tcPr", look), *content])


def row(cells: Iterable[Node], *, head: bool = False, height: int = 0) -> Node:
    """A row; a head row is repeated on every page, and no row is broken."""
    look = [el("cantSplit")]
    if height:
        look.append(el("trHeight", val=height, hRule="atLeast"))
    if head:
        look.append(el("tblHeader"))
    return el("tr", [el("trPr", look), *cells])


def table(
    rows: Iterable[Node], widths: Iterable[int], *, margins: tuple[int, int] = (60, 100), edges: Iterable[Node] = (),
    align: str = "",
) -> Node:
    """A table of fixed columns.

    Args:
        margins: above and below a cell's words, and beside them.
    """
    columns = list(widths)
    above, beside = margins
    look = [el("tblW", w=sum(columns), type="dxa")]
    if align:
        look.append(el("jc", val=align))
    borders = list(edges)
    if borders:
        look.append(el("tblBorders", borders))
    look += [
        el("tblLayout", type="fixed"),
        el("tblCellMar", [el("top", w=above, type="dxa"), el("left", w=beside, type="dxa"),
                          el("bottom", w=above, type="dxa"), el("right", w=beside, type="dxa")]),
    ]
    return el("tbl", [el("tblPr", look), el("tblGrid", [el("gridCol", w=width) for width in columns]), *rows])
