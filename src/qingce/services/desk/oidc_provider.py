"""The bank's own sign-on as a provider of OpenID Connect: what is asked of it, and what of its word is believed.

Nothing it says is believed before its signature, issuer, audience, times and nonce were checked. Connections go to
addresses that were judged first; a name inside the bank is reached only where the settings name it.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from qingce.core.errors import ProjectError
from qingce.services.desk.mail import Undelivered
from qingce.services.desk.webhook import judge_url

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that only the provider holds; never ``none``, never one made with our own secret."""
LEEWAY = 60
"""Seconds by which two clocks may differ."""
SECONDS = 10
ANSWER_LIMIT = 512 << 10
SECRET = "QINGCE_OIDC_SECRET"
KEYS = ("issuer", "client_id", "claim", "label", "scope", "allow")
_NAMES = re.compile(r"[A-Za-z0-9_.:/-]{1,100}")


class Unbelieved(Exception):
    """What the provider said is not believed, or it said nothing.

    Attributes:
        reason: in one English word, for the journal.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SignOnSettings:
    """What ``[desk.oidc]`` says.

    Attributes:
        claim: the claim of the identity token that holds an account's ``identity``.
        label: how the button on the sign-in page calls it.
        allow: hosts beside the issuer's own that may be reached although they are not public.
        secret: from ``QINGCE_OIDC_SECRET``; empty for a public client; never printed.
    """

    issuer: str
    client_id: str
    claim: str = "sub"
    label: str = "统一认证"
    scope: str = "openid"
    allow: tuple[str, ...] = ()
    secret: str = ""

    def __repr__(self) -> str:
        return f"SignOnSettings({self.issuer}, {self.client_id}, {self.claim})"


def read_sign_on(desk: Mapping[str, Any], environ: Mapping[str, str]) -> SignOnSettings | None:
    """Read ``[desk.oidc]``; nothing where there is no such section.

    Raises:
        ProjectError: a key that is not known or lacks, a secret in the file, or an issuer that is not https.
    """
    said = desk.get("oidc")
    if said is None:
        return None
    if not isinstance(said, dict):
        raise ProjectError("qingce.toml：[desk.oidc] 是一节，内有 issuer 和 client_id。")
    for key in said:
        if "secret" in key or "password" in key:
            raise ProjectError(f"qingce.toml：[desk.oidc] {key}：密钥不写在文件里，请设为环境变量 {SECRET}。")
        if key not in KEYS:
            raise ProjectError(f"qingce.toml：[desk.oidc] 里没有“{key}”这个键；可用 {'、'.join(KEYS)}。")
    for key in ("issuer", "client_id"):
        if not isinstance(said.get(key), str) or not said[key]:
            raise ProjectError(f"qingce.toml：[desk.oidc] 缺少“{key}”。")
    found = SignOnSettings(
        said["issuer"], said["client_id"], str(said.get("claim", "sub")), str(said.get("label", "统一认证")),
        str(said.get("scope", "openid")), tuple(map(str, said.get("allow", ()))), environ.get(SECRET, ""),
    )
    if not _guarded(found.issuer):
        raise ProjectError(
            f"qingce.toml：[desk.oidc] issuer 以 https:// 开头，不能是“{found.issuer}”；http 只用于本机。")
    if not _NAMES.fullmatch(found.claim) or "openid" not in found.scope.split():
        raise ProjectError("qingce.toml：[desk.oidc] claim 写声明的名称，scope 里要有 openid。")
    return found


def _guarded(url: str) -> bool:
    """Whether an address is https, or on this machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname) and not parts.username
    try:
        own = parts.hostname == "localhost" or ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        own = False
    return parts.scheme == "http" and own


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the provider is to be asked what."""

    settings: SignOnSettings
    authorization: str
    token: str
    keys: str
    basic: bool

    def claims(self, code: str, verifier: str, redirect: str, nonce: str, now: int) -> Mapping[str, Any]:
        """What the provider says of whoever brought this code.

        Raises:
            Unbelieved: it does not take the code, or its word does not hold.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier,
                "client_id": self.settings.client_id}
        auth = None
        if self.settings.secret and self.basic:
            # RFC 6749, 2.3.1: both are form-encoded before they are joined
            auth = (quote(self.settings.client_id, safe=""), quote(self.settings.secret, safe=""))
        elif self.settings.secret:
            form["client_secret"] = self.settings.secret
        told = ask(self.settings, self.token, form=form, auth=auth)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise Unbelieved("oidc_refused", "统一认证没有确认您的身份，请重新登录。")
        keys = ask(self.settings, self.keys)
        return verified(self.settings, token, keys, nonce, now, str(told.get("access_token") or ""))


