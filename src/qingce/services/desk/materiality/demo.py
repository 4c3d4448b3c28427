"""Two rounds to look at on a demo desk: last year's confirmed, this year's still open. Every score is made up.

Answers carry their source, so that wherever a matrix of them is drawn it says that they are synthetic.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qingce.casework.materiality import TOP, Group, Item, Kind, Pillar, Thresholds, Topic
from qingce.core.event import Json
from qingce.ledger.journal import Writing
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.deciding import decisions
from qingce.services.desk.materiality.rounds import read_round
from qingce.services.yamlfile import read_yaml

SOURCE = "合成数据，仅供演示"
OFFICE, MANAGER, BOARD = "office", "manager", "board"
ANSWERS = 14
"""Of each group in each round."""
_NUMBERS = {Kind.POSITIVE: 0, Kind.NEGATIVE: 0, Kind.RISK: 1, Kind.OPPORTUNITY: 1}
_PARTS: dict[Pillar, dict[str, Json]] = {
    Pillar.ENVIRONMENTAL: {"departments": "leads", "branches": "supports"},
    Pillar.SOCIAL: {"executives": "leads", "departments": "supports", "branches": "supports"},
    Pillar.GOVERNANCE: {"executives": "leads", "departments": "supports"},
}
_LIMITS = Thresholds()


def fill_materiality(desk: Desk) -> None:
    """Write both rounds and the bodies of governance, in one transaction."""
    raw: Any = read_yaml(Path(__file__).with_name("demo_topics.yaml"))
    year = desk.settings.period.start.year
    topics = [_topic(desk, one) for one in raw["topics"]]
    with desk.writing() as made:
        _governance(made, raw, topics, year)
        for period in (str(year - 1), str(year)):
            before = str(year - 1) if period == str(year) else ""
            _round(made, raw, topics, period, before, last=not before)


def _topic(desk: Desk, one: Any) -> Topic:
    """A topic; what this project does not declare is left out."""
    packs, clauses = set(desk.registry.pack_of.values()), {
        f"{s.name}/{d.code}" for s in desk.registry.standards.values() for d in s.disclosures}
    items = tuple(Item(f"i{n}", Kind(kind), label, bool(actual))
                  for n, (kind, label, *actual) in enumerate(one["items"], 1))
    return Topic(one["id"], one["label"], Pillar(one["pillar"]), items,
                 tuple(p for p in one.get("packs", ()) if p in packs), (),
                 tuple(c for c in one.get("clauses", ()) if c in clauses), label_en=one["en"])


def _round(made: Writing, raw: Any, topics: list[Topic], period: str, before: str, *, last: bool) -> None:
    subject = f"assessment/{period}"
    groups = [Group(g["id"], g["label"], g["inside"], g["expectations"], g["channels"]) for g in raw["groups"]]
    weights: dict[str, Json] = {
        "group": {"method": "direct", "given": {g["id"]: g["weight"] for g in raw["groups"]},
                  "reason": "按各方受影响程度和影响力设定"},
        "criterion": {"method": "ahp", "given": {"scale/scope": "2", "scale/irremediability": "2",
                                                 "scope/irremediability": "1"}, "reason": "规模更要紧"},
    }
    made.append(OFFICE, "assessment_opened", subject, {
        "label": f"{period} 年度重要性评估", "period": period, "before": before, "topics": [t.facts for t in topics],
        "groups": [g.facts for g in groups], "weights": weights, "thresholds": _LIMITS.facts})
    levels = {one["id"]: one["levels"] for one in raw["topics"]}
    for account in (OFFICE, MANAGER):
        made.append(OFFICE, "assessor_named", subject, {"account": account, "topics": [], "ended": False})
        for topic in topics:
            made.append(account, "topic_scored", subject,
                        {"topic": topic.id, "items": _scores(topic, levels[topic.id], f"{period}/{account}")})
        made.append(account, "scores_submitted", subject, {})
    for group in groups:
        _survey(made, group, topics, levels, period, last=last)
    if last:
        _decide(made, period, subject)


def _scores(topic: Topic, levels: list[int], seed: str) -> dict[str, Json]:
    return {i.id: {"scores": {a: _near(5 if a == "likelihood" and levels[_NUMBERS[i.kind]] > 3
                                       else levels[_NUMBERS[i.kind]], f"{seed}/{topic.id}/{i.id}/{a}")
                              for a in i.asked}, "rationale": "演示用的虚构打分"} for i in topic.items}


def _near(level: int, seed: str) -> int:
    """The level or a neighbour, the same for the same seed."""
    step = (0, 0, 0, -1, 1)[hashlib.sha256(seed.encode()).digest()[0] % 5]
    return min(TOP, max(1, level + step))


def _survey(
    made: Writing, group: Group, topics: list[Topic], levels: dict[str, list[int]], period: str, *, last: bool
) -> None:
    name = hashlib.sha256(f"{period}/{group.id}".encode()).hexdigest()[:24]
    made.append(OFFICE, "survey_opened", f"survey/{name}", {
        "assessment": period, "stakeholder": group.id, "label": f"{period} 年议题问卷（{group.label}）", "links": 0,
        "most": 1000, "until": "", "source": SOURCE})
    for number in range(ANSWERS):
        scores: dict[str, Json] = {t.id: _near(levels[t.id][2 if group.inside else 3], f"{name}/{number}/{t.id}")
                                   for t in topics}
        made.append("public", "survey_answered", f"survey/{name}",
                    {"id": hashlib.sha256(f"{name}/{number}".encode()).hexdigest()[:32], "scores": scores, "words": ""})
    if last or group.id != "customers":
        made.append(OFFICE, "survey_closed", f"survey/{name}", {"answers": ANSWERS})


def _decide(made: Writing, period: str, subject: str) -> None:
    found = read_round(made.db, period)
    made.append(OFFICE, "materiality_proposed", subject, {
        "hash": found.content, "words": "演示用的虚构评估。", "material": sum(p.material for p in found.stood)})
    made.append(BOARD, "materiality_confirmed", subject, {
        "hash": found.content, "period": period, "resolution": f"{period} 年度董事会会议（演示）",
        "decisions": list[Json](decisions(found))})


def _governance(made: Writing, raw: Any, topics: list[Topic], year: int) -> None:
    for one in raw["bodies"]:
        made.append(OFFICE, "governance_set", f"governance/{one['id']}", {
            "label": one["label"], "tier": one["tier"], "duties": one["duties"], "ended": False})
    for topic in topics:
        made.append(OFFICE, "responsibility_set", f"topic/{topic.id}", {
            "bodies": {"board": "decides", **_PARTS[topic.pillar]}})
    for number, (body, day, title) in enumerate(_meetings(year), 1):
        name = f"demo{number}"
        made.append(OFFICE, "meeting_held", f"meeting/{name}", {
            "body": body, "day": day.isoformat(), "title": title, "members": 9, "attended": 8,
            "topics": [t.id for t in topics[:3]]})
        made.append(OFFICE, "resolution_passed", f"meeting/{name}",
                    {"id": f"demo{number}", "title": f"审议通过{title}的各项议案（演示）", "words": ""})


def _meetings(year: int) -> Iterator[tuple[str, dt.date, str]]:
    yield "board", dt.date(year, 3, 28), f"{year} 年第一次 ESG 专题会（演示）"
    yield "executives", dt.date(year, 9, 12), f"{year} 年 ESG 推进会（演示）"
