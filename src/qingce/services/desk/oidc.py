"""Signing in through the bank's own sign-on (OpenID Connect): authorization code with PKCE, state and nonce.

Who signs in there has an account here whose ``identity`` the provider's word names. A way to sign in is begun in one
browser and ends in it, once: the desk keeps only hashes of it, and the verifier and the nonce are made from a secret
that lies in that browser's cookie.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
import os
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import select

from qingce.core.errors import Denied
from qingce.ledger import people
from qingce.ledger.projections.people import account as accounts
from qingce.services.desk.desk import Desk
from qingce.services.desk.oidc_provider import SignOnSettings, Unbelieved, discover, read_sign_on
from qingce.services.desk.people import plain
from qingce.services.desk.signin import begin_session

LASTS = dt.timedelta(minutes=10)
"""How long somebody may take at the provider."""
KIND = "sign_on"


@dataclass(frozen=True, slots=True)
class Begun:
    """A way to sign in that was begun.

    Attributes:
        url: of the provider, to which the browser is led.
        browser: the secret for this browser's cookie.
    """

    url: str
    browser: str


def sign_on_of(desk: Desk) -> SignOnSettings | None:
    """The bank's own sign-on, where the project names one.

    Raises:
        ProjectError: it is named wrongly.
    """
    return read_sign_on(desk.settings.desk, os.environ)


def begin(desk: Desk, settings: SignOnSettings, redirect: str, target: str, *, address: str) -> Begun:
    """Begin to sign in.

    Args:
        redirect: our address to which the provider leads back.
        target: the page to which the reader wants to go afterwards.

    Raises:
        Denied: the provider cannot be reached, or is not who it should be.
    """
    try:
        provider = discover(settings)
    except Unbelieved as wrong:
        raise _refused(desk, address, wrong.reason, str(wrong)) from wrong
    browser, state = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    kept = json.dumps({"browser": people.digest(browser), "redirect": redirect, "target": target})
    now = desk.clock()
    with desk.store.writing() as db:
        people.sweep_secrets(db, KIND, now - LASTS)
        people.keep_secret(db, KIND, people.digest(state), kept, now)
    mark = "&" if "?" in provider.authorization else "?"
    return Begun(provider.authorization + mark + urlencode({
        "response_type": "code", "client_id": settings.client_id, "redirect_uri": redirect, "scope": settings.scope,
        "state": state, "nonce": _made(browser, "nonce"), "code_challenge_method": "S256",
        "code_challenge": create_s256_code_challenge(_made(browser, "verifier")),
    }), browser)


def finish(
    desk: Desk, settings: SignOnSettings, answer: Mapping[str, str], browser: str, *, address: str
) -> tuple[str, str]:
    """End what was begun; returns the session's token and the page to go to.

    Args:
        answer: what the provider sent through the browser: ``code`` and ``state``, or ``error``; perhaps ``iss``.
        browser: the secret of this browser's cookie.

    Raises:
        Denied: it was not begun here, is over, or the provider's word does not hold or names nobody; the journal
            says which.
    """
    kept = _taken(desk, answer.get("state", ""), browser)
    if kept is None:
        raise _refused(desk, address, "oidc_state", "这次登录已过期、已用过，或不是在这个浏览器里开始的。请重新登录。")
    try:
        if answer.get("error") or not answer.get("code"):
            raise Unbelieved("oidc_refused", "统一认证没有确认您的身份，请重新登录。")
        if answer.get("iss", settings.issuer) != settings.issuer:
            raise Unbelieved("oidc_issuer", "答复不是来自本行的统一认证，没有登录。")
        claims = discover(settings).claims(
            answer["code"], _made(browser, "verifier"), kept["redirect"], _made(browser, "nonce"),
            int(desk.clock().timestamp()),
        )
    except Unbelieved as wrong:
        raise _refused(desk, address, wrong.reason, str(wrong)) from wrong
    identity = claims.get(settings.claim)
    if not isinstance(identity, str) or not identity:
        raise _refused(desk, address, "oidc_claim", f"统一认证没有给出“{settings.claim}”，请联系系统管理员。")
    return _session(desk, identity, address), kept["target"]


def _session(desk: Desk, identity: str, address: str) -> str:
    """A session of the account that this identity names."""
    with desk.writing() as made:
        name = made.db.execute(
            select(accounts.c.id).where(accounts.c.identity == identity, accounts.c.state == "open")).scalar()
        if name is not None:
            return begin_session(made, name, address, "oidc")
    words = f"统一身份“{plain(identity)[:100]}”没有对应的账户，请系统管理员在您的账户中登记这个身份。"
    raise _refused(desk, address, "oidc_unknown", words, identity=plain(identity))


def _taken(desk: Desk, state: str, browser: str) -> dict[str, str] | None:
    """What was kept for a state, taken away so that it serves once; nothing where it is not this browser's."""
    name = people.digest(state)
    with desk.store.writing() as db:
        people.sweep_secrets(db, KIND, desk.clock() - LASTS)
        found = people.secret_of(db, KIND, name) if state else None
        people.forget_secret(db, KIND, name)
    kept: dict[str, str] | None = json.loads(found) if found else None
    if kept is None or not hmac.compare_digest(kept["browser"], people.digest(browser)):
        return None
    return kept


def _made(browser: str, what: str) -> str:
    digest = hmac.new(browser.encode("utf-8", "surrogatepass"), what.encode(), sha256).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def _refused(desk: Desk, address: str, reason: str, words: str, **more: str) -> Denied:
    with desk.writing() as made:
        made.append("system", "sign_in_refused", "account/unknown", {"address": address, "reason": reason, **more})
    return Denied(words)


__all__ = ["LASTS", "Begun", "SignOnSettings", "begin", "finish", "sign_on_of"]
