"""A made-up report that holds together is passed over in silence; one planted error in it is found."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from qingce.audit import Text, audit

_NAMES = ("制造业", "采矿业", "建筑业", "批发业", "运输业", "住宿业", "教育业", "农林业")
_amounts = st.integers(min_value=12_000, max_value=99_999)


@st.composite
def books(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Closing and opening balances in cents, one pair an industry; every change is worth telling."""
    rows = draw(st.lists(st.tuples(_amounts, _amounts), min_size=4, max_size=8))
    return [(end, begin) if abs(end - begin) > 500 else (end + 2_000, begin) for end, begin in rows]


def money(cents: int) -> str:
    return f"{Decimal(cents) / 100:,.2f}"


def growth(end: int, begin: int) -> str:
    return f"{(Decimal(end) / Decimal(begin) - 1) * 100:.2f}"


def table(rows: list[tuple[int, int]]) -> list[list[str]]:
    """Closing, opening, change and growth of every industry and of the total."""
    total = (sum(r[0] for r in rows), sum(r[1] for r in rows))
    return [[money(e), money(b), money(e - b), growth(e, b)] for e, b in (*rows, total)]


def printed(cells: list[list[str]]) -> str:
    labels = [*_NAMES[: len(cells) - 1], "合计"]
    body = "\n".join(f"{label} {' '.join(row)}" for label, row in zip(labels, cells, strict=True))
    return f"行业 年末数 年初数 增量 增速\n{body}\n"


def torn(cells: list[list[str]]) -> str:
    """The same table, column by column, its total in one line at the end."""
    columns = ["\n".join(row[c] for row in cells[:-1]) for c in range(4)]
    return "\n".join(columns) + "\n" + " ".join(cells[-1]) + "\n"


def swapped(number: str) -> str:
    """The number with another leading digit."""
    at = next(i for i, c in enumerate(number) if c.isdigit())
    return number[:at] + str(int(number[at]) % 9 + 1) + number[at + 1 :]


@settings(max_examples=40, deadline=None)
@given(books(), st.booleans())
def test_consistent_tables_are_silent(rows: list[tuple[int, int]], apart: bool) -> None:
    text = torn(table(rows)) if apart else printed(table(rows))
    assert audit(Text.of(text)).findings == ()


@settings(max_examples=40, deadline=None)
@given(books(), st.booleans(), st.data())
def test_one_planted_error_is_found(rows: list[tuple[int, int]], apart: bool, data: st.DataObject) -> None:
    cells = table(rows)
    row = data.draw(st.integers(0, len(cells) - 1))
    column = data.draw(st.integers(0, 2))
    cells[row][column] = swapped(cells[row][column])
    assert audit(Text.of(torn(cells) if apart else printed(cells))).findings


@settings(max_examples=40, deadline=None)
@given(_amounts, st.integers(min_value=600, max_value=9_000))
def test_prose_holds_and_slips_are_found(end: int, change: int) -> None:
    rate = growth(end, end - change)
    prose = f"年末贷款余额{money(end)}亿元，较年初增长{money(change)}亿元，增幅{{}}%。"
    assert audit(Text.of(prose.format(rate))).findings == ()
    assert [f.rule for f in audit(Text.of(prose.format(swapped(rate)))).findings] == ["change"]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_survived(text: str) -> None:
    report = audit(Text.of(text))
    assert report == audit(Text.of(text))
