"""Passes at size: each partition of a ledger is read once, and what was found is kept by its content.

A partition's totals (a few hundred keys by a column for each term) and its crowds are small. They are
kept under the hash of the file's bytes and of the keys, each total under the identity of its term; so
another run reads nothing, another metric reads only its own columns, and a corrected file is read alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from qingce.engine.backend import Backend
from qingce.engine.count import Count, Kept
from qingce.engine.crowd import Crowd, gatherings
from qingce.engine.masks import masks
from qingce.engine.memory import Memory
from qingce.engine.names import fingerprint
from qingce.engine.partition import Partition
from qingce.engine.runs import Numbers
from qingce.engine.script import RowText, TermText
from qingce.engine.tally import Needs, Tally, array_of, decimals_of, numbers_of, whole_numbers

BATCH = 1 << 18
"""Rows handled at a time: large enough that calls do not matter, small enough for memory."""
ALONE = 1 << 16
"""The same for one file, whose rows need not be told apart: small enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What one pass reads: a file of the fact, or, without one, the whole table."""

    content: str
    partition: Partition | None


@dataclass
class Found:
    """What is known of one unit.

    Attributes:
        table: key columns, ``_rows``, and for each term's id its totals.
        crowds: by the ids of the distinct terms they answer.
        name: under which it is kept.
    """

    table: pa.Table
    crowds: dict[tuple[str, ...], Crowd] = field(default_factory=dict)
    name: str = ""

    @property
    def known(self) -> set[str]:
        """Ids of the terms that are answered."""
        return {*self.table.column_names, *(term for ids in self.crowds for term in ids)}


class Passes:
    """Makes, keeps and brings together what is known of a table's units.

    Args:
        memory: where findings are kept; without one they last as long as this object.

    Attributes:
        read: how many units had to be read.
    """

    def __init__(self, backend: Backend, memory: Memory | None) -> None:
        self.backend, self.memory = backend, memory
        self.read = 0

    def leaves(self, text: RowText, units: Sequence[Unit]) -> Leaves:
        """The cells of a table.

        Raises:
            Unfit: the table is not one for this way.
        """
        found: dict[int, Found] = {}
        stale: dict[tuple[str, ...], list[tuple[int, Unit, Found | None]]] = {}
        for number, unit in enumerate(units):
            known = self._recall(fingerprint(text.shape, unit.content))
            have = known.known if known is not None else set()
            missing = tuple(dict.fromkeys(term.id for term in text.terms if term.id not in have))
            if known is not None and not missing:
                found[number] = known
            else:
                stale.setdefault(missing, []).append((number, unit, known))
        for ids, each in stale.items():
            terms = tuple({term.id: term for term in text.terms if term.id in ids}.values())
            self.read += len(each)
            fresh = self._passes(text, terms, [(unit, known) for _, unit, known in each])
            found.update(zip((number for number, *_ in each), fresh, strict=True))
        return Leaves([found[number] for number in range(len(units))], text, self.memory)

    # -- what is kept -----------------------------------------------------------------------
    def _recall(self, name: str) -> Found | None:
        """What is kept of a unit; a crowd that is damaged or gone is one to be made again."""
        table = self.memory.get(name) if self.memory is not None else None
        if table is None or self.memory is None:
            return None
        try:
            listed = [tuple(ids) for ids in json.loads((table.schema.metadata or {})[b"crowds"])]
        except (KeyError, ValueError, TypeError):
            return None
        crowds = {}
        for ids in listed:
            kept = self.memory.get(fingerprint(name, *ids))
            crowd = Crowd.load(kept) if kept is not None else None
            if crowd is not None:
                crowds[ids] = crowd
        return Found(table, crowds, name)

    def _keep(self, found: Found, kept: set[tuple[str, ...]]) -> None:
        if self.memory is None:
            return
        for ids, crowd in found.crowds.items():
            if ids not in kept:
                self.memory.put(fingerprint(found.name, *ids), crowd.table())
        listed = {"crowds": json.dumps(list(found.crowds))}
        self.memory.put(found.name, found.table.replace_schema_metadata(listed))

    # -- reading ----------------------------------------------------------------------------
    def _passes(
        self, text: RowText, terms: Sequence[TermText], units: Sequence[tuple[Unit, Found | None]]
    ) -> Iterator[Found]:
        """Read units and keep what is found of each as soon as it is complete."""
        needs = Needs.of(text.keys, terms)
        together = bool(text.filed) and all(unit.partition is not None for unit, _ in units)
        for some in [units] if together else [[each] for each in units]:
            sights = [_Sight(text, needs, known) for _, known in some]
            for number, batch in self._batches(text, [unit for unit, _ in some], needs):
                sights[number].take(batch)
            for (unit, known), sight in zip(some, sights, strict=True):
                made = sight.done(known)
                made.name = fingerprint(text.shape, unit.content)
                self._keep(made, set(known.crowds) if known is not None else set())
                yield made

    def _batches(
        self, text: RowText, units: Sequence[Unit], needs: Needs
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The rows of units with the unit's place; several units only of a dataset."""
        quote, reader = self.backend.quote, ""
        files = [self.backend.text(str(unit.partition.path)) for unit in units if unit.partition is not None]
        if files:
            number = f", file_index AS {quote('_file')}" if text.filed else ""
            read = f"SELECT *{number} FROM read_parquet([{', '.join(files)}])"
            reader = f"WITH {quote(text.fact)} AS NOT MATERIALIZED ({read}) "
        picked = [*map(quote, text.keys), *masks(needs.conditions), *map(quote, needs.columns)]
        if len(files) > 1:
            picked.append(quote("_file"))
        sql = f"{reader}SELECT {', '.join(picked) or '1'} FROM ({text.filed or text.sql}) AS rows"
        # the row select of a dataset reads nothing but these files
        bare = len(files) == len(units) and bool(text.filed)
        connection: Any = getattr(self.backend, "database" if bare else "connection")
        for batch in connection.sql(sql).to_arrow_reader(BATCH if len(files) > 1 else ALONE):
            if len(files) > 1:
                yield from _apart(batch)
            elif batch.num_rows:
                yield 0, batch


