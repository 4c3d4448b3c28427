"""The desk: what people do to a report, each act one function that asks for the right, then writes the journal."""

from qingce.services.desk.desk import Desk, open_desk

__all__ = ["Desk", "open_desk"]
