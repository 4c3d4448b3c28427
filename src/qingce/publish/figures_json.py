"""figures.json: every figure of a report for machines, with lineage, in a form that does not move.

The same figures give the same bytes: keys are sorted, figures stand in the order of their keys,
each record has a line of its own, and numbers with a unit are decimal strings, never floats.
``schemas/figures.schema.json`` says what a reader may rely on.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from importlib.resources import files
from typing import Any

from qingce.core.amount import Absent, Value
from qingce.core.check import Finding
from qingce.core.errors import ProjectError
from qingce.core.figure import Figure
from qingce.core.metric import Metric

FORMAT = "qingce/figures/1"
"""What a file says it is; the number grows when something that readers rely on goes away."""

_LONE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class MetricCard:
    """A declaration with what others say about it.

    Attributes:
        pack, pack_label: where it is declared.
        standards: clauses it serves, as ``standard:code``, for example ``gri_2021:302-1``.
        members: for each dimension of a family the labels of its codes.
        english: ``label_en``, ``pack_label_en`` and ``members_en``, where the report has an English edition.
    """

    metric: Metric
    pack: str = ""
    pack_label: str = ""
    standards: tuple[str, ...] = ()
    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    english: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A figure with its printed text in Chinese and English, the slugs of the pages that print it, its footnote and
    its data quality.

    Attributes:
        quality: ``score``, ``level``, ``way``, ``estimated``, ``why`` and of an estimate ``method`` and ``reason``;
            nothing where there is no value.
    """

    figure: Figure
    text: str = ""
    pages: tuple[str, ...] = ()
    note: str = ""
    quality: Mapping[str, Any] | None = None
    text_en: str = ""


