"""The store: accepted data and what was found, under a name that says what went in.

A verdict is one JSON file beside the Parquet it vouches for. Both are written elsewhere and then
moved into place, the JSON last, so whoever reads sees all of a verdict or none. Nothing is ever
replaced by anything different: another input is another name.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.org import OrgTree
from qingce.ledger.records.guard import Delivered, Stamp, stamp
from qingce.ledger.records.model import InputFile, Loaded

VERSION = 1
"""Goes into every name; raised when intake judges otherwise than before."""
_STALE = 24 * 3600


def key_of(
    dataset: Dataset, files: Sequence[tuple[str, str]], codes: Mapping[str, CodeList], orgs: OrgTree | None
) -> str:
    """The name of a verdict: a hash over the files and everything they are judged by.

    Args:
        files: path and sha256 of each file, in order.
    """
    used = {c.of: codes[c.of] for c in dataset.columns.values() if c.type == "code" and c.of in codes}
    judged_by = {
        "version": VERSION,
        "dataset": [dataset.name, dataset.label, dataset.grain, dataset.time, dataset.org],
        "columns": [[name, column.dtype, repr(column)] for name, column in dataset.columns.items()],
        "codes": {name: repr(codes) for name, codes in sorted(used.items())},
        "orgs": _orgs_of(dataset, orgs),
        "files": list(files),
    }
    text = json.dumps(judged_by, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _orgs_of(dataset: Dataset, orgs: OrgTree | None) -> object:
    if orgs is None or not any(column.type == "org" for column in dataset.columns.values()):
        return orgs is None
    return list(map(repr, orgs.rows))


class Store:
    """One folder of verdicts.

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

    def find(self, dataset: str, key: str) -> Loaded | None:
        """The verdict of that name, where it is whole."""
        try:
            raw = json.loads((self.folder / dataset / f"{key}.json").read_text(encoding="utf-8"))
            parquet = self.folder / dataset / f"{key}.parquet" if raw["size"] else None
            if parquet is not None and parquet.stat().st_size != raw["size"]:
                return None
            return Loaded(
                dataset, parquet, raw["rows"], tuple(InputFile(**each) for each in raw["inputs"]),
                tuple(_finding(each) for each in raw["findings"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def keep(self, key: str, loaded: Loaded, room: Path) -> Loaded:
        """Move a verdict into place; its Parquet is taken from the workroom."""
        home = self.folder / loaded.dataset
        home.mkdir(parents=True, exist_ok=True)
        target, size = None, 0
        if loaded.parquet is not None:
            target = home / f"{key}.parquet"
            size = loaded.parquet.stat().st_size
            _settle(loaded.parquet, target)
        verdict = {
            "size": size, "rows": loaded.rows, "inputs": [asdict(each) for each in loaded.inputs],
            "findings": [asdict(each) for each in loaded.findings],
        }
        draft = room / "verdict.json"
        draft.write_text(json.dumps(verdict, ensure_ascii=False), encoding="utf-8")
        _settle(draft, home / f"{key}.json")
        return Loaded(loaded.dataset, target, loaded.rows, loaded.inputs, loaded.findings)


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
