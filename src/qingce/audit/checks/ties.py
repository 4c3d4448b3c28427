"""A row of a table and a sentence of the same name tell the same value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from qingce.audit.checks.rows import rows_of
from qingce.audit.model import Kind, Quantity
from qingce.audit.relation import Outcome, near_miss, significant
from qingce.audit.statement import Reading, Said, core_of

RULE = "tie"
_UNIT = re.compile(
    r"(?:人民币|港币|港元|美元|单位[:：]?\s*|\(|（|RMB|HK\$|US\$|£|€|\$)\s*(?:人民币|港币)?\s*[（(]?(?P<unit>亿元|百万元|千元|万元|百万港元|千港元|"
    r"亿|百万|千|million|m\b|bn\b|billion|'?000)",
    re.I,
)
_SCALES = {
    "亿": 10**8,
    "百万": 10**6,
    "千": 10**3,
    "万": 10**4,
    "million": 10**6,
    "m": 10**6,
    "bn": 10**9,
    "billion": 10**9,
    "000": 10**3,
    "'000": 10**3,
}


def check(reading: Reading) -> Iterator[Outcome]:
    """正文与表格同名指标：正文金额须等于表中该行某一期的数（按表头单位换算、按正文位数舍入）。"""
    rows: dict[str, list[tuple[int, tuple[Quantity, ...]]]] = defaultdict(list)
    for row in rows_of(reading):
        name = core_of(re.sub(r"[（(].*?[)）]|[:：\s]+$|^\s*[\d.、]+", "", row.label)).lower()
        if len(name) >= (4 if re.search(r"[\u4e00-\u9fff]", name) else 8):
            rows[name].append((row.at, tuple(q for q in row.values if q is not None)))
    units = [
        (reading.row_of(m.start()), Decimal(_SCALES[re.sub(r"港?元$", "", m["unit"].lower())]))
        for m in _UNIT.finditer(reading.flat)
    ]
    for s in reading.said:
        q = s.quantity
        if (
            not q.dimension.startswith("money")
            or q.scale < 1000
            or q.kind is not Kind.AMOUNT
            or significant(q) < 3
            or s.alone
        ):
            continue
        found = rows.get(s.core.lower(), ())
        if 0 < len(found) <= 8:
            yield from _against(s, list(found), units)


def _against(
    s: Said, rows: list[tuple[int, tuple[Quantity, ...]]], units: list[tuple[int, Decimal]]
) -> Iterator[Outcome]:
    slips: list[Quantity] = []
    for at, values in rows:
        last = bisect_right(units, (at, Decimal(10**9))) - 1
        scale = units[last][1] if last >= 0 and units[last][0] >= at - 40 else None
        for v in values:
            for factor in (
                (scale,) if scale else (Decimal(1), Decimal(10**3), Decimal(10**4), Decimal(10**6), Decimal(10**8))
            ):
                base = v.value * factor
                low, high = s.quantity.low, s.quantity.high
                if (low is None or base >= low) and (high is None or base <= high):
                    yield Outcome(RULE, True, (s.quantity, v))
                    return
                if scale and v is values[0] and near_miss(_rounded(v, base, s.quantity), s.quantity):
                    slips.append(v)
    if slips and s.quantity.low is not None and s.quantity.high is not None:
        v = slips[0]
        yield Outcome(
            RULE,
            False,
            (s.quantity, v),
            f"“{s.core}”正文为 {s.quantity.text}，表格（第 {v.span.line} 行）为 {v.text}（表头单位换算后不等）。",
            f"{s.quantity.text} ≠ {v.text}",
            confidence=0.7,
            resolve="核对正文与表格口径；同一口径的应一致。",
        )


def _rounded(v: Quantity, base: Decimal, like: Quantity) -> Quantity:
    """The table's value in the unit and with the digits of the sentence."""
    places = Decimal(1).scaleb(int(like.value.as_tuple().exponent))
    value = (base / like.scale).quantize(places, ROUND_HALF_UP)
    return Quantity(
        v.text,
        value,
        None,
        None,
        like.unit,
        like.dimension,
        like.scale,
        like.step,
        like.qualifier,
        like.kind,
        0,
        "",
        v.span,
        v.bare,
        v.index,
    )
