"""Distinct counts on a cluster: never the identities themselves, only how many share the same cells.

A distinct count does not add up over cells, so the plain scan brings a list of identities for each
cell, which a cluster's book would drown the driver in. Here the cluster notes for each identity the
cells it occurs in, and answers how many identities have the very same set of cells. Those sets are as
few as the ways in which customers spread over branches and members, whatever their number, and the
count over any union of cells is the sum over the sets that touch it: exact, for every org and period.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from qingce.core.metric import Kind
from qingce.engine.compile import Tables
from qingce.engine.plan import Scan, Term


def lean(scan: Scan) -> ir.Table:
    """The scan without lists of identities."""
    lists = [term.name for term in scan.terms if term.reduction.how == "distinct"]
    return scan.expr.drop(*lists) if lists else scan.expr


def crowds(tables: Tables, scan: Scan) -> list[tuple[ir.Table, tuple[str, ...]]]:
    """A query for each kind of identity, with the terms it answers."""
    groups: dict[tuple[bool, Any], list[Term]] = {}
    for term in scan.terms:
        if term.reduction.how == "distinct" and term.reduction.arg is not None:
            # a stock looks at one day: its sets need not tell on which other days somebody was there
            alone = term.kind is Kind.STOCK and scan.time == "day"
            groups.setdefault((alone, term.reduction.arg.op()), []).append(term)
    return [(_crowd(tables[scan.table], scan, terms, alone), tuple(term.name for term in terms))
            for (alone, _), terms in groups.items()]


def _crowd(source: ir.Table, scan: Scan, terms: Sequence[Term], alone: bool) -> ir.Table:
    who = terms[0].reduction.arg
    assert who is not None
    one, none = ibis.literal(1, "int64"), ibis.literal(0, "int64")
    flags: dict[str, ir.Value] = {}
    for number, term in enumerate(terms):
        where = term.reduction.where
        flags[f"m{number}"] = one if where is None else ibis.ifelse(where, one, none)
    rows = source.select(**scan.keys, _who=who, **flags)
    rows = rows.filter(rows["_who"].notnull() & ibis.or_(*(rows[flag] == 1 for flag in flags)))
    once = rows.group_by([*scan.keys, "_who"]).aggregate(**{flag: rows[flag].max() for flag in flags})
    cell = ibis.struct({name: once[name] for name in (*scan.keys, *flags)})
    spread = once.group_by(["_who", *(["_time"] if alone else [])]).aggregate(cells=cell.collect().sort())
    return spread.group_by("cells").aggregate(n=spread.count())


class Crowds:
    """Distinct counts over cells of a scan.

    Args:
        columns: the scan's columns; ``keys`` names those that its cells are grouped by.
        found: for each query its terms and its columns.
    """

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], keys: Sequence[str],
        found: Sequence[tuple[Sequence[str], Mapping[str, Sequence[Any]]]],
    ) -> None:
        cells_of = zip(*(columns[key] for key in keys), strict=True) if keys else [()]
        position = {cell: n for n, cell in enumerate(cells_of)}
        self._at: dict[str, dict[int, list[int]]] = {}
        self._sizes: dict[str, Sequence[int]] = {}
        for terms, result in found:
            touched: list[dict[int, list[int]]] = [{} for _ in terms]
            for number, cells in enumerate(result["cells"]):
                for cell in cells:
                    where = position[tuple(cell[key] for key in keys)]
                    for flag, places in enumerate(touched):
                        if cell[f"m{flag}"]:
                            places.setdefault(where, []).append(number)
            for term, places in zip(terms, touched, strict=True):
                self._at[term], self._sizes[term] = places, result["n"]

    def distinct(self, term: str, cells: Sequence[int]) -> int:
        """How many identities a distinct term counts over some cells together."""
        places, sizes = self._at[term], self._sizes[term]
        return sum(sizes[number] for number in {n for cell in cells for n in places.get(cell, ())})
