"""Records in: every delivered file of a dataset becomes a typed Parquet, or findings say why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qingce.core.check import Place
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.org import OrgTree
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.guard import admit, relative_name
from qingce.ledger.records.hashed import Hashed, hash_file
from qingce.ledger.records.lookup import words_of
from qingce.ledger.records.model import InputFile, Loaded
from qingce.ledger.records.store import Hashes, Store, edition_of, verdict_name


def load_dataset(
    dataset: Dataset, files: Sequence[Path], *, root: Path, codes: Mapping[str, CodeList], orgs: OrgTree | None,
    store: Path, until: dt.date | None = None,
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
        until: the last day of the report's period; rows that cannot lie in it are then warned of.

    Raises:
        DeclarationError: the declaration names a code list that is not given, or a bound or pattern
            that is none. Nothing that is in a file raises.
    """
    if not files:
        return Loaded(dataset.name, None, 0, (), ())
    kept, collector = Store(store), Collector()
    try:
        delivered = _delivered(dataset, files, root, codes, orgs, kept, until, collector)
        known = kept.find(dataset.name, delivered.name) if delivered.whole else None
        if known is not None and not delivered.hashes.fresh:
            return known
        with kept.workroom() as room:
            delivered.hashes.save(room)
            return known or _load(dataset, delivered, codes, orgs, kept, room, collector)
    except _machine_full() as exc:
        collector.add("machine_full", f"无法完成：{type(exc).__name__}。", Place())
        inputs = tuple(_uncounted(path, root) for path in files)
        return Loaded(dataset.name, None, 0, inputs, collector.findings())


@dataclass(frozen=True, slots=True)
class _Delivered:
    """The files of a delivery by their hashes.

    Attributes:
        name: of the verdict on them; ``unread`` are the files that could not be read.
    """

    edition: str
    hashed: Sequence[Hashed]
    hashes: Hashes
    name: str
    unread: Sequence[InputFile]
    until: dt.date | None

    @property
    def whole(self) -> bool:
        """Whether every file could be read."""
        return not self.unread


def _delivered(
    dataset: Dataset, files: Sequence[Path], root: Path, codes: Mapping[str, CodeList], orgs: OrgTree | None,
    store: Store, until: dt.date | None, collector: Collector,
) -> _Delivered:
    edition = edition_of(dataset, codes, orgs)
    hashes = Hashes(store.folder)
    admitted = [found for path in files if (found := admit(path, root, collector)) is not None]
    hashed = [each for found in admitted if (each := hash_file(found, hashes, collector)) is not None]
    read = {each.delivered.name for each in hashed}
    unread = [_uncounted(path, root) for path in files if relative_name(path, root) not in read]
    name = verdict_name(edition, [(each.delivered.name, each.sha256) for each in hashed], until)
    return _Delivered(edition, hashed, hashes, name, unread, until)


def _uncounted(path: Path, root: Path) -> InputFile:
    """A file that was not opened: how many rows it holds is not known, unless it is empty."""
    try:
        empty = path.lstat().st_size == 0
    except (OSError, ValueError):
        empty = False
    return InputFile(relative_name(path, root), "", 0, False, counted=empty)


def _load(
    dataset: Dataset, delivered: _Delivered, codes: Mapping[str, CodeList], orgs: OrgTree | None, store: Store,
    room: Path, collector: Collector,
) -> Loaded:
    from qingce.ledger.records.delivery import Terms, deliver

    hashed, whole = delivered.hashed, delivered.whole
    terms = Terms(dataset, words_of(dataset, codes, orgs), delivered.edition, delivered.until)
    delivery = deliver(terms, hashed, store, room, collector)
    collector = delivery.collector
    if orgs is None and delivery.inputs:
        for column in (c for c in dataset.columns.values() if c.type == "org"):
            collector.add("org_tree_missing", f"“{column.label}”列没有核对。", Place())
    accepted = whole and not collector.blocked
    inputs = (*(delivery.inputs[each.delivered.name] for each in hashed), *delivered.unread)
    loaded = Loaded(
        dataset.name, tuple(part.parquet for part in delivery.parts) if accepted else None,
        sum(each.rows for each in inputs) if accepted else 0, inputs, collector.findings(),
    )
    if whole and not collector.passing:
        store.keep(delivered.name, loaded, room)
    return loaded


def _machine_full() -> tuple[type[Exception], ...]:
    """What is raised when the machine gives no more; asked for only once something was raised."""
    import duckdb

    return OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException
