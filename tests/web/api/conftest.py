"""A bank in its campaign behind the interface, and programs with tokens of the desk's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.casework.rights import Action
from qingce.services.desk import Desk
from qingce.services.desk.tokens import issue_token
from qingce.web import Rate, WebSettings, create_app
from tests.web.collecting import bank_in_campaign

FAST = Rate(per_second=10_000, burst=100_000)
QUICK = WebSettings(address_rate=FAST, account_rate=FAST, sign_in_rate=FAST)
Program = Callable[..., TestClient]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign of 2024, its figures built once."""
    with bank_in_campaign(tmp_path_factory.mktemp("api") / "bank") as made:
        yield made


@pytest.fixture(scope="module")
def app(bank: Desk) -> FastAPI:
    """Its web application, with the desk's own sessions and tokens."""
    return create_app(bank, QUICK)


def program(app: FastAPI, account: str, scopes: Iterable[str] = tuple(map(str, Action))) -> TestClient:
    """A program with a token of an account."""
    desk: Desk = app.state.desk
    token = issue_token(desk, desk.actor(account), "测试程序", scopes, 1)
    made = TestClient(app, base_url="http://localhost", follow_redirects=False)
    made.headers["authorization"] = f"Bearer {token}"
    return made


@pytest.fixture(scope="module")
def of(app: FastAPI) -> Program:
    """A program of an account, with all scopes or some; the same one each time, for tokens are few."""
    known: dict[tuple[str, ...], TestClient] = {}

    def found(account: str, *scopes: str) -> TestClient:
        if (account, *scopes) not in known:
            known[account, *scopes] = program(app, account, scopes or tuple(map(str, Action)))
        return known[account, *scopes]

    return found
