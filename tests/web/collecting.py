"""A small bank in the middle of its campaign, behind a real server, for tests of the screens of collecting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.campaign import ask, extend
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.publish import build
from qingce.web import WebSettings, create_app
from qingce.web.security import SESSION
from tests.services.desk.staff import campaign, fill
from tests.web.conftest import Served
from tests.web.signing import NamesAsTokens

PAGES = ("/tasks", "/quality", "/quality?org=HEAD", "/filing/2024", "/filing/2024?org=HEAD",
         "/filing/item/2024/registered_volunteers/HEAD", "/progress/2024", "/progress/2024?top=B01", "/findings",
         "/figures", "/figures/volunteer_hours_per_volunteer", "/figures/volunteer_hours?rows=1")
OFFICE_PAGES = ("/progress/new", "/progress/new?before=2024", "/progress/2024/setup",
                "/progress/2024/setup?metric=registered_volunteers", "/brief", "/brief?for=board",
                "/figures?unit=%E4%B8%87%E5%85%83")


@contextmanager
def bank_in_campaign(folder: Path) -> Iterator[Desk]:
    """The bank of ``qingce init``, built once, with its people and the campaign of 2024."""
    make_project(folder)
    build(Project(folder), folder / "build", formats=("json",))
    made = open_desk(folder)
    fill(made)
    campaign(made)
    extend(made, made.actor("office"), "2024", [ask(made, "volunteer_hours", ["HEAD"])])
    yield made
    made.close()


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The address of a server in which an account's name signs in."""
    with Served(create_app(desk, WebSettings(), NamesAsTokens(desk))) as address:
        yield address


def signed_in(browser: Any, site: str, account: str, **said: Any) -> Any:
    """A browser window of an account."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", **said})
    context.add_cookies([{"name": SESSION, "value": account, "url": site}])
    return context.new_page()
