"""What stands beside a subject wherever it is shown: the files that prove it, and what people say of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.acting import posts
from qingce.services.desk.comments import Thread, threads
from qingce.services.desk.evidence import Evidence, evidence_of, signed_state
from qingce.services.desk.subjects import subject


@dataclass(frozen=True, slots=True)
class Beside:
    """Files and threads of a subject, with what this reader may do.

    Attributes:
        about: the subject's text, as the forms send it.
        readable: whether the reader may see the files at all.
        signed: where an item bears somebody's name (a state's label), which a change of evidence takes away.
        called: how accounts are called.
        more: files of subjects that belong to this one; they are taken away where they were attached.
    """

    about: str
    files: list[Evidence]
    threads: list[Thread]
    readable: bool
    may_attach: bool
    may_comment: bool
    more: tuple[Evidence, ...] = ()
    signed: str = ""
    called: Mapping[str, str] = field(default_factory=dict)


def beside(desk: Desk, actor: Actor, about: str, others: tuple[str, ...] = ()) -> Beside:
    """Files and threads of a subject.

    Args:
        others: subjects whose files are shown with it: the items of a figure.

    Raises:
        Denied, Missing: no right to see the subject; no such subject.
    """
    with desk.reading() as db:
        found = subject(desk, db, about)
        signed, called = signed_state(desk, db, found), posts(db)
    desk.require(actor, found.read, found.target)
    readable = desk.may(actor, Action.READ_EVIDENCE, found.target)
    more = (one for other in others for one in evidence_of(desk, actor, other)) if readable else ()
    return Beside(
        about, evidence_of(desk, actor, about, ended=True) if readable else [], threads(desk, actor, about), readable,
        not about.startswith("page/") and desk.may(actor, Action.ATTACH, found.target),
        desk.may(actor, Action.COMMENT, found.target), tuple(more), signed, called,
    )

