"""Surveys of stakeholders by link or QR: opened for a group, answered by anybody who holds a link, closed.

An answer is anonymous. It goes on the journal with its scores and words and nothing of who gave it; that a
single-use link was used is remembered apart from the answer. Machines are held off as on every public form.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from qingce.casework.materiality import TOP, Topic
from qingce.casework.rights import ANYBODY, Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.core.event import Json, moment
from qingce.ledger.projections import materiality as state
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.rounds import Round, Survey, changing, named, read_round
from qingce.services.desk.stamp import judge, signed, stamp, used

MOST, LINKS = 5000, 2000
"""Answers of one survey, and single-use links of one."""
AN_HOUR = 600
"""Answers to one survey taken in an hour from everybody together."""
WORDS = 1000
_FORM = "survey"


@dataclass(frozen=True)
class Sheet:
    """What somebody who holds a link is asked.

    Attributes:
        group: how the group that is asked is called.
        closed: why no answer is taken any more; empty while it is.
    """

    survey: Survey
    group: str
    topics: tuple[Topic, ...]
    closed: str


def open_survey(
    desk: Desk, actor: Actor, name: str, group: str, *, label: str, links: int = 0, most: int = MOST,
    until: dt.date | None = None, source: str = "",
) -> Survey:
    """Begin to ask a group.

    Args:
        links: how many single-use links to make; 0 for one link that everybody may use.
        most: how many answers are taken.
        source: what the answers are where they are not people's own, for example synthetic ones for showing.

    Raises:
        Denied, Missing: no right; no such round or group.
        Refused: nothing to ask, or a bound that cannot be.
    """
    words = named(label, "问卷的名称", 80)
    if not 0 <= links <= LINKS or not 1 <= most <= MOST:
        raise Refused(f"单次链接至多 {LINKS} 个，答卷上限为 1 至 {MOST} 份。")
    if until is not None and until < desk.today:
        raise Refused("截止日不能早于今天。")
    with changing(desk, actor, name) as (made, found):
        found.group(group)
        if not found.open:
            raise Refused("已提请确认，不能再发起调查；请先收回提请。")
        if not found.case.topics:
            raise Refused("还没有议题，请先设定议题。")
        one = secrets.token_hex(12)
        made.append(actor.account, "survey_opened", f"survey/{one}", {
            "assessment": name, "stakeholder": group, "label": words, "links": links, "most": most,
            "until": until.isoformat() if until else "", "source": source.strip(),
        })
        return next(s for s in read_round(made.db, name).surveys if s.id == one)


def close_survey(desk: Desk, actor: Actor, name: str, survey: str) -> None:
    """Take no more answers.

    Raises:
        Denied, Missing, Refused: no right; no such round or survey; it is closed.
    """
    with changing(desk, actor, name) as (made, found):
        one = survey_of(found, survey)
        if one.state != "open":
            raise Refused("这份问卷已经结束。")
        made.append(actor.account, "survey_closed", f"survey/{survey}", {"answers": one.answers})


def survey_of(found: Round, survey: str) -> Survey:
    """A survey of a round.

    Raises:
        Missing: none of that id.
    """
    one = next((s for s in found.surveys if s.id == survey), None)
    if one is None:
        raise Missing("没有这份问卷。")
    return one


def tokens(desk: Desk, survey: Survey) -> tuple[str, ...]:
    """The ends of the links of a survey, ``/s/TOKEN``: one for all, or its single-use ones."""
    if not survey.links:
        return (survey.id,)
    return tuple(_token(desk, survey.id, n) for n in range(1, survey.links + 1))


def _token(desk: Desk, survey: str, number: int) -> str:
    return f"{survey}.{number}.{signed(desk, _FORM, f'link:{survey}:{number}')}"


# -- the public side --------------------------------------------------------------------------------
def asked(desk: Desk, token: str) -> Sheet:
    """What a link asks.

    Raises:
        Missing: it is none of ours.
    """
    survey, number = _read(desk, token)
    with desk.reading() as db:
        return _asked(desk, db, survey, number)


def survey_stamp(desk: Desk, token: str) -> str:
    """The stamp of a form that is opened now."""
    return stamp(desk, _FORM, token)


def _read(desk: Desk, token: str) -> tuple[str, int]:
    """The survey of a token and the number of its link, 0 for the one for all."""
    survey, _, rest = token.partition(".")
    number, _, _ = rest.partition(".")
    if not rest:
        return survey, 0
    if not number.isascii() or not number.isdigit() or len(number) > 6:
        raise Missing("这个链接不完整，请重新打开收到的链接或扫码。")
    if not hmac.compare_digest(token.encode(), _token(desk, survey, int(number)).encode()):
        raise Missing("这个链接不完整，请重新打开收到的链接或扫码。")
    return survey, int(number)


def _asked(desk: Desk, db: Connection, name: str, number: int) -> Sheet:
    row = db.execute(select(state.survey).where(state.survey.c.id == name)).mappings().first()
    if row is None or bool(row["links"]) != bool(number) or number > row["links"]:
        raise Missing("没有这份问卷，请核对链接。")
    survey = Survey(**row)
    found = read_round(db, survey.assessment)
    return Sheet(survey, found.group(survey.stakeholder).label, found.case.topics, _closed(desk, survey))


def _closed(desk: Desk, survey: Survey) -> str:
    if survey.state != "open" or (survey.until and survey.until < desk.today.isoformat()):
        return "这份问卷已经结束，感谢您的关注。"
    return "收到的答卷已满，感谢您的关注。" if survey.answers >= survey.most else ""


def answer(
    desk: Desk, token: str, given: Mapping[str, str], *, stamped: str, words: str = "", trap: str = ""
) -> None:
    """Take an answer: how important each topic is, from 1 to 5; what is left out is no opinion.

    Args:
        given: by topic, as typed.
        stamped: what :func:`survey_stamp` gave when the form was opened.
        trap: what stands in the field that no person sees.

    Raises:
        Missing: no such link.
        Refused: closed, used, full, nothing answered, or it looks as if no person sent it.
    """
    desk.require(ANYBODY, Action.ANSWER_SURVEY)
    name, number = _read(desk, token)
    judge(desk, _FORM, token, stamped, trap)
    if len(words) > WORDS:
        raise Refused(f"意见不超过 {WORDS} 字。")
    with desk.writing() as made:
        if made.done(used(stamped)) is not None:
            return
        found = _asked(desk, made.db, name, number)
        if found.closed:
            raise Refused(found.closed)
        link = f"survey-link/{name}/{number}"
        if number and made.done(link) is not None:
            raise Refused("这个链接已经答过一次；每个链接只能答一次。")
        scores = _scores(found.topics, given)
        _bounded(made.db, name, moment(made.at - dt.timedelta(hours=1)))
        made.append(ANYBODY.account, "survey_answered", f"survey/{name}",
                    {"id": uuid.uuid4().hex, "scores": scores, "words": words.strip()})
        made.remember(used(stamped), "used")
        if number:
            made.remember(link, "used")


def _scores(topics: tuple[Topic, ...], given: Mapping[str, str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for topic in topics:
        text = given.get(topic.id, "").strip()
        if text and text not in {str(n) for n in range(1, TOP + 1)}:
            raise Refused(f"请为“{topic.label}”选择 1 至 {TOP}，或留空。")
        if text:
            found[topic.id] = int(text)
    if not found:
        raise Refused("请至少为一个议题打分。")
    return found


def _bounded(db: Connection, survey: str, since: str) -> None:
    table = state.answer
    arrived = db.execute(select(func.count()).select_from(table).where(
        table.c.survey == survey, table.c.at > since)).scalar_one()
    if arrived >= AN_HOUR:
        raise Refused("这一小时收到的答卷太多，请稍后再提交；填写的内容不会丢失。")


@dataclass(frozen=True)
class Heard:
    """What one group says of each topic: how many answered and the sum, by topic; and its words."""

    group: str
    answers: int
    tallies: Mapping[str, tuple[int, int]]
    words: tuple[str, ...]


def heard(desk: Desk, actor: Actor, name: str) -> list[Heard]:
    """What each group of a round said.

    Raises:
        Denied, Missing: no right; no such round.
    """
    desk.require(actor, Action.READ_MATERIALITY)
    with desk.reading() as db:
        found = read_round(db, name)
        of = {s.id: s.stakeholder for s in found.surveys}
        table = state.answer
        rows = db.execute(select(table.c.survey, table.c.words).where(
            table.c.survey.in_(of), table.c.words != "").order_by(table.c.id)).all()
    counts = {g.id: sum(s.answers for s in found.surveys if s.stakeholder == g.id) for g in found.case.groups}
    return [Heard(g.id, counts[g.id], found.case.heard.get(g.id, {}), tuple(w for s, w in rows if of[s] == g.id))
            for g in found.case.groups]


def answers_of(db: Connection, survey: str) -> list[Mapping[str, int]]:
    """The scores of every answer, in an order that says nothing of when they came."""
    rows = db.execute(select(state.answer.c.scores).where(state.answer.c.survey == survey).order_by(state.answer.c.id))
    return [json.loads(scores) for scores in rows.scalars()]
