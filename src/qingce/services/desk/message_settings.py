"""How messages leave: ``[desk]`` of qingce.toml for what may be read, the environment for what may not."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qingce.core.errors import ProjectError

_SECURITY = ("starttls", "tls", "none")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
KEYS = ("mail_host", "mail_port", "mail_security", "mail_user", "mail_from", "webhooks", "webhook_allow")
"""Keys of ``[desk]`` that this module reads."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A server that takes mail.

    Attributes:
        security: ``starttls``, ``tls`` or, for a relay on the same machine, ``none``.
        password: from ``QINGCE_MAIL_PASSWORD``; never printed.
    """

    host: str
    port: int
    security: str
    user: str
    sender: str
    password: str = ""

    def __repr__(self) -> str:
        return f"MailSettings({self.host}:{self.port}, {self.security}, {self.sender})"


@dataclass(frozen=True, slots=True)
class Hook:
    """A configured webhook: ``QINGCE_WEBHOOK_NAME_URL`` and, where it signs, ``QINGCE_WEBHOOK_NAME_SECRET``."""

    url: str
    secret: str = ""

    def __repr__(self) -> str:
        return "Hook(…)"  # the address of a chat room's robot is itself a secret


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """Everything that sending needs.

    Attributes:
        mail: nothing where no server is named; mail then waits.
        allow: names of hosts, addresses and networks inside the bank to which webhooks may go.
    """

    mail: MailSettings | None
    hooks: Mapping[str, Hook]
    allow: tuple[str, ...] = ()


def read_message_settings(desk: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> MessageSettings:
    """Read what ``[desk]`` says about messages.

    Raises:
        ProjectError: a value of the wrong kind, or a secret in the file.
    """
    for key in desk:
        if "password" in key or "secret" in key:
            raise ProjectError(f"qingce.toml：[desk] {key}：密钥不写在文件里，请设为环境变量"
                               "（QINGCE_MAIL_PASSWORD、QINGCE_WEBHOOK_NAME_SECRET）。")
    names = _texts(desk, "webhooks")
    hooks = {}
    for name in names:
        if not _NAME.fullmatch(name):
            raise ProjectError(f"qingce.toml：[desk] webhooks：“{name}”不能作名称；写成 office 这样，"
                               "地址写在环境变量 QINGCE_WEBHOOK_OFFICE_URL 里。")
        url = environ.get(f"QINGCE_WEBHOOK_{name.upper()}_URL", "")
        if url:
            hooks[name] = Hook(url, environ.get(f"QINGCE_WEBHOOK_{name.upper()}_SECRET", ""))
    allow = _texts(desk, "webhook_allow")
    for one in allow:
        if "/" in one:
            try:
                ipaddress.ip_network(one)
            except ValueError as failed:
                raise ProjectError(
                    f"qingce.toml：[desk] webhook_allow：“{one}”不是网段，写成 10.20.0.0/16 这样。") from failed
    return MessageSettings(_mail(desk, environ), hooks, allow)


def _mail(desk: Mapping[str, Any], environ: Mapping[str, str]) -> MailSettings | None:
    host = desk.get("mail_host", "")
    if not host:
        return None
    port, security = desk.get("mail_port", 587), desk.get("mail_security", "starttls")
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port < 65536:
        raise ProjectError(f"qingce.toml：[desk] mail_port 是 1 到 65535 的数，不能是 {port!r}。")
    if security not in _SECURITY:
        raise ProjectError(f"qingce.toml：[desk] mail_security 可选 {'、'.join(_SECURITY)}，不能是 {security!r}。")
    sender = desk.get("mail_from", "")
    if not isinstance(sender, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+", sender):
        raise ProjectError(f"qingce.toml：[desk] mail_from 写发件地址，不能是 {sender!r}。")
    return MailSettings(
        str(host), port, security, str(desk.get("mail_user", "")), sender, environ.get("QINGCE_MAIL_PASSWORD", "")
    )


def _texts(desk: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = desk.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, str) and each for each in found):
        raise ProjectError(f"qingce.toml：[desk] {key} 是文字的列表，不能是 {found!r}。")
    return tuple(found)
