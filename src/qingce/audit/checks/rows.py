"""Tables whose columns obey a law (difference, growth, cross total) obey it in every row, and totals are sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from qingce.audit.model import Quantity
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

RULE = "table"
_TOTAL = re.compile(r"合\s*计|总\s*计|\btotal\b|^\s*总额", re.I)
_EMPTY = re.compile(r"^[\s–—-]+$|^\s*(?:不适用|N/?A)\s*$", re.I)
_GAP = re.compile(r"(?<!\S)(?:[-–—]{1,3}|不适用|N/?A)(?!\S)", re.I)
Value = Quantity | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of numbers with its label; a missing number is ``None``."""

    label: str
    at: int
    values: tuple[Value, ...]


Law = tuple[str, int, int, int]
"""``diff``: a − b = c; ``growth``: (a − b) ÷ |b| = c %."""


def check(reading: Reading) -> Iterator[Outcome]:
    """表格：多数行成立的列间关系（差额、增减率）在其余各行也须成立；合计须等于各项之和。无法对齐的表不作判断。"""
    rows = rows_of(reading)
    for block in blocks(rows):
        yield from judge_block(block)
    yield from torn(reading, {r.at: r for r in rows})


def rows_of(reading: Reading) -> list[Row]:
    """Lines that are a label and at least two numbers."""
    by_row: dict[int, list[Quantity]] = {}
    for s in reading.said:
        by_row.setdefault(s.row, []).append(s.quantity)
    result = []
    for row, values in by_row.items():
        line = reading.rows[row]
        if len(values) < 2 or len(values) > 10 or re.search(r"[。，；]|[a-z]{3,}, ", line):
            continue
        first = values[0].span.start
        words = re.sub(r"[\d.,()%\s–—-]|不适用|N/?A", "", line[first:])
        if len(words) <= 2 * len(values) and len(line[:first]) <= 90:
            result.append(Row(line[:first].strip(), row, _with_gaps(line, values)))
    return result


def _with_gaps(line: str, values: Sequence[Quantity]) -> tuple[Value, ...]:
    """The numbers of a row with ``None`` where a dash stands for one."""
    places: list[tuple[int, Value]] = [(q.bare.start, q) for q in values]
    places += [(m.start(), None) for m in _GAP.finditer(line)]
    return tuple(q for _, q in sorted(places, key=lambda p: p[0]))


def blocks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Neighbouring rows with as many numbers."""
    block: list[Row] = []
    for row in rows:
        if block and (row.at - block[-1].at > 4 or len(row.values) != len(block[-1].values)):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


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
        for name, test in (("diff", _is_difference), ("growth", _is_growth)):
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
    return float(q.value), float(_ulp(q)), len(str(abs(q.value))) > 1


def obeys(law: Law, values: Sequence[Value]) -> bool | None:
    """Whether a row obeys a law; nothing when it tells nothing (empty, zero or of one digit)."""
    name, i, j, k = law
    test = _is_difference if name == "diff" else _is_growth
    return test(_number(values[i]), _number(values[j]), _number(values[k]))


def _is_difference(a: Number | None, b: Number | None, c: Number | None) -> bool | None:
    if a is None or b is None or c is None or not c[2] or a[0] == c[0]:
        return None
    return abs(a[0] - b[0] - c[0]) <= (a[1] + b[1] + c[1]) * (1 + 1e-9) + abs(a[0]) * 1e-12


def _is_growth(a: Number | None, b: Number | None, c: Number | None) -> bool | None:
    if a is None or b is None or c is None or b[0] <= b[1] or a[0] <= 0:
        return None
    low = ((a[0] - a[1]) / (b[0] + b[1]) - 1) * 100 - c[1]
    high = ((a[0] + a[1]) / (b[0] - b[1]) - 1) * 100 + c[1]
    return low - 1e-9 <= c[0] <= high + 1e-9


def _ulp(q: Quantity) -> Decimal:
    """Half of the last digit printed; a table rounds its whole numbers too."""
    exponent = int(q.value.as_tuple().exponent)
    return Decimal(1).scaleb(min(exponent, 0)) / 2


def judge_block(block: list[Row]) -> Iterator[Outcome]:
    """All rows by the block's own laws, then its totals."""
    kinds: dict[tuple[str, ...], list[Row]] = {}
    for row in block:
        kinds.setdefault(tuple(q.dimension if q else "" for q in row.values), []).append(row)
    for rows in kinds.values():
        laws = laws_of(rows) if len(rows) >= 4 else []
        for row in rows:
            yield from by_laws(row, laws)
    for n, row in enumerate(block):
        if _TOTAL.search(row.label) and n >= 2:
            yield from _total(block[:n], row)


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
            and (c.dimension == "point" or abs(a.value - b.value - c.value) <= _ulp(c) * 2)
        ):
            continue
        if name == "diff":
            sums = f"{a.value:,} − {b.value:,} = {a.value - b.value:,}"
            words = f"本行差额应为 {a.value - b.value:,}，表中为 {c.value:,}。"
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


