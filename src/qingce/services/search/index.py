"""The index: one SQLite file beside the figures' own, made again from what it indexes wherever it is missing.

FTS5 finds sequences of pieces (:mod:`qingce.services.search.words`); the pieces are cut here, so that its own
tokenizers, which know no Chinese, only split at spaces. It is the same with every database the journal may lie in.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingce.services.search.entry import Entry, Kind
from qingce.services.search.words import Word, pieces

_FORMAT = "2"
_BUSY = 60.0
_MANY = 500
_BORDER = " · "
"""Between two fields: a piece that no text has, so that no phrase reaches from one into the next."""
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE scope (id INTEGER PRIMARY KEY, action TEXT, org TEXT, pack TEXT, UNIQUE (action, org, pack));
CREATE TABLE doc (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, scope INTEGER NOT NULL, place INTEGER NOT NULL,
  names TEXT NOT NULL);
CREATE TABLE told (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, label TEXT NOT NULL,
  href TEXT NOT NULL, names TEXT NOT NULL, beside TEXT NOT NULL, words TEXT NOT NULL, UNIQUE (kind, key));
CREATE VIRTUAL TABLE piece USING fts5(said, content='', tokenize="ascii tokenchars '.'", prefix='1');
"""
_HITS = """
CREATE TEMP TABLE hit AS
SELECT doc.id, doc.kind, doc.place, CASE WHEN doc.names = '' THEN 3 WHEN instr(doc.names, :exact) THEN 0
  WHEN instr(doc.names, :begin) THEN 1 WHEN {all} THEN 2 ELSE 3 END AS tier
FROM piece JOIN doc ON doc.id = piece.rowid
WHERE piece MATCH :match AND doc.scope IN (SELECT value FROM json_each(:scopes))
"""
_THERE = """
SELECT label, href, told.names, beside, words, scope, place FROM told JOIN doc USING (id)
WHERE told.kind = ? AND key = ?
"""
_ORDER = {kind: place for place, kind in enumerate(Kind)}
_SHOWN = "hit.kind, told.key, told.label, told.href, told.beside, told.words, hit.tier"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found.

    Attributes:
        tier: 0 by its exact name, 1 by the beginning of a name, 2 within its names, 3 in its text.
    """

    kind: Kind
    key: str
    label: str
    href: str
    where: str
    text: str
    tier: int


@dataclass(frozen=True)
class Hits:
    """What was found, kind by kind, with how much there is of each."""

    counts: Mapping[Kind, int]
    hits: tuple[Hit, ...]


class Index:
    """An index file.

    Args:
        path: where it lies; nothing for one in memory, which one thread uses.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self._own = None if path else _opened(":memory:")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that sees one state."""
        if self._own is not None:
            yield self._own
            return
        assert self.path is not None
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with closing(_opened(str(self.path))) as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is there as a whole afterwards, or not at all; one at a time."""
        with self.reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")


