"""What may not come in or go out at any door: paths that lead elsewhere, headers in names, secrets in logs."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from qingce.services.desk import Desk, hooks, open_desk
from qingce.services.desk.editions import publish
from qingce.services.desk.evidence import attach
from qingce.services.desk.freeze import freeze
from qingce.services.desk.opening import first_link
from qingce.services.desk.signin import one_time_link
from qingce.services.desk.tokens import issue_token
from qingce.services.init import make_project
from qingce.web import Rate, WebSettings, create_app
from qingce.web.observe import JsonLines, log_as_json
from qingce.web.security import SESSION
from tests.services.desk.staff import HEAD, fill
from tests.web.collecting import bank_in_campaign
from tests.web.rights_table import RIGHTS
from tests.web.signing import NamesAsTokens

ACCOUNT = {"data_owner": "head", "reviewer": "checker", "approver": "signer", "esg_office": "office", "manager": "boss",
           "assurer": "assurer", "administrator": "admin"}
FAST = Rate(per_second=10_000, burst=100_000)
QUICK = WebSettings(address_rate=FAST, account_rate=FAST, sign_in_rate=FAST)
UP = ("../desk.db", "..%2fdesk.db", "%2e%2e/desk.db", "..%5cdesk.db", "....//desk.db", "%252e%252e%252fdesk.db",
      "/etc/passwd", "//etc/passwd", "%2fetc%2fpasswd", "C:%5cwindows", "desk.css%00.png", "%c0%ae%c0%ae/desk.db",
      "~root", "../../../../../../../../etc/passwd", ".", "..", "", "%0d%0aX-Evil:%201")
SECRET_OF_FILES = (b"SQLite format 3", b"root:x:0:0", b"[report]")


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str]]:
    """A bank with a published edition, and the edition's name."""
    folder = tmp_path_factory.mktemp("doors") / "bank"
    make_project(folder)
    made = open_desk(folder)
    fill(made)
    office = made.actor("office")
    yield made, publish(made, office, freeze(made, office).id).id
    made.close()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign."""
    with bank_in_campaign(tmp_path_factory.mktemp("doors") / "bank") as made:
        yield made


@pytest.fixture(scope="module")
def app(bank: Desk) -> FastAPI:
    """Its web application."""
    return create_app(bank, QUICK, NamesAsTokens(bank))


def browser(app: FastAPI, account: str = "") -> TestClient:
    """An account's browser, with the proof that its forms are its own."""
    made = TestClient(app, base_url="http://localhost", follow_redirects=False)
    if account:
        made.cookies.set(SESSION, account)
    token = re.search(r'name="csrf" (?:content|value)="([^"]+)"', made.get("/more").text)
    assert token
    made.headers["x-csrf"] = token[1]
    return made


# -- paths ------------------------------------------------------------------------------------------


def nothing_of_it(answer: Response) -> None:
    """No file of the machine or of the project came out."""
    assert answer.status_code in (302, 303, 307, 400, 404, 405, 422), (answer.url, answer.status_code)
    assert not any(part in answer.content for part in SECRET_OF_FILES)
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("up", UP)
def test_no_path_leads_out_of_static_files_evidence_and_deliveries(app: FastAPI, up: str):
    for account in ("", "office"):
        reader = browser(app, account)
        for door in ("/static/", "/evidence/file/", "/ledgers/", "/workbook/marked/2024/", "/freeze/editions/",
                     "/preview/", "/standards/", "/progress/2024/export."):
            if up.strip("./") or not door.endswith("/"):
                nothing_of_it(reader.get(door + up))


@pytest.mark.parametrize("up", UP)
def test_no_path_leads_out_of_a_published_edition(frozen: tuple[Desk, str], up: str):
    desk, name = frozen
    reader = TestClient(create_app(desk, QUICK), base_url="http://localhost", follow_redirects=False)
    assert reader.get(f"/editions/{name}/files/index.html").status_code == 200
    for place in (f"/editions/{name}/files/{up}", f"/editions/{up}/manifest.json", f"/editions/{name}/../{up}",
                  f"/editions/{name}/files/../inputs/qingce.toml", f"/editions/{name}/files/..%2finputs%2fqingce.toml"):
        if up not in ("", ".", ".."):  # a client makes these into the address of the page above
            nothing_of_it(reader.get(place))