def _total(above: list[Row], total: Row) -> Iterator[Outcome]:
    """The total against the rows above it, once a run of rows is found that makes most of its columns."""
    width = len(total.values)
    sums = [Decimal(0)] * width
    slack = [_ulp(q) if q else Decimal(0) for q in total.values]
    for n in range(len(above) - 1, max(-1, len(above) - 40), -1):
        row = above[n]
        if _TOTAL.search(row.label):
            return
        for k, q in enumerate(row.values):
            if q is not None:
                sums[k] += q.value
                slack[k] += _ulp(q)
        if len(above) - n < 2:
            continue
        held = [
            q is not None and abs(sums[k] - q.value) <= slack[k] and len(str(abs(q.value))) >= 3
            for k, q in enumerate(total.values)
        ]
        if any(held):
            yield from column_sums([r.values for r in above[n:]], total.values, held, slack)
            return


def column_sums(
    parts: Sequence[Sequence[Value]], total: Sequence[Value], held: Sequence[bool], slack: Sequence[Decimal]
) -> Iterator[Outcome]:
    """Columns that add up beside columns that do not; per cents are not added."""
    for k, q in enumerate(total):
        column = [row[k] for row in parts]
        members = [x for x in column if x is not None]
        if q is None or len(members) < 2:
            continue
        amount = sum((x.value for x in members), Decimal(0))
        close = abs(amount - q.value) <= max(abs(q.value), abs(amount)) / 4
        if held[k]:
            yield Outcome(RULE, True, (q, *members), "", f"{' + '.join(f'{x.value:,}' for x in members)} = {amount:,}")
        elif close and q.dimension != "percent" and abs(amount - q.value) > slack[k] and sum(held) * 2 >= len(held) - 1:
            yield Outcome(
                RULE,
                False,
                (q, *members),
                f"合计 {q.value:,} 与各项之和 {amount:,} 不符，差 {amount - q.value:,}。",
                f"{' + '.join(f'{x.value:,}' for x in members)} = {amount:,}",
                resolve="同一合计行的其他列相符，核对本列各项与合计。",
            )


def torn(reading: Reading, rows: dict[int, Row]) -> Iterator[Outcome]:
    """Columns that extraction wrote one below the other: aligned by the law that most of their rows obey."""
    for run, end in _runs(reading):
        best: tuple[int, int, list[list[Value]], list[Law]] | None = None
        for width in range(3, 6):
            if len(run) % width or len(run) // width < 3:
                continue
            height = len(run) // width
            for table in (
                [[run[c * height + r] for c in range(width)] for r in range(height)],
                [[run[r * width + c] for c in range(width)] for r in range(height)],
            ):
                laws = laws_of([Row("", 0, tuple(r)) for r in table])
                score = len(laws) * height
                if laws and (best is None or score > best[0]):
                    best = score, width, table, laws
        if best is None:
            continue
        _, width, table, laws = best
        for values in table:
            yield from by_laws(Row("", 0, tuple(values)), laws)
        total = next((rows[r] for r in range(end, end + 3) if r in rows and len(rows[r].values) == width), None)
        if total is not None:
            yield from by_laws(total, laws)
            slack = [
                sum((_ulp(v) for row in table if (v := row[k]) is not None), Decimal(0)) + (_ulp(q) if q else 0)
                for k, q in enumerate(total.values)
            ]
            held = [
                q is not None
                and abs(sum((v.value for row in table if (v := row[k]) is not None), Decimal(0)) - q.value) <= slack[k]
                for k, q in enumerate(total.values)
            ]
            growing = {law[3] for law in laws if law[0] == "growth"}
            held = [h or k in growing for k, h in enumerate(held)]
            if sum(held) - len(growing) >= 1:
                kept = [None if k in growing else q for k, q in enumerate(total.values)]
                yield from column_sums(table, kept, held, slack)


def _runs(reading: Reading) -> Iterator[tuple[list[Value], int]]:
    """Runs of lines with one number or one dash each, and the row after them."""
    single: dict[int, Quantity] = {}
    counts: dict[int, int] = {}
    for s in reading.said:
        counts[s.row] = counts.get(s.row, 0) + 1
        if s.alone:
            single[s.row] = s.quantity
    run: list[Value] = []
    for row, line in enumerate([*reading.rows, "x"]):
        if counts.get(row) == 1 and row in single:
            run.append(single[row])
        elif run and _EMPTY.match(line) and line.strip():
            run.append(None)
        else:
            if 9 <= len(run) <= 240:
                yield run, row
            run = []
