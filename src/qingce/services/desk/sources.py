"""The register of sources: is every file still what it was when an edition was frozen?

The edition names each of its inputs by sha256. A file of the project that has other bytes by now, or is gone, is
flagged, with the figures that rest on it; so is evidence that cannot be read as it was kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, ProjectError
from qingce.core.figure import FigureKey
from qingce.ledger.editions import digest
from qingce.ledger.projections.evidence import evidence
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import INPUTS, Edition, edition, figures_of, read_editions, sealed
from qingce.services.desk.files import blobs_of
from qingce.services.overlay import FILE

STATE_LABELS: Mapping[str, str] = {
    "same": "未变", "changed": "内容已变", "gone": "文件不在", "added": "封版后新增",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file behind an edition.

    Attributes:
        path: below the project's folder; of evidence its name.
        frozen, now: sha256 when the edition was frozen, and today; empty where there is none.
        state: ``same``, ``changed``, ``gone`` or ``added``.
        figures: keys of the edition's figures that rest on it.
    """

    path: str
    frozen: str
    now: str
    state: str
    figures: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is not what the edition was made of."""
        return self.state != "same"

    @property
    def words(self) -> str:
        """What happened, in one sentence."""
        return {"changed": f"文件 {self.path} 的内容有变动。", "gone": f"文件 {self.path} 不在了。",
                "added": f"新增了文件 {self.path}。"}.get(self.state, f"文件 {self.path} 未变。")


def register(desk: Desk, actor: Actor, name: str) -> list[Source]:
    """Every record, page and declaration of an edition with what became of it, changed ones first.

    Raises:
        Denied, Missing: no right; no such edition.
    """
    desk.require(actor, Action.READ_EVIDENCE)
    about = edition(desk, actor, name)
    found = [*_files(desk, about), *_added(desk, about)]
    return sorted(found, key=lambda source: (not source.changed, source.path))


def _files(desk: Desk, about: Edition) -> list[Source]:
    seal = sealed(desk, about)
    behind = _behind(figures_of(seal))
    found = []
    for name, said in seal.files.items():
        head, _, path = name.partition("/")
        if head == INPUTS and path != FILE:
            found.append(_source(desk.folder / path, path, str(said["sha256"]), behind.get(path, ())))
    return found


def _added(desk: Desk, about: Edition) -> list[Source]:
    """Records that came after the edition: they belong to the next one, and the reader should know of them."""
    known = {name.removeprefix(f"{INPUTS}/") for name in sealed(desk, about).files}
    room = desk.folder / "records"
    return [Source(path.relative_to(desk.folder).as_posix(), "", _hash(path), "added")
            for path in sorted(room.rglob("*")) if path.is_file() and not path.name.startswith(".")
            and path.relative_to(desk.folder).as_posix() not in known]


def _source(path: Path, name: str, frozen: str, figures: Iterable[str]) -> Source:
    now = _hash(path) if path.is_file() else ""
    return Source(name, frozen, now, "gone" if not now else "same" if now == frozen else "changed", tuple(figures))


def _hash(path: Path) -> str:
    told = path.stat()
    return _digest(str(path), told.st_size, told.st_mtime_ns, told.st_ctime_ns)


@lru_cache(maxsize=4096)
def _digest(path: str, size: int, mtime: int, ctime: int) -> str:
    """Read again only after a write, which changes at least one of the stamps."""
    return digest(Path(path))


def _behind(said: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """For each file the figures that rest on it, through whatever they are derived from."""
    records, lineage = {f["id"]: f for f in said["figures"]}, said["lineage"]
    found: dict[str, list[str]] = {}
    for key in records:
        for path in inputs_of(key, records, lineage):
            found.setdefault(path, []).append(key)
    return {path: tuple(keys) for path, keys in found.items()}


def inputs_of(key: str, records: Mapping[str, Any], lineage: Mapping[str, Any]) -> dict[str, str]:
    """The files behind a frozen figure with their sha256."""
    found: dict[str, str] = {}
    rest, seen = [key], set()
    while rest:
        name = rest.pop()
        if name in seen or name not in records:
            continue
        seen.add(name)
        record = lineage.get(records[name]["lineage"] or "", {})
        found |= {one["path"]: one["sha256"] for one in record.get("inputs", ())}
        rest += record.get("operands", ())
    return found


def changed_sources(desk: Desk, text: str) -> list[Source]:
    """Files behind a figure that are not what the latest edition was frozen from.

    Args:
        text: ``figure/KEY`` or ``item/CAMPAIGN/METRIC/ORG/…``.
    """
    with desk.reading() as db:
        last = read_editions(db)[:1]
    kind, _, rest = text.partition("/")
    if not last or kind not in ("figure", "item"):
        return []
    try:
        said = figures_of(sealed(desk, last[0]))
    except (Missing, ProjectError):
        return []  # its own page says that the files of the edition are damaged
    key = rest if kind == "figure" else _key_of_item(rest, said["period"])
    records = {f["id"]: f for f in said["figures"]}
    return [_source(desk.folder / path, path, frozen, (key,))
            for path, frozen in sorted(inputs_of(key, records, said["lineage"]).items())
            if not path.startswith(".") and "://" not in path]


def _key_of_item(rest: str, period: str) -> str:
    _, metric, org, *dims = rest.split("/")
    pairs = tuple(tuple(pair.split("=", 1)) for pair in dims[0].split(",")) if dims and dims[0] else ()
    return str(FigureKey(metric, org, period, pairs))  # type: ignore[arg-type]


def damaged_evidence(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    """Evidence that is no longer what it was when it was kept: its name and why.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_EVIDENCE)
    damaged = {one.sha256: one.reason for one in blobs_of(desk).verify()}
    if not damaged:
        return []
    with desk.reading() as db:
        rows = db.execute(select(evidence.c.sha256, evidence.c.name).where(
            evidence.c.sha256.in_(damaged)).order_by(evidence.c.name).distinct()).all()
    return [(row.name, damaged[row.sha256]) for row in rows]


