"""A provider of OpenID Connect on loopback, with the faults that a forger or a broken provider has."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "qingce", "a secret: with %signs&"
Claims = dict[str, Any]


@dataclass
class Provider:
    """What the provider says next.

    Attributes:
        claims: what its word says otherwise than it should; ``None`` leaves a claim out.
        key: signs instead of its own key.
        metadata: what its description says otherwise.
        spent: codes that were brought, with the form that brought them.
    """

    issuer: str = ""
    user: str = "u-1001"
    claims: Claims = field(default_factory=dict)
    key: Any = None
    header: Claims = field(default_factory=dict)
    metadata: Claims = field(default_factory=dict)
    down: str = ""
    codes: dict[str, Claims] = field(default_factory=dict)
    spent: list[Claims] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.own = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}, private=True)
        self.other = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig", "alg": "RS256"}, private=True)

    def behave(self) -> None:
        """Be honest again."""
        self.user, self.claims, self.key, self.header = "u-1001", {}, None, {}
        self.metadata, self.down, self.codes, self.spent = {}, "", {}, []

    def word(self, nonce: str) -> str:
        """An identity token."""
        now = int(time.time())
        said = {"iss": self.issuer, "sub": self.user, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce,
                **self.claims}
        header = {"alg": "RS256", "kid": "k1", **self.header}
        kept = {name: value for name, value in said.items() if value is not None}
        if header["alg"] in ("none", "HS256"):
            return self._by_hand(header, kept)
        return jwt.encode(header, kept, self.key or self.own)

    def _by_hand(self, header: Claims, said: Claims) -> str:
        """A word that no library would make: unsigned, or with the public key taken for a shared secret."""
        parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, said)]
        public = self.own.as_pem(private=False)
        signed = hmac.digest(public, b".".join(parts), "sha256") if header["alg"] == "HS256" else b""
        return b".".join([*parts, urlsafe_b64encode(signed).rstrip(b"=")]).decode()


def app_of(provider: Provider) -> FastAPI:
    """The provider's application; it asks nobody for a password."""
    app = FastAPI()

    @app.get("/.well-known/openid-configuration")
    def configuration() -> JSONResponse:
        if provider.down == "configuration":
            return JSONResponse({"error": "down"}, 503)
        here = provider.issuer
        return JSONResponse({
            "issuer": here, "authorization_endpoint": f"{here}/authorize", "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys", "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        } | provider.metadata)

    @app.get("/keys")
    def keys() -> JSONResponse:
        return JSONResponse({"keys": [provider.own.as_dict(private=False)]})

    @app.get("/authorize")
    def authorize(request: Request) -> RedirectResponse:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(8)
        provider.codes[code] = asked
        return RedirectResponse(asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]}), 302)

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = {key: str(value) for key, value in (await request.form()).items()}
        asked = provider.codes.pop(form.get("code", ""), None)
        provider.spent.append(form)
        if provider.down == "token":
            return JSONResponse(["not an object"])
        if asked is None or asked["redirect_uri"] != form.get("redirect_uri") or not _ours(request) or (
                create_s256_code_challenge(form.get("code_verifier", "")) != asked["code_challenge"]):
            return JSONResponse({"error": "invalid_grant"}, 400)
        return JSONResponse({"access_token": "at", "token_type": "Bearer", "id_token": provider.word(asked["nonce"])})

    return app


def _ours(request: Request) -> bool:
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    name, _, secret = b64decode(packed).decode().partition(":")
    return kind == "Basic" and (unquote(name), unquote(secret)) == (CLIENT, SECRET)
