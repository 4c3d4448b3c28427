"""Rows as files: CSV, Parquet or Excel, written batch by batch so that any number of them fits.

CSV is opened in spreadsheets, which take a text that begins with ``=``, ``+``, ``-`` or ``@`` for a
formula. Such a text gets an apostrophe before it; numbers are left alone. Parquet holds every value
as it is, and Excel cells are typed, so neither needs it.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from qingce.core.errors import ProjectError, unwritten
from qingce.publish.xlsx.cells import exact_cell, looks_like_formula, safe

SHEET_ROWS = 1_048_575
"""Rows that an Excel sheet holds below its heading."""
FORMULA = r"^[\s]*[=+\-@＝＋－＠\t\r\n]"
"""Texts that some spreadsheet program would evaluate; blanks before the sign do not stop it."""


def guarded(column: pa.Array) -> pa.Array:
    """Text with an apostrophe before whatever a spreadsheet would evaluate.

    >>> guarded(pa.array(["=1+1", "甲", None, "-5", "＝A1"])).to_pylist()
    ["'=1+1", '甲', None, "'-5", "'＝A1"]
    """
    text = pc.cast(column, pa.string())
    return pc.if_else(
        pc.match_substring_regex(text, FORMULA), pc.binary_join_element_wise("'", text, ""), text
    )


def write_csv(path: Path, batches: Iterable[pa.RecordBatch], headings: Mapping[str, str]) -> int:
    """UTF-8 with a byte order mark, so that Excel reads Chinese; returns how many rows were written."""
    count = 0
    with _whole(path) as draft, draft.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        writer = None
        try:
            for batch in batches:
                table = _as_text(batch, headings)
                writer = writer or pacsv.CSVWriter(file, table.schema)
                writer.write_table(table)
                count += batch.num_rows
            if writer is None:
                empty = pa.schema(
                    [(str(g), pa.string()) for g in guarded(pa.array(list(headings.values()))).to_pylist()]
                )
                writer = pacsv.CSVWriter(file, empty)
        finally:
            if writer is not None:
                writer.close()
    return count


def _as_text(batch: pa.RecordBatch, headings: Mapping[str, str]) -> pa.Table:
    columns = []
    for column in batch.columns:
        kind = column.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            columns.append(guarded(column))
        elif pa.types.is_boolean(kind):
            columns.append(pc.if_else(column, "是", "否"))
        else:
            columns.append(column)
    names = guarded(pa.array([headings.get(name, name) for name in batch.schema.names])).to_pylist()
    return pa.table(columns, names=names)


def write_parquet(
    path: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema, about: Mapping[str, str]
) -> int:
    """Values exactly as they are, declared names as headings; ``about`` goes into the file's metadata."""
    count = 0
    with _whole(path) as draft:
        told = schema.with_metadata({k: v.encode() for k, v in about.items()})
        with pq.ParquetWriter(draft, told, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch.cast(schema) if batch.schema != schema else batch)
                count += batch.num_rows
    return count


@dataclass(frozen=True)
class RowSheet:
    """Rows for one worksheet; the caller has counted that they are no more than :data:`SHEET_ROWS`."""

    name: str
    headings: Mapping[str, str]
    batches: Iterable[pa.RecordBatch]


def write_xlsx(path: Path, about: Sequence[Sequence[str]], sheets: Sequence[RowSheet]) -> list[int]:
    """A sheet for each set of rows, written row by row, and behind them one that says what they are.

    Returns how many rows each sheet got.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import XlsxFileError

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with _whole(path) as draft, tempfile.TemporaryDirectory(prefix=".rows-", dir=draft.parent) as room:
        workbook = Workbook(str(draft), {"constant_memory": True, "tmpdir": room, **plain})
        pen = _Pen(workbook)
        counts = [pen.rows(sheet) for sheet in sheets]
        pen.about(about)
        try:
            workbook.close()
        except XlsxFileError as exc:
            raise ProjectError(f"不能写入 {path}：{exc}") from exc
    return counts


class _Pen:
    """Writes typed cells; text stays text, whatever it looks like."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        self.sheet: Any = None
        self._forms: dict[str, Any] = {
            "head": workbook.add_format({"bold": True, "bg_color": "#D6E8EA", "num_format": "@"}),
            "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
            "text": workbook.add_format({"num_format": "@"}),
            "quoted": workbook.add_format({"num_format": "@", "quote_prefix": True}),
        }

    def rows(self, given: RowSheet) -> int:
        self.sheet = self.workbook.add_worksheet(given.name)
        for at, heading in enumerate(given.headings.values()):
            self.sheet.set_column(at, at, 16)
            self.sheet.write_string(0, at, safe(heading), self._forms["head"])
        self.sheet.freeze_panes(1, 0)
        row = 0
        for batch in given.batches:
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                row += 1
                for at, value in enumerate(values):
                    self._put(row, at, value)
        return row

    def about(self, lines: Sequence[Sequence[str]]) -> None:
        self.sheet = self.workbook.add_worksheet("控制数")
        self.sheet.set_column(0, len(lines[0]) - 1, 28)
        for row, line in enumerate(lines):
            for at, text in enumerate(line):
                self._text(row, at, text)

    def _put(self, row: int, at: int, value: Any) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._text(row, at, "是" if value else "否")
        elif isinstance(value, int | Decimal):
            self._number(row, at, Decimal(value))
        elif isinstance(value, dt.date) and value.year >= 1900:
            self.sheet.write_datetime(row, at, value, self._forms["date"])
        else:
            self._text(row, at, str(value))

    def _number(self, row: int, at: int, value: Decimal) -> None:
        places = max(0, -int(value.as_tuple().exponent))
        number = exact_cell(value, places)
        if number is None:
            self._text(row, at, f"{value:f}")
            return
        if f"n{places}" not in self._forms:
            digits = "0." + "0" * places if places else "0"
            self._forms[f"n{places}"] = self.workbook.add_format({"num_format": digits})
        self.sheet.write_number(row, at, number, self._forms[f"n{places}"])

    def _text(self, row: int, at: int, value: str) -> None:
        text = safe(value)
        self.sheet.write_string(row, at, text, self._forms["quoted" if looks_like_formula(text) else "text"])


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A draft beside the file, put in its place when it is whole; nothing is left where it is not."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as exc:
        raise ProjectError(unwritten(path, exc)) from exc
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
