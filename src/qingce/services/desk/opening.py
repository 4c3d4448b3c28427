"""The first time a desk is opened: an administrator who has no password yet, and the link that gives him one."""

from __future__ import annotations

from sqlalchemy import select

from qingce.casework.rights import Role
from qingce.ledger.projections.people import account, grant
from qingce.services.desk.desk import Desk
from qingce.services.desk.people import first_administrator
from qingce.services.desk.signin import one_time_link

ADMINISTRATOR = "admin"


def first_link(desk: Desk) -> str:
    """The token of a one-time link for the first administrator; nothing once anybody has a password or signed in.

    Each call makes another link and ends the one before, so that a link that was lost is only made again.
    """
    if any(desk.journal.page(did=did, limit=1) for did in ("password_set", "signed_in")):
        return ""
    with desk.reading() as db:
        begun = db.execute(select(account.c.id).limit(1)).first() is not None
        found = db.execute(
            select(grant.c.account).where(grant.c.role == str(Role.ADMINISTRATOR), grant.c.ended == "").limit(1)
        ).scalar()
    if not begun:
        first_administrator(desk, ADMINISTRATOR, "系统管理岗")
        found = ADMINISTRATOR
    return one_time_link(desk, None, found, "first_run") if found else ""
