"""CSV files: encoding, heading and structure; the database reads what a first pass found sound.

A file without quotes is read in pieces, in its own bytes; one with quotes is read by the database,
which knows all about them. Where neither can, the records are walked one by one: what is wrong becomes
findings with the line in the editor, and what is merely irregular (surplus empty cells, a heading of
two lines) is written out regularly for the database.
"""

from __future__ import annotations

import contextlib
import csv
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.check import Place
from qingce.core.dataset import Column, Dataset
from qingce.ledger.records.bytescan import CHUNK, LINE_LIMIT, TextScan
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.guard import Delivered
from qingce.ledger.records.header import map_columns, matches, told_below
from qingce.ledger.records.source import Lines, Source, globless, named

if TYPE_CHECKING:
    import pyarrow as pa

MANY_COLUMNS = 1000
PIECE = 24 << 20
"""Bytes read at a time; far longer than a line may be."""


@dataclass(frozen=True, slots=True)
class Preamble:
    """What stands before the first record.

    Attributes:
        lines: lines up to and with the heading.
        plain: the database can skip them by counting lines.
    """

    headings: tuple[str, ...]
    lines: int
    row: int
    synthetic: bool
    plain: bool


class QuoteError(Exception):
    """A quote that does not close or stands where none may; ``line`` is where its record begins."""

    def __init__(self, line: int, closes: bool) -> None:
        super().__init__(line)
        self.line = line
        self.closes = closes


def is_synthetic(comment: str) -> bool:
    """Whether a comment line says that the data are made up.

    >>> is_synthetic("# synthetic: seed 7"), is_synthetic('"# 合成数据，仅供演示"')
    (True, True)
    >>> is_synthetic("# 导出于 1 月")
    False
    """
    return comment.lstrip('"# \t\ufeff').lower().startswith(("synthetic", "合成"))


def sound(scan: TextScan, file: str, collector: Collector) -> bool:
    """Whether a reader should open the file; findings say why not."""
    if scan.utf16:
        collector.add("csv_encoding", "文件是 UTF-16（“Unicode 文本”），不是 UTF-8。", Place(file))
    elif scan.nul_line:
        collector.add("csv_nul", "这一行有空字节（NUL）。", Place(file, row=scan.nul_line))
    elif scan.long_line:
        collector.add("csv_line_long", f"这一行超过 {LINE_LIMIT:,} 字节。", Place(file, row=scan.long_line))
    elif scan.bare_cr_line:
        collector.add("csv_newline", "这一行有单独的回车符（CR）。", Place(file, row=scan.bare_cr_line))
    elif not scan.encoding:
        tell_encoding(scan, file, collector)
    else:
        return True
    return False


def transcode(source: Path, target: Path) -> None:
    """Write a GB18030 file out as UTF-8."""
    with (
        source.open(encoding="gb18030", newline="") as old,
        target.open("w", encoding="utf-8", newline="") as new,
    ):
        while block := old.read(CHUNK):
            new.write(block)


def _codec(encoding: str) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding


def read_preamble(path: Path, encoding: str = "utf-8") -> Preamble | None:
    """Comments and heading of a file; nothing where it has no heading.

    Raises:
        UnicodeDecodeError: the bytes are not in that encoding.
        QuoteError: a quote of the heading stands where none may.
    """
    synthetic, plain, count = False, True, 0
    with path.open(encoding=_codec(encoding), newline="") as file:
        for line in file:
            bare = line.strip()
            if not bare.strip(",") or bare.startswith(("#", '"#')):
                synthetic = synthetic or is_synthetic(bare)
                plain = plain and line.count('"') % 2 == 0
                count += 1
                continue
            rest = _chain(line, file)
            reader = csv.reader(rest, strict=True, skipinitialspace=True)
            try:
                headings = next(reader)
            except csv.Error as exc:
                raise QuoteError(count + 1, False) from exc
            return Preamble(
                tuple(headings), count + reader.line_num, count + 1, synthetic, plain and reader.line_num == 1
            )
    return None


def _chain(line: str, rest: Iterator[str]) -> Iterator[str]:
    yield line
    yield from rest


