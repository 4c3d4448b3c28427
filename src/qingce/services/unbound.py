"""The last gate of a build: an edition is read back, and every number in it must come from where a page says."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, groupby
from pathlib import Path

from qingce.audit.model import Line as Printed
from qingce.audit.model import Text
from qingce.audit.number import find
from qingce.audit.readers import read_text
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.page import (
    Break,
    Chart,
    Document,
    Index,
    Number,
    Page,
    Said,
    Table,
    walk,
)
from qingce.core.page import Text as Words
from qingce.publish.fixed import say
from qingce.publish.notes import notes_of
from qingce.services.gate import Gate, KeptGates, told
from qingce.services.printed import Row, drawn, other_lines, rows

_BLANKS = re.compile(r"[\s\u200b\u00ad\u2060]+")
_DIGIT = re.compile(r"\d")
_MARKS = re.compile(r"\[\d{1,3}\]|注\d{1,3}(?!\d)")
"""The marks of footnotes, in print and on the web."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹\u2212", "0123456789-")
_AFTER_BLANK = set("0123456789-")
_PAGE = re.compile(r"[ .．·…]*(\d{1,4})(?!\d)")
_BETWEEN = Words("  ")
"""Between the cells of a row; a blank keeps two numbers apart."""
Node = Words | Number | Said


def unbound(
    document: Document, pdf: Path, spans: Mapping[str, tuple[int, int]], kept: KeptGates | None = None
) -> Gate:
    """Read a PDF back and hold it against the document it was set from.

    Each bound number must stand on the pages of its section as often as the section prints it, each
    number on a page must come from a bound number, a quotation, the words of the page or an index, and
    the contents must name the pages on which the sections begin.

    Args:
        spans: first and last printed page of each section, as ``render_pdf`` gives them.
        kept: what earlier runs read and found; a side or a section that is the same is not judged again.

    Raises:
        UnreadableError: the PDF cannot be read.
    """
    gate = Gate()
    at = {n: list(rows) for n, rows in groupby(_text(pdf, kept).lines, key=lambda line: line.page)}
    inside: set[int] = set()
    for page in document.pages:
        if page.slug in spans:
            first, last = spans[page.slug]
            inside |= set(range(first, last + 1))
            printed = [line for n in range(first, last + 1) for line in at.get(n, ())]
            gate.add(_section(page, printed, pdf.name, document, kept))
    front = [line for n, rows in at.items() if n not in inside for line in rows]
    _front(gate, document, _Sheet(front), pdf.name, spans)
    return gate


def _text(pdf: Path, kept: KeptGates | None) -> Text:
    return read_text(pdf, kept=None if kept is None else kept.sides)


def _section(page: Page, printed: Sequence[Printed], file: str, document: Document, kept: KeptGates | None) -> Gate:
    if kept is None:
        return held(page, printed, file, document)
    read = [(line.number, line.page, line.text) for line in printed]
    made_of = [told(page), told(read), file, *named(document)]
    return kept.gate(made_of, lambda: held(page, printed, file, document))


def named(document: Document) -> tuple[str, str, str]:
    """The words of a document that may stand on any of its pages."""
    return document.title, document.organisation, document.subtitle


class _Sheet:
    """The words of some pages without blanks, and which of them are accounted for."""

    def __init__(self, printed: Sequence[Printed]) -> None:
        self.raw = "\n".join(line.text for line in printed)
        self.lines = [line for line in printed for _ in range(len(line.text) + 1)]
        self.text, self.kept = squeezed(self.raw)
        self.marks: list[str] = [""] * len(self.text)

    def take(self, words: str, mark: str) -> int | None:
        """Where these words stand and are not yet taken; they are taken for ``mark``."""
        at = self.text.find(words) if words else -1
        while at >= 0:
            if self._whole(at, at + len(words)) and not any(self.marks[at:at + len(words)]):
                self.set(at, at + len(words), mark)
                return at
            at = self.text.find(words, at + 1)
        return None

    def set(self, start: int, end: int, mark: str) -> None:
        """Take a stretch for ``mark``."""
        self.marks[start:end] = [mark] * (end - start)

    def _whole(self, start: int, end: int) -> bool:
        """Whether no number is cut in two at either end."""
        joined = start > 0 and self.kept[start] == self.kept[start - 1] + 1  # a full stop ends the line before
        before = joined and re.fullmatch(r"\d[\d.,]|[.,]\d", self.text[start - 1:start + 1])
        after = re.fullmatch(r"\d[\d.,]\d?", self.text[end - 1:end + 2]) and not re.fullmatch(
            r"\d[.,]\D?", self.text[end - 1:end + 2])
        return not before and not after

    def strays(self, gate: Gate, file: str) -> None:
        """Count the numbers by where they come from; one that comes from nowhere is an error."""
        place = {raw: n for n, raw in enumerate(self.kept)}
        for found in find(self.raw):
            marks = {self.marks[place[i]] for i in range(found.bare_start, found.bare_end) if i in place}
            source = next(iter(marks)) if len(marks) == 1 else ""
            gate.quantities[source or "stray"] += 1
            if source:
                continue
            line = self.lines[found.bare_start]
            printed = self.raw[found.start:found.end].replace("\n", " ")
            where = f"第 {line.page} 页" if line.page is not None else f"第 {line.number} 行"
            gate.findings.append(Finding(
                "number_bound", Status.FAIL, Severity.ERROR,
                f"{file} {where}的“{printed}”没有对应的绑定、引用或页面文字。",
                place=Place(file=file, row=line.number, value=line.text),
                advice="在页面中绑定它，或用 said(…) 注明出处。"))


