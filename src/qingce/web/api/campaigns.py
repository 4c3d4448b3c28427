"""Campaigns for programs: how far they are, opened, widened and narrowed, their days, reminders, their end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from qingce.casework.campaign import Asked
from qingce.core.errors import Refused
from qingce.services.desk import Action, Actor, Desk, campaign, collecting
from qingce.services.desk.acting import Step
from qingce.services.desk.campaign import Campaign, Draft
from qingce.services.desk.reminders import remind_late
from qingce.web.api.contract import PREFIX, Key, Strict, Words, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["收集"], route_class=Looking)
Name = Annotated[str, Path(max_length=40, description="收集的编号。")]
Code = Annotated[str, Field(min_length=1, max_length=100)]
Codes = Annotated[list[Code], Field(max_length=500)]


class CampaignBody(BaseModel):
    """A campaign."""

    id: str
    label: str
    period: str
    state: str
    due: dict[str, str]


class Campaigns(BaseModel):
    """Every campaign, the latest first."""

    campaigns: list[CampaignBody]


class Standing(BaseModel):
    """How far a campaign is, by state."""

    campaign: CampaignBody
    total: int
    approved: int
    percent: int
    late: int
    states: dict[str, int]


class Due(Strict):
    """The last days of filing, of review and of approval."""

    file: dt.date
    review: dt.date
    approve: dt.date


class NewCampaign(Strict):
    """A campaign to open: every filed metric of some packs (none: of all) for some orgs (none: the report's), or
    what the campaign ``before`` asked for.

    ``people`` takes over who was named there, ``texts`` what was explained there.
    """

    id: Annotated[str, Field(max_length=40)]
    label: Annotated[str, Field(min_length=1, max_length=200)]
    period: Annotated[str, Field(max_length=20)]
    due: Due
    orgs: Codes = Field(default_factory=list)
    packs: Codes = Field(default_factory=list)
    before: Annotated[str, Field(max_length=40)] = ""
    texts: bool = False
    people: bool = True


class More(Strict):
    """Metrics to ask of some orgs (none: the report's), besides; ``members`` asks for the members of a family."""

    metrics: Annotated[list[Code], Field(min_length=1, max_length=500)]
    orgs: Codes = Field(default_factory=list)
    members: bool = False


class Fewer(Strict):
    """Items that are no longer asked for, and why."""

    items: Annotated[list[Annotated[str, Field(max_length=300)]], Field(min_length=1, max_length=500)]
    reason: Words


class Whom(Strict):
    """The org below which everybody whose items are late is reminded; empty for the whole bank."""

    org: Annotated[str, Field(max_length=40)] = ""


class Reminded(BaseModel):
    """How many items each account was reminded of; those for which there is nobody."""

    reminded: dict[str, int]
    unreached: list[str]


def _campaign(found: Campaign) -> CampaignBody:
    return CampaignBody(id=found.id, label=found.label, period=found.period, state=found.state,
                        due={str(step): day.isoformat() for step, day in found.due.items()})


@router.get("/campaigns", dependencies=[needs(Action.READ_ITEMS)], responses=refusals())
def campaigns(desk: TheDesk, actor: SignedIn) -> Campaigns:
    """列出各次收集。"""
    return Campaigns(campaigns=[_campaign(found) for found in campaign.campaigns(desk, actor)])


@router.get("/campaigns/{name}/status", dependencies=[needs(Action.READ_ITEMS)], responses=refusals(404))
def standing(desk: TheDesk, actor: SignedIn, name: Name) -> Standing:
    """一次收集的进度：您可见的填报项各在哪一步、逾期多少。"""
    found = campaign.campaign(desk, actor, name)
    items = collecting.items(desk, actor, campaign=name)
    states: dict[str, int] = {}
    for item in items:
        states[str(item.state)] = states.get(str(item.state), 0) + 1
    total, approved = len(items) - states.get("voided", 0), states.get("approved", 0)
    return Standing(campaign=_campaign(found), total=total, approved=approved, states=states,
                    percent=approved * 100 // total if total else 0,
                    late=sum(1 for item in items if item.late(desk.today)))


def _days(due: Due) -> Mapping[Step, dt.date]:
    return {Step.FILE: due.file, Step.REVIEW: due.review, Step.APPROVE: due.approve}


def _open(desk: Desk, actor: Actor, given: NewCampaign) -> Campaign:
    desk.require(actor, Action.RUN_CAMPAIGN)
    asked = (campaign.roll_forward(desk, actor, given.before).asked if given.before
             else _scope(desk, given.orgs, given.packs))
    return campaign.open_campaign(desk, actor, Draft(
        given.id, given.label, given.period, _days(given.due), asked, before=given.before, texts=given.texts,
        people=given.people))


def _scope(desk: Desk, orgs: list[str], packs: list[str]) -> tuple[Asked, ...]:
    if unknown := [name for name in packs if name not in desk.registry.packs]:
        raise Refused(f"没有指标包“{unknown[0]}”。")
    return campaign.filed_scope(desk, orgs, packs)


@router.post("/campaigns", status_code=201, dependencies=[needs(Action.RUN_CAMPAIGN)], responses=refusals(404),
             response_model=CampaignBody)
def begin(request: Request, desk: TheDesk, actor: SignedIn, given: NewCampaign, key: Key = "") -> JSONResponse:
    """启动一次收集；写了 before 则沿用那一次的范围。"""
    return once(desk, actor, request, key, given.model_dump(mode="json"),
                lambda: _campaign(_open(desk, actor, given)), 201)


@router.post("/campaigns/{name}/extend", dependencies=[needs(Action.RUN_CAMPAIGN)], responses=refusals(404),
             response_model=CampaignBody)
def widen(request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: More, key: Key = "") -> JSONResponse:
    """增加要收集的指标与机构；已在收集的不变。"""
    def act() -> CampaignBody:
        desk.require(actor, Action.RUN_CAMPAIGN)
        orgs = given.orgs or [desk.settings.org]
        asked = [campaign.ask(desk, metric, orgs, members=given.members) for metric in given.metrics]
        return _campaign(campaign.extend(desk, actor, name, asked))

    return once(desk, actor, request, key, given.model_dump(), act)


@router.post("/campaigns/{name}/remove", dependencies=[needs(Action.RUN_CAMPAIGN)], responses=refusals(404),
             response_model=CampaignBody)
def narrow(request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: Fewer, key: Key = "") -> JSONResponse:
    """不再收集某些填报项，写明原因；已填的仍留在日志中。"""
    return once(desk, actor, request, key, given.model_dump(),
                lambda: _campaign(campaign.drop(desk, actor, name, given.items, given.reason)))


@router.put("/campaigns/{name}/due", dependencies=[needs(Action.RUN_CAMPAIGN)], responses=refusals(404))
def postpone(desk: TheDesk, actor: SignedIn, name: Name, given: Due) -> CampaignBody:
    """改变各步骤的期限；单独定过期限的填报项不变。"""
    return _campaign(campaign.change_due(desk, actor, name, _days(given)))


@router.post("/campaigns/{name}/remind", dependencies=[needs(Action.REMIND)], responses=refusals(404),
             response_model=Reminded)
def remind(request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: Whom, key: Key = "") -> JSONResponse:
    """催办一个机构及其下级逾期的填报项。"""
    def act() -> Reminded:
        told = remind_late(desk, actor, name, org=given.org)
        return Reminded(reminded=dict(told.reminded), unreached=list(told.unreached))

    return once(desk, actor, request, key, given.model_dump(), act)


@router.post("/campaigns/{name}/close", dependencies=[needs(Action.RUN_CAMPAIGN)], responses=refusals(404),
             response_model=CampaignBody)
def close(request: Request, desk: TheDesk, actor: SignedIn, name: Name, key: Key = "") -> JSONResponse:
    """结束一次收集；此后的变动须申请。"""
    return once(desk, actor, request, key, {}, lambda: _campaign(campaign.close_campaign(desk, actor, name)))
