"""Engagements of assurers: samples, requests, conclusions, packs. Every subject is ``engagement/ID``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

engagement = Table(
    "engagement", STATE,
    Column("id", Text, primary_key=True), Column("name", Text, nullable=False), Column("firm", Text, nullable=False),
    Column("standard", Text, nullable=False), Column("level", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("orgs", Text, nullable=False), Column("packs", Text, nullable=False),
    Column("metrics", Text, nullable=False), Column("due", Text, nullable=False), Column("by", Text, nullable=False),
    Column("at", Text, nullable=False), Column("outcome", Text, nullable=False), Column("words", Text, nullable=False),
    Column("concluded_by", Text, nullable=False), Column("concluded", Text, nullable=False),
)
"""``orgs``, ``packs`` and ``metrics`` are JSON lists; ``outcome`` is the overall conclusion, or empty."""

sample = Table(
    "assurance_sample", STATE,
    Column("engagement", Text, primary_key=True), Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False), Column("figure", Text, nullable=False), Column("label", Text, nullable=False),
    Column("by", Text, nullable=False), Column("unit", Text, nullable=False), Column("method", Text, nullable=False),
    Column("size", Integer, nullable=False), Column("top", Integer, nullable=False),
    Column("seed", Text, nullable=False), Column("frame", Text, nullable=False),
    Column("units", Integer, nullable=False), Column("total", Text, nullable=False),
    Column("interval", Text, nullable=False), Column("outside", Integer, nullable=False),
    Column("drawn_by", Text, nullable=False), Column("at", Text, nullable=False),
)
"""``kind`` is ``figures`` or ``rows``; ``by`` what strata are made of; ``interval`` a fraction as text, or empty."""

drawn = Table(
    "assurance_unit", STATE,
    Column("engagement", Text, primary_key=True), Column("sample", Integer, primary_key=True),
    Column("place", Integer, primary_key=True), Column("unit", Text, nullable=False),
    Column("label", Text, nullable=False), Column("amount", Text, nullable=False),
    Column("stratum", Text, nullable=False), Column("weight", Text, nullable=False),
    Column("certain", Integer, nullable=False), Column("record", Text, nullable=False),
    Column("outcome", Text, nullable=False), Column("difference", Text, nullable=False),
    Column("words", Text, nullable=False), Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Index("assurance_unit_outcome", "engagement", "outcome"),
)
"""``record`` is JSON, a list of heading and value; ``outcome`` is empty until the unit has been tested."""

request = Table(
    "assurance_request", STATE,
    Column("engagement", Text, primary_key=True), Column("number", Integer, primary_key=True),
    Column("sample", Integer, nullable=False), Column("place", Integer, nullable=False),
    Column("figure", Text, nullable=False), Column("label", Text, nullable=False),
    Column("words", Text, nullable=False), Column("to", Text, nullable=False), Column("due", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False), Column("state", Text, nullable=False),
    Column("answer", Text, nullable=False), Column("files", Text, nullable=False),
    Column("answered_by", Text, nullable=False), Column("answered", Text, nullable=False),
    Column("reminded", Text, nullable=False), Column("escalated", Text, nullable=False),
    Index("assurance_request_to", "to", "state"),
)
"""``place`` is that of a unit in its sample, 0 for the whole engagement; ``state`` is ``open`` or ``provided``;
``files`` is a JSON list of sha256 and name."""

pack = Table(
    "assurance_pack", STATE,
    Column("sha256", Text, primary_key=True), Column("seq", Integer, primary_key=True),
    Column("engagement", Text, nullable=False), Column("edition", Text, nullable=False),
    Column("name", Text, nullable=False), Column("size", BigInteger, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Index("assurance_pack_engagement", "engagement"),
)
"""Re-performance packs that left the desk."""

assured = Projection("assurance", engagement, sample, drawn, request, pack)


def _id(event: Event) -> str:
    return event.subject.removeprefix("engagement/")


@assured.on("engagement_opened")
def opened(db: Connection, event: Event) -> None:
    """An assurer is to come."""
    said = event.detail
    db.execute(insert(engagement).values(
        id=_id(event), name=said["name"], firm=said["firm"], standard=said["standard"], level=said["level"],
        edition=said["edition"], orgs=canonical(said["orgs"]), packs=canonical(said["packs"]),
        metrics=canonical(said["metrics"]), due=said["due"], by=event.by, at=moment(event.at), outcome="", words="",
        concluded_by="", concluded="",
    ))


@assured.on("sample_drawn")
def sampled(db: Connection, event: Event) -> None:
    """A sample with its units, in the order in which they were drawn."""
    said: Any = event.detail
    frame = said["frame"]
    db.execute(insert(sample).values(
        engagement=_id(event), number=said["sample"], kind=frame["kind"], figure=frame["figure"], label=frame["label"],
        by=frame["by"], unit=frame["unit"], method=said["method"], size=said["size"], top=said["top"],
        seed=said["seed"], frame=frame["hash"], units=frame["count"], total=frame["total"],
        interval=said["interval"], outside=said["outside"], drawn_by=event.by, at=moment(event.at),
    ))
    db.execute(insert(drawn), [
        {"engagement": _id(event), "sample": said["sample"], "place": place, "unit": each["unit"],
         "label": each["label"], "amount": each["amount"], "stratum": each["stratum"], "weight": each["weight"],
         "certain": int(each["certain"]), "record": canonical(each["record"]), "outcome": "", "difference": "0",
         "words": "", "by": "", "at": ""}
        for place, each in enumerate(said["units"], 1)
    ])


@assured.on("evidence_requested")
def requested(db: Connection, event: Event) -> None:
    """Somebody is asked for evidence."""
    said = event.detail
    db.execute(insert(request).values(
        engagement=_id(event), number=said["request"], sample=said["sample"], place=said["place"],
        figure=said["figure"], label=said["label"], words=said["words"], to=said["to"], due=said["due"], by=event.by,
        at=moment(event.at), state="open", answer="", files="[]", answered_by="", answered="", reminded="",
        escalated="",
    ))


@assured.on("evidence_provided")
def provided(db: Connection, event: Event) -> None:
    """The one who was asked, or somebody for him, answers."""
    said = event.detail
    db.execute(update(request).where(
        request.c.engagement == _id(event), request.c.number == said["request"]).values(
        state="provided", answer=said["words"], files=canonical(said["files"]), answered_by=event.by,
        answered=moment(event.at)))


@assured.on("reminded", "escalated")
def called(db: Connection, event: Event) -> None:
    """Somebody was told that a request waits for him."""
    names = event.detail.get("requests", ())
    assert isinstance(names, list | tuple)
    for name in names:
        of, _, number = str(name).rpartition("-")
        db.execute(update(request).where(request.c.engagement == of, request.c.number == int(number)).values(
            {event.did: moment(event.at)}))


@assured.on("conclusion_recorded")
def concluded(db: Connection, event: Event) -> None:
    """What came of a unit, or of the whole; said again, it takes the place of what was said."""
    said = event.detail
    if said["about"] == "engagement":
        db.execute(update(engagement).where(engagement.c.id == _id(event)).values(
            outcome=said["outcome"], words=said["words"], concluded_by=event.by, concluded=moment(event.at)))
        return
    db.execute(update(drawn).where(
        drawn.c.engagement == _id(event), drawn.c.sample == said["sample"], drawn.c.place == said["place"]).values(
        outcome=said["outcome"], difference=said["difference"], words=said["words"], by=event.by,
        at=moment(event.at)))


@assured.on("pack_exported")
def exported(db: Connection, event: Event) -> None:
    """A pack left the desk."""
    said = event.detail
    db.execute(insert(pack).values(
        sha256=said["sha256"], seq=event.seq, engagement=_id(event) if event.subject.startswith("engagement/") else "",
        edition=said["edition"], name=said["name"], size=said["size"], by=event.by, at=moment(event.at),
    ))
