"""Small CSV tables that are read row by row: the org table and the files of filed figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qingce.core.check import Place
from qingce.core.dataset import Column, Dataset
from qingce.ledger.records.bytescan import scan_text
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.csvsource import QuoteError, fits, heading_of, sound, tell_quote, walk
from qingce.ledger.records.guard import Delivered, admit, relative_name, stamp
from qingce.ledger.records.header import EDGES, map_columns
from qingce.ledger.records.model import InputFile

SIZE_LIMIT = 64 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One row: clean texts by column name (``""`` where empty), and where it stands."""

    cells: Mapping[str, str]
    file: str
    line: int
    columns: Mapping[str, Column]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def place(self, column: str) -> Place:
        """Where that cell stands."""
        return Place(self.file, "", self.line, self.columns[column].label, self.cells[column])


def table(name: str, label: str, columns: Mapping[str, Column]) -> Dataset:
    """A declaration of a table that belongs to the house, not to a pack."""
    return Dataset(
        name=name, label=label, owner="", grain=(), columns=columns, time="", org="", doc=label,
    )


def read_table(
    path: Path, root: Path, declared: Dataset, collector: Collector
) -> tuple[list[Row], InputFile]:
    """All rows of a small CSV; what is wrong with the file becomes findings.

    Rows are given up to where the file can be read; whether to use them is for the caller to judge
    by the findings.
    """
    delivered = admit(path, root, collector)
    if delivered is None:
        return [], InputFile(relative_name(path, root), "", 0, False)
    nothing = InputFile(delivered.name, "", 0, False)
    if delivered.kind != "csv":
        collector.add("file_kind", f"《{declared.label}》只收 CSV。", Place(delivered.name))
        return [], nothing
    if delivered.stamp.size > SIZE_LIMIT:
        collector.add("rows_many", f"《{declared.label}》超过 {SIZE_LIMIT >> 20} MB。", Place(delivered.name))
        return [], nothing
    try:
        read = _read(delivered, declared, collector)
    except OSError:
        collector.add("file_missing", f"读不到文件 {delivered.name}。", Place(delivered.name))
        return [], nothing
    if stamp(delivered.path) != delivered.stamp:
        collector.add("file_changed", "文件在读取期间被改动。", Place(delivered.name))
    return read


def _read(
    delivered: Delivered, declared: Dataset, collector: Collector
) -> tuple[list[Row], InputFile]:
    scan = scan_text(delivered.path)
    nothing = InputFile(delivered.name, scan.sha256, 0, False)
    if not sound(scan, delivered.name, collector):
        return [], nothing
    preamble = heading_of(delivered.path, delivered.name, scan, collector, declared.columns)
    if preamble is None:
        return [], nothing
    positions = map_columns(declared, preamble.headings, Place(delivered.name, row=preamble.row), collector)
    if positions is None:
        return [], nothing
    rows: list[Row] = []
    try:
        for line, cells in walk(delivered.path, preamble.lines, scan.encoding):
            fitting = fits(cells, len(preamble.headings), Place(delivered.name, row=line), collector)
            if fitting is not None and any(cell.strip(EDGES) for cell in fitting):
                texts = dict(_named(fitting, positions, declared))
                rows.append(Row(texts, delivered.name, line, declared.columns))
    except QuoteError as error:
        tell_quote(error, delivered.name, collector)
    return rows, InputFile(delivered.name, scan.sha256, len(rows), preamble.synthetic)


def _named(cells: list[str], positions: Mapping[str, int], declared: Dataset) -> Iterator[tuple[str, str]]:
    for name in declared.columns:
        yield name, cells[positions[name]].strip(EDGES) if name in positions else ""
