"""Whoever works at the machine's own command line: nobody has signed in, and the journal says ``system``."""

from __future__ import annotations

from qingce.casework.rights import Actor, Grant, Role
from qingce.services.desk.desk import SYSTEM, Desk


def at_the_command_line(desk: Desk) -> Actor:
    """The system with the eyes of the ESG office, for papers that it asks for."""
    return Actor(SYSTEM.account, SYSTEM.post, desk.settings.org, (Grant(Role.ESG_OFFICE, desk.tree.root),))
