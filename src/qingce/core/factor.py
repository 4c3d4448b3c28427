"""Factor (因子): a dated, sourced number.

Emission factors, thresholds, densities and exchange rates are data with a source. A value is never
edited: a newer edition begins on a later day. Where the same factor is published for several
regions or vintages, the project's policy says which series to use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from qingce.core.amount import Amount
from qingce.core.errors import DeclarationError, UnitError, did_you_mean
from qingce.core.period import Period
from qingce.core.unit import EXACT, Unit, unit


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from."""

    id: str
    title: str
    publisher: str = ""
    published: str = ""


@dataclass(frozen=True, slots=True)
class FactorEdition:
    """One published value and the day from which it applies.

    ``trust`` is carried to wherever the value is shown: ``verified`` or ``unconfirmed``.
    """

    factor: str
    value: Decimal
    valid_from: dt.date
    source: str
    trust: str
    region: str = ""
    vintage: str = ""
    published: str = ""
    note: str = ""
    written: str = ""

    @property
    def id(self) -> str:
        """A name that is stable across runs."""
        parts = [self.factor, self.region, self.vintage, self.valid_from.isoformat()]
        return ":".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Factor:
    """All editions of one factor."""

    name: str
    label: str
    unit: Unit
    editions: tuple[FactorEdition, ...]
    doc: str = ""

    def at(self, period: Period, policy: Mapping[str, str] | None = None) -> FactorEdition:
        """The edition that applies at the end of a period.

        Args:
            policy: ``region`` and ``vintage`` the project chose, where there are several.

        Raises:
            DeclarationError: no edition applies, or several do and no policy chooses.
        """
        chosen = [
            e for e in self.editions
            if all(getattr(e, key) == str(value) for key, value in (policy or {}).items())
        ]
        if not policy:
            chosen = [e for e in chosen if e.valid_from <= period.end]
        if not chosen:
            wanted = ", ".join(f"{k}={v}" for k, v in (policy or {}).items()) or f"{period}"
            raise DeclarationError(f"factor {self.name!r} has no edition for {wanted}.")
        newest = max(e.valid_from for e in chosen)
        last = [e for e in chosen if e.valid_from == newest]
        if len({e.value for e in last}) > 1:
            series = sorted({f"region={e.region} vintage={e.vintage}" for e in last})
            raise DeclarationError(
                f"factor {self.name!r} has {len(series)} series and the project chooses none: "
                f"{'; '.join(series[:4])} … Put [factors.{self.name}] region/vintage in qingce.toml."
            )
        return last[0]

    def amount(self, edition: FactorEdition) -> Amount:
        """The edition's value with the factor's unit; published values are taken as exact."""
        return Amount(edition.value, self.unit)


def exact_number(raw: object) -> Decimal:
    """A literal from YAML as an exact number; ``44/12`` is allowed.

    >>> exact_number(0.5857), exact_number("1e7")
    (Decimal('0.5857'), Decimal('10000000'))
    """
    text = str(raw)
    try:
        if "/" in text:
            ratio = Fraction(text)
            return EXACT.divide(Decimal(ratio.numerator), Decimal(ratio.denominator))
        return Decimal(f"{Decimal(text):f}")
    except (InvalidOperation, ValueError, ZeroDivisionError) as exc:
        raise DeclarationError(f"{text!r} is not a number.") from exc


_FIELDS = {"value", "valid_from", "source", "trust", "region", "vintage", "published", "note", "page"}


def read_factor(name: str, raw: Mapping[str, Any], where: str) -> Factor:
    """A factor from its YAML mapping (keys: label, unit, doc, editions).

    Raises:
        DeclarationError: a missing or unknown key, no such unit, or a value that is not a number.
    """
    for key in ("label", "unit", "editions"):
        if key not in raw:
            raise DeclarationError(f"{where}: factor {name!r} has no {key!r}.")
    editions = []
    for row in raw["editions"]:
        for key in row:
            if key not in _FIELDS:
                raise DeclarationError(f"{where}: factor {name!r}: unknown key {key!r}.{did_you_mean(key, _FIELDS)}")
        for key in ("value", "valid_from", "source", "trust"):
            if key not in row:
                raise DeclarationError(f"{where}: an edition of factor {name!r} has no {key!r}.")
        day = row["valid_from"]
        editions.append(
            FactorEdition(
                factor=name, value=exact_number(row["value"]), written=str(row["value"]),
                valid_from=day if isinstance(day, dt.date) else dt.date.fromisoformat(str(day)),
                source=str(row["source"]), trust=str(row["trust"]), region=str(row.get("region", "")),
                vintage=str(row.get("vintage", "")), published=str(row.get("published", "")),
                note=str(row.get("note", "")),
            )
        )
    try:
        measure = unit(str(raw["unit"]))
    except UnitError as exc:
        raise DeclarationError(f"{where}: factor {name!r}: {exc}") from exc
    return Factor(name, str(raw["label"]), measure, tuple(editions), str(raw.get("doc", "")))
