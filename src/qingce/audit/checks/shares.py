"""Shares are part over whole, and opposite shares make a hundred."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from qingce.audit.model import Kind, Quantity
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading, Said, core_of

RULE = "share"
_OPPOSITES = (
    ("男性", "女性"),
    ("男", "女"),
    ("境内", "境外"),
    ("城镇", "农村"),
    ("非管理层", "管理层"),
    ("线上", "线下"),
    ("固定利率", "浮动利率"),
    ("female", "male"),
    ("women", "men"),
    ("onshore", "offshore"),
    ("non-management", "management"),
    ("non-renewable", "renewable"),
    ("非可再生", "可再生"),
    ("活期", "定期"),
)
_UNTRUE = re.compile(
    r"增|降|升|减|率|较|覆盖|签订|签约|满意|完成|离职|流失|turnover|rate|coverage|growth|satisf|attend|retention|completion|increase|decrease",
    re.I,
)
_SHARE = re.compile(r"占|百分比|比例|比重|percentage|proportion|share|%", re.I)
_OF = re.compile(r"其中|构成|组成|of which|including|comprising", re.I)


def check(reading: Reading) -> Iterator[Outcome]:
    """占比：男女、内外、管理层与非管理层等对立两项占比之和应为 100%；“其中某项若干，占比若干”须与总数相符。"""
    yield from _opposites(reading)
    yield from _of_whole(reading)


def _opposites(reading: Reading) -> Iterator[Outcome]:
    labelled: dict[str, list[tuple[str, str, Said]]] = defaultdict(list)
    for s in reading.said:
        label = core_of(
            re.sub(r"[\s%]+", "", s.own) if re.search(r"[\u4e00-\u9fff]", s.own) else s.own.replace("%", "").strip()
        )
        tail = reading.rows[s.row]
        percent = s.quantity.dimension == "percent" or (not s.quantity.unit and "%" in tail)
        if not percent or not label or _UNTRUE.search(label) or not _SHARE.search(label + tail) or len(label) > 40:
            continue
        if s.quantity.kind in (Kind.GROWTH, Kind.POINTS) or not 0 <= s.quantity.value <= 100:
            continue
        for pair in _OPPOSITES:
            for word in pair:
                if re.search(rf"(?<![a-z非]){word}", label, re.I):
                    key = re.sub(rf"(?<![a-z]){word}", "◯", label, count=1, flags=re.I)
                    labelled[f"{pair}{key}"].append((word, label, s))
                    break
            else:
                continue
            break
    for group in labelled.values():
        for (word, name, s), (other, second, t) in pairwise(group):
            if (
                word.lower() != other.lower()
                and len(group) == 2
                and t.row - s.row <= 40
                and name != second
                and 90 <= s.quantity.value + t.quantity.value <= 110
            ):
                yield _hundred(s.quantity, t.quantity, name, second)


def _hundred(a: Quantity, b: Quantity, first: str, second: str) -> Outcome:
    step = _half(a) + _half(b)
    amount = a.value + b.value
    return Outcome(
        RULE,
        abs(amount - 100) <= step,
        (b, a),
        f"“{first}”与“{second}”合计 {amount}%，不是 100%。",
        f"{a.value}% + {b.value}% = {amount}%",
        confidence=0.8,
        resolve="核对两项占比的分母是否相同；如不相同，应说明口径。",
    )


def _half(q: Quantity) -> Decimal:
    return Decimal(1).scaleb(int(q.value.as_tuple().exponent)) / 2


def _of_whole(reading: Reading) -> Iterator[Outcome]:
    said = reading.said
    for n, share in enumerate(said):
        q = share.quantity
        if (
            q.dimension != "percent"
            or q.kind is not Kind.SHARE
            or not re.search(r"占比?(?:为|达|约|高达)?\s*$|占比(?:达到)?", share.own[-8:])
        ):
            continue
        part = _part(reading, n)
        if part is None:
            continue
        whole = next(
            (
                said[k]
                for k in range(part - 1, max(-1, part - 7), -1)
                if said[k].quantity.dimension.split("_")[0] == said[part].quantity.dimension.split("_")[0]
                and said[k].quantity.base > said[part].quantity.base
                and _heads(reading, k, part)
            ),
            None,
        )
        if whole is None or not whole.quantity.base:
            continue
        p, w = said[part].quantity, whole.quantity
        low = (p.base - p.step) / ((w.high or w.base) + w.step) * 100 - q.step
        high = (p.base + p.step) / ((w.low or w.base) - w.step or Decimal(1)) * 100 + q.step
        true = p.base / w.base * 100
        yield Outcome(
            RULE,
            low <= q.value <= high,
            (q, p, w),
            f"{p.text} 占 {w.text} 的 {true:.2f}%，文中写 {q.text}。",
            f"{p.text} ÷ {w.text} = {true:.2f}%",
            resolve="核对分子、分母与占比。",
        )


def _part(reading: Reading, n: int) -> int | None:
    """The quantity that a share speaks of: the one just before it, or one of the same name."""
    said, share = reading.said, reading.said[n]
    name = re.sub(r"占比.*$|占$", "", share.core)
    name = re.sub(r"^其中", "", name)
    if not name:
        if (
            n
            and said[n - 1].sentence == share.sentence
            and len(share.own.strip()) <= 6
            and said[n - 1].quantity.dimension not in ("percent", "")
        ):
            return n - 1
        return None
    for k in range(n - 1, max(-1, n - 8), -1):
        if share.row - said[k].row <= 3 and said[k].core.endswith(name) and said[k].quantity.dimension != "percent":
            return k
    return None


def _heads(reading: Reading, whole: int, part: int) -> bool:
    """Whether the whole introduces the part: 其中 stands between them, in one sentence."""
    a, b = reading.said[whole], reading.said[part]
    return a.sentence == b.sentence and bool(_OF.search(reading.flat[a.end : b.begin]))
