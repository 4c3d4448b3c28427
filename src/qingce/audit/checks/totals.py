"""Totals of tables: sums of the rows above or below, shares of the total, opening plus changes making closing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from qingce.audit.checks.laws import RULE, ulp
from qingce.audit.checks.rows import Row
from qingce.audit.model import Quantity
from qingce.audit.relation import Outcome, significant, slip
from qingce.audit.statement import Reading

_TOTAL = re.compile(r"合\s*计|总\s*计|小\s*计|总\s*额|\btotal\b|\bsub-?total\b", re.I)
_OPENING = re.compile(r"(?:年|期|月)初|上年年?末|opening|beginning of|(?:as )?at 1 jan", re.I)
_CLOSING = re.compile(r"(?:年|期|月)末|closing|end of|(?:as )?at 3[01] (?:dec|jun)", re.I)
_PARTLY = re.compile(r"其中|of which|including|减[:：]|加[:：]|\bless\b", re.I)
_MOST = 40
"""So many rows a total may have above or below it."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Rows against the row that may be their total.

    Attributes:
        amounts, slack: for each column the sum of the parts and how far rounding may carry it.
        held: columns that add up, told apart by three digits at least.
    """

    parts: tuple[Row, ...]
    total: Row
    amounts: tuple[Decimal, ...]
    slack: tuple[Decimal, ...]
    held: tuple[bool, ...]

    @classmethod
    def of(cls, parts: Sequence[Row], total: Row) -> Sum:
        """The sums of all columns."""
        columns = [[q for row in parts if (q := row.values[k]) is not None] for k in range(len(total.values))]
        amounts = tuple(sum((q.value for q in column), Decimal(0)) for column in columns)
        slack = tuple(
            sum((ulp(q) for q in column), Decimal(0)) + (ulp(t) if t else 0)
            for column, t in zip(columns, total.values, strict=True)
        )
        held = tuple(
            t is not None and abs(a - t.value) <= s and significant(t) >= 2 and len(str(abs(t.value))) >= 3
            for t, a, s in zip(total.values, amounts, slack, strict=True)
        )
        return cls(tuple(parts), total, amounts, slack, held)

    @property
    def telling(self) -> bool:
        """Whether what adds up does not do so by chance: two columns, or one of four digits."""
        digits = [significant(q) for q, h in zip(self.total.values, self.held, strict=True) if h and q]
        return len(digits) >= 2 or any(n >= 4 for n in digits)


def judge_totals(reading: Reading, block: Sequence[Row], growing: frozenset[int]) -> Iterator[Outcome]:
    """Every row called a total against its parts, and closing against opening balances.

    Args:
        growing: columns that hold rates of growth; these are not added.
    """
    begin = 0
    for n, row in enumerate(block):
        if _CLOSING.search(row.label) and not _OPENING.search(row.label):
            yield from _rolled(block[:n], row, growing)
        if not _TOTAL.search(row.label):
            continue
        found = _above(block[begin:n], row) or _below(row, block[n + 1 : n + 1 + _MOST])
        if found is not None:
            if _whole(reading, found):
                yield from judge_sum(found, growing)
        elif n - begin >= 3 and _whole(reading, full := Sum.of(block[begin:n], row)):
            yield from _slipped(full, growing)
        begin = n + 1


def judge_sum(found: Sum, growing: frozenset[int] = frozenset()) -> Iterator[Outcome]:
    """Columns and shares of rows that are known to stand over their total, if the total is one."""
    if found.telling:
        yield from column_sums(found, growing)
        yield from _shares(found)


def _above(above: Sequence[Row], total: Row) -> Sum | None:
    """The shortest run of rows that ends above a total and makes one of its columns."""
    for n in range(len(above) - 2, max(-1, len(above) - _MOST), -1):
        found = Sum.of(above[n:], total)
        if found.telling:
            return found
    return None


def _below(total: Row, below: Sequence[Row]) -> Sum | None:
    """The shortest run of rows that begins below a total and makes one of its columns."""
    for n in range(2, len(below) + 1):
        if _TOTAL.search(below[n - 1].label):
            return None
        found = Sum.of(below[:n], total)
        if found.telling and sum(found.held) * 2 >= len(found.held):
            return found
    return None


def _whole(reading: Reading, found: Sum) -> bool:
    """Whether every line with numbers between parts and total is one of the rows."""
    rows = {row.at for row in (*found.parts, found.total)}
    return all(s.row in rows for s in reading.within(min(rows), max(rows)))


def column_sums(found: Sum, growing: frozenset[int] = frozenset()) -> Iterator[Outcome]:
    """Columns that add up beside columns that do not; rates are not added."""
    additive = [k for k in range(len(found.held)) if k not in growing]
    failing = [k for k in additive if not found.held[k] and (_adds(found, k) or _moves(found, k))]
    for k in additive:
        q = found.total.values[k]
        members = [x for row in found.parts if (x := row.values[k]) is not None]
        if q is None or len(members) < 2:
            continue
        amount = found.amounts[k]
        terms = " + ".join(f"{x.value:,}" for x in members)
        if found.held[k]:
            yield Outcome(RULE, True, (q, *members), "", f"{terms} = {amount:,}")
        elif k in failing and len(failing) <= sum(found.held):
            yield _unequal(q, members, amount, 0.9)


def _adds(found: Sum, k: int) -> bool:
    """Whether a column can be one that is added: of one sign, its total the greatest; and it is near its sum."""
    total, amount = found.total.values[k], found.amounts[k]
    values = [q.value for row in found.parts if (q := row.values[k]) is not None]
    if total is None or not values or total.dimension == "percent" or abs(amount - total.value) <= found.slack[k]:
        return False
    if len({v > 0 for v in (*values, total.value) if v}) > 1 or abs(total.value) * 2 < max(map(abs, values)):
        return False
    return abs(amount - total.value) <= max(abs(total.value), abs(amount)) / 4 and not _rates(values, total)


def _moves(found: Sum, k: int) -> bool:
    """Whether a column of both signs misses its total by a mistyped digit while two others do not."""
    total = found.total.values[k]
    if total is None or sum(found.held) < 2:
        return False
    gap = found.amounts[k] - total.value
    return abs(gap) > found.slack[k] and slip(gap)


def _rates(values: Sequence[Decimal], total: Quantity) -> bool:
    """Whether these look like rates of one measure: the total lies among the parts."""
    return len(values) >= 2 and min(map(abs, values)) <= abs(total.value) <= max(map(abs, values)) and all(
        abs(v) < 1000 for v in values)


def _unequal(q: Quantity, members: Sequence[Quantity], amount: Decimal, confidence: float) -> Outcome:
    terms = " + ".join(f"{x.value:,}" for x in members)
    return Outcome(
        RULE,
        False,
        (q, *members),
        f"合计 {q.value:,} 与各项之和 {amount:,} 不符，差 {amount - q.value:,}。",
        f"{terms} = {amount:,}",
        confidence=confidence,
        resolve="核对本列各项与合计。",
    )


def _slipped(full: Sum, growing: frozenset[int]) -> Iterator[Outcome]:
    """No column adds up, but one misses by what a mistyped digit makes, and nothing else stands in between."""
    if any(_PARTLY.search(row.label) for row in full.parts):
        return
    for k, q in enumerate(full.total.values):
        members = [x for row in full.parts if (x := row.values[k]) is not None]
        if q is None or k in growing or len(members) < 3 or significant(q) < 4 or not _adds(full, k):
            continue
        if abs(full.amounts[k] - q.value) > full.slack[k] * 4 and _slip(full, k):
            yield _unequal(q, members, full.amounts[k], 0.7)


def _slip(found: Sum, k: int) -> bool:
    """Whether a column misses its total by a mistyped digit, in numbers so long that this is no chance."""
    total = found.total.values[k]
    if total is None:
        return False
    gap, digits = abs(found.amounts[k] - total.value), len(str(abs(total.value)).replace(".", ""))
    return slip(gap) and (digits >= 6 or (digits >= 5 and gap * 50 <= abs(total.value)))


def _shares(found: Sum) -> Iterator[Outcome]:
    """A column of amounts beside a column of their shares, whose total is a hundred."""
    for k in range(1, len(found.held)):
        hundred, whole = found.total.values[k], found.total.values[k - 1]
        if hundred is None or hundred.value != 100 or whole is None or whole.value <= 0:
            continue
        pairs = [(row, a, p) for row in found.parts if (a := row.values[k - 1]) and (p := row.values[k])]
        results = [_is_share(a, whole, p) for _, a, p in pairs]
        if sum(results) < 3 or sum(results) * 4 < len(results) * 3:
            continue
        for (row, a, p), holds in zip(pairs, results, strict=True):
            true = a.value / whole.value * 100
            yield Outcome(
                RULE,
                holds,
                (p, a, whole),
                f"“{row.label}”占比应为 {true:.2f}%，表中为 {p.value}%。",
                f"{a.value:,} ÷ {whole.value:,} = {true:.2f}%",
                resolve="同表其余各行占比均相符，核对本行金额与占比。",
            )


def _is_share(part: Quantity, whole: Quantity, share: Quantity) -> bool:
    low = (part.value - ulp(part)) / (whole.value + ulp(whole)) * 100 - ulp(share)
    high = (part.value + ulp(part)) / (whole.value - ulp(whole)) * 100 + ulp(share)
    return low <= share.value <= high


def _rolled(above: Sequence[Row], closing: Row, growing: frozenset[int]) -> Iterator[Outcome]:
    """Opening balance and changes make the closing balance in some columns, and so they must in all."""
    start = next((n for n in range(len(above) - 1, -1, -1) if _OPENING.search(above[n].label)), None)
    if start is None or not 2 <= len(above) - start <= 16:
        return
    found = Sum.of(above[start:], closing)
    columns = [k for k, q in enumerate(closing.values) if q is not None and k not in growing]
    several = found.telling and sum(found.held) * 2 >= len(columns)
    for k in columns:
        q = closing.values[k]
        members = [x for row in found.parts if (x := row.values[k]) is not None]
        if q is None or len(members) < 2:
            continue
        gap = found.amounts[k] - q.value
        terms = " + ".join(f"{x.value:,}" for x in members)
        if found.held[k]:
            yield Outcome(RULE, True, (q, *members), "", f"{terms} = {found.amounts[k]:,}")
        elif abs(gap) > found.slack[k] and (several or (len(members) >= 4 and _slip(found, k))):
            yield Outcome(
                RULE,
                False,
                (q, *members),
                f"期初与各项变动之和为 {found.amounts[k]:,}，期末印为 {q.value:,}，差 {gap:,}。",
                f"{terms} = {found.amounts[k]:,}",
                confidence=0.85 if several else 0.65,
                resolve="核对期初、各项增减与期末。",
            )
