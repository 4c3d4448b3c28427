"""The sign-off matrix (责任分工表) before it is rendered: who answers for each figure, as banks issue it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matrix:
    """A sign-off matrix (责任分工表) before it is rendered.

    Attributes:
        heads: of the columns, and ``widths`` their shares.
        rows: cells as text.
        groups: for the index of a row, the words of a line above it.
        signs: what is to be signed at the foot.
    """

    organisation: str
    title: str
    remarks: Sequence[str]
    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    groups: dict[int, str]
    signs: Sequence[str]
    issued: dt.date
