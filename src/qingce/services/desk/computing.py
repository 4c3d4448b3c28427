"""Computing (编制): the report's figures and findings made anew from what was delivered, filed and approved."""

from __future__ import annotations

import uuid

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Refused
from qingce.ledger.jobs import Job, Jobs
from qingce.services.desk.desk import Desk
from qingce.services.desk.jobs import Work, background, want
from qingce.services.desk.laid import overlay_of
from qingce.services.overlay import LaidOver
from qingce.services.publish import build

COMPUTE = "compute_figures"
_TOLD = 3


def ask_for_figures(desk: Desk, actor: Actor) -> str:
    """Let the worker compute; the id of the job, of the one under way where there is one.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.COMPUTE)
    latest = latest_computing(desk)
    if latest is not None and not latest.ended:
        return latest.id
    with desk.writing() as made:
        return want(made, COMPUTE, uuid.uuid4().hex, {}, by=actor.account)


def latest_computing(desk: Desk) -> Job | None:
    """The last time that somebody asked for it, done or under way."""
    found = Jobs(desk.store).page(kind=COMPUTE, limit=1)
    return found[0] if found else None


@background(COMPUTE)
def compute(desk: Desk, work: Work) -> None:
    """Compute, check and keep; an ERROR finding leaves what was kept before."""
    with desk.reading() as db:
        overlay = overlay_of(desk, db, approved_only=True)
    # an edition of the one format that needs no reading back: what is wanted is what a build keeps
    built = build(LaidOver(desk.folder, overlay), desk.state / "computed", ("json",))
    if built.blocked:
        errors = [f for f in built.findings if f.blocks]
        told = "；".join(f"{f.place} {f.reason}".strip() for f in errors[:_TOLD])
        raise Refused(f"有 {len(errors)} 处错误，数值没有更新：{told}", errors)
    with work.finishing({"figures": built.figures, "hash": built.hash}) as made:
        made.append(work.job.by, "computed", f"report/{desk.settings.period}", {
            "figures": built.figures, "hash": built.hash, "findings": len(built.findings),
        })
