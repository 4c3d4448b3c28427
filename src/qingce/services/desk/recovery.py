"""What a crash may have left half done, put right before work begins."""

from __future__ import annotations

from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of


def recover(desk: Desk) -> None:
    """Bring folders to what the journal says."""
    blobs_of(desk).sweep()
