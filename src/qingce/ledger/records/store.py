"""The store: accepted data and what was found, under names that say what went in.

Every delivered file is a part: one Parquet with a record of what was found in it. A verdict names the
parts of a whole delivery. Everything is written elsewhere and then moved into place, a Parquet before
its record and parts before the verdict, so whoever reads sees all of a verdict or none. Nothing is
ever replaced by anything different, except the note which verdict was the latest.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.org import OrgTree
from qingce.ledger.records.guard import Delivered, Stamp, stamp
from qingce.ledger.records.model import InputFile, Loaded, Part

VERSION = 3
"""Goes into every name; raised when intake judges otherwise than before."""
_STALE = 24 * 3600
_LATEST = "latest.json"


def edition_of(dataset: Dataset, codes: Mapping[str, CodeList], orgs: OrgTree | None) -> str:
    """A hash over everything that a delivery is judged by."""
    used = {c.of: codes[c.of] for c in dataset.columns.values() if c.type == "code" and c.of in codes}
    return _hash({
        "version": VERSION,
        "dataset": [dataset.name, dataset.label, dataset.grain, dataset.time, dataset.org],
        "columns": [[name, column.dtype, repr(column)] for name, column in dataset.columns.items()],
        "codes": {name: repr(codes) for name, codes in sorted(used.items())},
        "orgs": _orgs_of(dataset, orgs),
    })


def verdict_name(edition: str, files: Sequence[tuple[str, str]], until: dt.date | None) -> str:
    """The name of what is said of several files together: path and sha256 of each, in order.

    Args:
        until: the last day of the report that they were judged for.
    """
    return _hash({"edition": edition, "files": list(files), "until": until and until.isoformat()})


def part_name(edition: str, path: str, sha256: str) -> str:
    """The name of one file by itself.

    The path is in it since two files with the same bytes are two files, and engines that are handed
    one path twice do not all read it twice.
    """
    return _hash({"edition": edition, "part": [path, sha256]})


def _hash(ingredients: Mapping[str, object]) -> str:
    text = json.dumps(ingredients, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _orgs_of(dataset: Dataset, orgs: OrgTree | None) -> object:
    if orgs is None or not any(column.type == "org" for column in dataset.columns.values()):
        return orgs is None
    return orgs.told


class Store:
    """One folder: a Parquet and its record for each delivered file, and verdicts on files together.

    Raises:
        OSError: from every method that writes, where the folder cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def workroom(self) -> Iterator[Path]:
        """A folder for unfinished things on the store's own disk; what crashes left is swept out."""
        rooms = self.folder / ".work"
        rooms.mkdir(parents=True, exist_ok=True)
        for old in rooms.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - old.stat().st_mtime > _STALE:
                    shutil.rmtree(old, ignore_errors=True)
        room = Path(tempfile.mkdtemp(dir=rooms))
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)

    # -- one file by itself -----------------------------------------------------------------
    def part(self, dataset: str, name: str) -> Part | None:
        """The file of that name, where it is whole."""
        home = self.folder / dataset / "parts"
        try:
            raw = json.loads((home / f"{name}.json").read_text(encoding="utf-8"))
            parquet = home / f"{name}.parquet"
            if parquet.stat().st_size != raw["size"]:
                return None
            return Part(name, parquet, InputFile(**raw["input"]), tuple(map(_finding, raw["findings"])))
        except _DAMAGE:
            return None

    def keep_part(self, dataset: str, part: Part, room: Path) -> Part:
        """Move a file into place; its Parquet is taken from the workroom."""
        home = self.folder / dataset / "parts"
        home.mkdir(parents=True, exist_ok=True)
        size, target = part.parquet.stat().st_size, home / f"{part.name}.parquet"
        _settle(part.parquet, target)
        record = {
            "size": size, "input": asdict(part.input), "findings": [asdict(each) for each in part.findings],
        }
        _put(record, room, home / f"{part.name}.json")
        return replace(part, parquet=target)

    # -- files together ---------------------------------------------------------------------
    def find(self, dataset: str, name: str) -> Loaded | None:
        """The verdict of that name, where it and all its parts are whole."""
        home = self.folder / dataset
        try:
            raw = json.loads((home / f"{name}.json").read_text(encoding="utf-8"))
            parquet = [(home / "parts" / f"{part}.parquet", size) for part, size in raw["parts"] or ()]
            if any(path.stat().st_size != size for path, size in parquet):
                return None
            return Loaded(
                dataset, None if raw["parts"] is None else tuple(path for path, _ in parquet), raw["rows"],
                tuple(InputFile(**each) for each in raw["inputs"]), tuple(map(_finding, raw["findings"])),
            )
        except _DAMAGE:
            return None

    def keep(self, name: str, loaded: Loaded, room: Path) -> None:
        """Put a verdict in place; one that accepts is from now on the latest of its dataset."""
        home = self.folder / loaded.dataset
        home.mkdir(parents=True, exist_ok=True)
        parts = loaded.parquet and [[path.stem, path.stat().st_size] for path in loaded.parquet]
        verdict = {
            "parts": parts, "rows": loaded.rows, "inputs": [asdict(each) for each in loaded.inputs],
            "findings": [asdict(each) for each in loaded.findings],
        }
        _put(verdict, room, home / f"{name}.json")
        if loaded.parquet is not None:
            _put({"parts": [path.stem for path in loaded.parquet]}, room, home / _LATEST)

    def latest(self, dataset: str) -> frozenset[str]:
        """The parts accepted together last: among them no two rows have the same key."""
        try:
            raw = json.loads((self.folder / dataset / _LATEST).read_text(encoding="utf-8"))
            return frozenset(map(str, raw["parts"]))
        except _DAMAGE:
            return frozenset()