def discover(settings: SignOnSettings) -> Provider:
    """Ask the issuer where its parts are.

    Raises:
        Unbelieved: it cannot be reached, or is not who it should be.
    """
    told = ask(settings, settings.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if told.get("issuer") != settings.issuer:
        raise Unbelieved("oidc_issuer", "统一认证的发行方与设置不符，请联系系统管理员。")
    places = [str(told.get(name)) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    if not all(map(_guarded, places)):
        raise Unbelieved("oidc_issuer", "统一认证给出的地址不全，或不是 https，请联系系统管理员。")
    methods = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(settings, places[0], places[1], places[2], "client_secret_basic" in methods)


def verified(
    settings: SignOnSettings, token: str, keys: Mapping[str, Any], nonce: str, now: int, access: str = ""
) -> Mapping[str, Any]:
    """The claims of an identity token whose signature, issuer, audience, times and nonce hold.

    Args:
        now: seconds since 1970.

    Raises:
        Unbelieved: one of them does not.
    """
    try:
        known = KeySet.import_key_set({"keys": list(keys.get("keys") or ())})
        opened = jwt.decode(token, known, algorithms=ALGORITHMS)
        claims = CodeIDToken(
            opened.claims, opened.header,
            {"iss": {"essential": True, "value": settings.issuer}, "sub": {"essential": True},
             "aud": {"essential": True, "value": settings.client_id}, "exp": {"essential": True}},
            {"nonce": nonce, "client_id": settings.client_id, "access_token": access},
        )
        claims.validate(now=now, leeway=LEEWAY)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as wrong:
        words = "统一认证的身份凭证不可信，没有登录。请重试；如仍不行，请联系系统管理员。"
        raise Unbelieved("oidc_token", words) from wrong
    return dict(claims)


def ask(
    settings: SignOnSettings, url: str, *, form: Mapping[str, str] | None = None,
    auth: tuple[str, str] | None = None,
) -> Mapping[str, Any]:
    """Ask the provider; the answer is a JSON object.

    Raises:
        Unbelieved: the address may not be reached, does not answer, or answers something else.
    """
    down = Unbelieved("oidc_unavailable", "统一认证暂时不可用，请稍后再试，或用账户和口令登录。")
    own = urlsplit(settings.issuer).hostname or ""
    try:
        if not _guarded(url):
            raise down
        target, address = judge_url(url, (own, *settings.allow))
        # no proxy of the environment and no redirect: both would lead to addresses that nobody judged
        with httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client:
            request = client.build_request(
                "GET" if form is None else "POST", target.copy_with(host=str(address)), data=form,
                headers={"host": target.netloc.decode("ascii"), "accept": "application/json"},
                extensions={"sni_hostname": target.host},
            )
            response = client.send(request, auth=auth or httpx.USE_CLIENT_DEFAULT, stream=True)
            try:
                content = _bytes(response.iter_bytes())
            finally:
                response.close()
    except (Undelivered, httpx.HTTPError) as failed:
        raise down from failed
    if 400 <= response.status_code < 500 and form is not None:
        raise Unbelieved("oidc_refused", "统一认证没有确认您的身份，请重新登录。")
    try:
        told = json.loads(content)
    except ValueError as failed:
        raise down from failed
    if response.status_code != 200 or not isinstance(told, dict):
        raise down
    return told


def _bytes(pieces: Any) -> bytes:
    found: list[bytes] = []
    size = 0
    for piece in pieces:
        found.append(piece)
        size += len(piece)
        if size > ANSWER_LIMIT:
            break
    return b"".join(found)
