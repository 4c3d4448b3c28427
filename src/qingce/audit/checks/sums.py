"""A total told in a sentence is the sum of the parts that the sentence lists in full."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.model import Kind, Qualifier
from qingce.audit.relation import Outcome, adds_up
from qingce.audit.statement import Reading, Said, grams

RULE = "sum"
_WHOLE = re.compile(r"共|合计|总|由|全部|累计|total|comprises?|consists?|altogether|in aggregate|aggregate", re.I)
_FULL = re.compile(
    r"构成|组成|分为|由\s*$|组成如下|comprising|comprise[sd]?|consisting|consists|made up|composed|namely|分别为", re.I
)
_REST = re.compile(r"其他|其它|其余|余下|剩余|\bothers?\b|\bthe rest\b|remaining|remainder", re.I)
_ACCOUNT = re.compile(
    r"其[他它](?:债权|权益|应[收付]|综合|业务|非|资产|负债|金融|营业|收益|支出|费用|流动|贷款|存款|货币|应交)"
)
_PART = re.compile(r"其中|包括|包含|涵盖|分别|of which|including|主要", re.I)
_ALIKE = ({"person"}, {"transaction", "case", "instance"}, {"event", "occasion"}, {"household", "firm"})


def check(reading: Reading) -> Iterator[Outcome]:
    """句中总数：写明“由…构成”或以“其他”“其余”收尾的分项列举，各项之和须等于总数；其余列举不要求穷尽。"""
    said = reading.said
    for n, last in enumerate(said):
        if _closes(reading, last):
            yield from _closing(reading, n)
    for n, total in enumerate(said):
        yield from _composed(reading, n, total)


def _closes(reading: Reading, s: Said) -> bool:
    behind = reading.flat[s.end : s.end + 10].split("\n")[0]
    words = (s.clause or s.own)[-24:]
    return (
        bool(_REST.search(words) or _REST.match(behind.strip())) and not _ACCOUNT.search(words + behind) and _amount(s)
    )


def _amount(s: Said) -> bool:
    q = s.quantity
    return (
        bool(q.dimension)
        and q.dimension not in ("percent", "point", "multiple", "year", "day", "age")
        and q.kind is not Kind.CHANGE
        and q.qualifier is Qualifier.EXACT
    )


def same_measure(a: Said, b: Said) -> bool:
    """Whether two units count the same thing (件 and 笔 of one list do)."""
    p, q = a.quantity, b.quantity
    return p.dimension == q.dimension or any({p.dimension, q.dimension} <= kind for kind in _ALIKE)


def _closing(reading: Reading, n: int) -> Iterator[Outcome]:
    """Back from an item called 其他: the run of like items, and the total told before it."""
    said, parts = reading.said, [n]
    i = n - 1
    while i >= 0 and n - i <= 12 and said[n].row - said[i].row <= 14:
        s = said[i]
        if s.quantity.dimension != "percent":
            if not _amount(s) or s.quantity.dimension != said[n].quantity.dimension or _WHOLE.search(s.own[-30:]):
                break
            if s.sentence != said[n].sentence and any(s.quantity.base == said[k].quantity.base for k in parts):
                break
            parts.insert(0, i)
            if _PART.search(s.own):
                break
        i -= 1
    if len(parts) < 2:
        return
    members = [said[k] for k in parts]
    amount = sum(m.quantity.base for m in members)
    for t in range(parts[0] - 1, max(-1, parts[0] - 9), -1):
        total = said[t]
        if (
            not same_measure(total, members[0])
            or not _amount(total)
            or not _WHOLE.search(total.own[-40:] + total.after)
        ):
            continue
        near = total.quantity.base * 7 <= amount * 10 <= total.quantity.base * 14
        if near and all(total.quantity.base >= m.quantity.base for m in members) and _tied(reading, total, members):
            yield outcome(total, members)
        return


def _tied(reading: Reading, total: Said, members: list[Said]) -> bool:
    """Whether total and parts speak of one thing: a word in common, or parts named in the total's own sentence."""
    words = grams(reading.context(total))
    share = sum(bool(grams(m.own + m.after) & words) for m in members)
    repeated = 0
    for s in reading.said[total.quantity.index + 1 : total.quantity.index + 8]:
        repeated += any(s.quantity.base == m.quantity.base and s is not m for m in members)
    return share * 2 >= len(members) or repeated >= 2


def _composed(reading: Reading, n: int, total: Said) -> Iterator[Outcome]:
    """Forward from a total that is said to be made up of what follows in its sentence."""
    said = reading.said
    if not _amount(total):
        return
    members: list[Said] = []
    for s in said[n + 1 : n + 12]:
        if s.sentence != total.sentence or not _amount(s) or not same_measure(s, total):
            break
        members.append(s)
    if len(members) < 2:
        return
    between = reading.flat[total.end : members[0].begin]
    closing = reading.flat[members[-1].end : members[-1].end + 12]
    full = _FULL.search(between) or re.search(r"由\s*$", total.own) or (
        re.match(r"\s*[，,]?\s*由", between) and re.match(r"\s*(?:共同|等)?(?:构成|组成)", closing)
    )
    if not full or any(m.quantity.base > total.quantity.base for m in members):
        return
    if re.match(r"\s*(?:等|、|和|及|and\b|among)", closing):
        return
    yield outcome(total, members)


def outcome(total: Said, members: list[Said], rule: str = RULE) -> Outcome:
    """Total against parts, with the sum written out."""
    parts = [m.quantity for m in members]
    amount = sum(p.base for p in parts) / total.quantity.scale
    sums = " + ".join(p.text for p in parts) + f" = {amount:,}"
    return Outcome(
        rule,
        adds_up(parts, total.quantity),
        (total.quantity, *parts),
        f"总数 {total.quantity.text} 与所列各项之和 {amount:,} 不符。",
        sums,
        resolve="核对总数与各分项。",
    )
