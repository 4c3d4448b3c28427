"""Assessments of materiality as they stand.

Subjects: ``assessment/ROUND`` for a round with its topics, groups, assessors, weights and decision,
``survey/ID`` for a survey with its answers. An answer names nobody: neither account nor address.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, delete, insert, select, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

assessment = Table(
    "assessment", STATE,
    Column("id", Text, primary_key=True), Column("label", Text, nullable=False), Column("period", Text, nullable=False),
    Column("before", Text, nullable=False), Column("state", Text, nullable=False),
    Column("opened_by", Text, nullable=False), Column("opened", Text, nullable=False),
    Column("proposed_by", Text, nullable=False), Column("proposed", Text, nullable=False),
    Column("hash", Text, nullable=False), Column("confirmed_by", Text, nullable=False),
    Column("confirmed", Text, nullable=False), Column("words", Text, nullable=False),
    Column("resolution", Text, nullable=False), Column("thresholds", Text, nullable=False),
)
"""``state`` is ``open``, ``proposed`` or ``confirmed``; ``hash`` is of the content that was proposed."""

topic = Table(
    "topic", STATE,
    Column("assessment", Text, primary_key=True), Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False), Column("facts", Text, nullable=False),
)
stakeholder = Table(
    "stakeholder", STATE,
    Column("assessment", Text, primary_key=True), Column("id", Text, primary_key=True),
    Column("position", Integer, nullable=False), Column("facts", Text, nullable=False),
)
"""``facts`` is JSON: what the event said."""

weighing = Table(
    "weighing", STATE,
    Column("assessment", Text, primary_key=True), Column("family", Text, primary_key=True),
    Column("method", Text, nullable=False), Column("given", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""``family`` is ``group`` or ``criterion``; ``given`` is JSON: weights, or judgements by ``A/B``."""

assessor = Table(
    "assessor", STATE,
    Column("assessment", Text, primary_key=True), Column("account", Text, primary_key=True),
    Column("topics", Text, nullable=False), Column("state", Text, nullable=False), Column("at", Text, nullable=False),
    Column("words", Text, nullable=False),
)
"""``topics`` is JSON, empty for all; ``state`` is ``asked``, ``submitted`` or ``returned``."""

score = Table(
    "score", STATE,
    Column("assessment", Text, primary_key=True), Column("topic", Text, primary_key=True),
    Column("item", Text, primary_key=True), Column("account", Text, primary_key=True),
    Column("scores", Text, nullable=False), Column("rationale", Text, nullable=False),
    Column("at", Text, nullable=False),
)
survey = Table(
    "survey", STATE,
    Column("id", Text, primary_key=True), Column("assessment", Text, nullable=False),
    Column("stakeholder", Text, nullable=False), Column("label", Text, nullable=False),
    Column("links", Integer, nullable=False), Column("most", Integer, nullable=False),
    Column("until", Text, nullable=False), Column("source", Text, nullable=False),
    Column("state", Text, nullable=False), Column("opened", Text, nullable=False),
    Column("closed", Text, nullable=False), Column("answers", Integer, nullable=False),
)
"""``links`` is how many single-use links there are, 0 for one link for all; ``most`` bounds the answers."""

answer = Table(
    "answer", STATE,
    Column("id", Text, primary_key=True), Column("survey", Text, nullable=False), Column("at", Text, nullable=False),
    Column("scores", Text, nullable=False), Column("words", Text, nullable=False),
    Index("answer_survey", "survey", "at"),
)
tally = Table(
    "tally", STATE,
    Column("survey", Text, primary_key=True), Column("topic", Text, primary_key=True),
    Column("answers", Integer, nullable=False), Column("total", Integer, nullable=False),
)
decision = Table(
    "decision", STATE,
    Column("assessment", Text, primary_key=True), Column("topic", Text, primary_key=True),
    Column("position", Integer, nullable=False), Column("facts", Text, nullable=False),
)
"""What was confirmed of each topic, as the event said it."""

