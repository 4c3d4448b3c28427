"""An assurer's engagement on the small bank's edition."""

from __future__ import annotations

import datetime as dt

from qingce.services.desk import Desk
from qingce.services.desk.assurance import Engagement, open_engagement
from qingce.services.desk.freeze import freeze
from tests.services.desk.offices import by

HOURS = "volunteer_hours/HEAD/2024"
DUE = dt.date(2025, 3, 31)


def engage(desk: Desk, **said: object) -> Engagement:
    """Freeze the report and engage an assurer on it."""
    from qingce.services.desk.editions import editions

    known = editions(desk, by(desk, "office"))
    made = known[0] if known else freeze(desk, by(desk, "office"))
    given = {"name": "2024 年报告有限鉴证", "firm": "某会计师事务所", "standard": "ISAE 3000（修订）",
             "level": "limited", "of": made.id, "due": DUE} | said
    return open_engagement(desk, by(desk, "office"), **given)  # type: ignore[arg-type]
