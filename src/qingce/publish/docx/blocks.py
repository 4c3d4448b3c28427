"""The blocks of a page as WordprocessingML."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from docx.shared import Emu

from qingce.core.page import (
    Block,
    Box,
    Break,
    Bullets,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    IndexRow,
    Inline,
    Kpi,
    Kpis,
    Line,
    Number,
    Paragraph,
    Said,
    Table,
)
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import (
    CLAY,
    GREY,
    HAIR,
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
    row,
    run,
    table,
)
from qingce.publish.pdf.columns import shares, shrink
from qingce.publish.pdf.tree import ABSENT, WEB, Places, number_text, plain

Picture = Callable[[Chart], bytes]
_DEEPEST, _TAG = 5, 64
_NONE = [edge(side, 0, "") for side in ("top", "left", "bottom", "right")]


class Blocks:
    """Turns blocks into paragraphs and tables.

    Args:
        spans: slug -> first and last page of the printed edition, for content indexes.
        draw: a chart as PNG.
    """

    def __init__(
        self, package: Package, document: Document, spans: Mapping[str, tuple[int, int]], draw: Picture
    ) -> None:
        self.package, self.document, self.spans, self.draw = package, document, spans, draw
        self.places = Places.of(document)
        self.pictures = 0
        self.controls = 0
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
                return [paragraph(self.line(line), style=f"Heading{self.depth}")]
            case Paragraph(line=line):
                return [paragraph(self.line(line), indent=True, align="both")]
            case Bullets(items=items, ordered=ordered):
                return self._bullets(items, ordered)
            case Table():
                return self._captioned(block.caption, [self.table(block), *self._remark(block.note)])
            case Chart():
                return self._captioned(block.caption, [self._picture(block)])
            case Kpis(items=items):
                return self._kpis(items)
            case Box():
                return self._box(block)
            case Index():
                return self._index(block)
            case Form():
                return self._form(block)

    # -- words --------------------------------------------------------------------------------
    def line(self, nodes: Line, *, size: float = 0, strong: bool = False, held: bool = True) -> list[Node]:
        """Inline nodes; ``held`` puts numbers into controls that cannot be edited."""
        return [part for node in nodes for part in self._inline(node, size, strong, held)]

    def _inline(self, node: Inline, size: float, strong: bool, held: bool) -> list[Node]:
        match node:
            case Break():
                return [el("r", [el("br")])]
            case Said(text=text, source=source):
                return [run(number_text(text), size=size, strong=strong), self.package.note(f"引自{source}。")]
            case Number():
                shown = run(number_text(node.text), size=size, strong=strong or node.strong)
                note = [self.package.note(node.note)] if node.note else []
                return [self._held(node, shown) if held and node.figures else shown, *note]
            case _:
                shown = run(node.text, size=size, strong=strong or node.strong, em=node.em)
                if node.href.startswith(WEB):
                    return [self._linked(node.href, node.text, size)]
                return [shown]

    def _held(self, number: Number, shown: Node) -> Node:
        """A bound number: its figure's key is the tag, and the words cannot be typed over."""
        self.controls += 1
        key = number.figures[0]
        tag = key if len(key) <= _TAG else hashlib.sha256(key.encode()).hexdigest()[:16]
        look = el("sdtPr", [
            el("alias", val=number.label[:_TAG]), el("tag", val=tag), el("id", val=self.controls),
            el("lock", val="sdtContentLocked"),
        ])
        return el("sdt", [look, el("sdtContent", [shown])])

    def _linked(self, address: str, words: str, size: float) -> Node:
        made = el("hyperlink", [run(words, size=size, colour=TEAL)], history=1)
        made.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", self.package.link(address))
        return made

    def _bullets(self, items: Sequence[tuple[Block, ...]], ordered: bool) -> list[Node]:
        made: list[Node] = []
        for number, item in enumerate(items, 1):
            mark = f"{number}. " if ordered else "•  "
            for i, block in enumerate(item):
                if isinstance(block, Paragraph):
                    words = ([run(mark, colour=TEAL)] if not i else []) + self.line(block.line)
                    made.append(paragraph(words, after=40, left=420, hanging=0 if i else 420))
                else:
                    made += self.one(block)
        return made

    # -- tables -------------------------------------------------------------------------------
    def _captioned(self, caption: str, body: list[Node]) -> list[Node]:
        head = [run(caption, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)]
        above = [paragraph(head, style="CaptionLine", align="center", before=200, after=80, keep_next=True)]
        return [*(above if caption else [self._gap()]), *body, self._gap()]

    def _gap(self) -> Node:
        return paragraph([], style="Remark", before=0, after=0)

    def _remark(self, note: str) -> list[Node]:
        return [paragraph([run(f"注：{note}", colour=GREY)], style="Remark", before=60)] if note else []

    def table(self, block: Table) -> Node:
        """A table whose head is repeated on every page."""
        count = max([len(block.header), *map(len, block.rows), 1])
        header, *rows = ([*line, *[()] * (count - len(line))] for line in (block.header, *block.rows))
        aligns = [*block.aligns, *["left"] * count][:count]
        words = [[plain(c) for c in line] for line in (header, *rows)]
        wide = shares(words, aligns)
        widths = self._widths(wide)
        size = 9 * shrink(words, aligns)
        made = []
        if any(word.strip() for word in words[0]):
            made.append(row([self._cell(c, widths[i], aligns[i], size, head=True) for i, c in enumerate(header)],
                            head=True))
        for n, line in enumerate(rows):
            total = block.total and n + 1 == len(rows)
            made.append(row([self._cell(c, widths[i], aligns[i], size, total=total) for i, c in enumerate(line)]))
        rules = [edge("top", 10, TEAL), edge("bottom", 10, TEAL), edge("insideH", 3, HAIR)]
        return table(made, widths, edges=rules)

    def _widths(self, wide: Sequence[float]) -> list[int]:
        total = sum(wide) or 1
        return [round(self.package.width * share / total) for share in wide]

    def _cell(
        self, line: Line, width: int, align: str, size: float, *, head: bool = False, total: bool = False
    ) -> Node:
        words = self.line(line, size=size, strong=head or total, held=False) or [run(ABSENT, size=size)]
        if head:
            words = [run(plain(line), size=size, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)]
        edges = [edge("bottom", 6, TEAL)] if head else [edge("top", 6, TEAL)] if total else []
        return cell([paragraph(words, style="Cell", align=align, indent=False)], width,
                    fill=MIST if head else PAPER if total else "", edges=edges)

    def _picture(self, block: Chart) -> Node:
        self.pictures += 1
        shown: Any = self.package.file.part.new_pic_inline(io.BytesIO(self.draw(block)), width=None, height=None)
        wide, room = shown.extent.cx, Emu(self.package.width * 635)
        # drawn at twice the size, so that it is sharp on paper
        scale = min(0.5, room / wide)
        for extent in (shown.extent, shown.graphic.graphicData.pic.spPr.xfrm.ext):
            extent.cx, extent.cy = Emu(round(extent.cx * scale)), Emu(round(extent.cy * scale))
        shown.docPr.set("id", str(self.pictures))
        shown.docPr.set("name", f"图 {self.pictures}")
        shown.docPr.set("descr", clean(block.alt or block.caption))
        return paragraph([el("r", [el("drawing", [shown])])], align="center", indent=False)

    def _kpis(self, items: Sequence[Kpi]) -> list[Node]:
        if not items:
            return []
        across = len(items) if len(items) <= 3 else min((4, 3), key=lambda n: -len(items) % n)
        width = self.package.width // across
        rows = []
        for start in range(0, len(items), across):
            few = items[start : start + across]
            cells = [self._kpi(item, width) for item in few]
            cells += [cell([paragraph([], style="Cell")], width, edges=_NONE) for _ in range(across - len(few))]
            rows.append(row(cells))
        made = table(rows, [width] * across, margins=(100, 140),
                     edges=[edge("insideV", 24, "FFFFFF"), edge("insideH", 24, "FFFFFF")])
        return [self._gap(), made, self._gap()]

    def _kpi(self, item: Kpi, width: int) -> Node:
        size = 15 if width > 2200 else 13
        notes = [self.package.note(n.note) for n in item.number if isinstance(n, Number) and n.note]
        digits = run(number_text(plain(item.number)), size=size, strong=True, colour=TEAL, east=SANS, latin=LATIN_SANS)
        content = [
            paragraph([run(item.label, colour=GREY, size=9)], style="Cell", indent=False),
            paragraph([digits, *notes], style="Cell", indent=False, before=40),
        ]
        if item.note:
            content.append(paragraph(self.line(item.note, size=8.5, held=False), style="Cell", indent=False, before=20))
        return cell(content, width, fill=MIST, edges=[edge("top", 14, TEAL)])

    def _box(self, block: Box) -> list[Node]:
        inner = self.all(block.blocks)
        if block.title:
            head = run(block.title, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)
            inner.insert(0, paragraph([head], indent=False, after=60, keep_next=True))
        if not inner or inner[-1].tag.endswith("}tbl"):
            inner.append(self._gap())
        note = block.kind == "note"
        shown = cell(inner, self.package.width, fill=MIST if note else PAPER,
                     edges=[edge("left", 24, TEAL if note else CLAY)], valign="top")
        # a long box may be broken between pages
        made = table([el("tr", [shown])], [self.package.width], margins=(120, 200))
        return [self._gap(), made, self._gap()]

    # -- indexes and forms --------------------------------------------------------------------
    def _index(self, block: Index) -> list[Node]:
        widths = self._widths([12, 40, 14, 34])
        heads = ("披露项", "披露内容", "页码", "从略及说明")
        rows = [row([self._words(w, widths[i], head=True) for i, w in enumerate(heads)], head=True)]
        group = ""
        for clause in block.rows:
            if clause.group and clause.group != group:
                group = clause.group
                rows.append(row([self._words(group, sum(widths), group=True, span=4)]))
            rows.append(row([self._words(w, widths[i]) for i, w in enumerate(
                (clause.code, clause.title, self.where(clause), clause.omission))]))
        made: list[Node] = []
        if block.title:
            title = run(block.title, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)
            made.append(paragraph([title], indent=False, keep_next=True))
        if block.statement:
            made.append(paragraph([run(block.statement)], indent=True))
        rules = [edge("top", 10, TEAL), edge("bottom", 10, TEAL), edge("insideH", 3, HAIR)]
        return [*made, table(rows, widths, edges=rules), self._gap()]

    def where(self, clause: IndexRow) -> str:
        """The printed pages that answer a clause, as the printed edition numbers them."""
        found = []
        for place in self.places.answering(clause):
            kind, _, name = place.partition(":")
            slug = name if kind == "page" else self.places.marks[name]
            page = self.document.page(slug)
            if slug in self.spans:
                first, last = self.spans[slug]
                found.append((first, f"{first}–{last}" if last > first else str(first)))
            elif page is not None:
                found.append((0, page.title))
        return "、".join(dict.fromkeys(text for _, text in sorted(found))) or ABSENT

    def _words(self, text: str, width: int, *, head: bool = False, group: bool = False, span: int = 1) -> Node:
        marked = head or group
        shown = run(text, size=9, strong=marked, east=SANS if marked else "",
                    latin=LATIN_SANS, colour=TEAL if marked else "") if marked else run(text, size=9)
        return cell([paragraph([shown], style="Cell", indent=False, keep_next=group)], width,
                    fill=MIST if marked else "", span=span)

    def _form(self, block: Form) -> list[Node]:
        made = []
        for number, question in enumerate(block.questions, 1):
            made.append(paragraph([run(f"{number}. {question.text}", strong=True)], indent=False, before=120,
                                  keep_next=True))
            ticks = "　　".join(f"☐ {answer}" for answer in question.answers)
            made += [paragraph([run(ticks)], indent=False)] if ticks else [
                paragraph([run("　" * 38, colour=GREY)], indent=False) for _ in range(3)]
        return [*made, *(paragraph([run(text, colour=GREY)], indent=False, after=20) for text in block.contact)]
