"""What a program does at a desk somewhere else: ledgers delivered, one figure filed; rows, metrics, editions, jobs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qingce.core.errors import ProjectError
from qingce.core.event import canonical
from qingce.services.cards import Card, FactorLine
from qingce.services.remote_desk import Remote, remote_events
from qingce.services.rows import Listed, Rows

JUDGED = frozenset({"accepted", "refused", "replaced", "withdrawn", "failed"})


def remote_rows(remote: Remote, figure: str, limit: int) -> Rows:
    """The first rows behind a figure."""
    told = remote.get(f"rows/{quote(figure, safe='/=,')}", limit=limit)
    return Rows(told["key"], told["label"], told["text"], tuple(
        Listed(**{**part, "records": tuple(part["records"])}) for part in told["parts"]))


def remote_metrics(remote: Remote, name: str) -> list[Card]:
    """Metric cards: one, or all."""
    several = ("by", "needs", "standards", "methods")
    return [Card(**{**one, **{field: tuple(one[field]) for field in several},
                    "factors": tuple(FactorLine(**line) for line in one["factors"])})
            for one in remote.pages("metrics", "metrics", "skip", metric=name)]


def remote_compare(remote: Remote, before: str, after: str) -> Mapping[str, Any]:
    """Two editions side by side, by the beginnings of their hashes."""
    return remote.get(f"editions/{quote(before, safe='')}/compare/{quote(after, safe='')}")


def remote_jobs(remote: Remote) -> list[dict[str, Any]]:
    """Every job, newest first."""
    return list(remote.pages("jobs", "jobs", "skip"))


def remote_export(remote: Remote, out: Path) -> int:
    """Write the journal as :func:`qingce.services.desk.keeping.export_journal` does; returns the number of events.

    Raises:
        ProjectError: the file cannot be written, or the journal did not come whole.
    """
    fresh, count, last = out.with_name(f"{out.name}.part"), 0, remote.get("journal/head")["seq"]
    try:
        with fresh.open("w", encoding="utf-8") as sink:
            for event in remote_events(remote, last):
                count += 1
                sink.write(canonical({name: event[key] for name, key in
                                      (("event", "line"), ("hash", "hash"), ("seq", "seq"))}) + "\n")
            for point in remote.pages("journal/checkpoints", "checkpoints", "after"):
                if point["seq"] <= last:
                    sink.write(canonical({"checkpoint": point}) + "\n")
        if count != last:
            raise ProjectError(f"{remote.url}: the journal has {last} events, {count} came. Ask again.")
        fresh.replace(out)
    except OSError as exc:
        raise ProjectError(f"{out} cannot be written: {exc.strerror or exc}.") from exc
    finally:
        fresh.unlink(missing_ok=True)
    return count


def deliver(
    remote: Remote, dataset: str, path: Path, *, rows: int | None = None, replaces: str = "", wait: float = 600,
    every: float = 1,
) -> dict[str, Any]:
    """Deliver a ledger and wait until it is judged; the same bytes again are the same delivery.

    Args:
        wait: seconds; 0 does not wait.

    Raises:
        ProjectError: the file cannot be read, or the desk refuses to take it.
    """
    given = {"dataset": dataset, "replaces": replaces, **({} if rows is None else {"rows": str(rows)})}
    try:
        with path.open("rb") as source:
            told = remote.send("POST", "ledgers", data=given, files={"file": (path.name, source)})
    except OSError as exc:
        raise ProjectError(f"{path} cannot be read: {exc.strerror or exc}.") from exc
    until = time.monotonic() + wait
    while told["state"] not in JUDGED and time.monotonic() < until:
        time.sleep(every)
        told = remote.get(f"ledgers/{told['id']}")
    return told


def file_answer(remote: Remote, item: str, said: Mapping[str, str], *, submit: bool = False) -> dict[str, Any]:
    """File one item as it stands there now, and hand it in where that is wished; the item after it.

    Raises:
        ProjectError: the desk refuses, or somebody else changed the item meanwhile.
    """
    place = f"items/{quote(item, safe='/=,')}"
    _, tag = remote.version(place)
    told = remote.send("PUT", f"{place}/answer", json=dict(said),
                       headers={"if-match": tag, "idempotency-key": uuid.uuid4().hex})
    if not submit:
        return told
    done = remote.send("POST", "items/submit", json={"ids": [item]})
    if item in done["rest"]:
        raise ProjectError(f"{remote.url}: {done['rest'][item]}")
    handed: dict[str, Any] = done["done"][0]
    return handed
