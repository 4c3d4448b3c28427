"""What readers say: taken from anybody, kept as events, answered by the office.

Against machines that fill in forms: a signed token that is old enough to have been read by a person and good
for one answer, a field that no person sees, and a bound on how many arrive in an hour. Nothing that names the
reader's machine goes on the journal.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from qingce.casework.rights import ANYBODY, Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.core.event import Json, moment
from qingce.ledger.projections.feedback import feedback as feedback_table
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import Edition, sealed
from qingce.services.desk.stamp import judge, stamp, used
from qingce.services.yamlfile import read_yaml

AN_HOUR = 120
"""Answers taken in an hour from everybody together."""
FREE, CONTACT = 4000, 120
_FORM = "feedback"


@dataclass(frozen=True, slots=True)
class Said:
    """What a reader said; ``answers`` by a question's id."""

    id: str
    edition: str
    answers: Mapping[str, str]
    contact: str
    at: str
    state: str
    reply: str
    replied_by: str
    replied: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the form; ``answers`` empty means free text."""

    id: str
    text: str
    answers: tuple[str, ...]


def questions(desk: Desk, found: Edition) -> tuple[str, tuple[Asked, ...]]:
    """The title and questions of the form that an edition was frozen with; none where it has no form."""
    seal = sealed(desk, found)
    if "inputs/forms.yaml" not in seal.files:
        return "", ()
    seal.read("inputs/forms.yaml")
    raw: Any = read_yaml(seal.path("inputs/forms.yaml")).get(_FORM)
    if not raw:
        return "", ()
    return str(raw["title"]), tuple(
        Asked(str(q["id"]), str(q["text"]), tuple(map(str, q.get("answers", ())))) for q in raw["questions"])


def token(desk: Desk, name: str) -> str:
    """A token for one answer to one edition."""
    return stamp(desk, _FORM, name)


# -- taking and answering ---------------------------------------------------------------------------
def send(
    desk: Desk, found: Edition, given: Mapping[str, str], *, token: str, trap: str = "", contact: str = ""
) -> str:
    """Take what a reader says about a published edition; returns its id.

    Args:
        given: answers by a question's id.
        trap: what stands in the field that no person sees.
        contact: how to reach the reader, if he wants an answer.

    Raises:
        Denied, Missing: not for the public; the edition is not published.
        Refused: an answer is missing or not one of the choices, or it looks as if no person sent it.
    """
    desk.require(ANYBODY, Action.SEND_FEEDBACK)
    if found.state != "published":
        raise Missing("这一版没有发布。")
    answers = _answers(questions(desk, found)[1], given)
    if len(contact) > CONTACT:
        raise Refused(f"联系方式不超过 {CONTACT} 字。")
    judge(desk, _FORM, found.id, token, trap)
    number = uuid.uuid4().hex[:16]
    with desk.writing() as made:
        before = made.done(used(token))
        if before is not None:
            return str(before)
        since = moment(made.at - dt.timedelta(hours=1))
        arrived = made.db.execute(
            select(func.count()).select_from(feedback_table).where(feedback_table.c.at > since)).scalar_one()
        if arrived >= AN_HOUR:
            raise Refused("这一小时收到的反馈太多，请稍后再提交，或按页面上的联系方式告诉我们。")
        made.append(ANYBODY.account, "feedback_received", f"feedback/{number}",
                    {"edition": found.id, "answers": answers, "contact": contact.strip()})
        made.remember(used(token), number)
    return number


def _answers(asked: tuple[Asked, ...], given: Mapping[str, str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for question in asked:
        said = given.get(question.id, "").strip()
        if question.answers and said not in question.answers:
            raise Refused(f"请回答：{question.text}")
        if len(said) > FREE:
            raise Refused(f"“{question.text}”的回答不超过 {FREE} 字。")
        if said:
            found[question.id] = said
    if not found:
        raise Refused("请至少回答一个问题。")
    return found


def read_feedback(db: Connection) -> list[Said]:
    """Everything that readers said, what waits first, then the latest first."""
    rows = db.execute(
        select(feedback_table).order_by(feedback_table.c.state.desc(), feedback_table.c.at.desc(), feedback_table.c.id))
    return [Said(**{**row, "answers": json.loads(row["answers"])}) for row in rows.mappings()]


def feedback(desk: Desk, actor: Actor) -> list[Said]:
    """Everything that readers said.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.ANSWER_FEEDBACK)
    with desk.reading() as db:
        return read_feedback(db)


def answer(desk: Desk, actor: Actor, number: str, reply: str) -> Said:
    """Answer a reader, or say what was done.

    Raises:
        Denied, Missing, Refused: no right; nothing of that id; no words, or it was answered.
    """
    desk.require(actor, Action.ANSWER_FEEDBACK)
    if not reply.strip() or len(reply) > FREE:
        raise Refused(f"请写明答复或处理情况，不超过 {FREE} 字。")
    with desk.writing() as made:
        found = next((s for s in read_feedback(made.db) if s.id == number), None)
        if found is None:
            raise Missing("没有这条反馈。")
        if found.state == "answered":
            raise Refused("这条反馈已经答复。")
        made.append(actor.account, "feedback_answered", f"feedback/{number}", {"reply": reply.strip()})
        return next(s for s in read_feedback(made.db) if s.id == number)
