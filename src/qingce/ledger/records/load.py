"""Records in: every delivered file of a dataset becomes a typed Parquet, or findings say why not."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from qingce.core.check import Place
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.org import OrgTree
from qingce.ledger.records.bytescan import TextScan, scan_text, sha256_of
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.csvsource import open_csv
from qingce.ledger.records.draft import Draft
from qingce.ledger.records.duplicates import twice
from qingce.ledger.records.guard import Delivered, admit, stamp
from qingce.ledger.records.model import InputFile, Loaded, Part
from qingce.ledger.records.parquetsource import open_parquet
from qingce.ledger.records.plain import Words
from qingce.ledger.records.source import Source
from qingce.ledger.records.store import Hashes, Store, edition_of, part_name, verdict_name
from qingce.ledger.records.validate import Validation, words_of
from qingce.ledger.records.xlsxsource import open_xlsx

SMALL = 8 << 20
"""Bytes of a delivery up to which one thread is fastest."""


@dataclass(slots=True)
class _Hashed:
    delivered: Delivered
    sha256: str
    scan: TextScan | None = None


def load_dataset(
    dataset: Dataset,
    files: Sequence[Path],
    *,
    root: Path,
    codes: Mapping[str, CodeList],
    orgs: OrgTree | None,
    store: Path,
) -> Loaded:
    """Read, judge and store the delivered files of one dataset.

    All files together make the dataset: keys must be unique across them. Any ERROR refuses the whole
    delivery; what is in the store from before stays as it is. A file that was accepted before, under
    the same declaration, is not read again; of the others only its keys are.

    Args:
        files: CSV, XLSX and Parquet files below ``root``; their order is the order of the rows.
        codes: code lists by name; must hold every list that the dataset's columns name.
        orgs: the org tree, or nothing where there is none (org columns are then not checked).
        store: folder in which accepted data are kept; made if it is not there.

    Raises:
        DeclarationError: the declaration names a code list that is not given, or a bound or pattern
            that is none. Nothing that is in a file raises.
    """
    if not files:
        return Loaded(dataset.name, None, 0, (), ())
    kept, collector = Store(store), Collector()
    try:
        with kept.workroom() as room:
            return _load(dataset, files, root, codes, orgs, kept, room, collector)
    except (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException) as exc:
        collector.add("machine_full", f"无法完成：{type(exc).__name__}。", Place())
        return Loaded(dataset.name, None, 0, (), collector.findings())


def _load(
    dataset: Dataset, files: Sequence[Path], root: Path, codes: Mapping[str, CodeList],
    orgs: OrgTree | None, store: Store, room: Path, collector: Collector,
) -> Loaded:
    words, edition = words_of(dataset, codes, orgs), edition_of(dataset, codes, orgs)
    hashes = Hashes(store.folder)
    admitted = [found for path in files if (found := admit(path, root, collector)) is not None]
    hashed = [each for found in admitted if (each := _hash(found, hashes, collector)) is not None]
    whole = len(hashed) == len(files)
    name = verdict_name(edition, [(each.delivered.name, each.sha256) for each in hashed])
    known = store.find(dataset.name, name) if whole else None
    if known is not None:
        hashes.save(room)
        return known
    with _database(room, sum(each.delivered.stamp.size for each in hashed)) as database:
        delivery = _Delivery(dataset, words, edition, store, room, database, collector.copy())
        if not delivery.apart(hashed):
            # keys stand twice in different files: only all files read together tell in which rows
            delivery = _Delivery(dataset, words, edition, store, room, database, collector)
            delivery.together(hashed)
    collector = delivery.collector
    if orgs is None and delivery.inputs:
        for column in (c for c in dataset.columns.values() if c.type == "org"):
            collector.add("org_tree_missing", f"“{column.label}”列没有核对。", Place())
    accepted = whole and not collector.blocked
    inputs = tuple(delivery.inputs[each.delivered.name] for each in hashed)
    loaded = Loaded(
        dataset.name, tuple(part.parquet for part in delivery.parts) if accepted else None,
        sum(each.rows for each in inputs) if accepted else 0, inputs, collector.findings(),
    )
    hashes.save(room)
    if whole and not collector.passing:
        store.keep(name, loaded, room)
    return loaded


class _Delivery:
    """The files of a delivery on their way.

    Attributes:
        parts: files that are fine by themselves, in order.
        inputs: what is known of each file, by its name.
    """

    def __init__(
        self, dataset: Dataset, words: Mapping[str, Words], edition: str, store: Store, room: Path,
        database: duckdb.DuckDBPyConnection, collector: Collector,
    ) -> None:
        self.dataset, self.words, self.edition = dataset, words, edition
        self.store, self.room, self.database, self.collector = store, room, database, collector
        self.parts: list[Part] = []
        self.inputs: dict[str, InputFile] = {}

    def apart(self, files: Sequence[_Hashed]) -> bool:
        """Each file by itself, where it is not known already; whether that was enough."""
        fresh: list[Draft] = []
        kept: list[Part] = []
        for each in files:
            part = self.store.part(self.dataset.name, part_name(self.edition, each.delivered.name, each.sha256))
            if part is not None:
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

    def together(self, files: Sequence[_Hashed]) -> None:
        """All files anew, their keys held against one another."""
        validation = self._validation()
        for each in files:
            self._take(each, validation)
        validation.tell()
        for each in files:
            self._unchanged(each)

    def _validation(self) -> Validation:
        return Validation(self.dataset, self.database, self.collector, self.words)

    def _settle(self, each: _Hashed, draft: Draft) -> None:
        """Keep a file where nothing that was found in it forbids that."""
        file = each.delivered.name
        if self.collector.blocks(file) or self.collector.passing:
            return
        made = Part(
            part_name(self.edition, file, each.sha256), draft.target, self.inputs[file], self.collector.of(file)
        )
        part = self.store.keep_part(self.dataset.name, made, self.room)
        draft.target = part.parquet
        self.parts.append(part)

    def _unchanged(self, each: _Hashed) -> None:
        if stamp(each.delivered.path) != each.delivered.stamp:
            self.collector.add("file_changed", "文件在读取期间被改动。", Place(each.delivered.name))

    def _take(self, each: _Hashed, validation: Validation) -> Draft | None:
        delivered, number = each.delivered, len(self.inputs)
        source = self._open(each, number)
        seen = InputFile(delivered.name, each.sha256, 0, False)
        if source is not None:
            seen = replace(seen, synthetic=source.synthetic, sheet=source.sheet)
        draft = validation.take(source, self.room / f"{number}.parquet")
        if draft is not None:
            seen = replace(seen, rows=draft.rows)
            if not draft.rows:
                place = Place(delivered.name, seen.sheet)
                self.collector.add("rows_none", "文件只有表头，没有数据行。", place)
        self.inputs[delivered.name] = seen
        return draft

    def _open(self, each: _Hashed, number: int) -> Source | None:
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


def _database(room: Path, size: int) -> duckdb.DuckDBPyConnection:
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


def _hash(delivered: Delivered, hashes: Hashes, collector: Collector) -> _Hashed | None:
    known = hashes.get(delivered)
    if known:
        return _Hashed(delivered, known)
    try:
        scan = scan_text(delivered.path) if delivered.kind == "csv" else None
        sha256 = scan.sha256 if scan is not None else sha256_of(delivered.path)
    except OSError:
        collector.add("file_missing", f"读不到文件 {delivered.name}。", Place(delivered.name))
        return None
    hashes.put(delivered, sha256)
    return _Hashed(delivered, sha256, scan)
