"""The SQL of one column: its text made typed, and which rule a text breaks.

Every value arrives as text, so that ``05040`` stays ``05040`` and no reader guesses. A text is first
matched against the form of its type; only what has the form is cast, and only exactly: digits that
the declared scale cannot hold are a breach, never rounded.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from qingce.core.dataset import IDENTITY, Column
from qingce.core.errors import DeclarationError
from qingce.ledger.records.header import EDGES
from qingce.ledger.records.source import INEXACT, TAG, WITH_TIME, WRONG_TYPE, quoted

if TYPE_CHECKING:
    import duckdb

NUMERIC = ("money", "qty", "rate", "whole")
TEXTUAL = ("text", "org", "code")
_EDGE = f"[{EDGES}]"
UNSEEN = r"[\x{200B}-\x{200F}\x{202A}-\x{202E}\x{2060}-\x{2064}\x{2066}-\x{2069}\x{FEFF}]"
"""Letters nobody sees, with which two numbers of one loan look alike and are counted twice."""
YES, NO = ("是", "true"), ("否", "false")
"""What a flag may say, in small letters."""


def digits_of(column: Column) -> tuple[int, int]:
    """Digits of a numeric column: all of them, and those behind the point."""
    if column.dtype == "int64":
        return 19, 0
    digits, _, places = column.dtype.removeprefix("decimal(").removesuffix(")").partition(",")
    return int(digits), int(places)


def check_declared(column: Column, database: duckdb.DuckDBPyConnection) -> None:
    """See that bounds are bounds and the pattern is one that the database understands.

    Raises:
        DeclarationError: the column is declared in a way that no value can be held against.
    """
    for bound in (column.low, column.high):
        if bound is not None:
            _bound(column, bound)
    if column.pattern:
        import duckdb

        try:
            database.execute("SELECT regexp_full_match('', ?)", [column.pattern]).fetchall()
        except duckdb.Error as exc:
            raise DeclarationError(
                f"column {column.label!r}: {column.pattern!r} is not a regular expression of RE2, "
                "which knows no look-ahead and no back-references."
            ) from exc


def places_of(column: Column) -> int:
    """Digits behind the point that a numeric column takes."""
    return digits_of(column)[1]


def sql_type(column: Column) -> str:
    """The database's type for a declared column."""
    return {"string": "VARCHAR", "int64": "BIGINT"}.get(column.dtype, column.dtype.upper())


def bare(value: str) -> str:
    """The text as it stands; nothing where it is empty."""
    return f"nullif({value}, '')"


def edged(value: str) -> str:
    """Whether blanks stand around the text."""
    return f"regexp_matches({value}, {quoted(f'^{_EDGE}|{_EDGE}$')})"


def cleaned(value: str) -> str:
    """The text without blanks around it; nothing where nothing is left."""
    return bare(f"CASE WHEN {edged(value)} THEN trim({value}, {quoted(EDGES)}) ELSE {value} END")


def typed(column: Column, value: str) -> str:
    """The clean text in the column's type, or NULL where it cannot be."""
    if column.type in TEXTUAL:
        return value
    if column.type == "flag":
        yes, no = ", ".join(map(quoted, YES)), ", ".join(map(quoted, NO))
        return f"CASE WHEN lower({value}) IN ({yes}) THEN true WHEN lower({value}) IN ({no}) THEN false END"
    if column.type == "date":
        made = f"TRY_CAST({value} AS DATE)"
        return f"CASE WHEN {made} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {made} END"
    return f"TRY_CAST({value} AS {sql_type(column)})"


def breach(column: Column, value: str, made: str, *, required: bool) -> str:
    """The id of the rule that a clean text breaks, or NULL.

    Args:
        value: SQL of the clean text.
        made: SQL of the typed value.
        required: an empty cell is a breach.
    """
    empty = "'value_required'" if required else "NULL"
    return f"CASE WHEN {value} IS NULL THEN {empty} {_cases(column, value, made)} END"


def _cases(column: Column, value: str, made: str) -> str:
    tagged = (
        f"WHEN starts_with({value}, {quoted(TAG)}) THEN CASE left({value}, 2) "
        f"WHEN {quoted(INEXACT)} THEN 'number_inexact' WHEN {quoted(WITH_TIME)} THEN 'date_time' "
        f"WHEN {quoted(WRONG_TYPE)} THEN 'cell_type' ELSE 'value_nul' END"
    )
    if column.type in TEXTUAL:
        pattern = ""
        if column.pattern:
            pattern = f"WHEN NOT regexp_full_match({value}, {quoted(column.pattern)}) THEN 'text_pattern'"
        # plain ASCII is as long in bytes as in letters, and needs no closer look
        unseen = f"strlen({value}) <> length({value}) AND regexp_matches({value}, {quoted(UNSEEN)})"
        person = f"WHEN regexp_matches({value}, {quoted(IDENTITY)}) THEN 'text_identity'" if column.pseudonym else ""
        return f"{tagged} WHEN contains({value}, chr(0)) OR ({unseen}) THEN 'value_nul' {person} {pattern}"
    if column.type == "flag":
        return f"WHEN {made} IS NOT NULL THEN NULL {tagged} ELSE 'flag_form'"
    if column.type == "date":
        return (
            f"WHEN regexp_full_match({value}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN "
            f"CASE WHEN {made} IS NULL THEN 'date_unreal' "
            f"{_range(column, made)} END {tagged} "
            f"WHEN regexp_full_match({value}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T].*') THEN 'date_time' "
            "ELSE 'date_form'"
        )
    form, more = f"-?[0-9]+(\\.[0-9]{{0,{places_of(column)}}}0*)?", "-?[0-9]+\\.[0-9]+"
    return (
        f"WHEN regexp_full_match({value}, '{form}') THEN "
        f"CASE WHEN {made} IS NULL THEN 'number_digits' {_range(column, made)} END "
        f"{tagged} WHEN regexp_full_match({value}, '{more}') THEN 'number_places' "
        f"WHEN regexp_full_match({value}, '(?i)[-+]?[0-9.]+e[-+]?[0-9]+') THEN 'number_exponent' "
        f"WHEN regexp_full_match({value}, '(?i)[-+]?(nan|inf|infinity|1\\.#.*)') THEN 'number_nan' "
        "ELSE 'number_form'"
    )


def _range(column: Column, made: str) -> str:
    tests = []
    for bound, sign in ((column.low, "<"), (column.high, ">")):
        if bound is not None:
            tests.append(f"{made} {sign} {_bound(column, bound)}")
    return f"WHEN {' OR '.join(tests)} THEN 'value_range'" if tests else ""


def _bound(column: Column, bound: str) -> str:
    try:
        if column.type == "date":
            return f"DATE '{dt.date.fromisoformat(bound).isoformat()}'"
        number = Decimal(bound)
        if number.is_finite():
            return f"{number:f}"
    except (ValueError, InvalidOperation):
        pass
    raise DeclarationError(f"column {column.label!r}: {bound!r} is not a bound of type {column.type!r}.")


def expected(column: Column) -> str:
    """What the column takes, in Chinese, for findings."""
    if column.type in NUMERIC:
        digits, places = digits_of(column)
        return "整数" if places == 0 else f"最多 {places} 位小数、整数部分最多 {digits - places} 位的数"
    return {
        "date": "日期，写成 2024-12-31", "flag": "“是”或“否”", "org": "机构代码",
        "code": "代码表中的代码或名称",
    }.get(column.type, f"符合 {column.pattern} 的文字" if column.pattern else "文字")