def _apart(batch: pa.RecordBatch) -> Iterator[tuple[int, pa.RecordBatch]]:
    """The rows of a batch by file; rows of a file mostly stand together."""
    if not batch.num_rows:
        return
    files = whole_numbers(batch.column("_file"))
    edges = [0, *(np.flatnonzero(files[1:] != files[:-1]) + 1).tolist(), len(files)]
    if len(edges) < 8:
        for start, end in pairwise(edges):
            yield int(files[start]), batch.slice(start, end - start)
        return
    order = np.argsort(files, kind="stable")
    batch, files = batch.take(array_of(order)), files[order]
    edges = [0, *(np.flatnonzero(files[1:] != files[:-1]) + 1).tolist(), len(files)]
    for start, end in pairwise(edges):
        yield int(files[start]), batch.slice(start, end - start)


class _Sight:
    """What is seen of one unit while its rows go by."""

    def __init__(self, text: RowText, needs: Needs, known: Found | None) -> None:
        self.needs = needs
        self.tally, self.gathered = Tally(needs), gatherings(needs)
        if known is not None:
            # the same rows have the same keys: new totals are put beside the old ones
            self.tally.keys = {key: n for n, key in enumerate(_keys_of(known.table, text.keys))}
        elif not text.keys:
            self.tally.keys = {(): 0}

    def take(self, batch: pa.RecordBatch) -> None:
        """Look at some rows."""
        keys = self.tally.take(batch)
        for gathering in self.gathered:
            gathering.take(batch, keys)

    def done(self, known: Found | None) -> Found:
        """All that is known of the unit."""
        tally = self.tally
        table = known.table if known is not None else _key_table(tally)
        for term in self.needs.terms:
            if term.how in ("sum", "min", "max"):
                totals = decimals_of(tally.totals(term), tally.places[term.value])
                counts = array_of(tally.counts(term.condition))
                table = table.append_column(term.id, totals).append_column(f"{term.id}__n", counts)
            elif term.how == "count":
                table = table.append_column(term.id, array_of(tally.counts(term.condition)))
        crowds = dict(known.crowds) if known is not None else {}
        cells = list(map(repr, tally.keys))
        return Found(table, crowds | {each.ids: each.done(cells) for each in self.gathered})


def _keys_of(table: pa.Table, keys: Sequence[str]) -> list[tuple[Any, ...]]:
    if not keys:
        return [()] * table.num_rows
    return list(zip(*(table.column(name).to_pylist() for name in keys), strict=True))


