"""The desk: how quickly its journal grows and is verified, and how it answers many users at once.

    python benchmarks/desk.py                      everything, both stores
    python benchmarks/desk.py --only load --store postgresql --users 50

The users are processes of this machine and their requests stay on loopback; there is a fixed number of them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import _desk_bank as bank
import _desk_load as load
import httpx
from sqlalchemy import text

from qingce.core.event import GENESIS, Event
from qingce.ledger.journal import Journal
from qingce.ledger.store import Store
from qingce.services.desk import open_desk
from qingce.services.desk.items import latest_figures

EVENTS, BATCH = 200_000, 1000
USERS = {"postgresql": 50, "sqlite": 20}
RATE, SECONDS = 165.0, 40.0


@dataclass(frozen=True, slots=True)
class Line:
    """One measurement: what, how much, what was promised, whether it was met."""

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


def at_most(name: str, value: float, limit: float, unit: str = "x") -> Line:
    """What has to stay below something."""
    return Line(name, value, unit, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, limit: float, unit: str = "x") -> Line:
    """What has to reach something."""
    return Line(name, value, unit, f">= {limit:g}", value >= limit)


# -- the journal ------------------------------------------------------------------------------------
def drafts(journal: Journal, first: int, count: int) -> list[Event]:
    """Events as a load of figures makes them; no projection takes part, which is measured by the load."""
    at = journal.clock()
    return [
        Event(at, f"b{n % 97:02d}-filer", "computed", f"item/2024/green_loan_balance/B{n % 97:02d}", {
            "answered": "value", "value": f"{n}.25", "unit": "元", "qualifier": "exact", "source": "信贷台账月末快照",
            "channel": "workbook"}) for n in range(first, first + count)
    ]


def journal(store: str, room: Path, runs: int) -> Iterator[Line]:
    """Appending in batches, then verifying against hashing alone."""
    kept = Store(bank.new_database(store, room))
    kept.prepare()
    chain = Journal(kept)
    speeds = []
    for run in range(runs):
        batches = [drafts(chain, run * EVENTS + n, BATCH) for n in range(0, EVENTS // runs, BATCH)]
        began = time.perf_counter()
        for batch in batches:
            with chain.writing() as made:
                made.extend(batch)
        speeds.append(EVENTS // runs / (time.perf_counter() - began))
    yield at_least(f"{store}: appends in batches of {BATCH}", statistics.median(speeds), 20_000, "/s")
    with kept.reading() as db:
        lines = [row.line.encode() for row in db.execute(text("SELECT line FROM journal ORDER BY seq"))]
    bare = min(_seconds(lambda: hashed(lines)) for _ in range(2 * runs))
    full = min(_seconds(lambda: verified(chain)) for _ in range(2 * runs))
    yield Line(f"{store}: hashing alone", len(lines) / bare, "/s")
    yield Line(f"{store}: verifying", len(lines) / full, "/s")
    yield at_most(f"{store}: verifying / hashing alone", full / bare, 2.5)
    kept.close()


def hashed(lines: list[bytes]) -> str:
    """What any verification has to do at least, on bytes that lie in memory."""
    sha, head = hashlib.sha256, GENESIS
    for line in lines:
        head = sha(head.encode() + b"\n" + line).hexdigest()
    return head


def verified(chain: Journal) -> None:
    """The whole chain, as ``qingce journal verify`` goes through it."""
    broken = chain.verify()
    assert broken is None, broken


def _seconds(act: object) -> float:
    began = time.perf_counter()
    act()  # type: ignore[operator]
    return time.perf_counter() - began


# -- the load ---------------------------------------------------------------------------------------
def loaded(store: str, room: Path, asked: argparse.Namespace) -> Iterator[Line]:
    """Users at a real ``qingce serve`` on a bank's project; afterwards every acknowledged filing is looked for."""
    folder, url = bank.project(room), bank.new_database(store, room)
    users = bank.staffed(folder, url, asked.users or USERS[store])
    desk = open_desk(folder, url=url)
    figures = [f"{key.metric}/{key.org}/{key.period}" for key in latest_figures(desk) if not key.dims][:200]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [bank.QINGCE, "serve", str(folder), "--port", str(port), "--database", url, *asked.serve.split()]
    log = (room / f"serve-{store}.log").open("w")
    with subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as server:
        try:
            _wait(port, server)
            before: list[tuple[float, float]] = []
            requests = int(asked.rate * asked.seconds)
            seen = load.drive(
                users, port, figures, rate=asked.rate, requests=requests, most=min(60, asked.seconds * 1.5),
                begun=lambda: before.append(_cpu(server.pid, store)))
            spent = tuple(now - then for now, then in zip(_cpu(server.pid, store), before[0], strict=True))
        finally:
            server.terminate()
    yield from _answers(store, len(users), seen, spent, asked.detail)
    yield from _kept(store, desk, seen)
    desk.close()


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "qingce serve ended before it began"
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("qingce serve does not answer")


