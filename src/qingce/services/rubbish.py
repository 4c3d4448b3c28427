"""Rubbish: Python's search for cycles nobody holds, put off while a build makes much that it keeps.

A build makes hundreds of thousands of objects and holds nearly all of them to its end. With the usual
thresholds they are looked through some three hundred times, a twelfth of a rebuild's time, and hardly
anything is found.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = (200_000, 20, 20)
"""Far apart, not off: a build of any size must not grow without bound."""
_LOCK = threading.Lock()
_USUAL: list[tuple[int, int, int]] = []
"""The thresholds from before, first those that hold when no block is at work."""


@contextmanager
def seldom_sought() -> Iterator[None]:
    """Look for rubbish seldom inside the block; blocks of several threads may overlap."""
    with _LOCK:
        _USUAL.append(gc.get_threshold())
        gc.set_threshold(*_SELDOM)
    try:
        yield
    finally:
        with _LOCK:
            before = _USUAL[0]
            _USUAL.pop()
            if not _USUAL:
                gc.set_threshold(*before)
