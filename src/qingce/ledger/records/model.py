"""What intake hands back: the accepted data, the files they came from, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qingce.core.check import Finding
from qingce.core.figure import Figure


@dataclass(frozen=True, slots=True)
class InputFile:
    """One delivered file.

    Attributes:
        path: relative to the project folder, with ``/``.
        sha256: of the bytes as delivered; empty where they could not be read.
        rows: rows with at least one value, without heading.
        synthetic: the file says of itself that its data are made up.
        sheet: the worksheet that was read, for XLSX.
    """

    path: str
    sha256: str
    rows: int
    synthetic: bool
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A dataset after intake.

    Attributes:
        parquet: typed data with exactly the declared columns, or nothing where an ERROR was found
            or nothing was delivered. The file is content-addressed and never changes.
        rows: rows in it.
    """

    dataset: str
    parquet: Path | None
    rows: int
    inputs: tuple[InputFile, ...]
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether there are data to compute with."""
        return self.parquet is not None


@dataclass(frozen=True, slots=True)
class FiledResult:
    """Filed figures after intake; a file with an ERROR contributes no figure."""

    figures: tuple[Figure, ...]
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]
