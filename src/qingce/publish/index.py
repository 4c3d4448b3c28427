"""The content index of a standard: which clauses a report answers, where, and whether that holds.

The index lists only what is answered or openly left out. Beside it come findings: an answer to a
clause that the standard does not have, a page or metric that does not exist, a clause about
quantities whose pages print none of its figures, a clause that another has replaced.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qingce.core.check import ERROR, NOTE, WARNING, Finding, Place, Severity, Status
from qingce.core.disclosure import Answer, Disclosure, Standard
from qingce.core.errors import closest
from qingce.core.page import Block, Box, Bullets, Document, Index, IndexRow, numbers
from qingce.core.period import Period

RULES: dict[str, tuple[Severity, str]] = {
    "index_codes_exist": (ERROR, "索引回应的每个披露项都在该标准之内。"),
    "index_pages_exist": (ERROR, "索引指向的每个页面都在报告之内。"),
    "index_metrics_exist": (ERROR, "索引指向的每项指标都已声明。"),
    "index_quantities_are_printed": (WARNING, "定量披露项所指的页面印有其指标的数值。"),
    "index_clauses_are_in_force": (WARNING, "索引回应的披露项在报告期末有效。"),
}
"""The rules by which an index is judged: severity, and the sentence that holds where it passes."""


def content_index(
    standard: Standard, document: Document, metrics: Collection[str], *, on: dt.date | None = None
) -> tuple[Index, tuple[Finding, ...]]:
    """The index of a document, with findings for every rule that was tried.

    Args:
        standard: with the project's answers.
        document: bound, so that its pages hold the numbers they print.
        metrics: the names of all declared metrics.
        on: the day on which clauses must be in force; default the last day of the period.

    Returns:
        The index, its rows in the standard's order with page slugs and metric names that exist,
        and one finding for each failure, or one pass for each rule that nothing breaks.
    """
    period = Period.parse(document.period)
    rows = tuple(
        _row(clause, answer, document, metrics)
        for clause in standard.disclosures
        if (answer := standard.answers.get(clause.code)) is not None
    )
    index = Index(
        standard.name, f"{standard.title}（{standard.edition}）",
        _statement(standard, document.organisation, period), rows,
    )
    return index, tuple(_Judge(standard, document, metrics, on or period.end).findings())


def fill_indexes(document: Document, indexes: Mapping[str, Index]) -> Document:
    """The document with each empty index put in by a page replaced by the one of its standard."""

    def filled(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(replaced(block) for block in blocks)

    def replaced(block: Block) -> Block:
        match block:
            case Index(standard=standard):
                return indexes.get(standard, block)
            case Box(blocks=blocks):
                return replace(block, blocks=filled(blocks))
            case Bullets(items=items):
                return replace(block, items=tuple(filled(item) for item in items))
            case _:
                return block

    return replace(document, pages=tuple(replace(p, blocks=filled(p.blocks)) for p in document.pages))


def _row(clause: Disclosure, answer: Answer, document: Document, metrics: Collection[str]) -> IndexRow:
    return IndexRow(
        code=clause.code, title=clause.title, group=clause.group,
        pages=tuple(slug for slug in answer.pages if document.page(slug)),
        figures=tuple(name for name in answer.figures if name in metrics), omission=answer.omitted,
    )


def _statement(standard: Standard, organisation: str, period: Period) -> str:
    # plain replacement: str.format would let a standard's text reach into objects
    blanks = {"{organisation}": organisation, "{start}": _day(period.start), "{end}": _day(period.end)}
    text = standard.statement
    for blank, words in blanks.items():
        text = text.replace(blank, words)
    return text


def _day(day: dt.date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


@dataclass(frozen=True, slots=True)
class _Problem:
    """One answer that breaks a rule."""

    code: str
    reason: str
    advice: str
    value: str = ""
    severity: Severity | None = None


class _Judge:
    """Tries each rule on every answer."""

    def __init__(
        self, standard: Standard, document: Document, metrics: Collection[str], day: dt.date
    ) -> None:
        self.standard = standard
        self.day = day
        self.metrics = metrics
        self.slugs = [page.slug for page in document.pages]
        self.printed = {
            page.slug: {key.split("/", 1)[0] for number in numbers(page) for key in number.figures}
            for page in document.pages
        }

    def findings(self) -> Iterator[Finding]:
        """For each rule its failures, or that it holds, or why it was not tried."""
        yield from self._told("index_codes_exist", len(self.standard.answers), list(self._unknown_codes()))
        pages = sum(len(answer.pages) for answer in self.standard.answers.values())
        yield from self._told("index_pages_exist", pages, list(self._unknown_pages()))
        named = sum(len(answer.figures) for answer in self.standard.answers.values())
        yield from self._told("index_metrics_exist", named, list(self._unknown_metrics()))
        claims = [(c, a) for c, a in self._known() if a.pages and (a.figures or c.measured)]
        yield from self._told("index_quantities_are_printed", len(claims), list(self._unprinted(claims)))
        known = [clause for clause, _ in self._known()]
        coming = "；".join(self._endings(known, over=False))
        ended = list(self._out_of_force(known))
        yield from self._told("index_clauses_are_in_force", len(known), ended, coming)

    def _known(self) -> Iterator[tuple[Disclosure, Answer]]:
        for clause in self.standard.disclosures:
            answer = self.standard.answers.get(clause.code)
            if answer is not None:
                yield clause, answer

    def _told(
        self, rule: str, tried: int, problems: Sequence[_Problem], remark: str = ""
    ) -> Iterator[Finding]:
        severity, sentence = RULES[rule]
        cites = f"{self.standard.title} {self.standard.edition}".strip()
        if not tried:
            reason = "索引没有可供核对的内容。"
            yield Finding(rule, Status.NOT_APPLICABLE, severity, reason, 0, 0, cites=cites)
        elif not problems:
            reason = f"{sentence}{remark}。" if remark else sentence
            yield Finding(rule, Status.PASS, severity, reason, tried, tried, cites=cites)
        for problem in problems:
            answer = self.standard.answers.get(problem.code)
            yield Finding(
                rule, Status.FAIL, problem.severity or severity, problem.reason, 1, 0,
                place=Place(file=answer.file if answer else "", column=problem.code, value=problem.value),
                advice=problem.advice, cites=cites,
            )

    def _unknown_codes(self) -> Iterator[_Problem]:
        codes = [clause.code for clause in self.standard.disclosures]
        for code in self.standard.answers:
            if code not in codes:
                yield _Problem(
                    code, f"{self.standard.title}没有披露项“{code}”。",
                    f"核对代码，或删去这一条。{_near(code, codes)}", code,
                )

    def _unknown_pages(self) -> Iterator[_Problem]:
        for answer in self.standard.answers.values():
            for slug in answer.pages:
                if slug not in self.slugs:
                    yield _Problem(
                        answer.code, f"披露项 {answer.code} 指向的页面“{slug}”不在报告中。",
                        f"改为某一页的 slug。{_near(slug, self.slugs)}", slug,
                    )

    def _unknown_metrics(self) -> Iterator[_Problem]:
        for answer in self.standard.answers.values():
            for name in answer.figures:
                if name not in self.metrics:
                    yield _Problem(
                        answer.code, f"披露项 {answer.code} 指向的指标“{name}”没有声明。",
                        f"改为已声明的指标名。{_near(name, self.metrics)}", name,
                    )

    def _unprinted(self, claims: Sequence[tuple[Disclosure, Answer]]) -> Iterator[_Problem]:
        for clause, answer in claims:
            shown = set().union(*(self.printed.get(slug, set()) for slug in answer.pages))
            if shown & set(answer.figures):
                continue
            pages = "、".join(answer.pages)
            if not answer.figures:
                # an open omission says by itself that the quantity is not there
                if not answer.omission:
                    yield _Problem(
                        clause.code,
                        f"披露项 {clause.code}（{clause.title}）要求定量信息，但没有指明任何指标。",
                        f"在 figures 中写明页面“{pages}”上的指标，或以 omission 说明未披露的部分及原因。",
                        pages,
                    )
                continue
            elsewhere = [slug for slug in self.slugs if self.printed[slug] & set(answer.figures)]
            where = f"这些指标印在：{'、'.join(elsewhere)}。" if elsewhere else "报告各页都没有印出这些指标。"
            yield _Problem(
                clause.code,
                f"披露项 {clause.code}（{clause.title}）所指的页面“{pages}”没有印出其指标的任何数值。",
                f"改正 pages，或在页面中引用指标。{where}", "、".join(answer.figures),
            )

    def _out_of_force(self, clauses: Sequence[Disclosure]) -> Iterator[_Problem]:
        for clause in clauses:
            if clause.valid_from and clause.valid_from > self.day:
                yield _Problem(
                    clause.code, f"披露项 {clause.code} 自 {clause.valid_from} 起生效，报告属于提前采用。",
                    "在编制说明中写明提前采用。", clause.code, NOTE,
                )
        for what, codes in self._endings(clauses, over=True).items():
            yield _Problem(codes[0], f"{what}。", "改按新的标准回应。", "、".join(codes))

    def _endings(self, clauses: Sequence[Disclosure], over: bool) -> dict[str, list[str]]:
        """For each group that has ended, or is to end, a sentence and the codes it touches."""
        ended: dict[tuple[str, dt.date, str], list[str]] = {}
        for clause in clauses:
            if clause.valid_to and (clause.valid_to < self.day) is over:
                ended.setdefault((clause.group, clause.valid_to, clause.replaced_by), []).append(clause.code)
        return {
            f"{group} 的 {'、'.join(codes)} {'已于' if over else '将于'} {last} 后"
            + (f"由 {successor} 取代" if successor else "失效"): codes
            for (group, last, successor), codes in ended.items()
        }


def _near(word: str, known: Collection[str]) -> str:
    near = closest(word[:80], known)
    return f"是否应为“{near}”？" if near else ""
