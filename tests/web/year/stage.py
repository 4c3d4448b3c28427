"""The stage: the example's desk behind a real server, a clock that can be moved, a browser, and screenshots."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qingce.services.desk import Desk
from qingce.services.desk.demo import open_demo
from qingce.services.desk.jobs import run_due
from qingce.services.desk.reminders import run_clock
from qingce.services.project import Project
from qingce.services.publish import build
from qingce.web import WebSettings, create_app
from tests.structure.ratchet import ROOT
from tests.web.conftest import Served

OUT = ROOT / "out" / "year"
START = dt.datetime(2025, 1, 6, 1, 0, tzinfo=dt.UTC)
PATIENCE = 300_000
"""Milliseconds: an edition is frozen, or made again, while one waits for the page, however slow the machine."""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
TWICE = """() => [...document.querySelectorAll("[id]")].map((node) => node.id)
  .filter((id, at, all) => all.indexOf(id) !== at)"""
FILED = "records/filed/aml.csv"
LAST_YEAR = "aml_activities,LZB,2023,,150,次,exact,value,,合成的上年数，仅供演示差异\n"
"""The example has no last year for what people file; a made-up one gives the variance something to differ from."""


class Clock:
    """The bank's time, moved by the play."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> dt.datetime:
        """The time; a moment passes with each look, as it does."""
        self.at += dt.timedelta(milliseconds=5)
        return self.at

    def pass_days(self, days: int) -> None:
        """Let days go by."""
        self.at += dt.timedelta(days=days)


@dataclass
class Year:
    """What every chapter has at hand.

    Attributes:
        site: the server's address.
        seen: how many screenshots were taken; they are numbered in the order of the play.
    """

    desk: Desk
    clock: Clock
    site: str
    browser: Any
    axe: Any
    seen: int = 0
    broken: list[str] = field(default_factory=list)

    @contextmanager
    def signed_in(self, post: str, size: dict[str, int] | None = None) -> Iterator[Any]:
        """A window in which somebody has signed in by the demo's own door."""
        context = self.browser.new_context(base_url=self.site, viewport=size or WIDE, locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.goto("/signin")
        page.get_by_role("button", name=f"{post} 进入").click()
        page.wait_for_url(re.compile(r"/(tasks|people|figures|progress|journal|more|findings|preview)"))
        try:
            yield page
        except Exception:
            page.screenshot(path=OUT / "stopped-here.png", full_page=True)
            raise
        context.close()

    @contextmanager
    def anybody(self) -> Iterator[Any]:
        """A window of a reader who has no account."""
        context = self.browser.new_context(base_url=self.site, viewport=WIDE, locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        yield context.new_page()
        context.close()

    def shoot(self, page: Any, name: str) -> None:
        """A screenshot of what is shown, wide and as a phone shows it; it must be accessible."""
        self.seen += 1
        assert page.get_by_role("heading", name="没有找到这个页面").count() == 0, page.url
        found = self.axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        self.broken += [f"{name}: {v['id']} {n['html'][:120]}" for v in found for n in v["nodes"]]
        self.broken += [f"{name}: the id {each} stands twice" for each in page.evaluate(TWICE)]
        for label, size in (("1280", WIDE), ("390", PHONE)):
            page.set_viewport_size(size)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=OUT / f"{self.seen:02}-{name}-{label}.png", full_page=True, animations="disabled")
        page.set_viewport_size(WIDE)

    def work(self) -> None:
        """What the background does by itself: reminders of the day, jobs and messages that are due."""
        run_clock(self.desk)
        run_due(self.desk)

    def events(self, did: str) -> int:
        """How many events of a verb stand on the journal."""
        return len(self.desk.journal.page(did=did, limit=1000))


@contextmanager
def staged(example: Path, browser: Any, axe: Any) -> Iterator[Year]:
    """The desk of an example's copy, served on loopback, its figures computed once."""
    OUT.mkdir(parents=True, exist_ok=True)
    for old in OUT.glob("*.png"):
        old.unlink()
    with (example / FILED).open("a", encoding="utf-8") as lines:
        lines.write(LAST_YEAR)
    assert not build(Project(example), formats=("json",)).blocked
    clock = Clock()
    desk = open_demo(example, clock=clock, begun=False)
    with Served(create_app(desk, WebSettings(demo=True))) as site:
        yield Year(desk, clock, site, browser, axe)
    desk.close()
