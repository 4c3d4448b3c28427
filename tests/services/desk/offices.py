"""The posts of a small bank, and how its report gets ready to be frozen."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from qingce.casework.item import Answer
from qingce.casework.rights import Actor, Role
from qingce.core.figure import Answered
from qingce.services.desk import Desk
from qingce.services.desk.people import first_administrator, grant_role, open_account

POSTS = {
    "office": (Role.ESG_OFFICE, "ESG 办公室综合岗"), "manager": (Role.MANAGER, "分管副行长岗"),
    "filer": (Role.DATA_OWNER, "工会办公室填报岗"), "reviewer": (Role.REVIEWER, "工会办公室复核岗"),
    "approver": (Role.APPROVER, "工会办公室审批岗"), "assurer": (Role.ASSURER, "鉴证机构项目岗"),
}


def with_posts(desk: Desk) -> Desk:
    """Open an account for every post."""
    first_administrator(desk, "admin", "系统管理岗")
    admin = desk.actor("admin")
    for name, (role, post) in POSTS.items():
        open_account(desk, admin, name, post=post, org="HEAD")
        grant_role(desk, admin, name, role, org="HEAD")
    return desk


def by(desk: Desk, name: str) -> Actor:
    """A post as it acts."""
    return desk.actor(name)


def edit(desk: Desk, name: str, old: str, new: str) -> Path:
    """Change a file of the project."""
    path = desk.folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def value(text: str) -> Answer:
    """A number as an owner files it."""
    return Answer(Answered.VALUE, Decimal(text), source="工会办公室登记册")
