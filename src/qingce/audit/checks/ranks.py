"""Ranks lie within the number ranked; so much per ten shares, times the shares, is the sum paid."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.model import Quantity
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

RULE = "rank"
_RANK = re.compile(
    r"在\s*(?P<n>\d{1,4})\s*[家个名位][^，。；\d]{0,14}[中里内]\s*[^，。；\d]{0,10}第\s*(?P<k>\d{1,4})|"
    r"\b(?P<k2>\d{1,4})(?:st|nd|rd|th) (?:out of|among) (?:the )?(?P<n2>\d{1,4})\b", re.I)
_PER_TEN = re.compile(
    r"每\s*(?:10|十)\s*股[^，。；]{0,16}$|\bper (?:10|ten) shares[^.;]{0,16}$", re.I)
_BEHIND = re.compile(r"^\s*(?:\(.{0,12}\)\s*)?(?:for every|per) (?:10|ten) (?:ordinary )?shares", re.I)
_PAID = re.compile(r"共计?|合计|总额|总计|total|aggregat", re.I)


def check(reading: Reading) -> Iterator[Outcome]:
    """名次不得大于参评家数；每 10 股派息乘以总股本须等于派息总额。"""
    for m in _RANK.finditer(reading.flat):
        rank, size = int(m["k"] or m["k2"]), int(m["n"] or m["n2"])
        yield Outcome(RULE, 0 < rank <= size, (), f"{size} 家之中不会有第 {rank} 名。", f"{rank} > {size}",
                      confidence=0.85, resolve="核对名次与参评家数。", span=reading.span(m.start(), m.end()))
    said = reading.said
    for n, rate in enumerate(said):
        ahead = _PER_TEN.search(reading.flat[max(0, rate.begin - 32) : rate.begin])
        if not rate.quantity.dimension.startswith("money") or not (
            ahead or _BEHIND.search(reading.flat[rate.end : rate.end + 48])
        ):
            continue
        near = [s for s in said[max(0, n - 5) : n + 6] if abs(s.row - rate.row) <= 4]
        shares = [s for s in near if s.quantity.dimension == "share" and s.quantity.base >= 1_000_000]
        paid = [s for s in near if s.quantity.dimension == rate.quantity.dimension and s is not rate
                and _PAID.search(s.own[-24:]) and s.quantity.base > rate.quantity.base * 1000]
        if len(shares) == 1 and len(paid) == 1:
            yield _paid(rate.quantity, shares[0].quantity, paid[0].quantity)


def _paid(rate: Quantity, shares: Quantity, paid: Quantity) -> Outcome:
    due = rate.base * shares.base / 10
    slack = paid.step + shares.step * rate.base / 10 + rate.step * shares.base / 10
    return Outcome(
        RULE, abs(due - paid.base) <= slack, (paid, rate, shares),
        f"每 10 股 {rate.text}，按 {shares.text} 计应派 {due / paid.scale:,.2f}，文中写 {paid.text}。",
        f"{shares.text} ÷ 10 × {rate.text} = {due / paid.scale:,.2f}", confidence=0.8,
        resolve="核对股本基数、每股派息与派息总额。")