def _cpu(pid: int, store: str) -> tuple[float, float]:
    return bank.cpu_of(pid), bank.cpu_of(bank.server_pid()) if store == "postgresql" else 0.0


def p95(took: list[float]) -> float:
    """Below which 95 of 100 stay, in milliseconds."""
    return sorted(took)[int(len(took) * 0.95)] * 1000


def _answers(store: str, users: int, seen: load.Seen, spent: tuple[float, ...], detail: bool) -> Iterator[Line]:
    reading = [t for page, took in seen.took.items() if page != "file" for t in took]
    count = sum(map(len, seen.took.values()))
    who = f"{store}, {users} users"
    yield at_least(f"{who}: mixed", count / seen.seconds, 150, "/s")
    yield at_most(f"{who}: reading p95", p95(reading), 300, "ms")
    yield at_most(f"{who}: filing p95", p95(seen.took["file"]), 200, "ms")
    yield at_most(f"{who}: errors", len(seen.errors), 0, "")
    for error in seen.errors[:5]:
        print("  ", error)
    for page, took in sorted(seen.took.items()) if detail else ():
        yield Line(f"{who}: {page} ({len(took)}) median", statistics.median(took) * 1000, "ms")
        yield Line(f"{who}: {page} p95", p95(took), "ms")
    for name, seconds in zip(("desk", "database"), spent, strict=True):
        yield Line(f"{who}: CPU of the {name} a request", seconds / count * 1000, "ms")
    yield Line(f"{who}: CPU of the users a request", seen.cpu / count * 1000, "ms")


def _kept(store: str, desk: object, seen: load.Seen) -> Iterator[Line]:
    """Every filing that a user was told is saved stands on the journal, once."""
    from qingce.ledger.projections import events

    with desk.reading() as db:  # type: ignore[attr-defined]
        found = Counter((e.subject.removeprefix("item/"), str(e.detail["value"])) for e in events(db)
                        if e.did == "filed")
    lost = [one for one in seen.filed if found[one] != 1]
    chain: Journal = desk.journal  # type: ignore[attr-defined]
    yield Line(f"{store}: acknowledged filings", len(seen.filed), "")
    yield at_most(f"{store}: lost or doubled", len(lost), 0, "")
    whole = chain.verify() is None and chain.rebuild(verify_only=True).differs == ()
    yield Line(f"{store}: journal valid, state as rebuilt", float(whole), "", "yes", whole)


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--only", choices=["journal", "load"])
    asked.add_argument("--store", choices=list(USERS), action="append")
    asked.add_argument("--users", type=int, default=0)
    asked.add_argument("--rate", type=float, default=RATE, help="requests a second that the users begin")
    asked.add_argument("--seconds", type=float, default=SECONDS)
    asked.add_argument("--serve", default="--workers 2", help="more options for qingce serve")
    asked.add_argument("--detail", action="store_true", help="each page by itself")
    asked.add_argument("--room", type=Path, help="keep the project here; default a temporary folder")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        room = given.room or Path(temporary)
        room.mkdir(parents=True, exist_ok=True)
        for store in given.store or list(USERS):
            for part in (
                *([] if given.only == "load" else [journal(store, room, given.runs)]),
                *([] if given.only == "journal" else [loaded(store, room, given)]),
            ):
                for line in part:
                    told = {True: "met", False: "MISSED", None: ""}[line.met]
                    print(
                        json.dumps(asdict(line), ensure_ascii=False) if given.json
                        else f"{line.name:52} {line.value:12.2f} {line.unit:6} {line.target:8} {told}", flush=True)


if __name__ == "__main__":
    main()
