"""Routing (分派): which post an item goes to, found through the roles in force on the day it is sent.

A post is "the data owner of this org and this pack". The nearest org up the tree that has one answers; there a
grant for the very pack goes before one for all packs. Who stands in for a holder works beside him.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qingce.casework.item import Item, Step
from qingce.casework.rights import EVERY_PACK, Grant, Role

ROLE_OF_STEP: Mapping[Step, Role] = {
    Step.FILE: Role.DATA_OWNER, Step.REVIEW: Role.REVIEWER, Step.APPROVE: Role.APPROVER,
}


@dataclass(frozen=True, slots=True)
class Post:
    """Who holds something.

    Attributes:
        org: where the role was found; empty where an account was named, or nobody was found.
        holders: accounts, in order of their ids.
        stand_ins: who acts for one of them today.
    """

    org: str = ""
    holders: tuple[str, ...] = ()
    stand_ins: tuple[str, ...] = ()
    named: bool = False

    @property
    def everybody(self) -> tuple[str, ...]:
        """Holders and those who stand in for them."""
        return tuple(dict.fromkeys((*self.holders, *self.stand_ins)))

    @property
    def vacant(self) -> bool:
        """Whether nobody is there to do it."""
        return not self.holders and not self.stand_ins


@dataclass
class Roster:
    """Every grant of every open account, asked as of one day.

    Args:
        grants: pairs of account and grant.
    """

    grants: Sequence[tuple[str, Grant]]
    today: dt.date
    _found: dict[tuple[Role, tuple[str, ...], str], Post] = field(default_factory=dict)
    _by_role: dict[tuple[Role, str], list[tuple[str, Grant]]] = field(default_factory=dict)
    _instead: dict[str, set[tuple[str, Role]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for account, grant in self.grants:
            if not grant.holds(self.today):
                continue
            if grant.instead_of:
                self._instead.setdefault(grant.instead_of, set()).add((account, grant.role))
            else:
                self._by_role.setdefault((grant.role, grant.org), []).append((account, grant))

    def post(self, role: Role, path: Sequence[str], pack: str = "") -> Post:
        """Who holds a role for an org, nearest first.

        Args:
            path: the org and its ancestors, nearest first.
        """
        key = (role, tuple(path), pack)
        if key not in self._found:
            self._found[key] = self._post(role, path, pack)
        return self._found[key]

    def _post(self, role: Role, path: Sequence[str], pack: str) -> Post:
        for org in path:
            there = self._by_role.get((role, org), ())
            own = {a for a, g in there if pack and pack in g.packs}
            every = {a for a, g in there if EVERY_PACK in g.packs or not pack}
            if own or every:
                return self._with_stand_ins(org, role, own or every)
        return Post()

    def named(self, account: str, role: Role) -> Post:
        """An account that was named, with who stands in for it in that role."""
        found = self._with_stand_ins("", role, {account})
        return Post("", found.holders, found.stand_ins, True)

    def _with_stand_ins(self, org: str, role: Role, accounts: Iterable[str]) -> Post:
        holders = tuple(sorted(accounts))
        others = {a for holder in holders for a, r in self._instead.get(holder, ()) if r is role}
        return Post(org, holders, tuple(sorted(others - set(holders))))

    def of(self, item: Item, step: Step, path: Sequence[str]) -> Post:
        """Who does a step of an item: the account that was named for it, else the post."""
        name = {Step.FILE: item.owner, Step.REVIEW: item.reviewer, Step.APPROVE: item.approver}[step]
        role = ROLE_OF_STEP[step]
        return self.named(name, role) if name else self.post(role, path, item.pack)

    def manager(self, path: Sequence[str]) -> Post:
        """Who is told when nobody else acts: the nearest manager, else the ESG office."""
        found = self.post(Role.MANAGER, path)
        return found if not found.vacant else self.post(Role.ESG_OFFICE, path)
