"""A project opened: its declarations, its records taken in, and answers for any figure.

Opening reads the settings and loads little. Whoever opens a project to build it starts a second process at once,
and what is loaded by the first use of a project is loaded beside that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.errors import BindingError, nearest
from qingce.core.figure import Figure, FigureKey, Reading
from qingce.core.period import Period
from qingce.services.cache import CellCache
from qingce.services.feed import APPROVED, Feed
from qingce.services.progress import Progress, silent
from qingce.services.quality.founding import Founding
from qingce.services.settings import Settings, read_settings

if TYPE_CHECKING:
    import pandas as pd

    from qingce.core.check import Finding
    from qingce.core.org import OrgTree
    from qingce.core.registry import Registry
    from qingce.engine.backend import Backend, Source
    from qingce.engine.compute import Computation
    from qingce.engine.lineage import Input, Lineage
    from qingce.ledger.figures import FigureStore, Revision
    from qingce.services.declared import Declared
    from qingce.services.intake import Records


class Project(Founding):
    """A project folder, opened.

    Reading its records happens when the first figure is asked for.

    Args:
        folder: the folder that holds ``qingce.toml``.
        progress: told when a longer step begins.
        feed: which figures of the project's desk are taken beside those of its files.

    Raises:
        ProjectError: the folder or its settings cannot be used.
        DeclarationError: a declaration cannot stand.
    """

    notes: Mapping[str, str] = {}
    """Footnotes by a figure's key, shown beside its numbers in every format."""

    def __init__(self, folder: str | Path, progress: Progress | None = None, feed: Feed = APPROVED) -> None:
        self.folder = Path(folder).resolve()
        self.feed = feed
        self.settings: Settings = read_settings(self.folder)
        self.progress = progress or silent

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r}, {self.settings.organisation} {self.settings.period})"

    # -- what it is made of -------------------------------------------------------------------
    @cached_property
    def declared(self) -> Declared:
        """Its declarations, and what they alone decide."""
        from qingce.services.declared import Declared

        return Declared(self.folder, self.settings)

    @property
    def registry(self) -> Registry:
        """Every declaration, tried once."""
        return self.declared.registry

    def keep_script(self) -> None:
        """Keep what was worked out for the next run."""
        self.computation.scans.keep()
        self.declared.keep()

    @property
    def state(self) -> Path:
        """The folder in which the project keeps what it made of its inputs."""
        return self.folder / ".qingce"

    @cached_property
    def store(self) -> FigureStore:
        """Figures and revisions of complete builds."""
        from qingce.ledger.figures import FigureStore

        return FigureStore(self.state / "ledger.db")

    @cached_property
    def records(self) -> Records:
        """The delivered files, checked and stored; what was wrong is in ``findings``."""
        from qingce.services.taking import records_of

        return records_of(self)

    def backend(self, parquet: Mapping[str, Source]) -> Backend:
        """What runs queries over these records."""
        from qingce.services.backend import backend_of

        return backend_of(self.settings, self.registry, parquet)

    # -- computing ----------------------------------------------------------------------------
    @cached_property
    def computation(self) -> Computation:
        """Answers for any figure of this project."""
        records = self.records
        return self.computing(records.parquet, records.tree, records.filed, records.inputs)

    def computing(
        self, parquet: Mapping[str, Source], tree: OrgTree, filed: Mapping[FigureKey, Figure] | None = None,
        inputs: Mapping[str, Sequence[Input]] | None = None,
    ) -> Computation:
        """Answers over these records and filed figures; what earlier runs kept is used."""
        from qingce.engine.compute import Computation, Subject

        subject = Subject(self.registry, self.backend(parquet), tree, filed or {}, inputs or {}, self.settings.policy)
        kept = CellCache(self.state / "cache" / "cells")
        return Computation(subject, self.settings.periods, kept, self.declared.script)

    def figure(
        self, name: str, *, period: str | int | Period | None = None, org: str | None = None, **members: str
    ) -> Reading:
        """A figure to read: ``p.figure("green_loan_balance", period=2024).growth.text``.

        Args:
            period: default the report's.
            org: default the report's.
            members: of a family, by code or label.

        Raises:
            BindingError: no such metric, org, dimension or member.
            PeriodError: not a period.
        """
        metric = self.registry.metric(name)
        when = str(Period.parse(period) if period is not None else self.settings.period)
        where = org or self.settings.org
        if where not in self.records.tree:
            raise BindingError(f"机构表里没有“{where}”。{nearest(where, self.records.tree)}")
        reading = Reading(self.computation, metric, FigureKey(name, where, when))
        return reading.at(**members) if members else reading

    def lineage(self, figure: Figure) -> Lineage:
        """How it came to be."""
        return self.computation.lineage(figure)

    def revisions(self, key: FigureKey) -> list[Revision]:
        """The stored revisions of a figure."""
        return self.store.revisions(key)

    def figures(
        self, names: Sequence[str] | None = None, *, orgs: Sequence[str] | None = None,
        periods: Sequence[str | int | Period] | None = None,
    ) -> list[Figure]:
        """All figures of the named metrics: totals and members, for the orgs and periods."""
        metrics = [self.registry.metric(n) for n in _several(names)] if names else list(self.registry.metrics.values())
        self.progress("计算")
        when = [Period.parse(p) for p in periods] if periods else self.settings.periods
        where = list(orgs) if orgs else [self.settings.org]
        for org in where:
            if org not in self.records.tree:
                raise BindingError(f"机构表里没有“{org}”。{nearest(org, self.records.tree)}")
        return [
            self.computation.figure(key)
            for metric in metrics for org in where for period in when
            for key in self.computation.family(metric, org, str(period))
        ]

    def frame(
        self, names: Sequence[str] | None = None, *, orgs: Sequence[str] | None = None,
        periods: Sequence[str | int | Period] | None = None,
    ) -> pd.DataFrame:
        """The same as a tidy pandas frame: one row a figure, values as Decimal, absent as None."""
        from qingce.services.frame import frame_of

        return frame_of(self.figures(names, orgs=orgs, periods=periods), self.registry)

    # -- judging ------------------------------------------------------------------------------
    def check(self) -> list[Finding]:
        """Findings of intake and of every declared check, intake first."""
        self.progress("勾稽")
        return [*self.records.findings, *self.judged]

    @cached_property
    def judged(self) -> list[Finding]:
        """The finding of every declared check."""
        from qingce.engine.judge import run_checks

        return run_checks(self.computation, self.settings.org, self.settings.periods)


def _several(names: Sequence[str]) -> Sequence[str]:
    """The names; one name alone is not a list of letters."""
    return (names,) if isinstance(names, str) else names
