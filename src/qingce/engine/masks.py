"""Masks: the conditions of a row as bits of a few whole numbers."""

from __future__ import annotations

from collections.abc import Sequence

from qingce.core.errors import QingceError

WORD = 30
"""Conditions in one mask column."""


class Unfit(QingceError):
    """A table's metrics cannot be answered by the pass at size; the message says why, in Chinese."""


def masks(conditions: Sequence[str]) -> list[str]:
    """SQL of the mask columns ``m0``, ``m1`` ... over boolean columns; NULL counts as not met."""
    words = [conditions[i : i + WORD] for i in range(0, len(conditions), WORD)]
    return [
        " | ".join(f'CASE WHEN "{name}" THEN {1 << bit} ELSE 0 END' for bit, name in enumerate(word))
        + f' AS "m{number}"'
        for number, word in enumerate(words)
    ]
