"""A desk somewhere else, asked through its interface with a token; its answers are those that the desk itself gives."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.errors import ProjectError
from qingce.core.event import GENESIS, chained
from qingce.services.explain import Node

TOKEN = "QINGCE_TOKEN"
SECONDS = 60
_PAGE = 500


class Remote:
    """The interface of a desk.

    Args:
        url: ``https://…``, or ``http://…`` of this machine.
        token: default what ``QINGCE_TOKEN`` says; it is never printed.

    Raises:
        ProjectError: an address that would carry the token in clear, or no token.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = _judged(url)
        token = token or os.environ.get(TOKEN, "")
        if not token or not token.isascii() or not token.isprintable():
            raise ProjectError(f"请把环境变量 {TOKEN} 设为您账户的令牌；令牌在填报台“我的账户”里签发。")
        # on loopback no proxy of the environment is meant; elsewhere the bank's own may be the only way
        self._client = httpx.Client(
            base_url=f"{self.url}/api/v1/", timeout=SECONDS, follow_redirects=False, trust_env=not _own(self.url),
            headers={"authorization": f"Bearer {token}", "accept": "application/json"},
        )

    def __repr__(self) -> str:
        return f"Remote({self.url!r})"

    def get(self, path: str, **query: object) -> dict[str, Any]:
        """Ask for one thing.

        Raises:
            ProjectError: it cannot be reached, is no desk, or refuses; with the desk's own words.
        """
        asked = {name: str(value) for name, value in query.items() if value not in ("", None)}
        return self._told("GET", path, params=asked)[0]

    def send(self, method: str, path: str, **said: Any) -> dict[str, Any]:
        """Do something there.

        Args:
            said: what the client library is told beside: ``json``, ``data``, ``files``, ``headers``.

        Raises:
            ProjectError: as of :meth:`get`.
        """
        return self._told(method, path, **said)[0]

    def version(self, path: str) -> tuple[dict[str, Any], str]:
        """One thing with its ETag.

        Raises:
            ProjectError: as of :meth:`get`.
        """
        return self._told("GET", path)

    def _told(self, method: str, path: str, **said: Any) -> tuple[dict[str, Any], str]:
        try:
            answer = self._client.request(method, path, **said)
        except httpx.HTTPError as failed:
            raise ProjectError(f"连不上 {self.url}：{failed}。") from failed
        try:
            told = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise ProjectError(
                f"{self.url} 的应答不像填报台（HTTP {answer.status_code}）。请写浏览器打开它时用的地址。")
        if answer.status_code == 401:
            raise ProjectError(f"{self.url} 不认 {TOKEN} 里的令牌：有误、到期或已收回。")
        if answer.status_code not in (200, 201, 202):
            raise ProjectError(f"{self.url}：{told.get('detail') or told.get('title') or answer.status_code}")
        return told, answer.headers.get("etag", "")

    def pages(self, path: str, name: str, cursor: str, **query: object) -> Iterator[dict[str, Any]]:
        """Everything of a list.

        Args:
            cursor: what the list calls the place of the next page: ``after`` or ``skip``.
        """
        place: object = ""
        while True:
            told = self.get(path, limit=_PAGE, **query, **{cursor: place})
            yield from told[name]
            place = told["next"]
            if place is None:
                return


def _judged(url: str) -> str:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if not parts.hostname or parts.username or parts.query or parts.fragment or parts.scheme not in ("http", "https"):
        raise ProjectError(f"--server 写地址，如 https://esg.bank.example，不能是“{url}”。")
    clean = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    if parts.scheme == "http" and not _own(clean):
        raise ProjectError(f"--server {clean} 会明文传送令牌；请用 https。http 只用于本机的填报台。")
    return clean


def _own(url: str) -> bool:
    name = urlsplit(url).hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


# -- what the commands ask for ----------------------------------------------------------------------
def remote_figures(remote: Remote, name: str, org: str, period: str) -> list[dict[str, Any]]:
    """Figures as ``qingce figures`` lists them: of the report's org and periods where none are named."""
    project = remote.get("project")
    periods = [period] if period else project["periods"]
    found = remote.pages("figures", "figures", "after", metric=name, org=org or project["org"],
                         period=period)
    return [figure for figure in found if figure["period"] in periods]


def remote_tree(remote: Remote, figure: str, rows: int) -> Node:
    """A figure taken apart."""
    told = remote.get(f"explanations/{quote(figure, safe='/=,')}", tree="true", rows=rows)
    return _node(told["tree"])


def _node(told: Mapping[str, Any]) -> Node:
    return Node(**{
        **told, "factors": tuple(told["factors"]), "inputs": tuple(told["inputs"]), "rows": tuple(told["rows"]),
        "quality_chain": tuple(told.get("quality_chain", ())),
        "operands": tuple(_node(one) for one in told["operands"]),
    })


def remote_findings(remote: Remote) -> tuple[list[Finding], str]:
    """Every rule as the latest build tried it, and when that was.

    Raises:
        ProjectError: nothing was built there yet.
    """
    checks = list(remote.pages("checks", "checks", "skip"))
    built = str(remote.get("checks", limit=1)["built"])
    if not built:
        raise ProjectError(f"{remote.url}：还没有编制过，没有可列的检查结果。")
    return [Finding(**{**one, "status": Status(one["status"]), "severity": Severity(one["severity"]),
                       "rows": tuple(one["rows"]), "place": Place(**one["place"])}) for one in checks], built


def remote_search(remote: Remote, words: str, kind: str, limit: int) -> dict[str, Any]:
    """What a search finds: ``results`` and ``counts``."""
    return remote.get("search", q=words, kind=kind, limit=limit)


@dataclass(frozen=True, slots=True)
class RemoteJournal:
    """What going through a journal from afar showed; ``broken`` says where and why, or nothing."""

    events: int
    head: str
    checkpoints: int
    key: str
    broken: tuple[int, str] | None


def verify_remote(remote: Remote) -> RemoteJournal:
    """Go through the whole chain here, line by line, then hold every signed head against it."""
    from qingce.ledger.checkpoints import Checkpoint

    head = remote.get("journal/head")
    points = {point["seq"]: Checkpoint(**point)
              for point in remote.pages("journal/checkpoints", "checkpoints", "after") if point["seq"] <= head["seq"]}
    key = next(reversed(points.values())).key if points else ""

    def told(broken: tuple[int, str] | None) -> RemoteJournal:
        return RemoteJournal(head["seq"], head["hash"], len(points), key, broken)

    link, due = GENESIS, 1
    for event in remote_events(remote, head["seq"]):
        if event["seq"] != due:
            return told((due, f"第 {due} 条事项不在日志中。"))
        link, due = chained(link, event["line"]), due + 1
        if link != event["hash"]:
            return told((event["seq"], f"第 {event['seq']} 条事项与它的哈希不符。"))
        point = points.get(event["seq"])
        if point is not None and (point.head != link or not point.genuine):
            return told((point.seq, f"第 {point.seq} 条处的检查点与日志不符，或签名不真。"))
    if due <= head["seq"] or (head["seq"] and link != head["hash"]):
        return told((due, f"日志应有 {head['seq']} 条事项，只取到 {due - 1} 条。"))
    return told(None)


def remote_events(remote: Remote, last: int) -> Iterator[dict[str, Any]]:
    """The events from the first to ``last`` in their order."""
    # the interface gives them newest first, so each page is turned round
    for start in range(1, last + 1, _PAGE):
        end = min(start + _PAGE, last + 1)
        yield from reversed(remote.get("journal", before=end, limit=end - start)["events"])
