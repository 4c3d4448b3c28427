"""Every page and every answer of the interface is made from one look at the desk."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from qingce.services.desk import Action, Desk
from qingce.web import api, pages
from qingce.web.app import routers
from qingce.web.looking import Looking
from qingce.web.session import LATER
from tests.services.desk.test_looking import asked_of
from tests.web.signing import client

ROUTES = [route for package in (pages, api) for router in routers(package) for route in router.routes
          if isinstance(route, APIRoute)]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{'/'.join(sorted(route.methods))} {route.path}")
def test_what_is_read_for_one_answer_is_read_at_one_moment(route: APIRoute):
    assert isinstance(route, Looking)

LONG = "x" * 30
"""Longer than any view of the tasks is called."""


def test_who_is_not_let_in_is_told_so_whatever_he_sent(desk: Desk):
    """A door judges in the thread that answers; a question that cannot be read must not be answered before."""
    asked = {"nobody": ("", 303), "office": ("office", 422)}
    for account, status in asked.values():
        assert client(desk, account).get(f"/tasks?view={LONG}").status_code == status
    assert client(desk, "admin").get(f"/figures?page={LONG}&pack={'x' * 500}").status_code == 403


def test_what_stands_for_an_account_until_it_is_found_out_may_do_nothing(desk: Desk):
    assert not any(desk.may(LATER, action) for action in Action)


def test_a_page_is_one_transaction_and_one_question_once_it_was_drawn(desk: Desk):
    office = client(desk, "office")
    for _ in range(3):
        assert office.get("/tasks").status_code == 200
    with asked_of(desk) as said:
        assert office.get("/tasks").status_code == 200
    assert len([one for one in said if one.startswith("SELECT") and "FROM journal" not in one]) == 0
