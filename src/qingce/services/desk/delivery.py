"""Sending what waits in the outbox."""

from __future__ import annotations

import logging
from itertools import groupby

from sqlalchemy import select

from qingce.ledger.outbox import Message, Outbox
from qingce.ledger.tables import secret
from qingce.services.desk.desk import Desk
from qingce.services.desk.hooks import fan_out
from qingce.services.desk.mail import Undelivered, send_mail
from qingce.services.desk.message_settings import Hook, MessageSettings, read_message_settings
from qingce.services.desk.webhook import post_webhook

log = logging.getLogger("qingce.messages")


def deliver(desk: Desk, settings: MessageSettings | None = None) -> int:
    """Send every message that is due and for which there is a way; returns how many left.

    What has no way (no mail server is named) waits until there is one.
    """
    fan_out(desk)
    settings = settings or read_message_settings(desk.settings.desk)
    box, left = Outbox(desk.store), 0
    channels = ["webhook", "wecom", "dingtalk", *(["mail", "digest"] if settings.mail else [])]
    while taken := box.take(desk.clock(), channels):
        for together in _bundles(taken):
            try:
                _send(desk, settings, together)
            except Undelivered as failed:
                log.warning("message %s by %s did not leave: %s", together[0].id, together[0].channel, failed)
                for message in together:
                    box.failed(message, str(failed), desk.clock(), final=failed.final)
            else:
                box.sent([message.id for message in together])
                left += len(together)
    return left


def _bundles(taken: list[Message]) -> list[list[Message]]:
    """Single messages, and digests to one receiver together."""
    found = [[message] for message in taken if message.channel != "digest"]
    digests = sorted((m for m in taken if m.channel == "digest"), key=lambda m: (m.to, m.at, m.id))
    return found + [list(group) for _, group in groupby(digests, key=lambda m: m.to)]


def _send(desk: Desk, settings: MessageSettings, together: list[Message]) -> None:
    first = together[0]
    if first.channel in ("mail", "digest"):
        assert settings.mail is not None
        subject, body = _digest(desk, together) if first.channel == "digest" else (first.subject, first.body)
        send_mail(settings.mail, first.id, first.to, subject, body, desk.clock)
        return
    hook = settings.hooks.get(first.to) or _registered(desk, first.to)
    if hook is None:
        raise Undelivered(f"没有配置名为“{first.to[:40]}”的推送。", final=False)
    post_webhook(
        first.channel, hook.url, first.subject, first.body, id=first.id, secret=hook.secret,
        timestamp=int(desk.clock().timestamp()), allow=settings.allow,
    )


def _registered(desk: Desk, to: str) -> Hook | None:
    """A webhook by its URL, with the key that was agreed for it."""
    if "://" not in to:
        return None
    with desk.reading() as db:
        key = db.execute(select(secret.c.value).where(secret.c.kind == "webhook", secret.c.owner == to)).scalar()
    return Hook(to, key or "")


def _digest(desk: Desk, together: list[Message]) -> tuple[str, str]:
    if len(together) == 1:
        return together[0].subject, together[0].body
    parts = [f"{number}. {message.subject}\n{message.body.strip()}" for number, message in enumerate(together, 1)]
    return f"{desk.settings.short_name}：{len(together)} 条消息", "\n\n".join(parts) + "\n"
