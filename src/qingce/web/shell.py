"""What stands around every page: whose bank it is, who reads, and which screens there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from starlette.requests import Request

from qingce.web.navigation import Entry, Group, groups, phone


@dataclass(frozen=True, slots=True)
class Reader:
    """The signed-in account as the shell shows it."""

    account: str
    label: str
    org: str
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shell:
    """The frame of a page."""

    organisation: str
    title: str
    period: str
    reader: Reader | None
    groups: tuple[Group, ...] = ()
    phone: tuple[Entry, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    """Numbers beside entries, by area: what waits for the reader."""
    _hash: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # parts of every page are looked up by it, several times a page
        made = hash((self.organisation, self.title, self.period, self.reader, self.groups, self.phone, self.counts))
        object.__setattr__(self, "_hash", made)

    def __hash__(self) -> int:
        return self._hash

    def count(self, area: str) -> int:
        """What waits for the reader in an area."""
        return dict(self.counts).get(area, 0)

    def at(self, path: str) -> tuple[str, ...]:
        """The entries of the navigation below which an address lies."""
        return tuple(entry.path for group in self.groups for entry in group.entries
                     if path == entry.path or path.startswith(f"{entry.path}/"))

    def at_foot(self, path: str, query: str) -> tuple[str, ...]:
        """The same of the bar at the foot of a phone, where two entries lead to views of one screen."""
        here = f"{path}?{query}" if query else path
        return tuple(
            entry.path for entry in self.phone if here == entry.path
            or (entry.area != "approvals" and here != "/tasks?view=approvals" and path.startswith(entry.path)))


NOBODY = Shell("", "", "", None)


def framed(
    organisation: str, title: str, period: str, reader: Reader | None, shown: set[str],
    counts: Mapping[str, int] = MappingProxyType({}),
) -> Shell:
    """A shell with the navigation of a reader who is shown these areas."""
    return Shell(organisation, title, period, reader, groups(shown), phone(shown), tuple(counts.items()))


def shell_of(request: Request) -> Shell:
    """The frame of a request's page; made once."""
    found = getattr(request.state, "shell", None)
    if found is None:
        make: Callable[[Request], Shell] = getattr(request.app.state, "make_shell", lambda _: NOBODY)
        found = request.state.shell = make(request)
    assert isinstance(found, Shell)
    return found
