"""What things are called when they are shown."""

from __future__ import annotations

from collections.abc import Mapping

from qingce.casework.item import Item
from qingce.core.figure import Dims
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
