"""Searching everything on the desk: the index brought up to the journal, and of it what the reader may see."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, QingceError, Unkept
from qingce.core.event import GENESIS
from qingce.core.page import Document
from qingce.ledger.tables import journal
from qingce.services.compose import compose
from qingce.services.desk import search_declared as declared
from qingce.services.desk import search_feed as feed
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import latest_figures, latest_findings
from qingce.services.desk.laid import current
from qingce.services.project import Project
from qingce.services.search import index as indexed
from qingce.services.search.entry import Entry, Kind
from qingce.services.search.index import Hit, Hits, Index
from qingce.services.search.words import LONGEST, Marked, Word, marked, query

EXCERPT = 90
"""Characters of a text that are shown about what was found in it."""


@dataclass(frozen=True, slots=True)
class Result:
    """Something that was found and that the reader may see, in parts with what was looked for marked.

    Attributes:
        exact: whether it is called exactly so.
    """

    kind: Kind
    key: str
    href: str
    label: Marked
    where: Marked
    excerpt: Marked
    exact: bool


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        typed: what was asked for, as far as it was looked at; ``cut`` whether there was more of it.
        counts: how many there are of each kind, the kind with the best result first.
        groups: of each kind the first results, or a page of the one that was asked for.
        blank: whether nothing was asked for, or no letter and no digit.
    """

    typed: str
    cut: bool
    blank: bool
    counts: Mapping[Kind, int]
    groups: Mapping[Kind, tuple[Result, ...]]

    @property
    def total(self) -> int:
        """How many there are of all kinds."""
        return sum(self.counts.values())


def search(desk: Desk, actor: Actor, typed: str, *, kind: str = "", skip: int = 0, limit: int = 20) -> Found:
    """What holds every word and what this account may see; nobody is told that there is more.

    Args:
        kind: one of :class:`Kind`; without it the first of each kind are given.
        skip: results of that kind to leave out.
        limit: of the kind, or of each.

    Raises:
        Missing: no such kind.
        Unkept: the index cannot be written.
    """
    if kind and kind not in set(Kind):
        raise Missing(f"没有“{kind[:40]}”这一类内容。")
    asked = typed[:LONGEST].strip()
    words = query(asked)
    if not words:
        return Found(asked, len(typed) > LONGEST, True, {}, {})
    index = up_to_date(desk)
    with index.reading() as db:
        hits = indexed.find(db, words, asked, scopes_of(desk, db, actor), kind=kind, skip=skip, limit=limit)
    return _found(typed, hits, words, lambda hit: _metric_href(desk, actor, hit))


def search_folder(folder: str | Path, typed: str, *, kind: str = "", limit: int = 20) -> Found:
    """The same over what a project declares and prints, and the figures of its latest build; it needs no journal.

    Raises:
        ProjectError: the folder cannot be used.
    """
    words = query(typed[:LONGEST])
    if not words:
        return Found(typed[:LONGEST].strip(), len(typed) > LONGEST, True, {}, {})
    desk, index = Desk(folder, url="sqlite://"), Index()
    project = Project(desk.folder)
    with index.writing() as db:
        indexed.put(db, (*_said(desk), *_built(desk),
                         *_pages(lambda: compose(project, lambda: project.judged).document)))
        hits = indexed.find(db, words, typed[:LONGEST], indexed.scopes_of(db, lambda *_: True), kind=kind, limit=limit)
    desk.close()
    return _found(typed, hits, words, lambda hit: hit.href)


def _found(typed: str, hits: Hits, words: Sequence[Word], metric_href: Callable[[Hit], str]) -> Found:
    groups: dict[Kind, list[Result]] = {}
    for hit in hits.hits:
        href = metric_href(hit) if hit.kind is Kind.METRIC else hit.href
        groups.setdefault(hit.kind, []).append(Result(
            hit.kind, hit.key, href, marked(hit.label, words), marked(hit.where, words),
            marked(hit.text, words, EXCERPT), hit.tier == 0))
    return Found(typed[:LONGEST].strip(), len(typed) > LONGEST, False, hits.counts,
                 {name: tuple(groups[name]) for name in hits.counts if name in groups})


def scopes_of(desk: Desk, db: sqlite3.Connection, actor: Actor) -> list[int]:
    """The scopes of the index that an actor may see; judged again when he, the day or the index is another."""
    count = db.execute("SELECT count(*) FROM scope").fetchone()[0]
    of = (actor.grants, actor.scopes, desk.today, indexed.meta(db)["born"], count)

    def may(action: str, org: str, pack: str) -> bool:
        try:
            return desk.may(actor, Action(action), desk.target(org, pack))
        except Missing:
            return False

    return desk.kept.get(("search", actor.account), of, lambda: indexed.scopes_of(db, may))


def _metric_href(desk: Desk, actor: Actor, hit: Hit) -> str:
    """A metric is looked at where the reader may see a value of it: at the bank's own, else at his org's."""
    pack = desk.registry.pack_of.get(hit.key, "")
    if desk.may(actor, Action.READ_FIGURES, desk.target(desk.settings.org, pack)):
        return hit.href
    own = (grant.org for grant in actor.grants if grant.org in desk.tree
           and desk.may(actor, Action.READ_FIGURES, desk.target(grant.org, pack)))
    return f"{hit.href}/{next(own, desk.settings.org)}"


# -- keeping up -------------------------------------------------------------------------------------
_DECLARED = (Kind.METRIC, Kind.DISCLOSURE)
_OF_BUILD = (Kind.FIGURE, Kind.CHECK)


