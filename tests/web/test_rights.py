"""Every role at every door: what is not its own answers 403, or leads to the sign-in, and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response

from qingce.casework.rights import ROLE_ACTIONS
from qingce.services.desk import Desk, Role
from qingce.services.desk.people import grant_role, open_account
from qingce.web import Rate, WebSettings, create_app
from qingce.web.needs import Needs, OpenToAll
from qingce.web.security import SESSION
from tests.web.collecting import bank_in_campaign
from tests.web.rights_table import ACCOUNTS, ADMIN, API, EVERYBODY, NOBODY, PLACES, PROVING, RIGHTS, ROLES, TABLES
from tests.web.signing import NamesAsTokens

FAST = Rate(per_second=10_000, burst=100_000)
ACCOUNT = {"data_owner": "head", "reviewer": "checker", "approver": "signer", "esg_office": "office", "manager": "boss",
           "board_reader": "board", "assurer": "assurer", "administrator": "admin"}
"""The account that holds each role for the whole bank, and no other."""


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign, with an account for every role."""
    with bank_in_campaign(tmp_path_factory.mktemp("rights") / "bank") as made:
        open_account(made, made.actor("admin"), "board", post="董事会办公室阅览岗", org="HEAD")
        grant_role(made, made.actor("admin"), "board", Role.BOARD_READER, org="HEAD")
        yield made


@pytest.fixture(scope="module")
def app(bank: Desk) -> FastAPI:
    """Its web application; nobody is slowed down."""
    settings = WebSettings(address_rate=FAST, account_rate=FAST, sign_in_rate=FAST)
    return create_app(bank, settings, NamesAsTokens(bank))


def routes(app: FastAPI) -> dict[str, object]:
    """Every mounted route: ``GET /tasks`` and what is asked at its door, or nothing where it asks nothing."""
    found: dict[str, object] = {}
    for route in iter_route_contexts(app.routes):
        asked = getattr(route, "dependant", None)
        doors = [each.call for each in asked.dependencies if isinstance(each.call, (Needs, OpenToAll))] if asked else []
        for method in (route.methods or {"*"}) - {"HEAD", "OPTIONS"}:
            found[f"{method} {route.path}"] = doors[0] if doors else None
    return found


def test_every_mounted_route_says_what_it_needs(bank: Desk):
    with_gallery = create_app(bank, WebSettings(gallery=True), NamesAsTokens(bank))
    assert [name for name, door in routes(with_gallery).items() if door is None] == []


def test_every_route_has_its_line_and_every_line_its_route(app: FastAPI):
    mounted = set(routes(app))
    assert sorted(mounted - set(RIGHTS)) == [], "write these into tests/web/rights_table.py"
    assert sorted(set(RIGHTS) - mounted) == []
    assert sum(map(len, TABLES)) == len(RIGHTS), "a route stands in two tables"


def let_in(door: object) -> frozenset[str]:
    """The roles that a door lets in."""
    if not isinstance(door, Needs):
        return EVERYBODY
    return frozenset(role for role in ACCOUNTS
                     if not door.actions or ROLE_ACTIONS[Role(role)] & set(door.actions))


def test_every_door_is_as_wide_as_its_line_says(app: FastAPI):
    assert {route: sorted(let_in(door) ^ RIGHTS[route]) for route, door in routes(app).items()
            if let_in(door) != RIGHTS[route]} == {}


def test_every_role_has_its_account(bank: Desk):
    held = {role: set(map(str, bank.actor(name).roles(bank.today))) for role, name in ACCOUNT.items()}
    assert held == {role: {role} for role in ROLES if role != NOBODY}


def ask(app: FastAPI, role: str, route: str) -> Response:
    """A role's request for a route, as a browser or, below /api, as a program sends it."""
    method, path = route.split(" ")
    place = PLACES.get(path) or re.sub(r"\{[^}]+\}", "none", path)
    reader = TestClient(app, base_url="http://localhost", follow_redirects=False, raise_server_exceptions=False)
    if route in API:
        return reader.request(method, place, headers={} if role == NOBODY else {
            "authorization": f"Bearer {ACCOUNT[role]}"})
    if role != NOBODY:
        reader.cookies.set(SESSION, ACCOUNT[role])
    if method == "GET":
        return reader.get(place)
    token = re.search(r'name="csrf" content="([^"]+)"', reader.get("/more").text)
    assert token
    return reader.request(method, place, headers={"x-csrf": token[1]})


@pytest.mark.parametrize("role", ROLES)
def test_what_is_not_a_roles_is_refused_and_changes_nothing(app: FastAPI, bank: Desk, role: str):
    before, told = bank.journal.head(), {}
    for route, roles in RIGHTS.items():
        if role not in roles:
            answer = ask(app, role, route)
            told[route] = answer.status_code
            if role == NOBODY:
                led = answer.headers.get("location", "").startswith("/signin")
                assert answer.status_code == 401 if route in API else led, (route, answer.status_code)
            else:
                assert answer.status_code == 403, (route, answer.status_code)
            assert bank.journal.head() == before, route
    assert told or role == ADMIN


@pytest.mark.parametrize("role", ROLES)
def test_what_is_a_roles_is_never_refused_at_the_door(app: FastAPI, bank: Desk, role: str):
    told = {route: ask(app, role, route).status_code for route, roles in RIGHTS.items() if role in roles}
    refused = {route: status for route, status in told.items() if status in (401, 403)}
    assert {route: status for route, status in told.items() if status >= 500} == {}
    assert refused == {route: status for route, status in PROVING.items() if route in refused}


def test_a_route_does_nothing_by_another_method(app: FastAPI, bank: Desk):
    before, known = bank.journal.head(), set(RIGHTS)
    for path in sorted({route.split(" ")[1] for route in RIGHTS}):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            if f"{method} {path}" not in known:
                answer = ask(app, ADMIN, f"{method} {path}")
                assert answer.status_code in (403, 404, 405, 422), (method, path, answer.status_code)
    assert bank.journal.head() == before
