"""Arrow columns straight from numpy: codes, money, days, labels; nothing passes through Python objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qingce.services.sample.parts import Ints

Mask = npt.NDArray[np.bool_]


def numbered(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """Codes of one length: a prefix and the number with leading zeros.

    >>> numbered("K", np.array([7, 12]), 3).to_pylist()
    ['K007', 'K012']
    """
    head = prefix.encode()
    letters = np.empty((len(numbers), len(head) + width), np.uint8)
    letters[:, : len(head)] = np.frombuffer(head, np.uint8)
    rest = numbers.copy()
    for place in range(1, width + 1):
        rest, digit = np.divmod(rest, 10)
        letters[:, -place] = digit + 48
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * letters.shape[1]
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(letters))


def money(fen: Ints) -> pa.Array:
    """Amounts in fen as ``decimal(18, 2)`` 元.

    >>> money(np.array([-150])).to_pylist()
    [Decimal('-1.50')]
    """
    return _decimal(fen, 2)


def rate(millionths: Ints) -> pa.Array:
    """Rates in millionths of a percent as ``decimal(18, 6)``."""
    return _decimal(millionths, 6)


def _decimal(units: Ints, places: int) -> pa.Array:
    words = np.empty((len(units), 2), np.int64)
    words[:, 0] = units
    words[:, 1] = units >> 63
    return pa.Decimal128Array.from_buffers(pa.decimal128(18, places), len(units), [None, pa.py_buffer(words)])


def days(since_1970: npt.NDArray[np.int32], absent: Mask | None = None) -> pa.Array:
    """Days as ``date32``."""
    return pa.array(since_1970.astype(np.int32), pa.int32(), mask=absent).cast(pa.date32())


def labels(indices: npt.NDArray[Any], words: Sequence[str]) -> pa.Array:
    """Words by their index; a negative index is an empty cell.

    >>> labels(np.array([1, -1]), ["a", "b"]).to_pylist()
    ['b', None]
    """
    size = np.int8 if len(words) < 128 else np.int16 if len(words) < 32768 else np.int32
    return pa.DictionaryArray.from_arrays(
        pa.array(indices.astype(size), mask=indices < 0), pa.array(list(words), pa.string())
    )
