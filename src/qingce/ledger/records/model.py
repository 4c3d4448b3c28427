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
        rows: rows delivered: those with at least one value, without heading, used or refused.
        synthetic: the file says of itself that its data are made up.
        sheet: the worksheet that was read, for XLSX.
        counted: ``rows`` is known; otherwise the file could not be read so far and ``rows`` is 0.
    """

    path: str
    sha256: str
    rows: int
    synthetic: bool
    sheet: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Part:
    """One delivered file after intake, by itself: nothing in it is an ERROR.

    Attributes:
        name: a hash over the file, its name, and everything it is judged by.
        parquet: typed data with exactly the declared columns, one row for each row read.
    """

    name: str
    parquet: Path
    input: InputFile
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A dataset after intake.

    Attributes:
        parquet: for each delivered file, in order, typed data with exactly the declared columns; nothing
            where an ERROR was found or nothing was delivered. A file is named by what it was made
            from and never changes, so whoever kept results of it may go on using them.
        rows: rows in all of them: those read where the delivery is accepted, none where it is refused.
    """

    dataset: str
    parquet: tuple[Path, ...] | None
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
