"""Built: what came of a build."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.check import Finding

if TYPE_CHECKING:
    from qingce.services.gate import Gate


@dataclass
class Built:
    """What a build made.

    Attributes:
        out: the output folder; nothing where the build was blocked.
        hash: over pages and figures; the same input gives the same.
        seconds: how long each step took.
        pages_en: how many of them stand in English as well.
        spans: first and last page of each section in the PDF, ``spans_en`` in the English one.
        gates: what came of reading each edition back.
    """

    findings: list[Finding] = field(default_factory=list)
    out: Path | None = None
    files: list[Path] = field(default_factory=list)
    hash: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    figures: int = 0
    pages: int = 0
    pages_en: int = 0
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    spans_en: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether an ERROR finding forbade publishing."""
        return any(f.blocks for f in self.findings)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start
