"""A round of materiality for the small bank: two topics, two groups, two assessors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from qingce.casework.materiality import Group, Item, Kind, Pillar, Topic
from qingce.services.desk import Desk
from qingce.services.desk.materiality.deciding import confirm, propose
from qingce.services.desk.materiality.rounds import Round, open_round, round_of
from qingce.services.desk.materiality.scoring import name_assessor, save_scores, submit_scores
from qingce.services.desk.materiality.surveys import answer, close_survey, open_survey, survey_stamp, tokens
from qingce.services.desk.materiality.topics import set_group, set_topic

GREEN = Topic("green", "绿色金融", Pillar.ENVIRONMENTAL, (
    Item("harm", Kind.NEGATIVE, "向高碳项目放款", actual=True), Item("loss", Kind.RISK, "高碳资产减值")),
    clauses=("szse_17/21-28",), label_en="Green finance")
STAFF = Topic("staff", "员工志愿服务", Pillar.SOCIAL, (Item("time", Kind.POSITIVE, "志愿服务时间", actual=True),),
              metrics=("registered_volunteers",), clauses=("szse_17/50",))
WORKERS, CLIENTS = Group("workers", "员工", True, "权益", "职代会"), Group("clients", "客户", False, "服务", "网点")
HIGH = {"likelihood": "5", "scale": "5", "scope": "5", "irremediability": "5", "magnitude": "5", "horizon": "5"}
LOW = dict.fromkeys(HIGH, "1")


def begun(desk: Desk, name: str = "2024", assessors: tuple[str, ...] = ("office", "manager"), *,
          staff: Topic = STAFF) -> Round:
    """An open round with topics, groups and assessors."""
    office = desk.actor("office")
    open_round(desk, office, name, label=f"{name} 年度重要性评估", period=name)
    for topic in (GREEN, staff):
        set_topic(desk, office, name, topic)
    for group in (WORKERS, CLIENTS):
        set_group(desk, office, name, group)
    for account in assessors:
        name_assessor(desk, office, name, account)
    return round_of(desk, office, name)


def score(desk: Desk, account: str, name: str = "2024", *, green: Mapping[str, str] = HIGH,
          staff: Mapping[str, str] = LOW, final: bool = True) -> None:
    """One assessor gives every item the same."""
    who = desk.actor(account)
    for topic, given in ((GREEN, green), (STAFF, staff)):
        asked = {i.id: ({a: given[a] for a in i.asked}, "据本年业务判断") for i in topic.items}
        save_scores(desk, who, name, topic.id, asked)
    if final:
        submit_scores(desk, who, name)


def heard(desk: Desk, clock, group: str = "clients", name: str = "2024", given: Mapping[str, str] | None = None) -> str:
    """A survey of a group with one answer, closed; returns its id."""
    office = desk.actor("office")
    survey = open_survey(desk, office, name, group, label="问卷")
    [token] = tokens(desk, survey)
    stamped = survey_stamp(desk, token)
    clock.at += dt.timedelta(seconds=30)
    answer(desk, token, given or {"green": "5", "staff": "2"}, stamped=stamped, words="谢谢")
    close_survey(desk, office, name, survey.id)
    return survey.id


def proposed(desk: Desk, clock, name: str = "2024", **said: Topic) -> Round:
    """A round that waits for the board: green finance is material, volunteering is not."""
    begun(desk, name, **said)
    for account in ("office", "manager"):
        score(desk, account, name)
    heard(desk, clock, name=name)
    return propose(desk, desk.actor("office"), name, "两个议题，一个具有重要性。")


def decided(desk: Desk, clock, name: str = "2024", **said: Topic) -> Round:
    """The same, confirmed."""
    found = proposed(desk, clock, name, **said)
    return confirm(desk, desk.actor("manager"), name, found.hash, "董事会第三次会议决议")