def walk(path: Path, skip: int, encoding: str = "utf-8") -> Iterator[tuple[int, list[str]]]:
    """Records with the line in which each begins, blank lines left out.

    Raises:
        QuoteError: a quote that does not close or stands where none may.
        UnicodeDecodeError: the bytes are not in that encoding.
    """
    with path.open(encoding=_codec(encoding), newline="") as file:
        for _ in islice(file, skip):
            pass
        reader = csv.reader(file, strict=True, skipinitialspace=True)
        end = skip
        while True:
            start = end + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as exc:
                raise QuoteError(start, "expected after" in str(exc)) from exc
            end = skip + reader.line_num
            if len(row) > 1 or (row and row[0].strip()):
                yield start, row


def tell_quote(error: QuoteError, file: str, collector: Collector) -> None:
    """The finding for a quote out of place."""
    what = "引号之后还有文字" if error.closes else "从这一行开始的引号没有配对"
    collector.add("csv_quote", f"{what}。", Place(file, row=error.line))


def fits(row: list[str], width: int, place: Place, collector: Collector) -> list[str] | None:
    """The row at the heading's width, surplus empty cells dropped; nothing where it does not fit."""
    if len(row) == width:
        return row
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width]
    collector.add("csv_ragged", f"这一行有 {len(row)} 列，表头有 {width} 列。", place)
    return None


def open_csv(
    delivered: Delivered, scan: TextScan, dataset: Dataset, collector: Collector, work: Path
) -> Source | None:
    """The file as a source, or nothing with findings that say why.

    Raises:
        OSError: the file cannot be read.
    """
    if not sound(scan, delivered.name, collector):
        return None
    preamble = heading_of(delivered.path, delivered.name, scan, collector, dataset.columns)
    if preamble is None:
        return None
    place = Place(delivered.name, row=preamble.row)
    positions = map_columns(dataset, preamble.headings, place, collector)
    if positions is None:
        return None
    reader = _Reader(delivered.name, delivered.path, work, dataset, preamble, positions, collector, scan)
    # an empty line of a one-column file would be taken for a record
    return reader.direct() if preamble.plain and len(preamble.headings) > 1 else reader.rewritten()


def tell_encoding(scan: TextScan, file: str, collector: Collector) -> None:
    """The finding for bytes that are neither UTF-8 nor GB18030."""
    reason = "这一行的字节既不是 UTF-8，全文也不是 GB18030。"
    collector.add("csv_encoding", reason, Place(file, row=scan.bad_line))


def heading_of(
    path: Path, file: str, scan: TextScan, collector: Collector, columns: Mapping[str, Column]
) -> Preamble | None:
    """The preamble where it can be believed; otherwise findings and nothing."""
    try:
        preamble = read_preamble(path, scan.encoding)
    except QuoteError as error:
        tell_quote(error, file, collector)
        return None
    except UnicodeDecodeError:
        tell_encoding(scan, file, collector)
        return None
    if preamble is None:
        collector.add("file_empty", "文件没有表头。", Place(file))
        return None
    place = Place(file, row=preamble.row)
    known = matches(preamble.headings, columns)
    if told_below(preamble.headings, _below(path, preamble, scan.encoding), columns, place, collector):
        return None
    if scan.encoding != "utf-8":
        if not known:
            collector.add(
                "csv_encoding", "文件不是 UTF-8；按 GB18030 读取时表头也认不出。",
                Place(file, row=scan.bad_line),
            )
            return None
        collector.add("csv_gbk", "文件不是 UTF-8，已按 GB18030 读取。", Place(file, row=scan.bad_line))
    if len(preamble.headings) > MANY_COLUMNS:
        collector.add("csv_delimiter", f"表头有 {len(preamble.headings):,} 列。", place)
        return None
    only = preamble.headings[0]
    for mark, said in ((";", "分号"), ("\t", "制表符"), ("|", "竖线"), ("，", "中文逗号")):
        if len(preamble.headings) == 1 and mark in only and not known:
            collector.add("csv_delimiter", f"表头的列之间是{said}，不是英文逗号。", place)
            return None
    return preamble