def test_what_is_not_published_is_nobodys(frozen: tuple[Desk, str]):
    desk, name = frozen
    reader = TestClient(create_app(desk, QUICK), base_url="http://localhost", follow_redirects=False)
    folder = next(path for path in (desk.state / "editions").iterdir() if path.name == name)
    assert (folder / "inputs" / "qingce.toml").is_file()
    for inner in ("inputs/qingce.toml", "frozen/findings.json", "site/index.html"):
        assert reader.get(f"/editions/{name}/files/{inner}").status_code == 404


# -- headers ----------------------------------------------------------------------------------------

EVIL = ('a"\r\nX-Evil: 1.pdf', "a\nX-Evil: 1;.pdf", 'a"; filename="b.exe', "证据\u202efdp.exe.pdf", "a\x00b.pdf",
        "ü" * 300 + ".pdf", "..\\..\\a.pdf", "a;b=c.pdf", "%0d%0aX-Evil: 1.pdf")


@pytest.mark.parametrize("name", EVIL)
def test_a_files_name_ends_no_header_and_begins_none(app: FastAPI, bank: Desk, name: str):
    digest = attach(bank, bank.actor("head"), [f"item/{HEAD}"], b"%PDF-1.7 " + name.encode(), name)
    for place in (f"/evidence/file/{digest}", f"/api/v1/evidence/{digest}"):
        reader = browser(app, "head")
        got = reader.get(place, headers={"authorization": "Bearer head"} if "/api/" in place else {})
        said = got.headers["content-disposition"]
        assert got.status_code == 200 and "x-evil" not in got.headers
        assert re.fullmatch(r"attachment; filename=\"download\"; filename\*=UTF-8''[\w.%~-]+", said), said


@pytest.mark.parametrize("words", ["a\r\nX-Evil: 1", "中文", 'x";y', "2024\x00"])
def test_what_is_asked_for_stands_in_no_header_as_it_is(app: FastAPI, words: str):
    office = browser(app, "office")
    for place in (f"/progress/{quote(words)}/export.csv", f"/freeze/compare/{quote(words)}/x.docx",
                  f"/freeze/signoff/matrix.{quote(words)}", f"/workbook/marked/{quote(words)}/{'0' * 64}",
                  f"/filing/{quote(words)}", f"/?next={quote(words)}", f"/signin?next=/{quote(words)}"):
        answer = office.get(place)
        assert answer.status_code < 500 and "x-evil" not in answer.headers, place


# -- being led elsewhere ----------------------------------------------------------------------------


def test_no_form_leads_elsewhere_whatever_it_is_told(app: FastAPI):
    evil = ("//evil.example", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)")
    readers = {role: browser(app, name) for role, name in ACCOUNT.items()}
    for route, roles in RIGHTS.items():
        method, path = route.split(" ")
        able = set(roles) & set(ACCOUNT)
        reader = readers[next((role for role in ("esg_office", "data_owner") if role in able), min(able))]
        for place in evil if not path.startswith("/api/") else ():
            said = dict.fromkeys(("back", "next", "target", "view", "campaign", "about", "top", "org"), place)
            asked = re.sub(r"\{[^}]+\}", "2024", path)
            answer = reader.get(asked, params=said) if method == "GET" else reader.post(asked, data=said)
            led = answer.headers.get("location", "/")
            assert led.startswith("/") and not led.startswith(("//", "/\\", "/\t")), (route, place, led)


# -- cookies and secrets ----------------------------------------------------------------------------

WORDS, WRONG = "herons rest on ice", "ferries cross at dusk"


def test_the_cookie_of_a_session_is_for_this_host_and_no_script(tmp_path: Path):
    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank")
    https = TestClient(create_app(desk, WebSettings(secure=True)), base_url="https://localhost", follow_redirects=False)
    answer = _welcome(https, first_link(desk))
    cookies = [c for c in answer.headers.get_list("set-cookie") if "qc_session" in c]
    assert len(cookies) == 1 and cookies[0].startswith(f"__Host-{SESSION}=")
    assert all(flag in cookies[0] for flag in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))
    assert "Domain" not in cookies[0] and "Max-Age" not in cookies[0], "it ends with the browser"
    assert answer.headers["cache-control"] == "no-store"
    desk.close()


