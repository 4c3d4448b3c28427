"""From a metric's body to a reduction the planner can fuse.

Ibis compiles ``sum(where=...)`` to FILTER, which costs several times what CASE does when many
metrics share a scan; so every condition is rewritten to CASE here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from qingce.core.dataset import Dataset, View
from qingce.core.errors import DeclarationError, QingceError
from qingce.core.factor import FactorEdition
from qingce.core.metric import Method, Metric
from qingce.core.registry import Registry

How = Literal["sum", "count", "distinct", "min", "max"]


@dataclass(frozen=True)
class Reduction:
    """One aggregate over one table.

    Attributes:
        table: name of the dataset or view it reads.
        arg: the expression summed, counted or compared; nothing for a row count.
        where: the condition, or nothing.
    """

    table: str
    how: How
    arg: ir.Value | None
    where: ir.BooleanValue | None

    def kept(self) -> ir.Value:
        """The argument where the condition holds, NULL elsewhere: what CASE yields."""
        value = self.arg if self.arg is not None else ibis.literal(1, "int64")
        return value if self.where is None else ibis.ifelse(self.where, value, ibis.null(value.type()))

    def only(self, flag: ir.BooleanValue) -> Reduction:
        """The same over rows that are marked; rows without a mark are not."""
        marked = flag.fill_null(False)
        return replace(self, where=marked if self.where is None else self.where & marked)

    def matched(self) -> ir.Value:
        """How many rows meet the condition, whatever their value."""
        one = ibis.literal(1, "int64")
        return one if self.where is None else ibis.ifelse(self.where, one, ibis.null("int64"))


def exact(value: Decimal) -> ir.Scalar:
    """A decimal literal as wide as its own digits; a wider one overflows when multiplied.

    >>> exact(Decimal("0.5366")).type(), exact(Decimal(20000000)).type()
    (Decimal(precision=5, scale=4, nullable=True), Decimal(precision=8, scale=0, nullable=True))
    """
    digits = f"{value:f}".lstrip("-")
    whole, _, part = digits.partition(".")
    return ibis.literal(value, f"decimal({len(whole + part)},{len(part)})")


class Tables:
    """The Ibis tables of a registry, views built from datasets once."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._made: dict[str, ir.Table] = {}

    def __getitem__(self, name: str) -> ir.Table:
        if name not in self._made:
            if name in self.registry.datasets:
                self._made[name] = self.registry.datasets[name].table
            else:
                view = self.registry.views[name]
                self._made[name] = view.body(*(self[param] for param in view.params))
        return self._made[name]

    def keys(self, name: str) -> tuple[str, str]:
        """The names of a table's time and org columns, ``""`` where it has none."""
        if name in self.registry.datasets:
            dataset: Dataset = self.registry.datasets[name]
            return dataset.time, dataset.org
        view: View = self.registry.views[name]
        inner = self.keys(view.params[0]) if view.params else ("", "")
        columns = self[name].columns
        time, org = view.time or inner[0], view.org or inner[1]
        return (time if time in columns else "", org if org in columns else "")

    def datasets_of(self, name: str) -> tuple[str, ...]:
        """The datasets that a table is made of."""
        if name in self.registry.datasets:
            return (name,)
        params = self.registry.views[name].params
        return tuple(dict.fromkeys(d for param in params for d in self.datasets_of(param)))


def reduction(
    metric: Metric, method: Method, tables: Tables, editions: Mapping[str, FactorEdition]
) -> Reduction:
    """Call a computed metric's body and take its single reduction apart.

    Raises:
        DeclarationError: the body does not return exactly one sum, count, nunique, min or max.
    """
    registry = tables.registry
    names = [p for p in method.params if p in registry.datasets or p in registry.views]
    if len(names) != 1:
        raise DeclarationError(
            f"metric {metric.name!r} reads {len(names)} tables ({', '.join(names)}); join them in a @view."
        )
    if inner := [p for p in method.params if p in registry.metrics]:
        raise DeclarationError(
            f"metric {metric.name!r} reads both records and metrics ({', '.join(inner)}); "
            "compute the sum as a metric of its own and derive from it."
        )
    arguments = [tables[p] if p in names else exact(editions[p].value) for p in method.params]
    try:
        made = method.body(*arguments)
    except AttributeError as exc:
        columns = ", ".join(tables[names[0]].columns)
        raise DeclarationError(f"metric {metric.name!r}: {exc}. {names[0]!r} has: {columns}.") from exc
    except Exception as exc:
        raise DeclarationError(f"metric {metric.name!r} cannot be built: {type(exc).__name__}: {exc}") from exc
    if not isinstance(made, ir.Value):
        raise DeclarationError(f"metric {metric.name!r} returns {type(made).__name__}, not a reduction.")
    return _taken_apart(metric, names[0], made.op())


def _taken_apart(metric: Metric, table: str, op: Any) -> Reduction:
    kinds: dict[type[Any], How] = {
        ops.Sum: "sum", ops.Count: "count", ops.CountDistinct: "distinct", ops.Min: "min", ops.Max: "max",
    }
    where = op.where.to_expr() if getattr(op, "where", None) is not None else None
    if isinstance(op, ops.CountStar):
        return Reduction(table, "count", None, where)
    how = kinds.get(type(op))
    if how is None:
        raise DeclarationError(
            f"metric {metric.name!r} returns {type(op).__name__}; a computed metric returns one sum, count, "
            "nunique, min or max. Ratios and differences of metrics are derived metrics."
        )
    arg = op.arg.to_expr()
    if how in ("sum", "min", "max") and not arg.type().is_numeric():
        raise DeclarationError(f"metric {metric.name!r}: the {how} of a {arg.type()} is not a figure.")
    if how in ("sum", "min", "max") and arg.type().is_floating():
        raise DeclarationError(
            f"metric {metric.name!r} works on a float, which differs from run to run; use Money, Qty or Whole."
        )
    return Reduction(table, how, arg, where)


def dry_build(registry: Registry, tables: Tables) -> None:
    """Build every declaration once with stand-ins, so that a wrong one is found at load.

    Raises:
        DeclarationError: names the declaration, what it got and what to do.
    """
    from qingce.core.amount import Amount
    from qingce.engine.derive import probe

    for name in registry.views:
        try:
            tables[name]  # building it is the test
        except Exception as exc:
            raise DeclarationError(f"view {name!r} cannot be built: {exc}") from exc
    for metric in registry.metrics.values():
        for method in metric.methods:
            if registry.computed(metric):
                editions = {p: registry.factors[p].editions[0] for p in method.params if p in registry.factors}
                made = reduction(metric, method, tables, editions)
                unknown = [d for d in metric.by if d not in tables[made.table].columns]
                if unknown:
                    raise DeclarationError(
                        f"metric {metric.name!r}: by={unknown[0]!r} is not a column of {made.table!r}. "
                        f"It has: {', '.join(tables[made.table].columns)}."
                    )
                continue
            try:
                result = method.body(*(probe(registry, param) for param in method.params))
                if not isinstance(result, Amount):
                    raise DeclarationError(f"metric {metric.name!r} returns {type(result).__name__}, not an amount.")
                result.to(metric.unit)
            except QingceError as exc:
                raise DeclarationError(f"metric {metric.name!r}: {exc}") from exc
            except Exception as exc:
                raise DeclarationError(f"metric {metric.name!r} cannot be built: {type(exc).__name__}: {exc}") from exc
