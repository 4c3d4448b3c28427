"""What a project's ledgers are: data dictionary, Excel templates and JSON Schemas, from the declarations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.errors import ProjectError
from qingce.core.registry import Registry, datasets_behind
from qingce.ledger.records import load_orgs
from qingce.publish.dictionary import Codes, Entry, markdown, page
from qingce.publish.rowschema import row_schema
from qingce.publish.xlsx.template import render_template
from qingce.services.cache import put_file
from qingce.services.present import issued
from qingce.services.project import Project


@dataclass(frozen=True)
class Dictionary:
    """What was written, and how much it describes."""

    out: Path
    files: tuple[Path, ...]
    datasets: int
    columns: int
    codes: int


def make_dictionary(project: Project, out: Path | None = None) -> Dictionary:
    """Write dictionary, templates and schemas of every ledger; records are not read.

    Args:
        out: default ``dictionary`` in the project's folder.

    Raises:
        ProjectError: the folder is a file, lies among the records, or cannot be written.
    """
    target = (out or project.folder / "dictionary").resolve()
    if target.exists() and not target.is_dir():
        raise ProjectError(f"{target} 是文件；请用 --out 写一个文件夹。")
    if target.is_relative_to((project.folder / "records").resolve()):
        raise ProjectError(
            f"{target} 在台账文件夹 records 里，模板会被当作台账读入；请换一个地方。"
        )
    registry = project.registry
    files = []
    for name, data in _files(project, registry):
        path = target / name
        if not put_file(path, data):
            raise ProjectError(f"不能写入 {path}：磁盘已满，或没有写入权限。")
        files.append(path)
    columns = sum(len(d.columns) for d in registry.datasets.values())
    return Dictionary(target, tuple(files), len(registry.datasets), columns, len(registry.codes))


def _files(project: Project, registry: Registry) -> Iterator[tuple[str, bytes]]:
    title = f"{project.settings.organisation}数据字典"
    text = markdown(title, _entries(registry), _codes(registry))
    yield "dictionary.md", text.encode()
    yield "dictionary.html", page(title, text).encode()
    orgs = _orgs(project)
    day = issued(project.settings.period)
    for name, dataset in registry.datasets.items():
        codes = _codes_of(registry, dataset)
        yield f"templates/{name}.xlsx", render_template(dataset, codes, orgs, issued=day)
        schema = json.dumps(row_schema(dataset, codes), ensure_ascii=False, indent=1)
        yield f"schemas/{name}.schema.json", f"{schema}\n".encode()


def _entries(registry: Registry) -> list[Entry]:
    order = list(registry.packs)
    names = sorted(registry.datasets, key=lambda n: order.index(registry.pack_of[n]))
    return [
        Entry(
            registry.datasets[name],
            registry.packs[registry.pack_of[name]].label,
            _metrics(registry, name),
            f"templates/{name}.xlsx",
            f"schemas/{name}.schema.json",
        )
        for name in names
    ]


def _metrics(registry: Registry, dataset: str) -> tuple[tuple[str, str], ...]:
    """The metrics that read a dataset, by themselves or by way of a view."""
    return tuple(
        (metric.name, metric.label)
        for metric in registry.metrics.values()
        if any(dataset in datasets_behind(registry, param) for param in metric.params if param not in registry.metrics)
    )


def _codes(registry: Registry) -> list[Codes]:
    used: dict[str, list[str]] = {}
    for dataset in registry.datasets.values():
        for name, column in dataset.columns.items():
            if column.of:
                used.setdefault(column.of, []).append(f"{dataset.name}.{name}")
    return [
        Codes(
            codes,
            registry.sources[codes.source].title if codes.source in registry.sources else codes.source,
            tuple(used.get(name, ())),
        )
        for name, codes in sorted(registry.codes.items())
    ]


def _codes_of(registry: Registry, dataset: Dataset) -> Mapping[str, CodeList]:
    return {c.of: registry.codes[c.of] for c in dataset.columns.values() if c.of in registry.codes}


def _orgs(project: Project) -> list[tuple[str, str]]:
    path = project.folder / "records" / "org.csv"
    if not path.is_file():
        return []
    tree, _ = load_orgs(path, project.folder)
    return [(code, tree.name(code)) for code in tree] if tree is not None else []
