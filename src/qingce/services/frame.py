"""Figures as a tidy pandas frame, for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qingce.core.figure import Figure
from qingce.core.registry import Registry

if TYPE_CHECKING:
    import pandas as pd


def frame_of(figures: Sequence[Figure], registry: Registry) -> pd.DataFrame:
    """One row a figure, values as Decimal, absent as None."""
    import pandas as pd

    return pd.DataFrame([
        {
            "metric": figure.key.metric, "label": registry.metrics[figure.key.metric].label, "org": figure.key.org,
            "period": figure.key.period, "dims": ",".join(f"{d}={c}" for d, c in figure.key.dims),
            "value": None if figure.amount.absent else figure.amount.value, "unit": figure.unit.name,
            "qualifier": str(figure.qualifier), "lineage": figure.lineage,
        }
        for figure in figures
    ])
