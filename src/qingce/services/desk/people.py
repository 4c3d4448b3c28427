"""People: accounts, the roles they hold and for what, stand-ins."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Container, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.rights import EVERY_PACK, FIGURE_ROLES, ROLE_LABELS, Action, Actor, Role, Target
from qingce.core.errors import Denied, Missing, Refused, nearest
from qingce.core.event import Json
from qingce.ledger import people as secrets
from qingce.ledger.journal import Writing
from qingce.ledger.projections.people import account, grant
from qingce.services.desk.acting import roster
from qingce.services.desk.desk import Desk
from qingce.services.desk.messages import tell

RESERVED = frozenset({"system", "public", "unknown"})
"""Names of those who act without an account."""
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
        made.append("system", "role_granted", subject, grant_detail(Role.ADMINISTRATOR, desk.settings.org))


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
    if not plain(post):
        raise Refused("请写明岗位名称，例如“城关支行填报岗”。")
    with desk.writing() as made:
        if made.db.execute(select(account.c.id).where(account.c.id == _name(name))).first() is not None:
            raise Refused(f"账户“{name}”已存在，请换一个名称。")
        _identity_is_free(made.db, plain(identity), name)
        made.append(actor.account, "account_opened", f"account/{name}",
                    {"post": plain(post), "org": org, "contact": plain(contact), "identity": plain(identity)})


def change_account(desk: Desk, actor: Actor, name: str, changes: Mapping[str, str]) -> None:
    """Call an account otherwise, or let it sit elsewhere.

    Args:
        changes: some of ``post``, ``org``, ``contact``, ``language``, ``identity``. Contact and language are
            also one's own to change.

    Raises:
        Denied, Missing, Refused: no right; no such account or org; a value that cannot be.
    """
    unknown = set(changes) - {"post", "org", "contact", "language", "identity"}
    if unknown:
        raise Refused(f"账户没有“{'、'.join(sorted(unknown))}”这样的内容可改。")
    with desk.writing() as made:
        own = actor.account == name and actor.scopes is None and set(changes) <= {"contact", "language"}
        row = _row(made.db, name) if own else require_over(desk, made.db, actor, name)
        if not own and "org" in changes:
            desk.require(actor, Action.MANAGE_PEOPLE, desk.target(changes["org"], account=name))
        said = {key: plain(value) for key, value in changes.items() if plain(value) != getattr(row, key)}
        _fits(made.db, name, said)
        if said:
            detail: dict[str, Json] = {**said, "before": {key: getattr(row, key) for key in said}}
            made.append(actor.account, "account_changed", f"account/{name}", detail)


def close_account(desk: Desk, actor: Actor, name: str, words: str) -> None:
    """Close an account for good: its grants, stand-ins, sessions, tokens and links end with it,
    and cases that lie with it go back to their post.

    Raises:
        Denied, Missing, Refused: no right; no such account; no reason given; the last administrator.
    """
    from qingce.services.desk.cases import give_back

    if not words.strip():
        raise Refused("请写明停用的原因，例如“岗位撤并”。")
    with desk.writing() as made:
        require_over(desk, made.db, actor, name)
        if Role.ADMINISTRATOR in _open(made.db, name):
            _not_the_last(desk, made.db, name)
        end_stand_ins(made, actor.account, name)
        give_back(made, actor.account, name)
        made.append(actor.account, "account_closed", f"account/{name}", {"words": plain(words)})
        secrets.end_all(made.db, name, (secrets.BROWSER, secrets.API, secrets.LINK))
        secrets.forget_secret(made.db, "password", name)


def grant_role(
    desk: Desk, actor: Actor, name: str, role: Role, *, org: str, packs: Sequence[str] = (EVERY_PACK,),
    since: dt.date | None = None, until: dt.date | None = None,
) -> str:
    """Grant a role for an org's subtree and some packs; returns the grant's id. The ESG office is told.

    Raises:
        Denied: no right, or one's own account.
        Refused: an administrator cannot hold a role that touches figures, nor the reverse; a pack that is not there.
    """
    desk.require(actor, Action.MANAGE_PEOPLE, Target(desk.path(org), account=name))
    if since and until and until < since:
        raise Refused("终止日早于起始日。")
    if role is Role.PUBLIC:
        raise Refused("公众不是可以授予的角色。")
    wanted = tuple(dict.fromkeys(packs)) or (EVERY_PACK,)
    if wrong := [pack for pack in wanted if pack != EVERY_PACK and pack not in known_packs(desk)]:
        raise Refused(f"没有指标包“{wrong[0]}”。{nearest(wrong[0], known_packs(desk))}")
    with desk.writing() as made:
        held = _open(made.db, name)
        if (role is Role.ADMINISTRATOR and held - {Role.ADMINISTRATOR}) or (
            role is not Role.ADMINISTRATOR and Role.ADMINISTRATOR in held
        ):
            raise Refused("系统管理员只管账户与权限，不得兼任填报、复核、审批等角色。")
        detail = grant_detail(role, org, wanted, since, until)
        was = role in FIGURE_ROLES and _was_administrator(made.db, name)
        if was:
            detail["was_administrator"] = True
        made.append(actor.account, "role_granted", f"account/{name}", detail)
        scope = f"{desk.tree.name(org)}及所属，{'全部指标包' if EVERY_PACK in wanted else '、'.join(wanted)}"
        warning = "该账户曾任系统管理员，请核实。\n" if was else ""
        tell_office(desk, made, f"{actor.account} 授予 {name} 角色“{ROLE_LABELS[role]}”",
                    f"{warning}范围：{scope}。\n如非工作需要，请联系系统管理员收回。", {actor.account})
    return str(detail["grant"])


def revoke_role(desk: Desk, actor: Actor, name: str, grant_id: str) -> None:
    """Take a role back; who stands in for the account in it ends too.

    Raises:
        Denied, Missing, Refused: no right; the account does not hold that grant; the last administrator.
    """
    with desk.writing() as made:
        row = made.db.execute(
            select(grant).where(grant.c.id == grant_id, grant.c.account == name, grant.c.ended == "")
        ).first()
        if row is None:
            raise Missing("没有这项授权，或已收回。")
        desk.require(actor, Action.MANAGE_PEOPLE, Target(desk.path(row.org), account=name))
        if row.role == Role.ADMINISTRATOR:
            _not_the_last(desk, made.db, name)
        made.append(actor.account, "role_revoked", f"account/{name}", {"grant": grant_id, "role": row.role})
        end_stand_ins(made, actor.account, name, row)


def end_stand_ins(made: Writing, by: str, principal: str, like: Any = None) -> int:
    """End the stand-ins of an account, all of them or those that came from one of its grants; how many."""
    wanted = select(grant).where(grant.c.instead_of == principal, grant.c.ended == "").order_by(grant.c.id)
    if like is not None:
        wanted = wanted.where(grant.c.role == like.role, grant.c.org == like.org, grant.c.packs == like.packs)
    rows = made.db.execute(wanted).all()
    for row in rows:
        made.append(by, "stand_in_ended", f"account/{row.account}",
                    {"grant": row.id, "role": row.role, "instead_of": principal})
    return len(rows)


def tell_office(desk: Desk, made: Writing, subject: str, body: str, but: Container[str] = ()) -> None:
    """Write a message to everybody who holds the role of the ESG office today."""
    for name in holders(desk, made.db, Role.ESG_OFFICE, desk.tree.root):
        if name not in but:
            tell(made, name, subject, body)


def holders(desk: Desk, db: Connection, role: Role, org: str, pack: str = "") -> tuple[str, ...]:
    """Who holds a role for an org today: those of the nearest org up the tree that has somebody."""
    return roster(desk, db).post(role, desk.path(org), pack).everybody


def known_packs(desk: Desk) -> tuple[str, ...]:
    """The packs of this project, by name."""
    return tuple(sorted(desk.registry.packs))


def require_over(desk: Desk, db: Connection, actor: Actor, name: str) -> Any:
    """Ask for the right over an account and everything it may do; returns the account's row.

    Who manages one branch must not get hold of an account that signs for the whole bank.

    Raises:
        Denied, Missing: no right; no such account.
    """
    row = _row(db, name)
    held = db.execute(select(grant.c.org).where(grant.c.account == name, grant.c.ended == "")).scalars()
    for org in dict.fromkeys((row.org, *held)):
        desk.require(actor, Action.MANAGE_PEOPLE, desk.target(org, account=name))
    return row


def plain(text: str) -> str:
    """One line of text without what no screen shows: control characters and blanks around."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:200]


