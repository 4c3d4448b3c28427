"""The figures of the report as it stands, in the form in which an edition freezes them."""

from __future__ import annotations

import json
from typing import Any

from qingce.core.figure import FigureKey
from qingce.publish.figures_json import render_figures
from qingce.services.overlay import LaidOver
from qingce.services.present import Presented


def figures_now(project: LaidOver) -> dict[str, Any]:
    """The same as ``figures.json`` of a build, with nothing stored and nothing rendered; kept with the project."""
    kept = project.__dict__.get("_figures_now")
    if kept is None:
        figures = project.figures()
        composed = project.composed
        known = {figure.key for figure in figures}
        todo = [*composed.printed, *(FigureKey.parse(k) for f in figures for k in project.lineage(f).operands)]
        while todo:
            key = todo.pop()
            if key not in known:
                known.add(key)
                made = project.computation.figure(key)
                figures.append(made)
                todo += map(FigureKey.parse, project.lineage(made).operands)
        presented = Presented(project, figures, composed.printed, project.judged)
        kept = project.__dict__["_figures_now"] = json.loads(render_figures(presented.figure_file("")))
    loaded: dict[str, Any] = kept
    return loaded
