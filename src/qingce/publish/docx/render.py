"""The whole Word edition: cover, contents, chapters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn

from qingce.core.page import Chart, Document, Page
from qingce.publish.docx.blocks import Blocks
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import GREY, INK, LATIN, SANS, TEAL, TITLE, Node, el, field, paragraph, run

_PARTS = 10_000
"""Bookmarks of parts are numbered from here, those of pages from 1."""
_FONTS = Path(__file__).resolve().parents[1] / "fonts"


def render_docx(
    document: Document, *, draw: Callable[[Chart], bytes], spans: Mapping[str, tuple[int, int]], issued: dt.date
) -> bytes:
    """The document as a Word file; the same document gives the same bytes.

    Args:
        draw: a chart as a picture at twice its size, see :func:`png`.
        spans: slug of a page -> its first and last page in the printed edition, which is the master of page
            numbers; where it is empty, indexes name pages by their titles.
        issued: the date that the file's properties carry.
    """
    package = Package(language=document.language or "zh-CN")
    blocks = Blocks(package, document, spans, draw)
    package.running(document.title if document.organisation in document.title
                    else f"{document.organisation} {document.title}")
    package.add(*_cover(document), *_contents(document, spans, package.say("目录")))
    part = ""
    for number, page in enumerate(document.pages, 1):
        if page.part and page.part != part:
            package.add(_part(page, number, package.say("　")))
        part = page.part
        package.add(*_chapter(page, number, blocks))
    package.add(paragraph([], style="Remark"))
    return package.save(title=document.title, author=document.organisation, subject=document.period, issued=issued)


def png(svg: str) -> bytes:
    """A drawing as a picture at twice its size."""
    return bytes(_engine().svg_to_png(svg, scale=2))


@lru_cache(maxsize=1)
def _engine() -> Any:
    import vl_convert

    vl_convert.register_font_directory(str(_FONTS))
    return vl_convert


def _cover(document: Document) -> list[Node]:
    year = re.search(r"\d{4}", document.period)
    title = document.title.removeprefix(document.organisation).strip() or document.title
    lines = [
        paragraph([run(document.organisation, size=18, east=TITLE, latin=LATIN, colour=INK)], align="center",
                  before=3600, indent=False),
        paragraph([run(title, size=30, strong=True, east=TITLE, latin=LATIN, colour=TEAL)], align="center",
                  before=600, indent=False),
    ]
    if document.subtitle:
        lines.append(paragraph([run(document.subtitle, size=14, east=SANS, colour=GREY)], align="center",
                               before=240, indent=False))
    if year and year.group() not in title:
        lines.append(paragraph([run(year.group(), size=16, colour=GREY)], align="center", before=240, indent=False))
    return lines


def _contents(document: Document, spans: Mapping[str, tuple[int, int]], title: str) -> list[Node]:
    """A contents field; until somebody updates it, it shows the pages of the printed edition.

    Built without the PDF there are none: the numbers are then marked stale, so that Word finds them on opening.
    """
    rows = []
    part = ""
    for number, page in enumerate(document.pages, 1):
        if page.part and page.part != part:
            rows.append(_entry(page.part, f"part{number}", str(spans[page.slug][0]) if page.slug in spans else "", 1))
        part = page.part
        name = f"{page.number} {page.title}".strip()
        rows.append(_entry(name, f"page{number}", str(spans[page.slug][0]) if page.slug in spans else "",
                           2 if page.part else 1))
    if rows:
        first = field('TOC \\o "1-2" \\h \\z \\u', [])
        for node in reversed(first[:3]):
            rows[0].insert(1, node)
        rows[-1].append(first[-1])
    head = paragraph([run(title, size=20, strong=True, east=SANS, colour=TEAL)], page_break=True, after=240,
                     indent=False)
    return [head, *rows]


def _entry(text: str, mark: str, shown: str, level: int) -> Node:
    # dots lead to a page number; without one they would lead nowhere
    tabs = el("tabs", [el("tab", val="right", leader="dot" if shown else "none", pos=9180)])
    words = [run(text), el("r", [el("tab")]), *field(f"PAGEREF {mark} \\h", [run(shown)], stale=not shown)]
    made = paragraph([el("hyperlink", words, anchor=mark, history=1)], style=f"TOC{level}",
                     left=420 if level == 2 else 0)
    made.pPr.insert(1, tabs)
    return made


def _part(page: Page, number: int, gap: str) -> Node:
    # the part's own heading opens a page together with its first chapter
    words = page.part + (f"{gap}{page.part_title}" if page.part_title else "")
    return paragraph(_marked(f"part{number}", _PARTS + number, words), style="Heading1", page_break=True)


def _marked(name: str, number: int, words: str) -> list[Node]:
    return [el("bookmarkStart", id=number, name=name), run(words), el("bookmarkEnd", id=number)]


def _chapter(page: Page, number: int, blocks: Blocks) -> list[Node]:
    level = 2 if page.part else 1
    blocks.base = blocks.depth = level
    words = f"{page.number} {page.title}".strip()
    head = paragraph(_marked(f"page{number}", number, words), style=f"Heading{level}", page_break=not page.part)
    made = [head, *blocks.all(page.blocks)]
    # the next chapter opens a page: an empty last line could only make an empty page before it
    return made[:-1] if made[-1].tag.endswith("}p") and not made[-1].findall(qn("w:r")) else made
