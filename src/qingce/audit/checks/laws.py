"""Laws between the columns of a table (difference, growth, cross total), and rows that break them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from qingce.audit.checks.rows import Row, Value
from qingce.audit.model import Quantity
from qingce.audit.relation import Outcome

RULE = "table"
Law = tuple[str, int, int, int]
"""``diff``: a − b = c; ``growth``: (a − b) ÷ |b| = c %; ``rate``: b ÷ a = c %."""
_HIGH = 30
"""Per cents above this are shares, which totals judge."""
_WILD = 10_000
"""No rate of growth is this many per cent: the columns are other things."""

Number = tuple[float, float, bool]
"""A value, half of its last digit, and whether it has more than one digit."""


def laws_of(rows: Sequence[Row], least: int = 3) -> list[Law]:
    """The laws that most rows obey, and at least three of them in a telling way."""
    width = len(rows[0].values)
    if width < 3 or width > 8:
        return []
    head = [[_number(q) for q in row.values] for row in rows[:24]]
    found = []
    for a, b, c in permutations(range(width), 3):
        for name, test in _TESTS.items():
            tried = held = 0
            for n, row in enumerate(head):
                result = test(row[a], row[b], row[c])
                if result is None:
                    continue
                tried += 1
                held += result
                if tried - held > 1 + n // 3:
                    break
            if (held >= least and held * 4 >= tried * 3) or (held >= 4 and held * 3 >= tried * 2):
                found.append((name, a, b, c))
    return found


def _number(q: Value) -> Number | None:
    if q is None or not q.value:
        return None
    return float(q.value), float(ulp(q)), len(str(abs(q.value))) > 1


def obeys(law: Law, values: Sequence[Value]) -> bool | None:
    """Whether a row obeys a law; nothing when it tells nothing (empty, zero or of one digit)."""
    name, i, j, k = law
    return _TESTS[name](_number(values[i]), _number(values[j]), _number(values[k]))


def _is_difference(a: Number | None, b: Number | None, c: Number | None) -> bool | None:
    if a is None or b is None or c is None or not c[2] or a[0] == c[0]:
        return None
    return abs(a[0] - b[0] - c[0]) <= (a[1] + b[1] + c[1]) * (1 + 1e-9) + abs(a[0]) * 1e-12


def _is_growth(a: Number | None, b: Number | None, c: Number | None) -> bool | None:
    if a is None or b is None or c is None or b[0] <= b[1] or a[0] <= 0 or abs(c[0]) >= _WILD:
        return None
    low = ((a[0] - a[1]) / (b[0] + b[1]) - 1) * 100 - c[1]
    high = ((a[0] + a[1]) / (b[0] - b[1]) - 1) * 100 + c[1]
    return low - 1e-9 <= c[0] <= high + 1e-9


def _is_rate(a: Number | None, b: Number | None, c: Number | None) -> bool | None:
    """Whether the second is so many per cent of the first: interest on a balance, bad loans of all loans."""
    if a is None or b is None or c is None or a[0] <= b[0] or b[0] <= 0 or not 0 < c[0] < _HIGH or not c[1] < 0.5:
        return None
    low, high = (b[0] - b[1]) / (a[0] + a[1]) * 100 - c[1], (b[0] + b[1]) / (a[0] - a[1]) * 100 + c[1]
    return low - 1e-9 <= c[0] <= high + 1e-9


_TESTS = {"diff": _is_difference, "growth": _is_growth, "rate": _is_rate}


def ulp(q: Quantity) -> Decimal:
    """Half of the last digit printed; a table rounds its whole numbers too."""
    exponent = int(q.value.as_tuple().exponent)
    return Decimal(1).scaleb(min(exponent, 0)) / 2


def by_laws(row: Row, laws: Sequence[Law]) -> Iterator[Outcome]:
    """One row by the laws of its table; a row that obeys another law of difference is left alone."""
    results = [(law, obeys(law, row.values)) for law in laws]
    for law, result in results:
        if result is None:
            continue
        name, i, j, k = law
        a, b, c = (q for n in (i, j, k) if (q := row.values[n]) is not None)
        if (
            not result
            and name == "growth"
            and (c.dimension == "point" or abs(a.value - b.value - c.value) <= ulp(c) * 2)
        ):
            continue
        if name == "diff":
            sums = f"{a.value:,} − {b.value:,} = {a.value - b.value:,}"
            words = f"本行差额应为 {a.value - b.value:,}，表中为 {c.value:,}。"
        elif name == "rate":
            sums = f"{b.value:,} ÷ {a.value:,} = {b.value / a.value * 100:.2f}%"
            words = f"本行比率应为 {b.value / a.value * 100:.2f}%，表中为 {c.value:,}%。"
        else:
            growth = (a.value / b.value - 1) * 100
            sums = f"({a.value:,} − {b.value:,}) ÷ {b.value:,} = {growth:.2f}%"
            words = f"本行增减率应为 {growth:.2f}%，表中为 {c.value:,}%。"
        yield Outcome(
            RULE,
            result,
            (c, a, b),
            (f"“{row.label}”：" if row.label else "") + words,
            sums,
            resolve="同表其余各行均符合这一关系，核对本行三个数。",
        )




def crossed(rows: Sequence[Row]) -> Iterator[Outcome]:
    """Rows whose last number, or first, is the sum of the others: where most are, all must be."""
    width = len(rows[0].values)
    if width < 4 or len(rows) < 4:
        return
    for k in (width - 1, 0):
        gaps = [(row, gap) for row in rows if (gap := _cross_gap(row, k)) is not None]
        held = sum(not gap for _, gap in gaps)
        if held < 3 or held * 4 < len(gaps) * 3:
            continue
        for row, gap in gaps:
            total = row.values[k]
            parts = [q for n, q in enumerate(row.values) if n != k and q is not None]
            if total is None:
                continue
            amount = sum((q.value for q in parts), Decimal(0))
            yield Outcome(
                RULE,
                not gap,
                (total, *parts),
                f"“{row.label}”横向合计应为 {amount:,}，表中为 {total.value:,}。",
                " + ".join(f"{q.value:,}" for q in parts) + f" = {amount:,}",
                resolve="同表其余各行横向合计均相符，核对本行各数。",
            )
        return


def _cross_gap(row: Row, k: int) -> bool | None:
    """Whether the sum of the others misses; nothing where the row tells nothing."""
    total = row.values[k]
    parts = [q for n, q in enumerate(row.values) if n != k and q is not None]
    if total is None or sum(1 for q in parts if q.value) < 2 or len(str(abs(total.value))) < 2:
        return None
    slack = ulp(total) + sum((ulp(q) for q in parts), Decimal(0))
    return abs(sum((q.value for q in parts), Decimal(0)) - total.value) > slack
