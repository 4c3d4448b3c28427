"""Many files of one dataset in one database: every value typed or refused, keys unique, orgs known.

Each file is read once into a typed table with one mark a row; only where marks say so are the texts
read again, to tell what is wrong in which row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from qingce.core.check import Place
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.errors import DeclarationError
from qingce.core.org import OrgTree
from qingce.ledger.records.collect import LIMIT, Collector
from qingce.ledger.records.columns import TEXTUAL, bare, breach, check_declared, cleaned, edged, typed
from qingce.ledger.records.duplicates import BLANK, STATE, duplicates
from qingce.ledger.records.hits import Hit, Hits
from qingce.ledger.records.lookup import CodeWords, OrgWords, look_up
from qingce.ledger.records.source import Source, named, quoted

FINE, BAD = 0, 1
_OURS = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""Errors that no file can cause."""


class Validation:
    """The typed tables of one dataset's files, ``rec_0``, ``rec_1`` ..., and what was found in them.

    A row's position in its table is its position in its file.

    Raises:
        DeclarationError: a bound or a pattern is none, or a code list is not given.
    """

    def __init__(
        self, dataset: Dataset, database: duckdb.DuckDBPyConnection, collector: Collector
    ) -> None:
        self.dataset = dataset
        self.database = database
        self.collector = collector
        self.hits = Hits(dataset, collector)
        self.sources: list[Source] = []
        self.rows: list[int] = []
        for column in dataset.columns.values():
            check_declared(column, database)

    def take(self, source: Source | None) -> None:
        """Read a file into its table; one that the database cannot read leaves findings instead."""
        while source is not None:
            number = len(self.sources)
            for name, table in source.tables.items():
                self.database.register(name, table)
            try:
                # most files have no blanks around values; looking for them is cheaper than cutting them off
                counts = self._tabulate(source, number, trim=False)
                if counts.get(BAD):
                    counts = self._tabulate(source, number, trim=True)
            except _OURS:
                raise
            except duckdb.OutOfMemoryException:
                self.collector.add("machine_full", "读取时内存或临时空间不足。", Place(source.file))
                return
            except (duckdb.Error, UnicodeError):
                source = source.broken()
                continue
            if counts.get(BAD):
                self._explain(source, number)
            self.sources.append(source)
            self.rows.append(counts.get(FINE, 0) + counts.get(BAD, 0))
            return

    def _tabulate(self, source: Source, number: int, *, trim: bool) -> dict[int, int]:
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
            f"CREATE OR REPLACE TEMP TABLE rec_{number} AS SELECT {values}, (CASE WHEN {blank} THEN {BLANK} "
            f"WHEN {' OR '.join(faults)} THEN {BAD} ELSE {FINE} END)::TINYINT AS {STATE} "
            f"FROM (SELECT {texts} FROM ({source.relation}))"
        )
        return dict(self._all(f"SELECT {STATE}, count(*) FROM rec_{number} GROUP BY 1"))

    def _explain(self, source: Source, number: int) -> None:
        """Read the texts of the bad rows again and note every rule that each cell breaks."""
        columns = self.dataset.columns
        self.database.execute(f"CREATE OR REPLACE TEMP TABLE said AS {source.relation}")
        clean = ", ".join(f"{cleaned(named(n))} AS {named(n)}" for n in columns)
        rules = ", ".join(
            f"{breach(c, named(n), typed(c, named(n)), required=not c.optional)} AS rule_{k}"
            for k, (n, c) in enumerate(columns.items())
        )
        self.database.execute(
            f"CREATE OR REPLACE TEMP TABLE broken AS SELECT *, {rules} FROM (SELECT rowid AS pos, {clean} "
            f"FROM said WHERE rowid IN (SELECT rowid FROM rec_{number} WHERE {STATE} = {BAD}))"
        )
        self.database.execute("DROP TABLE said")
        for k, name in enumerate(columns):
            for rule, count in self._all(
                f"SELECT rule_{k}, count(*) FROM broken WHERE rule_{k} IS NOT NULL GROUP BY 1 ORDER BY 1"
            ):
                rows = self._all(
                    f"SELECT pos, {named(name)} FROM broken WHERE rule_{k} = {quoted(rule)} "
                    f"ORDER BY pos LIMIT {LIMIT}"
                )
                self.hits.add([Hit(rule, number, at, name, value or "") for at, value in rows], count)
        self.database.execute("DROP TABLE broken")

    def relate(self, codes: Mapping[str, CodeList], orgs: OrgTree | None) -> None:
        """Hold codes against their lists, orgs against the tree, and keys against one another."""
        for name, column in self.dataset.columns.items():
            if column.type == "code":
                if column.of not in codes:
                    raise DeclarationError(
                        f"dataset {self.dataset.name!r}: column {name!r} takes codes of {column.of!r}, "
                        "which is not a code list."
                    )
                self._look_up(name, CodeWords(codes[column.of]))
            elif column.type == "org" and orgs is not None:
                self._look_up(name, OrgWords(orgs))
            elif column.type == "org" and self.sources:
                self.collector.add("org_tree_missing", f"“{column.label}”列没有核对。", Place())
        for hits, count in duplicates(self.database, self.dataset, len(self.sources)):
            self.hits.add(hits, count)
        for number, source in enumerate(self.sources):
            if not self.rows[number]:
                place = Place(source.file, source.sheet)
                self.collector.add("rows_none", "文件只有表头，没有数据行。", place)
        self.hits.tell(self.sources)

    def _look_up(self, name: str, words: CodeWords | OrgWords) -> None:
        for number in range(len(self.sources)):
            for hits, count in look_up(self.database, self.dataset, number, name, words):
                self.hits.add(hits, count)

    def write(self, target: Path, synthetic: bool) -> int:
        """Write all rows in the order of the files; returns how many.

        Raises:
            duckdb.Error: the disk does not take them.
        """
        picks = ", ".join(named(n) for n in self.dataset.columns)
        union = " UNION ALL ".join(
            f"SELECT {picks} FROM rec_{k} WHERE {STATE} = {FINE}" for k in range(len(self.sources))
        )
        self.database.execute(
            f"COPY ({union}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA "
            f"{{'qingce.dataset': {quoted(self.dataset.name)}, "
            f"'qingce.synthetic': '{'true' if synthetic else 'false'}'}})"
        )
        return sum(self.rows)

    def _all(self, query: str) -> list[Any]:
        return self.database.execute(query).fetchall()