def _row(db: Connection, name: str) -> Any:
    row = db.execute(select(account).where(account.c.id == name, account.c.state == "open")).first()
    if row is None:
        raise Missing(f"没有账户“{name}”，或已停用。")
    return row


def _fits(db: Connection, name: str, said: Mapping[str, str]) -> None:
    if "post" in said and not said["post"]:
        raise Refused("请写明岗位名称，例如“城关支行填报岗”。")
    if said.get("language", "zh") not in ("", "zh", "en"):
        raise Refused("语言是 zh 或 en。")
    _identity_is_free(db, said.get("identity", ""), name)


def _identity_is_free(db: Connection, identity: str, name: str) -> None:
    taken = select(account.c.id).where(
        account.c.identity == identity, account.c.id != name, account.c.state == "open")
    if identity and (other := db.execute(taken).scalar()):
        raise Refused(f"统一身份“{identity}”已对应账户“{other}”，一个身份只能对应一个账户。")


def _not_the_last(desk: Desk, db: Connection, name: str) -> None:
    others = db.execute(
        select(grant.c.account, grant.c.since, grant.c.until).join(account, account.c.id == grant.c.account)
        .where(grant.c.role == str(Role.ADMINISTRATOR), grant.c.ended == "", account.c.state == "open",
               grant.c.account != name, grant.c.org.in_((desk.tree.root, desk.settings.org)))
    )
    today = desk.today.isoformat()
    if not any((not row.since or row.since <= today) and not row.until for row in others):
        raise Refused("这是最后一位系统管理员，请先授予另一账户系统管理员角色。")


def _was_administrator(db: Connection, name: str) -> bool:
    wanted = select(grant.c.id).where(grant.c.account == name, grant.c.role == str(Role.ADMINISTRATOR))
    return db.execute(wanted).first() is not None


def _open(db: Connection, name: str) -> set[Role]:
    found = db.execute(select(account.c.state).where(account.c.id == name)).scalar()
    if found != "open":
        raise Missing(f"没有账户“{name}”，或已停用。")
    rows = db.execute(select(grant.c.role).where(grant.c.account == name, grant.c.ended == ""))
    return {Role(role) for role in rows.scalars()}


def grant_detail(
    role: Role, org: str, packs: Sequence[str] = (EVERY_PACK,), since: dt.date | None = None,
    until: dt.date | None = None,
) -> dict[str, Json]:
    """What an event says of a grant that it makes."""
    return {
        "grant": uuid.uuid4().hex, "role": str(role), "org": org, "packs": list(packs),
        "since": since.isoformat() if since else "", "until": until.isoformat() if until else "",
    }


def _name(name: str) -> str:
    if name in RESERVED:
        raise Refused(f"“{name}”是系统保留的名称，请换一个。")
    if not _NAME.fullmatch(name):
        raise Refused(f"“{name}”不能作账户名：用小写字母、数字和 . _ -，2 至 64 个字符。")
    return name
