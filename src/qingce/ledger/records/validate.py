"""One delivered file after another: every cell typed or refused, codes and orgs known, keys unique.

A file goes through in chunks. A chunk in which every cell is plainly fine is typed column by column;
any other is given to the rules as SQL, which type what is fine and tell what is wrong in which row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from qingce.core.check import Place
from qingce.core.dataset import Dataset
from qingce.ledger.records.chunk import Chunk, Unreadable, chunks
from qingce.ledger.records.collect import LIMIT, Collector
from qingce.ledger.records.columns import TEXTUAL, bare, breach, check_declared, cleaned, edged, typed
from qingce.ledger.records.draft import Draft
from qingce.ledger.records.duplicates import duplicates
from qingce.ledger.records.hits import Hit, Hits
from qingce.ledger.records.lookup import Words, look_up
from qingce.ledger.records.plain import Plain
from qingce.ledger.records.source import Source, named, quoted

FINE, BAD, BLANK = 0, 1, 2
_STATE, _AT = "__state", "__at"


class Validation:
    """Judges the files of one dataset; what is found waits in ``hits`` until it is told.

    Attributes:
        drafts: what was made of each file that could be read.

    Raises:
        DeclarationError: a bound or a pattern is none.
    """

    def __init__(
        self, dataset: Dataset, database: duckdb.DuckDBPyConnection, collector: Collector,
        words: Mapping[str, Words],
    ) -> None:
        self.dataset = dataset
        self.database = database
        self.collector = collector
        self.words = words
        self.hits = Hits(dataset, collector)
        self.drafts: list[Draft] = []
        for column in dataset.columns.values():
            check_declared(column, database)

    def take(self, source: Source | None, target: Path) -> Draft | None:
        """Read a file into a draft; one that cannot be read leaves findings instead."""
        while source is not None:
            found: list[tuple[list[Hit], int]] = []
            draft = Draft(source, self.dataset, target)
            plain = Plain(self.dataset, self.words)
            try:
                for chunk in chunks(source, self.dataset, self.database):
                    found += self._mixed(chunk)
                    made = plain.typed(chunk.texts)
                    if made is not None:
                        draft.add(made, chunk.first)
                    else:
                        found += self._by_rules(chunk, draft)
            except Unreadable:
                draft.close()
                source = source.broken()
                continue
            except duckdb.OutOfMemoryException:
                draft.close()
                self.collector.add("machine_full", "读取时内存或临时空间不足。", Place(source.file))
                return None
            draft.close()
            for hits, count in found:
                self.hits.add(hits, count)
            self.drafts.append(draft)
            return draft
        return None

    def tell(self) -> None:
        """Tell of keys that stand twice in the files taken so far, and of all that waits."""
        for hits, count in duplicates(self.database, self.dataset, self.drafts):
            self.hits.add(hits, count)
        self.hits.tell([draft.source for draft in self.drafts])

    def _mixed(self, chunk: Chunk) -> list[tuple[list[Hit], int]]:
        number, found = len(self.drafts), []
        for name, places in chunk.mixed.items():
            texts = chunk.texts.column(name)
            hits = [Hit("text_mixed", number, chunk.first + n, name, texts[n].as_py()) for n in places[:LIMIT]]
            found.append((hits, len(places)))
        return found

    # -- the rules --------------------------------------------------------------------------
    def _by_rules(self, chunk: Chunk, draft: Draft) -> list[tuple[list[Hit], int]]:
        """Judge a chunk by SQL; its rows go into the draft."""
        at = pa.array(np.arange(chunk.first, chunk.first + chunk.texts.num_rows, dtype=np.int64))
        self.database.register("chunk", pa.table([*chunk.texts.columns, at], [*self.dataset.columns, _AT]))
        found: list[tuple[list[Hit], int]] = []
        # most files have no blanks around values; looking for them is cheaper than cutting them off
        counts = self._tabulate(trim=False)
        if counts.get(BAD):
            counts = self._tabulate(trim=True)
        if counts.get(BAD):
            found += self._explain()
        for name, words in self.words.items():
            found += look_up(self.database, self.dataset, "rec", len(self.drafts), name, words)
        draft.add(self._rows(FINE), self._places(FINE))
        if counts.get(BAD):
            draft.refuse(self._rows(BAD), self._places(BAD))
        self.database.unregister("chunk")
        return found

    def _tabulate(self, *, trim: bool) -> dict[int, int]:
        columns = self.dataset.columns
        made = {n: typed(c, named(n)) for n, c in columns.items()}
        faults = [
            f"({breach(c, named(n), made[n], required=not c.optional)}) IS NOT NULL"
            for n, c in columns.items()
        ]
        if not trim:
            faults += [f"coalesce({edged(named(n))}, false)" for n, c in columns.items() if c.type in TEXTUAL]
        clean = cleaned if trim else bare
        texts = ", ".join(f"{clean(named(n))} AS {named(n)}" for n in columns)
        blank = " AND ".join(f"{named(n)} IS NULL" for n in columns)
        values = ", ".join(f"{value} AS {named(n)}" for n, value in made.items())
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE rec AS SELECT {values}, {_AT}, (CASE WHEN {blank} THEN {BLANK} "
            f"WHEN {' OR '.join(faults)} THEN {BAD} ELSE {FINE} END)::TINYINT AS {_STATE} "
            f"FROM (SELECT {texts}, {_AT} FROM chunk)"
        )
        return dict(self._all(f"SELECT {_STATE}, count(*) FROM rec GROUP BY 1"))

    def _explain(self) -> list[tuple[list[Hit], int]]:
        """Read the texts of the bad rows again and note every rule that each cell breaks."""
        columns, number, found = self.dataset.columns, len(self.drafts), []
        clean = ", ".join(f"{cleaned(named(n))} AS {named(n)}" for n in columns)
        rules = ", ".join(
            f"{breach(c, named(n), typed(c, named(n)), required=not c.optional)} AS rule_{k}"
            for k, (n, c) in enumerate(columns.items())
        )
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE broken AS SELECT *, {rules} FROM (SELECT {_AT}, {clean} "
            f"FROM chunk WHERE {_AT} IN (SELECT {_AT} FROM rec WHERE {_STATE} = {BAD}))"
        )
        for k, name in enumerate(columns):
            for rule, count in self._all(
                f"SELECT rule_{k}, count(*) FROM broken WHERE rule_{k} IS NOT NULL GROUP BY 1 ORDER BY 1"
            ):
                rows = self._all(
                    f"SELECT {_AT}, {named(name)} FROM broken WHERE rule_{k} = {quoted(rule)} "
                    f"ORDER BY {_AT} LIMIT {LIMIT}"
                )
                found.append(([Hit(rule, number, at, name, value or "") for at, value in rows], count))
        return found

    def _rows(self, state: int) -> pa.Table:
        picks = ", ".join(named(n) for n in self.dataset.columns)
        return self.database.sql(
            f"SELECT {picks} FROM rec WHERE {_STATE} = {state} ORDER BY {_AT}"
        ).to_arrow_table()

    def _places(self, state: int) -> np.ndarray[Any, Any]:
        found = self.database.sql(f"SELECT {_AT} FROM rec WHERE {_STATE} = {state} ORDER BY {_AT}").fetchnumpy()
        return np.asarray(found[_AT], np.int64)

    def _all(self, query: str) -> list[Any]:
        return self.database.execute(query).fetchall()
