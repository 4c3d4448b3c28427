"""What may stand in a cell: numbers that Excel holds exactly, and text that stays text."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

DIGITS = 15
"""Significant digits of a number that every spreadsheet program keeps."""

LIMIT = 8000
"""Characters a cell holds here; Excel's own limit is 32,767, and silently losing the rest is no option."""

# characters that XML 1.0 cannot carry, and lone surrogates, which UTF-8 cannot
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t")
_NEAREST = Context(prec=DIGITS, rounding=ROUND_HALF_UP)
_WIDE = Context(prec=5000, rounding=ROUND_HALF_UP)


def rounded(value: Decimal, places: int) -> Decimal:
    """The value as printed: half-up, however large it is.

    >>> rounded(Decimal("2.345"), 2), rounded(Decimal("-0.001"), 2)
    (Decimal('2.35'), Decimal('0.00'))
    """
    made = value.quantize(Decimal(1).scaleb(-places), context=_WIDE)
    return abs(made) if made == 0 else made


def hundredth(value: Decimal) -> Decimal:
    """A percentage as the number that Excel formats as one, no digit lost.

    >>> hundredth(Decimal("8.63"))
    Decimal('0.0863')
    """
    return value.scaleb(-2, context=_WIDE) if value.is_finite() else value


def exact_cell(value: Decimal, places: int) -> Decimal | None:
    """The number for a cell, or nothing where a spreadsheet could not hold what is printed.

    All digits that are printed are kept exactly; digits behind them up to the fifteenth. The result
    rounds to the same printed digits as the value does.

    >>> exact_cell(Decimal("152.1834567"), 2), exact_cell(Decimal(1) / Decimal(3), 2)
    (Decimal('152.1834567'), Decimal('0.333333333333333'))
    >>> exact_cell(Decimal("12345678901234.56"), 2) is None
    True
    """
    if not value.is_finite() or value.adjusted() + 1 + places > DIGITS:
        return None
    printed = rounded(value, places)
    if printed.adjusted() + 1 + places > DIGITS:
        return None
    near = _NEAREST.plus(value)
    return near if rounded(near, places) == printed and not (printed == 0 and near < 0) else printed


def number_text(value: Decimal, places: int) -> str:
    """A number that goes into a cell as text: printed in full, in scientific form where that is absurd."""
    if not value.is_finite() or value.adjusted() > 100:
        return str(value)
    return f"{rounded(value, places):,f}"


def number_format(places: int, percent: bool = False) -> str:
    """Excel's format: thousands separated, fixed places, a plain minus sign.

    >>> number_format(2), number_format(0), number_format(2, percent=True)
    ('#,##0.00;-#,##0.00', '#,##0;-#,##0', '#,##0.00%;-#,##0.00%')
    """
    form = "#,##0" + ("." + "0" * places if places > 0 else "") + ("%" if percent else "")
    return f"{form};-{form}"


@lru_cache(maxsize=1 << 14)
def safe(text: str) -> str:
    """The text as a cell can carry it: no characters that break the file, and no silent loss of length.

    >>> safe("a\\x00b\\r\\nc")
    'a�b\\nc'
    """
    clean = _UNSAFE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    if clean.startswith("<r>"):
        clean = f" {clean}"  # the writer takes text between <r> and </r> for ready-made XML
    return clean if len(clean) <= LIMIT else f"{clean[:LIMIT]}……（原文 {len(clean)} 字，此处截断）"


def looks_like_formula(text: str) -> bool:
    """Whether somebody who edits the cell might turn the text into a formula."""
    return text.startswith(_FORMULA)


@lru_cache(maxsize=1 << 14)
def width(text: str) -> int:
    """Columns a line takes: two for a Chinese character, one for a Latin one.

    >>> width("绿色贷款 GRI")
    12
    """
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def height(cells: Iterable[tuple[str, float]], line: float = 15.0, least: float = 20.0) -> float:
    """The row height, in points, that shows every wrapped text in its column width."""
    most = max((_lines(text, columns) for text, columns in cells), default=1)
    return min(max(least, most * line + 5), 400.0)


@lru_cache(maxsize=1 << 14)
def _lines(text: str, columns: float) -> int:
    """How many lines a text takes in a column of that width."""
    room = max(columns - 1, 1)
    return sum(max(1, math.ceil(width(part) / room)) for part in text.split("\n"))
