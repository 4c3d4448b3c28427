"""Days on which no row of a report can lie: looked for in a file's statistics, told with their rows.

A ledger may hold the years before a report's, and some of what came after its last day. But a figure
lacks such a row without a word, and a day centuries away is a slip of the pen or stands for none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingce.core.dataset import Dataset
from qingce.ledger.records.collect import LIMIT
from qingce.ledger.records.draft import Draft, Places
from qingce.ledger.records.hits import Hit

FIRST = dt.date(1950, 1, 1)
"""No ledger goes back further; systems write earlier days where they know none."""
_YEAR = dt.timedelta(days=366)
OF_REPORT = frozenset(["date_far", "date_later"])
"""Rules that judge by the report's last day; what else is found in a file does not depend on it."""


def stray(dataset: Dataset, parquet: Path, until: dt.date) -> bool:
    """Whether a file has rows on such days.

    Args:
        parquet: typed rows; only its footer is read.
        until: the last day of the report's period.
    """
    if not dataset.time:
        return False
    meta = pq.read_metadata(parquet)
    at = meta.schema.names.index(dataset.time)
    for group in range(meta.num_row_groups):
        known = meta.row_group(group).column(at).statistics
        if known is not None and known.has_min_max and (known.min < FIRST or known.max > until):
            return True
    return False


def strays(
    dataset: Dataset, draft: Draft, number: int, until: dt.date
) -> Iterator[tuple[list[Hit], int]]:
    """Rows of file ``number`` on such days: far away one by one, soon after the report's end in one word."""
    if not stray(dataset, draft.target, until):
        return
    days = pq.read_table(draft.target, columns=[dataset.time]).column(0)
    late = until + _YEAR if until < dt.date.max - _YEAR else dt.date.max
    far = _rows(pc.or_(pc.less(days, _day(FIRST)), pc.greater(days, _day(late))))
    later = _rows(pc.and_(pc.greater(days, _day(until)), pc.less_equal(days, _day(late))))
    places = draft.kept_at

    def hit(rule: str, at: int, words: str) -> Hit:
        return Hit(rule, number, int(places[at]), dataset.time, days[at].as_py().isoformat(), hint=words)

    if len(far):
        yield [hit("date_far", at, _far(days[at].as_py(), until)) for at in map(int, far[:LIMIT])], len(far)
    if len(later):
        last = pc.max(days.take(pa.array(later))).as_py()
        words = f"报告期至 {until}；这样的共 {len(later):,} 行，最晚 {last}，不计入报告期。"
        yield [hit("date_later", int(later[0]), words)], 1


def _day(day: dt.date) -> pa.Scalar:
    return pa.scalar(day, pa.date32())


def _rows(mask: pa.ChunkedArray) -> Places:
    return np.flatnonzero(mask.fill_null(False).to_numpy())


def _far(day: dt.date, until: dt.date) -> str:
    if day < FIRST:
        return f"早于 {FIRST.year} 年，像是没有日期时的占位。"
    return f"报告期至 {until}，这一行不计入报告期。"
