"""A small bank's desk behind its web application; for the browser, a real server on loopback."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.services.desk import Desk, Role, open_desk
from qingce.services.desk.people import first_administrator, grant_role, open_account
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from tests.web.signing import NamesAsTokens, client

pytestmark = pytest.mark.filterwarnings("ignore:Using `httpx`")
BEYOND = """() => [...document.querySelectorAll("body *")]
  .filter((node) => !node.closest(".table.wide, .tabs, svg, .unseen, thead") && node.checkVisibility())
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 90))"""
"""What reaches beyond the page's right edge."""


@pytest.fixture(scope="session", autouse=True)
def one_loop() -> Iterator[None]:
    """Requests without a browser are answered in one event loop, as by a server; starting one for each costs more."""
    with start_blocking_portal() as portal:
        TestClient.portal = portal
        yield
        TestClient.portal = None


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The desk of the small project that ``qingce init`` makes: an administrator, a clerk, an office."""
    folder = tmp_path_factory.mktemp("web") / "bank"
    make_project(folder)
    made = open_desk(folder)
    first_administrator(made, "admin", "系统管理岗")
    admin = made.actor("admin")
    for name, post, org, role in (
        ("clerk", "城关支行填报岗", "B01", Role.DATA_OWNER),
        ("office", "ESG 办公室管理岗", made.settings.org, Role.ESG_OFFICE),
    ):
        open_account(made, admin, name, post=post, org=org)
        grant_role(made, admin, name, role, org=org)
    yield made
    made.close()


@pytest.fixture
def gallery() -> TestClient:
    """A client of the gallery, with no desk behind it."""
    return TestClient(create_app(None, WebSettings(gallery=True)), base_url="http://localhost", follow_redirects=False)


@pytest.fixture
def office(desk: Desk) -> TestClient:
    """A client signed in as the ESG office."""
    return client(desk, "office")


class Served:
    """An application on a port of loopback, in a thread of its own."""

    def __init__(self, app: FastAPI) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False, loop="asyncio")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server ended before it began"
            time.sleep(0.02)
        port = self._server.servers[0].sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(10)


@pytest.fixture(scope="session")
def site(desk: Desk) -> Iterator[str]:
    """The address of a real server with the gallery."""
    with Served(create_app(desk, WebSettings(gallery=True), NamesAsTokens(desk))) as address:
        yield address
