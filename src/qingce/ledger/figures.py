"""Figures and their revisions, kept in one SQLite file that survives an interruption at any moment.

A build is one transaction: either all of its figures, lineage and findings are there, or none.
A figure whose value did not change gets no new revision; one that did gets the next, with the
cause, and the old one stays.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from qingce.core.amount import ABSENT, Absent, Value
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.errors import ProjectError
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.unit import unit

_SCHEMA = """
CREATE TABLE IF NOT EXISTS build(
  id INTEGER PRIMARY KEY, at TEXT NOT NULL, report TEXT NOT NULL, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS figure(
  key TEXT NOT NULL, revision INTEGER NOT NULL, metric TEXT NOT NULL, org TEXT NOT NULL, period TEXT NOT NULL,
  value TEXT, unit TEXT NOT NULL, slack TEXT NOT NULL, qualifier TEXT NOT NULL, answered TEXT NOT NULL,
  reason TEXT NOT NULL, source TEXT NOT NULL, lineage TEXT NOT NULL, cause TEXT NOT NULL,
  build INTEGER NOT NULL REFERENCES build(id), PRIMARY KEY(key, revision)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lineage(id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finding(
  build INTEGER NOT NULL REFERENCES build(id), position INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY(build, position)) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a figure, with what made it."""

    figure: Figure
    cause: str
    build: int
    at: str


class FigureStore:
    """The figures of a project.

    Args:
        path: the SQLite file; it and its folder are made when first written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self, write: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if write:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error) as exc:
            raise ProjectError(f"打不开 {self.path}：{exc}。磁盘是否已满或只读？") from exc
        try:
            if write:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.executescript(_SCHEMA)
            yield connection
        except sqlite3.OperationalError as exc:
            raise ProjectError(f"{self.path} 不能使用：{exc}。磁盘是否已满或只读？") from exc
        except sqlite3.DatabaseError as exc:
            raise ProjectError(
                f"{self.path} 不是数值库（{exc}）。请移走，下次编制会另建一个。"
            ) from exc
        finally:
            connection.close()

    def save(
        self, report: str, at: str, digest: str, figures: Sequence[Figure], lineages: Mapping[str, Mapping[str, Any]],
        findings: Sequence[Finding],
    ) -> int:
        """Store a build whole; returns its number. Nothing is stored where anything fails."""
        with self._open(write=True) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                build = self._put(db, report, at, digest, figures, lineages, findings)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        return build

    def _put(
        self, db: sqlite3.Connection, report: str, at: str, digest: str, figures: Sequence[Figure],
        lineages: Mapping[str, Mapping[str, Any]], findings: Sequence[Finding],
    ) -> int:
        cursor = db.execute("INSERT INTO build(at, report, hash) VALUES (?, ?, ?)", (at, report, digest))
        build = int(cursor.lastrowid or 0)
        latest = {row[0]: row for row in db.execute(
            "SELECT key, MAX(revision), value, lineage, qualifier, answered FROM figure GROUP BY key")}
        known = {row[0] for row in db.execute("SELECT id FROM lineage")}
        for figure in figures:
            key, text = str(figure.key), _text(figure.value)
            last = latest.get(key)
            same = last is not None and (last[2], last[4], last[5]) == (text, figure.qualifier, figure.answered)
            if same and last is not None and last[3] == figure.lineage:
                continue
            cause = "" if last is None else self._cause(db, last[3], lineages.get(figure.lineage, {}))
            if same and last is not None:
                # the way to the same value changed: the revision stays, its lineage is the latest one
                db.execute(
                    "UPDATE figure SET lineage = ? WHERE key = ? AND revision = ?", (figure.lineage, key, last[1])
                )
            else:
                db.execute(
                    "INSERT INTO figure VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                    (key, (last[1] if last else 0) + 1, figure.key.metric, figure.key.org, figure.key.period, text,
                     figure.unit.name, f"{figure.slack:f}", str(figure.qualifier), str(figure.answered),
                     figure.reason, figure.source, figure.lineage, cause, build))
            if figure.lineage and figure.lineage not in known:
                known.add(figure.lineage)
                db.execute("INSERT INTO lineage VALUES (?, ?)",
                           (figure.lineage, json.dumps(lineages.get(figure.lineage, {}), ensure_ascii=False)))
        db.executemany("INSERT INTO finding VALUES (?, ?, ?)", (
            (build, i, json.dumps(asdict(f), ensure_ascii=False)) for i, f in enumerate(findings)))
        return build

    def _cause(self, db: sqlite3.Connection, before: str, after: Mapping[str, Any]) -> str:
        """Why a value moved, from what differs between two lineages."""
        row = db.execute("SELECT body FROM lineage WHERE id = ?", (before,)).fetchone()
        old = json.loads(row[0]) if row else {}
        words = {"inputs": "记录变更", "code": "口径变更", "factors": "因子变更", "operands": "所依据的指标变更",
                 "source": "填报变更"}
        found = [word for field, word in words.items()
                 if json.dumps(old.get(field), default=list) != json.dumps(after.get(field), default=list)]
        return "、".join(found) or "所依据的数值变更"

    def revisions(self, key: FigureKey) -> list[Revision]:
        """All revisions of a figure, oldest first."""
        if not self.path.exists():
            return []
        with self._open() as db:
            rows = db.execute(
                "SELECT f.*, b.at FROM figure f JOIN build b ON b.id = f.build WHERE key = ? ORDER BY revision",
                (str(key),)).fetchall()
        return [Revision(_figure(row), row[13], row[14], row[15]) for row in rows]

    def latest(self) -> dict[FigureKey, Figure]:
        """The newest revision of every figure that was ever stored."""
        if not self.path.exists():
            return {}
        with self._open() as db:
            rows = db.execute(
                "SELECT f.* FROM figure f JOIN (SELECT key, MAX(revision) AS r FROM figure GROUP BY key) m "
                "ON f.key = m.key AND f.revision = m.r ORDER BY f.key").fetchall()
        found = (_figure(row) for row in rows)
        return {figure.key: figure for figure in found}

    def lineages(self, ids: Iterable[str]) -> dict[str, Mapping[str, Any]]:
        """Lineage records by their ids; those that were never stored are left out."""
        if not self.path.exists():
            return {}
        with self._open() as db:
            found = ((name, db.execute("SELECT body FROM lineage WHERE id = ?", (name,)).fetchone())
                     for name in dict.fromkeys(ids))
            return {name: json.loads(row[0]) for name, row in found if row is not None}

    def findings(self) -> list[Finding]:
        """The findings of the latest complete build, in their order."""
        if not self.path.exists():
            return []
        with self._open() as db:
            rows = db.execute("SELECT body FROM finding WHERE build = (SELECT MAX(id) FROM build) ORDER BY position")
            bodies = [json.loads(row[0]) for row in rows]
        return [
            Finding(**{**body, "status": Status(body["status"]), "severity": Severity(body["severity"]),
                       "rows": tuple(body["rows"]), "place": Place(**body["place"])}) for body in bodies
        ]

    def numbers(self) -> dict[str, int]:
        """The newest revision number by key."""
        if not self.path.exists():
            return {}
        with self._open() as db:
            return dict(db.execute("SELECT key, MAX(revision) FROM figure GROUP BY key").fetchall())

    def builds(self) -> list[tuple[int, str, str]]:
        """Number, time and hash of every complete build."""
        if not self.path.exists():
            return []
        with self._open() as db:
            return [(int(i), str(at), str(h)) for i, at, h in db.execute("SELECT id, at, hash FROM build ORDER BY id")]


def _text(value: Value) -> str | None:
    return None if isinstance(value, Absent) else f"{value:f}"


def _figure(row: Iterable[Any]) -> Figure:
    key, revision, _, _, _, value, name, slack, qualifier, answered, reason, source, lineage, *_ = row
    return Figure(
        FigureKey.parse(key), ABSENT if value is None else Decimal(value), unit(name), Decimal(slack),
        Qualifier(qualifier), Answered(answered), reason, source, lineage, int(revision),
    )
