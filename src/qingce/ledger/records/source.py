"""What every reader makes of a file: a table of text, and the way back to the file's own rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Lines = Callable[[Sequence[int]], Mapping[int, int]]
Texts = Callable[[], "Iterator[pa.RecordBatch]"]

TAG = "\uffff"
"""Begins a text with which a reader says that a cell is not what its column takes.

The next character says why, the rest is the cell as found. U+FFFF is no character, so no honest
text begins with it."""
WRONG_TYPE, WITH_TIME, INEXACT = TAG + "t", TAG + "d", TAG + "i"


@dataclass(slots=True)
class Source:
    """One file, readable by the database or piece by piece.

    Attributes:
        file: path relative to the project folder.
        relation: a query whose columns are the declared names in declared order, all of them text.
        lines: maps positions of records (from 0) to rows as the editor or spreadsheet shows them.
        tables: Arrow tables that the relation names, to be registered first.
        broken: what to say when the file cannot be read this way after all; may hand back another
            source of the same file to try instead.
        texts: in the place of a relation: batches of the declared columns in the file's own bytes,
            empty cells null.
        encoding: of those bytes.
        dropped: records that did not fit and are not in it; findings tell of them.
    """

    file: str
    relation: str
    lines: Lines
    broken: Callable[[], Source | None]
    synthetic: bool = False
    sheet: str = ""
    tables: dict[str, object] = field(default_factory=dict)
    texts: Texts | None = None
    encoding: str = "utf-8"
    dropped: int = 0


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
