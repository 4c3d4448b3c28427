"""Figures with everything that they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from qingce.core.figure import Figure, FigureKey

if TYPE_CHECKING:
    from qingce.services.project import Project


def with_operands(project: Project, figures: Sequence[Figure], printed: Iterable[FigureKey]) -> list[Figure]:
    """Figures, then those printed beside them, then the operands of all, so that every link of a tree opens."""
    known = {figure.key for figure in figures}
    printed = list(printed)
    found = [*figures, *(project.computation.figure(key) for key in printed if key not in known)]
    known |= set(printed)
    todo = [key for f in found for key in map(FigureKey.parse, project.lineage(f).operands)]
    while todo:
        key = todo.pop()
        if key not in known:
            known.add(key)
            made = project.computation.figure(key)
            found.append(made)
            todo += map(FigureKey.parse, project.lineage(made).operands)
    return found
