"""Room in memory for what tests write: thousands of files, none of which has to outlive its test."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_SHARED = Path("/dev/shm")
_PLENTY = 6 << 30
"""Bytes; a run of everything has been seen to need a tenth."""


def in_memory() -> Path | None:
    """A folder in memory, where there is one that is roomy and memory enough that it may be filled."""
    if not _SHARED.is_dir() or min(shutil.disk_usage(_SHARED).free, _available()) < _PLENTY:
        return None
    return _SHARED


def write_to_memory() -> None:
    """Let this process, pytest and all processes that are started from now on make their temporary files there."""
    room = in_memory()
    if room is not None and "TMPDIR" not in os.environ and "PYTEST_DEBUG_TEMPROOT" not in os.environ:
        os.environ["TMPDIR"] = os.environ["PYTEST_DEBUG_TEMPROOT"] = str(room)
        tempfile.tempdir = str(room)


def _available() -> int:
    try:
        told = Path("/proc/meminfo").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in told.splitlines() if line.startswith("MemAvailable:")), 0)
