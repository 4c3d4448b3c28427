"""What a crash may have left half done, put right before work begins."""

from __future__ import annotations

import logging
import shutil

from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of
from qingce.services.desk.shelf import arrange

log = logging.getLogger("qingce.recovery")


def recover(desk: Desk) -> None:
    """Bring folders to what the journal says."""
    for change in arrange(desk):
        log.warning("records folder put right: %s", change)
    removed = blobs_of(desk).sweep()
    if removed:
        log.warning("%d unfinished files removed", removed)
    rooms = desk.state / "deliveries"
    for room in rooms.iterdir() if rooms.is_dir() else ():
        # a room belongs to a job that is running: another worker may be in it
        from qingce.ledger.jobs import Jobs

        job = Jobs(desk.store).get(room.name)
        if job is None or job.ended:
            shutil.rmtree(room, ignore_errors=True)
