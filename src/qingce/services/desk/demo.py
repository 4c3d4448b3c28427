"""A desk to look around in: accounts by post, a campaign under way, figures on their way; entered without a password.

Its journal lies apart (``.qingce/demo.db``), so that nothing of a demo reaches the real one and no
door without a password ever opens there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from qingce.casework.campaign import Draft
from qingce.casework.item import Step
from qingce.casework.rights import ROLE_LABELS, Role
from qingce.core.errors import Denied
from qingce.ledger.journal import Clock, now
from qingce.ledger.projections.people import account
from qingce.services.desk.campaign import filed_scope, open_campaign
from qingce.services.desk.computing import ask_for_figures
from qingce.services.desk.demo_scenes import OFFICE, counted, last_year, play, with_branches
from qingce.services.desk.desk import Desk, open_desk
from qingce.services.desk.materiality.demo import fill_materiality
from qingce.services.desk.people import first_administrator, grant_role, open_account
from qingce.services.desk.signin import begin_session

FILE = "demo.db"
ADMINISTRATOR = "admin"
BRANCHES, PACKS = 2, 3
"""Of how many branches and of how many packs there are people."""
_DAYS = {Step.FILE: 14, Step.REVIEW: 21, Step.APPROVE: 28}
_BRANCH = (
    ("filer", "填报岗", Role.DATA_OWNER), ("reviewer", "复核岗", Role.REVIEWER), ("approver", "审批岗", Role.APPROVER),
)
_HEAD = (
    ("office", "ESG 办公室管理岗", Role.ESG_OFFICE), ("manager", "分管行领导岗", Role.MANAGER),
    ("board", "董事会阅览岗", Role.BOARD_READER), ("assurer", "鉴证岗", Role.ASSURER),
    ("reviewer", "总行复核岗", Role.REVIEWER), ("approver", "总行审批岗", Role.APPROVER),
)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account that a demo offers: its name, its post and the labels of its roles."""

    account: str
    post: str
    roles: tuple[str, ...]


def open_demo(folder: str | Path, *, clock: Clock = now, begun: bool = True) -> Desk:
    """The demo desk of a project, with its accounts and the campaign of the report's period.

    Args:
        begun: branches have filed already, last year stands beside it and the first figures are being computed;
            otherwise the campaign of the head office opens at this moment.
    """
    desk = open_desk(folder, url=f"sqlite:///{(Path(folder) / '.qingce' / FILE).resolve()}", clock=clock)
    with desk.reading() as db:
        made = db.execute(select(account.c.id).limit(1)).first() is not None
    if not made:
        _people(desk)
        fill_materiality(desk)
        _campaign(desk, begun)
        if begun:
            ask_for_figures(desk, desk.actor(OFFICE))
    return desk


def asked_packs(desk: Desk) -> tuple[str, ...]:
    """The packs for which a demo has somebody who files, the first ones by name."""
    filed = {desk.registry.pack_of[m.name] for m in desk.registry.metrics.values() if m.filed}
    return tuple(sorted(filed))[:PACKS]


def _campaign(desk: Desk, begun: bool) -> None:
    packs = asked_packs(desk)
    if not packs:
        return
    period = str(desk.settings.period)
    due = {step: desk.today + dt.timedelta(days=days) for step, days in _DAYS.items()}
    scope, before, branches = filed_scope(desk, packs=packs), "", _branches(desk)
    metrics = counted(desk, packs) if begun else ()
    playing = bool(metrics) and branches != [desk.settings.org]
    if playing:
        before = last_year(desk, branches, metrics)
        scope = with_branches(desk, scope, branches, metrics)
    draft = Draft(period, f"{period} 年度 ESG 数据收集", period, due, scope, before=before)
    open_campaign(desk, desk.actor(OFFICE), draft)
    if playing:
        play(desk, period, branches, metrics)


def _branches(desk: Desk) -> list[str]:
    below = [code for code in desk.tree if desk.path(code)[1:2] == (desk.settings.org,)]
    return sorted(below)[:BRANCHES] or [desk.settings.org]


def _people(desk: Desk) -> None:
    first_administrator(desk, ADMINISTRATOR, "系统管理岗")
    admin, root = desk.actor(ADMINISTRATOR), desk.settings.org
    for name, post, role in _HEAD:
        open_account(desk, admin, name, post=post, org=root)
        grant_role(desk, admin, name, role, org=root)
    for pack in asked_packs(desk):
        made = f"{pack.replace('_', '-')}-filer"
        open_account(desk, admin, made, post=f"{desk.registry.packs[pack].owner}填报岗", org=root)
        grant_role(desk, admin, made, Role.DATA_OWNER, org=root, packs=(pack,))
    for branch in _branches(desk):
        for name, post, role in _BRANCH:
            made = f"{branch.lower()}-{name}"
            open_account(desk, admin, made, post=f"{desk.tree.name(branch)}{post}", org=branch)
            grant_role(desk, admin, made, role, org=branch)


def accounts(desk: Desk) -> list[DemoAccount]:
    """The accounts of a demo desk, as its sign-in page lists them."""
    _demo_only(desk)
    with desk.reading() as db:
        names = list(db.execute(select(account.c.id).where(account.c.state == "open")).scalars())
    found = [desk.actor(name) for name in names]
    return [
        DemoAccount(a.account, a.post, tuple(ROLE_LABELS[role] for role in sorted(a.roles(desk.today))))
        for a in sorted(found, key=lambda a: (a.org != desk.settings.org, a.account))
    ]


def enter(desk: Desk, name: str, *, address: str) -> str:
    """Begin a session of a demo account; returns its token.

    Raises:
        Denied: this is not a demo.
        Missing: no such account.
    """
    _demo_only(desk)
    actor = desk.actor(name)
    with desk.writing() as made:
        return begin_session(made, actor.account, address, "demo")


def _demo_only(desk: Desk) -> None:
    if Path(desk.store.url.database or "").name != FILE:
        raise Denied("这不是演示环境，请用账户和口令登录。")
