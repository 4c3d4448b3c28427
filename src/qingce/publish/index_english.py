"""The content index of a standard in English: the same rows, said as the standard's English edition says them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from qingce.core.disclosure import Standard
from qingce.core.page import Index, IndexRow
from qingce.core.period import Period


def english_index(index: Index, standard: Standard, organisation: str, period: Period) -> Index:
    """The index with English titles, groups, omissions and statement.

    A title that the standard's file does not give in English keeps its Chinese.
    """
    title = standard.title_en or standard.title
    statement = standard.statement_en
    for blank, words in (("organisation", organisation), ("start", _day(period.start)), ("end", _day(period.end))):
        statement = statement.replace(f"{{{blank}}}", words)
    return replace(
        index, title=f"{title} ({standard.edition})", statement=statement or index.statement,
        rows=tuple(_row(row, standard) for row in index.rows),
    )


def _row(row: IndexRow, standard: Standard) -> IndexRow:
    clause, answer = standard.disclosure(row.code), standard.answers.get(row.code)
    assert clause is not None
    return replace(row, title=clause.title_en or row.title, group=clause.group_en or row.group,
                   omission=answer.omitted_en if answer is not None else row.omission)


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
