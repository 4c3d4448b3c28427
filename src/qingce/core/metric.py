"""Metric (指标): a declaration of what a figure is; filed, computed or derived.

A metric is a small function whose parameters are what it needs. Its docstring is its printed 口径.
Parameters that are datasets or views make it computed: the body returns one reduction of an Ibis
table. Parameters that are metrics or factors only make it derived: the body works on amounts.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from qingce.core.errors import DeclarationError, UnitError
from qingce.core.unit import Unit, unit


class Kind(StrEnum):
    """How a metric behaves in time."""

    STOCK = "stock"
    """The state at the end of the period."""
    FLOW = "flow"
    """What happened within the period."""
    CUMULATIVE = "cumulative"
    """What happened from the beginning until the end of the period."""
    RATE = "rate"
    """A ratio; never added up."""


STOCK, FLOW, CUMULATIVE, RATE = Kind.STOCK, Kind.FLOW, Kind.CUMULATIVE, Kind.RATE
KIND_LABELS = {STOCK: "期末", FLOW: "期间", CUMULATIVE: "累计", RATE: "比率"}


@dataclass(frozen=True, slots=True)
class Method:
    """One dated way to compute a metric."""

    body: Callable[..., Any]
    params: tuple[str, ...]
    since: dt.date | None = None
    reason: str = ""


@dataclass(eq=False)
class Metric:
    """A metric as declared.

    Attributes:
        unit: the unit in which values are kept.
        shown: the unit in which pages print it.
        places: digits behind the point in ``shown``.
        by: columns (computed, filed) or dimensions (derived) that make it a family.
        additive: a filed metric whose children's values add up to the parent's.
        qualified: for filed metrics, the wording the source used (``over``, ``nearly``, ``about``).
    """

    name: str
    label: str
    unit: Unit
    shown: Unit
    places: int
    kind: Kind
    by: tuple[str, ...]
    owner: str
    doc: str
    methods: list[Method] = field(default_factory=list)
    additive: bool = False
    module: str = ""

    @property
    def filed(self) -> bool:
        """Whether people enter it."""
        return not self.methods

    @property
    def params(self) -> tuple[str, ...]:
        """Everything any of its methods needs."""
        return tuple(dict.fromkeys(p for m in self.methods for p in m.params))

    @property
    def counted(self) -> bool:
        """Whether it counts whole things, of which there cannot be less than none.

        A mean of counts is declared with digits behind the point of a unit that has none.
        """
        return self.unit.counts and not (self.shown.counts and self.places)

    def miscounted(self, given: Unit, value: Decimal) -> str:
        """Why a value cannot be filed: a count that is no whole number, or less than none; empty where it can be.

        Args:
            given: the unit that the value is in; a part of a 万户 may be a whole number of 户.

        >>> staff = filed("员工", unit="人")
        >>> staff.miscounted(unit("人"), Decimal("64.5"))
        '单位“人”按个数计，请填整数，不能填 64.5。'
        >>> staff.miscounted(unit("万人"), Decimal("0.0645"))
        ''
        """
        if not self.counted:
            return ""
        ones = given.to(self.unit, value)
        if ones != ones.to_integral_value():
            said = f"{value:f}" if given == self.unit else f"{value:f} {given.name}（折合 {ones:f} {self.unit.name}）"
            return f"单位“{self.unit.name}”按个数计，请填整数，不能填 {said}。"
        return f"单位“{self.unit.name}”按个数计，不能是负数。" if ones < 0 else ""

    def method_at(self, day: dt.date) -> Method:
        """The method in force on that day."""
        valid = [m for m in self.methods if m.since is None or m.since <= day]
        return valid[-1] if valid else self.methods[0]

    def since(self, day: str, *, reason: str) -> Callable[[Callable[..., Any]], Metric]:
        """Declare that from ``day`` on another method holds; the old one stays for older periods."""

        def declare(body: Callable[..., Any]) -> Metric:
            self.methods.append(
                Method(body, tuple(inspect.signature(body).parameters), dt.date.fromisoformat(day), reason)
            )
            self.methods.sort(key=lambda m: m.since or dt.date.min)
            return self

        return declare

    def named(self, name: str) -> Metric:
        """The same declaration under the name of the module attribute that holds it."""
        return replace(self, name=name)


def metric(
    label: str,
    *,
    unit: str,
    shown: str = "",
    places: int | None = None,
    kind: Kind = Kind.RATE,
    by: tuple[str, ...] | str = (),
    owner: str = "",
) -> Callable[[Callable[..., Any]], Metric]:
    """Declare a computed or derived metric.

    Args:
        label: Chinese name as printed.
        unit: unit of the value the body returns.
        shown: unit in print, of the same measure; default ``unit``.
        places: digits behind the point in print; default the unit's own.
        kind: how it behaves in time; ratios need not say.
        by: dimension columns of a family.
        owner: the department that answers for it.

    Raises:
        DeclarationError: no docstring, no such unit, or ``unit`` and ``shown`` measure different things.
    """

    def declare(body: Callable[..., Any]) -> Metric:
        doc = inspect.cleandoc(body.__doc__ or "")
        if not doc:
            raise DeclarationError(f"metric {body.__name__!r} has no docstring; it is its printed 口径.")
        made = _make(body.__name__, label, unit, shown, places, kind, by, owner, doc)
        made.methods.append(Method(body, tuple(inspect.signature(body).parameters)))
        made.module = body.__module__
        if not made.methods[0].params:
            raise DeclarationError(f"metric {made.name!r} has no parameters: say what it is computed from.")
        return made

    return declare


def filed(
    label: str,
    *,
    unit: str,
    shown: str = "",
    places: int | None = None,
    kind: Kind = Kind.FLOW,
    by: tuple[str, ...] | str = (),
    owner: str = "",
    doc: str = "",
    additive: bool = False,
) -> Metric:
    """Declare a figure that people enter; its name is that of the variable it is assigned to.

    ``doc`` is the 口径 in Chinese; where the label says it all, leave it out.
    """
    made = _make("", label, unit, shown, places, kind, by, owner, doc or f"{label}，由归口部门填报。")
    made.additive = additive
    return made


def _make(
    name: str, label: str, base: str, shown: str, places: int | None, kind: Kind,
    by: tuple[str, ...] | str, owner: str, doc: str,
) -> Metric:
    try:
        stored, printed = unit(base), unit(shown or base)
    except UnitError as exc:
        raise DeclarationError(f"metric {name or label!r}: {exc}") from exc
    if stored.dimension != printed.dimension:
        raise DeclarationError(f"metric {name or label!r}: {shown} does not measure what {base} measures.")
    return Metric(
        name=name, label=label, unit=stored, shown=printed,
        places=printed.places if places is None else places, kind=kind,
        by=(by,) if isinstance(by, str) else tuple(by), owner=owner, doc=doc,
    )
