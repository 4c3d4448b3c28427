"""A document as the plain data that the Typst template reads.

Everything a person wrote stays a JSON string until Typst shows it as text, so no word of a report
can be taken for a command. The keys are those that ``report.typ`` and ``blocks.typ`` ask for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
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
    Inline,
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
from qingce.publish.fixed import say
from qingce.publish.pdf.columns import height, shares, shrink, width

Data = dict[str, Any]
Draw = Callable[[Chart], str]

ABSENT = "—"
UNTITLED = "（无题）"
WEB = ("https://", "http://", "mailto:")
KEEP_WHOLE = 16
"""A table of at most so many printed lines is moved to the next page rather than broken."""

_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_RUN = re.compile(r"[\x21-\x7e]{25,}")
_JOINT = re.compile(r"[/.,_?&=:;-](?=.)|[^\W_]{20}")
_PARTS = re.compile(r"(.*?)([−+]?\d[\d,]*(?:\.\d+)?%?)(.*)", re.DOTALL)


def tree(document: Document, draw: Draw) -> Data:
    """The whole document: what stands on the cover, then its pages in runs of the same part.

    Args:
        draw: the SVG of a chart.
    """
    year = re.search(r"\d{4}", document.period)
    full = document.title or document.organisation or "报告"
    names = list(dict.fromkeys(page.part for page in document.pages if page.part))
    index = Places.of(document)
    chinese = not document.language.startswith("en")
    groups = []
    for part, run in groupby(document.pages, key=lambda page: page.part):
        pages = list(run)
        groups.append(
            {
                "part": part,
                "number": f"{names.index(part) + 1:02d}" if part else "",
                "title": next((page.part_title for page in pages if page.part_title), ""),
                "pages": [section(page, draw, index, document.language) for page in pages],
            }
        )
    return {
        "title": full.removeprefix(document.organisation).strip() or full,
        "full": full,
        "named": full if document.organisation in full else f"{document.organisation} {full}",
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "year": year.group() if year else "",
        "language": (re.findall(r"^[a-z]{2,3}", document.language) or ["zh"])[0],
        "words": {"contents": say(document.language, "目录"), "gap": "　" if chinese else "  ·  "},
        "groups": groups,
    }


def section(page: Page, draw: Draw, places: Places, language: str = "zh-CN") -> Data:
    """One page of the document: a section of the printed edition."""
    level = 2 if page.part else 1
    blocks = Blocks(page.slug, level, draw, places, language).all(page.blocks)
    return {
        "slug": page.slug,
        "number": page.number,
        "title": page.title.strip() or page.slug or UNTITLED,
        "level": level,
        "blocks": blocks,
    }


@dataclass(frozen=True, slots=True)
class Places:
    """What a content index can point at.

    Attributes:
        slugs: the pages there are.
        marks: metric -> slug of the first page that prints it, for metrics that answer a clause alone.
    """

    slugs: frozenset[str]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Places:
        """The places of a document."""
        asked = {
            metric_of(figure)
            for page in document.pages
            for block in walk(page.blocks)
            if isinstance(block, Index)
            for row in block.rows
            for figure in row.figures
        }
        marks: dict[str, str] = {}
        for page in document.pages if asked else ():
            for number in numbers(page):
                if number.metric in asked:
                    marks.setdefault(number.metric, page.slug)
        return cls(frozenset(page.slug for page in document.pages), marks)

    def answering(self, row: IndexRow) -> list[str]:
        """The labels a clause points at: its pages, or else where its figures are first printed."""
        pages = [f"page:{slug}" for slug in row.pages if slug in self.slugs]
        metrics = [metric_of(figure) for figure in row.figures]
        return list(dict.fromkeys(pages or [f"figure:{name}" for name in metrics if name in self.marks]))


def metric_of(figure: str) -> str:
    """The metric's name in what a standard's answer names, be it a metric or a figure's key.

    >>> metric_of("electricity"), metric_of("LZB/2024/electricity@3")
    ('electricity', 'electricity')
    """
    return figure.rpartition("/")[2].partition("@")[0]


def number_text(text: str) -> str:
    """A number as printed: a real minus, the unit never parted from its digits, a dash where absent.

    >>> number_text("-4.51 吨CO2") == "\\u22124.51\\u00a0吨CO2", number_text("")
    (True, '—')
    """
    return _MINUS.sub("\u2212", text.replace(" ", "\u00a0")) or ABSENT


def breakable(text: str) -> str:
    """The text with places where a long Latin run, such as an address, may be broken.

    >>> breakable("https://example.org/a-long-address").split("\\u200b")
    ['https:', '/', '/', 'example.', 'org/', 'a-', 'long-', 'address']
    """
    return _RUN.sub(lambda run: _JOINT.sub("\\g<0>\u200b", run.group()), text)


def plain(nodes: Line) -> str:
    """The words of a line."""
    return "".join("\n" if isinstance(n, Break) else n.text for n in nodes)


class Blocks:
    """Turns the blocks of one page into data.

    It remembers how deep the headings are, since a tagged PDF may not skip a level, and which
    figures a content index still has to find on this page.
    """

    def __init__(self, slug: str, level: int, draw: Draw, places: Places, language: str) -> None:
        self.say = partial(say, language)
        self.base, self.depth, self.draw, self.places = level, level, draw, places
        self.unmarked = {metric for metric, first in places.marks.items() if first == slug}

    def all(self, blocks: Iterable[Block]) -> list[Data]:
        """Each block as data, in order; a heading without words is left out."""
        return [self.one(b) for b in blocks if not (isinstance(b, Heading) and not plain(b.line).strip())]

    def one(self, block: Block) -> Data:
        """A block as data; ``kind`` names what the template does with it."""
        match block:
            case Heading(level=level):
                self.depth = min(self.base + max(level, 2) - 1, self.depth + 1)
                return {"kind": "heading", "level": self.depth, "line": self.line(block.line)}
            case Paragraph():
                return {"kind": "paragraph", "line": self.line(block.line)}
            case Bullets(items=items, ordered=ordered):
                return {"kind": "bullets", "ordered": ordered, "items": [self.all(i) for i in items]}
            case Table():
                return self.table(block)
            case Chart(alt=alt, caption=caption):
                return {
                    "kind": "chart",
                    "svg": self.draw(block),
                    "alt": alt or caption or self.say("图"),
                    "supplement": self.say("图"),
                    "caption": caption,
                }
            case Kpis(items=items):
                return self.kpis(items)
            case Box(kind=kind, title=title, blocks=blocks):
                return {"kind": "box", "type": kind, "title": title, "blocks": self.all(blocks)}
            case Index():
                return self.index(block)
            case Form():
                return form(block)

    def line(self, nodes: Line, *, tabular: bool = False) -> list[Any]:
        """Inline nodes: a plain string, or a dictionary with its words under ``t`` and its marks."""
        return [self.inline(node, tabular) for node in nodes]

    def inline(self, node: Inline, tabular: bool) -> Any:
        """One inline node; in tables every minus is a real one."""
        match node:
            case Break():
                return {"br": True}
            case Said(text=text):
                return number_text(text)
            case Number(text=text, strong=strong, note=note):
                return marked(number_text(text), strong=strong, mark=self.mark(node), note=note)
            case Text(text=text, strong=strong, em=em, href=href):
                web = href if href.startswith(WEB) else ""
                return marked(
                    breakable(_MINUS.sub("\u2212", text) if tabular else text), strong=strong, em=em, href=web
                )

    def mark(self, number: Number) -> str:
        """The label of a figure that a content index points at, where it stands first."""
        if number.metric not in self.unmarked:
            return ""
        self.unmarked.discard(number.metric)
        return f"figure:{number.metric}"

    def table(self, block: Table) -> Data:
        """A table with the share of each column; short rows are filled up."""
        count = max([len(block.header), *map(len, block.rows)])
        header, *rows = ([*row, *[()] * (count - len(row))] for row in (block.header, *block.rows))
        aligns = [*block.aligns, *["left"] * count][:count]
        words = [[plain(cell) for cell in row] for row in (header, *rows)]
        wide = shares(words, aligns) if count else []
        return {
            "kind": "table",
            "caption": block.caption,
            "note": block.note,
            "remark": self.say("注") + self.say("："),
            "supplement": self.say("表"),
            "continued": self.say("续表"),
            "total": block.total,
            "aligns": aligns,
            "header": [self.line(cell) for cell in header],
            "headed": any(word.strip() for word in words[0]),
            "rows": [[self.line(cell, tabular=True) or [ABSENT] for cell in row] for row in rows],
            "shares": wide,
            "scale": shrink(words, aligns) if count else 1.0,
            "whole": height(words, wide) <= KEEP_WHOLE,
        }

    def kpis(self, items: Sequence[Kpi]) -> Data:
        """Headline figures in rows of two to four, the digits apart from the words around them."""
        count = len(items)
        across = max(count, 1) if count <= 3 else min((4, 3), key=lambda n: -count % n)
        cards: list[Data] = []
        for item in items:
            before, digits, after = _split(number_text(plain(item.number)))
            marks = [self.mark(node) for node in item.number if isinstance(node, Number)]
            cards.append(
                {
                    "label": item.label,
                    "before": before,
                    "digits": digits,
                    "after": after,
                    "marks": [m for m in marks if m],
                    "notes": [n.note for n in item.number if isinstance(n, Number) and n.note],
                    "note": self.line(item.note),
                    "ems": width(f"{before} {after} ") * 0.5 + width(digits) * 1.07,
                }
            )
        return {"kind": "kpis", "across": across, "cards": cards}

    def index(self, block: Index) -> Data:
        """The content index of a standard."""
        return {
            "kind": "index",
            "title": block.title,
            "statement": block.statement,
            "stop": self.say("、"),
            "heads": [self.say(head) for head in ("披露项", "内容", "页码", "说明")],
            "rows": [
                {
                    "code": row.code,
                    "title": row.title,
                    "group": row.group,
                    "omission": row.omission,
                    "places": self.places.answering(row),
                }
                for row in block.rows
            ],
        }


def marked(text: str, **marks: Any) -> Any:
    """A text with those of its marks that are set, or the bare text."""
    kept = {name: value for name, value in marks.items() if value}
    return {"t": text, **kept} if kept else text


def _split(text: str) -> tuple[str, str, str]:
    """A printed number in the words before, the digits and the words after."""
    found = _PARTS.fullmatch(text)
    if not found:
        return "", text, ""
    before, digits, after = found.groups()
    return before.strip("\u00a0"), digits, after.strip("\u00a0")


def form(block: Form) -> Data:
    """The reader's form as questions with boxes to tick."""
    return {
        "kind": "form",
        "title": block.title,
        "contact": list(block.contact),
        "questions": [
            {"text": question.text, "answers": list(question.answers)} for question in block.questions
        ],
    }
