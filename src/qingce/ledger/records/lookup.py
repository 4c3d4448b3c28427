"""Codes and orgs: what a cell may say, and on which days it may say it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.errors import DeclarationError
from qingce.core.org import OrgTree
from qingce.ledger.records.collect import LIMIT, near
from qingce.ledger.records.hits import Hit
from qingce.ledger.records.source import TAG, named, quoted

if TYPE_CHECKING:
    import duckdb

Span = tuple[dt.date, dt.date]
_NEAREST_OF = 5000


class CodeWords:
    """The words of a code list: codes and labels, and the days on which each code applies."""

    unknown, outside = "code_unknown", "code_expired"

    def __init__(self, codes: CodeList) -> None:
        words: dict[str, str] = {}
        for value in codes.values:
            words.setdefault(value.label, value.code)
        words.update({value.code: value.code for value in codes.values})
        self.words: Mapping[str, str] = words
        self.spans: Mapping[str, tuple[Span, ...]] = {
            v.code: ((v.valid_from or dt.date.min, v.valid_to or dt.date.max),)
            for v in codes.values if v.valid_from or v.valid_to
        }
        self.title, self.choices = f"代码表“{codes.label}”", f"可填：{codes.choices}"


class OrgWords:
    """The words of an org tree: codes and names that belong to one code, and when each org stood."""

    unknown, outside = "org_unknown", "org_closed"
    title, choices = "机构表", ""

    def __init__(self, orgs: OrgTree) -> None:
        names: dict[str, set[str]] = {}
        for org in orgs.rows:
            names.setdefault(org.name, set()).add(org.code)
        words = {name: next(iter(codes)) for name, codes in names.items() if name and len(codes) == 1}
        words.update({code: code for code in orgs})
        self.words: Mapping[str, str] = words
        self.spans = standing(orgs)


def standing(orgs: OrgTree) -> dict[str, tuple[Span, ...]]:
    """The spans in which an org hangs on the root, for orgs that do not always do.

    >>> from qingce.core.org import Org
    >>> tree = OrgTree([Org("LZB", "行", "法人"), Org("B1", "一", "分行", "LZB", dt.date(2024, 7, 1))])
    >>> standing(tree)["B1"][0][0].isoformat(), "LZB" in standing(tree)
    ('2024-07-01', False)
    """
    starts = [dt.date.min, *orgs.change_days]
    ends = [day - dt.timedelta(days=1) for day in starts[1:]] + [dt.date.max]
    found: dict[str, tuple[Span, ...]] = {}
    for code in orgs:
        spans: list[Span] = []
        for start, end in zip(starts, ends, strict=True):
            if not orgs.path(code, start):
                continue
            if spans and spans[-1][1] + dt.timedelta(days=1) == start:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        if spans != [(dt.date.min, dt.date.max)]:
            found[code] = tuple(spans)
    return found


Words = CodeWords | OrgWords


def words_of(dataset: Dataset, codes: Mapping[str, CodeList], orgs: OrgTree | None) -> dict[str, Words]:
    """What may stand in each code and org column.

    Raises:
        DeclarationError: a code list is not given.
    """
    words: dict[str, Words] = {}
    for name, column in dataset.columns.items():
        if column.type == "code":
            if column.of not in codes:
                raise DeclarationError(
                    f"dataset {dataset.name!r}: column {name!r} takes codes of {column.of!r}, "
                    "which is not a code list."
                )
            words[name] = CodeWords(codes[column.of])
        elif column.type == "org" and orgs is not None:
            words[name] = OrgWords(orgs)
    return words


def look_up(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, table: str, number: int, name: str,
    words: Words,
) -> Iterator[tuple[list[Hit], int]]:
    """Make labels codes in a table; yields what is unknown and what does not apply on its day.

    Args:
        table: typed rows of file ``number``, with where each stands in it as ``__at``.
    """
    database.execute(
        "CREATE OR REPLACE TEMP TABLE words AS "
        "SELECT unnest(?::VARCHAR[]) AS word, unnest(?::VARCHAR[]) AS code",
        [list(words.words), list(words.words.values())],
    )
    column = named(name)
    lost = (
        f"FROM {table} WHERE {column} IS NOT NULL AND NOT starts_with({column}, {quoted(TAG)}) "
        f"AND {column} NOT IN (SELECT word FROM words)"
    )
    [[count]] = database.execute(f"SELECT count(*) {lost}").fetchall()
    if count:
        rows = database.execute(f"SELECT __at, {column} {lost} ORDER BY __at LIMIT {LIMIT}").fetchall()
        hints = {value: meant(value, words) for value in {value for _, value in rows}}
        yield [Hit(words.unknown, number, at, name, value, hint=hints[value]) for at, value in rows], count
    if database.execute(
        f"SELECT 1 FROM {table} WHERE {column} IN (SELECT word FROM words WHERE word <> code) LIMIT 1"
    ).fetchall():
        database.execute(
            f"UPDATE {table} SET {column} = words.code FROM words "
            f"WHERE {table}.{column} = words.word AND words.word <> words.code"
        )
    if dataset.time and words.spans:
        yield from _out_of_days(database, dataset, table, number, name, words)


def meant(value: str, words: Words) -> str:
    """That a word is in no list, and the one it resembles."""
    known = list(words.words)
    # a code that lost its leading zeros in a spreadsheet is the likeliest mistake of all
    padded = [w for w in known if value and w.lstrip("0") == value]
    if padded:
        return f"{words.title}里没有。是否丢了开头的 0，应为“{padded[0]}”？"
    return f"{words.title}里没有。{near(value, known[:_NEAREST_OF]) or words.choices}"


def _out_of_days(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, table: str, number: int, name: str,
    words: Words,
) -> Iterator[tuple[list[Hit], int]]:
    spans = [(code, start, end) for code, known in words.spans.items() for start, end in known]
    database.execute(
        "CREATE OR REPLACE TEMP TABLE spans AS "
        "SELECT unnest(?::VARCHAR[]) AS code, unnest(?::DATE[]) AS first, unnest(?::DATE[]) AS last",
        [[s[0] for s in spans], [s[1] for s in spans], [s[2] for s in spans]],
    )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE dated AS SELECT unnest(?::VARCHAR[]) AS code", [list(words.spans)]
    )
    column, day = named(name), named(dataset.time)
    outside = (
        f"FROM {table} r WHERE r.{column} IN (SELECT code FROM dated) AND r.{day} IS NOT NULL "
        f"AND NOT EXISTS (SELECT 1 FROM spans s "
        f"WHERE s.code = r.{column} AND r.{day} BETWEEN s.first AND s.last)"
    )
    [[count]] = database.execute(f"SELECT count(*) {outside}").fetchall()
    if count:
        rows = database.execute(
            f"SELECT r.__at, r.{column}, r.{day}::VARCHAR {outside} ORDER BY r.__at LIMIT {LIMIT}"
        ).fetchall()
        yield [
            Hit(words.outside, number, at, name, code, hint=f"数据日期 {when}，{told(words.spans[code])}")
            for at, code, when in rows
        ], count


def told(spans: tuple[Span, ...]) -> str:
    """The days on which something applied, in Chinese."""
    if not spans:
        return "从未有效。"
    said = [
        ("自始" if start == dt.date.min else start.isoformat())
        + "至" + ("今" if end == dt.date.max else end.isoformat())
        for start, end in spans
    ]
    return f"有效期为{'、'.join(said)}。"
