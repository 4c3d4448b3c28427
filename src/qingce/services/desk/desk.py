"""The desk of a project: its journal, its people and its declarations, opened together."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select

from qingce.casework.rights import EVERY_PACK, Action, Actor, Grant, Policy, Role, Target, allowed
from qingce.core.errors import Denied, Missing, ProjectError
from qingce.core.org import Org, OrgTree
from qingce.core.registry import Registry
from qingce.ledger.figures import FigureStore
from qingce.ledger.journal import Clock, Journal, Writing, now
from qingce.ledger.look import once
from qingce.ledger.projections.people import account, grant
from qingce.ledger.records import load_orgs
from qingce.ledger.store import Store
from qingce.services.content import load_registry
from qingce.services.desk.kept import Kept
from qingce.services.settings import Settings, read_settings

BEIJING = ZoneInfo("Asia/Shanghai")
"""Days and deadlines are those of the bank's clocks."""
_DAY = dt.timedelta(days=1)
SYSTEM = Actor("system", "系统", grants=())
"""Who acts when nobody does: reminders, background work."""


class Desk:
    """A project's journal with everything an act needs to be judged.

    Args:
        folder: the project's folder.
        url: of the database; default what ``QINGCE_DATABASE`` or ``[desk] database`` says, else an SQLite file
            in the project's ``.qingce``.
        clock: gives the time of events.

    Raises:
        ProjectError: the project or its database cannot be opened.
    """

    def __init__(self, folder: str | Path, *, url: str = "", clock: Clock = now) -> None:
        self.folder = Path(folder).resolve()
        self.settings: Settings = read_settings(self.folder)
        self.state = self.folder / ".qingce"
        self.store = Store(url or _database(self.settings) or f"sqlite:///{self.state / 'desk.db'}")
        self.journal = Journal(self.store, clock)
        self.clock = clock
        self.policy = Policy()
        self.kept = Kept()
        self._day = (dt.datetime.min.replace(tzinfo=dt.UTC), dt.date.min)

    def __repr__(self) -> str:
        return f"Desk({str(self.folder)!r}, {self.store.url.render_as_string()!r})"

    def close(self) -> None:
        """Let the database go."""
        self.store.close()

    # -- what is declared ---------------------------------------------------------------------
    @cached_property
    def registry(self) -> Registry:
        """Every declaration of the project."""
        return load_registry(self.folder, self.settings.packs)

    @cached_property
    def tree(self) -> OrgTree:
        """The org tree that the project delivers."""
        path = self.folder / "records" / "org.csv"
        if path.is_file():
            tree, findings = load_orgs(path, self.folder)
            if tree is None:
                raise ProjectError(f"{path} 读不了：{findings[0].reason}")
            return tree
        return OrgTree([Org(self.settings.org, self.settings.organisation, "法人")])

    @cached_property
    def figures(self) -> FigureStore:
        """Figures and revisions of complete builds."""
        return FigureStore(self.state / "ledger.db")

    # -- who acts -----------------------------------------------------------------------------
    @property
    def today(self) -> dt.date:
        """The day by the bank's clocks."""
        at = self.clock()
        since, day = self._day
        # asked thousands of times for one page; the clocks of Beijing have known no summer time since 1991
        if not since <= at < since + _DAY:
            local = at.astimezone(BEIJING)
            midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
            since, day = self._day = midnight.astimezone(dt.UTC), local.date()
        return day

    def actor(self, name: str) -> Actor:
        """An open account with its grants.

        Raises:
            Missing: no such account, or a closed one.
        """
        with self.store.reading() as db:
            return read_actor(db, name)

    def require(self, actor: Actor, action: Action, target: Target | None = None) -> None:
        """Refuse an act that is not this actor's.

        Raises:
            Denied: with the reason in Chinese.
        """
        verdict = allowed(actor, action, target or Target(), today=self.today, policy=self.policy)
        if not verdict.ok:
            raise Denied(verdict.reason)

    def may(self, actor: Actor, action: Action, target: Target | None = None) -> bool:
        """Whether an act would be allowed, for showing or hiding what leads to it."""
        return allowed(actor, action, target or Target(), today=self.today, policy=self.policy).ok

    def path(self, org: str) -> tuple[str, ...]:
        """An org and its ancestors today, nearest first; an org that is closed by now as it last stood.

        Raises:
            Missing: not an org of this project.
        """
        if org not in self.tree:
            raise Missing(f"没有机构“{org}”。")
        found = self.tree.path(org, self.today) or self.tree.path(org, self.settings.period.end)
        return found or (org, self.tree.root)

    def target(self, org: str = "", pack: str = "", account: str = "") -> Target:
        """What an act is about, with the org's place in the tree."""
        return Target(self.path(org) if org else (), pack, account)

    # -- writing ------------------------------------------------------------------------------
    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction: rights are asked and state is read inside it, so that what was judged is what is written."""
        with self.journal.writing() as made:
            yield made

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state."""
        with self.store.reading() as db:
            yield db

    @contextmanager
    def looking(self) -> Iterator[None]:
        """All readings of this thread see one state until it writes."""
        with self.store.looking():
            yield


def open_desk(folder: str | Path, *, url: str = "", clock: Clock = now) -> Desk:
    """The desk of a project, its tables made or brought up to date."""
    desk = Desk(folder, url=url, clock=clock)
    desk.store.prepare()
    return desk


def read_actor(db: Connection, name: str) -> Actor:
    """An open account with its grants, from an open transaction.

    Raises:
        Missing: no such account, or a closed one.
    """
    rows = once(db, _WITH_GRANTS, {"name": name})
    if not rows:
        raise Missing(f"没有账户“{name}”，或已停用。")
    grants = tuple(
        Grant(Role(g.role), g.top, tuple(json.loads(g.packs)) or (EVERY_PACK,), _day(g.since), _day(g.until),
              g.instead_of) for g in rows if g.role is not None
    )
    row = rows[0]
    return Actor(row.id, row.post, row.org, grants, language=row.language)


_WITH_GRANTS = (
    select(account.c.id, account.c.post, account.c.org, account.c.language, grant.c.role, grant.c.org.label("top"),
           grant.c.packs, grant.c.since, grant.c.until, grant.c.instead_of)
    .join(grant, (grant.c.account == account.c.id) & (grant.c.ended == ""), isouter=True)
    .where(account.c.id == bindparam("name"), account.c.state == "open").order_by(grant.c.id)
)


def _database(settings: Settings) -> str:
    return os.environ.get("QINGCE_DATABASE", "") or str(settings.desk.get("database", ""))


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
