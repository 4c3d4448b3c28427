"""Scans: tables read once, their cells and the values given from them, and what an earlier run kept of both."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any

from qingce.core.amount import Value
from qingce.core.figure import FigureKey
from qingce.core.metric import Kind
from qingce.core.period import Period
from qingce.engine.answers import Answers
from qingce.engine.asked import Asked
from qingce.engine.cells import Cells
from qingce.engine.choose import PASSES, SCAN, Choice, Chooser
from qingce.engine.memory import Memory
from qingce.engine.names import fingerprint
from qingce.engine.partition import contents, files_of
from qingce.engine.script import ScanText
from qingce.engine.subject import Subject

if TYPE_CHECKING:
    from qingce.engine.runs import Numbers


class Scans:
    """Values of terms, from an earlier run where nothing they rest on changed, else from the records.

    Args:
        memory: what an earlier run kept, under the fingerprint of query and inputs.
        size: rows from which a table is taken in passes over its partitions.

    Attributes:
        read: how many queries and partitions had to be read.
        choices: the plan of each table that was read, why, and what it cost.
    """

    def __init__(self, subject: Subject, asked: Asked, memory: Memory | None, size: int) -> None:
        self.subject, self.asked, self.memory = subject, asked, memory
        self.read = 0
        self.choices: dict[str, Choice] = {}
        self._chooser = Chooser(subject.backend, memory, size)
        self._tree = fingerprint(repr(subject.tree.rows))
        self._contents: dict[str, str | None] = {}
        self._cells: dict[str, tuple[ScanText, Cells]] = {}
        self._answers: dict[str, tuple[ScanText, Answers]] = {}

    def value(self, table: str, term: str, key: FigureKey) -> Value:
        """The finished value of a term at a key."""
        answers = self._answers_of(table)
        found = answers.get(term, key)
        if found is None:
            made = self.cells(table).value(term, key.org, Period.parse(key.period), dict(key.dims))
            found = answers.put(term, key, made)
        return found

    def members(self, table: str, dimension: str, period: Period, kind: Kind) -> list[str]:
        """The members of a dimension that occur in a table's records."""
        def found() -> list[str]:
            return self.cells(table).members(dimension, self.subject.tree.root, period, kind)

        text = self.asked.scan(table)
        made: list[str] = self.noted(("members", text.sql, dimension, str(period), kind.value), text.datasets, found)
        return made

    def _answers_of(self, table: str) -> Answers:
        """What is known of a table; under another name once a variant that nobody foresaw changes its query."""
        text = self.asked.scan(table)
        known = self._answers.get(table)
        if known is None or known[0] is not text:
            said = [text.sql, *(crowd.sql for crowd in text.crowds)]
            name, memory = self._named(("answers", *said), text.datasets)
            known = self._answers[table] = (text, Answers(name, memory))
        return known[1]

    def keep(self) -> None:
        """Keep the values given so far for the next run."""
        for _, answers in self._answers.values():
            answers.keep()

    def cells(self, table: str) -> Cells:
        """The cells of a table, read now where nobody asked before."""
        text = self.asked.scan(table)
        known = self._cells.get(table)
        if known is None or known[0] is not text:
            known = self._cells[table] = (text, self._run(table, text))
        return known[1]

    def _run(self, table: str, text: ScanText) -> Cells:
        started = perf_counter()
        offer = self._chooser.offer(text.datasets, lambda: self.asked.row_text(table))
        columns: Mapping[str, Sequence[Any]]
        distinct: Callable[[str, Sequence[int]], int] | None = None
        numbers: Callable[[str], Numbers | None] | None = None
        if offer.leaves is not None:
            columns, distinct, numbers = offer.leaves, offer.leaves.distinct, offer.leaves.numbers
            self.read += offer.read
        else:
            columns = self.kept(text.sql, text.datasets)
        if offer.leaves is None and text.crowds:
            from qingce.engine.crowds import Crowds

            found = [(crowd.terms, self.kept(crowd.sql, text.datasets)) for crowd in text.crowds]
            distinct = Crowds(columns, text.keys, found).distinct
        cells = Cells(columns, text.dims, text.shapes, text.epochs, text.grain, self.subject.tree, distinct,
                      numbers)
        self.choices[table] = Choice(
            SCAN if offer.leaves is None else PASSES, offer.reason, offer.rows, len(cells.rows),
            perf_counter() - started, offer.partitions, offer.read,
        )
        return cells

    def kept(self, sql: str, datasets: Sequence[str]) -> dict[str, list[Any]]:
        """The result of a query over some datasets, from memory where it is the same query over the same files."""
        from qingce.engine.backend import lists

        name, memory = self._named((sql,), datasets)
        found = memory.get(name) if memory is not None else None
        if found is None:
            found = self.subject.backend.arrow(sql)
            self.read += 1
            if memory is not None:
                memory.put(name, found)
        return lists(found)

    def noted(self, said: Sequence[str], datasets: Sequence[str], make: Callable[[], Any]) -> Any:
        """Something made of some datasets' records that JSON can hold, kept under ``said`` and their files."""
        name, memory = self._named(said, datasets)
        text = memory.recall(name) if memory is not None else None
        if text is not None:
            return json.loads(text)
        made = make()
        if memory is not None:
            memory.note(name, json.dumps(made, ensure_ascii=False))
        return made

    def _named(self, said: Sequence[str], datasets: Sequence[str]) -> tuple[str, Memory | None]:
        """The name of what follows from some texts, the org tree and datasets' records, and where it is kept."""
        contents = [self._content(dataset) for dataset in datasets]
        name = fingerprint(self.subject.backend.dialect, *said, self._tree, *map(str, contents))
        return name, None if None in contents else self.memory

    def _content(self, dataset: str) -> str | None:
        """The name of a dataset's accepted records; nothing where they lie under a URL and may change unseen."""
        if dataset not in self._contents:
            paths = files_of(self.subject.backend.parquet.get(dataset))
            self._contents[dataset] = None if paths is None else fingerprint(dataset, *contents(paths, self.memory))
        return self._contents[dataset]
