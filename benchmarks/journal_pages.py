"""Pages of a journal of a million events, on SQLite and PostgreSQL: how long each takes, in milliseconds.

What is timed is a whole page: the query, the events and the HTML, through the application itself. Every number is
the median of several requests after one that warms up, and is what the target is held against; the slowest is shown
beside it, and on a machine that others use too it tells of them.

    python benchmarks/journal_pages.py                     both databases, a million events
    python benchmarks/journal_pages.py --events 100000     quicker
    python benchmarks/journal_pages.py --database sqlite   one of them
    python benchmarks/journal_pages.py --json              one JSON object a line: name, value, unit, target, met
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _desk_bank import new_database, with_office
from fastapi.testclient import TestClient
from tests.web.signing import NamesAsTokens

from qingce.core.event import Event
from qingce.ledger.journal import now
from qingce.services.desk import Desk, open_desk
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app

TARGET = 300.0
"""Milliseconds that no page may exceed."""
_BATCH = 20_000
_DAYS = 90


def filled(desk: Desk, count: int) -> float:
    """Append so many events of three months; returns how many a second."""
    start, step = now() - dt.timedelta(days=_DAYS), dt.timedelta(days=_DAYS) / count
    began = time.perf_counter()
    for first in range(0, count, _BATCH):
        with desk.writing() as made:
            made.extend(_events(start, step, first, min(first + _BATCH, count), count))
    return count / (time.perf_counter() - began)


def _events(start: dt.datetime, step: dt.timedelta, first: int, last: int, count: int) -> Iterator[Event]:
    for i in range(first, last):
        at = start + step * i
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        by, item = f"filer{i % 97:02}", f"item/2024/metric_{i % 211:03}/B{i % 1009:04}"
        if i == count // 2:
            yield Event(at, "auditor", "backed_up", "project/rare", {"file": "half.zip"})
        elif i % 50 == 0:
            yield Event(at, by, "signed_in", f"account/{by}", {"address": "10.0.0.7", "how": "password"})
        else:
            yield Event(at, by, "imported" if i % 7 else "evidence_exported", item,
                        {"value": str(i * 17 % 99991), "unit": "MWh", "source": "电费台账_2024.xlsx", "rows": i % 800})


def pages(count: int) -> Mapping[str, str]:
    """The addresses that are timed, by what they show."""
    day = (now() - dt.timedelta(days=_DAYS // 2)).date()
    other = day + dt.timedelta(days=7)
    return {
        "first page": "/journal",
        "middle": f"/journal?before={count // 2}",
        "last page": "/journal?after=0",
        "one event": f"/journal/{count // 2}",
        "group of verbs": "/journal?group=people",
        "group of verbs, nearly none": "/journal?group=operating",
        "group of verbs, none": "/journal?group=assurance",
        "account": "/journal?by=filer31",
        "account, one event": "/journal?by=auditor",
        "account and verbs, rarely both": "/journal?by=auditor&group=collecting",
        "one day": f"/journal?since={day}&until={day}",
        "from a day, oldest first": f"/journal?since={day}&after=0",
        "a week, account and verbs": f"/journal?since={day}&until={other}&by=filer31&group=people",
        "subject": "/journal?subject=item/2024/metric_031/B0031",
        "beginning of a subject, many": "/journal?subject=item/2024/",
        "beginning of a subject, some": "/journal?subject=item/2024/metric_031/",
        "part of a subject, many": "/journal?subject=metric_0",
        "part of a subject, one in a million": "/journal?subject=rare",
        "part of a subject, none": "/journal?subject=nothing",
        "part of a subject and account": "/journal?subject=B0031&by=filer31",
    }


def timed(desk: Desk, count: int, runs: int) -> dict[str, tuple[float, float]]:
    """Median and slowest of each page, in milliseconds."""
    reader = TestClient(create_app(desk, WebSettings(), NamesAsTokens(desk)), base_url="http://localhost")
    reader.cookies.set("qc_session", "office")
    found = {}
    for name, address in pages(count).items():
        took = []
        for _ in range(runs + 1):
            began = time.perf_counter()
            answer = reader.get(address)
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        found[name] = statistics.median(took[1:]), max(took[1:])
    return found


def opened(folder: Path, url: str) -> Desk:
    """A desk with an ESG office."""
    make_project(folder)
    return with_office(open_desk(folder, url=url))


def main() -> int:
    """Fill, time, print; 1 where a page is slower than the target."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--runs", type=int, default=9)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    asked.add_argument("--json", action="store_true")
    said = asked.parse_args()
    missed = 0
    for database in said.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as room:
            url = new_database(database, Path(room))
            desk = opened(Path(room) / "bank", url)
            rate = filled(desk, said.events)
            if database == "postgresql":
                with desk.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
                    db.execute(text("VACUUM ANALYZE journal"))
            if not said.json:
                print(f"{database}: {said.events:,} events, {rate:,.0f} appended a second")
            for name, (median, slowest) in timed(desk, said.events, said.runs).items():
                met = median <= TARGET
                missed += not met
                if said.json:
                    print(json.dumps({"name": f"{database}: {name}", "value": round(median, 1), "unit": "ms",
                                      "slowest": round(slowest, 1), "target": f"<= {TARGET:.0f}", "met": met}))
                else:
                    print(f"  {name:<36}{median:>8.1f} ms{slowest:>9.1f} slowest{'' if met else '   missed'}")
            desk.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
