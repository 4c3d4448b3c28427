"""The figures of the report as it stands, in the form in which an edition freezes them."""

from __future__ import annotations

import json
from typing import Any

from qingce.publish.figures_json import render_figures
from qingce.services.overlay import LaidOver
from qingce.services.present import Presented
from qingce.services.resting import with_operands


def figures_now(project: LaidOver) -> dict[str, Any]:
    """The same as ``figures.json`` of a build, with nothing stored and nothing rendered; kept with the project."""
    kept = project.__dict__.get("_figures_now")
    if kept is None:
        figures = project.figures()
        composed = project.composed
        figures = with_operands(project, figures, composed.printed)
        presented = Presented(project, figures, composed.printed, project.judged)
        kept = project.__dict__["_figures_now"] = json.loads(render_figures(presented.figure_file("")))
    loaded: dict[str, Any] = kept
    return loaded
