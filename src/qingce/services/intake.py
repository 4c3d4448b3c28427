"""Intake: the delivered files of a project, the figures that people filed, and ledgers made up where none are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.code import CodeList
from qingce.core.errors import ProjectError, closest, nearest
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.org import Org, OrgTree
from qingce.core.registry import Registry
from qingce.engine.backend import Backend, Source
from qingce.engine.lineage import Input
from qingce.services.feed import APPROVED, Feed, with_desk
from qingce.services.progress import Progress, silent
from qingce.services.quality.scale import methods
from qingce.services.sample.ensure import ensure_sample
from qingce.services.settings import Settings

_SUFFIXES = (".csv", ".parquet", ".xlsx")
_FOREIGN = (".xls", ".xlsm", ".xlsb", ".et", ".ods", ".txt", ".tsv", ".dat", ".json", ".jsonl")
"""Tables in forms that are not read: silence would be taken for reading."""


@dataclass(frozen=True)
class Records:
    """What intake made of the delivered files.

    Attributes:
        rows: rows used.
        uncounted: by dataset, files of which nobody can say how many rows they hold.
    """

    parquet: Mapping[str, Source]
    filed: Mapping[FigureKey, Figure]
    inputs: Mapping[str, Sequence[Input]]
    tree: OrgTree
    findings: tuple[Finding, ...]
    rows: int
    uncounted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """One dataset after intake."""

    source: Source = None
    rows: int = 0
    inputs: tuple[Input, ...] = ()
    findings: tuple[Finding, ...] = ()
    files: tuple[Path, ...] = ()
    uncounted: int = 0


class Intake:
    """Reads a project's records.

    Args:
        backend: looks at records under a URL; asked for only where the settings name one.
        before_sample: called with what was delivered before made-up ledgers are needed.
        feed: which figures of the project's desk are taken beside those of files.
    """

    def __init__(
        self, folder: Path, settings: Settings, registry: Registry, *, progress: Progress = silent,
        backend: Callable[[], Backend] | None = None,
        before_sample: Callable[[Mapping[str, Taken]], object] = lambda taken: None, feed: Feed = APPROVED,
    ) -> None:
        self.folder, self.settings, self.registry = folder, settings, registry
        self.progress, self.backend, self.before_sample = progress, backend, before_sample
        self.room, self.feed = folder / "records", feed

    def records(self) -> Records:
        """Everything that was delivered, checked and stored.

        Raises:
            ProjectError: the settings name a dataset that is none, or an org that is not in the tree.
        """
        for name in self.settings.records:
            if name not in self.registry.datasets:
                hint = nearest(name, self.registry.datasets)
                raise ProjectError(f"qingce.toml：[records] 没有台账“{name}”。{hint}")
        findings = self.orgs[1]
        taken = {name: self._delivered(name) for name in self.registry.datasets if name not in self.made_up}
        if self.made_up:
            self.before_sample(taken)
        taken |= self.sample_ledgers()
        taken = {name: taken[name] for name in self.registry.datasets}
        filed, more = self._filed()
        claimed = {self.room / "org.csv", *(path for each in taken.values() for path in each.files)}
        inputs = {name: each.inputs for name, each in taken.items() if each.files or each.inputs}
        found = (*findings, *(f for each in taken.values() for f in each.findings), *more)
        return Records(
            {name: each.source for name, each in taken.items()}, filed[0], {**inputs, "": filed[1]}, self.tree,
            (*known_orgs(found, self.room, self.settings.org), *self._strangers(claimed)),
            sum(each.rows for each in taken.values()),
            {name: each.uncounted for name, each in taken.items() if each.uncounted},
        )

    # -- what there is ------------------------------------------------------------------------
    @cached_property
    def orgs(self) -> tuple[OrgTree | None, tuple[Finding, ...]]:
        """The org tree as delivered, or nothing where it cannot be read."""
        path = self.room / "org.csv"
        if not path.is_file():
            return OrgTree([Org(self.settings.org, self.settings.organisation, "法人")]), ()
        from qingce.ledger.records import load_orgs

        tree, findings = load_orgs(path, self.folder)
        if tree is not None and self.settings.org not in tree:
            raise ProjectError(
                f"qingce.toml：[report] org 写的“{self.settings.org}”不在 records/org.csv 里。"
                + nearest(self.settings.org, tree)
            )
        return tree, tuple(findings)

    @cached_property
    def tree(self) -> OrgTree:
        """The org tree; without one that can be read, orgs are not judged: one finding says enough."""
        return self.orgs[0] or OrgTree([Org(self.settings.org, self.settings.organisation, "法人")])

    @cached_property
    def made_up(self) -> tuple[str, ...]:
        """The datasets that nobody delivers and that a sample may stand in for."""
        if self.settings.sample is None:
            return ()
        return tuple(name for name in self.registry.datasets
                     if name not in self.settings.records and not files_of(self.room, name))

    # -- datasets -----------------------------------------------------------------------------
    def _delivered(self, name: str) -> Taken:
        files = files_of(self.room, name)
        return self._remote(name, files) if name in self.settings.records else self._taken(name, files)

    def sample_ledgers(self) -> dict[str, Taken]:
        """The made-up ledgers, made where they are not there yet."""
        if not self.made_up:
            return {}
        home = ensure_sample(self.folder, self.settings.sample, progress=self.progress)
        return {name: self._taken(name, files_of(home, name) if home else []) for name in self.made_up}

    def _taken(self, name: str, files: Sequence[Path]) -> Taken:
        if not files:
            return Taken()
        from qingce.ledger.records import load_dataset

        dataset = self.registry.datasets[name]
        self.progress(f"读取{dataset.label}")
        loaded = load_dataset(dataset, files, root=self.folder, codes=self._codes(name), orgs=self.orgs[0],
                              store=self.folder / ".qingce" / "records", until=self.settings.period.end)
        inputs = tuple(Input(i.path, i.sha256, i.rows, i.synthetic, name) for i in loaded.inputs)
        return Taken(loaded.parquet, loaded.rows, inputs, loaded.findings, tuple(files),
                     sum(not i.counted for i in loaded.inputs))

    def _remote(self, name: str, files: Sequence[Path]) -> Taken:
        """Records of which the settings say that they lie under a URL; files here are then not read."""
        from qingce.services.remote import Desired, look

        assert self.backend is not None
        dataset, url = self.registry.datasets[name], self.settings.records[name]
        self.progress(f"核对{dataset.label}")
        kept = self.folder / ".qingce" / "cache" / "remote"
        looked = look(self.backend(), Desired(dataset, self._codes(name), self.orgs[0], kept), url)
        unread = tuple(
            Finding("file_read", Status.FAIL, Severity.WARNING,
                    f"{file} 没有读取：qingce.toml 把{dataset.label}指到 {url}。",
                    place=Place(file=file), advice="两处只留一处。")
            for file in (path.relative_to(self.folder).as_posix() for path in files)
        )
        return Taken(url if looked.usable else None, looked.input.rows if looked.usable else 0, (looked.input,),
                     (*looked.findings, *unread), tuple(files), 0 if looked.counted else 1)

    def _codes(self, dataset: str) -> Mapping[str, CodeList]:
        columns = self.registry.datasets[dataset].columns.values()
        return {c.of: self.registry.codes[c.of] for c in columns if c.of}

    # -- filed figures and the rest -------------------------------------------------------------
    def _filed(self) -> tuple[tuple[Mapping[FigureKey, Figure], tuple[Input, ...]], tuple[Finding, ...]]:
        from qingce.ledger.records import load_filed

        found = load_filed(self._filed_files, root=self.folder, metrics=self.registry.metrics,
                           resolve=self._resolve, orgs=self.tree,
                           methods={code: one.label for code, one in methods().items()})
        inputs = tuple(Input(i.path, i.sha256, i.rows, i.synthetic) for i in found.inputs)
        fed = with_desk(self.folder, self.feed, found.figures, self.registry.metrics)
        return (fed.figures, inputs), (*found.findings, *fed.findings)

    @property
    def _filed_files(self) -> list[Path]:
        return sorted((self.room / "filed").glob("*.csv"))

    def _resolve(self, metric: Metric, dimension: str, word: str) -> str:
        codes = self.registry.code_list(metric, dimension)
        return codes.resolve(word) if codes is not None else word

    def _strangers(self, claimed: set[Path]) -> list[Finding]:
        """Files in the records folder that no declaration reads: somebody expects them to count."""
        known = {*claimed, *self._filed_files}
        there = sorted(self.room.rglob("*")) if self.room.is_dir() else ()
        return [
            _stranger(path, path.relative_to(self.folder).as_posix(), self.registry) for path in there
            if path.is_file() and path not in known and not path.name.startswith((".", "~$"))
            and path.suffix.lower() in (*_SUFFIXES, *_FOREIGN)
        ]


def _stranger(path: Path, name: str, registry: Registry) -> Finding:
    """What is said of a file that is not read: its form is wrong, or its name."""
    stem, place = path.stem.split("-")[0], Place(file=name)
    dataset = registry.datasets.get(stem)
    if dataset is not None and path.suffix not in _SUFFIXES:
        return Finding(
            "file_read", Status.FAIL, Severity.WARNING,
            f"{name} 的扩展名是 {path.suffix}，{dataset.label}没有读取它。", place=place,
            advice="另存为 CSV（UTF-8）、XLSX 或 Parquet，扩展名用小写 .csv、.xlsx 或 .parquet。",
        )
    near = closest(stem, registry.datasets)
    shown = near or next(iter(registry.datasets), "loan")
    return Finding(
        "file_read", Status.FAIL, Severity.WARNING, f"{name} 不属于任何台账，没有读取。", place=place,
        advice=f"按台账名命名，例如 {shown}.csv。" + (f"是否应为“{near}”？" if near else ""),
    )


def known_orgs(findings: Sequence[Finding], room: Path, org: str) -> Sequence[Finding]:
    """The findings of intake; without an org table one says of all rows that their orgs are not known.

    Args:
        room: the folder of records.
        org: the report's own, the only one that is known without a table.
    """
    unknown = [f for f in findings if f.rule == "org_unknown"]
    if not unknown or (room / "org.csv").is_file():
        return findings
    rows = [f.place for f in unknown if f.place.value]
    files = list(dict.fromkeys(f.place.file for f in unknown))
    words = list(dict.fromkeys(place.value for place in rows))
    named = "、".join(words[:5]) + (" 等" if len(words) > 5 else "")
    return [Finding(
        "org_table", Status.FAIL, Severity.ERROR,
        f"没有机构表 records/org.csv，只认得报告主体 {org}；{'、'.join(files)} 里的机构（{named}）无从核对，没有收下。",
        place=Place(file="records/org.csv"), advice="补交机构表；改了名或放错了文件夹的，放回 records/org.csv。",
        rows=tuple({"文件": place.file, "行": str(place.row), "机构": place.value} for place in rows),
    ), *(f for f in findings if f.rule != "org_unknown")]


def files_of(room: Path, name: str) -> list[Path]:
    """Files of a dataset: ``name.csv``, ``name-anything.csv``, or anything in a folder ``name``.

    Parquet may lie in folders below it too, as ``name/as_of=2024-12-31/B01.parquet``.
    """
    inside = _inside(room)
    found = [room / file for file in inside if file.startswith(name) and _belongs(Path(file), name)]
    if name in inside and (room / name).is_dir():
        found += [room / name / file for file in _inside(room / name) if Path(file).suffix in _SUFFIXES]
        found += (room / name).glob("*/**/*.parquet")
    return sorted(found)


def _belongs(file: Path, name: str) -> bool:
    return file.suffix in _SUFFIXES and (file.stem == name or file.stem.startswith(f"{name}-"))


def _inside(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