def _form(reader: TestClient, page: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([^"]+)"', reader.get(page).text)
    assert found
    return found[1]


def _welcome(reader: TestClient, link: str) -> Response:
    page = f"/welcome?token={link}"
    return reader.post("/welcome", data={"csrf": _form(reader, page), "token": link, "password": WORDS, "again": WORDS})


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Everything that anything logs, as the desk writes it."""
    caplog.handler.setFormatter(JsonLines())
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="qingce")
    return caplog


def test_no_secret_reaches_the_log_or_the_journal(tmp_path: Path, lines: pytest.LogCaptureFixture):
    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank")
    made = TestClient(create_app(desk, QUICK), base_url="http://localhost", follow_redirects=False)
    secrets = {"link": first_link(desk), "password": WORDS, "mistyped": WRONG}
    _welcome(made, secrets["link"])
    secrets["session"] = made.cookies[SESSION]
    other = TestClient(made.app, base_url="http://localhost", follow_redirects=False)
    for password in (WRONG, WORDS):
        other.post("/signin", data={"csrf": _form(other, "/signin"), "name": "admin", "password": password})
    secrets["other session"] = other.cookies[SESSION]
    admin = desk.actor("admin")
    secrets["token"] = issue_token(desk, admin, "数据仓库", ["manage_people", "read_people", "operate"], 1)
    program = {"authorization": f"Bearer {secrets['token']}"}
    assert made.get("/api/v1/me", headers=program).status_code == 200
    assert made.get("/api/v1/me", headers={"authorization": f"Bearer {secrets['token']}x"}).status_code == 401
    hook = made.post("/api/v1/webhooks", headers=program, json={
        "url": "https://8.8.8.8/hook", "verbs": ["account_opened"]})
    secrets["webhook key"] = hook.json()["secret"]
    made.post("/api/v1/accounts", headers=program, json={"id": "clerk", "post": "填报岗", "org": "B01"})
    secrets["second link"] = one_time_link(desk, admin, "clerk", "reset")
    assert hooks.fan_out(desk) == 1
    journal = "\n".join(event.line for event in desk.journal.page(limit=1000))
    stored = (desk.state / "desk.db").read_bytes() + b"".join(
        path.read_bytes() for path in desk.state.glob("desk.db-*"))
    # the test's own client notes where it goes
    own = [r for r in lines.records if not r.name.startswith(("httpx", "httpcore", "asyncio"))]
    logged = "\n".join(JsonLines().format(record) + repr(record.__dict__) for record in own)
    for what, secret in secrets.items():
        assert secret not in logged, f"{what} is in the log"
        assert secret not in journal, f"{what} is on the journal"
        if what != "webhook key":  # with it messages are signed, so it must be kept
            assert secret.encode() not in stored, f"{what} is in the database in clear"
    assert len(own) > 5 and all(json.loads(JsonLines().format(record)) for record in own)
    desk.close()


def test_a_fault_tells_no_secret_either(
    tmp_path: Path, lines: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    from qingce.web.pages import sign_in

    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank")
    made = TestClient(create_app(desk, QUICK), base_url="http://localhost", raise_server_exceptions=False)
    token = _form(made, "/signin")

    def broken(*_: object, **__: object) -> str:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(sign_in.signin, "sign_in", broken)
    answer = made.post("/signin", data={"csrf": token, "name": "admin", "password": WORDS})
    assert answer.status_code == 500 and WORDS not in answer.text and "disk" not in answer.text
    assert WORDS not in lines.text
    desk.close()


def test_the_address_of_a_webhook_is_not_logged_by_the_library_that_sends_it():
    kept = {name: logging.getLogger(name).level for name in ("httpx", "httpcore", "qingce", "uvicorn", "uvicorn.error")}
    handlers = {name: list(logging.getLogger(name).handlers) for name in kept}
    try:
        log_as_json(logging.DEBUG)
        assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)
        assert not logging.getLogger("httpcore").isEnabledFor(logging.DEBUG)
    finally:
        for name, level in kept.items():
            logging.getLogger(name).setLevel(level)
            logging.getLogger(name).handlers = handlers[name]
            logging.getLogger(name).propagate = True
