"""The number of a filed row: its exact value, its unit, and how far it was rounded."""

from __future__ import annotations

import re
from decimal import Decimal

from qingce.core.errors import UnitError
from qingce.core.figure import Qualifier
from qingce.core.metric import Metric
from qingce.core.unit import EXACT, Unit, known_units, plain, unit
from qingce.ledger.records.collect import Collector, near, shown
from qingce.ledger.records.hits import number_meant
from qingce.ledger.records.smalltable import Row

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_EXPONENT = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+")
_NOT_FINITE = re.compile(r"(?i)[-+]?(nan|inf|infinity)")
_LONGEST = 40
_LONGEST_UNIT = 20


def read_number(
    row: Row, metric: Metric, qualifier: Qualifier, collector: Collector
) -> tuple[Decimal, Decimal] | None:
    """Value and slack in the metric's unit; nothing with findings where the row has no number."""
    value, given = _value(row, collector), _unit(row, metric, collector)
    if value is None or given is None:
        return None
    if wrong := metric.miscounted(given, value):
        collector.add("number_count", wrong, row.place("value"))
        return None
    return given.to(metric.unit, value), given.to(metric.unit, slack_of(value, given, qualifier))


def _value(row: Row, collector: Collector) -> Decimal | None:
    text = row["value"]
    if len(text) <= _LONGEST and _NUMBER.fullmatch(text):
        return Decimal(text)
    rule, reason = "number_form", "不是数字"
    if _NOT_FINITE.fullmatch(text):
        rule, reason = "number_nan", "不是有限的数"
    elif _EXPONENT.fullmatch(text):
        rule, reason = "number_exponent", "用了科学计数法"
    elif len(text) > _LONGEST:
        rule, reason = "number_digits", "数字过长"
    meant = number_meant(text) if rule == "number_form" else ""
    collector.add(rule, f"数值“{shown(text)}”{reason}。{meant}", row.place("value"))
    return None


def _unit(row: Row, metric: Metric, collector: Collector) -> Unit | None:
    name, place = row["unit"], row.place("unit")
    if not name and metric.unit.name:
        reason = f"没有写单位，“{metric.label}”的单位是{metric.unit.name}。"
        collector.add("filed_unit", reason, place)
        return None
    try:
        given = unit(name) if len(name) <= _LONGEST_UNIT else None
    except UnitError:
        given = None
    if given is None:
        hint = near(name, known_units())
        collector.add("filed_unit", f"没有“{shown(name)}”这个单位。{hint}", place)
    elif given.dimension != metric.unit.dimension:
        reason = f"“{metric.label}”的单位是{metric.unit.name}，{name}计的是另一种东西。"
        collector.add("filed_unit", reason, place)
        return None
    return given


def slack_of(value: Decimal, given: Unit, qualifier: Qualifier) -> Decimal:
    """How far the true value may lie from the written one, in the unit it is written in.

    A measured value was rounded to its last digit; a count is what it is. A value that its source
    calls over, nearly or about was rounded to its last digit that is not zero.

    >>> slack_of(Decimal("350.00"), unit("亿元"), Qualifier.EXACT)
    Decimal('0.005')
    >>> slack_of(Decimal("4200"), unit("人"), Qualifier.OVER)
    Decimal('100')
    >>> slack_of(Decimal("4200"), unit("人"), Qualifier.EXACT)
    Decimal('0')
    """
    if qualifier is not Qualifier.EXACT:
        return plain(Decimal(1).scaleb(int(value.normalize(EXACT).as_tuple().exponent)))
    if given.counts:
        return Decimal(0)
    return Decimal(5).scaleb(int(value.as_tuple().exponent) - 1)
