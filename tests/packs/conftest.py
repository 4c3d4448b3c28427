"""What tests of packs need: a verdict on a check's body, from amounts written as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from tests.conftest import computation_of

from qingce.core.amount import ABSENT, Amount, Value
from qingce.core.check import Check, Finding
from qingce.core.dataset import Dataset
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import STOCK, filed
from qingce.core.registry import Registry
from qingce.core.unit import unit
from qingce.engine.compute import Computation
from qingce.engine.derive import Operand
from qingce.engine.judge import run_check
from qingce.services.content import load_registry

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "not applicable"
Members = Mapping[str, tuple[str, str]]


def _value(text: str) -> Value:
    return ABSENT if text == "—" else Decimal(text.replace(",", ""))


def _operand(text: str, dimension: str = "", members: Members | None = None) -> Operand:
    """An operand from ``now|prior unit``, with the members of a family as ``(now, prior)``.

    >>> _operand("152.18|127.66 亿元").prior.text()
    '127.66 亿元'
    """
    numbers, _, name = text.partition(" ")
    measure = unit(name)
    metric = filed("试验指标", unit=name, kind=STOCK, by=(dimension,) if dimension else ()).named("tried")
    both = {(): numbers.partition("|")[::2]} | {
        ((dimension, code),): pair for code, pair in (members or {}).items()
    }
    known = {
        FigureKey("tried", "LZB", period, dims): _value(number or "—")
        for dims, pair in both.items()
        for period, number in zip(("2024", "2023"), pair, strict=True)
    }

    def ask(key: FigureKey) -> Figure:
        return Figure(key, known.get(key, ABSENT), measure)

    return Operand.fetch(metric, FigureKey("tried", "LZB", "2024"), ask, lambda _m, _d, code: code, [])


@pytest.fixture
def operand() -> Callable[..., Operand]:
    """An operand from ``now|prior unit``, with the members of a family as ``(now, prior)``."""
    return _operand


@pytest.fixture
def judge() -> Callable[..., str]:
    """The verdict of a check's body on operands, given as texts or as operands."""

    def verdict(check: Check, *given: str | Amount) -> str:
        made = check.body(*(_operand(g) if isinstance(g, str) else g for g in given))
        relations = [r for r in (made if isinstance(made, list) else [made]) if r.applicable]
        if not relations:
            return NOT_APPLICABLE
        return PASS if all(r.holds for r in relations) else FAIL

    return verdict


@pytest.fixture
def bad_rows() -> Callable[..., list[dict[str, Any]]]:
    """The rows of a declared dataset that a check on records finds bad."""

    def found(
        check: Check, dataset: Dataset, rows: Sequence[Mapping[str, Any]], *factors: object
    ) -> list[dict[str, Any]]:
        schema = pa.schema([(c, dataset.table.schema().to_pyarrow().field(c).type) for c in dataset.columns])
        filled = [{c: row.get(c) for c in dataset.columns} for row in rows]
        table = ibis.memtable(pa.Table.from_pylist(filled, schema=schema))
        result: list[dict[str, Any]] = (
            ibis.duckdb.connect().to_pyarrow(check.body(table, *factors)).to_pylist()
        )
        return result

    return found


@pytest.fixture
def table_of() -> Callable[..., ir.Table]:
    """A declared dataset's table with the given rows; columns that a row does not name are null."""

    def made(dataset: Dataset, *rows: Mapping[str, Any]) -> ir.Table:
        filled = [{column: row.get(column) for column in dataset.columns} for row in rows]
        return ibis.memtable(pa.Table.from_pylist(filled, schema=dataset.table.schema().to_pyarrow()))

    return made


@pytest.fixture
def outcome() -> Callable[[ir.Expr], Any]:
    """What an Ibis expression comes to: the rows of a table, or the value of a reduction."""

    def ran(expr: ir.Expr) -> Any:
        found = ibis.duckdb.connect().to_pyarrow(expr)
        return found.to_pylist() if isinstance(expr, ir.Table) else found.as_py()

    return ran


@pytest.fixture(scope="session")
def content() -> Registry:
    """Every built-in declaration."""
    return load_registry(None)


@dataclass(frozen=True)
class Ledgers:
    """A bank that holds the given tables and nothing else."""

    computation: Computation

    def value(self, metric: str, period: int = 2024, org: str = "LZB", **members: str) -> Value:
        """What a metric comes to, in the unit it is kept in."""
        dims = tuple(members.items())
        return self.computation.figure(FigureKey(metric, org, str(period), dims)).value

    def finding(self, check: str) -> Finding:
        """What comes of a check at the two year-ends."""
        rule = self.computation.registry.checks[check]
        return run_check(rule, self.computation, "LZB", self.computation.periods)


@pytest.fixture
def ledgers(content: Registry, tmp_path: Path) -> Callable[[str], Ledgers]:
    """A bank from tables written as text; see ``tests/conftest.py``."""
    return lambda text: Ledgers(computation_of(text, tmp_path, content))


@pytest.fixture
def book(request: pytest.FixtureRequest, ledgers: Callable[[str], Ledgers]) -> Ledgers:
    """The bank that the test's docstring tells of."""
    return ledgers(request.function.__doc__ or "")
