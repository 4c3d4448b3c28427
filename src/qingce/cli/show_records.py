"""How the command line shows rows of a ledger, which may have more columns than a terminal has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text


def visible(text: str) -> str:
    r"""A value from somebody's file as a terminal may show it: no control character acts.

    >>> visible("a\x1b[31mb")
    'a�[31mb'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def records(rows: Sequence[Mapping[str, str]], headings: Mapping[str, str], width: int) -> RenderableType:
    """A table where it fits the width; else each row by itself, every filled cell behind its name.

    Args:
        rows: one or more, all with the same columns.
        headings: what columns are called, where not by their name.
    """
    names = [headings.get(name, name) for name in rows[0]]
    shown = [[visible(value) for value in row.values()] for row in rows]
    widths = (max(map(cell_len, column)) for column in zip(names, *shown, strict=True))
    if sum(widths) + 2 * len(names) > width:
        return Group(*(_alone(names, row) for row in shown))
    table = Table(*map(escape, names), box=None, pad_edge=False, header_style="dim")
    for row in shown:
        table.add_row(*map(escape, row))
    return table


def _alone(names: Sequence[str], row: Sequence[str]) -> Text:
    text = Text("· ")
    for name, value in zip(names, row, strict=True):
        if value:
            text.append(f"{name} ", style="dim").append(f"{value}  ")
    return text
