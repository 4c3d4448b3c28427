"""A second process of this interpreter, for work that another core can do."""

from __future__ import annotations

import json
import os
import subprocess
import sys

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "


def second(code: str, *args: str, fed: bool = False, heard: bool = False) -> subprocess.Popen[bytes] | None:
    """Start it with this process's import path; nothing where it cannot be started.

    Unlike :mod:`multiprocessing` it does not run the caller's main module again, so that it is safe
    in notebooks and scripts.

    Args:
        code: one line; ``args`` are ``sys.argv[2:]`` there.
        fed: whether something will be written to its standard input.
        heard: whether its standard output will be read.
    """
    if not sys.executable:
        return None
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _START + code, json.dumps(sys.path), *args],
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.PIPE if heard else subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def cores() -> int:
    """The processors that this process may use; ``PYTHON_CPU_COUNT`` says so where the system does not.

    Of the share of a container the system knows nothing. Later Pythons read the variable themselves.
    """
    told = os.environ.get("PYTHON_CPU_COUNT", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
