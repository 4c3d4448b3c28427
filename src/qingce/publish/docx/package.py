"""A Word file as a package: page, styles, footnotes, properties, and bytes that depend on nothing but these."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import docx
from docx.document import Document as Opened
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from lxml import etree

from qingce.publish.docx.xml import (
    GREY,
    INK,
    LATIN,
    LATIN_SANS,
    SANS,
    SERIF,
    TEAL,
    Node,
    clean,
    el,
    field,
    fonts,
    paragraph,
    run,
)
from qingce.publish.fixed import say

_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
HEADINGS = ((1, 20.0, 480, 240), (2, 16.0, 360, 180), (3, 13.0, 280, 120), (4, 11.5, 200, 80), (5, 10.5, 160, 60))
"""Level, size in points, space before and after."""


class Package:
    """A Word file in the making.

    Args:
        landscape: A4 on its side.
        language: of the text.
    """

    def __init__(
        self, *, landscape: bool = False, margins: tuple[int, int] = (25, 24), language: str = "zh-CN"
    ) -> None:
        self.language = language
        self.file: Opened = docx.Document()
        self.body = self.file.element.body
        self.end = self.body[-1]
        for child in list(self.body)[:-1]:
            self.body.remove(child)
        section = self.file.sections[0]
        wide, high = Mm(210), Mm(297)
        section.page_width, section.page_height = (high, wide) if landscape else (wide, high)
        if landscape:
            self.end.find(qn("w:pgSz")).set(qn("w:orient"), "landscape")
        section.top_margin = section.bottom_margin = Mm(margins[0])
        section.left_margin = section.right_margin = Mm(margins[1])
        self.width = round((section.page_width - section.left_margin - section.right_margin) / 635)
        self.footnotes: list[str] = []
        self._styles()

    @property
    def english(self) -> bool:
        """Whether the text is English: paragraphs stand flush left, apart from one another."""
        return self.language.startswith("en")

    def say(self, words: str, *parts: object) -> str:
        """Fixed words in the language of the file."""
        return say(self.language, words, *parts)

    def add(self, *nodes: Node) -> None:
        """Put blocks at the end."""
        for node in nodes:
            self.end.addprevious(node)

    def note(self, words: str) -> Node:
        """The mark of a footnote; the same words are one note."""
        number = self.footnotes.index(words) + 2 if words in self.footnotes else len(self.footnotes) + 2
        if words not in self.footnotes:
            self.footnotes.append(words)
            return el("r", [el("rPr", [el("rStyle", val="FootnoteReference")]), el("footnoteReference", id=number)])
        # a second mark of one note refers to it by its number, as Word's own cross-reference would
        return run(str(number - 1), raised=True)

    def link(self, address: str) -> str:
        """The id of an address outside."""
        return self.file.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)

    def running(self, head: str, *, numbered: bool = True) -> None:
        """The words above every page, and its number below."""
        section = self.file.sections[0]
        section.different_first_page_header_footer = True
        above, below = section.header.paragraphs[0], section.footer.paragraphs[0]
        above._p.getparent().replace(
            above._p, paragraph([run(head, size=8.5, colour=GREY, east=SANS, latin=LATIN_SANS)], indent=False))
        shown = [run("— ", size=9, colour=GREY), *field("PAGE", [run("1", size=9, colour=GREY)]),
                 run(" —", size=9, colour=GREY)] if numbered else []
        below._p.getparent().replace(below._p, paragraph(shown, align="center", indent=False))

    def save(self, *, title: str, author: str, subject: str, issued: dt.date) -> bytes:
        """The file's bytes; they depend on its content and the date given, on no clock."""
        at = dt.datetime.combine(issued, dt.time())
        core = self.file.core_properties
        core.title, core.author, core.subject = (clean(words)[:255] for words in (title, author, subject))
        core.last_modified_by, core.comments, core.keywords = core.author, "", ""
        core.created, core.modified, core.revision = at, at, 1
        if self.footnotes:
            self._footnotes()
        buffer = io.BytesIO()
        self.file.save(buffer)
        return _timeless(buffer.getvalue())

    def _footnotes(self) -> None:
        root = el("footnotes")
        for number, mark in ((0, "separator"), (1, "continuationSeparator")):
            root.append(el("footnote", [el("p", [el("r", [el(mark)])])], type=mark, id=number))
        for number, words in enumerate(self.footnotes, start=2):
            mark = el("r", [el("rPr", [el("rStyle", val="FootnoteReference")]), el("footnoteRef")])
            root.append(el("footnote", [paragraph([mark, run(f" {words}")], style="FootnoteText")], id=number))
        written = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, written, self.file.part.package)
        self.file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

    def _styles(self) -> None:
        styles = self.file.styles
        normal = styles["Normal"]
        _face(normal, SERIF, LATIN)
        normal.font.size = Pt(10.5)
        normal.font.color.rgb = RGBColor.from_string(INK)
        normal.paragraph_format.line_spacing = 1.25 if self.english else 1.5
        normal.paragraph_format.space_after = Pt(8 if self.english else 4)
        if self.english:
            normal.element.get_or_add_rPr().append(el("lang", val="en-GB", eastAsia="zh-CN"))
        for level, size, before, after in HEADINGS:
            style = styles[f"Heading {level}"]
            _face(style, SANS, LATIN_SANS)
            style.font.size, style.font.bold, style.font.italic = Pt(size), True, False
            style.font.color.rgb = RGBColor.from_string(TEAL if level <= 3 else INK)
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before / 20), Pt(after / 20)
            style.paragraph_format.keep_with_next = True
        for name, size in (("Cell", 9.0), ("Caption Line", 9.5), ("Remark", 8.5), ("TOC 1", 11.0), ("TOC 2", 10.0)):
            style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("TOC"))
            style.base_style = normal
            style.font.size = Pt(size)
            style.paragraph_format.line_spacing, style.paragraph_format.space_after = 1.2, Pt(0)
        note = styles.add_style("Footnote Text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        note.base_style, note.font.size, note.paragraph_format.line_spacing = normal, Pt(8.5), 1.2
        mark = styles.add_style("Footnote Reference", WD_STYLE_TYPE.CHARACTER, builtin=True)
        mark.font.superscript = True


def _face(style: Any, east: str, latin: str) -> None:
    look = style.element.get_or_add_rPr()
    for old in look.findall(qn("w:rFonts")):
        look.remove(old)
    look.insert(0, fonts(east, latin))


def _timeless(data: bytes) -> bytes:
    """The same package with the dates of its entries fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EPOCH)
            fixed.compress_type, fixed.external_attr, fixed.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            new.writestr(fixed, old.read(entry.filename))
    return out.getvalue()