rounds = Projection("materiality", assessment, topic, stakeholder, weighing, assessor, score, survey, answer, tally,
                    decision)


def _round(event: Event) -> str:
    return event.subject.removeprefix("assessment/")


def _put(db: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    """Change the row of that key, or add it."""
    where = [table.c[name] == value for name, value in key.items()]
    if not db.execute(update(table).where(*where).values(**values)).rowcount:
        db.execute(insert(table).values(**key, **values))


def _place(db: Connection, table: Table, name: str, facts: Any) -> None:
    """Put a topic or group at the end, or change it where it stands."""
    mine = table.c.assessment == name
    rows = {row.id: row.position for row in db.execute(select(table.c.id, table.c.position).where(mine))}
    position = rows.get(facts["id"], max(rows.values(), default=0) + 1)
    _put(db, table, {"assessment": name, "id": facts["id"]}, {"position": position, "facts": canonical(facts)})


# -- the round --------------------------------------------------------------------------------------
@rounds.on("assessment_opened")
def opened(db: Connection, event: Event) -> None:
    """A round begins, with what it takes over from the one before."""
    said: Any = event.detail
    db.execute(insert(assessment).values(
        id=_round(event), label=said["label"], period=said["period"], before=said["before"], state="open",
        opened_by=event.by, opened=moment(event.at), proposed_by="", proposed="", hash="", confirmed_by="",
        confirmed="", words="", resolution="", thresholds=canonical(said["thresholds"]),
    ))
    for table, listed in ((topic, said["topics"]), (stakeholder, said["groups"])):
        for facts in listed:
            _place(db, table, _round(event), facts)
    for family, given in said["weights"].items():
        _weigh(db, _round(event), family, given)


@rounds.on("topic_set")
def topic_set(db: Connection, event: Event) -> None:
    """A topic is added or changed."""
    _place(db, topic, _round(event), event.detail)


@rounds.on("stakeholder_set")
def stakeholder_set(db: Connection, event: Event) -> None:
    """A group is added or changed."""
    _place(db, stakeholder, _round(event), event.detail)


@rounds.on("topic_removed", "stakeholder_removed")
def removed(db: Connection, event: Event) -> None:
    """A topic with its scores, or a group, is no more."""
    name = event.detail["id"]
    if event.did == "topic_removed":
        db.execute(delete(topic).where(topic.c.assessment == _round(event), topic.c.id == name))
        db.execute(delete(score).where(score.c.assessment == _round(event), score.c.topic == name))
    else:
        db.execute(delete(stakeholder).where(stakeholder.c.assessment == _round(event), stakeholder.c.id == name))


def _weigh(db: Connection, name: str, family: str, given: Any) -> None:
    _put(db, weighing, {"assessment": name, "family": family},
         {"method": given["method"], "given": canonical(given["given"]), "reason": given["reason"]})


@rounds.on("weights_set")
def weights_set(db: Connection, event: Event) -> None:
    """Weights of one family."""
    said: Any = event.detail
    _weigh(db, _round(event), said["family"], said)


@rounds.on("thresholds_set")
def thresholds_set(db: Connection, event: Event) -> None:
    """From which score on something is material."""
    db.execute(update(assessment).where(assessment.c.id == _round(event)).values(thresholds=canonical(event.detail)))


# -- scoring ----------------------------------------------------------------------------------------
@rounds.on("assessor_named")
def assessor_named(db: Connection, event: Event) -> None:
    """Somebody is asked to score, or no longer."""
    said: Any = event.detail
    mine = {"assessment": _round(event), "account": said["account"]}
    if said["ended"]:
        for table in (assessor, score):
            db.execute(delete(table).where(table.c.assessment == _round(event), table.c.account == said["account"]))
        return
    _put(db, assessor, mine,
         {"topics": canonical(said["topics"]), "state": "asked", "at": moment(event.at), "words": ""})


@rounds.on("topic_scored")
def topic_scored(db: Connection, event: Event) -> None:
    """Somebody scores items of a topic; a draft until he submits."""
    said: Any = event.detail
    for item, given in said["items"].items():
        _put(db, score, {"assessment": _round(event), "topic": said["topic"], "item": item, "account": event.by},
             {"scores": canonical(given["scores"]), "rationale": given["rationale"], "at": moment(event.at)})


@rounds.on("scores_submitted", "scores_returned")
def submitted(db: Connection, event: Event) -> None:
    """Somebody's scores are final, or given back to him."""
    account = event.by if event.did == "scores_submitted" else event.detail["account"]
    db.execute(update(assessor).where(assessor.c.assessment == _round(event), assessor.c.account == account).values(
        state="submitted" if event.did == "scores_submitted" else "returned", at=moment(event.at),
        words=event.detail.get("words", "")))


# -- surveys ----------------------------------------------------------------------------------------
@rounds.on("survey_opened")
def survey_opened(db: Connection, event: Event) -> None:
    """A survey asks a group."""
    said: Any = event.detail
    db.execute(insert(survey).values(
        id=event.subject.removeprefix("survey/"), assessment=said["assessment"], stakeholder=said["stakeholder"],
        label=said["label"], links=said["links"], most=said["most"], until=said["until"], source=said["source"],
        state="open", opened=moment(event.at), closed="", answers=0,
    ))


@rounds.on("survey_answered")
def survey_answered(db: Connection, event: Event) -> None:
    """Somebody answers."""
    said: Any = event.detail
    name = event.subject.removeprefix("survey/")
    db.execute(insert(answer).values(id=said["id"], survey=name, at=moment(event.at),
                                     scores=canonical(said["scores"]), words=said["words"]))
    db.execute(update(survey).where(survey.c.id == name).values(answers=survey.c.answers + 1))
    for topic_id, value in said["scores"].items():
        mine = (tally.c.survey == name, tally.c.topic == topic_id)
        changed = update(tally).where(*mine).values(answers=tally.c.answers + 1, total=tally.c.total + value)
        if not db.execute(changed).rowcount:
            db.execute(insert(tally).values(survey=name, topic=topic_id, answers=1, total=value))


@rounds.on("survey_closed")
def survey_closed(db: Connection, event: Event) -> None:
    """No more answers are taken."""
    db.execute(update(survey).where(survey.c.id == event.subject.removeprefix("survey/")).values(
        state="closed", closed=moment(event.at)))


# -- the decision -----------------------------------------------------------------------------------
@rounds.on("materiality_proposed")
def proposed(db: Connection, event: Event) -> None:
    """The office asks the board."""
    said: Any = event.detail
    db.execute(update(assessment).where(assessment.c.id == _round(event)).values(
        state="proposed", proposed_by=event.by, proposed=moment(event.at), hash=said["hash"], words=said["words"]))


@rounds.on("materiality_confirmed")
def confirmed(db: Connection, event: Event) -> None:
    """The board confirms exactly what was proposed."""
    said: Any = event.detail
    db.execute(update(assessment).where(assessment.c.id == _round(event)).values(
        state="confirmed", confirmed_by=event.by, confirmed=moment(event.at), resolution=said["resolution"]))
    db.execute(delete(decision).where(decision.c.assessment == _round(event)))
    for position, facts in enumerate(said["decisions"], 1):
        db.execute(insert(decision).values(
            assessment=_round(event), topic=facts["topic"], position=position, facts=canonical(facts)))


@rounds.on("materiality_reopened")
def reopened(db: Connection, event: Event) -> None:
    """Something changed, or the office takes it back: nothing is confirmed any more."""
    db.execute(update(assessment).where(assessment.c.id == _round(event)).values(
        state="open", hash="", confirmed_by="", confirmed="", resolution="", words=event.detail["words"]))
    db.execute(delete(decision).where(decision.c.assessment == _round(event)))
