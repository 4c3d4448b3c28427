"""Cells in a file's own bytes made text, a column at a time.

In GB18030 no byte of a Chinese character is a comma, a quote or a line end, so a file can be cut into
cells before it is decoded; then only different values have to be.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_UTF8_WORD = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}")
_SEPARATOR = b"\n"


def decoded(cells: Any, encoding: str) -> Any:
    """A column of bytes as strings.

    Raises:
        UnicodeDecodeError: the bytes are not in that encoding.
    """
    if encoding == "utf-8" or _ascii(cells):
        try:
            return cells.cast(pa.string())
        except pa.ArrowInvalid as exc:
            raise UnicodeDecodeError(encoding, b"", 0, 0, str(exc)) from exc
    coded = cells.dictionary_encode()
    texts = _whole(coded.dictionary, encoding)
    return texts.take(coded.indices)


def _whole(cells: Any, encoding: str) -> Any:
    """Different values decoded in one go; no cell has a line break where no quote is in the file."""
    rows = pa.ListArray.from_arrays(pa.array([0, len(cells)], pa.int32()), cells)
    joined = pc.binary_join(rows, _SEPARATOR)[0].as_py()
    return pc.split_pattern(pa.array([joined.decode(encoding)]), "\n").flatten()


def _ascii(cells: Any) -> bool:
    _, offsets, data = cells.buffers()
    bounds = np.frombuffer(offsets, np.int32)
    first, last = bounds[cells.offset], bounds[cells.offset + len(cells)]
    if data is None or first == last:
        return True
    return bool(np.frombuffer(data, np.uint8)[first:last].max() < 128)


def double_read(cells: Any) -> list[int]:
    """Positions of cells of another encoding that are words of UTF-8 as well.

    Two Chinese characters or more in UTF-8, and nothing else that is not ASCII, are next to never
    sense in GB18030: somebody put two exports into one file.
    """
    if _ascii(cells):
        return []
    coded = cells.dictionary_encode()
    mixed = [n for n, value in enumerate(coded.dictionary.to_pylist()) if _is_utf8_word(value)]
    return np.flatnonzero(np.isin(coded.indices.fill_null(-1).to_numpy(), mixed)).tolist() if mixed else []


def _is_utf8_word(value: bytes) -> bool:
    if _UTF8_WORD.search(value) is None:
        return False
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
