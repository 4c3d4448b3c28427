"""A part is not greater than its whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qingce.audit.model import Kind
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

RULE = "part"
_EACH = re.compile(r"均|每|per |each|average", re.I)
_OF = re.compile(r"^[\s，,；;（(]*(?:其中|of which|including|包括)", re.I)


def check(reading: Reading) -> Iterator[Outcome]:
    """“其中”所列的任何一项不得大于其总数。"""
    said = reading.said
    for n, (whole, part) in enumerate(pairwise(said)):
        p, q = whole.quantity, part.quantity
        if (
            p.dimension != q.dimension
            or p.dimension in ("", "percent", "point", "year", "day")
            or whole.sentence != part.sentence
        ):
            continue
        if (
            p.kind is Kind.CHANGE
            or q.kind is Kind.CHANGE
            or not _OF.search(part.own)
            or _EACH.search(whole.own[-12:])
            or p.high is None
            or q.low is None
        ):
            continue
        if any(
            s.sentence == part.sentence and s.quantity.dimension == q.dimension and (s.quantity.high or q.low) >= q.low
            for s in said[max(0, n - 6) : n]
        ):
            continue
        yield Outcome(
            RULE,
            q.low <= p.high,
            (q, p),
            f"“其中”一项 {q.text} 大于总数 {p.text}。",
            f"{q.text} > {p.text}",
            confidence=0.8,
            resolve="核对总数与其中项，或单位是否写错。",
        )
