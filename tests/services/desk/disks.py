"""Disks that are small, and that can be filled up or made read-only: real ones, where this account may mount."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A small disk at a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        """Leave no room."""
        with contextlib.suppress(OSError), (self.folder / "ballast").open("wb", buffering=0) as sink:
            while True:
                sink.write(b"\0" * 4096)

    def make_room(self) -> None:
        """Give it back."""
        (self.folder / "ballast").unlink()

    def read_only(self, so: bool) -> None:
        """Let nothing be written, or let it again."""
        subprocess.run(["mount", "-o", f"remount,{'ro' if so else 'rw'}", str(self.folder)], check=True)


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int = 12) -> Iterator[Disk]:
    """A disk of so many megabytes; skips where it cannot be mounted."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0777", "tmpfs", str(folder)],
                             check=False, capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no small disk: this account may not mount one ({mounted.stderr.decode().strip()})")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
