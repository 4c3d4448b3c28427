"""Fixtures that let a test's docstring be its records.

A docstring holds tables: a line with a dataset's name, a header line, then rows, cells divided by
``|``. Missing columns are empty, missing datasets are empty tables. ``org`` is a table of its own
(code, parent, valid_from, valid_to); without it the tree is LZB above B01 and B02. ``filed`` holds
metric, org, period, dims, value.
"""

from __future__ import annotations

import datetime as dt
import gc
import inspect
import os
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings

from qingce.core.figure import Figure, FigureKey
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.core.registry import Pack, Registry
from qingce.engine.backend import DuckDB
from qingce.engine.compute import Computation, Subject
from tests import toy
from tests.chromium import browser  # noqa: F401
from tests.memory import write_to_memory
from tests.services.desk.postgres import new_postgresql  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
# tests run side by side: a build that starts a second process would take what another test needs
os.environ.setdefault("PYTHON_CPU_COUNT", "1")
write_to_memory()
# pytest rewrites some hundred modules; where it may not keep them, each process does so each time
_KEEPS_NONE, sys.dont_write_bytecode = sys.dont_write_bytecode, False
# a law holds or not, however slow the machine is
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds have their second process, as on any machine."""
    monkeypatch.setenv("PYTHON_CPU_COUNT", "2")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nothing waits for it alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is loaded stays: looking through it for rubbish again and again costs a tenth of the time."""
    sys.dont_write_bytecode = _KEEPS_NONE
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """What is left at the end is let go."""
    gc.unfreeze()


def toy_registry() -> Registry:
    """The registry of the toy bank."""
    registry = Registry()
    registry.add_pack(Pack("toy", "样例", "计划财务部", ""), [toy])
    registry.codes.update(toy.CODES)
    registry.factors.update(toy.FACTORS)
    registry.verify()
    return registry


def tables_of(text: str) -> dict[str, list[dict[str, str]]]:
    """The tables of a docstring."""
    found: dict[str, list[dict[str, str]]] = {}
    name, header = "", []
    for line in (raw.strip() for raw in inspect.cleandoc(text).splitlines()):
        if not line:
            name, header = "", []
        elif "|" not in line and name == "":
            name, header = line.rstrip("。:："), []
            found[name] = []
        elif not header:
            header = [cell.strip() for cell in line.split("|")]
        else:
            cells = [cell.strip() for cell in line.split("|")]
            found[name].append(dict(zip(header, cells, strict=True)))
    return {name: rows for name, rows in found.items() if rows}


def _value(text: str, dtype: Any) -> Any:
    if text == "":
        return None
    if dtype.is_date():
        return dt.date.fromisoformat(text)
    if dtype.is_decimal():
        return Decimal(text).quantize(Decimal(1).scaleb(-dtype.scale))
    if dtype.is_boolean():
        return text in ("是", "true", "1")
    return int(text) if dtype.is_integer() else text


def computation_of(
    text: str, folder: Path, registry: Registry | None = None, periods: tuple[str, ...] = ("2024", "2023")
) -> Computation:
    """A computation over the tables of a text."""
    registry = registry or toy_registry()
    tables = tables_of(text)
    parquet: dict[str, Path | None] = {}
    for name, dataset in registry.datasets.items():
        schema = dataset.table.schema()
        rows = [{c: _value(row.get(c, ""), t) for c, t in schema.items()} for row in tables.get(name, [])]
        path = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pylist(rows, schema=schema.to_pyarrow()), path)
        parquet[name] = path
    day = dt.date.fromisoformat
    orgs = [
        Org(row["code"], row["code"], "", row.get("parent") or None,
            day(row["valid_from"]) if row.get("valid_from") else None,
            day(row["valid_to"]) if row.get("valid_to") else None)
        for row in tables.get("org", [])
    ] or [Org("LZB", "兰州银行", "法人"), Org("B01", "分行01", "分行", "LZB"), Org("B02", "分行02", "分行", "LZB")]
    filed = {}
    for row in tables.get("filed", []):
        dims = tuple(tuple(p.split("=")) for p in row.get("dims", "").split(",") if p)
        key = FigureKey(row["metric"], row.get("org") or "LZB", row.get("period") or "2024", dims)  # type: ignore[arg-type]
        filed[key] = Figure(key, Decimal(row["value"]), registry.metric(row["metric"]).unit, source="样例")
    subject = Subject(registry, DuckDB(registry, parquet), OrgTree(orgs), filed)
    return Computation(subject, [Period.parse(p) for p in periods])


@pytest.fixture
def computation(request: pytest.FixtureRequest, tmp_path: Path) -> Computation:
    """A computation over the records in the test's docstring."""
    return computation_of(request.function.__doc__ or "", tmp_path)


@pytest.fixture
def figures(computation: Computation) -> Callable[..., dict[str, Any]]:
    """``figures(2024)["green_loan_balance"]``: values by metric, for an org and period."""

    class Values(dict):  # type: ignore[type-arg]
        def __init__(self, org: str, period: str) -> None:
            self.org, self.period = org, period

        def __getitem__(self, name: str) -> Any:
            metric, _, member = name.partition("/")
            dims = tuple(tuple(p.split("=")) for p in member.split(",") if p)
            return computation.figure(FigureKey(metric, self.org, self.period, dims)).value  # type: ignore[arg-type]

    return lambda period=2024, org="LZB": Values(org, str(period))