def up_to_date(desk: Desk) -> Index:
    """The index, with everything that happened until now.

    Raises:
        Unkept: it cannot be written.
    """
    # the demo's journal and the real one may be open at the same time
    name = hashlib.sha256(desk.store.url.render_as_string().encode()).hexdigest()[:12]
    index = Index(desk.state / "cache" / f"search-{name}.db")
    try:
        return _brought_up(desk, index)
    except (sqlite3.OperationalError, OSError) as failed:
        raise Unkept(f"检索索引 {index.path} 无法写入，请检查磁盘空间与权限。") from failed


def _brought_up(desk: Desk, index: Index) -> Index:
    with desk.store.glancing() as journal_db:
        last = journal_db.execute(select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)).first()
    head = (int(last.seq), str(last.hash)) if last is not None else (0, GENESIS)
    wanted = {**_made_of(desk), "seq": str(head[0]), "hash": head[1]}
    with index.reading() as db:
        there = indexed.meta(db)
    if all(there.get(name) == value for name, value in wanted.items()):
        return index
    # composing takes its time, and who only reads need not wait for it
    pages = _pages(lambda: current(desk).composed.document) if there.get("pages") != wanted["pages"] else None
    with index.writing() as db:
        _bring_up(desk, db, wanted, pages)
    return index


def _bring_up(desk: Desk, db: sqlite3.Connection, wanted: Mapping[str, str], pages: list[Entry] | None) -> None:
    there = indexed.meta(db)
    if there.get("declared") != wanted["declared"]:
        indexed.replace_kinds(db, _DECLARED, _said(desk))
    if there.get("built") != wanted["built"]:
        indexed.replace_kinds(db, _OF_BUILD, _built(desk))
    if pages is not None:
        indexed.replace_kinds(db, [Kind.PARAGRAPH], pages)
        indexed.note(db, pages=wanted["pages"])
    seq, link = _journal(desk, db, there, there.get("declared") == wanted["declared"])
    indexed.note(db, declared=wanted["declared"], built=wanted["built"], seq=str(seq), hash=link)


def _journal(desk: Desk, db: sqlite3.Connection, there: Mapping[str, str], same: bool) -> tuple[int, str]:
    """Take in what the journal says beyond the place that the index knows; returns the place it knows now.

    Args:
        same: whether what things are called is still the same.
    """
    with desk.reading() as source:
        wanted = select(journal.c.seq, journal.c.hash)
        last = source.execute(wanted.order_by(journal.c.seq.desc()).limit(1)).first()
        seq, link = (int(last.seq), str(last.hash)) if last is not None else (0, GENESIS)
        known = int(there.get("seq", 0))
        if known == seq and there.get("hash") == link and same:
            return seq, link
        before = source.execute(wanted.where(journal.c.seq == known)).first() if known else None
        if same and before is not None and before.hash == there.get("hash"):
            _add(desk, db, source, feed.touched(source, known, seq))
        else:  # another journal, or the first time
            every = feed.Touched()
            indexed.replace_kinds(db, feed.LOADS, (one for load in feed.LOADS.values()
                                                   for one in load(desk, source, every)))
        return seq, link


def _add(desk: Desk, db: sqlite3.Connection, source: Connection, of: feed.Touched) -> None:
    for kind, key in feed.gone(desk, source, of):
        indexed.drop(db, kind, [key])
    for kind, load in feed.LOADS.items():
        if kind is not Kind.TOPIC:
            indexed.put(db, load(desk, source, of))
        elif of.of("assessment"):  # what was taken out of a round leaves no row behind
            indexed.replace_kinds(db, [kind], load(desk, source, feed.Touched()))


# -- what it is made of -----------------------------------------------------------------------------
def _made_of(desk: Desk) -> dict[str, str]:
    """What tells whether the declarations, the latest build or the pages are still those of the index."""
    names = desk.kept.get("search declared", (id(desk.registry), id(desk.tree)), lambda: _digest(
        [*_said(desk), *((desk.tree.name(org), org) for org in desk.tree)]))
    store = desk.figures.path
    built = f"{names} {_stamps([store, store.with_name(store.name + '-wal')])}"
    pages = f"{built} {_stamps(sorted((desk.folder / 'pages').rglob('*.md')))}"
    return {"declared": names, "built": built, "pages": pages}


def _said(desk: Desk) -> Iterator[Entry]:
    yield from declared.metrics(desk)
    yield from declared.disclosures(desk)


def _built(desk: Desk) -> Iterator[Entry]:
    yield from declared.figures(desk, latest_figures(desk))
    yield from declared.checks(desk, latest_findings(desk))


def _digest(told: Iterable[object]) -> str:
    made = hashlib.sha256()
    for one in told:
        made.update(repr(one).encode())
    return made.hexdigest()[:32]


def _stamps(paths: Iterable[Path]) -> str:
    found = []
    for path in paths:
        try:
            told = path.stat()
        except OSError:
            continue
        found.append(f"{path.name}:{told.st_mtime_ns}:{told.st_size}")
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:32]


def _pages(document: Callable[[], Document]) -> list[Entry]:
    """The paragraphs as they are printed; nothing while the project cannot be composed."""
    try:
        return list(declared.pages(document()))
    except QingceError:
        return []


def without_marks(text: Marked) -> str:
    """A marked text as it was."""
    return "".join(part for part, _ in text)


__all__ = ["Found", "Kind", "Result", "scopes_of", "search", "search_folder", "up_to_date", "without_marks"]
