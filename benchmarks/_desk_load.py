"""Simulated users: each keeps one connection, signs in, reads pages and files figures as browsers do.

Raw sockets instead of a client library: the users share the machine with the desk, and what they cost is
taken from it. A user begins a request every so often and never two at once.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from _desk_bank import CAMPAIGN, PASSWORD, User

_CSRF = re.compile(rb'name="csrf" (?:content|value)="([^"]+)"')
READING = {
    "data_owner": (("tasks", 5), ("grid", 3), ("item", 3), ("figure", 2)),
    "": (("board", 4), ("findings", 3), ("figure", 3), ("tasks", 3), ("journal", 2), ("figures", 1)),
}
"""How often each page is opened, by role."""
FILING = 0.35
"""The share of a data owner's requests that file a figure."""


@dataclass
class Seen:
    """What the users saw.

    Attributes:
        took: seconds by page.
        filed: (item, value) of every filing that was acknowledged.
    """

    took: dict[str, list[float]] = field(default_factory=dict)
    filed: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0


class Browser:
    """One connection with its cookies."""

    def __init__(self, port: int, number: int) -> None:
        self._port = port
        # each user comes from an address of his own, as in a bank
        self._address = f"127.0.{1 + number // 200}.{1 + number % 200}"
        self._cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, dict[str, str]]:
        """One request and its answer."""
        if self._streams is None or self._streams[0].at_eof():  # a server lets idle connections go
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, local_addr=(self._address, 0))
        reader, writer = self._streams
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self._port}", "accept: text/html", *(
            f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        lines.append("cookie: " + "; ".join(f"{k}={v}" for k, v in self._cookies.items()))
        if body:
            lines += ["content-type: application/x-www-form-urlencoded", f"content-length: {len(body)}"]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        told: dict[str, str] = {}
        for line in head[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                key, _, cookie = value.partition(";")[0].partition("=")
                self._cookies[key] = cookie
            told[name.lower()] = value
        found = await self._body(reader, told)
        if told.get("connection") == "close":
            writer.close()
            self._streams = None
        return int(head[0].split()[1]), found, told

    @staticmethod
    async def _body(reader: asyncio.StreamReader, told: dict[str, str]) -> bytes:
        if told.get("transfer-encoding") != "chunked":
            return await reader.readexactly(int(told.get("content-length", 0)))
        parts = []
        while size := int((await reader.readline()).strip(), 16):
            parts.append(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Simulated:
    """A user at his browser."""

    def __init__(self, user: User, port: int, number: int, figures: list[str], seen: Seen) -> None:
        self._user, self._figures, self._seen = user, figures, seen
        self._browser = Browser(port, number)
        self._dice = random.Random(number)
        self._csrf = ""
        self._versions: dict[str, int] = {}
        self._count = 0
        role = user.role.value if user.role.value in READING else ""
        self._pages = [page for page, often in READING[role] for _ in range(often)]

    async def sign_in(self) -> None:
        """Type the password, as anybody does."""
        _, page, _ = await self._browser.ask("GET", "/signin")
        form = {"name": self._user.account, "password": PASSWORD, "csrf": self._token(page)}
        status, _, _ = await self._browser.ask("POST", "/signin", urlencode(form).encode())
        assert status == 303, f"{self._user.account} cannot sign in: {status}"
        _, page, _ = await self._browser.ask("GET", "/account")
        self._csrf = self._token(page)

    @staticmethod
    def _token(page: bytes) -> str:
        found = _CSRF.search(page)
        assert found is not None, "the page has no form"
        return found[1].decode()

    async def work(self, begin: float, every: float, requests: int, end: float) -> None:
        """Do so many requests, one every ``every`` seconds or so, from ``begin`` on, and none after ``end``."""
        due = begin + self._dice.random() * every
        for _ in range(requests):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            due = max(due + every * self._dice.uniform(0.5, 1.5), time.perf_counter())
            if due > end:
                break
            if self._user.items and self._dice.random() < FILING:
                await self._file()
            else:
                await self._read()
        self._browser.close()

    async def _read(self) -> None:
        page = self._dice.choice(self._pages)
        path = {
            "tasks": "/tasks", "grid": f"/filing/{CAMPAIGN}?org={self._user.org}", "board": f"/progress/{CAMPAIGN}",
            "findings": "/findings", "figures": "/figures", "journal": "/journal",
            "figure": f"/figures/{self._figure()}",
            "item": f"/filing/item/{quote(self._dice.choice(self._user.items))}" if self._user.items else "",
        }[page]
        began = time.perf_counter()
        status, _, _ = await self._browser.ask("GET", path, accept_encoding="gzip")
        took = time.perf_counter() - began
        if page == "journal" and status in (403, 404):
            self._pages = [one for one in self._pages if one != page]  # not for this role
            return
        self._note(page, path, status, took)

    def _figure(self) -> str:
        if not self._user.items:
            return self._dice.choice(self._figures)
        _, metric, org = self._dice.choice(self._user.items).split("/")
        return f"{metric}/{org}/{CAMPAIGN}"

    async def _file(self) -> None:
        item = self._dice.choice(self._user.items)
        self._count += 1
        value = f"{self._count}{self._dice.randrange(10_000):04d}"
        form = {"item": item, "version": self._versions.get(item, 0), "value": value, "note": "登记册",
                "key": f"{item}-{self._count}"}
        began = time.perf_counter()
        status, body, _ = await self._browser.ask(
            "POST", "/filing/save", urlencode(form).encode(), x_csrf=self._csrf, sec_fetch_site="same-origin")
        took = time.perf_counter() - began
        if status == 200:
            self._versions[item] = json.loads(body)["version"]
            self._seen.filed.append((item, value))
        self._note("file", item, status, took)

    def _note(self, page: str, path: str, status: int, took: float) -> None:
        self._seen.took.setdefault(page, []).append(took)
        if status != 200:
            self._seen.errors.append(f"{status} {page} {path} {self._user.account}")


async def _all(
    users: list[User], port: int, figures: list[str], rate: float, requests: int, most: float,
    begun: Callable[[], None],
) -> Seen:
    seen = Seen()
    working = [Simulated(user, port, number, figures, seen) for number, user in enumerate(users)]
    for one in working:
        await one.sign_in()
    every = len(users) / rate
    began = time.perf_counter()  # a few requests to warm up are not counted
    await asyncio.gather(*(one.work(began, every, 4, began + most) for one in working))
    seen.took.clear()
    begun()
    cpu, began = _cpu(), time.perf_counter()
    await asyncio.gather(*(one.work(began, every, requests // len(users), began + most) for one in working))
    seen.seconds, seen.cpu = time.perf_counter() - began, _cpu() - cpu
    return seen


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def drive(
    users: list[User], port: int, figures: list[str], *, rate: float, requests: int, begun: Callable[[], None],
    most: float = 60,
) -> Seen:
    """Let all users work at once.

    Args:
        rate: requests a second that all of them together begin, where the desk keeps up.
        requests: of all users together.
        begun: called once all have signed in and every page was drawn, right before what counts.
        most: seconds after which nothing is begun any more.
    """
    return asyncio.run(_all(users, port, figures, rate, requests, most, begun))
