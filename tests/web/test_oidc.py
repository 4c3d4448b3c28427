"""Signing in through the bank's own sign-on, against a provider that really answers, and what must not work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from qingce.core.errors import ProjectError
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.oidc_provider import SignOnSettings, Unbelieved, ask, read_sign_on
from qingce.services.desk.people import close_account, first_administrator, open_account
from qingce.services.init import make_project
from qingce.web import Rate, WebSettings, create_app
from qingce.web.security import SESSION
from tests.web.conftest import Served
from tests.web.oidc_provider import CLIENT, SECRET, Provider, app_of

FAST = WebSettings(sign_in_rate=Rate(per_second=1000, burst=1000))


@pytest.fixture(scope="module")
def running() -> Iterator[Provider]:
    """A provider on loopback."""
    made = Provider()
    with Served(app_of(made)) as address:
        made.issuer = address
        yield made


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, honest at first."""
    running.behave()
    return running


@pytest.fixture(scope="module")
def bank(running: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A bank whose project names that provider, with an account that it knows."""
    folder = tmp_path_factory.mktemp("oidc") / "bank"
    make_project(folder)
    with (folder / "qingce.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[desk.oidc]\nissuer = "{running.issuer}"\nclient_id = "{CLIENT}"\nlabel = "行员统一认证"\n')
    made = open_desk(folder)
    first_administrator(made, "admin", "系统管理岗")
    for name, identity in (("clerk", "u-1001"), ("gone", "u-2002")):
        open_account(made, made.actor("admin"), name, post=f"{name} 岗", org="B01", identity=identity)
    close_account(made, made.actor("admin"), "gone", "岗位撤并")
    yield made
    made.close()


@pytest.fixture
def browser(bank: Desk, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A browser at the desk."""
    monkeypatch.setenv("QINGCE_OIDC_SECRET", SECRET)
    return TestClient(create_app(bank, FAST), base_url="http://localhost", follow_redirects=False)


def lead(browser: TestClient, target: str = "/tasks") -> str:
    """The way to the provider and to the address to which it leads back."""
    sent = browser.get("/signin/oidc", params={"next": target})
    assert sent.status_code == 303, sent.text
    return httpx.get(sent.headers["location"]).headers["location"]


def come_back(browser: TestClient, url: str) -> Response:
    """Follow the provider's redirect."""
    return browser.get(url)


def refused(bank: Desk, answer: Response, reason: str) -> None:
    """Nobody was let in, in words, and the journal says why."""
    assert answer.status_code == 401 and "没有登录" in answer.text
    assert SESSION not in answer.cookies
    last = bank.journal.page(limit=1)[0]
    assert (last.did, last.detail["reason"]) == ("sign_in_refused", reason)


def test_who_signed_in_at_the_bank_is_signed_in_here(bank: Desk, browser: TestClient, provider: Provider):
    assert "行员统一认证" in browser.get("/signin").text
    answer = come_back(browser, lead(browser))
    assert answer.status_code == 303 and answer.headers["location"] == "/tasks"
    assert browser.get("/account").status_code == 200 and "clerk 岗" in browser.get("/account").text
    last = bank.journal.page(limit=1)[0]
    assert (last.by, last.did, last.detail["how"]) == ("clerk", "signed_in", "oidc")


def test_the_provider_is_asked_with_pkce_state_and_nonce(browser: TestClient, provider: Provider):
    sent = parse_qs(urlsplit(browser.get("/signin/oidc").headers["location"]).query)
    assert sent["code_challenge_method"] == ["S256"] and sent["response_type"] == ["code"]
    assert sent["redirect_uri"] == ["http://localhost/signin/oidc/callback"]
    assert all(len(sent[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit(browser.get("/signin/oidc").headers["location"]).query)
    assert not {sent[n][0] for n in ("state", "nonce", "code_challenge")} & {
        again[n][0] for n in ("state", "nonce", "code_challenge")}
    come_back(browser, lead(browser))
    assert provider.spent[-1]["client_id"] == CLIENT and len(provider.spent[-1]["code_verifier"]) >= 43


@pytest.mark.parametrize(("what", "claims"), [
    ("another's nonce", {"nonce": "x" * 43}), ("no nonce", {"nonce": None}), ("another's audience", {"aud": "other"}),
    ("a second audience and no party", {"aud": [CLIENT, "other"]}), ("no audience", {"aud": None}),
    ("another party", {"azp": "other"}), ("another issuer", {"iss": "https://evil.example"}),
    ("no issuer", {"iss": None}), ("expired", {"exp": 1_700_000_000}), ("no end", {"exp": None}),
    ("from the future", {"iat": 4_000_000_000, "nbf": 4_000_000_000}), ("nobody", {"sub": None}),
    ("another's access token", {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}),
])
def test_a_word_that_does_not_hold_lets_nobody_in(
    bank: Desk, browser: TestClient, provider: Provider, what: str, claims: dict[str, object]
):
    url = lead(browser)
    provider.claims = claims
    refused(bank, come_back(browser, url), "oidc_token")


def test_a_word_signed_by_another_key_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    provider.key = provider.other
    refused(bank, come_back(browser, url), "oidc_token")


def test_the_public_key_as_a_shared_secret_signs_nothing(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    provider.header = {"alg": "HS256"}
    refused(bank, come_back(browser, url), "oidc_token")


def test_an_unsigned_word_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    provider.header = {"alg": "none"}
    refused(bank, come_back(browser, url), "oidc_token")


def test_an_answer_serves_once(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    assert come_back(browser, url).status_code == 303
    browser.cookies.delete(SESSION)
    spent = len(provider.spent)
    refused(bank, come_back(browser, url), "oidc_state")
    assert len(provider.spent) == spent, "the provider is not even asked"


def test_a_code_that_was_spent_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    old = parse_qs(urlsplit(lead(browser)).query)["code"][0]
    provider.codes.pop(old)
    state = parse_qs(urlsplit(lead(browser)).query)["state"][0]
    refused(bank, browser.get("/signin/oidc/callback", params={"code": old, "state": state}), "oidc_refused")


def test_a_code_of_another_way_to_sign_in_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    stolen = parse_qs(urlsplit(lead(browser)).query)["code"][0]
    state = parse_qs(urlsplit(lead(browser)).query)["state"][0]
    refused(bank, browser.get("/signin/oidc/callback", params={"code": stolen, "state": state}), "oidc_refused")


def test_an_answer_in_another_browser_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    other = TestClient(browser.app, base_url="http://localhost", follow_redirects=False)
    refused(bank, come_back(other, url), "oidc_state")
    lead(other)
    refused(bank, come_back(other, url), "oidc_state")


@pytest.mark.parametrize("query", ["", "code=x", "state=x", "code=x&state=%00", "code=x&state=%ED%A0%80"])
def test_an_answer_to_nothing_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider, query: str):
    refused(bank, browser.get(f"/signin/oidc/callback?{query}"), "oidc_state")


def test_what_the_provider_refuses_or_another_answers_lets_nobody_in(bank: Desk, browser: TestClient):
    state = parse_qs(urlsplit(lead(browser)).query)["state"][0]
    told = browser.get("/signin/oidc/callback", params={"error": "<script>alert(1)</script>", "state": state})
    refused(bank, told, "oidc_refused")
    assert "<script>alert" not in told.text
    url = lead(browser)
    refused(bank, come_back(browser, f"{url}&iss=https://evil.example"), "oidc_issuer")


def test_it_is_over_after_ten_minutes(bank: Desk, browser: TestClient, monkeypatch: pytest.MonkeyPatch):
    import datetime as dt

    url, now = lead(browser), bank.clock()
    monkeypatch.setattr(bank, "clock", lambda: now + dt.timedelta(minutes=11))
    refused(bank, come_back(browser, url), "oidc_state")


@pytest.mark.parametrize("user", ["u-9999", "u-2002", "clerk", "<script>alert(1)</script>"])
def test_an_identity_without_an_open_account_is_told_so(bank: Desk, browser: TestClient, provider: Provider, user: str):
    url = lead(browser)
    provider.user = user
    answer = come_back(browser, url)
    refused(bank, answer, "oidc_unknown")
    assert "没有对应的账户" in answer.text and "<script>alert" not in answer.text
    assert bank.journal.page(limit=1)[0].detail["identity"] == user


@pytest.mark.parametrize(("metadata", "down", "reason"), [
    ({"issuer": "https://evil.example"}, "", "oidc_issuer"), ({"token_endpoint": None}, "", "oidc_issuer"),
    ({"token_endpoint": "http://evil.example/token"}, "", "oidc_issuer"),
    ({"jwks_uri": "file:///etc/passwd"}, "", "oidc_issuer"), ({}, "configuration", "oidc_unavailable"),
])
def test_a_provider_that_is_not_itself_is_not_led_to(
    bank: Desk, browser: TestClient, provider: Provider, metadata: dict[str, object], down: str, reason: str
):
    provider.metadata, provider.down = metadata, down
    refused(bank, browser.get("/signin/oidc"), reason)


@pytest.mark.parametrize("place", ["https://10.0.0.1/token", "https://169.254.169.254/", "https://[::ffff:10.0.0.1]/"])
def test_the_provider_leads_the_desk_to_no_address_within_the_bank(
    bank: Desk, browser: TestClient, provider: Provider, place: str
):
    url = lead(browser)
    provider.metadata = {"token_endpoint": place}
    refused(bank, come_back(browser, url), "oidc_unavailable")


def test_an_answer_that_makes_no_sense_lets_nobody_in(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    provider.down = "token"
    refused(bank, come_back(browser, url), "oidc_unavailable")


def test_nobody_is_led_elsewhere_afterwards(browser: TestClient):
    for target in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert come_back(browser, lead(browser, target)).headers["location"] == "/"


def test_no_secret_of_it_is_kept_or_told(bank: Desk, browser: TestClient, provider: Provider):
    url = lead(browser)
    browser.get("/signin")
    secrets = [SECRET, browser.cookies["qc_sign_on"], *parse_qs(urlsplit(url).query)["state"]]
    come_back(browser, url)
    secrets += [provider.spent[-1]["code"], provider.spent[-1]["code_verifier"], browser.cookies[SESSION]]
    lines = "\n".join(event.line for event in bank.journal.page(limit=1000))
    stored = (bank.state / "desk.db").read_bytes()
    for secret in secrets:
        assert secret not in lines and secret.encode() not in stored


def test_without_the_section_there_is_no_such_door(desk: Desk):
    made = TestClient(create_app(desk), base_url="http://localhost", follow_redirects=False)
    assert made.get("/signin/oidc").status_code == made.get("/signin/oidc/callback").status_code == 404
    assert "/signin/oidc" not in made.get("/signin").text


@pytest.mark.parametrize(("said", "words"), [
    ({"client_id": "x"}, "缺少“issuer”"), ({"issuer": "https://sso.example"}, "缺少“client_id”"),
    ({"issuer": "http://sso.example", "client_id": "x"}, "https"), ({"issuer": "x", "client_id": "x"}, "https"),
    ({"issuer": "https://sso.example", "client_id": "x", "client_secret": "y"}, "QINGCE_OIDC_SECRET"),
    ({"issuer": "https://sso.example", "client_id": "x", "claims": "y"}, "这个键"),
    ({"issuer": "https://sso.example", "client_id": "x", "scope": "profile"}, "openid"),
])
def test_a_section_that_cannot_be_is_told_at_the_start(said: dict[str, str], words: str):
    with pytest.raises(ProjectError, match=words):
        read_sign_on({"oidc": said}, {})


def test_the_secret_is_never_printed():
    told = read_sign_on({"oidc": {"issuer": "https://sso.example", "client_id": "x"}}, {"QINGCE_OIDC_SECRET": "hush"})
    assert told is not None and told.secret == "hush" and "hush" not in repr(told)


def test_an_issuer_by_a_name_of_this_machine_is_asked_there_and_nowhere_else(provider: Provider):
    settings = SignOnSettings(provider.issuer, CLIENT)
    assert ask(settings, f"{provider.issuer}/keys")["keys"]
    with pytest.raises(Unbelieved):
        ask(settings, f"{provider.issuer}/nothing")
    with pytest.raises(Unbelieved):
        ask(SignOnSettings("https://sso.example", CLIENT), f"{provider.issuer}/keys")


def test_the_folder_of_the_project_holds_no_secret(bank: Desk):
    assert SECRET not in Path(bank.folder / "qingce.toml").read_text(encoding="utf-8")
