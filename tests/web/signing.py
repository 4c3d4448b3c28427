"""Signing in for tests of pages: the session's token is the account's name."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.core.errors import Missing
from qingce.services.desk import Actor, Desk
from qingce.web import WebSettings, create_app
from qingce.web.limits import Buckets
from qingce.web.security import SESSION


class NamesAsTokens:
    """A sign-on that takes the account's name for its token."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def actor(self, token: str) -> Actor | None:
        """The open account of that name."""
        try:
            return self._desk.actor(token)
        except Missing:
            return None

    program = actor


_APPS: dict[tuple[int, WebSettings], FastAPI] = {}


def app_of(desk: Desk, settings: WebSettings) -> FastAPI:
    """The application of a desk, made once; nobody has asked it too much yet."""
    key = id(desk), settings
    if key not in _APPS:
        if any(app.state.desk is not desk for app in _APPS.values()):
            _APPS.clear()  # a desk is used by one test or by those of one module
        _APPS[key] = create_app(desk, settings, NamesAsTokens(desk))
    app = _APPS[key]
    app.state.account_buckets = Buckets(settings.account_rate)
    app.state.sign_in_buckets = Buckets(settings.sign_in_rate)
    return app


def client(desk: Desk, account: str = "", settings: WebSettings | None = None) -> TestClient:
    """A client without a browser, signed in as an account."""
    app = app_of(desk, settings or WebSettings())
    made = TestClient(app, base_url="http://localhost", follow_redirects=False)
    if account:
        made.cookies.set(SESSION, account)
    return made
