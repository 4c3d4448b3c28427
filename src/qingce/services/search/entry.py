"""What may be found: one entry for each thing that has a place to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qingce.casework.rights import Action


class Kind(StrEnum):
    """What is found, in the order in which results are shown."""

    METRIC = "metric"
    FIGURE = "figure"
    ITEM = "item"
    PARAGRAPH = "paragraph"
    DISCLOSURE = "disclosure"
    CHECK = "check"
    CASE = "case"
    COMMENT = "comment"
    EVIDENCE = "evidence"
    TOPIC = "topic"
    EDITION = "edition"
    ACCOUNT = "account"
    SUBJECT = "subject"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.METRIC: "指标", Kind.FIGURE: "数值", Kind.ITEM: "填报项", Kind.PARAGRAPH: "报告段落",
    Kind.DISCLOSURE: "标准披露项", Kind.CHECK: "勾稽与疑点", Kind.CASE: "工单", Kind.COMMENT: "评论",
    Kind.EVIDENCE: "证据", Kind.TOPIC: "重要性议题", Kind.EDITION: "版本", Kind.ACCOUNT: "人员与岗位",
    Kind.SUBJECT: "日志对象",
}
READ: Mapping[Kind, Action] = {
    Kind.METRIC: Action.READ_FIGURES, Kind.FIGURE: Action.READ_FIGURES, Kind.ITEM: Action.READ_ITEMS,
    Kind.PARAGRAPH: Action.READ_PAGES, Kind.DISCLOSURE: Action.READ_PAGES, Kind.CHECK: Action.READ_FINDINGS,
    Kind.CASE: Action.READ_ITEMS, Kind.EVIDENCE: Action.READ_EVIDENCE, Kind.TOPIC: Action.READ_MATERIALITY,
    Kind.EDITION: Action.READ_EDITIONS, Kind.ACCOUNT: Action.READ_PEOPLE, Kind.SUBJECT: Action.READ_JOURNAL,
}
"""The right that whoever finds it must have; a comment asks for that of its subject."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that may be found.

    Attributes:
        key: names it within its kind.
        names: what it is called exactly; whoever types one of them whole finds it before all else.
        label: its title; ``where`` what stands beside that; ``text`` what it says.
        href: its place in the desk.
        action, org, pack: what whoever finds it must be allowed, and for what.
        place: its place among others that are found as well, the first lowest.
    """

    kind: Kind
    key: str
    label: str
    href: str
    action: Action
    names: tuple[str, ...] = ()
    where: str = ""
    text: str = ""
    org: str = ""
    pack: str = ""
    place: int = 0


def entry(
    kind: Kind, key: str, label: str, href: str, *, names: tuple[str, ...] = (), where: str = "", text: str = "",
    org: str = "", pack: str = "", place: int = 0, action: Action | None = None,
) -> Entry:
    """An entry that asks for the right of its kind."""
    return Entry(kind, key, label, href, action or READ[kind], names, where, text, org, pack, place)
