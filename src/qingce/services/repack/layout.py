"""What stands where in a pack; writer and reader agree here."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

FORMAT = "qingce/pack/1"
MANIFEST, SUMS, README, CHECKER = "pack.json", "SHA256SUMS", "README.md", "check.py"
JOURNAL, EVIDENCE, SAMPLES = "journal.json", "evidence.csv", "samples.json"
EDITION, INPUTS, SAMPLE = "edition", "edition/inputs", "sample"
SEAL, FIGURES = f"{EDITION}/manifest.json", f"{EDITION}/site/figures.json"
OVERLAY = f"{INPUTS}/overlay.json"

PROJECT_FILES = ("qingce.toml", "forms.yaml", "english.yaml", "quality.yaml")
PROJECT_FOLDERS = ("pages", "records", "standards", "packs")
"""What of a project's folder goes into an edition, and with it into a pack."""

_PLAIN = (README, CHECKER, JOURNAL, EVIDENCE, SAMPLES, SEAL, FIGURES, OVERLAY,
          *(f"{INPUTS}/{name}" for name in PROJECT_FILES))
_FOLDERS = (f"{EDITION}/frozen", *(f"{INPUTS}/{name}" for name in PROJECT_FOLDERS))
_CODE = f"{INPUTS}/packs/"
_DATA = (".yaml", ".yml", ".md", ".csv")


def known(name: str) -> bool:
    """Whether a file of that name belongs into a pack.

    >>> known("edition/inputs/records/loan.csv"), known("edition/inputs/.qingce/cache/x"), known("sample/loan/1.csv")
    (True, False, True)
    """
    if name in _PLAIN or name in (MANIFEST, SUMS):
        return True
    if name.startswith(f"{SAMPLE}/"):
        return name.endswith((".csv", ".parquet", ".json"))
    return name.startswith(tuple(f"{folder}/" for folder in _FOLDERS)) and not _hidden(name)


def _hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in name.split("/"))


def is_code(name: str) -> bool:
    """Whether a file may be run when figures are made again.

    >>> is_code("edition/inputs/packs/mine/metrics.py"), is_code("edition/inputs/packs/mine/factors/grid.yaml")
    (True, False)
    """
    return name.startswith(_CODE) and not name.endswith(_DATA)


def safe(name: str) -> bool:
    """Whether a name stays where it is put, on every system.

    >>> [safe(n) for n in ("a/b.csv", "../a", "/a", "a\\\\b", "C:a", "a//b", "a/./b", "a/b/", "a\\nb")]
    [True, False, False, False, False, False, False, False, False]
    """
    return (0 < len(name) < 1000 and PurePosixPath(name).as_posix() == name and not name.startswith("/")
            and ".." not in name.split("/") and not re.search(r"[\\:\x00-\x1f\x7f]", name))
