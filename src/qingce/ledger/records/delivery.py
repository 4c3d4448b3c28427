"""A delivery on its way: files that are not known yet, read, judged and kept."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from qingce.core.check import Place
from qingce.core.dataset import Dataset
from qingce.ledger.records.bytescan import scan_text
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.countrows import rows_in
from qingce.ledger.records.csvsource import open_csv
from qingce.ledger.records.days import OF_REPORT, stray, strays
from qingce.ledger.records.draft import Draft
from qingce.ledger.records.duplicates import twice
from qingce.ledger.records.guard import stamp
from qingce.ledger.records.hashed import Hashed
from qingce.ledger.records.lookup import Words
from qingce.ledger.records.model import InputFile, Part
from qingce.ledger.records.parquetsource import open_parquet
from qingce.ledger.records.source import Source
from qingce.ledger.records.store import Store, part_name
from qingce.ledger.records.validate import Validation
from qingce.ledger.records.xlsxsource import open_xlsx

SMALL = 8 << 20
"""Bytes of a delivery up to which one thread is fastest."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What files are judged by.

    Attributes:
        words: what may stand in each code and org column.
        edition: hash of what each file is judged by, whatever it is wanted for.
        until: the last day of the report's period, where there is a report.
    """

    dataset: Dataset
    words: Mapping[str, Words]
    edition: str
    until: dt.date | None


def deliver(terms: Terms, files: Sequence[Hashed], store: Store, room: Path, collector: Collector) -> Delivery:
    """Read and judge files, each by itself where that is enough.

    Args:
        room: for what is made on the way.
    """
    with database(room, sum(each.delivered.stamp.size for each in files)) as opened:
        made = Delivery(terms, store, room, opened, collector.copy())
        if not made.apart(files):
            # keys stand twice in different files: only all files read together tell in which rows
            made = Delivery(terms, store, room, opened, collector)
            made.together(files)
    return made


class Delivery:
    """The files of a delivery on their way.

    Attributes:
        parts: files that are fine by themselves, in order.
        inputs: what is known of each file, by its name.
    """

    def __init__(
        self, terms: Terms, store: Store, room: Path, database: duckdb.DuckDBPyConnection, collector: Collector,
    ) -> None:
        self.terms, self.dataset, self.edition = terms, terms.dataset, terms.edition
        self.store, self.room, self.database, self.collector = store, room, database, collector
        self.parts: list[Part] = []
        self.inputs: dict[str, InputFile] = {}

    def apart(self, files: Sequence[Hashed]) -> bool:
        """Each file by itself, where it is not known already; whether that was enough."""
        fresh: list[Draft] = []
        kept: list[Part] = []
        for each in files:
            part = self.store.part(self.dataset.name, part_name(self.edition, each.delivered.name, each.sha256))
            if part is not None and not self._astray(part.parquet):
                kept.append(part)
                self.parts.append(part)
                self.inputs[part.input.path] = part.input
                self.collector.adopt(part.findings)
                continue
            # a file of its own: it is told of, kept and forgotten before the next is opened
            validation = self._validation()
            draft = self._take(each, validation)
            validation.tell()
            self._unchanged(each)
            if draft is not None:
                fresh.append(draft)
                self._settle(each, draft)
        known = self.store.latest(self.dataset.name)
        together = [part.parquet for part in kept if part.name in known]
        others = [part.parquet for part in kept if part.name not in known]
        return not twice(
            self.database, self.dataset, fresh, accepted=others, together=together, apart=True
        )

    def together(self, files: Sequence[Hashed]) -> None:
        """All files anew, their keys held against one another."""
        validation = self._validation()
        for each in files:
            self._take(each, validation)
        validation.tell()
        for each in files:
            self._unchanged(each)

    def _validation(self) -> Validation:
        return Validation(self.dataset, self.database, self.collector, self.terms.words)

    def _astray(self, parquet: Path) -> bool:
        """Whether a file has to be read again, for only its source tells in which rows its strange days stand."""
        return self.terms.until is not None and stray(self.dataset, parquet, self.terms.until)

    def _settle(self, each: Hashed, draft: Draft) -> None:
        """Keep a file where nothing that was found in it forbids that."""
        file = each.delivered.name
        if self.collector.blocks(file) or self.collector.passing:
            return
        told = tuple(found for found in self.collector.of(file) if found.rule not in OF_REPORT)
        made = Part(part_name(self.edition, file, each.sha256), draft.target, self.inputs[file], told)
        part = self.store.keep_part(self.dataset.name, made, self.room)
        draft.target = part.parquet
        self.parts.append(part)

    def _unchanged(self, each: Hashed) -> None:
        if stamp(each.delivered.path) != each.delivered.stamp:
            self.collector.add("file_changed", "文件在读取期间被改动。", Place(each.delivered.name))

    def _take(self, each: Hashed, validation: Validation) -> Draft | None:
        delivered, number = each.delivered, len(self.inputs)
        source = self._open(each, number)
        seen = InputFile(delivered.name, each.sha256, 0, False)
        if source is not None:
            seen = replace(seen, synthetic=source.synthetic, sheet=source.sheet)
        draft = validation.take(source, self.room / f"{number}.parquet")
        if draft is None:
            rows = rows_in(each, self.dataset)
            seen = replace(seen, rows=rows or 0, counted=rows is not None)
        else:
            seen = replace(seen, rows=draft.rows + draft.source.dropped)
            if self.terms.until is not None:
                for hits, count in strays(self.dataset, draft, len(validation.drafts) - 1, self.terms.until):
                    validation.hits.add(hits, count)
            if not seen.rows:
                place = Place(delivered.name, seen.sheet)
                self.collector.add("rows_none", "文件只有表头，没有数据行。", place)
        self.inputs[delivered.name] = seen
        return draft

    def _open(self, each: Hashed, number: int) -> Source | None:
        delivered, collector = each.delivered, self.collector
        try:
            if delivered.kind == "csv":
                work = self.room / str(number)
                work.mkdir(exist_ok=True)
                scan = each.scan or scan_text(delivered.path)
                return open_csv(delivered, scan, self.dataset, collector, work)
            if delivered.kind == "xlsx":
                return open_xlsx(delivered, self.dataset, collector)
            return open_parquet(delivered, self.dataset, collector, self.database)
        except OSError:
            collector.add("file_missing", f"读不到文件 {delivered.name}。", Place(delivered.name))
            return None


_ALONE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False, "autoload_known_extensions": False,
    "preserve_insertion_order": True,
}


def database(room: Path, size: int) -> duckdb.DuckDBPyConnection:
    """A connection of its own; tables made in it must be temporary.

    Opening a database and waking its threads takes longer than judging a small file, so small
    deliveries share one; large ones get all processors and may spill onto the store's disk.
    """
    if size <= SMALL:
        return _shared(os.getpid()).cursor()
    return duckdb.connect(":memory:", config={**_ALONE, "temp_directory": str(room / "spill")})


@cache
def _shared(_process: int) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:", config={**_ALONE, "threads": 1, "temp_directory": ""})
