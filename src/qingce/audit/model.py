"""What an audit reads and what it says: lines and tables in, quantities, statements, relations and findings out.

Everything is immutable and ordered as in the source, so that the same bytes give the same report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from qingce.core.check import Severity


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that a reader saw as a table.

    Attributes:
        line, start: the line (by its ``number``) in which the cell's text stands, and the offset there.
        rows, columns: how many of them the cell covers.
    """

    text: str
    line: int
    start: int = 0
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a text in reading order.

    Attributes:
        number: the line of the file for plain text, else the running number in reading order; from 1.
        page: the page printed or counted by the reader; ``None`` when the text has none.
        start: offset of the line's first character in the whole text.
        cells: its cells, when the reader saw it as a row of a table.
    """

    number: int
    text: str
    page: int | None = None
    start: int = 0
    cells: tuple[Cell, ...] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its reader saw it, row by row; covered places hold ``None``."""

    rows: tuple[tuple[Cell | None, ...], ...]
    page: int | None = None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A document in reading order, running heads and page numbers already gone.

    Attributes:
        file: the path as it was given.
        pages: page count of the document; 0 when unknown.
        notes: what the reader could not do, in words.
    """

    file: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    title: str = ""
    pages: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str, file: str = "") -> Text:
        """Plain text, its lines numbered from 1.

        >>> [line.number for line in Text.of("a\\nb").lines]
        [1, 2]
        """
        lines, start = [], 0
        for number, row in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
            lines.append(Line(number, row, None, start))
            start += len(row) + 1
        return cls(file, tuple(lines))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where something stands: characters ``start`` to ``end`` of the line with that number."""

    line: int
    start: int
    end: int
    page: int | None = None


class Qualifier(StrEnum):
    """What the words around a number say of its exactness."""

    EXACT = "exact"
    OVER = "over"
    """超, 逾, 突破, 余, 多, 以上: more than the number."""
    LEAST = "least"
    """不少于, 不低于, at least: the number or more."""
    NEARLY = "nearly"
    """近, 不足: less than the number, and close to it."""
    MOST = "most"
    """不超过, at most: the number or less."""
    ABOUT = "about"
    """约, approximately."""


class Kind(StrEnum):
    """What sort of thing a quantity is."""

    AMOUNT = "amount"
    """A balance, a flow or a count with its unit."""
    CHANGE = "change"
    """A difference to an earlier value."""
    GROWTH = "growth"
    """A change in per cent of the earlier value."""
    POINTS = "points"
    """A change of a share, in percentage points or basis points."""
    SHARE = "share"
    """A part in per cent of a whole."""
    RATE = "rate"
    """Any other per cent."""
    RANK = "rank"
    PLAIN = "plain"
    """A number without a unit."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with what stands around it.

    Attributes:
        text: as printed, with sign, qualifier and unit.
        value: in the unit as printed, 4.2 of ``4.2亿元``; for a range its lower end.
        low, high: bounds of the true value in the base unit (元, 人, %), from the digits printed and the
            qualifier; ``None`` is unbounded.
        unit: as printed, normalised in script; empty when none was found.
        dimension: what the unit measures; quantities of different dimension are never compared.
        scale: base units per printed unit.
        step: half of the last printed digit, in the base unit.
        sign: the direction in words: 1 (增长), -1 (下降), 0 none.
        direction: those words.
        span: where it stands; ``bare`` is the span of the digits alone.
        index: its place among the quantities of the text.
    """

    text: str
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    unit: str
    dimension: str
    scale: Decimal
    step: Decimal
    qualifier: Qualifier
    kind: Kind
    sign: int
    direction: str
    span: Span
    bare: Span
    index: int = 0
    upper: Decimal | None = None

    @property
    def base(self) -> Decimal:
        """The printed value in the base unit."""
        return self.value * self.scale


@dataclass(frozen=True, slots=True)
class Statement:
    """What a quantity claims to measure.

    Attributes:
        metric: the phrase that names the measure.
        subject: whose it is, when the text narrows it (a building, a city, a client's case).
        period: ``2024``, ``2024-12-31``, ``2024H1`` or empty.
    """

    quantity: Quantity
    metric: str
    subject: str = ""
    period: str = ""
    kind: Kind = Kind.AMOUNT


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing that the text lets one check, with its result.

    Attributes:
        holds: whether it is true within printed precision.
        arithmetic: the calculation in figures.
    """

    rule: str
    holds: bool
    quantities: tuple[Quantity, ...]
    arithmetic: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the text that does not hold.

    Attributes:
        line, page: of the main quantity or word.
        message: one sentence for a reader.
        quantities: all that take part, the main one first.
        spans: words that take part and are no quantities (codes, headings, names).
        confidence: 0 to 1.
        resolve: what would settle it.
    """

    file: str
    line: int
    page: int | None
    rule: str
    severity: Severity
    message: str
    quantities: tuple[Quantity, ...] = ()
    arithmetic: str = ""
    confidence: float = 1.0
    resolve: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The audit of one document."""

    text: Text
    quantities: tuple[Quantity, ...] = ()
    statements: tuple[Statement, ...] = ()
    relations: tuple[Relation, ...] = ()
    findings: tuple[Finding, ...] = ()
    inapplicable: tuple[str, ...] = field(default=())

    @property
    def covered(self) -> int:
        """How many quantities take part in at least one checked relation."""
        return len({q.index for r in self.relations for q in r.quantities})

    @property
    def coverage(self) -> Decimal:
        """The share of quantities that take part in at least one checked relation; 0 for none."""
        return Decimal(self.covered) / len(self.quantities) if self.quantities else Decimal(0)
