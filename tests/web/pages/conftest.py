"""The small bank with its people, a campaign and pages in front of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from qingce.services.desk import Desk, open_desk
from qingce.services.init import make_project
from tests.services.desk.staff import campaign, fill
from tests.web.signing import client

Post = Callable[..., Response]


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Desk]:
    """The desk with its people and the campaign of 2024."""
    make_project(tmp_path / "bank")
    made = open_desk(tmp_path / "bank")
    fill(made)
    campaign(made)
    yield made
    made.close()


@pytest.fixture
def of(bank: Desk) -> Callable[[str], TestClient]:
    """A client of an account."""
    return lambda account: client(bank, account)


def post(reader: TestClient, page: str, target: str, data: dict[str, str], **more: Any) -> Response:
    """Send the form of a page."""
    found = re.search(r'name="csrf" content="([^"]+)"', reader.get(page).text)
    assert found
    return reader.post(target, data={"csrf": found[1], **data}, **more)
