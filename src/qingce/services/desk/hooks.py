"""Subscriptions: programs outside are told of events, each once, signed, through the outbox.

What is told is the event's line. Events about people, secrets of whose life they are a part, are not told; nor
are those of the subscriptions themselves.
"""

from __future__ import annotations

import json
import secrets as random
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.core.event import VERBS
from qingce.ledger.journal import Writing
from qingce.ledger.people import forget_secret, keep_secret, secret_of
from qingce.ledger.projections.webhooks import webhook
from qingce.ledger.tables import journal
from qingce.services.desk.desk import Desk
from qingce.services.desk.mail import Undelivered
from qingce.services.desk.message_settings import read_message_settings
from qingce.services.desk.messages import send
from qingce.services.desk.people import plain
from qingce.services.desk.webhook import judge_url

UNTOLD = frozenset({
    "password_set", "signed_in", "sign_in_refused", "signed_out", "signed_out_everywhere", "token_issued",
    "token_revoked", "link_issued", "link_used", "webhook_set", "webhook_removed", "setting_changed",
})
TOLD = tuple(verb for verb in VERBS if verb not in UNTOLD)
"""What may be subscribed to."""
MOST = 20
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told what."""

    id: str
    url: str
    verbs: tuple[str, ...]
    label: str
    by: str
    at: str


def subscriptions(desk: Desk, actor: Actor) -> list[Subscription]:
    """Every subscription, the oldest first."""
    desk.require(actor, Action.OPERATE)
    with desk.reading() as db:
        return [Subscription(r.id, r.url, tuple(json.loads(r.verbs)), r.label, r.by, r.at)
                for r in db.execute(select(webhook).order_by(webhook.c.seq))]


def subscribe(desk: Desk, actor: Actor, url: str, verbs: Iterable[str], label: str = "") -> tuple[str, str]:
    """Begin a subscription; returns its id and the key with which its messages are signed, shown this once.

    Raises:
        Denied: no right.
        Refused: no address that messages may go to, no such event, or too many.
    """
    desk.require(actor, Action.OPERATE)
    wanted = sorted(set(verbs))
    if not wanted or (wrong := [verb for verb in wanted if verb not in TOLD]):
        raise Refused(f"不能订阅事项“{wrong[0] if wanted else ''}”，可订阅：{'、'.join(TOLD[:8])} 等。")
    if len(url) > 500 or not url.isprintable() or url != url.strip():
        raise Refused("推送地址不是网址。")
    try:
        judge_url(url, read_message_settings(desk.settings.desk).allow)
    except Undelivered as refused:
        raise Refused(str(refused)) from refused
    name, key = uuid.uuid4().hex, random.token_urlsafe(32)
    with desk.writing() as made:
        rows = made.db.execute(select(webhook.c.url)).scalars().all()
        if url in rows:
            raise Refused("这个地址已有订阅，请先取消原订阅。")
        if len(rows) >= MOST:
            raise Refused(f"至多 {MOST} 个订阅，请先取消不用的。")
        keep_secret(made.db, "webhook", url, key, made.at)
        event = made.append(actor.account, "webhook_set", f"webhook/{name}",
                            {"url": url, "verbs": list(wanted), "label": plain(label)})
        keep_secret(made.db, "webhook_told", name, str(event.seq), made.at)
    return name, key


def unsubscribe(desk: Desk, actor: Actor, name: str) -> None:
    """End a subscription.

    Raises:
        Denied, Missing: no right; no such subscription.
    """
    desk.require(actor, Action.OPERATE)
    with desk.writing() as made:
        row = made.db.execute(select(webhook).where(webhook.c.id == name)).first()
        if row is None:
            raise Missing("没有这个订阅，或已取消。")
        forget_secret(made.db, "webhook", row.url)
        forget_secret(made.db, "webhook_told", name)
        made.append(actor.account, "webhook_removed", f"webhook/{name}", {"url": row.url})


def fan_out(desk: Desk) -> int:
    """Write what happened since the last time into the outbox, for every subscription; returns how many messages.

    How far a subscription was told is noted in the transaction that writes its messages, so that each event is
    written once, whenever the program stops.
    """
    with desk.reading() as db:
        rows = db.execute(select(webhook).order_by(webhook.c.seq)).all()
        last = db.execute(select(journal.c.seq).order_by(journal.c.seq.desc()).limit(1)).scalar() or 0
        behind = [row.id for row in rows if int(secret_of(db, "webhook_told", row.id) or row.seq) < last]
    count = 0
    for name in behind:
        with desk.writing() as made:
            count += _tell(made, name)
    return count


def _tell(made: Writing, name: str) -> int:
    row = made.db.execute(select(webhook).where(webhook.c.id == name)).first()
    if row is None:
        return 0
    told = int(secret_of(made.db, "webhook_told", name) or row.seq)
    lines = made.db.execute(
        select(journal.c.seq, journal.c.did, journal.c.line).where(journal.c.seq > told)
        .order_by(journal.c.seq).limit(_BATCH)
    ).all()
    wanted = set(json.loads(row.verbs))
    due = [one for one in lines if one.did in wanted]
    for one in due:
        send(made, "webhook", row.url, f"{VERBS[one.did]} {one.seq}", one.line)
    if lines:
        keep_secret(made.db, "webhook_told", name, str(lines[-1].seq), made.at)
    return len(due)
