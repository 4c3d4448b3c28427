"""The items of a campaign as they stand, followed through the journal instead of being read again and again.

Most events of a day change one item each, and every page shows many: who follows reads the rows that changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from qingce.ledger.look import Act, Happened, Look, look_of
from qingce.ledger.projections.collecting import ONE_ITEM, collecting, item

MOST = 20_000
"""Items of a campaign beyond which they are left in the database."""
_MOST_CHANGED = 200
_COUNT = select(func.count()).where(item.c.campaign == bindparam("campaign"))
_ALL = select(item).where(item.c.campaign == bindparam("campaign")).order_by(item.c.position)
_ONE = select(item).where(item.c.id == bindparam("name"))
_NAMED = select(item).where(item.c.id.in_(bindparam("names", expanding=True)))


@dataclass(frozen=True)
class ItemRows:
    """Items of a campaign at one moment.

    Attributes:
        seq: the event after which they stood so.
        rows: by id, in the order of their position; those no longer asked for, too.
        of_org: the ids of each org.
    """

    seq: int
    rows: Mapping[str, Row[Any]]
    of_org: Mapping[str, tuple[str, ...]]

    def of(self, orgs: Sequence[str] | None) -> Iterator[Row[Any]]:
        """Those of some orgs, or all, in their order."""
        if orgs is None:
            return iter(self.rows.values())
        found = [self.rows[name] for org in dict.fromkeys(orgs) for name in self.of_org.get(org, ())]
        return iter(sorted(found, key=lambda row: int(row.position)) if len(orgs) > 1 else found)


def item_rows(db: Connection, campaign: str) -> ItemRows | None:
    """The items of a campaign as a look sees them; nothing outside a look, or where there are too many to hold."""
    look = look_of(db)
    if look is None or look.moment is None:
        return None
    moment = look.moment
    name = ("item rows", moment.begun, campaign)
    held: ItemRows | None = look.memory.held(name)
    if held is not None and held.seq > moment.seq:
        return None  # another look is ahead of this one
    if held is None or held.seq < moment.seq:
        changed = None if held is None else _changed(campaign, moment.after(held.seq))
        held = _read(db, campaign, look) if held is None or changed is None else _followed(db, held, changed, look)
        look.memory.hold(name, held)
    return held if held.rows else None


def _changed(campaign: str, events: tuple[Happened, ...] | None) -> set[str] | None:
    """The items that events changed; nothing where it cannot be told from the events."""
    if events is None:
        return None
    found = set()
    for event in events:
        if event.did in ONE_ITEM:
            name = event.subject.partition("/")[2]
            if name.startswith(f"{campaign}/"):
                found.add(name)
        elif event.did in collecting.handlers:
            return None
    return found if len(found) <= _MOST_CHANGED else None


def _followed(db: Connection, held: ItemRows, changed: set[str], look: Look | Act) -> ItemRows:
    assert look.moment is not None
    if not changed or not held.rows:
        return replace(held, seq=look.moment.seq)
    rows = dict(held.rows)
    one = len(changed) == 1
    found = db.execute(_ONE if one else _NAMED, {"name": next(iter(changed))} if one else {"names": sorted(changed)})
    rows |= {row.id: row for row in found if row.id in rows}
    return ItemRows(look.moment.seq, rows, held.of_org)


def _read(db: Connection, campaign: str, look: Look | Act) -> ItemRows:
    assert look.moment is not None
    if int(db.execute(_COUNT, {"campaign": campaign}).scalar_one()) > MOST:
        return ItemRows(look.moment.seq, {}, {})
    rows = {row.id: row for row in db.execute(_ALL, {"campaign": campaign})}
    of_org: dict[str, list[str]] = {}
    for row in rows.values():
        of_org.setdefault(row.org, []).append(row.id)
    return ItemRows(look.moment.seq, rows, {org: tuple(names) for org, names in of_org.items()})
