"""The last gate of a build: the PDF is read back, and every number in it must come from where a page says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from qingce.audit.model import Line as Printed
from qingce.audit.number import find
from qingce.audit.readers import read_text
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.page import (
    Block,
    Box,
    Break,
    Bullets,
    Chart,
    Document,
    Form,
    Index,
    Kpis,
    Line,
    Number,
    Page,
    Said,
    Table,
    lines,
    walk,
)
from qingce.core.page import Text as Words

_BLANK = re.compile(r"[\s\u200b\u00ad\u2060]")
_DIGIT = re.compile(r"\d")
Node = Words | Number | Said


@dataclass
class Gate:
    """What came of reading an edition back.

    Attributes:
        bound: bound numbers that the pages print.
        found: of these, how many stand in the PDF on their pages.
        quantities: numbers with a meaning that the PDF shows, by where they come from: ``bound``, ``said``,
            ``words`` (digits typed on a page), ``index``, ``numbering`` of captions, ``drawing``, ``stray``.
    """

    bound: int = 0
    found: int = 0
    quantities: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def unbound(document: Document, pdf: Path, spans: Mapping[str, tuple[int, int]]) -> Gate:
    """Read a PDF back and hold it against the document it was set from.

    Each bound number must stand on the pages of its section as often as the section prints it, and each
    number on a page must come from a bound number, a quotation, the words of the page or an index.

    Args:
        spans: first and last printed page of each section, as ``render_pdf`` gives them.

    Raises:
        UnreadableError: the PDF cannot be read.
    """
    text = read_text(pdf)
    gate = Gate()
    at = {n: list(rows) for n, rows in groupby(text.lines, key=lambda line: line.page)}
    for page in document.pages:
        if page.slug in spans:
            first, last = spans[page.slug]
            printed = [line for n in range(first, last + 1) for line in at.get(n, ())]
            _section(gate, page, _Sheet(printed), pdf.name)
    return gate


class _Sheet:
    """The words of a section's pages without blanks, and which of them are accounted for."""

    def __init__(self, printed: Sequence[Printed]) -> None:
        self.raw = "\n".join(line.text for line in printed)
        self.lines = [line for line in printed for _ in range(len(line.text) + 1)]
        self.text, self.kept = squeezed(self.raw)
        self.marks: list[str] = [""] * len(self.text)

    def take(self, words: str, mark: str) -> int | None:
        """Where these words stand and are not yet taken; they are taken for ``mark``."""
        at = self.text.find(words)
        while at >= 0:
            if self._whole(at, at + len(words)) and not any(self.marks[at:at + len(words)]):
                self.marks[at:at + len(words)] = [mark] * len(words)
                return at
            at = self.text.find(words, at + 1)
        return None

    def _whole(self, start: int, end: int) -> bool:
        """Whether no number is cut in two at either end."""
        before = start > 0 and re.fullmatch(r"\d[\d.,]|[.,]\d", self.text[start - 1:start + 1])
        after = re.fullmatch(r"\d[\d.,]\d?", self.text[end - 1:end + 2]) and not re.fullmatch(
            r"\d[.,]\D?", self.text[end - 1:end + 2])
        return not before and not after


def squeezed(text: str) -> tuple[str, list[int]]:
    """A text without blanks, with one sort of minus, and where each of its characters stood.

    A blank between two digits stays: without it two numbers would be one.

    >>> squeezed("\u22124.51\u00a0吨 CO2  7 8")[0]
    '-4.51吨CO2 7 8'
    """
    kept: list[int] = []
    out: list[str] = []
    blank = -1
    for i, char in enumerate(text):
        if _BLANK.match(char):
            blank = i
            continue
        if blank >= 0 and out and out[-1].isdigit() and char in _AFTER_BLANK:
            out.append(" ")
            kept.append(blank)
        blank = -1
        out.append(char.translate(_RAISED))
        kept.append(i)
    return "".join(out), kept


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹\u2212", "0123456789-")
_AFTER_BLANK = set("0123456789-\u2212")


def _section(gate: Gate, page: Page, sheet: _Sheet, file: str) -> None:
    said = [[node for node in line if not isinstance(node, Break)] for line in _lines(page)]
    loose: list[Node] = []
    for line in sorted(said, key=lambda nodes: -sum(len(node.text) for node in nodes)):
        words, kept = squeezed("".join(node.text for node in line))
        at = sheet.take(words, "words") if words else None
        if at is None:
            loose += line
            continue
        begin = 0
        for node in line:
            inside = [n for n, raw in enumerate(kept) if begin <= raw < begin + len(node.text)]
            for n in inside:
                sheet.marks[at + n] = _mark(node)
            begin += len(node.text)
            if isinstance(node, Number) and _DIGIT.search(node.text):
                gate.bound += 1
                gate.found += 1
    for node in sorted(loose, key=lambda n: (isinstance(n, Words), -len(n.text))):
        _loose(gate, page, sheet, node, file)
    for block in walk(page.blocks):
        if isinstance(block, Index):
            _index(sheet, block)
        if isinstance(block, Table | Chart):
            _numbered(sheet, block.caption)
        if isinstance(block, Chart):
            for text in _drawn(block.spec):
                if _DIGIT.search(text):
                    sheet.take(squeezed(text)[0], "drawing")
    _strays(gate, sheet, file)


