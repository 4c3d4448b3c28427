"""Conditions as bits of one number, and how often each of them is set."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def counted(bits: npt.NDArray[Any], many: int) -> list[int]:
    """How often each bit is set."""
    counted = Bits(many)
    counted.add(bits)
    return counted.totals()


class Bits:
    """Adds up how often each bit occurs.

    Args:
        many: how many bits there are.
    """

    def __init__(self, many: int) -> None:
        self.many = many
        self._codes = np.zeros(1 << many, np.int64) if many <= 16 else None
        self._single = [0] * many

    def add(self, bits: npt.NDArray[Any]) -> None:
        """Count the bits of some numbers."""
        if self._codes is not None:
            self._codes += np.bincount(bits, minlength=len(self._codes))
        else:
            for bit in range(self.many):
                self._single[bit] += int(((bits >> bit) & 1).sum())

    def totals(self) -> list[int]:
        """How often each bit was set, the lowest first."""
        if self._codes is None:
            return self._single
        codes = np.arange(len(self._codes))
        return [int(self._codes[(codes >> bit) & 1 == 1].sum()) for bit in range(self.many)]
