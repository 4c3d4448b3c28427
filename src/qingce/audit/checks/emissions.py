"""Total greenhouse gas emissions are the sum of the scopes that are told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.checks.sums import outcome
from qingce.audit.model import Kind
from qingce.audit.relation import Outcome, adds_up
from qingce.audit.statement import Reading, Said

RULE = "emissions"
_SCOPE = re.compile(
    r"(?:范围|范畴|类别|scope)\s*([123一二三])(?!\s*(?:和|与|及|、|\+|and|&|,|or)\s*(?:范围|范畴|scope)?\s*[123一二三])",
    re.I,
)
_TOTAL = re.compile(r"总量|总计|合计|total|总排放", re.I)
_NUMBER = {"一": "1", "二": "2", "三": "3"}


def check(reading: Reading) -> Iterator[Outcome]:
    """温室气体排放总量须等于所列范围一、范围二（及范围三）之和；其后逐项给出的同比变动也须如此。"""
    said = [s for s in reading.said if s.quantity.dimension == "co2"]
    for n, total in enumerate(said):
        if total.quantity.kind is Kind.CHANGE or not _TOTAL.search(total.own) or _SCOPE.search(total.own):
            continue
        scopes: dict[str, Said] = {}
        end = n
        for k in range(n + 1, min(n + 4, len(said))):
            m = _SCOPE.search(said[k].own)
            number = _NUMBER.get(m[1], m[1]) if m else ""
            if number in scopes:
                scopes = {}
                break
            if not m or said[k].row - total.row > 14 or said[k].quantity.kind is Kind.CHANGE:
                break
            scopes[number] = said[k]
            end = k
        if len(scopes) < 2 or not {"1", "2"} <= set(scopes):
            continue
        parts = list(scopes.values())
        if len(parts) == 3 and adds_up([p.quantity for p in parts[:2]], total.quantity):
            parts = parts[:2]
        yield outcome(total, parts, RULE)
        yield from _changes(said[end + 1 : end + 2 + len(scopes)], len(scopes))


def _changes(changes: list[Said], scopes: int) -> Iterator[Outcome]:
    """As many changes as there were quantities, in the same order and all in one direction."""
    if len(changes) != scopes + 1 or any(c.quantity.kind is not Kind.CHANGE for c in changes):
        return
    if len({c.quantity.sign for c in changes}) != 1 or changes[-1].row - changes[0].row > 12:
        return
    total, parts = changes[0], changes[1:]
    if any(p.quantity.base > total.quantity.base for p in parts) and not adds_up(
        [p.quantity for p in parts], total.quantity
    ):
        return
    yield outcome(total, parts, RULE)
