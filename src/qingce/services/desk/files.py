"""The files of a desk: evidence, workbooks and deliveries by their sha256."""

from __future__ import annotations

from qingce.ledger.blobs import Blobs
from qingce.services.desk.desk import Desk


def blobs_of(desk: Desk) -> Blobs:
    """Where the desk keeps its files."""
    return Blobs(desk.store, desk.state / "blobs")
