"""Lineage: what a figure was made of, so that it can be opened and made again."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from qingce.core.factor import Factor, FactorEdition, Source
from qingce.core.figure import FigureKey
from qingce.core.metric import Method


@dataclass(frozen=True, slots=True)
class Input:
    """A delivered file behind a figure."""

    path: str
    sha256: str
    rows: int
    synthetic: bool
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class UsedFactor:
    """A factor edition as it entered a figure, with its trust."""

    name: str
    label: str
    edition: str
    value: str
    unit: str
    source: str
    published: str
    trust: str
    region: str = ""
    vintage: str = ""
    note: str = ""

    @classmethod
    def of(cls, factor: Factor, edition: FactorEdition, sources: Mapping[str, Source]) -> UsedFactor:
        """The edition with its source's title spelled out."""
        source = sources.get(edition.source)
        return cls(
            factor.name, factor.label, edition.id, edition.written, factor.unit.name,
            source.title if source else edition.source, edition.published or (source.published if source else ""),
            edition.trust, edition.region, edition.vintage, edition.note,
        )


@dataclass(frozen=True, slots=True)
class Lineage:
    """How a figure came to be.

    Attributes:
        origin: ``computed``, ``derived`` or ``filed``.
        formula: in Chinese labels; ``definition`` is the printed 口径.
        code: sha256 of the body's source.
        sql: the fused query of the table, and ``rows_sql`` the one that lists the rows behind the figure.
        operands: keys of the figures it was derived from, or that it is the sum of.
        extra: what is known of few figures: parts of an estimate, or the share that rows marked as estimated make up.
    """

    metric: str
    origin: str
    definition: str
    formula: str
    method: str = ""
    code: str = ""
    table: str = ""
    term: str = ""
    sql: str = ""
    rows_sql: str = ""
    inputs: tuple[Input, ...] = ()
    factors: tuple[UsedFactor, ...] = ()
    operands: tuple[str, ...] = ()
    source: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def synthetic(self) -> bool:
        """Whether any file behind it is marked as made up."""
        return any(i.synthetic for i in self.inputs)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        # dataclasses.asdict copies deeply and takes ten times as long
        made = {name: getattr(self, name) for name in self.__slots__}
        made["inputs"] = [_flat(entry) for entry in self.inputs]
        made["factors"] = [_flat(entry) for entry in self.factors]
        made["operands"] = list(self.operands)
        made["extra"] = dict(self.extra)
        return made

    @property
    def text(self) -> str:
        """The record as canonical JSON: sorted keys and no idle spaces."""
        # the texts of many records are the same, and that of a query is long
        told = ((name, getattr(self, name)) for name in _SORTED)
        parts = [f'"{name}":{_quoted(value) if isinstance(value, str) else _listed(value)}' for name, value in told]
        return f"{{{','.join(parts)}}}"

    @property
    def id(self) -> str:
        """A name that changes when anything in it changes."""
        return name_of(self.text)


_SORTED = sorted(Lineage.__slots__)
_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@lru_cache(maxsize=1 << 12)
def _quoted(text: str) -> str:
    """A text as JSON."""
    return _dump(text)


def _listed(value: Mapping[str, str] | tuple[Input | UsedFactor | str, ...]) -> str:
    """Any other value as JSON."""
    if isinstance(value, tuple):
        return _dump([entry if isinstance(entry, str) else _flat(entry) for entry in value]) if value else "[]"
    return _dump(dict(value)) if value else "{}"


def name_of(text: str) -> str:
    """The id of the record with that canonical JSON."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _flat(entry: Input | UsedFactor) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}


def code_hash(method: Method) -> str:
    """sha256 of a body's source."""
    try:
        source = inspect.getsource(method.body)
    except OSError:
        source = repr(method.body.__code__.co_code)
    return hashlib.sha256(source.encode()).hexdigest()


def operand_keys(keys: list[FigureKey]) -> tuple[str, ...]:
    """Keys as text, in the order in which they were looked at."""
    return tuple(str(key) for key in dict.fromkeys(keys))
