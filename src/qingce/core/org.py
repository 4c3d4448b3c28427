"""Org (机构): a node of the 总-分-支 tree, valid from one day to another."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from qingce.core.errors import ProjectError, nearest


@dataclass(frozen=True, slots=True)
class Org:
    """One node as it stood between two days, both included; ``None`` means open.

    A reorganisation adds a row with the same code and a later ``valid_from``; it edits nothing.
    """

    code: str
    name: str
    level: str
    parent: str | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None

    def valid_on(self, day: dt.date) -> bool:
        """Whether this row of the tree holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class OrgTree:
    """All nodes with their history.

    >>> tree = OrgTree([Org("LZB", "兰州银行", "法人"), Org("HQ", "总行", "总行", "LZB")])
    >>> tree.path("HQ", dt.date(2024, 12, 31)), tree.root
    (('HQ', 'LZB'), 'LZB')
    """

    def __init__(self, orgs: Iterable[Org]) -> None:
        self.rows: tuple[Org, ...] = tuple(orgs)
        self._by_code: dict[str, list[Org]] = {}
        self._paths: dict[tuple[str, int], tuple[str, ...]] = {}
        for org in self.rows:
            self._by_code.setdefault(org.code, []).append(org)
        roots = sorted({o.code for o in self.rows if o.parent is None})
        if len(roots) != 1:
            raise ProjectError(f"机构表只能有一个顶层机构，这里有 {len(roots)} 个：{'、'.join(roots[:5])}。")
        self.root = roots[0]
        for org in self.rows:
            if org.parent is not None and org.parent not in self._by_code:
                raise ProjectError(
                    f"机构“{org.code}”的上级“{org.parent}”不在机构表里。"
                    + nearest(org.parent, self._by_code)
                )
        self._refuse_circles()

    def _refuse_circles(self) -> None:
        # orgs may change places over time, so each day on which the tree changes is climbed by itself
        for day in (dt.date.min, *self.change_days):
            safe: set[str] = set()
            for code in self._by_code:
                seen: list[str] = []
                current = self.at(code, day)
                while current is not None and current.code not in safe:
                    if current.code in seen:
                        raise ProjectError(
                            f"机构“{current.code}”经由“{seen[-1]}”成了自己的上级。"
                        )
                    seen.append(current.code)
                    current = self.at(current.parent, day) if current.parent else None
                safe.update(seen)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def at(self, code: str, day: dt.date) -> Org | None:
        """The node as it stood on that day, or nothing where it did not exist."""
        return next((o for o in self._by_code.get(code, ()) if o.valid_on(day)), None)

    def name(self, code: str) -> str:
        """The latest name of a node."""
        if code not in self._by_code:
            raise ProjectError(f"机构表里没有“{code}”。{nearest(code, self)}")
        return self._by_code[code][-1].name

    def path(self, code: str, day: dt.date) -> tuple[str, ...]:
        """The node and its ancestors on that day, nearest first; empty where it did not exist."""
        # the tree looks the same on all days between two changes, and is asked about many
        key = (code, bisect_right(self.change_days, day))
        if key not in self._paths:
            self._paths[key] = self._path(code, day)
        return self._paths[key]

    def _path(self, code: str, day: dt.date) -> tuple[str, ...]:
        codes: list[str] = []
        current = self.at(code, day)
        while current is not None:
            codes.append(current.code)
            current = self.at(current.parent, day) if current.parent else None
        return tuple(codes) if codes and codes[-1] == self.root else ()

    def children(self, code: str, day: dt.date) -> tuple[str, ...]:
        """The codes right below a node on that day."""
        return tuple(o.code for o in self.rows if o.parent == code and o.valid_on(day))

    @cached_property
    def told(self) -> list[str]:
        """Every node with all that is said of it, as text: two trees are the same where these are."""
        return list(map(repr, self.rows))

    @cached_property
    def change_days(self) -> tuple[dt.date, ...]:
        """Days on which the tree begins to look different."""
        days = {o.valid_from for o in self.rows if o.valid_from}
        ends = {o.valid_to for o in self.rows if o.valid_to and o.valid_to < dt.date.max}
        days |= {end + dt.timedelta(days=1) for end in ends}
        return tuple(sorted(days))
