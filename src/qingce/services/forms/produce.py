"""Producing forms: filled, reconciled, and written as Excel and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qingce.core.amount import Absent
from qingce.core.errors import BindingError, ProjectError, nearest
from qingce.publish.xlsx.form import FormBook, FormCell, FormLine, render_form
from qingce.services.cache import put_file
from qingce.services.forms.declare import Form, FormRow, known_forms
from qingce.services.forms.fill import Cell, Filled, State, fill
from qingce.services.forms.reconcile import Reconciled, reconcile
from qingce.services.present import issued, period_words
from qingce.services.project import Project


@dataclass(frozen=True)
class Produced:
    """A form, filled and held against the report; ``files`` are what was written."""

    filled: Filled
    reconciled: Reconciled
    files: tuple[Path, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether it differs from the report or does not add up."""
        return any(finding.blocks for finding in self.reconciled.findings)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; numbers are decimal strings, a blank is null and never zero."""
        filled, form = self.filled, self.filled.form
        return {
            "form": form.name,
            "title": form.title,
            "basis": form.basis,
            "note": form.note,
            "org": filled.org,
            "organisation": filled.organisation,
            "period": filled.period,
            "synthetic": filled.synthetic,
            "columns": [{"name": c.name, "label": c.label} for c in form.columns],
            "rows": [self._row(row) for row in filled.rows],
            "gaps": [
                {"code": r.code, "label": r.label, "column": c.label, "reason": cell.reason}
                for r, c, cell in filled.gaps
            ],
            "compared": [asdict(c) for c in self.reconciled.compared],
            "findings": [asdict(f) for f in self.reconciled.findings],
            "files": [str(path) for path in self.files],
        }

    def _row(self, row: FormRow) -> dict[str, Any]:
        cells = {c.name: self.filled.cells.get((row.code, c.name)) for c in self.filled.form.columns}
        return {
            "code": row.code,
            "label": row.label,
            "heading": row.heading,
            "unit": row.unit,
            "metric": row.metric,
            "parts": list(row.parts),
            "counts": row.counts,
            "note": row.note,
            "source": row.source,
            "trust": row.trust,
            "cells": {name: _plain(cell) for name, cell in cells.items() if cell is not None},
        }


def _plain(cell: Cell) -> dict[str, Any]:
    value = cell.amount.value
    return {
        "state": str(cell.state),
        "value": None if isinstance(value, Absent) else f"{value:f}",
        "unit": cell.amount.unit.name,
        "text": cell.text,
        "reason": cell.reason,
        "figures": list(cell.figures),
        "synthetic": cell.synthetic,
    }


def produce(project: Project, names: Sequence[str] = (), out: Path | None = None) -> list[Produced]:
    """Fill and reconcile forms, all of them by default; with ``out`` also write them.

    Raises:
        BindingError: no form of that name.
        ProjectError: the folder cannot be written.
    """
    forms = known_forms(project.folder)
    for name in names:
        if name not in forms:
            hint = nearest(name, forms)
            raise BindingError(f"没有名为“{name}”的表；可选 {'、'.join(forms)}。{hint}")
    made = [_produced(project, forms[name]) for name in names or forms]
    return made if out is None else [_written(project, each, out) for each in made]


def _produced(project: Project, form: Form) -> Produced:
    filled = fill(project, form)
    return Produced(filled, reconcile(project, filled))


def _written(project: Project, made: Produced, out: Path) -> Produced:
    if out.exists() and not out.is_dir():
        raise ProjectError(f"{out} 是文件；请用 --out 写一个文件夹。")
    name = made.filled.form.name
    files = (out / f"{name}.xlsx", out / f"{name}.json")
    text = json.dumps(Produced(made.filled, made.reconciled).as_dict(), ensure_ascii=False, indent=1) + "\n"
    for path, data in zip(files, (render_form(_book(project, made)), text.encode()), strict=True):
        if not put_file(path, data):
            raise ProjectError(f"不能写入 {path}：磁盘已满，或没有写入权限。")
    return Produced(made.filled, made.reconciled, files)


def _book(project: Project, made: Produced) -> FormBook:
    filled, form = made.filled, made.filled.form
    return FormBook(
        title=form.title,
        basis=form.basis,
        note=form.note,
        organisation=filled.organisation,
        period=period_words(filled.period),
        issued=issued(project.settings.period),
        synthetic=filled.synthetic,
        columns=tuple(c.label for c in form.columns),
        lines=tuple(_line(filled, row) for row in filled.rows),
        gaps=tuple((r.code, r.label, c.label, cell.reason) for r, c, cell in filled.gaps),
        compared=tuple(
            (c.code, c.label, c.column, c.text, c.printed, c.where, c.verdict)
            for c in made.reconciled.compared
        ),
        findings=made.reconciled.findings,
    )


def _line(filled: Filled, row: FormRow) -> FormLine:
    cells = tuple(
        FormCell(cell.amount.value, cell.places, cell.amount.unit.text, cell.state is State.NOT_ASKED)
        for column in filled.form.columns
        if (cell := filled.cells.get((row.code, column.name))) is not None
    )
    metric = row.metric or (f"＝{'＋'.join(row.parts)}" if row.parts else "")
    note = "；".join(part for part in (row.counts, row.note) if part)
    return FormLine(row.code, row.label, row.heading, row.unit, cells, metric, note, row.source, row.trust)