def _key_table(tally: Tally) -> pa.Table:
    rows = array_of(tally.counts(""))
    if not tally.first:
        return pa.table({**{name: pa.nulls(0) for name in tally.needs.keys}, "_rows": rows})
    return pa.Table.from_batches(tally.first).combine_chunks().append_column("_rows", rows)


class Leaves(Mapping[str, Sequence[Any]]):
    """The cells of all units as the columns of a scan, each made when it is asked for."""

    def __init__(self, found: Sequence[Found], text: RowText, memory: Memory | None) -> None:
        self.found, self.memory = list(found), memory
        self.terms: dict[str, TermText] = {term.name: term for term in text.terms}
        self._keys, self._shape = text.keys, text.shape
        self._made: dict[str, list[Any]] = {}
        self._counts: dict[str, Count] = {}

    def __getitem__(self, name: str) -> list[Any]:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def _make(self, name: str) -> list[Any]:
        column = self._column(name)
        if self._joined is not None:
            return list(self._joined.column(column).to_pylist())
        return [value for f in self.found for value in f.table.column(column).to_pylist()]

    def _column(self, name: str) -> str:
        """What a column of the scan is called in what is kept."""
        if name in self._keys or name == "_rows":
            return name
        matched = name.endswith("__n") and name not in self.terms
        term = self.terms[name.removesuffix("__n") if matched else name]
        return f"{term.id}__n" if matched else term.id

    @cached_property
    def _joined(self) -> pa.Table | None:
        """The tables of all units as one, where their columns have the same types; a unit without rows has none."""
        wanted = [*self._keys, "_rows"]
        for term in self.terms.values():
            wanted += [term.id, f"{term.id}__n"] if term.how in ("sum", "min", "max") else []
            wanted += [term.id] if term.how == "count" else []
        tables = [f.table for f in self.found if f.table.num_rows]
        if any(table.schema != tables[0].schema for table in tables):
            tables = [table.select(list(dict.fromkeys(wanted))) for table in tables]
        if not tables or any(table.schema != tables[0].schema for table in tables):
            return None
        return pa.concat_tables(tables).combine_chunks()

    def numbers(self, name: str) -> Numbers | None:
        """A term's totals as whole numbers; nothing where they might not fit 64 bits, added up."""
        if self._joined is None:
            return None
        array = self._joined.column(self._column(name)).chunk(0)
        found = numbers_of(array)
        if found is None or float(np.abs(found.numbers.astype(np.float64)).sum()) >= 2.0**62:
            return None
        return Numbers(found.numbers, found.there, array.type.scale if pa.types.is_decimal(array.type) else 0)

    def __iter__(self) -> Iterator[str]:
        yield from (*self._keys, "_rows", *self.terms)

    def __len__(self) -> int:
        return len(self._keys) + 1 + len(self.terms)

    def distinct(self, name: str, cells: Sequence[int]) -> int:
        """How many identities a distinct term counts over some cells together."""
        wanted = self.terms[name].id
        if wanted not in self._counts:
            self._counts[wanted] = self._count(wanted)
        return self._counts[wanted].of(wanted, tuple(cells))

    def _count(self, wanted: str) -> Count:
        # what was kept earlier may be cut into crowds differently from file to file
        ids = [next(ids for ids in f.crowds if wanted in ids) for f in self.found]
        if len(set(ids)) > 1:
            return Count([f.crowds[each].only(wanted) for f, each in zip(self.found, ids, strict=True)])
        others = (self._counts[other] for other in ids[0] if other in self._counts)
        return next((count for count in others if count.conditions == ids[0]), None) or Count(
            [f.crowds[ids[0]] for f in self.found], self._kept(ids[0])
        )

    def _kept(self, ids: tuple[str, ...]) -> Kept | None:
        if self.memory is None:
            return None
        names = [fingerprint(f.name, *ids) for f in self.found]
        return Kept(self.memory, names, self._shape, self._told)

    def _told(self) -> list[str]:
        """Which cell each is, in words."""
        if not self._keys:
            return ["()"] * sum(f.table.num_rows for f in self.found)
        return [repr(cell) for cell in zip(*(self[name] for name in self._keys), strict=True)]
