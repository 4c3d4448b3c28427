"""The reading copy: the text as it was read, every number coloured, one file without any other."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files

from qingce.audit.model import Cell, Finding, Line, Quantity, Relation, Report, Span
from qingce.audit.show.plain import WORDS, headline, place
from qingce.audit.show.records import RANK, in_order
from qingce.core.check import Severity

TIES, UNCHECKED, CONTRADICTED = "ties", "unchecked", "contradicted"
_SAID = {TIES: "相符", UNCHECKED: "未勾稽", CONTRADICTED: "存疑"}


def standing(report: Report) -> list[str]:
    """For each quantity, by its index: whether it ties, is contradicted, or takes part in nothing.

    A number that takes part in a relation that does not hold, or in an error or warning, is contradicted,
    whatever else it ties to.
    """
    found = [UNCHECKED] * len(report.quantities)
    for relation in report.relations:
        for quantity in relation.quantities:
            if found[quantity.index] != CONTRADICTED:
                found[quantity.index] = TIES if relation.holds else CONTRADICTED
    for finding in report.findings:
        if finding.severity is not Severity.NOTE:
            for quantity in finding.quantities:
                found[quantity.index] = CONTRADICTED
    return found


def reading_copy(reports: Sequence[Report]) -> str:
    """All reports as one HTML page that needs nothing else and may load nothing else."""
    style, script = _asset("reading.css"), _asset("reading.js")
    policy = (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    title = "审读：" + "、".join(r.text.title or r.text.file for r in reports[:3])
    return "".join([
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="referrer" content="no-referrer">\n',
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        *(piece for i, report in enumerate(reports) for piece in _Copy(report, f"d{i}-").pieces()),
        f"<script>{script}</script>\n</body>\n</html>\n",
    ])


def _asset(name: str) -> str:
    return files("qingce.audit.show").joinpath(name).read_text(encoding="utf-8").strip()


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Copy:
    """One report written out; ``mark`` begins every id, so that several stand in one page."""

    def __init__(self, report: Report, mark: str) -> None:
        self.report = report
        self.mark = mark
        self.standing = standing(report)
        self.findings = in_order(report)
        self.cards: dict[int, list[str]] = defaultdict(list)
        for n, finding in enumerate(self.findings):
            for quantity in finding.quantities:
                self.cards[quantity.index].append(f"{mark}f{n}")
        for n, relation in enumerate(report.relations):
            for quantity in relation.quantities:
                self.cards[quantity.index].append(f"{mark}r{n}")

    def pieces(self) -> Iterator[str]:
        """The article, piece by piece."""
        text = self.report.text
        yield f'<article>\n<header>\n<h1>{escape(text.title or text.file)}</h1>\n'
        if text.title:
            yield f"<p>{escape(text.file)}</p>\n"
        yield from (f"<p>注意：{escape(note)}</p>\n" for note in text.notes)
        yield f"<p>{escape(headline(self.report))}</p>\n"
        yield from self._coverage()
        yield "</header>\n<main>\n<nav>\n"
        yield from self._found()
        yield '</nav>\n<div class="text">\n'
        yield from _Body(self.report, self.mark, self.cards).pieces()
        yield '</div>\n<aside>\n<div class="shown"><h2>勾稽</h2>'
        yield '<p class="hint">点开一个数字，看它与哪些数字核对过。</p></div>\n'
        yield '<div class="all"><h2>全部勾稽</h2>\n'
        for n, relation in enumerate(self.report.relations):
            yield self._relation(n, relation)
        yield "</div>\n</aside>\n</main>\n</article>\n"

    def _coverage(self) -> Iterator[str]:
        total = len(self.standing)
        count = {state: self.standing.count(state) for state in _SAID}
        yield '<div class="share"><svg viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="'
        yield "，".join(f"{word} {count[state]}" for state, word in _SAID.items()) + '">'
        at = 0.0
        for state in (TIES, CONTRADICTED, UNCHECKED):
            width = 100 * count[state] / total if total else 0.0
            yield f'<rect class="{state}" x="{at:.3f}" y="0" width="{width:.3f}" height="8"/>'
            at += width
        yield '</svg></div>\n<ul class="key">'
        for state, word in _SAID.items():
            share = f"（{count[state] / total:.1%}）" if total else ""
            yield f'<li><span class="swatch {state}">{word}</span> {count[state]}{share}</li>'
        yield f"<li>覆盖率 {self.report.coverage:.1%}：参与至少一项勾稽的数字所占的份额</li></ul>\n"

    def _found(self) -> Iterator[str]:
        if not self.findings:
            yield '<h2>疑点</h2><p class="hint">没有疑点。</p>\n'
        for severity in sorted(Severity, key=RANK.__getitem__):
            some = [(n, f) for n, f in enumerate(self.findings) if f.severity is severity]
            if some:
                yield f"<h2>{WORDS[severity]} {len(some)}</h2>\n<ol>\n"
                yield from (self._finding(n, finding) for n, finding in some)
                yield "</ol>\n"

    def _finding(self, n: int, finding: Finding) -> str:
        main = finding.quantities[0].index if finding.quantities else None
        to = f"{self.mark}q{main}" if main is not None else f"{self.mark}l{finding.line}"
        return "".join([
            f'<li class="card {finding.severity}" id="{self.mark}f{n}">'
            f'<a href="#{to}" data-to="{to}">{escape(finding.message)}</a> ',
            f'<span class="where">{escape(place(finding))}</span>',
            self._sum(finding.arithmetic), self._links(finding.quantities),
            f'<div class="hint">→ {escape(finding.resolve)}</div>' if finding.resolve else "",
            f'<div class="rule">{escape(finding.rule)}，把握 {finding.confidence:.0%}</div></li>\n',
        ])

    def _relation(self, n: int, relation: Relation) -> str:
        state, word = ("holds", "相符") if relation.holds else ("fails", "不符")
        return (
            f'<div class="card {state}" id="{self.mark}r{n}">{word} <span class="rule">{escape(relation.rule)}</span>'
            f"{self._sum(relation.arithmetic)}{self._links(relation.quantities)}</div>\n"
        )

    def _sum(self, arithmetic: str) -> str:
        return f'<span class="sum">{escape(arithmetic)}</span>' if arithmetic else ""

    def _links(self, quantities: Sequence[Quantity]) -> str:
        links = "；".join(
            f'<a href="#{self.mark}q{q.index}" data-to="{self.mark}q{q.index}">{escape(q.text)}</a>'
            f'<span class="where">（第 {q.span.line} 行）</span>' for q in quantities[:40]
        )
        return f"<div>{links}</div>" if links else ""


class _Body:
    """The text of a report with its numbers marked.

    Args:
        cards: for each quantity, the ids of the findings and relations in which it takes part.
    """

    def __init__(self, report: Report, mark: str, cards: Mapping[int, Sequence[str]]) -> None:
        self.report = report
        self.mark = mark
        self.cards = cards
        self.standing = standing(report)
        self.spans: dict[int, list[tuple[Span, Quantity | None]]] = defaultdict(list)
        for quantity in report.quantities:
            self.spans[quantity.span.line].append((quantity.span, quantity))
        for finding in report.findings:
            for span in finding.spans:
                self.spans[span.line].append((span, None))
        for marks in self.spans.values():
            marks.sort(key=lambda m: (m[0].start, m[1] is None, -m[0].end))

    def pieces(self) -> Iterator[str]:
        """Pages, lines and tables in reading order."""
        rows = _rows(self.report)
        page: int | None = None
        inside = -1
        for line in self.report.text.lines:
            table, places = rows.get(line.number, (-1, ()))
            turned = line.page is not None and line.page != page
            if inside >= 0 and (table != inside or turned):
                yield "</table></div>\n"
                inside = -1
            if turned:
                page = line.page
                yield f'<div class="side">第 {page} 页</div>\n'
            where = f'id="{self.mark}l{line.number}"'
            if table < 0:
                if line.text.strip():
                    yield f"<p {where}><i>{line.number}</i>{self._marked(line, 0, len(line.text))}</p>\n"
                continue
            if inside < 0:
                yield '<div class="wide"><table>\n'
                inside = table
            yield f'<tr {where}><td class="n">{line.number}</td>'
            yield from (self._cell(line, cell) for cell in places)
            yield "</tr>\n"
        if inside >= 0:
            yield "</table></div>\n"

    def _cell(self, line: Line, cell: Cell | None) -> str:
        if cell is None:
            return "<td></td>"
        spans = (f' colspan="{cell.columns}"' if cell.columns > 1 else "") + (
            f' rowspan="{cell.rows}"' if cell.rows > 1 else "")
        return f"<td{spans}>{self._marked(line, cell.start, cell.start + len(cell.text))}</td>"

    def _marked(self, line: Line, start: int, end: int) -> str:
        made, at = [], start
        for span, quantity in self.spans.get(line.number, ()):
            if span.start < at or span.end > end or span.end <= span.start:
                continue
            made.append(escape(line.text[at:span.start]))
            words = escape(line.text[span.start:span.end])
            made.append(f"<mark>{words}</mark>" if quantity is None else self._quantity(quantity, words))
            at = span.end
        return "".join([*made, escape(line.text[at:end])])

    def _quantity(self, quantity: Quantity, words: str) -> str:
        state = self.standing[quantity.index]
        cards = self.cards.get(quantity.index, ())
        href = cards[0] if cards else f"{self.mark}q{quantity.index}"
        related = f' data-r="{" ".join(cards)}"' if cards else ""
        name = f"{self.mark}q{quantity.index}"
        return f'<a class="q {state}" id="{name}" href="#{href}" title="{_SAID[state]}"{related}>{words}</a>'


def _rows(report: Report) -> dict[int, tuple[int, tuple[Cell | None, ...]]]:
    """For each line that shows a row of a table: which table, and its cells; places left empty hold ``None``."""
    found: dict[int, tuple[int, tuple[Cell | None, ...]]] = {}
    for n, table in enumerate(report.text.tables):
        held: dict[int, int] = {}
        for row in table.rows:
            places: list[Cell | None] = []
            covered = 0
            for column, cell in enumerate(row):
                if cell is not None:
                    places.append(cell)
                    covered = column + cell.columns
                    if cell.rows > 1:
                        held |= dict.fromkeys(range(column, covered), cell.rows)
                elif column >= covered and not held.get(column):
                    places.append(None)
            held = {column: left - 1 for column, left in held.items() if left > 1}
            line = next((cell.line for cell in row if cell is not None), 0)
            found[line] = (n, tuple(places))
    return found
