"""What goes on behind the desk: jobs and messages, for whoever runs campaigns or the system."""

from __future__ import annotations

from dataclasses import dataclass

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Denied, Missing
from qingce.ledger.jobs import Job, Jobs
from qingce.ledger.outbox import Message, Outbox
from qingce.services.desk.desk import Desk
from qingce.services.desk.message_settings import read_message_settings

KIND_LABELS = {
    "compute_figures": "编制数值", "remind": "当日催办", "import_ledger": "核对台账", "verify_journal": "核验日志",
    "sign_journal": "签发检查点", "export_reperformance_pack": "导出复算包",
}
STUCK = 20


@dataclass(frozen=True, slots=True)
class Background:
    """The state of work in the background.

    Attributes:
        stuck: messages that did not leave, with the reason; without what they say.
        mail: whether a mail server is named.
    """

    jobs: tuple[Job, ...]
    job_counts: dict[str, int]
    message_counts: dict[str, int]
    stuck: tuple[tuple[Message, str], ...]
    mail: bool


def background_state(desk: Desk, actor: Actor, *, state: str = "", limit: int = 50) -> Background:
    """Jobs and messages as they stand.

    Raises:
        Denied: neither the ESG office nor an administrator.
    """
    _may(desk, actor)
    jobs, box = Jobs(desk.store), Outbox(desk.store)
    return Background(
        tuple(jobs.page(state=state, limit=limit)), jobs.counts(), box.counts(), tuple(box.stuck(STUCK)),
        read_message_settings(desk.settings.desk).mail is not None,
    )


def jobs_of(desk: Desk, actor: Actor, *, state: str = "", kind: str = "", limit: int = 50) -> list[Job]:
    """Jobs, newest first.

    Raises:
        Denied: neither the ESG office nor an administrator.
    """
    _may(desk, actor)
    return Jobs(desk.store).page(kind=kind, state=state, limit=limit)


def try_again(desk: Desk, actor: Actor, id: str) -> None:
    """Let a failed job wait again.

    Raises:
        Denied, Missing: no right; no such failed job.
    """
    _may(desk, actor)
    if not Jobs(desk.store).again(id, desk.clock()):
        raise Missing("没有这项失败的任务。")


def job_of(desk: Desk, actor: Actor, id: str) -> Job:
    """One job, for whoever asked for it and for whoever runs the system.

    Raises:
        Denied, Missing: not his; no such job.
    """
    found = Jobs(desk.store).get(id)
    if found is None:
        raise Missing("没有这项任务。")
    if found.by != actor.account:
        _may(desk, actor)
    return found


def _may(desk: Desk, actor: Actor) -> None:
    if not (desk.may(actor, Action.RUN_CAMPAIGN) or desk.may(actor, Action.OPERATE)):
        raise Denied("后台任务由 ESG 办公室和系统管理员查看。")
