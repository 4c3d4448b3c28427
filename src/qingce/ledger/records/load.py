"""Records in: files of one dataset become one typed Parquet, or findings that say why not."""

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
from qingce.ledger.records.guard import Delivered, admit, stamp
from qingce.ledger.records.model import InputFile, Loaded
from qingce.ledger.records.parquetsource import open_parquet
from qingce.ledger.records.source import Source
from qingce.ledger.records.store import Hashes, Store, key_of
from qingce.ledger.records.validate import Validation
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
    delivery; what is in the store from before stays as it is.

    Args:
        files: CSV, XLSX and Parquet files below ``root``; their order is the order of the rows.
        codes: code lists by name; must hold every list that the dataset's columns name.
        orgs: the org tree, or nothing where there is none (org columns are then not checked).
        store: folder in which accepted data are kept; made if it is not there.

    Raises:
        DeclarationError: the declaration names a code list that is not given, or a bound or pattern
            that is none. Nothing that is in a file raises.
    """
    collector = Collector()
    kept = Store(store)
    if not files:
        return Loaded(dataset.name, None, 0, (), ())
    try:
        with kept.workroom() as room:
            return _load(
                dataset, files, root=root, codes=codes, orgs=orgs, store=kept, room=room, collector=collector
            )
    except (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException) as exc:
        collector.add("machine_full", f"无法完成：{type(exc).__name__}。", Place())
        return Loaded(dataset.name, None, 0, (), collector.findings())


def _load(
    dataset: Dataset, files: Sequence[Path], *, root: Path, codes: Mapping[str, CodeList],
    orgs: OrgTree | None, store: Store, room: Path, collector: Collector,
) -> Loaded:
    hashes = Hashes(store.folder)
    admitted = [found for path in files if (found := admit(path, root, collector)) is not None]
    hashed = [each for found in admitted if (each := _hash(found, hashes, collector)) is not None]
    whole = len(hashed) == len(files)
    key = key_of(dataset, [(each.delivered.name, each.sha256) for each in hashed], codes, orgs)
    known = store.find(dataset.name, key) if whole else None
    if known is not None:
        hashes.save(room)
        return known
    with _database(room, sum(each.delivered.stamp.size for each in hashed)) as database:
        validation = Validation(dataset, database, collector)
        inputs = [_take(each, validation, room, number) for number, each in enumerate(hashed)]
        validation.relate(codes, orgs)
        for each in hashed:
            if stamp(each.delivered.path) != each.delivered.stamp:
                collector.add("file_changed", "文件在读取期间被改动。", Place(each.delivered.name))
        parquet, rows = None, 0
        if whole and not collector.blocked:
            parquet = room / "accepted.parquet"
            rows = validation.write(parquet, any(each.synthetic for each in inputs))
    loaded = Loaded(dataset.name, parquet, rows, tuple(inputs), collector.findings())
    hashes.save(room)
    if whole and not collector.passing:
        loaded = store.keep(key, loaded, room)
    return loaded


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


def _take(each: _Hashed, validation: Validation, room: Path, number: int) -> InputFile:
    delivered, collector = each.delivered, validation.collector
    work = room / str(number)
    work.mkdir()
    source: Source | None = None
    try:
        if delivered.kind == "csv":
            scan = each.scan or scan_text(delivered.path)
            source = open_csv(delivered, scan, validation.dataset, collector, work)
        elif delivered.kind == "xlsx":
            source = open_xlsx(delivered, validation.dataset, collector)
        else:
            source = open_parquet(delivered, validation.dataset, collector, validation.database)
    except OSError:
        collector.add("file_missing", f"读不到文件 {delivered.name}。", Place(delivered.name))
    before = len(validation.sources)
    validation.take(source)
    seen = InputFile(delivered.name, each.sha256, 0, False)
    if source is not None:
        seen = replace(seen, synthetic=source.synthetic, sheet=source.sheet)
    return replace(seen, rows=validation.rows[-1]) if len(validation.sources) > before else seen
