"""How collected figures are shown: the chip of a state, the words of a step, an item as a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from qingce.services.desk import Actor, Desk
from qingce.services.desk.campaign import Campaign, campaigns
from qingce.services.desk.collecting import Done, Item
from qingce.services.desk.labels import answer_text, item_label, org_name
from qingce.web.language import marked as _

CHIPS: Mapping[str, str] = {
    "to_start": "not_started", "in_progress": "in_progress", "submitted": "in_review", "reviewed": "in_approval",
    "approved": "approved", "returned": "returned", "voided": "void",
}
"""The chip of each state of an item."""
STATES: Sequence[tuple[str, str]] = (
    ("", _("全部状态")), ("to_start", _("未开始")), ("in_progress", _("填报中")), ("submitted", _("待复核")),
    ("reviewed", _("待审批")), ("approved", _("已审批")), ("returned", _("已退回")),
)
STEPS: Mapping[str, str] = {"file": _("填报"), "review": _("复核"), "approve": _("审批")}


@dataclass(frozen=True, slots=True)
class Shown:
    """An item with everything a row of a list says about it."""

    item: Item
    label: str
    org: str
    text: str
    chip: str
    late: int

    @property
    def href(self) -> str:
        """The item's own page."""
        return item_href(self.item.id)


def shown(desk: Desk, item: Item) -> Shown:
    """An item as it is shown."""
    return Shown(item, item_label(desk, item), org_name(desk, item.org), answer_text(item),
                 CHIPS[str(item.state)], item.late(desk.today))


def item_href(name: str) -> str:
    """The address of an item's page.

    >>> item_href("2024/staff/B01/sex=f")
    '/filing/item/2024/staff/B01/sex%3Df'
    """
    return f"/filing/item/{quote(name, safe='/')}"


def with_query(path: str, **said: object) -> str:
    """An address with what is not empty.

    >>> with_query("/progress/2024", top="B01", late="")
    '/progress/2024?top=B01'
    """
    query = urlencode({name: str(value) for name, value in said.items() if value})
    return f"{path}?{query}" if query else path


def current(desk: Desk, actor: Actor, name: str = "") -> Campaign | None:
    """The campaign asked for, else the latest open one, else the latest."""
    every = campaigns(desk, actor)
    if name:
        return next((c for c in every if c.id == name), None)
    return next((c for c in every if c.open), every[0] if every else None)


def told(request: Request, done: Done) -> tuple[str, str]:
    """A bulk act in words and the kind of its notice: what was left alone is named."""
    if not done.rest:
        return done.text, "done"
    first = list(done.rest.items())[:5]
    listed = "；".join(f"{name.split('/', 1)[-1]}：{why}" for name, why in first)
    more = f"；等 {len(done.rest)} 项" if len(done.rest) > len(first) else ""
    return f"{done.text}{listed}{more}", "warn" if done.done else "error"
