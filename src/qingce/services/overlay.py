"""What people decided on the desk, laid over the files of a project before it is built.

Waivers let a finding stand, footnotes stand beside numbers, omissions join the answers to a standard.
An overlay is plain data: frozen beside the inputs of an edition, it makes the same bytes again.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from qingce.core.amount import ABSENT, Value
from qingce.core.check import Finding
from qingce.core.disclosure import Answer
from qingce.core.estimate import Estimate
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.metric import Metric
from qingce.core.registry import Registry
from qingce.core.unit import unit
from qingce.ledger.figures import FigureStore
from qingce.ledger.records.filednumber import slack_of
from qingce.services.compose import Composed, compose
from qingce.services.feed import Feed
from qingce.services.intake import Records
from qingce.services.progress import Progress
from qingce.services.project import Project
from qingce.services.quality.behind import Behind

FILE = "overlay.json"


@dataclass(frozen=True)
class Overlay:
    """Decisions that a build honours.

    Attributes:
        name: how the report is called in every format, wherever its folder stands; empty: as the project says.
        waivers: words by the content of the finding that may stand (:attr:`Finding.content`).
        notes: footnotes by a figure's key.
        answers: for a standard's name and a clause's code, what is left out and why.
        filed: figures that were approved on the desk, by key: ``value`` (``None`` where there is none), ``unit``,
            ``qualifier``, ``answered``, ``reason``, ``source``, and of an estimate its method, share and reason.
        topics: the confirmed decision on materiality as an edition prints it; ``None``: there is none.
        behind: what the desk knows of where values come from, as :class:`~qingce.services.quality.behind.Behind` says.
        revisions: for a figure's key its revision number, where they are fixed; ``None`` asks the project's ledger.
    """

    name: str = ""
    waivers: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, Answer]] = field(default_factory=dict)
    filed: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    revisions: Mapping[str, int] | None = None
    topics: Mapping[str, Any] | None = None
    behind: Mapping[str, Any] | None = None

    def dump(self) -> str:
        """As JSON, the same text for the same decisions."""
        answers = {
            name: {code: {"pages": a.pages, "figures": a.figures, "omission": a.omission, "because": a.because,
                          "file": a.file} for code, a in found.items()}
            for name, found in self.answers.items()
        }
        told = {"name": self.name, "waivers": dict(self.waivers), "notes": dict(self.notes), "answers": answers,
                "filed": {key: dict(said) for key, said in self.filed.items()},
                "topics": self.topics, "behind": self.behind,
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
        return cls(raw["name"], raw["waivers"], raw["notes"], answers, raw["filed"], raw["revisions"],
                   raw.get("topics"), raw.get("behind"))


class LaidOver(Project):
    """A project with the desk's decisions laid over its files.

    Args:
        state: where what is made of the inputs is kept; default the folder's own ``.qingce``.
    """

    def __init__(
        self, folder: str | Path, overlay: Overlay, *, state: Path | None = None, progress: Progress | None = None
    ) -> None:
        # what was filed on the desk is part of the overlay, so that a clone without a desk holds it too
        super().__init__(folder, progress, Feed(off=True, topics=overlay.topics))
        self.overlay = overlay
        self.notes = overlay.notes
        self._state = state
        if overlay.name:
            self.settings = replace(self.settings, name=overlay.name)

    @classmethod
    def like(cls, other: LaidOver, overlay: Overlay) -> LaidOver:
        """The same files under other decisions: what was read and computed is shared.

        Args:
            overlay: with the same figures filed on the desk.
        """
        made = cls(other.folder, overlay, state=other._state, progress=other.progress)
        for name in ("declared", "records", "computation", "tried"):
            if name in other.__dict__:
                made.__dict__[name] = other.__dict__[name]
        return made

    @property
    def state(self) -> Path:
        """The folder in which what was made of the inputs is kept."""
        return self._state or super().state

    @property
    def registry(self) -> Registry:
        """Every declaration, with the omissions that were given on the desk."""
        return self._answered

    @cached_property
    def _answered(self) -> Registry:
        made = copy.copy(self.declared.registry)
        made.standards = dict(made.standards)
        for name, answers in self.overlay.answers.items():
            if name in made.standards:
                made.standards[name] = made.standards[name].answered(answers)
        return made

    @cached_property
    def records(self) -> Records:
        """The delivered files, with what was approved on the desk in the place of what a file says."""
        made = super().records
        filed = {key: _figure(self.registry.metrics[key.metric], key, said)
                 for key, said in ((FigureKey.parse(text), said) for text, said in self.overlay.filed.items())
                 if key.metric in self.registry.metrics and self.registry.metrics[key.metric].filed}
        return replace(made, filed={**made.filed, **filed}) if filed else made

    @cached_property
    def behind(self) -> Behind:
        """What the desk knew of where values come from when the overlay was made."""
        return Behind.read(self.overlay.behind)

    @cached_property
    def judged(self) -> list[Finding]:
        """The finding of every declared check; those that may stand say so."""
        return waived(self.tried, self.overlay.waivers)

    @cached_property
    def tried(self) -> list[Finding]:
        """The finding of every declared check, whatever may stand."""
        made = super().judged
        self.__dict__.pop("judged", None)
        return made

    @cached_property
    def composed(self) -> Composed:
        """Every page bound, once."""
        return compose(self, lambda: self.judged)

    @cached_property
    def store(self) -> FigureStore:
        """Figures and revisions; of a frozen edition those it was frozen with."""
        if self.overlay.revisions is None:
            return super().store
        return _Fixed(self.state / "ledger.db", self.overlay.revisions)


def _figure(metric: Metric, key: FigureKey, said: Mapping[str, str | None]) -> Figure:
    qualifier, given = Qualifier(said["qualifier"] or ""), unit(said["unit"] or "")
    value: Value = ABSENT
    slack = Decimal(0)
    if said["value"] is not None:
        value, slack = given.to(metric.unit, Decimal(said["value"])), slack_of(Decimal(said["value"]), given, qualifier)
        slack = given.to(metric.unit, slack)
    return Figure(key, value, metric.unit, slack, qualifier, Answered(said["answered"] or ""), said["reason"] or "",
                  said["source"] or "", estimate=Estimate.read(said))


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