def squeezed(text: str) -> tuple[str, list[int]]:
    """A text without blanks, with one sort of minus, and where each of its characters stood.

    A blank between two digits stays: without it two numbers would be one.

    >>> squeezed("\u22124.51\u00a0吨 CO2  7 8")[0]
    '-4.51吨CO2 7 8'
    """
    text = text.translate(_RAISED)
    out: list[str] = []
    kept: list[int] = []
    at = 0
    for blank in _BLANKS.finditer(text):
        start, end = blank.span()
        out.append(text[at:start])
        kept += range(at, start)
        if start and text[start - 1].isdigit() and text[end:end + 1] in _AFTER_BLANK and end < len(text):
            out.append(" ")
            kept.append(end - 1)
        at = end
    out.append(text[at:])
    kept += range(at, len(text))
    return "".join(out), kept


def held(
    page: Page, printed: Sequence[Printed], file: str, document: Document, *, sources: bool = False
) -> Gate:
    """One section of an edition against its page.

    Args:
        sources: the edition names the source behind a quoted number, for those who only hear it.
    """
    notes = notes_of(page)
    if notes:
        # a mark stands between a number and the words after it, and so would hide the line from its page
        printed = [replace(line, text=_MARKS.sub("", line.text)) for line in printed]
    return _Section(page, _Sheet(printed), file, document, sources).judged(notes)