def _below(path: Path, preamble: Preamble, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """The records below a heading, as far as they can be read."""
    with contextlib.suppress(QuoteError, UnicodeDecodeError):
        yield from walk(path, preamble.lines, encoding)


@dataclass(slots=True)
class _Reader:
    file: str
    path: Path
    work: Path
    dataset: Dataset
    preamble: Preamble
    positions: dict[str, int]
    collector: Collector
    scan: TextScan

    def direct(self) -> Source | None:
        """The file read as it stands: in pieces where no quote is in it, else by the database."""
        if not self.scan.quotes:
            source = self._source("", self._lines, self.rewritten)
            source.texts, source.encoding = self._pieces, self.scan.encoding
            return source
        path = self.path
        if self.scan.encoding != "utf-8":
            path = self.work / "transcoded.csv"
            try:
                transcode(self.path, path)
            except UnicodeDecodeError:
                tell_encoding(self.scan, self.file, self.collector)
                return None
        return self._source(self._relation(path, self.preamble.lines), self._lines, self.rewritten)

    def _pieces(self) -> Iterator[pa.RecordBatch]:
        """Batches of the declared columns, then of all others, whose bytes have to be sound as well."""
        import pyarrow as pa
        import pyarrow.csv as pc

        places = {position: name for name, position in self.positions.items()}
        names = [places.get(n, f"other {n}") for n in range(len(self.preamble.headings))]
        with self.path.open("rb") as file:
            for _ in range(self.preamble.lines):
                file.readline()
            if not file.read(1):
                return
            file.seek(-1, 1)
            # bytes in the place of words: columns that are not declared are read for their encoding
            options = pc.ConvertOptions(
                column_types=dict.fromkeys(names, pa.binary()), strings_can_be_null=True, null_values=[""],
            )
            reader = pc.open_csv(
                file, pc.ReadOptions(block_size=PIECE, column_names=names),
                pc.ParseOptions(quote_char=False, escape_char=False), options,
            )
            for batch in reader:
                absent = pa.nulls(batch.num_rows, pa.binary())
                columns = dict.fromkeys(self.dataset.columns, absent)
                columns.update(zip(names, batch.columns, strict=True))
                if batch.num_rows:
                    yield pa.record_batch(list(columns.values()), names=list(columns))

    def rewritten(self) -> Source | None:
        """The records written out regularly, or nothing where their structure is broken."""
        target = self.work / "regular.csv"
        starts = array("q")
        width, dropped = len(self.preamble.headings), 0
        try:
            with target.open("w", encoding="utf-8", newline="") as out:
                writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
                for line, row in walk(self.path, self.preamble.lines, self.scan.encoding):
                    fitting = fits(row, width, Place(self.file, row=line), self.collector)
                    if fitting is not None:
                        writer.writerow(fitting)
                        starts.append(line)
                    elif any(cell.strip() for cell in row):
                        dropped += 1
        except QuoteError as error:
            tell_quote(error, self.file, self.collector)
            return None
        except UnicodeDecodeError:
            tell_encoding(self.scan, self.file, self.collector)
            return None
        lines: Lines = lambda wanted: {n: starts[n] for n in wanted}  # noqa: E731
        source = self._source(self._relation(target, 0), lines, self._give_up)
        source.dropped = dropped
        return source

    def _give_up(self) -> None:
        self.collector.add("csv_unreadable", "文件的结构无法识别。", Place(self.file))

    def _lines(self, wanted: Sequence[int]) -> Mapping[int, int]:
        first = self.preamble.lines + 1
        if not self.scan.quotes and not self.scan.gaps:
            return {n: first + n for n in wanted}
        asked, found = set(wanted), {}
        try:
            for number, (line, _) in enumerate(walk(self.path, self.preamble.lines, self.scan.encoding)):
                if number in asked:
                    found[number] = line
                    if len(found) == len(asked):
                        break
        except (QuoteError, UnicodeDecodeError):
            pass  # the database read a quote that the walk cannot; the rest is counted from the heading
        return {n: found.get(n, first + n) for n in wanted}

    def _source(self, relation: str, lines: Lines, broken: Callable[[], Source | None]) -> Source:
        return Source(self.file, relation, lines, broken, self.preamble.synthetic)

    def _relation(self, path: Path, skip: int) -> str:
        width = len(self.preamble.headings)
        types = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(width))
        picks = ", ".join(
            f"c{self.positions[name]} AS {named(name)}" if name in self.positions
            else f"NULL::VARCHAR AS {named(name)}"
            for name in self.dataset.columns
        )
        return (
            f"SELECT {picks} FROM read_csv({globless(str(path))}, header=false, skip={skip}, "
            f"columns={{{types}}}, delim=',', quote='\"', escape='\"', nullstr='', "
            "encoding='utf-8', comment='', auto_detect=false, strict_mode=true, null_padding=false)"
        )
