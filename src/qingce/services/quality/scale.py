"""The scale of levels and the methods of estimating, read from their file."""

from __future__ import annotations

import datetime as dt
import importlib.resources
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from qingce.core.scale import EstimateMethod, Scale, read_scales, scale_at
from qingce.services.yamlfile import read_yaml


@cache
def editions() -> tuple[Scale, ...]:
    """Every edition, the earliest first."""
    path = Path(str(importlib.resources.files("qingce.standards"))) / "quality" / "scale.yaml"
    return read_scales(read_yaml(path), "standards/quality/scale.yaml")


def scale_on(day: dt.date) -> Scale:
    """The edition in force on a day."""
    return scale_at(editions(), day)


def methods() -> Mapping[str, EstimateMethod]:
    """The methods of estimating by code; a method is never taken off the list, for filings name it."""
    return editions()[-1].methods
