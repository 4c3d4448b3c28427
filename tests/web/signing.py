"""Signing in for tests of pages: the session's token is the account's name."""

from __future__ import annotations

from fastapi.testclient import TestClient

from qingce.core.errors import Missing
from qingce.services.desk import Actor, Desk
from qingce.web import WebSettings, create_app
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


def client(desk: Desk, account: str = "", settings: WebSettings | None = None) -> TestClient:
    """A client without a browser, signed in as an account."""
    app = create_app(desk, settings or WebSettings(), NamesAsTokens(desk))
    made = TestClient(app, base_url="http://localhost", follow_redirects=False)
    if account:
        made.cookies.set(SESSION, account)
    return made
