"""Messages leave: by mail to a real server, to webhooks signed, and never to where the bank did not allow."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import socket
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from qingce.core.errors import ProjectError
from qingce.ledger.outbox import Outbox
from qingce.services.desk import Desk
from qingce.services.desk.delivery import deliver
from qingce.services.desk.mail import Undelivered
from qingce.services.desk.message_settings import Hook, MailSettings, MessageSettings, read_message_settings
from qingce.services.desk.messages import send
from qingce.services.desk.webhook import judge_url, post_webhook
from tests.services.desk.beginnings import Clock

HOST = "127.0.0.1"


class Mailbox:
    """What a mail server received."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        if self.answer.startswith("250"):
            self.mails.append((envelope.rcpt_tos, envelope.content))  # type: ignore[arg-type]
        return self.answer


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, MessageSettings]]:
    """A real mail server on this machine."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    server = Controller(box, hostname=HOST, port=port)
    server.start()
    yield box, MessageSettings(MailSettings(HOST, port, "none", "", "esg@bank.example"), {})
    server.stop()


class Room:
    """What a webhook received, and what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status, self.answer, self.location = 200, b'{"errcode":0}', ""


@pytest.fixture
def room() -> Iterator[tuple[Room, str]]:
    """A web server on this machine."""
    seen = Room()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            seen.got.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(seen.status)
            if seen.location:
                self.send_header("location", seen.location)
            self.send_header("content-length", str(len(seen.answer)))
            self.end_headers()
            self.wfile.write(seen.answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield seen, f"http://{HOST}:{server.server_port}/hook?key=geheim"
    server.shutdown()
    server.server_close()


def write(desk: Desk, channel: str, to: str, subject: str = "催办", body: str = "请填报“注册志愿者”。") -> None:
    """Put a message into the outbox."""
    with desk.writing() as made:
        assert send(made, channel, to, subject, body)


def test_a_mail_arrives_as_it_was_written(desk: Desk, mailbox: tuple[Mailbox, MessageSettings]):
    box, settings = mailbox
    write(desk, "mail", "clerk@bank.example", "催办\r\nBcc: all@bank.example")
    assert deliver(desk, settings) == 1 and deliver(desk, settings) == 0
    to, content = box.mails[0]
    mail = message_from_bytes(content, policy=default)
    assert to == ["clerk@bank.example"] and mail["Subject"] == "催办 Bcc: all@bank.example" and mail["Bcc"] is None
    assert mail.get_content().strip() == "请填报“注册志愿者”。" and mail["Message-ID"].endswith("@bank.example>")
    assert Outbox(desk.store).counts() == {"sent": 1}


def test_digests_wait_for_the_morning_and_come_as_one_mail(
    desk: Desk, clock: Clock, mailbox: tuple[Mailbox, MessageSettings]
):
    box, settings = mailbox
    for number in range(3):
        write(desk, "digest", "clerk@bank.example", f"第 {number} 项")
    write(desk, "digest", "other@bank.example", "别的")
    assert deliver(desk, settings) == 0
    clock.pass_days(1)
    assert deliver(desk, settings) == 4 and len(box.mails) == 2
    mail = message_from_bytes(box.mails[0][1], policy=default)
    assert "3 条消息" in mail["Subject"] and all(f"第 {n} 项" in mail.get_content() for n in range(3))


def test_a_server_that_is_away_is_tried_again(desk: Desk, clock: Clock, mailbox: tuple[Mailbox, MessageSettings]):
    box, settings = mailbox
    box.answer = "451 try later"
    write(desk, "mail", "clerk@bank.example")
    assert deliver(desk, settings) == 0 and Outbox(desk.store).counts() == {"waiting": 1}
    box.answer = "250 OK"
    clock.pass_days(1)
    assert deliver(desk, settings) == 1


def test_without_a_mail_server_mail_waits(desk: Desk):
    write(desk, "mail", "clerk@bank.example")
    assert deliver(desk, MessageSettings(None, {})) == 0 and Outbox(desk.store).counts() == {"waiting": 1}


def test_a_webhook_gets_a_signed_message(desk: Desk, room: tuple[Room, str]):
    seen, url = room
    write(desk, "webhook", "office")
    assert deliver(desk, MessageSettings(None, {"office": Hook(url, "schluessel")}, (HOST,))) == 1
    _, headers, body = seen.got[0]
    signed = headers["qingce-timestamp"].encode() + b"." + body
    assert headers["qingce-signature"] == "v1=" + hmac.new(b"schluessel", signed, hashlib.sha256).hexdigest()
    assert json.loads(body)["subject"] == "催办" and headers["qingce-id"] == json.loads(body)["id"]


@pytest.mark.parametrize("channel", ["wecom", "dingtalk"])
def test_a_chat_room_gets_text_in_its_own_form(desk: Desk, room: tuple[Room, str], channel: str):
    seen, url = room
    write(desk, channel, "office", body="长" * 3000)
    assert deliver(desk, MessageSettings(None, {"office": Hook(url, "s" * 8)}, (HOST,))) == 1
    path, _, body = seen.got[0]
    said = json.loads(body)
    assert said["msgtype"] == "text" and said["text"]["content"].startswith("催办\n长")
    assert len(said["text"]["content"].encode()) <= 2048 and ("&sign=" in path) == (channel == "dingtalk")


def test_what_a_chat_room_does_not_take_is_tried_again(desk: Desk, room: tuple[Room, str]):
    seen, url = room
    seen.answer = b'{"errcode":45009}'
    write(desk, "wecom", "office")
    assert deliver(desk, MessageSettings(None, {"office": Hook(url)}, (HOST,))) == 0
    assert "45009" in Outbox(desk.store).stuck()[0][1]


def test_no_secret_is_logged_or_kept(desk: Desk, room: tuple[Room, str], caplog: pytest.LogCaptureFixture):
    seen, url = room
    seen.status = 500
    write(desk, "wecom", "office")
    hook = Hook(url, "schluessel")
    with caplog.at_level(logging.DEBUG):
        deliver(desk, MessageSettings(None, {"office": hook}, (HOST,)))
    ours = "".join(r.getMessage() for r in caplog.records if r.name.startswith("qingce"))
    said = ours + str(Outbox(desk.store).stuck()) + repr(hook) + repr(MailSettings("h", 1, "tls", "u", "a@b", "pw1"))
    assert "500" in said and "geheim" not in said and "schluessel" not in said and "pw1" not in said


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/", "https://localhost/", "https://10.1.2.3/", "https://192.168.1.1/", "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[fe80::1]/", "https://[fc00::1]/",
    "https://0.0.0.0/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:10.0.0.1]/", "https://2130706433/",
    "https://0x7f000001/", "https://0177.0.0.1/", "https://127.1/", "https://100.64.0.1/", "https://224.0.0.1/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://user:pw@8.8.8.8/", "ftp://8.8.8.8/",
    "file:///etc/passwd", "gopher://127.0.0.1/", "http://8.8.8.8/", "javascript:alert(1)", "", "https://",
])
def test_nothing_goes_to_inner_addresses_by_any_spelling(url: str):
    with pytest.raises(Undelivered):
        judge_url(url)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch):
    def inside(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ("93.184.216.34", "10.0.0.8")]

    monkeypatch.setattr(socket, "getaddrinfo", inside)
    with pytest.raises(Undelivered, match="内网"):
        judge_url("https://hooks.example/")
    assert str(judge_url("https://hooks.example/", ["10.0.0.0/8"])[1]) == "10.0.0.8"


