"""What people decided on the desk, laid over the files of a project before it is built.

Waivers let a finding stand, footnotes stand beside numbers, omissions join the answers to a standard.
An overlay is plain data: frozen beside the inputs of an edition, it makes the same bytes again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from qingce.core.check import Finding
from qingce.core.disclosure import Answer
from qingce.core.figure import Figure
from qingce.core.registry import Registry
from qingce.ledger.figures import FigureStore
from qingce.services.project import Progress, Project

FILE = "overlay.json"


@dataclass(frozen=True)
class Overlay:
    """Decisions that a build honours.

    Attributes:
        name: how the report is called in every format, wherever its folder stands; empty: as the project says.
        waivers: words by the content of the finding that may stand (:attr:`Finding.content`).
        notes: footnotes by a figure's key.
        answers: for a standard's name and a clause's code, what is left out and why.
        revisions: for a figure's key its revision number, where they are fixed; ``None`` asks the project's ledger.
    """

    name: str = ""
    waivers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    revisions: Mapping[str, int] | None = None

    def dump(self) -> str:
        """As JSON, the same text for the same decisions."""
        answers = {
            name: {code: {"pages": a.pages, "figures": a.figures, "omission": a.omission, "because": a.because,
                          "file": a.file} for code, a in found.items()}
            for name, found in self.answers.items()
        }
        told = {"name": self.name, "waivers": dict(self.waivers), "notes": dict(self.notes), "answers": answers,
                "revisions": None if self.revisions is None else dict(self.revisions)}
        return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @classmethod
    def load(cls, text: str) -> Overlay:
        """Read what :meth:`dump` wrote."""
        raw: dict[str, Any] = json.loads(text)
        answers = {
            name: {code: Answer(code, tuple(a["pages"]), tuple(a["figures"]), a["omission"], a["because"], a["file"])
                   for code, a in found.items()}
            for name, found in raw["answers"].items()
        }
        return cls(raw["name"], raw["waivers"], raw["notes"], answers, raw["revisions"])


class LaidOver(Project):
    """A project with the desk's decisions laid over its files.

    Args:
        state: where what is made of the inputs is kept; default the folder's own ``.qingce``.
    """

    def __init__(
        self, folder: str | Path, overlay: Overlay, *, state: Path | None = None, progress: Progress | None = None
    ) -> None:
        super().__init__(folder, progress)
        self.overlay = overlay
        self.notes = overlay.notes
        self._state = state
        if overlay.name:
            self.settings = replace(self.settings, name=overlay.name)

    @property
    def state(self) -> Path:
        """The folder in which what was made of the inputs is kept."""
        return self._state or super().state

    @cached_property
    def registry(self) -> Registry:
        """Every declaration, with the omissions that were given on the desk."""
        made = super().registry
        for name, answers in self.overlay.answers.items():
            if name in made.standards:
                made.standards[name] = made.standards[name].answered(answers)
        return made

    @cached_property
    def judged(self) -> list[Finding]:
        """The finding of every declared check; those that may stand say so."""
        return waived(super().judged, self.overlay.waivers)

    @cached_property
    def store(self) -> FigureStore:
        """Figures and revisions; of a frozen edition those it was frozen with."""
        if self.overlay.revisions is None:
            return super().store
        return _Fixed(self.state / "ledger.db", self.overlay.revisions)


class _Fixed(FigureStore):
    """Revision numbers as they were; nothing is stored."""

    def __init__(self, path: Path, revisions: Mapping[str, int]) -> None:
        super().__init__(path)
        self._revisions = revisions

    def save(
        self, report: str, at: str, digest: str, figures: Sequence[Figure], lineages: Mapping[str, Mapping[str, Any]],
        findings: Sequence[Finding],
    ) -> int:
        return 0

    def numbers(self) -> dict[str, int]:
        return dict(self._revisions)


def waived(findings: Iterable[Finding], waivers: Mapping[str, str]) -> list[Finding]:
    """The findings, those with a waiver carrying its words."""
    return [replace(f, waiver=waivers[f.content]) if f.content in waivers else f for f in findings]
