"""The chain of a journal, gone through from its first event: a verification that is slow is one that nobody runs.

The database hands over a block as one text of lines and one of hashes, which costs a fraction of rows one by
one. A block that holds as a whole is done with; one that does not is read row by row, to name the first bad event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from typing import Any

from sqlalchemy import Connection

from qingce.core.event import GENESIS

_BLOCK = 2000
_IN_ORDER = "(SELECT seq, line, hash FROM journal WHERE seq > {0} ORDER BY seq LIMIT {1}) AS block"
# null is skipped when texts are joined, so it is counted: otherwise an empty row could hide behind a torn one
_COUNTS = "count(*), count(line), count(hash), min(seq), max(seq)"
_BLOCKS = {
    "sqlite": f"SELECT {_COUNTS}, CAST(group_concat(line, char(10)) AS BLOB), CAST(group_concat(hash, char(10)) "
              f"AS BLOB) FROM {_IN_ORDER.format('?', '?')}",
    "postgresql": f"SELECT {_COUNTS}, convert_to(string_agg(line, E'\\n'), 'UTF8'), "
                  f"convert_to(string_agg(hash, E'\\n'), 'UTF8') FROM {_IN_ORDER.format('%s', '%s')}",
}
_ROWS = {
    "sqlite": "SELECT seq, line, hash FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
    "postgresql": "SELECT seq, line, hash FROM journal WHERE seq > %s ORDER BY seq LIMIT %s",
}


@dataclass(frozen=True, slots=True)
class Broken:
    """The first event of a chain that does not hold."""

    seq: int
    reason: str


def verify(db: Connection) -> Broken | None:
    """Go through the chain of an open database; the first place where it does not hold."""
    driver, dialect = db.connection.driver_connection, db.dialect.name
    assert driver is not None
    # in binary, bytes come as they are; as text they would be twice as long and have to be decoded
    cursor = driver.cursor() if dialect == "sqlite" else driver.cursor(binary=True)

    def block(after: int, begun: Event) -> Any:
        begun.set()
        cursor.execute(_BLOCKS[dialect], (after, _BLOCK))
        return cursor.fetchone()

    def begin(after: int) -> Future[Any]:
        begun = Event()
        made = ahead.submit(block, after, begun)
        begun.wait()  # hashing lets no other thread run, so the query has to be under way before it
        return made

    head, seq = GENESIS, 0
    # the database prepares the next block while this one is hashed; never two statements at once
    with ThreadPoolExecutor(1, "qingce chain") as ahead:
        count, *counts, lines, links = begin(0).result()
        while count:
            following = begin(seq + count)
            after = _whole(head, lines, links) if _consecutive(seq, count, counts) else ""
            if not after:
                wait((following,))
                cursor.execute(_ROWS[dialect], (seq, _BLOCK))
                after, broken = _row_by_row(head, seq, cursor.fetchall())
                if broken is not None:
                    return broken
                following = begin(seq + count)
            head, seq = after, seq + count
            count, *counts, lines, links = following.result()
    cursor.close()
    return None


def _consecutive(seq: int, count: int, counts: list[Any]) -> bool:
    return counts == [count, count, seq + 1, seq + count]


def _whole(head: str, lines: bytes, links: bytes) -> str:
    """The head after a block that holds, or nothing.

    No line has a line feed in it, so that a block of as many lines as rows is its rows.
    """
    sha, made, parts = hashlib.sha256, [], lines.split(b"\n")
    if len(parts) != links.count(b"\n") + 1:
        return ""
    for line in parts:
        head = sha(head.encode() + b"\n" + line).hexdigest()
        made.append(head)
    return head if "\n".join(made).encode() == links else ""


def _row_by_row(head: str, expected: int, rows: Iterable[tuple[int, str, str]]) -> tuple[str, Broken | None]:
    for seq, line, link in rows:
        expected += 1
        if seq != expected:
            return head, Broken(expected, f"事项 {expected} 不在日志里。")
        head = hashlib.sha256(f"{head}\n{line}".encode()).hexdigest()
        if head != link:
            return head, Broken(seq, f"事项 {seq} 与它的哈希不符：内容、次序或前一事项被改动过。")
    return head, None


__all__ = ["Broken", "verify"]
