"""Work in the background, kept in the store itself.

A job is written in the transaction of the act that wants it, under a key of its kind: the same key is the same
job. A worker takes it for a while (a lease) and finishes it in the transaction that holds its effect, so that
the effect happens once: a worker that fell silent, was killed or lost its lease finishes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from qingce.core.errors import QingceError
from qingce.core.event import Json, canonical, moment
from qingce.ledger.store import Store
from qingce.ledger.tables import job

LEASE = dt.timedelta(seconds=60)
"""How long a worker holds a job without a sign of life."""
BACKOFF = tuple(dt.timedelta(seconds=s) for s in (5, 30, 120, 600))
"""How long to wait after each failed try; after the last the job has failed."""
MOST_TAKES = 10
"""How often a job is taken at all: one that kills every worker must end some time."""
STATES: Mapping[str, str] = {
    "waiting": "排队", "running": "进行中", "done": "完成", "refused": "未通过", "failed": "失败",
}


class Lost(QingceError):
    """The lease went to another worker; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work.

    Attributes:
        key: what it is the work of; unique within its kind.
        done, total: how far it is; 0 of 0 where that is not known.
        tries: how often it was taken; whoever holds it is known by this number.
        result: what came of it; ``{"error": …}`` where it failed.
    """

    id: str
    kind: str
    key: str
    by: str
    state: str
    input: Mapping[str, Json]
    result: Mapping[str, Json] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    tries: int = 0
    at: str = ""
    due: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "refused", "failed")

    @property
    def percent(self) -> int:
        """How far it is, in whole percent."""
        return 100 if self.state in ("done", "refused") else min(99, self.done * 100 // self.total) if self.total else 0

    @property
    def label(self) -> str:
        """The state in words."""
        return STATES[self.state]


def enqueue(
    db: Connection, kind: str, key: str, input: Mapping[str, Json], *, by: str, at: dt.datetime,
    due: dt.datetime | None = None,
) -> str:
    """Want a job, in an open writing transaction; returns its id, of the one that is there where the key is known."""
    known = db.execute(select(job.c.id).where(job.c.kind == kind, job.c.key == key)).scalar()
    if known is not None:
        return str(known)
    made = uuid.uuid4().hex
    db.execute(job.insert().values(
        id=made, kind=kind, key=key, by=by, state="waiting", input=canonical(input), result="{}", done=0, total=0,
        tries=0, at=moment(at), due=moment(due or at), lease="",
    ))
    return made


def is_known(db: Connection, kind: str, key: str) -> bool:
    """Whether such a job was ever wanted."""
    return db.execute(select(job.c.id).where(job.c.kind == kind, job.c.key == key)).first() is not None


def finish(db: Connection, held: Job, result: Mapping[str, Json], *, state: str = "done") -> None:
    """End a job in the transaction that holds its effect.

    Args:
        state: ``done`` or ``refused``.

    Raises:
        Lost: another worker holds it by now; the transaction must not stand.
    """
    changed = db.execute(update(job).where(_held(held)).values(state=state, result=canonical(result), lease=""))
    if changed.rowcount != 1:
        raise Lost(f"Job {held.kind} {held.key} is no longer held by this worker.")


def _held(held: Job) -> ColumnElement[bool]:
    # the number of takes is the token of the lease: whoever took it later has a higher one
    return and_(job.c.id == held.id, job.c.state == "running", job.c.tries == held.tries)


class Jobs:
    """The jobs of a store."""

    def __init__(self, store: Store, lease: dt.timedelta = LEASE) -> None:
        self.store = store
        self.lease = lease

    def take(self, kinds: Collection[str], at: dt.datetime) -> Job | None:
        """The job that has waited longest, held until the lease ends; nothing where none is due."""
        ready = or_(
            and_(job.c.state == "waiting", job.c.due <= moment(at)),
            and_(job.c.state == "running", job.c.lease <= moment(at)),
        )
        wanted = select(job).where(job.c.kind.in_(kinds), ready).order_by(job.c.due, job.c.id).limit(1)
        with self.store.reading() as db:
            if db.execute(wanted).first() is None:
                return None  # an idle worker must not keep writers waiting
        with self.store.writing() as db:
            while (row := db.execute(wanted).first()) is not None:
                if row.tries >= MOST_TAKES:
                    error = canonical({"error": f"已开始 {row.tries} 次，每次都中断。"})
                    db.execute(update(job).where(job.c.id == row.id).values(state="failed", result=error, lease=""))
                    continue
                db.execute(update(job).where(job.c.id == row.id).values(
                    state="running", tries=row.tries + 1, lease=moment(at + self.lease), done=0, total=0,
                ))
                return _job(db.execute(select(job).where(job.c.id == row.id)).one())
        return None

    def alive(self, held: Job, at: dt.datetime, done: int | None = None, total: int = 0) -> None:
        """A sign of life: the lease begins anew, and where it is known, how far the work is.

        Raises:
            Lost: another worker holds it by now.
        """
        values: dict[str, object] = {"lease": moment(at + self.lease)}
        if done is not None:
            values |= {"done": done, "total": total}
        with self.store.writing() as db:
            if db.execute(update(job).where(_held(held)).values(values)).rowcount != 1:
                raise Lost(f"Job {held.kind} {held.key} is no longer held by this worker.")

    def fail(self, held: Job, error: str, at: dt.datetime) -> None:
        """A try that went wrong: the job waits for the next, or has failed."""
        again = held.tries <= len(BACKOFF)
        due = at + BACKOFF[held.tries - 1] if again else at
        with self.store.writing() as db:
            db.execute(update(job).where(_held(held)).values(
                state="waiting" if again else "failed", due=moment(due), lease="",
                result=canonical({"error": error[:1000]}),
            ))

    def again(self, id: str, at: dt.datetime) -> bool:
        """Let a failed job wait again; whether there was one."""
        with self.store.writing() as db:
            found = db.execute(update(job).where(job.c.id == id, job.c.state == "failed").values(
                state="waiting", tries=0, due=moment(at), result="{}",
            ))
        return found.rowcount == 1

    def get(self, id: str) -> Job | None:
        """A job by its id."""
        with self.store.reading() as db:
            row = db.execute(select(job).where(job.c.id == id)).first()
        return _job(row) if row is not None else None

    def page(self, *, kind: str = "", by: str = "", state: str = "", limit: int = 50) -> list[Job]:
        """Jobs, newest first."""
        wanted = select(job).order_by(job.c.at.desc(), job.c.id).limit(limit)
        for column, value in ((job.c.kind, kind), (job.c.by, by), (job.c.state, state)):
            if value:
                wanted = wanted.where(column == value)
        with self.store.reading() as db:
            return [_job(row) for row in db.execute(wanted)]

    def counts(self) -> dict[str, int]:
        """How many jobs are in each state."""
        with self.store.reading() as db:
            rows = db.execute(select(job.c.state, func.count()).group_by(job.c.state)).all()
        return {str(state): int(count) for state, count in rows}


def _job(row: Row[tuple[object, ...]]) -> Job:
    return Job(
        row.id, row.kind, row.key, row.by, row.state, json.loads(row.input), json.loads(row.result), row.done,
        row.total, row.tries, row.at, row.due,
    )
