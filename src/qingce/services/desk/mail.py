"""Mail: one plain message to one address through the bank's own server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from qingce.ledger.journal import Clock
from qingce.services.desk.message_settings import MailSettings

SECONDS = 15


class Undelivered(Exception):
    """A message did not leave.

    Attributes:
        final: trying again cannot help.
    """

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


def send_mail(settings: MailSettings, id: str, to: str, subject: str, body: str, clock: Clock) -> None:
    """Hand a mail to the server.

    Args:
        id: of the message; becomes its Message-ID, so that a repetition can be told.

    Raises:
        Undelivered: the server cannot be reached or does not take it.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = settings.sender, to, subject
    mail["Date"] = format_datetime(clock())
    mail["Message-ID"] = f"<{id}@{settings.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    try:
        with _connect(settings) as server:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, settings.password)
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as failed:
        code = next(iter(failed.recipients.values()))[0]
        raise Undelivered(f"邮件服务器不接收 {to}（{code}）。", final=code >= 500) from failed
    except smtplib.SMTPResponseException as failed:
        raise Undelivered(f"邮件服务器拒绝（{failed.smtp_code}）。", final=False) from failed
    except (smtplib.SMTPException, OSError) as failed:
        # the text of these may quote what was sent, so only the kind is told
        raise Undelivered(f"邮件服务器 {settings.host}:{settings.port} 不可用（{type(failed).__name__}）。") from failed


def _connect(settings: MailSettings) -> smtplib.SMTP:
    if settings.security == "tls":
        return smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    return smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
