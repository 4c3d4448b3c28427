"""What the web edition says about figures and metrics, as plain words filled in by the caller.

Everything here is text as a reader sees it, except keys and names, which are the stable ones of
:class:`~qingce.core.figure.FigureKey` and :class:`~qingce.core.metric.Metric`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from qingce.core.unit import legible
from qingce.publish.fixed import say


@dataclass(frozen=True, slots=True)
class FactorCard:
    """A factor edition as it entered a figure; ``trust`` as the factor's file says it."""

    label: str
    value: str
    unit: str
    source: str
    trust: str
    edition: str = ""
    region: str = ""
    vintage: str = ""
    published: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FileCard:
    """A delivered file behind a figure; ``synthetic`` where its records were made up to fit."""

    path: str
    sha256: str
    rows: str = ""
    synthetic: bool = False
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class OperandCard:
    """A figure that another one was derived from: its key, its label and its value as printed."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure with its lineage.

    Attributes:
        key: ``str(FigureKey)``.
        label: the metric's label with the member of the family, for example ``绿色贷款余额（清洁能源产业）``.
        text: as printed with its unit, ``—`` where absent.
        value: the stored value in ``unit`` as a plain decimal string, ``""`` where absent.
        org, period: in words; ``revision`` for example ``第 1 版``.
        origin: ``computed``, ``derived`` or ``filed``.
        reason: why there is no value, or why it was restated.
        source: for filed figures, what they were taken from.
        rows_sql: the query that lists the rows behind the figure.
        quality: its level with why; ``estimate`` the words of its estimate, ``""`` where it is none.
    """

    key: str
    metric: str
    label: str
    text: str
    value: str
    unit: str
    org: str
    period: str
    revision: str
    origin: str
    definition: str
    formula: str = ""
    member: str = ""
    qualifier: str = ""
    reason: str = ""
    source: str = ""
    sql: str = ""
    rows_sql: str = ""
    lineage: str = ""
    factors: tuple[FactorCard, ...] = ()
    operands: tuple[OperandCard, ...] = ()
    files: tuple[FileCard, ...] = ()
    quality: str = ""
    estimate: str = ""

    def stored(self, language: str) -> str:
        """The stored value with its unit as a person reads it; ``value`` has every digit."""
        try:
            told, whole = legible(Decimal(self.value))
        except InvalidOperation:  # absent, or words that a caller gave
            return self.value
        return f"{told} {self.unit}".rstrip() + ("" if whole else say(language, "（约）"))

    @property
    def synthetic(self) -> bool:
        """Whether any file behind it is marked as made up."""
        return any(file.synthetic for file in self.files)

    @property
    def told(self) -> Mapping[str, Any]:
        """Everything it says as plain values, for JSON; texts that many cards share are told by their hash."""
        flat = {name: getattr(self, name) for name in self.__slots__}
        for name in ("definition", "formula", "sql", "rows_sql"):
            flat[name] = _hash(flat[name])
        for name in ("factors", "operands", "files"):
            flat[name] = [{field: getattr(card, field) for field in card.__slots__} for card in flat[name]]
        return flat


@lru_cache(maxsize=1 << 12)
def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class StandardCard:
    """A clause of a standard that a metric answers."""

    standard: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A metric as declared.

    Attributes:
        kind: 期末, 期间, 累计 or 比率.
        pack: the label of the pack it belongs to.
        needs: names of the metrics it is derived from.
    """

    name: str
    label: str
    definition: str
    unit: str
    kind: str
    owner: str = ""
    pack: str = ""
    formula: str = ""
    standards: tuple[StandardCard, ...] = ()
    needs: tuple[str, ...] = ()


ORIGINS = {"computed": "由台账计算", "derived": "由其他指标推导", "filed": "由归口部门填报"}
TRUSTS = {"verified": "来源已核实", "unconfirmed": "来源待核实"}
