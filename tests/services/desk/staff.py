"""People of the small bank, by post, and a campaign that asks them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from qingce.casework.campaign import Campaign, Draft
from qingce.casework.item import Answer, Step
from qingce.casework.rights import Role
from qingce.core.figure import Answered
from qingce.services.desk import Desk
from qingce.services.desk.campaign import ask, open_campaign
from qingce.services.desk.people import first_administrator, grant_role, open_account

POSTS = (
    ("office", "ESG 办公室主任岗", "HEAD", Role.ESG_OFFICE),
    ("east", "城东支行填报岗", "B01", Role.DATA_OWNER),
    ("west", "城西支行填报岗", "B02", Role.DATA_OWNER),
    ("head", "总行填报岗", "HEAD", Role.DATA_OWNER),
    ("checker", "总行复核岗", "HEAD", Role.REVIEWER),
    ("signer", "总行审批岗", "HEAD", Role.APPROVER),
    ("boss", "总行管理岗", "HEAD", Role.MANAGER),
    ("assurer", "鉴证岗", "HEAD", Role.ASSURER),
)
DUE = {Step.FILE: dt.date(2025, 1, 10), Step.REVIEW: dt.date(2025, 1, 15), Step.APPROVE: dt.date(2025, 1, 20)}
STAFF = "registered_volunteers"
HEAD, EAST, WEST = (f"2024/{STAFF}/{org}" for org in ("HEAD", "B01", "B02"))


def fill(desk: Desk) -> None:
    """Open every account with its role."""
    first_administrator(desk, "admin", "系统管理岗")
    admin = desk.actor("admin")
    for name, post, org, role in POSTS:
        open_account(desk, admin, name, post=post, org=org, contact=f"{name}@bank.example")
        grant_role(desk, admin, name, role, org=org)


def campaign(desk: Desk, orgs: tuple[str, ...] = ("HEAD", "B01", "B02"), **said: object) -> Campaign:
    """The campaign of 2024: volunteers of the head office and both branches."""
    draft = Draft("2024", "2024 年度 ESG 数据收集", "2024", DUE, (ask(desk, STAFF, orgs, **said),))
    return open_campaign(desk, desk.actor("office"), draft)


def number(value: str, source: str = "工会登记册") -> Answer:
    """An answer that is a number."""
    return Answer(Answered.VALUE, Decimal(value), source=source)