@dataclass(frozen=True, slots=True)
class FigureFile:
    """Everything that goes into figures.json.

    Attributes:
        orgs: names of orgs by code.
        lineage: for each lineage id its record, or its canonical JSON; values may be text, whole numbers,
            Decimal, dates, enums, booleans, ``None``, mappings and sequences of these, but no floats.
        checks: results of all rules; ``sentences`` gives each rule's sentence.
        scale: the scale of data quality: what it follows, whether that was confirmed, its levels.
    """

    title: str
    organisation: str
    period: str
    edition: str = ""
    hash: str = ""
    orgs: Mapping[str, str] = field(default_factory=dict)
    metrics: Iterable[MetricCard] = ()
    figures: Iterable[PublishedFigure] = ()
    lineage: Mapping[str, Mapping[str, Any] | str] = field(default_factory=dict)
    checks: Iterable[Finding] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    scale: Mapping[str, Any] | None = None


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the file."""
    text = files("qingce.publish").joinpath("schemas/figures.schema.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def render_figures(file: FigureFile) -> bytes:
    """The file as UTF-8 JSON.

    Raises:
        ProjectError: two figures have one key, a figure's metric or lineage is not given, a value is
            not a number, or a lineage record holds what JSON cannot carry exactly.
    """
    cards = {card.metric.name: card for card in file.metrics}
    figures: dict[str, dict[str, Any]] = {}
    for item in sorted(file.figures, key=lambda item: item.figure.key):
        key = str(item.figure.key)
        if key in figures:
            raise ProjectError(f"figure {key!r} stands twice in figures.json.")
        if item.figure.key.metric not in cards:
            raise ProjectError(f"figure {key!r} is of metric {item.figure.key.metric!r}, which is not given.")
        if item.figure.lineage and item.figure.lineage not in file.lineage:
            raise ProjectError(f"figure {key!r} has lineage {item.figure.lineage!r}, which is not given.")
        figures[key] = _figure(item)
    document = {
        "format": FORMAT, "title": file.title, "organisation": file.organisation, "period": file.period,
        "edition": {"name": file.edition, "hash": file.hash}, "orgs": dict(file.orgs),
        "metrics": {name: _metric(card) for name, card in cards.items()},
        "figures": list(figures.values()),
        "lineage": {key: _plain(record, f"lineage {key!r}") for key, record in file.lineage.items()},
        "checks": [_finding(finding, file.sentences) for finding in file.checks],
    }
    if file.scale is not None:
        document["quality_scale"] = _plain(file.scale, "the scale of data quality")
    return _canonical(document)


def decimal_text(value: Value, what: str = "a value") -> str | None:
    """A decimal as a string without exponent and without idle zeros; ``None`` where absent.

    >>> decimal_text(Decimal("1.50E+3")), decimal_text(Decimal("0.1900")), decimal_text(Decimal("-0.0"))
    ('1500', '0.19', '0')

    Raises:
        ProjectError: infinite, not a number, or absurdly large.
    """
    if isinstance(value, Absent):
        return None
    if value.is_zero():
        return "0"
    if not value.is_finite() or abs(value.adjusted()) > 1000:
        raise ProjectError(f"{what} is {value:.6}, which is not a number that a figure may have.")
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def _figure(item: PublishedFigure) -> dict[str, Any]:
    figure, key, name = item.figure, item.figure.key, str(item.figure.key)
    noted: dict[str, Any] = ({"note": item.note} if item.note else {}) | (
        {"text_en": item.text_en} if item.text_en else {})
    if item.quality is not None:
        noted["quality"] = _plain(item.quality, f"the quality of {name!r}")
    return noted | {
        "id": name, "metric": key.metric, "org": key.org, "period": key.period, "dims": dict(key.dims),
        "value": decimal_text(figure.value, f"figure {name!r}"), "unit": figure.unit.name,
        "slack": decimal_text(figure.slack), "qualifier": figure.qualifier.value,
        "answered": figure.answered.value, "reason": figure.reason, "source": figure.source,
        "revision": figure.revision, "lineage": figure.lineage or None, "text": item.text,
        "pages": list(item.pages),
    }


def _metric(card: MetricCard) -> dict[str, Any]:
    metric = card.metric
    return {
        "label": metric.label, "unit": metric.unit.name, "shown": metric.shown.name, "places": metric.places,
        "kind": metric.kind.value, "by": list(metric.by), "definition": metric.doc, "owner": metric.owner,
        "filed": metric.filed, "pack": card.pack, "pack_label": card.pack_label,
        "standards": sorted(card.standards), "members": {d: dict(m) for d, m in card.members.items()},
    } | dict(card.english)


def _finding(finding: Finding, sentences: Mapping[str, str]) -> dict[str, Any]:
    place = finding.place
    return {
        "rule": finding.rule, "sentence": sentences.get(finding.rule, ""), "status": finding.status.value,
        "severity": finding.severity.value, "reason": finding.reason, "advice": finding.advice,
        "tried": finding.tried, "passed": finding.passed, "cites": finding.cites,
        "rows": [dict(row) for row in finding.rows],
        "place": {"file": place.file, "sheet": place.sheet, "row": place.row, "column": place.column,
                  "value": place.value},
    } | ({"waiver": finding.waiver} if finding.waiver else {})


def _plain(value: Any, what: str) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value, what)
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal | Absent):
        return decimal_text(value, what)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{what}, {key}") for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, what) for inner in value]
    raise ProjectError(
        f"{what} holds {value!r:.60} of type {type(value).__name__}; give text, whole numbers or Decimal."
    )


def _canonical(document: Mapping[str, Any]) -> bytes:
    """Sorted keys, no idle spaces, and a line for each record, so that two files compare line by line."""
    text = "".join(_pieces(document))  # joined once, for the file is large
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return _LONE.sub("\ufffd", text).encode("utf-8")


def _pieces(document: Mapping[str, Any]) -> Iterator[str]:
    opening = "{\n"
    for key in sorted(document):
        value = document[key]
        yield f"{opening}{_dump(key)}:"
        if isinstance(value, list) and value:
            yield from _lines("[", map(_dump, value), "]")
        elif isinstance(value, dict) and value and key in ("metrics", "lineage"):
            # a record that is text is canonical already
            records = ((name, value[name]) for name in sorted(value))
            yield from _lines("{", (f"{_dump(name)}:{record if isinstance(record, str) else _dump(record)}"
                                    for name, record in records), "}")
        else:
            yield _dump(value)
        opening = ",\n"
    yield "\n}\n"


def _lines(opens: str, records: Iterable[str], closes: str) -> Iterator[str]:
    before = f"{opens}\n"
    for record in records:
        yield before
        yield record
        before = ",\n"
    yield f"\n{closes}"


_dump = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
