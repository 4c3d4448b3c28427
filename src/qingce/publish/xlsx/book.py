"""What a databook is made of: plain rows, filled from figures and declarations by whoever has both."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from qingce.core.amount import ABSENT, Value
from qingce.core.check import Finding, Status
from qingce.core.factor import Factor, FactorEdition, Source
from qingce.core.figure import Answered, Figure, Qualifier
from qingce.core.metric import KIND_LABELS, Metric

ANSWERED = {Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "暂缺"}


@dataclass(frozen=True, slots=True)
class BookRow:
    """One metric of one org and, in a family, one member, over up to three periods.

    Attributes:
        metric: the declared name; ``label`` its Chinese name.
        dims: the member's label in words, ``""`` for a total or a metric without family.
        unit: the unit shown, in which ``values`` are; a share is in ``%``, so 8.63 and not 0.0863.
        values: one for each period of the book, in its order; a missing tail is absent.
        places: digits behind the point in print.
        definition: the 口径.
        pack: label of the pack; rows of one pack stand together.
        kind: how it behaves in time, in words: 期末, 期间, 累计, 比率.
        check: the worst result of the checks that touch it; ``None`` where none does.
        standards: codes of clauses it serves, for example ``GRI 302-1``.
        source: where the value comes from, in words.
        pages: page numbers or slugs of pages where the report prints it.
        note: a remark, for example why the value is absent.
        marked: the remark is a footnote of the report, as that a value was restated.
        label_en, dims_en: the same names in English, where the report has an English edition.
    """

    metric: str
    label: str
    org: str
    unit: str
    values: tuple[Value, ...]
    places: int = 2
    dims: str = ""
    definition: str = ""
    owner: str = ""
    pack: str = ""
    kind: str = ""
    revision: int = 1
    qualifier: Qualifier = Qualifier.EXACT
    standards: tuple[str, ...] = ()
    check: Status | None = None
    source: str = ""
    pages: tuple[str, ...] = ()
    note: str = ""
    marked: bool = False
    label_en: str = ""
    dims_en: str = ""


@dataclass(frozen=True, slots=True)
class BookFactor:
    """An edition of a factor that some figure of the book rests on."""

    factor: Factor
    edition: FactorEdition
    source: Source | None = None
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BookSource:
    """A delivered file: what it is, its sha256, its rows, and whether the rows were made up to fit."""

    file: str
    label: str
    sha256: str
    rows: int
    synthetic: bool = False
    owner: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class BookGrade:
    """The data quality of one figure: its level as printed, and why; ``estimated`` in percent, 0 for nothing."""

    pack: str
    label: str
    org: str
    period: str
    score: Decimal
    text: str
    estimated: Decimal
    way: str
    why: str
    better: str
    key: str


@dataclass(frozen=True, slots=True)
class BookQuality:
    """The sheet on data quality.

    Attributes:
        remark: what the scale follows and whether that was confirmed, and how means are made and printed.
        totals: for each pack its label, and by period the count, the mean level and the shares in percent of estimated
            figures and of level 5; ``target`` in words.
    """

    remark: str
    totals: tuple[BookTotal, ...]
    grades: tuple[BookGrade, ...]


@dataclass(frozen=True, slots=True)
class BookTotal:
    """The data quality of a pack's figures in one period."""

    pack: str
    period: str
    count: int
    mean: Decimal | None
    estimated: Decimal | None
    worst: Decimal | None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A whole databook.

    Attributes:
        periods: labels of up to three periods, the report's own first.
        edition: the edition's name; ``hash`` the hash over its pages and figures.
        checks: results of all rules; ``sentences`` gives each rule's sentence.
        topics: the confirmed decision on materiality, which gets a sheet; ``None``: there is none.
        quality: the sheet on data quality; ``None``: nothing was judged.
        issued: the date that the file's properties carry; it must not depend on the clock.
    """

    title: str
    organisation: str
    period: str
    periods: tuple[str, ...]
    issued: dt.date
    edition: str = ""
    hash: str = ""
    rows: tuple[BookRow, ...] = ()
    checks: tuple[Finding, ...] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    factors: tuple[BookFactor, ...] = ()
    sources: tuple[BookSource, ...] = ()
    notes: tuple[str, ...] = ()
    topics: Mapping[str, Any] | None = None
    quality: BookQuality | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.periods) <= 3:
            raise ValueError(f"a databook has one to three periods, not {len(self.periods)}")


def book_row(
    metric: Metric,
    figures: Mapping[str, Figure],
    periods: Sequence[str],
    *,
    org: str,
    dims: str = "",
    pack: str = "",
    standards: tuple[str, ...] = (),
    check: Status | None = None,
    source: str = "",
    pages: tuple[str, ...] = (),
) -> BookRow:
    """The row of a metric from its figures by period, converted to the unit it is shown in.

    Args:
        figures: of one org and member, by period label; periods without a figure are absent.
        org, dims: names in words.
    """
    known = [figures.get(period) for period in periods]
    current = known[0]
    note = ""
    if current is not None and current.answered in ANSWERED:
        note = "：".join(part for part in (ANSWERED[current.answered], current.reason) if part)
    return BookRow(
        metric=metric.name, label=metric.label, org=org, unit=metric.shown.text,
        values=tuple(f.amount.to(metric.shown).value if f else ABSENT for f in known),
        places=metric.places, dims=dims, definition=metric.doc, owner=metric.owner, pack=pack,
        kind=KIND_LABELS[metric.kind], revision=current.revision if current else 1,
        qualifier=current.qualifier if current else Qualifier.EXACT, standards=standards, check=check,
        source=source or (current.source if current else ""), pages=pages, note=note,
    )


def paged(book: Book, pages: Mapping[str, int]) -> Book:
    """The book with page numbers in place of the slugs of those pages."""
    rows = (replace(row, pages=tuple(str(pages.get(slug, slug)) for slug in row.pages)) if row.pages else row
            for row in book.rows)
    return replace(book, rows=tuple(rows))
