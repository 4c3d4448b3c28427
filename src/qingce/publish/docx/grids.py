"""Tables: of figures, headline figures, content indexes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingce.core.page import Document, Index, IndexRow, Kpi, Line, Number, Table
from qingce.publish.docx.package import Package
from qingce.publish.docx.words import Words
from qingce.publish.docx.xml import (
    GREY,
    HAIR,
    LATIN_SANS,
    MIST,
    PAPER,
    SANS,
    TEAL,
    Node,
    cell,
    edge,
    paragraph,
    row,
    run,
    table,
)
from qingce.publish.pdf.columns import shares, shrink
from qingce.publish.pdf.tree import ABSENT, Places, number_text, plain

_NONE = [edge(side, 0, "") for side in ("top", "left", "bottom", "right")]


def gap() -> Node:
    """An empty line between what stands apart."""
    return paragraph([], style="Remark", before=0, after=0)


class Grids:
    """Turns tables into tables of Word.

    Args:
        spans: slug -> first and last page of the printed edition, for content indexes.
    """

    def __init__(
        self, package: Package, document: Document, spans: Mapping[str, tuple[int, int]], words: Words
    ) -> None:
        self.package, self.document, self.spans, self.words = package, document, spans, words
        self.places = Places.of(document)

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
        words = self.words.line(line, size=size, strong=head or total, held=False) or [run(ABSENT, size=size)]
        if head:
            words = [run(plain(line), size=size, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)]
        edges = [edge("bottom", 6, TEAL)] if head else [edge("top", 6, TEAL)] if total else []
        return cell([paragraph(words, style="Cell", align=align, indent=False)], width,
                    fill=MIST if head else PAPER if total else "", edges=edges)

    def kpis(self, items: Sequence[Kpi]) -> list[Node]:
        """Headline figures in rows of two to four."""
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
        return [gap(), made, gap()]

    def _kpi(self, item: Kpi, width: int) -> Node:
        size = 15 if width > 2200 else 13
        notes = [self.package.note(n.note) for n in item.number if isinstance(n, Number) and n.note]
        digits = run(number_text(plain(item.number)), size=size, strong=True, colour=TEAL, east=SANS, latin=LATIN_SANS)
        bound = next((n for n in item.number if isinstance(n, Number) and n.figures), None)
        if self.words.always and bound is not None:
            digits = self.words.held(bound, digits)
        content = [
            paragraph([run(item.label, colour=GREY, size=9)], style="Cell", indent=False),
            paragraph([digits, *notes], style="Cell", indent=False, before=40),
        ]
        if item.note:
            words = self.words.line(item.note, size=8.5, held=False)
            content.append(paragraph(words, style="Cell", indent=False, before=20))
        return cell(content, width, fill=MIST, edges=[edge("top", 14, TEAL)])

    def index(self, block: Index) -> list[Node]:
        """The content index of a standard with its statement."""
        widths = self._widths([12, 40, 14, 34])
        heads = tuple(map(self.package.say, ("披露项", "披露内容", "页码", "从略及说明")))
        rows = [row([self._said(w, widths[i], head=True) for i, w in enumerate(heads)], head=True)]
        group = ""
        for clause in block.rows:
            if clause.group and clause.group != group:
                group = clause.group
                rows.append(row([self._said(group, sum(widths), group=True, span=4)]))
            rows.append(row([self._said(w, widths[i]) for i, w in enumerate(
                (clause.code, clause.title, self.where(clause), clause.omission))]))
        made: list[Node] = []
        if block.title:
            title = run(block.title, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)
            made.append(paragraph([title], indent=False, keep_next=True))
        if block.statement:
            made.append(paragraph([run(block.statement)], indent=True))
        rules = [edge("top", 10, TEAL), edge("bottom", 10, TEAL), edge("insideH", 3, HAIR)]
        return [*made, table(rows, widths, edges=rules), gap()]

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
        return self.package.say("、").join(dict.fromkeys(text for _, text in sorted(found))) or ABSENT

    def _said(self, text: str, width: int, *, head: bool = False, group: bool = False, span: int = 1) -> Node:
        marked = head or group
        shown = run(text, size=9, strong=marked, east=SANS if marked else "",
                    latin=LATIN_SANS, colour=TEAL if marked else "") if marked else run(text, size=9)
        return cell([paragraph([shown], style="Cell", indent=False, keep_next=group)], width,
                    fill=MIST if marked else "", span=span)
