"""Sifting: how many rows of a delivered table break which rule, counted in one pass where the table lies.

A table that is not copied cannot be judged on its way in. Every rule of its declaration becomes one
``SUM(CASE …)`` of a single query, so that a table of any size is read once; the rows themselves are
asked for only of rules that somebody breaks.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from qingce.core.dataset import IDENTITY, Column, Dataset

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from qingce.engine.backend import Backend

MOST = 100
"""Rows that are named of one rule in one column."""
_DELIVERED = "qingce_delivered"
_TEXTUAL = ("text", "org", "code")
_FIRST_DAY, _LAST_DAY = dt.date(1, 1, 1), dt.date(9999, 12, 31)


class Allowed(Protocol):
    """What may stand in a column of codes or orgs."""

    @property
    def unknown(self) -> str:
        """The rule that a word breaks which is none of ``words``."""
    @property
    def outside(self) -> str:
        """The rule that a code breaks on a day out of its time."""
    @property
    def words(self) -> Mapping[str, str]:
        """The code that each word means."""
    @property
    def spans(self) -> Mapping[str, tuple[tuple[dt.date, dt.date], ...]]:
        """The days on which a code applies, of those that do not always."""


@dataclass(frozen=True, slots=True)
class Caught:
    """Rows that break one rule.

    Attributes:
        rule: its id; ``column``: where it is broken.
        rows: the first of them by key, every value as text: the key, the day, and the column itself.
            Of a key that stands more than once, one row with the number of times as ``""``.
    """

    rule: str
    column: str
    count: int
    rows: tuple[Mapping[str, str | None], ...]


def sift(
    backend: Backend, dataset: Dataset, url: str, allowed: Mapping[str, Allowed], unseen: str
) -> tuple[int, list[Caught]]:
    """The number of rows of the Parquet under a URL, and what is wrong with which of them.

    Its columns have the declared types, or ones that these hold.

    Args:
        unseen: a regular expression, read alike by RE2 and by Java, for what must not be in a text.

    Raises:
        ProjectError: the backend cannot run it.
    """
    import ibis

    table = ibis.table({name: column.dtype for name, column in dataset.columns.items()}, name=_DELIVERED)
    tests = list(_tests(dataset, table, allowed, unseen))
    sums = {f"c{n}": test.broken.ifelse(1, 0).sum() for n, test in enumerate(tests)}
    if dataset.grain:
        sums["again"] = _repeated(dataset, table)
    asked = table.aggregate(n=table.count(), **sums)
    found = {name: int(value[0] or 0) for name, value in _run(backend, dataset, url, asked).items()}
    caught = [
        Caught(test.rule, test.column, found[f"c{n}"], _rows(backend, dataset, url, _named(dataset, table, test)))
        for n, test in enumerate(tests) if found[f"c{n}"]
    ]
    if again := found.get("again", 0):
        rows = _rows(backend, dataset, url, _twice(dataset, table))
        caught.append(Caught("row_duplicate", dataset.grain[0], again, rows))
    return found["n"], caught


def _run(backend: Backend, dataset: Dataset, url: str, asked: ir.Table) -> dict[str, list[Any]]:
    said = backend.sql(asked)
    return backend.columns(said.replace(backend.quote(_DELIVERED), f"({backend.selected(dataset, url)})"))


def _rows(backend: Backend, dataset: Dataset, url: str, asked: ir.Table) -> tuple[Mapping[str, str | None], ...]:
    found = _run(backend, dataset, url, asked)
    names = [name.removeprefix("v_") for name in found]
    return tuple(dict(zip(names, row, strict=True)) for row in zip(*found.values(), strict=True))


# -- the rules ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Test:
    rule: str
    column: str
    broken: ir.BooleanValue


def _tests(
    dataset: Dataset, table: ir.Table, allowed: Mapping[str, Allowed], unseen: str
) -> Iterator[_Test]:
    for name, column in dataset.columns.items():
        cell = table[name]
        if not column.optional:
            empty = cell.isnull() | (cell == "").fill_null(False) if column.type in _TEXTUAL else cell.isnull()
            yield _Test("value_required", name, empty)
        if name in allowed:
            yield from _of_codes(dataset, table, name, allowed[name])
        elif column.type in _TEXTUAL:
            yield from _of_text(name, cell, column, unseen)
        elif column.type == "date":
            yield _Test("date_unreal", name, _outside(cell, _FIRST_DAY, _LAST_DAY))
        if column.low is not None or column.high is not None:
            yield _Test("value_range", name, _outside(cell, _bound(column, column.low), _bound(column, column.high)))


def _of_text(name: str, cell: Any, column: Column, unseen: str) -> Iterator[_Test]:
    hidden = cell.re_search(unseen).fill_null(False)
    # a required cell that is empty is told as such already
    yield _Test("value_nul", name, hidden | (cell == "").fill_null(False) if column.optional else hidden)
    if column.pseudonym:
        yield _Test("text_identity", name, cell.re_search(IDENTITY).fill_null(False))
    if column.pattern:
        fits = cell.re_search(rf"\A(?:{column.pattern})\z").fill_null(True)
        yield _Test("text_pattern", name, ~fits & (cell != "").fill_null(False))


def _of_codes(dataset: Dataset, table: ir.Table, name: str, allowed: Allowed) -> Iterator[_Test]:
    cell: Any = table[name]
    known = [word for word, code in allowed.words.items() if word == code]
    there = cell.notnull() & (cell != "") if not dataset.columns[name].optional else cell.notnull()
    yield _Test(allowed.unknown, name, there & ~cell.isin(known).fill_null(False) if known else there)
    if not dataset.time or not allowed.spans:
        return
    alike: dict[tuple[tuple[dt.date, dt.date], ...], list[str]] = {}
    for code, spans in allowed.spans.items():
        alike.setdefault(spans, []).append(code)
    late = [cell.isin(codes) & _at_no_time(table[dataset.time], spans) for spans, codes in alike.items()]
    yield _Test(allowed.outside, name, functools.reduce(operator.or_, late).fill_null(False))


def _at_no_time(day: Any, spans: tuple[tuple[dt.date, dt.date], ...]) -> Any:
    """Whether a day lies in none of the spans."""
    broken = day.notnull()
    for start, end in spans:
        broken = broken & _outside(day, start, end)
    return broken


def _outside(cell: Any, low: Any, high: Any) -> Any:
    """Whether a value lies below or above a bound, of which one may be open."""
    import ibis

    tests = []
    if low is not None:
        tests.append(cell < ibis.literal(low, type=cell.type()))
    if high is not None:
        tests.append(cell > ibis.literal(high, type=cell.type()))
    return functools.reduce(operator.or_, tests).fill_null(False)


def _bound(column: Column, bound: str | None) -> dt.date | int | Decimal | None:
    if bound is None:
        return None
    if column.type == "date":
        return dt.date.fromisoformat(bound)
    return int(bound) if column.dtype == "int64" else Decimal(bound)


# -- keys -----------------------------------------------------------------------------------------
def _whole(dataset: Dataset, table: ir.Table) -> Any:
    """Whether every required part of a row's key is there: what is missing is told of already."""
    import ibis

    found: Any = ibis.literal(True)
    for name in dataset.grain:
        if not dataset.columns[name].optional:
            found = found & table[name].notnull()
    return found


