"""Tables whose columns obey a law obey it in every row, and totals are sums."""

from __future__ import annotations

from collections.abc import Iterator

from qingce.audit.checks.laws import RULE, by_laws, crossed, laws_of
from qingce.audit.checks.rows import Row, blocks, rows_of
from qingce.audit.checks.torn import torn
from qingce.audit.checks.totals import judge_totals
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

__all__ = ["RULE", "check"]


def check(reading: Reading) -> Iterator[Outcome]:
    """表格：多数行成立的列间关系（差额、增减率、横向合计）在其余各行也须成立；合计须等于各项之和，占比须与合计相符，期初加变动须等于期末。无法对齐的表不作判断。"""
    rows = rows_of(reading)
    for block in blocks(rows):
        yield from _block(reading, block)
    yield from torn(reading, {r.at: r for r in rows})


def _block(reading: Reading, block: list[Row]) -> Iterator[Outcome]:
    """All rows by the block's own laws, then its totals."""
    kinds: dict[tuple[str, ...], list[Row]] = {}
    for row in block:
        kinds.setdefault(tuple(q.dimension if q else "" for q in row.values), []).append(row)
    growing: set[int] = set()
    for rows in kinds.values():
        laws = laws_of(rows) if len(rows) >= 4 else []
        growing |= {law[3] for law in laws if law[0] == "growth"}
        for row in rows:
            yield from by_laws(row, laws)
        yield from crossed(rows)
    yield from judge_totals(reading, block, frozenset(growing))
