"""What stands beside a subject wherever it is shown: the files that prove it, and what people say of it."""

from __future__ import annotations

from dataclasses import dataclass

from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.comments import Thread, threads
from qingce.services.desk.evidence import Evidence, evidence_of
from qingce.services.desk.subjects import subject


@dataclass(frozen=True, slots=True)
class Beside:
    """Files and threads of a subject, with what this reader may do.

    Attributes:
        about: the subject's text, as the forms send it.
        readable: whether the reader may see the files at all.
        more: files of subjects that belong to this one; they are taken away where they were attached.
    """

    about: str
    files: list[Evidence]
    threads: list[Thread]
    readable: bool
    may_attach: bool
    may_comment: bool
    more: tuple[Evidence, ...] = ()


def beside(desk: Desk, actor: Actor, about: str, others: tuple[str, ...] = ()) -> Beside:
    """Files and threads of a subject.

    Args:
        others: subjects whose files are shown with it: the items of a figure.

    Raises:
        Denied, Missing: no right to see the subject; no such subject.
    """
    with desk.reading() as db:
        found = subject(desk, db, about)
    desk.require(actor, found.read, found.target)
    readable = desk.may(actor, Action.READ_EVIDENCE, found.target)
    more = (one for other in others for one in evidence_of(desk, actor, other)) if readable else ()
    return Beside(
        about, evidence_of(desk, actor, about, ended=True) if readable else [], threads(desk, actor, about), readable,
        not about.startswith("page/") and desk.may(actor, Action.ATTACH, found.target),
        desk.may(actor, Action.COMMENT, found.target), tuple(more),
    )