def _repeated(dataset: Dataset, table: ir.Table) -> Any:
    """Rows whose key another row has: all with a key, less the different keys."""
    import ibis

    whole = _whole(dataset, table)
    key: Any = ibis.struct({name: table[name] for name in dataset.grain}) if len(dataset.grain) > 1 else (
        table[dataset.grain[0]]
    )
    return whole.ifelse(1, 0).sum() - whole.ifelse(key, ibis.null(key.type())).nunique()


def _twice(dataset: Dataset, table: ir.Table) -> ir.Table:
    grain = list(dataset.grain)
    keyed = table.filter(_whole(dataset, table))
    again = keyed.group_by(grain).aggregate(v_=keyed.count())
    again = again.filter(again.v_ > 1).order_by(grain).limit(MOST)
    return again.select(**{f"v_{name}": again[name].cast("string") for name in grain}, v_=again.v_.cast("string"))


def _named(dataset: Dataset, table: ir.Table, test: _Test) -> ir.Table:
    """The first rows that break a rule: key, day and value."""
    names = dict.fromkeys([*dataset.grain, *([dataset.time] if dataset.time else []), test.column])
    found = table.filter(test.broken).order_by(list(dataset.grain or names)).limit(MOST)
    return found.select(**{f"v_{name}": found[name].cast("string") for name in names})
