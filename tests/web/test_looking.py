"""Every page and every answer of the interface is made from one look at the desk."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from qingce.web import api, pages
from qingce.web.app import routers
from qingce.web.looking import Looking

ROUTES = [route for package in (pages, api) for router in routers(package) for route in router.routes
          if isinstance(route, APIRoute)]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{'/'.join(sorted(route.methods))} {route.path}")
def test_what_is_read_for_one_answer_is_read_at_one_moment(route: APIRoute):
    assert isinstance(route, Looking)
