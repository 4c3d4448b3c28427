"""A document as the plain data that the Typst template reads.

Everything a person wrote stays a JSON string until Typst shows it as text, so no word of a report
can be taken for a command. The keys are those that ``report.typ`` and ``blocks.typ`` ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

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
    Kpi,
    Kpis,
    Line,
    Number,
    Page,
    Paragraph,
    Said,
    Table,
    Text,
    numbers,
    walk,
)
from qingce.publish.pdf.columns import height, shares, width

Data = dict[str, Any]
Draw = Callable[[Chart], str]

ABSENT = "—"
KEEP_WHOLE = 16
"""A table of at most so many printed lines is moved to the next page rather than broken."""

_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_PARTS = re.compile(r"(.*?)([−+]?\d[\d,]*(?:\.\d+)?)(.*)", re.DOTALL)


def tree(document: Document, draw: Draw) -> Data:
    """The whole document: what stands on the cover, the parts with their pages, and the year."""
    title = document.title.removeprefix(document.organisation).strip() or document.title
    where = _pages_by_metric(document)
    year = re.search(r"\d{4}", document.period)
    return {
        "title": title,
        "full": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "period": document.period,
        "year": year.group() if year else "",
        "language": document.language,
        "groups": [_group(name, pages, document, draw, where) for name, pages in _groups(document.pages)],
    }


def _groups(pages: Iterable[Page]) -> list[tuple[str, list[Page]]]:
    """Runs of pages of the same part; a page of no part stands alone under ``""``."""
    runs: list[tuple[str, list[Page]]] = []
    for page in pages:
        if runs and runs[-1][0] == page.part:
            runs[-1][1].append(page)
        else:
            runs.append((page.part, [page]))
    return runs


def _group(name: str, pages: Sequence[Page], document: Document, draw: Draw, where: Mapping[str, list[str]]) -> Data:
    parts = list(dict.fromkeys(p.part for p in document.pages if p.part))
    level = 2 if name else 1
    slugs = {p.slug for p in document.pages}
    return {
        "part": name,
        "number": f"{parts.index(name) + 1:02d}" if name else "",
        "title": next((p.part_title for p in pages if p.part_title), ""),
        "pages": [
            {
                "slug": page.slug,
                "number": page.number,
                "title": page.title,
                "level": level,
                "blocks": _Blocks(level, draw, slugs, where).all(page.blocks),
            }
            for page in pages
        ],
    }


def _pages_by_metric(document: Document) -> dict[str, list[str]]:
    """The slugs of the pages that print a metric, in page order."""
    where: dict[str, list[str]] = {}
    for page in document.pages:
        for name in dict.fromkeys(n.metric for n in numbers(page)):
            where.setdefault(name, []).append(page.slug)
    return where


def number_text(text: str) -> str:
    """A number as printed: a real minus, the unit never parted from its digits, a dash where absent.

    >>> number_text("-4.51 吨CO2") == "\\u22124.51\\u00a0吨CO2", number_text("")
    (True, '—')
    """
    return _MINUS.sub("\u2212", text.replace(" ", "\u00a0")) or ABSENT


def line(nodes: Line, *, tabular: bool = False) -> list[Any]:
    """Inline nodes: a plain string, or a dictionary with ``t`` and its marks."""
    out: list[Any] = []
    for node in nodes:
        match node:
            case Break():
                out.append({"br": True})
            case Number(text=text, strong=strong):
                out.append({"t": number_text(text), "strong": True} if strong else number_text(text))
            case Said(text=text):
                out.append(number_text(text))
            case Text(text=text, strong=strong, em=em, href=href):
                shown = _MINUS.sub("\u2212", text) if tabular else text
                marks = {"strong": strong, "em": em, "href": href if _is_web(href) else ""}
                out.append({"t": shown} | {k: v for k, v in marks.items() if v} if any(marks.values()) else shown)
    return out


def _is_web(href: str) -> bool:
    return href.startswith(("https://", "http://", "mailto:"))


def plain(nodes: Line) -> str:
    """The words of a line."""
    return "".join("\n" if isinstance(n, Break) else n.text for n in nodes)


class _Blocks:
    """The blocks of one page; it remembers how deep the headings are, which may not skip a level."""

    def __init__(self, level: int, draw: Draw, slugs: set[str], where: Mapping[str, list[str]]) -> None:
        self.base, self.depth, self.draw, self.slugs, self.where = level, level, draw, slugs, where

    def all(self, blocks: Iterable[Block]) -> list[Data]:
        """Each block as data, in order."""
        return [self.one(block) for block in blocks]

    def one(self, block: Block) -> Data:
        """A block as data; ``kind`` names the function of the template that shows it."""
        match block:
            case Heading(level=level):
                self.depth = min(self.base + max(level, 2) - 1, self.depth + 1)
                return {"kind": "heading", "level": self.depth, "rank": level, "line": line(block.line)}
            case Paragraph():
                return {"kind": "paragraph", "line": line(block.line)}
            case Bullets(items=items, ordered=ordered):
                return {"kind": "bullets", "ordered": ordered, "items": [self.all(i) for i in items]}
            case Table():
                return table(block)
            case Chart():
                return {"kind": "chart", "svg": self.draw(block), "alt": block.alt or block.caption or "图",
                        "caption": block.caption}
            case Kpis(items=items):
                return kpis(items)
            case Box(kind=kind, title=title, blocks=blocks):
                return {"kind": "box", "type": kind, "title": title, "blocks": self.all(blocks)}
            case Index():
                return self.index(block)
            case Form():
                return form(block)

    def index(self, block: Index) -> Data:
        """The content index; a clause answered by figures alone points at the pages that print them."""
        return {
            "kind": "index", "title": block.title, "statement": block.statement,
            "rows": [
                {"code": row.code, "title": row.title, "group": row.group, "pages": self.pages(row),
                 "omission": row.omission}
                for row in block.rows
            ],
        }

    def pages(self, row: IndexRow) -> list[str]:
        """The slugs that answer a clause, each once."""
        named = [slug for slug in row.pages if slug in self.slugs]
        metrics = [figure.split("/")[-1].split("@")[0] for figure in row.figures]
        return list(dict.fromkeys(named or [slug for m in metrics for slug in self.where.get(m, ())[:1]]))


def table(block: Table) -> Data:
    """A table with the share of each column; short rows are filled up, long ones cut to the header."""
    count = max([len(block.header), *map(len, block.rows)])
    rows = [_filled(row, count) for row in block.rows]
    aligns = [*block.aligns, *["left"] * count][:count]
    header = _filled(block.header, count)
    body = [[line(cell, tabular=True) or [ABSENT] for cell in row] for row in rows]
    words = [[plain(cell) for cell in row] for row in [header, *rows]]
    wide = shares(words, aligns) if count else []
    return {
        "kind": "table", "caption": block.caption, "note": block.note, "total": block.total,
        "aligns": aligns, "header": [line(cell) for cell in header], "rows": body,
        "shares": wide, "whole": height(words, wide) <= KEEP_WHOLE,
    }


def _filled(row: Sequence[Line], count: int) -> list[Line]:
    return [*row, *[()] * (count - len(row))]


def kpis(items: Sequence[Kpi]) -> Data:
    """Headline figures in rows of two to four, the digits apart from the words around them."""
    count = len(items)
    across = count if count <= 3 else 4 if count in (4, 7, 8) or count % 4 == 0 else 3
    cards: list[Data] = []
    for item in items:
        before, digits, after = _split(number_text(plain(item.number)))
        cards.append({"label": item.label, "before": before, "digits": digits, "after": after,
                      "note": line(item.note), "ems": width(f"{before} {after} ") * 0.5 + width(digits) * 1.07})
    return {"kind": "kpis", "across": across, "cards": cards}


def _split(text: str) -> tuple[str, str, str]:
    found = _PARTS.fullmatch(text)
    if not found:
        return "", text, ""
    before, digits, after = found.groups()
    return before.strip("\u00a0"), digits, after.strip("\u00a0")


def form(block: Form) -> Data:
    """The reader's form as questions with boxes to tick."""
    return {
        "kind": "form", "title": block.title, "contact": list(block.contact),
        "questions": [{"text": q.text, "answers": list(q.answers)} for q in block.questions],
    }


def charts(document: Document) -> list[Chart]:
    """Every chart of the document, in order."""
    return [block for page in document.pages for block in walk(page.blocks) if isinstance(block, Chart)]
