"""Against machines that fill in public forms: a signed stamp that is old enough to have been read by a person.

A form carries the stamp of the moment at which it was opened and a field that no person sees. Nothing that
names the reader's machine is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from sqlalchemy import insert, select

from qingce.core.errors import Refused
from qingce.core.event import moment
from qingce.ledger.tables import secret
from qingce.services.desk.desk import Desk

READ_AT_LEAST = dt.timedelta(seconds=4)
GOOD_FOR = dt.timedelta(hours=12)
_CALLED = {"feedback": "反馈表", "survey": "问卷"}


def stamp(desk: Desk, form: str, name: str) -> str:
    """A stamp for one answer: when it was given, and a signature.

    Args:
        form: ``feedback`` or ``survey``.
        name: which edition or survey.
    """
    at = f"{int(desk.clock().timestamp() * 1000)}.{secrets.token_urlsafe(9)}"
    return f"{at}.{signed(desk, form, f'{name}:{at}')}"


def signed(desk: Desk, form: str, words: str) -> str:
    """A signature that only this desk can make."""
    return hmac.new(_key(desk, form), f"{form}:{words}".encode(), hashlib.sha256).hexdigest()[:32]


def _key(desk: Desk, form: str) -> bytes:
    query = select(secret.c.value).where(secret.c.kind == form, secret.c.owner == "form")
    with desk.reading() as db:
        found = db.execute(query).scalar()
    if found is None:
        with desk.writing() as made:
            found = made.db.execute(query).scalar()
            if found is None:
                found = secrets.token_hex(32)
                made.db.execute(insert(secret).values(kind=form, owner="form", value=found, at=moment(made.at)))
    return bytes.fromhex(found)


def judge(desk: Desk, form: str, name: str, given: str, trap: str) -> None:
    """Refuse what no person sent.

    Args:
        trap: what stands in the field that no person sees.

    Raises:
        Refused: the trap is filled, or the stamp is not ours, too young or too old.
    """
    called = _CALLED[form]
    if trap.strip():
        raise Refused("没有收下：表中有一栏应当留空。")
    at, _, signature = given.rpartition(".")
    moment_given = at.partition(".")[0]
    if not moment_given.isdigit() or not hmac.compare_digest(signature, signed(desk, form, f"{name}:{at}")):
        raise Refused(f"这张{called}不是从本页打开的，请刷新页面后重新填写。")
    age = desk.clock() - dt.datetime.fromtimestamp(int(moment_given) / 1000, dt.UTC)
    if age > GOOD_FOR:
        raise Refused(f"这张{called}打开得太久了，请刷新页面后重新填写。")
    if age < READ_AT_LEAST:
        raise Refused("提交得太快了，请稍等几秒再提交；填写的内容不会丢失。")


def used(given: str) -> str:
    """The key under which a stamp is used once."""
    return f"form/{hashlib.sha256(given.encode()).hexdigest()}"
