"""Gate: what came of reading an edition back, and answers of earlier runs that still hold."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from qingce.core.check import Finding, Place, Severity, Status
from qingce.services.cache import TextCache

SWITCHED = "网页换单位"
"""The name of what came of the web edition as it is seen in other units of money."""
_METHOD = "2"
"""Part of every kept answer's name; another number makes all of them anew."""


@dataclass
class Gate:
    """What came of reading an edition back.

    Attributes:
        bound: bound numbers that the pages print.
        found: of these, how many stand in the edition on their pages.
        quantities: numbers with a meaning that the edition shows, by where they come from: ``bound``, ``said``,
            ``words`` (digits typed on a page), ``note``, ``index``, ``numbering`` of captions and contents,
            ``drawing``, ``stray``.
    """

    bound: int = 0
    found: int = 0
    quantities: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    @property
    def tied(self) -> int:
        """How many numbers come from somewhere."""
        return self.shown - self.quantities["stray"]

    @property
    def shown(self) -> int:
        """How many numbers the edition shows."""
        return self.quantities.total()

    def add(self, other: Gate) -> None:
        """Take in what came of another part."""
        self.bound += other.bound
        self.found += other.found
        self.quantities += other.quantities
        self.findings += other.findings


class KeptGates:
    """Answers by what they were made from: the words of an edition and the page they were held against.

    Attributes:
        sides: sides of PDFs as they were read, by a hash of what they are drawn from.
    """

    def __init__(self, cache: TextCache) -> None:
        self._cache = cache
        self.sides = cache.texts("side")

    def gate(self, made_of: Sequence[object], read: Callable[[], Gate]) -> Gate:
        """The kept answer for these ingredients, or a new one."""

        def make() -> str:
            gate = read()
            told = {"bound": gate.bound, "found": gate.found, "quantities": dict(gate.quantities),
                    "findings": [asdict(finding) for finding in gate.findings]}
            return json.dumps(told, ensure_ascii=False)

        kept = json.loads(self._cache.text("gate", [_METHOD, *made_of], make))
        findings = [_finding(found) for found in kept["findings"]]
        return Gate(kept["bound"], kept["found"], Counter(kept["quantities"]), findings)


def told(part: object) -> str:
    """A hash of anything that ``repr`` tells apart."""
    return hashlib.sha256(repr(part).encode()).hexdigest()


def _finding(kept: Mapping[str, Any]) -> Finding:
    return Finding(kept["rule"], Status(kept["status"]), Severity(kept["severity"]), kept["reason"],
                   place=Place(**kept["place"]), advice=kept["advice"])
