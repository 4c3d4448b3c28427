"""Event (事项): who did what to which figure or case; what the journal is made of."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a hash-chained journal: ``hash`` covers everything else and ``prev``.

    >>> one = Event(dt.datetime(2025, 1, 11, 9, 0), "填报人", "filed", "headcount/HQ/2024")
    >>> two = Event(dt.datetime(2025, 1, 12, 9, 0), "复核人", "approved", one.subject, prev=one.hash)
    >>> two.prev == one.hash and len(two.hash) == 64
    True
    """

    at: dt.datetime
    by: str
    did: str
    subject: str
    detail: Mapping[str, str] = field(default_factory=dict)
    prev: str = ""

    @property
    def hash(self) -> str:
        """sha256 over the canonical JSON of the event."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def canonical(self) -> str:
        """JSON with sorted keys and no spaces."""
        line = {
            "at": self.at.isoformat(), "by": self.by, "did": self.did, "subject": self.subject,
            "detail": dict(self.detail), "prev": self.prev,
        }
        return json.dumps(line, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
