"""Meetings and seats from small ledgers."""

from decimal import Decimal

import pytest
from tests.conftest import computation_of

from qingce.core.amount import ABSENT
from qingce.core.figure import FigureKey
from qingce.services.content import load_registry

LEDGERS = """
governance_meeting
meeting_no | held_on    | body        | proposals | reports
DS2024-01  | 2024-01-26 | board       | 8         | 3
DS2024-02  | 2024-04-26 | board       | 5         | 0
DS2023-01  | 2023-04-26 | board       | 9         | 1
DD2024-01  | 2024-04-18 | independent |           |

director_seat
seat_no | as_of      | kind        | finance_background
D01     | 2024-12-31 | executive   | 是
D02     | 2024-12-31 | executive   | 否
D03     | 2024-12-31 | independent | 是
D04     | 2024-12-31 | shareholder | 是
D05     | 2024-12-31 | independent | 是
D01     | 2024-06-30 | executive   | 是
"""


@pytest.fixture
def value(tmp_path):
    """The value of a figure of 2024."""
    found = computation_of(LEDGERS, tmp_path, load_registry(None, None))
    return lambda name, **dims: found.figure(FigureKey(name, "LZB", "2024", tuple(dims.items()))).value


def test_meetings_of_other_years_do_not_count(value):
    assert value("governance_meetings") == 3
    assert value("governance_meetings", body="board") == 2
    assert value("proposals_deliberated", body="board") == 13
    assert value("reports_heard", body="board") == 3


def test_proposals_that_nobody_counted_are_absent(value):
    assert value("governance_meetings", body="independent") == 1
    assert value("proposals_deliberated", body="independent") is ABSENT


def test_seats_are_those_of_the_last_day(value):
    assert value("board_members") == 5
    assert value("board_members", kind="executive") == 2
    assert value("non_executive_directors") == 3
    assert value("finance_directors") == 4
    assert value("independent_director_share") == Decimal(40)
