"""Desks that begin where others ended: what many tests need first is done once, and each test has its own copy."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from qingce.services.desk import Desk, open_desk
from qingce.services.init import make_project
from tests.services.desk.postgres import drop_database, make_database

START = dt.datetime(2025, 1, 6, 1, 0, tzinfo=dt.UTC)
Step = Callable[[Desk], object]
"""Something done at a desk before a test; a function of a module, so that every test means the same by it."""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: dt.datetime = START) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_days(self, days: int) -> None:
        """Let days go by."""
        self.at += dt.timedelta(days=days)


class Begin(Protocol):
    """Opens a desk of the small project at which steps were done."""

    def __call__(self, *steps: Step) -> Desk:
        """The test's own, which ends with it."""


@dataclass(frozen=True)
class Left:
    """What steps left behind; nobody has it open and nobody changes it.

    Attributes:
        folder: the project's.
        url: of the database.
        at: the time by the clock.
    """

    folder: Path
    url: str
    at: dt.datetime

    def copied(self, folder: Path, url: str) -> None:
        """Copy it; a database on a server is copied where it is made."""
        shutil.copytree(self.folder, folder, symlinks=True)
        if url.startswith("sqlite"):
            shutil.copy(_file(self.url), _file(url))


@cache
def left(kind: str, *steps: Step) -> Left:
    """The small project after these steps, its database of this kind."""
    room = Path(tempfile.mkdtemp(prefix="qingce-left-"))
    atexit.register(shutil.rmtree, room, ignore_errors=True)
    folder, clock = room / "bank", Clock()
    before = left(kind, *steps[:-1]) if steps else None
    url = f"sqlite:///{room / 'desk.db'}" if kind == "sqlite" else make_database(before.url if before else "")
    if before is None:
        make_project(folder)
    else:
        before.copied(folder, url)
        clock.at = before.at
    try:
        desk = open_desk(folder, url=url, clock=clock)
        for step in steps[-1:]:
            step(desk)
        desk.close()
    except BaseException:
        if kind == "postgresql":
            drop_database(url)
        raise
    return Left(folder, url, clock.at)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
