"""Ahead: made-up ledgers made and read by a second process, while this one works out queries.

What it makes lies in the project's stores under names that say what it was made from; nothing else
passes between the two. Where it cannot be started, or fails, this process finds nothing there and
does the work itself, with the same result.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from qingce.services.sample.ensure import is_made
from qingce.services.settings import Settings

_CODE = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from qingce.services.ahead import take
take(sys.argv[2])
"""


class Ahead:
    """A second process at work on the sample of a project, where there is one to make and a core to spare."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        if settings.sample is None or is_made(folder, settings.sample) or _cores() < 2 or not sys.executable:
            return
        with suppress(OSError):
            self._process = subprocess.Popen(
                [sys.executable, "-c", _CODE, json.dumps(sys.path), str(folder)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )

    @property
    def busy(self) -> bool:
        """Whether it is at work."""
        return self._process is not None and self._process.poll() is None

    def wait(self) -> None:
        """Until it is done, however it ended."""
        if self._process is not None:
            self._process.wait()

    def stop(self) -> None:
        """End it; what it has not finished leaves no trace."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait()


def take(folder: str) -> None:
    """What the second process does."""
    from qingce.services.content import load_registry
    from qingce.services.intake import Intake
    from qingce.services.settings import read_settings

    settings = read_settings(Path(folder))
    Intake(Path(folder), settings, load_registry(Path(folder), settings.packs)).sample_ledgers()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
