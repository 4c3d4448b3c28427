"""Topics with their items, and groups of stakeholders: set, changed, taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qingce.casework.materiality import Group, Item, Kind, Topic
from qingce.casework.rights import Actor
from qingce.core.errors import Missing, Refused
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.rounds import ID, Round, changing, named, read_round

ITEMS = 12
LONG = 500


def set_topic(desk: Desk, actor: Actor, name: str, topic: Topic) -> Round:
    """Add a topic, or change it where one of that id stands.

    Raises:
        Denied, Missing: no right; no such round.
        Refused: a name is missing, or what it switches does not exist.
    """
    topic = _known(desk, topic)
    with changing(desk, actor, name) as (made, found):
        same = next((t for t in found.case.topics if t.label == topic.label and t.id != topic.id), None)
        if same is not None:
            raise Refused(f"已有名为“{topic.label}”的议题。")
        made.append(actor.account, "topic_set", f"assessment/{name}", topic.facts)
        return read_round(made.db, name)


def _known(desk: Desk, topic: Topic) -> Topic:
    if not ID.fullmatch(topic.id):
        raise Refused("议题的编号用字母、数字和 _ -，至多 40 个字符，例如 green_finance。")
    label = named(topic.label, "议题的名称", 40)
    if len(topic.note) > LONG or len(topic.label_en) > 80:
        raise Refused(f"议题的说明不超过 {LONG} 字，英文名称不超过 80 个字母。")
    if len(topic.items) > ITEMS or len({i.id for i in topic.items}) < len(topic.items):
        raise Refused(f"一个议题至多 {ITEMS} 项影响、风险与机遇，编号各不相同。")
    items = tuple(replace(i, label=named(i.label, "影响、风险或机遇的内容", 120),
                          actual=i.actual and i.kind in (Kind.POSITIVE, Kind.NEGATIVE)) for i in topic.items)
    packs = set(desk.registry.pack_of.values())
    _exist("指标包", topic.packs, packs)
    _exist("指标", (*topic.metrics, *topic.mandatory), desk.registry.metrics)
    clauses = {f"{s.name}/{d.code}" for s in desk.registry.standards.values() for d in s.disclosures}
    _exist("披露项", topic.clauses, clauses)
    return replace(topic, label=label, items=items, note=topic.note.strip(), label_en=topic.label_en.strip())


def _exist(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise Refused(f"没有{what}“{'、'.join(unknown[:5])}”。")


def remove_topic(desk: Desk, actor: Actor, name: str, topic: str, reason: str) -> Round:
    """Take a topic out of a round; what was scored of it stays on the journal.

    Raises:
        Denied, Missing, Refused: no right; no such round or topic; no reason.
    """
    words = named(reason, "撤销的原因", LONG)
    with changing(desk, actor, name) as (made, found):
        found.topic(topic)
        made.append(actor.account, "topic_removed", f"assessment/{name}", {"id": topic, "words": words})
        return read_round(made.db, name)


def items_of(lines: Sequence[tuple[str, str, str, bool]]) -> tuple[Item, ...]:
    """Items from the rows of a form: id (empty for a new one), kind, label, actual; rows without a label are none.

    >>> found = items_of([("", "risk", "减值", False), ("i2", "negative", "扬尘", True), ("", "risk", "", False)])
    >>> [i.id for i in found]
    ['i1', 'i2']
    """
    taken = {name for name, _, label, _ in lines if name and label.strip()}
    made = []
    for given, kind, label, actual in lines:
        if not label.strip():
            continue
        name = given or next(f"i{n}" for n in range(1, len(lines) + ITEMS + 1) if f"i{n}" not in taken)
        taken.add(name)
        if kind not in set(Kind):
            raise Refused("请选择是正面影响、负面影响、风险还是机遇。")
        made.append(Item(name, Kind(kind), label.strip(), actual))
    return tuple(made)


def listed(text: str) -> tuple[str, ...]:
    """Names that somebody typed, parted by spaces, commas or line ends.

    >>> listed("green_loan_balance, water electricity")
    ('green_loan_balance', 'water', 'electricity')
    """
    return tuple(dict.fromkeys(re.split(r"[\s,，、;；]+", text.strip()))) if text.strip() else ()


# -- groups -----------------------------------------------------------------------------------------
def set_group(desk: Desk, actor: Actor, name: str, group: Group) -> Round:
    """Add a group of stakeholders, or change it.

    Raises:
        Denied, Missing, Refused: no right; no such round; a name is missing or too long.
    """
    if not ID.fullmatch(group.id):
        raise Refused("利益相关方的编号用字母、数字和 _ -，例如 customers。")
    label = named(group.label, "利益相关方的名称", 40)
    if max(len(group.expectations), len(group.channels)) > LONG:
        raise Refused(f"期望与沟通渠道各不超过 {LONG} 字。")
    with changing(desk, actor, name) as (made, _):
        kept = replace(group, label=label, expectations=group.expectations.strip(), channels=group.channels.strip())
        made.append(actor.account, "stakeholder_set", f"assessment/{name}", kept.facts)
        return read_round(made.db, name)


def remove_group(desk: Desk, actor: Actor, name: str, group: str) -> Round:
    """Take a group out of a round.

    Raises:
        Denied, Missing: no right; no such round or group.
        Refused: it was asked already.
    """
    with changing(desk, actor, name) as (made, found):
        if group not in {g.id for g in found.case.groups}:
            raise Missing("没有这一类利益相关方。")
        if any(s.stakeholder == group for s in found.surveys):
            raise Refused("这一类利益相关方已有问卷，不能撤销；可以把权重设为零。")
        made.append(actor.account, "stakeholder_removed", f"assessment/{name}", {"id": group})
        return read_round(made.db, name)
