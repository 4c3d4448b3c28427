"""The blocks of a page as WordprocessingML."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from docx.shared import Emu

from qingce.core.page import (
    Block,
    Box,
    Bullets,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    Kpis,
    Paragraph,
    Table,
)
from qingce.publish.docx.grids import Grids, gap
from qingce.publish.docx.package import Package
from qingce.publish.docx.words import Words
from qingce.publish.docx.xml import (
    CLAY,
    GREY,
    LATIN_SANS,
    MIST,
    PAPER,
    SANS,
    TEAL,
    Node,
    cell,
    clean,
    edge,
    el,
    paragraph,
    run,
    table,
)
from qingce.publish.pdf.tree import plain

Picture = Callable[[Chart], bytes]
_DEEPEST = 5
"""Word's headings go deeper, but no report should."""


class Blocks:
    """Turns blocks into paragraphs and tables.

    Args:
        spans: slug -> first and last page of the printed edition, for content indexes.
        draw: a chart as PNG.
        locked: numbers of tables and key figures cannot be typed over either.
    """

    def __init__(
        self, package: Package, document: Document, spans: Mapping[str, tuple[int, int]], draw: Picture, *,
        locked: bool = False,
    ) -> None:
        self.package, self.draw = package, draw
        self.words = Words(package, always=locked)
        self.grids = Grids(package, document, spans, self.words)
        self.pictures = 0
        self.base = 1
        self.depth = 1

    def all(self, blocks: Iterable[Block]) -> list[Node]:
        """Each block in order; a heading without words is left out."""
        return [node for block in blocks for node in self.one(block)]

    def one(self, block: Block) -> list[Node]:
        """What a block becomes."""
        match block:
            case Heading(level=level, line=line):
                if not plain(line).strip():
                    return []
                self.depth = min(self.base + max(level, 2) - 1, self.depth + 1, _DEEPEST)
                return [paragraph(self.words.line(line), style=f"Heading{self.depth}")]
            case Paragraph(line=line):
                if self.package.english:
                    return [paragraph(self.words.line(line), indent=False)]
                return [paragraph(self.words.line(line), indent=True, align="both")]
            case Bullets(items=items, ordered=ordered):
                return self._bullets(items, ordered)
            case Table():
                return self._captioned(block.caption, [self.grids.table(block), *self._remark(block.note)])
            case Chart():
                return self._captioned(block.caption, [self._picture(block)])
            case Kpis(items=items):
                return self.grids.kpis(items)
            case Box():
                return self._box(block)
            case Index():
                return self.grids.index(block)
            case Form():
                return self._form(block)

    def _bullets(self, items: Sequence[tuple[Block, ...]], ordered: bool) -> list[Node]:
        made: list[Node] = []
        for number, item in enumerate(items, 1):
            mark = f"{number}. " if ordered else "•  "
            for i, block in enumerate(item):
                if isinstance(block, Paragraph):
                    words = ([run(mark, colour=TEAL)] if not i else []) + self.words.line(block.line)
                    made.append(paragraph(words, after=40, left=420, hanging=0 if i else 420))
                else:
                    made += self.one(block)
        return made

    def _captioned(self, caption: str, body: list[Node]) -> list[Node]:
        head = [run(caption, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)]
        above = [paragraph(head, style="CaptionLine", align="center", before=200, after=80, keep_next=True)]
        return [*(above if caption else [gap()]), *body, gap()]

    def _remark(self, note: str) -> list[Node]:
        words = self.package.say("注") + self.package.say("：") + note
        return [paragraph([run(words, colour=GREY)], style="Remark", before=60)] if note else []

    def _picture(self, block: Chart) -> Node:
        self.pictures += 1
        shown: Any = self.package.file.part.new_pic_inline(io.BytesIO(self.draw(block)), width=None, height=None)
        wide, room = shown.extent.cx, Emu(self.package.width * 635)
        # drawn at twice the size, so that it is sharp on paper
        scale = min(0.5, room / wide)
        for extent in (shown.extent, shown.graphic.graphicData.pic.spPr.xfrm.ext):
            extent.cx, extent.cy = Emu(round(extent.cx * scale)), Emu(round(extent.cy * scale))
        shown.docPr.set("id", str(self.pictures))
        shown.docPr.set("name", f"{self.package.say('图')} {self.pictures}")
        shown.docPr.set("descr", clean(block.alt or block.caption))
        return paragraph([el("r", [el("drawing", [shown])])], align="center", indent=False)

    def _box(self, block: Box) -> list[Node]:
        inner = self.all(block.blocks)
        if block.title:
            head = run(block.title, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)
            inner.insert(0, paragraph([head], indent=False, after=60, keep_next=True))
        if not inner or inner[-1].tag.endswith("}tbl"):
            inner.append(gap())
        note = block.kind == "note"
        shown = cell(inner, self.package.width, fill=MIST if note else PAPER,
                     edges=[edge("left", 24, TEAL if note else CLAY)], valign="top")
        # a long box may be broken between pages
        made = table([el("tr", [shown])], [self.package.width], margins=(120, 200))
        return [gap(), made, gap()]

    def _form(self, block: Form) -> list[Node]:
        made = []
        for number, question in enumerate(block.questions, 1):
            made.append(paragraph([run(f"{number}. {question.text}", strong=True)], indent=False, before=120,
                                  keep_next=True))
            ticks = "　　".join(f"☐ {answer}" for answer in question.answers)
            made += [paragraph([run(ticks)], indent=False)] if ticks else [
                paragraph([run("　" * 38, colour=GREY)], indent=False) for _ in range(3)]
        return [*made, *(paragraph([run(text, colour=GREY)], indent=False, after=20) for text in block.contact)]
