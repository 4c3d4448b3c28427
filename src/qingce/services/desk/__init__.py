"""The desk: what people do to a report, each act one function that asks for the right, then writes the journal."""

from qingce.casework.rights import ROLE_LABELS, Action, Actor, Role, Target
from qingce.services.desk.desk import Desk, open_desk

__all__ = ["ROLE_LABELS", "Action", "Actor", "Desk", "Role", "Target", "open_desk"]
