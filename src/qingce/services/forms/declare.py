"""A form as data: columns, rows with their unit and the metric that fills them, or why none does."""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from qingce.core.errors import DeclarationError, UnitError, did_you_mean
from qingce.core.unit import unit
from qingce.services.yamlfile import read_yaml

STEPS = ("", "prior", "change", "growth", "share")
TRUST = ("verified", "unconfirmed")


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column of numbers.

    Attributes:
        step: how a row's metric is read here: as it stands, ``prior``, ``change``, ``growth`` or ``share``.
        own: the column needs a metric of its own, which a row names under ``cells``.
    """

    name: str
    label: str
    step: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line of a form.

    Attributes:
        unit: in which the form wants it.
        metric: a binding as on a page, for example ``green_loan_balance.at(use="services")``.
        cells: bindings for single columns, instead of the row's metric.
        report: bindings of figures that the report prints for the same thing under another name, by
            column; the cell is held against them too.
        parts: codes of the rows that add up to this one. Without a metric the row is their sum.
        fill: names of the columns that the form asks for; all where empty.
        gap: why nothing can be filled in.
        level: the level of the org whose figure is wanted (``总行``); the report's org where empty.
        counts: what is counted.
        source, trust: where the line comes from and whether that was checked against the original.
        since, until: the days between which the line is asked for.
    """

    code: str
    label: str
    heading: bool = False
    unit: str = ""
    metric: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    report: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    fill: tuple[str, ...] = ()
    gap: str = ""
    level: str = ""
    places: int | None = None
    counts: str = ""
    note: str = ""
    source: str = ""
    trust: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    def asked_on(self, day: dt.date) -> bool:
        """Whether the form has this line on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Form:
    """A declared form."""

    name: str
    title: str
    basis: str
    note: str
    columns: tuple[FormColumn, ...]
    rows: tuple[FormRow, ...]


def known_forms(folder: Path | None) -> dict[str, Form]:
    """The built-in forms, and those of a project in ``standards/forms/*.yaml``, by name.

    Raises:
        DeclarationError: a form that cannot stand, or two of one name.
    """
    found: dict[str, Form] = {}
    rooms = [Path(str(importlib.resources.files("qingce.standards"))) / "forms"]
    rooms += [folder / "standards" / "forms"] if folder is not None else []
    for room in rooms:
        for path in sorted(room.glob("*.yaml")) if room.is_dir() else ():
            form = read_form(read_yaml(path), path.name)
            if form.name in found:
                raise DeclarationError(
                    f"{path.name}: form {form.name!r} is there already; give it another name."
                )
            found[form.name] = form
    return found


def read_form(raw: Mapping[str, Any], where: str) -> Form:
    """A form from its YAML mapping.

    Raises:
        DeclarationError: a key is missing or unknown, a code stands twice, or a row says nothing.
    """
    _known(raw, ("name", "title", "basis", "note", "columns", "rows"), where)
    for key in ("name", "title", "columns", "rows"):
        if not raw.get(key):
            raise DeclarationError(f"{where}: a form needs {key!r}.")
    columns = tuple(_column(c, where) for c in _mappings(raw["columns"], f"{where}: columns"))
    rows = tuple(_row(r, columns, where) for r in _mappings(raw["rows"], f"{where}: rows"))
    form = Form(
        str(raw["name"]),
        str(raw["title"]),
        str(raw.get("basis", "")),
        str(raw.get("note", "")),
        columns,
        rows,
    )
    _verify(form, where)
    return form


def _mappings(raw: object, where: str) -> list[Mapping[str, Any]]:
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise DeclarationError(f"{where} is a list of mappings.")
    return raw


def _known(raw: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in raw:
        if key not in keys:
            raise DeclarationError(f"{where}: unknown key {key!r}.{did_you_mean(str(key), keys)}")


def _column(raw: Mapping[str, Any], where: str) -> FormColumn:
    _known(raw, [f.name for f in fields(FormColumn)], f"{where}: column {raw.get('name', '')}")
    if not raw.get("name") or not raw.get("label"):
        raise DeclarationError(f"{where}: a column needs a name and a label.")
    column = FormColumn(
        str(raw["name"]), str(raw["label"]), str(raw.get("step", "")), bool(raw.get("own", False))
    )
    if column.step not in STEPS:
        raise DeclarationError(f"{where}: {column.step!r} is not a step.{did_you_mean(column.step, STEPS)}")
    return column


def _row(raw: Mapping[str, Any], columns: Iterable[FormColumn], where: str) -> FormRow:
    here = f"{where}: row {raw.get('code', '')!r}"
    _known(raw, [f.name for f in fields(FormRow)], here)
    if not raw.get("code") or not raw.get("label"):
        raise DeclarationError(f"{here} needs a code and a label.")
    texts = {
        k: str(raw.get(k, ""))
        for k in ("unit", "metric", "gap", "level", "counts", "note", "source", "trust")
    }
    places = raw.get("places")
    row = FormRow(
        str(raw["code"]),
        str(raw["label"]),
        heading=bool(raw.get("heading", False)),
        cells=_bindings(raw, "cells", here),
        report=_bindings(raw, "report", here),
        parts=_codes(raw, "parts", here),
        fill=_codes(raw, "fill", here),
        places=None if places is None else int(places),
        since=_day(raw, "since", here),
        until=_day(raw, "until", here),
        **texts,
    )
    if not row.heading:
        _says_something(row, [c.name for c in columns], here)
    return row


def _bindings(raw: Mapping[str, Any], key: str, here: str) -> dict[str, str]:
    found = raw.get(key, {})
    if not isinstance(found, dict):
        raise DeclarationError(f"{here}: {key} is a mapping of columns to bindings.")
    return {str(column): str(binding) for column, binding in found.items()}


def _codes(raw: Mapping[str, Any], key: str, here: str) -> tuple[str, ...]:
    found = raw.get(key, [])
    if not isinstance(found, list):
        raise DeclarationError(f"{here}: {key} is a list.")
    return tuple(map(str, found))


def _day(raw: Mapping[str, Any], key: str, here: str) -> dt.date | None:
    found = raw.get(key)
    try:
        return found if found is None or isinstance(found, dt.date) else dt.date.fromisoformat(str(found))
    except ValueError as exc:
        raise DeclarationError(f"{here}: {key} is {found!r}; write a date like 2025-03-31.") from exc


def _says_something(row: FormRow, columns: Sequence[str], here: str) -> None:
    try:
        unit(row.unit)
    except UnitError as exc:
        raise DeclarationError(f"{here}: {exc}") from exc
    if not row.unit:
        raise DeclarationError(f"{here} needs a unit.")
    if not (row.metric or row.parts or row.gap):
        raise DeclarationError(f"{here} needs a metric, parts, or a gap that says why it stays empty.")
    if row.trust not in TRUST or not row.source:
        raise DeclarationError(f"{here} needs its source, and its trust: verified or unconfirmed.")
    for name in (*row.fill, *row.cells, *row.report):
        if name not in columns:
            raise DeclarationError(f"{here}: {name!r} is not a column.{did_you_mean(name, columns)}")


def _verify(form: Form, where: str) -> None:
    codes = [row.code for row in form.rows]
    twice = [code for code in codes if codes.count(code) > 1]
    if twice:
        raise DeclarationError(f"{where}: code {twice[0]!r} stands twice.")
    parts = {row.code: row.parts for row in form.rows}
    for row in form.rows:
        for part in row.parts:
            if part not in parts:
                raise DeclarationError(
                    f"{where}: row {row.code!r}: there is no row {part!r}.{did_you_mean(part, codes)}"
                )
        _no_circle(row.code, parts, (), where)


def _no_circle(code: str, parts: Mapping[str, tuple[str, ...]], above: tuple[str, ...], where: str) -> None:
    if code in above:
        raise DeclarationError(f"{where}: row {code!r} is a part of itself.")
    for part in parts[code]:
        _no_circle(part, parts, (*above, code), where)
