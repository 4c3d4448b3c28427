"""What is kept between requests holds nobody in: a right that ends is gone at the next request, in every process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk, Role, open_desk
from qingce.services.desk.people import close_account, first_administrator, grant_role, open_account, revoke_role
from qingce.services.desk.roster import account
from qingce.services.desk.signin import set_password, sign_in, sign_out_everywhere
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from qingce.web.security import SESSION
from tests.services.desk.postgres import NewDatabase

PASSWORD = "herons rest on ice"
Workers = tuple[TestClient, TestClient]


@pytest.fixture(params=["sqlite", "postgresql"])
def desks(
    request: pytest.FixtureRequest, tmp_path: Path, new_postgresql: NewDatabase
) -> Iterator[tuple[Desk, Desk]]:
    """One database as two processes open it."""
    make_project(tmp_path / "bank")
    url = f"sqlite:///{tmp_path / 'desk.db'}" if request.param == "sqlite" else new_postgresql()
    both = open_desk(tmp_path / "bank", url=url), open_desk(tmp_path / "bank", url=url)
    first_administrator(both[0], "admin", "系统管理岗")
    admin = both[0].actor("admin")
    for name, role, org in (("office", Role.ESG_OFFICE, both[0].settings.org), ("clerk", Role.DATA_OWNER, "B01")):
        open_account(both[0], admin, name, post=f"{name} 岗", org=org)
        grant_role(both[0], admin, name, role, org=org)
    yield both
    for one in both:
        one.close()


def signed_in(desks: tuple[Desk, Desk], name: str) -> Workers:
    """Somebody's browser, whose requests come to one process or the other."""
    set_password(desks[0], desks[0].actor(name), name, PASSWORD)
    token = sign_in(desks[0], name, PASSWORD, address="10.0.0.7")
    made = []
    for desk in desks:
        browser = TestClient(create_app(desk, WebSettings()), base_url="http://localhost", follow_redirects=False)
        browser.cookies.set(SESSION, token)
        made.append(browser)
    return made[0], made[1]


def status(workers: Workers, path: str) -> list[int]:
    """What both processes answer."""
    return [one.get(path).status_code for one in workers]


def test_a_role_taken_back_is_gone_at_the_next_request_everywhere(desks: tuple[Desk, Desk]):
    workers = signed_in(desks, "office")
    assert status(workers, "/journal") == status(workers, "/figures") == [200, 200]
    admin = desks[0].actor("admin")
    (grant,) = account(desks[0], admin, "office").grants
    revoke_role(desks[0], admin, "office", grant.id)
    assert status(workers, "/journal") == status(workers, "/figures") == [403, 403]
    assert 'href="/journal"' not in workers[1].get("/account").text


def test_sessions_ended_and_accounts_closed_lead_to_the_door_everywhere(desks: tuple[Desk, Desk]):
    workers = signed_in(desks, "clerk")
    assert status(workers, "/tasks") == [200, 200]
    sign_out_everywhere(desks[1], desks[1].actor("admin"), "clerk")
    assert status(workers, "/tasks") == [303, 303]
    again = sign_in(desks[1], "clerk", PASSWORD, address="10.0.0.7")
    for browser in workers:
        browser.cookies.set(SESSION, again)
    assert status(workers, "/tasks") == [200, 200]
    close_account(desks[0], desks[0].actor("admin"), "clerk", "调离")
    assert status(workers, "/tasks") == [303, 303]


def test_nobody_is_shown_the_frame_of_another(desks: tuple[Desk, Desk]):
    office, clerk = signed_in(desks, "office"), signed_in(desks, "clerk")
    for _ in range(2):
        assert "office 岗" in office[0].get("/figures").text
        page = clerk[0].get("/figures").text
        assert "clerk 岗" in page and "office 岗" not in page and 'href="/journal"' not in page


def test_the_address_and_the_token_in_a_page_are_its_own(desks: tuple[Desk, Desk]):
    office, clerk = signed_in(desks, "office"), signed_in(desks, "clerk")
    one = office[0].get('/figures?word="x').text
    assert 'name="back" value="/figures?word=%22x"' in one and "address-" not in one
    tokens = [page.split('name="csrf" content="')[1].split('"')[0] for page in (one, clerk[0].get("/figures").text)]
    assert tokens[0] != tokens[1] and one.count(tokens[0]) >= 3
