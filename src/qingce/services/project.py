"""A project opened: its declarations, its records taken in, and answers for any figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.code import CodeList
from qingce.core.errors import BindingError, ProjectError, did_you_mean
from qingce.core.figure import Figure, FigureKey, Reading
from qingce.core.metric import Metric
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.backend import Backend, DuckDB, Source
from qingce.engine.compile import Tables, dry_build
from qingce.engine.compute import Computation, Subject
from qingce.engine.judge import run_checks
from qingce.engine.lineage import Input, Lineage
from qingce.engine.script import Script
from qingce.ledger.figures import FigureStore, Revision
from qingce.ledger.records import InputFile, load_dataset, load_filed, load_orgs
from qingce.services.cache import CellCache, put_file
from qingce.services.content import declarations_hash, load_registry
from qingce.services.feed import APPROVED, Feed, with_desk
from qingce.services.remote import Looked, look
from qingce.services.sample import ensure_sample
from qingce.services.settings import Settings, read_settings

if TYPE_CHECKING:
    import pandas as pd



class Progress(Protocol):
    """Told what is being done, and where the length is known, how far it is."""

    def __call__(self, text: str, done: int = 0, total: int = 0) -> None:
        """A step begins: a short Chinese phrase, steps done so far, steps in all (0: unknown)."""


def _silent(text: str, done: int = 0, total: int = 0) -> None:
    """Nobody watches."""


_SUFFIXES = (".csv", ".parquet", ".xlsx")


@dataclass(frozen=True)
class Records:
    """What intake made of the delivered files."""

    parquet: Mapping[str, Source]
    filed: Mapping[FigureKey, Figure]
    inputs: Mapping[str, Sequence[Input]]
    tree: OrgTree
    findings: tuple[Finding, ...]
    rows: int


class Project:
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

    def __init__(self, folder: str | Path, progress: Progress | None = None, feed: Feed = APPROVED) -> None:
        self.folder = Path(folder).resolve()
        self.feed = feed
        self.settings: Settings = read_settings(self.folder)
        self.progress = progress or _silent

    def __repr__(self) -> str:
        return f"Project({str(self.folder)!r}, {self.settings.organisation} {self.settings.period})"

    # -- what it is made of -------------------------------------------------------------------
    @cached_property
    def registry(self) -> Registry:
        """Every declaration, tried once."""
        self.progress("加载指标声明")
        registry = load_registry(self.folder, self.settings.packs)
        if not self._script_path.is_file():
            # a script is kept only of declarations that were tried before
            dry_build(registry, Tables(registry))
        return registry

    @cached_property
    def _script_path(self) -> Path:
        name = declarations_hash(self.folder, self.settings.packs)
        dialect = self.settings.engine.partition(":")[0]
        return self.state / "cache" / "script" / f"{name}-{dialect}.json"

    @cached_property
    def script(self) -> Script:
        """What the declarations alone decide, from an earlier run where they are the same."""
        try:
            return Script.load(self._script_path.read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            return Script()

    def keep_script(self) -> None:
        """Keep what was worked out for the next run; a disk that takes no more is not an error."""
        self.computation.keep()
        if self.script.fresh:
            self.script.fresh = False
            put_file(self._script_path, self.script.dump().encode())

    @property
    def state(self) -> Path:
        """The folder in which the project keeps what it made of its inputs."""
        return self.folder / ".qingce"

    @cached_property
    def store(self) -> FigureStore:
        """Figures and revisions of complete builds."""
        return FigureStore(self.state / "ledger.db")

    @cached_property
    def records(self) -> Records:
        """The delivered files, checked and stored; what was wrong is in ``findings``."""
        return self._take_in()

    def _take_in(self) -> Records:
        room = self.folder / "records"
        orgs, findings = self._orgs(room)
        # without a tree that can be read, orgs are not judged: one finding says enough
        tree = orgs or OrgTree([Org(self.settings.org, self.settings.organisation, "法人")])
        for name in self.settings.records:
            if name not in self.registry.datasets:
                hint = did_you_mean(name, self.registry.datasets)
                raise ProjectError(f"qingce.toml: [records] {name!r} is not a dataset.{hint}")
        parquet: dict[str, Source] = {}
        inputs: dict[str, Sequence[Input]] = {}
        rows = 0
        claimed: set[Path] = {room / "org.csv"}
        for done, (name, dataset) in enumerate(self.registry.datasets.items()):
            files = _files_of(room, name)
            if not files and name not in self.settings.records and self._sample is not None:
                files = _files_of(self._sample, name)
            claimed.update(files)
            if name in self.settings.records:
                looked = self._remote(name, files)
                parquet[name] = self.settings.records[name] if looked.usable else None
                inputs[name], rows = (looked.input,), rows + looked.input.rows
                findings += looked.findings
                continue
            if not files:
                parquet[name] = None
                continue
            self.progress(f"读取{dataset.label}", done, len(self.registry.datasets))
            loaded = load_dataset(dataset, files, root=self.folder, codes=self._codes(name), orgs=orgs,
                                  store=self.state / "records")
            parquet[name], rows = loaded.parquet, rows + loaded.rows
            inputs[name] = tuple(_input(i, name) for i in loaded.inputs)
            findings += loaded.findings
        filed_files = sorted((room / "filed").glob("*.csv"))
        filed = load_filed(filed_files, root=self.folder, metrics=self.registry.metrics, resolve=self._resolve,
                           orgs=tree)
        inputs[""] = tuple(_input(i, "") for i in filed.inputs)
        fed = with_desk(self.folder, self.feed, filed.figures, self.registry.metrics)
        findings += (*filed.findings, *fed.findings, *self._strangers(room, claimed | set(filed_files)))
        return Records(parquet, fed.figures, inputs, tree, tuple(findings), rows)

    @cached_property
    def _sample(self) -> Path | None:
        """Made-up ledgers in the place of those that nobody delivers, where the settings ask for them."""
        return ensure_sample(self.folder, self.settings.sample, progress=self.progress)

    def _remote(self, name: str, files: Sequence[Path]) -> Looked:
        """Records of which the settings say that they lie under a URL; files here are then not read."""
        dataset, url = self.registry.datasets[name], self.settings.records[name]
        self.progress(f"核对{dataset.label}")
        looked = look(self._backend({}), dataset, url)
        names = [path.relative_to(self.folder).as_posix() for path in files]
        unread = tuple(
            Finding("file_read", Status.FAIL, Severity.WARNING,
                    f"{file} 没有读取：qingce.toml 把{dataset.label}指到 {url}。",
                    place=Place(file=file), advice="两处只留一处。")
            for file in names
        )
        return replace(looked, findings=(*looked.findings, *unread))

    def _backend(self, parquet: Mapping[str, Source]) -> Backend:
        """Where queries run, as the settings say."""
        if self.settings.engine == "duckdb":
            return DuckDB(self.registry, parquet)
        from qingce.engine.spark import Spark

        return Spark(self.registry, parquet, self.settings.engine, self.settings.spark)

    def _orgs(self, room: Path) -> tuple[OrgTree | None, tuple[Finding, ...]]:
        path = room / "org.csv"
        if not path.is_file():
            root = Org(self.settings.org, self.settings.organisation, "法人")
            return OrgTree([root]), ()
        tree, findings = load_orgs(path, self.folder)
        if tree is not None and self.settings.org not in tree:
            raise ProjectError(
                f"qingce.toml: [report] org = {self.settings.org!r} is not in records/org.csv."
                + did_you_mean(self.settings.org, tree)
            )
        return tree, tuple(findings)

    def _codes(self, dataset: str) -> Mapping[str, CodeList]:
        columns = self.registry.datasets[dataset].columns.values()
        return {c.of: self.registry.codes[c.of] for c in columns if c.of}

    def _resolve(self, metric: Metric, dimension: str, word: str) -> str:
        codes = self.registry.code_list(metric, dimension)
        return codes.resolve(word) if codes is not None else word

    def _strangers(self, room: Path, claimed: set[Path]) -> list[Finding]:
        """Files in the records folder that no declaration reads: somebody expects them to count."""
        found = []
        for path in sorted(room.rglob("*")) if room.is_dir() else ():
            if path.is_file() and path not in claimed and path.suffix.lower() in (*_SUFFIXES, ".xls", ".txt"):
                name = path.relative_to(self.folder).as_posix()
                hint = did_you_mean(path.stem.split("-")[0], self.registry.datasets)
                found.append(
                    Finding(
                        "file_read", Status.FAIL, Severity.WARNING, f"{name} 不属于任何台账，没有读取。",
                        place=Place(file=name),
                        advice=f"按台账名命名，例如 {next(iter(self.registry.datasets), 'loan')}.csv。{hint}",
                    )
                )
        return found

    # -- computing ----------------------------------------------------------------------------
    @cached_property
    def computation(self) -> Computation:
        """Answers for any figure of this project."""
        records = self.records
        subject = Subject(
            self.registry, self._backend(records.parquet), records.tree, records.filed, records.inputs,
            self.settings.policy,
        )
        return Computation(
            subject, self.settings.periods, CellCache(self.state / "cache" / "cells"), self.script
        )

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
            raise BindingError(f"{where!r} is not an org of this project.{did_you_mean(where, self.records.tree)}")
        reading = Reading(self.computation, metric, FigureKey(name, where, when))
        return reading.at(**members) if members else reading

    def lineage(self, figure: Figure) -> Lineage:
        """How a figure came to be."""
        return self.computation.lineage(figure)

    def revisions(self, key: FigureKey) -> list[Revision]:
        """The stored revisions of a figure."""
        return self.store.revisions(key)

    def figures(
        self, names: Sequence[str] | None = None, *, orgs: Sequence[str] | None = None,
        periods: Sequence[str | int | Period] | None = None,
    ) -> list[Figure]:
        """All figures of the named metrics: totals and members, for the orgs and periods."""
        metrics = [self.registry.metric(n) for n in names] if names else list(self.registry.metrics.values())
        self.progress("计算")
        when = [Period.parse(p) for p in periods] if periods else self.settings.periods
        where = list(orgs) if orgs else [self.settings.org]
        for org in where:
            if org not in self.records.tree:
                raise BindingError(f"{org!r} is not an org of this project.{did_you_mean(org, self.records.tree)}")
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
        import pandas as pd

        rows = []
        for figure in self.figures(names, orgs=orgs, periods=periods):
            metric, key = self.registry.metrics[figure.key.metric], figure.key
            amount = figure.amount
            rows.append({
                "metric": key.metric, "label": metric.label, "org": key.org, "period": key.period,
                "dims": ",".join(f"{d}={c}" for d, c in key.dims),
                "value": None if amount.absent else amount.value, "unit": figure.unit.name,
                "qualifier": str(figure.qualifier), "lineage": figure.lineage,
            })
        return pd.DataFrame(rows)

    # -- judging ------------------------------------------------------------------------------
    def check(self) -> list[Finding]:
        """Findings of intake and of every declared check, intake first."""
        self.progress("勾稽")
        return [*self.records.findings, *self.judged]

    @cached_property
    def judged(self) -> list[Finding]:
        """The finding of every declared check."""
        return run_checks(self.computation, self.settings.org, self.settings.periods)


def _files_of(room: Path, name: str) -> list[Path]:
    """Files of a dataset: ``name.csv``, ``name-anything.csv``, or anything in a folder ``name``.

    Parquet may lie in folders below it too, as ``name/as_of=2024-12-31/B01.parquet``.
    """
    found = [p for suffix in _SUFFIXES for p in (*room.glob(f"{name}{suffix}"), *room.glob(f"{name}-*{suffix}"))]
    if (room / name).is_dir():
        found += [p for suffix in _SUFFIXES for p in (room / name).glob(f"*{suffix}")]
        found += (room / name).glob("*/**/*.parquet")
    return sorted(found)


def _input(file: InputFile, dataset: str) -> Input:
    return Input(file.path, file.sha256, file.rows, file.synthetic, dataset)
