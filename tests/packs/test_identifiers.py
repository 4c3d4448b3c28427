"""Numbers in the ledgers of the packs are a bank's own: any form is taken, except the number of a person's card."""

from __future__ import annotations

import pytest

from qingce.ledger.records import load_dataset
from qingce.services.content import load_registry
from qingce.services.settings import Settings

PERSONS = {
    ("employee", "employee_no"), ("training_record", "employee_no"), ("counselling_attendance", "member_no"),
    ("bursary", "student_no"), ("director_seat", "seat_no"), ("supervisor_seat", "seat_no"),
}
