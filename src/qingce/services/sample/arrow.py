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
    """Days as ``date32``.

    >>> [str(day) for day in days(np.array([0, 1], np.int32), np.array([False, True])).to_pylist()]
    ['1970-01-01', 'None']
    """
    return _fixed(pa.date32(), since_1970.astype(np.int32), absent)


def whole(numbers: Ints, absent: Mask | None = None) -> pa.Array:
    """Whole numbers."""
    return _fixed(pa.int64(), numbers.astype(np.int64), absent)


def flags(values: Mask) -> pa.Array:
    """True and false.

    >>> flags(np.array([True, False, True])).to_pylist()
    [True, False, True]
    """
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, _bits(values)])


def labels(indices: npt.NDArray[Any], words: Sequence[str]) -> pa.Array:
    """Words by their index; a negative index is an empty cell.

    >>> labels(np.array([1, -1]), ["a", "b"]).to_pylist()
    ['b', None]
    """
    size = np.int8 if len(words) < 128 else np.int16 if len(words) < 32768 else np.int32
    positions = _fixed(pa.from_numpy_dtype(size), indices.astype(size), indices < 0)
    return pa.DictionaryArray.from_arrays(positions, pa.array(list(words), pa.string()))


def _fixed(kind: pa.DataType, values: npt.NDArray[Any], absent: Mask | None) -> pa.Array:
    # pa.array would import pandas to look whether this is one of its series
    valid = None if absent is None or not absent.any() else _bits(~absent)
    return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(np.ascontiguousarray(values))])


def _bits(values: Mask) -> pa.Buffer:
    return pa.py_buffer(np.packbits(values, bitorder="little"))