def test_a_redirect_is_judged_like_a_first_address(room: tuple[Room, str]):
    seen, url = room
    seen.status, seen.location = 307, "http://169.254.169.254/latest/meta-data"
    with pytest.raises(Undelivered, match=r"169\.254\.169\.254"):
        post_webhook("webhook", url, "s", "b", id="1", secret="", timestamp=1, allow=[HOST])
    seen.location = url
    with pytest.raises(Undelivered, match="没有终点"):
        post_webhook("webhook", url, "s", "b", id="1", secret="", timestamp=1, allow=[HOST])
    seen.status = 302
    with pytest.raises(Undelivered, match="302"):
        post_webhook("webhook", url, "s", "b", id="1", secret="", timestamp=1, allow=[HOST])


def test_the_proxy_of_the_environment_is_not_asked(room: tuple[Room, str], monkeypatch: pytest.MonkeyPatch):
    seen, url = room
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    post_webhook("webhook", url, "s", "b", id="1", secret="", timestamp=1, allow=[HOST])
    assert len(seen.got) == 1


def test_settings_come_from_the_file_and_secrets_from_the_environment():
    environ = {"QINGCE_MAIL_PASSWORD": "pw", "QINGCE_WEBHOOK_OFFICE_URL": "https://x/",
               "QINGCE_WEBHOOK_OFFICE_SECRET": "k"}
    found = read_message_settings({"mail_host": "smtp.bank.example", "mail_from": "esg@bank.example",
                                   "webhooks": ["office"], "webhook_allow": ["10.0.0.0/8"]}, environ)
    assert found.mail is not None
    assert (found.mail.port, found.mail.security, found.mail.password) == (587, "starttls", "pw")
    assert found.hooks["office"] == Hook("https://x/", "k")


@pytest.mark.parametrize("wrong", [
    {"mail_password": "x"}, {"webhook_secret": "x"}, {"mail_host": "h", "mail_port": "25", "mail_from": "a@b"},
    {"mail_host": "h", "mail_from": "nobody"}, {"mail_host": "h", "mail_from": "a@b", "mail_security": "ssl"},
    {"webhooks": "office"}, {"webhooks": ["No Name"]}, {"webhook_allow": ["10.0.0.0/99"]},
])
def test_wrong_settings_are_said(wrong: dict[str, object]):
    with pytest.raises(ProjectError):
        read_message_settings(wrong, {})