def _opened(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        # it can be made again: nothing has to outlast a loss of power
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY"):
            db.execute(f"PRAGMA {pragma}").close()
        if _format(db) != _FORMAT:
            _made_new(db)
    except sqlite3.DatabaseError as wrong:
        db.close()
        if "not a database" not in str(wrong) and "malformed" not in str(wrong):
            raise
        for end in ("", "-wal", "-shm"):
            Path(path + end).unlink(missing_ok=True)
        return _opened(path)
    return db


def _format(db: sqlite3.Connection) -> str:
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone() is None:
        return ""
    return meta(db).get("format", "")


def _made_new(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    if _format(db) != _FORMAT:
        for name in ("piece", "told", "doc", "scope", "meta"):
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _SCHEMA.split(";"):
            db.execute(statement)
        # whoever keeps numbers of this index must see that another took its place
        db.executemany("INSERT INTO meta VALUES (?, ?)", [("format", _FORMAT), ("born", secrets.token_hex(16))])
    db.execute("COMMIT")


def meta(db: sqlite3.Connection) -> dict[str, str]:
    """What the index was made of, by name."""
    return dict(db.execute("SELECT name, value FROM meta"))


def note(db: sqlite3.Connection, **made_of: str) -> None:
    """Keep what the index is made of now."""
    db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", made_of.items())


# -- filling ----------------------------------------------------------------------------------------
def replace_kinds(db: sqlite3.Connection, kinds: Iterable[Kind], entries: Iterable[Entry]) -> None:
    """Let these be all the entries of those kinds."""
    for kind in kinds:
        _drop(db, "SELECT id, names, beside, words FROM told WHERE kind = ?", (kind,))
    put(db, entries, new=True)


def put(db: sqlite3.Connection, entries: Iterable[Entry], *, new: bool = False) -> None:
    """Add entries, in the place of those of the same kind and key; what is there already is left alone.

    Args:
        new: none of their kinds is there yet, which saves looking for each.
    """
    scopes = {(action, org, pack): id for id, action, org, pack in db.execute("SELECT * FROM scope")}
    last: int = db.execute("SELECT coalesce(max(id), 0) FROM told").fetchone()[0]
    for one in entries:
        row = (one.label, one.href, "\n".join(one.names), one.where, one.text)
        scope = scopes.get((one.action, one.org, one.pack))
        if scope is None:
            scope = scopes[one.action, one.org, one.pack] = len(scopes) + 1
            db.execute("INSERT INTO scope VALUES (?, ?, ?, ?)", (scope, one.action, one.org, one.pack))
        there = None if new else db.execute(_THERE, (one.kind, one.key)).fetchone()
        if there == (*row, scope, one.place):
            continue
        if there is not None:
            drop(db, one.kind, [one.key])
        last += 1
        db.execute("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (last, one.kind, one.key, *row))
        db.execute("INSERT INTO doc VALUES (?, ?, ?, ?, ?)",
                   (last, one.kind, scope, one.place, _names(one.names, one.where)))
        db.execute("INSERT INTO piece (rowid, said) VALUES (?, ?)", (last, _said(*row[2:])))


def drop(db: sqlite3.Connection, kind: Kind, keys: Iterable[str]) -> None:
    """Take entries out."""
    for key in keys:
        _drop(db, "SELECT id, names, beside, words FROM told WHERE kind = ? AND key = ?", (kind, key))


def _drop(db: sqlite3.Connection, wanted: str, given: tuple[str, ...]) -> None:
    for id, *row in db.execute(wanted, given).fetchall():
        db.execute("INSERT INTO piece (piece, rowid, said) VALUES ('delete', ?, ?)", (id, _said(*row)))
        db.execute("DELETE FROM doc WHERE id = ?", (id,))
        db.execute("DELETE FROM told WHERE id = ?", (id,))


def _said(names: str, where: str, text: str) -> str:
    """The pieces of an entry; the same for the same entry, for FTS5 forgets only what it is told again."""
    return _BORDER.join(" ".join(pieces(part)) for part in (*names.split("\n"), where, text))


def _names(names: Sequence[str], where: str) -> str:
    if not names:
        return ""
    return "\n" + "\n".join(" ".join(pieces(name)) for name in names) + "\n\t " + " ".join(pieces(where))


# -- asking -----------------------------------------------------------------------------------------
def scopes_of(db: sqlite3.Connection, may: Callable[[str, str, str], bool]) -> list[int]:
    """The scopes whose action, org and pack are allowed."""
    return [id for id, action, org, pack in db.execute("SELECT * FROM scope ORDER BY id") if may(action, org, pack)]


def find(
    db: sqlite3.Connection, words: Sequence[Word], typed: str, scopes: Sequence[int], *, kind: str = "", skip: int = 0,
    limit: int = 20,
) -> Hits:
    """What holds every word, within these scopes: of one kind from ``skip`` on, or the first of each kind.

    Args:
        typed: the whole of what was asked for, for what is called exactly so.
        limit: of the kind, or of each kind.
    """
    if not words:
        return Hits({}, ())
    within = [f":w{n}" for n in range(len(words))]
    given: dict[str, object] = {f"w{n}": str(word) for n, word in enumerate(words)}
    whole = pieces(typed)
    begin = whole if words[-1].begins else whole[:-1]  # without the last character of a run, which may go on
    given |= {"exact": "\n" + " ".join(whole) + "\n", "begin": "\n" + " ".join(begin),
              "match": " AND ".join(word.phrase for word in words), "scopes": json.dumps(list(scopes))}
    db.execute("DROP TABLE IF EXISTS temp.hit")
    db.execute(_HITS.format(all=" AND ".join(f"instr(doc.names, {w})" for w in within)), given)
    best = db.execute("SELECT kind, count(*), min(tier) FROM hit GROUP BY kind").fetchall()
    counts = {Kind(name): int(count) for name, count, _ in sorted(best, key=lambda row: (row[2], _ORDER[row[0]]))}
    rows = _of_kind(db, kind, skip, limit) if kind else _of_each(db, counts, limit)
    db.execute("DROP TABLE temp.hit")
    return Hits(counts, tuple(Hit(Kind(k), *rest) for k, *rest in rows))


def _of_kind(db: sqlite3.Connection, kind: str, skip: int, limit: int) -> list[tuple[Any, ...]]:
    return db.execute(
        f"SELECT {_SHOWN} FROM (SELECT * FROM hit WHERE kind = ? ORDER BY tier, place, id LIMIT ? OFFSET ?) AS hit"
        " JOIN told USING (id) ORDER BY hit.tier, hit.place, id", (kind, limit, skip)).fetchall()


def _of_each(db: sqlite3.Connection, counts: Mapping[Kind, int], limit: int) -> list[tuple[Any, ...]]:
    """The first of each kind; those of which there are many are not put in order as a whole."""
    many = [kind for kind, count in counts.items() if count > _MANY]
    few = [str(kind) for kind in counts if kind not in many]
    rows = [row for kind in many for row in _of_kind(db, kind, 0, limit)]
    return rows + db.execute(
        f"SELECT {_SHOWN} FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY tier, place, id) AS n FROM hit"
        " WHERE kind IN (SELECT value FROM json_each(?))) AS hit JOIN told USING (id) WHERE n <= ?"
        " ORDER BY hit.tier, hit.place, id", (json.dumps(few), limit)).fetchall()
