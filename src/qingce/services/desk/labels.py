"""What things are called when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from qingce.casework.item import Item
from qingce.core.figure import Dims, FigureKey
from qingce.core.period import Period
from qingce.core.unit import unit
from qingce.services.desk.desk import Desk

_SHOWN: Mapping[str, str] = {"": "", "over": "超", "nearly": "近", "about": "约"}


def metric_label(desk: Desk, metric: str, dims: Dims = ()) -> str:
    """A metric with the member of its family; the bare name where it is no longer declared."""
    declared = desk.registry.metrics.get(metric)
    if declared is None:
        return metric
    parts = [declared.label]
    for dimension, code in dims:
        codes = desk.registry.code_list(declared, dimension)
        parts.append(codes.label_of(code) if codes is not None else code)
    return "·".join(parts)


def item_label(desk: Desk, item: Item) -> str:
    """What an item asks for."""
    return metric_label(desk, item.metric, item.dims)


def org_name(desk: Desk, org: str) -> str:
    """The name of an org, or its code where it is not in the tree."""
    return desk.tree.name(org) if org in desk.tree else org


def pack_label(desk: Desk, pack: str) -> str:
    """The name of a pack."""
    found = desk.registry.packs.get(pack)
    return found.label if found is not None else pack


def answer_text(item: Item) -> str:
    """What was answered, as read: 超 4,200 人, 不适用, 暂缺, or a dash."""
    answer = item.answer
    if answer.answered is None:
        return "—"
    if answer.value is None:
        return "不适用" if answer.answered == "not_applicable" else "暂缺"
    symbol = unit(item.unit).text
    gap = "" if symbol in ("", "%") else " "
    return f"{_SHOWN.get(str(answer.qualifier), '')}{answer.value:,f}{gap}{symbol}"


def number_text(value: object) -> str:
    """A number with thousands separators, or a dash."""
    return "—" if value is None else f"{value:,f}"


def member_labels(desk: Desk, key: FigureKey) -> list[str]:
    """What the members of a key are called."""
    declared = desk.registry.metrics.get(key.metric)
    if declared is None:
        return [code for _, code in key.dims]
    lists = ((desk.registry.code_list(declared, dimension), code) for dimension, code in key.dims)
    return [codes.label_of(code) if codes is not None else code for codes, code in lists]


def ranking(desk: Desk) -> Callable[[FigureKey], tuple[object, ...]]:
    """The order in which figures are listed: metrics and members as declared, orgs as in the tree, newest first."""
    metrics = {name: at for at, name in enumerate(desk.registry.metrics)}
    orgs = {code: at for at, code in enumerate(desk.tree)}

    @lru_cache(maxsize=4096)
    def day(text: str) -> tuple[int, int]:
        period = Period.parse(text)
        return -period.end.toordinal(), period.start.toordinal()

    @lru_cache(maxsize=4096)
    def member(metric: str, dimension: str, code: str) -> tuple[int, int, str]:
        declared = desk.registry.metrics.get(metric)
        if declared is None or dimension not in declared.by:
            return 0, 0, code
        codes = desk.registry.code_list(declared, dimension)
        known = [value.code for value in codes.values] if codes is not None else []
        return declared.by.index(dimension), known.index(code) if code in known else len(known), code

    def rank(key: FigureKey) -> tuple[object, ...]:
        dims = tuple(member(key.metric, dimension, code) for dimension, code in key.dims)
        return (metrics.get(key.metric, len(metrics)), key.metric, orgs.get(key.org, len(orgs)), key.org,
                *day(key.period), len(dims), dims)

    return rank
