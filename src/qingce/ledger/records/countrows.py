"""How many rows a file holds that was refused before its rows were read: they are delivered all the same."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path

from qingce.core.dataset import Dataset
from qingce.ledger.records.bytescan import TextScan, scan_text
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.csvsource import QuoteError, read_preamble, walk
from qingce.ledger.records.hashed import Hashed
from qingce.ledger.records.header import EDGES
from qingce.ledger.records.workbook import Unfit


def rows_in(file: Hashed, dataset: Dataset) -> int | None:
    """Rows with at least one value, without heading; nothing where the file cannot be read so far."""
    path = file.delivered.path
    counts: dict[str, Callable[[], int | None]] = {
        "csv": lambda: _in_text(path, file.scan or scan_text(path)),
        "xlsx": lambda: _in_workbook(file, dataset),
        "parquet": lambda: _in_parquet(path),
    }
    with contextlib.suppress(OSError, ValueError, QuoteError, Unfit):
        return counts[file.delivered.kind]()
    return None


def _in_text(path: Path, scan: TextScan) -> int | None:
    encoding = "utf-16" if scan.utf16 else scan.encoding
    if not encoding or scan.long_line:
        return None
    preamble = read_preamble(path, encoding)
    return _told(row for _, row in walk(path, preamble.lines, encoding)) if preamble is not None else 0


def _in_workbook(file: Hashed, dataset: Dataset) -> int | None:
    from qingce.ledger.records.xlsxsource import rows_of_sheet

    try:
        rows = rows_of_sheet(file.delivered, dataset, Collector())
        return None if rows is None else _told(rows)
    except (OSError, MemoryError, Unfit):
        raise
    except BaseException as exc:
        # the reader is native code: what it cannot parse may surface as a panic, which is no Exception
        if isinstance(exc, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        return None


def _in_parquet(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def _told(rows: Iterable[Iterable[object]]) -> int:
    return sum(1 for row in rows if any(str(cell).strip(EDGES) for cell in row))