class _Section:
    """A page and the words that an edition shows of it."""

    def __init__(self, page: Page, sheet: _Sheet, file: str, document: Document, sources: bool) -> None:
        self.page = page
        self.sources = sources
        self.sheet = sheet
        self.file = file
        self.gate = Gate()
        self.named = named(document)
        self.language = document.language

    def judged(self, notes: Sequence[str] = ()) -> Gate:
        """What is certain of its place is taken first, then whole rows and lines, then single words.

        Args:
            notes: the page's footnotes.
        """
        for note in notes:
            while self.sheet.take(squeezed(note)[0], "note") is not None:
                pass
        blocks = list(walk(self.page.blocks))
        for block in blocks:
            if isinstance(block, Table | Chart):
                self._numbered(block.caption)
            if isinstance(block, Index):
                self._index(block)
        loose = self._lines(self._lines([*rows(blocks), *((line,) for line in other_lines(self.page, blocks))]))
        for row in loose:
            for node in self._joined(row):
                self._loose(node)
        for block in blocks:
            if isinstance(block, Chart):
                self._drawing(block)
        for text in self.named:
            while self.sheet.take(squeezed(text)[0], "words") is not None:
                pass
        self.sheet.strays(self.gate, self.file)
        return self.gate

    def _lines(self, rows: Sequence[Row]) -> list[Row]:
        """Take rows that are printed in one piece, the longest first; the pieces of the others come back."""
        pieces: list[Row] = []
        for cells in sorted(rows, key=lambda cells: -sum(len(n.text) for n in self._joined(cells))):
            nodes = self._joined(cells)
            if not self._whole(nodes):
                split = [(cell,) for cell in cells] if len(cells) > 1 else [((node,),) for node in nodes]
                pieces += [row for row in split if any(_DIGIT.search(node.text) for node in self._joined(row))]
        return pieces

    def _joined(self, cells: Row) -> list[Node]:
        """The nodes of a row in one line, its cells apart."""
        nodes: list[Node] = []
        for cell in cells:
            if nodes:
                nodes.append(_BETWEEN)
            for node in cell:
                if not isinstance(node, Break):
                    nodes.append(node)
                if isinstance(node, Said) and self.sources:
                    nodes.append(Words(say(self.language, "（引自{}）", node.source)))
        return nodes

    def _whole(self, nodes: Sequence[Node]) -> bool:
        words, kept = squeezed("".join(node.text for node in nodes))
        at = self.sheet.take(words, "words")
        if at is None:
            return not words
        bounds = [0, *accumulate(len(node.text) for node in nodes)]
        for node, begin, end in zip(nodes, bounds, bounds[1:], strict=False):
            first, last = bisect_left(kept, begin), bisect_left(kept, end)
            self.sheet.set(at + first, at + last, _mark(node))
            if isinstance(node, Number) and _DIGIT.search(node.text):
                self.gate.bound += 1
                self.gate.found += 1
        return True

    def _loose(self, node: Node) -> None:
        """A node whose line is not printed in one piece: a cell that was broken, a label in a drawing."""
        text = squeezed(node.text)[0]
        if not _DIGIT.search(text):
            return
        at = self.sheet.take(text, _mark(node))
        if isinstance(node, Words):
            if at is None:
                for part in re.split(r"[，。；：、（）]", text):
                    if _DIGIT.search(part):
                        self.sheet.take(part, "words")
            return
        if at is None and (digits := re.search(r"-?\d[\d,]*(?:\.\d+)?", text)):
            at = self.sheet.take(digits[0], _mark(node))  # drawings may set the unit apart
        if isinstance(node, Number):
            self.gate.bound += 1
            self.gate.found += at is not None
            if at is None:
                self._missing(node)

    def _missing(self, node: Number) -> None:
        self.gate.findings.append(Finding(
            "number_printed", Status.FAIL, Severity.ERROR,
            f"“{self.page.title}”绑定的数字 {node.text}（{node.label}）在 {self.file} 的这一章里找不到。",
            place=Place(file=self.file, value=node.binding), advice="核对排版是否丢字、断字或缺字形。"))

    def _numbered(self, caption: str) -> None:
        """The running number that the format sets before a caption."""
        text = squeezed(caption)[0]
        running = rf"(?:[表图]|Table|Figure)\d{{1,3}}(?= ?{re.escape(text)})"
        for match in re.finditer(running, self.sheet.text) if text else ():
            self.sheet.set(*match.span(), "numbering")

    def _index(self, index: Index) -> None:
        """Codes, titles and page numbers of an index: they stand in its rows and nowhere else."""
        sheet = self.sheet
        for row in sorted(index.rows, key=lambda r: -len(r.title)):
            for words in (row.omission, row.group):
                sheet.take(squeezed(words)[0], "index")
            text = squeezed(f"{row.code} {row.title}")[0]
            at = sheet.take(text, "index")
            if at is None:  # a title broken into lines, with its code and pages beside one of them
                self._index_line(sheet.take(squeezed(row.code)[0], "index"))
            end = at + len(text) if at is not None else len(sheet.text)
            while end < len(sheet.text) and re.match(r"[\d、,–—-]", sheet.text[end]) and not sheet.marks[end]:
                sheet.marks[end] = "index"
                end += 1

    def _index_line(self, code: int | None) -> None:
        """Take the page numbers that stand on one line with a clause's code."""
        sheet = self.sheet
        if code is None:
            return
        line = sheet.lines[sheet.kept[code]]
        for at in range(max(0, code - len(line.text)), min(len(sheet.text), code + len(line.text))):
            here = sheet.lines[sheet.kept[at]] is line and not sheet.marks[at]
            if here and (sheet.text[at].isdigit() or sheet.text[at] in "–—,、"):
                sheet.marks[at] = "index"

    def _drawing(self, chart: Chart) -> None:
        """Totals in the middle of a ring, labels of marks and axes."""
        for text in drawn(chart.spec):
            if _DIGIT.search(text):
                self.sheet.take(squeezed(text)[0], "drawing")


def _mark(node: Node) -> str:
    return "bound" if isinstance(node, Number) else "said" if isinstance(node, Said) else "words"


def _front(gate: Gate, document: Document, sheet: _Sheet, file: str, spans: Mapping[str, tuple[int, int]]) -> None:
    """The sides before and between the sections: cover, contents, titles of parts."""
    for page in document.pages:
        first = spans.get(page.slug, (0, 0))[0]
        while first and (told := _page_behind(sheet, f"{page.number} {page.title}".strip())) is not None:
            if told not in (first, 0):
                gate.findings.append(Finding(
                    "contents_page", Status.FAIL, Severity.ERROR,
                    f"目录写“{page.title}”在第 {told} 页，实际从第 {first} 页起。",
                    place=Place(file=file, value=page.title), advice="重新排印；仍不符时请报告这一缺陷。"))
    titles = {text for page in document.pages for text in (f"{page.part} {page.part_title}", page.part)}
    for text in sorted(titles, key=lambda t: (-len(t), t)):
        _page_behind(sheet, text.strip())
    for text in (document.title, document.subtitle, document.organisation, document.period, *titles):
        while sheet.take(squeezed(text)[0], "words") is not None:
            pass
    sheet.strays(gate, file)


def _page_behind(sheet: _Sheet, title: str) -> int | None:
    """The page number that the contents print behind a title, 0 where none stands there; both are taken."""
    words = squeezed(title)[0]
    at = sheet.take(words, "words")
    if at is None:
        return None
    place = _PAGE.match(sheet.text, at + len(words))
    if place is None:
        return 0
    sheet.set(at + len(words), place.end(), "numbering")
    return int(place[1])
