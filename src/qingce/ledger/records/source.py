"""What every reader makes of a file: a table of text, and the way back to the file's own rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Lines = Callable[[Sequence[int]], Mapping[int, int]]

REFUSED = "\uffff"
"""Text of a cell that a reader refused and told about; it counts as bad without a second finding."""


@dataclass(slots=True)
class Source:
    """One file, readable by the database.

    Attributes:
        file: path relative to the project folder.
        relation: what stands behind FROM; its columns are the declared names, all of them text.
        lines: maps positions of records (from 0) to rows as the editor or spreadsheet shows them.
        tables: Arrow tables that the relation names, to be registered first.
        params: values for the relation's placeholders.
    """

    file: str
    relation: str
    lines: Lines
    synthetic: bool = False
    sheet: str = ""
    tables: dict[str, object] = field(default_factory=dict)


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def globless(path: str) -> str:
    """A path as an SQL literal of which no character is a wildcard.

    >>> globless("a[1]*.csv")
    "'a[[]1][*].csv'"
    """
    return quoted("".join(f"[{c}]" if c in "*?[" else c for c in path))
