"""Tying: every published fact held against what the project computes, to the printed digit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qingce.core.errors import ProjectError, QingceError
from qingce.core.figure import Qualifier
from qingce.publish.bind import Binder
from qingce.services.project import Project

COLUMNS = ("fact", "line", "metric_zh", "scope", "binding", "printed", "qualifier", "dup_of", "status", "note")
_WORDS = re.compile(r"[\s,，余多超近约逾]|突破|不少于")


@dataclass(frozen=True, slots=True)
class Tie:
    """One expected fact and what came of it.

    Attributes:
        outcome: ``tied``, ``differs``, ``error`` or ``case`` (a client's own figure, not the bank's).
    """

    fact: str
    line: str
    label: str
    binding: str
    printed: str
    got: str
    outcome: str
    repeat: bool


def ties(project: Project, path: Path | None = None) -> Iterator[Tie]:
    """Hold every row of ``expected.csv`` against the project.

    Raises:
        ProjectError: there is no such file, or it lacks a column.
    """
    source = path or project.folder / "expected.csv"
    if not source.is_file():
        raise ProjectError(f"{project.folder.name} 里没有 expected.csv，没有可核对的已刊数字。")
    binder = Binder(project.computation, project.settings.org, str(project.settings.period))
    with source.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = [c for c in COLUMNS if c not in (reader.fieldnames or ())]
        if lacking:
            raise ProjectError(f"{source.name} 缺少“{lacking[0]}”列。")
        for row in reader:
            yield _tie(row, binder)


def _tie(row: dict[str, str], binder: Binder) -> Tie:
    got, outcome = "", "case"
    if row["status"] != "case":
        try:
            reading = binder.reading(row["binding"])
            wrong = reading.untrue()
            got = reading.text if not wrong else f"{reading.text}（{wrong}）"
            same = bare(got) == bare(row["printed"]) and not wrong
            worded = str(reading.qualifier) == (row["qualifier"] or str(Qualifier.EXACT))
            outcome = "tied" if same and worded else "differs"
            if same and not worded:
                got = f"{got}（用词 {reading.qualifier}，应为 {row['qualifier']}）"
        except QingceError as exc:
            got, outcome = str(exc), "error"
    return Tie(row["fact"], row["line"], row["metric_zh"], row["binding"], row["printed"], got, outcome,
               bool(row["dup_of"]))


def bare(text: str) -> str:
    """A printed number without spaces, thousands separators and threshold words.

    >>> bare("1,600 余场") == bare("1600场"), bare("0.45 个百分点") == bare("0.45个百分点")
    (True, True)
    """
    return _WORDS.sub("", text)