def _drawn(spec: object) -> Iterator[str]:
    """Every text that a chart's specification holds: totals in the middle of a ring, labels of marks."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for value in spec.values():
            yield from _drawn(value)
    elif isinstance(spec, list | tuple):
        for value in spec:
            yield from _drawn(value)


def _numbered(sheet: _Sheet, caption: str) -> None:
    """The running number that the format sets before a caption."""
    text = squeezed(caption)[0]
    for match in re.finditer(rf"[表图]\d{{1,3}}(?= ?{re.escape(text)})", sheet.text) if text else ():
        sheet.marks[match.start():match.end()] = ["numbering"] * len(match[0])


def _mark(node: Node) -> str:
    return "bound" if isinstance(node, Number) else "said" if isinstance(node, Said) else "words"


def _loose(gate: Gate, page: Page, sheet: _Sheet, node: Node, file: str) -> None:
    """A node whose line is not printed in one piece: a cell that was broken, a label in a drawing."""
    text = squeezed(node.text)[0]
    if not _DIGIT.search(text):
        return
    at = sheet.take(text, _mark(node))
    if isinstance(node, Words):
        if at is None:
            for part in re.split(r"[，。；：、（）]", text):
                if _DIGIT.search(part):
                    sheet.take(part, "words")
        return
    if at is None and (digits := re.search(r"-?\d[\d,]*(?:\.\d+)?", text)):
        at = sheet.take(digits[0], _mark(node))  # drawings may set the unit apart
    if isinstance(node, Number):
        gate.bound += 1
        gate.found += at is not None
        if at is None:
            gate.findings.append(Finding(
                "number_printed", Status.FAIL, Severity.ERROR,
                f"“{page.title}”绑定的数字 {node.text}（{node.label}）在 PDF 的这一章里找不到。",
                place=Place(file=file, value=node.binding), advice="核对排版是否丢字、断字或缺字形。"))


def _lines(page: Page) -> Iterator[Line]:
    """Every line of words that a page prints, titles, captions and notes among them."""
    yield (Words(f"{page.number}{page.title}"),)
    for block in walk(page.blocks):
        yield from lines(block)
        yield from ((Words(text),) for text in _texts(block) if text)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Table(caption=caption, note=note):
            yield from (caption, note)
        case Chart(caption=caption):
            yield caption
        case Kpis(items=items):
            yield from (item.label for item in items)
        case Box(title=title):
            yield title
        case Form(title=title, questions=questions, contact=contact):
            yield from (title, *contact)
            for n, question in enumerate(questions, 1):
                yield f"{n}.{question.text}"
                yield from question.answers
        case Bullets(items=items, ordered=True):
            yield from (f"{n}." for n in range(1, len(items) + 1))
        case Index(statement=statement):
            yield statement


def _index(sheet: _Sheet, index: Index) -> None:
    """Codes, titles and page numbers of an index: they stand in its rows and nowhere else."""
    for row in sorted(index.rows, key=lambda r: -len(r.title)):
        for words in (row.omission, row.group):
            if words:
                sheet.take(squeezed(words)[0], "index")
        text = squeezed(f"{row.code} {row.title}")[0]
        at = sheet.take(text, "index")
        if at is None:
            continue
        end = at + len(text)
        while end < len(sheet.text) and re.match(r"[\d、,–—-]", sheet.text[end]) and not sheet.marks[end]:
            sheet.marks[end] = "index"
            end += 1


def _strays(gate: Gate, sheet: _Sheet, file: str) -> None:
    place = {raw: n for n, raw in enumerate(sheet.kept)}
    for found in find(sheet.raw):
        marks = {sheet.marks[place[i]] for i in range(found.bare_start, found.bare_end) if i in place}
        source = next(iter(marks)) if len(marks) == 1 else ""
        gate.quantities[source or "stray"] += 1
        if source:
            continue
        line = sheet.lines[found.bare_start]
        printed = sheet.raw[found.start:found.end].replace("\n", " ")
        gate.findings.append(Finding(
            "number_bound", Status.FAIL, Severity.ERROR,
            f"PDF 第 {line.page} 页的“{printed}”没有对应的绑定、引用或页面文字。",
            place=Place(file=file, row=line.number, value=line.text), advice="在页面中绑定它，或用 said(…) 注明出处。"))
