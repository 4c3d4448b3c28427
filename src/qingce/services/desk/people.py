"""People: accounts, the roles they hold and for what, stand-ins."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Sequence

from sqlalchemy import Connection, select

from qingce.casework.rights import EVERY_PACK, Action, Actor, Role, Target
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.event import Json
from qingce.ledger.projections.people import account, grant
from qingce.services.desk.desk import Desk

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


def first_administrator(desk: Desk, name: str, post: str) -> None:
    """The account that begins: possible only while there is none.

    Raises:
        Denied: the desk has accounts.
    """
    with desk.writing() as made:
        if made.db.execute(select(account.c.id).limit(1)).first() is not None:
            raise Denied("已有账户，首个管理员不能再次开立。")
        subject = f"account/{_name(name)}"
        made.append("system", "account_opened", subject, {"post": post, "org": desk.settings.org})
        made.append("system", "role_granted", subject, _grant(Role.ADMINISTRATOR, desk.settings.org))


def open_account(
    desk: Desk, actor: Actor, name: str, *, post: str, org: str, contact: str = "", identity: str = ""
) -> None:
    """Open an account for a post.

    Args:
        post: how it is called, as 城关支行填报岗.
        contact: where messages go.
        identity: who it is at the bank's own sign-on.

    Raises:
        Denied, Missing, Refused: no right; no such org; the name is taken or cannot be a name.
    """
    desk.require(actor, Action.MANAGE_PEOPLE, Target(desk.path(org), account=name))
    if not post.strip():
        raise Refused("请写明岗位名称，例如“城关支行填报岗”。")
    with desk.writing() as made:
        if made.db.execute(select(account.c.id).where(account.c.id == _name(name))).first() is not None:
            raise Refused(f"账户“{name}”已存在，请换一个名称。")
        made.append(actor.account, "account_opened", f"account/{name}",
                    {"post": post.strip(), "org": org, "contact": contact, "identity": identity})


def grant_role(
    desk: Desk, actor: Actor, name: str, role: Role, *, org: str, packs: Sequence[str] = (EVERY_PACK,),
    since: dt.date | None = None, until: dt.date | None = None,
) -> str:
    """Grant a role for an org's subtree and some packs; returns the grant's id.

    Raises:
        Denied: no right, or one's own account.
        Refused: an administrator cannot hold a role that touches figures, nor the reverse.
    """
    desk.require(actor, Action.MANAGE_PEOPLE, Target(desk.path(org), account=name))
    if since and until and until < since:
        raise Refused("终止日早于起始日。")
    with desk.writing() as made:
        held = _open(made.db, name)
        if (role is Role.ADMINISTRATOR and held - {Role.ADMINISTRATOR}) or (
            role is not Role.ADMINISTRATOR and Role.ADMINISTRATOR in held
        ):
            raise Refused("系统管理员只管账户与权限，不得兼任填报、复核、审批等角色。")
        detail = _grant(role, org, packs, since, until)
        made.append(actor.account, "role_granted", f"account/{name}", detail)
    return str(detail["grant"])


def revoke_role(desk: Desk, actor: Actor, name: str, grant_id: str) -> None:
    """Take a role back.

    Raises:
        Denied, Missing: no right; the account does not hold that grant.
    """
    with desk.writing() as made:
        row = made.db.execute(
            select(grant).where(grant.c.id == grant_id, grant.c.account == name, grant.c.ended == "")
        ).first()
        if row is None:
            raise Missing("没有这项授权，或已收回。")
        desk.require(actor, Action.MANAGE_PEOPLE, Target(desk.path(row.org), account=name))
        made.append(actor.account, "role_revoked", f"account/{name}", {"grant": grant_id, "role": row.role})


def _open(db: Connection, name: str) -> set[Role]:
    found = db.execute(select(account.c.state).where(account.c.id == name)).scalar()
    if found != "open":
        raise Missing(f"没有账户“{name}”，或已停用。")
    rows = db.execute(select(grant.c.role).where(grant.c.account == name, grant.c.ended == ""))
    return {Role(role) for role in rows.scalars()}


def _grant(
    role: Role, org: str, packs: Sequence[str] = (EVERY_PACK,), since: dt.date | None = None,
    until: dt.date | None = None,
) -> dict[str, Json]:
    return {
        "grant": uuid.uuid4().hex, "role": str(role), "org": org, "packs": list(packs),
        "since": since.isoformat() if since else "", "until": until.isoformat() if until else "",
    }


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Refused(f"“{name}”不能作账户名：用小写字母、数字和 . _ -，2 至 64 个字符。")
    return name