_DAMAGE = (OSError, ValueError, KeyError, TypeError)


def _put(record: object, room: Path, target: Path) -> None:
    draft = room / "record.json"
    draft.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    _settle(draft, target)


def _settle(draft: Path, target: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(draft, target)


def _finding(raw: Mapping[str, object]) -> Finding:
    given = dict(raw)
    place = given.pop("place")
    assert isinstance(place, dict)
    given["status"], given["severity"] = Status(str(given["status"])), Severity(str(given["severity"]))
    given["rows"] = ()
    return Finding(**given, place=Place(**place))  # type: ignore[arg-type]


class Hashes:
    """Hashes of files that were not touched since they were last read."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "hashes.json"
        self._fresh: dict[str, list[int | str]] = {}
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
            self._known = known if isinstance(known, dict) else {}
        except (OSError, ValueError):
            self._known = {}

    @property
    def fresh(self) -> bool:
        """Whether there is anything new to write."""
        return bool(self._fresh)

    def get(self, delivered: Delivered) -> str:
        """The file's hash, or ``""`` where it has to be read."""
        known = self._known.get(str(delivered.path))
        return str(known[-1]) if isinstance(known, list) and known[:-1] == _numbers(delivered.stamp) else ""

    def put(self, delivered: Delivered, sha256: str) -> None:
        """Remember a hash, provided the file was not touched while it was read."""
        if stamp(delivered.path) == delivered.stamp:
            self._fresh[str(delivered.path)] = [*_numbers(delivered.stamp), sha256]

    def save(self, room: Path) -> None:
        """Write what is new. Two runs at once may lose each other's news, never mix them up."""
        if not self._fresh:
            return
        latest = Hashes(self._file.parent)._known
        draft = room / "hashes.json"
        draft.write_text(json.dumps({**latest, **self._fresh}), encoding="utf-8")
        os.replace(draft, self._file)


def _numbers(seen: Stamp) -> list[int | str]:
    return [seen.size, seen.mtime_ns, seen.ctime_ns, seen.inode]
