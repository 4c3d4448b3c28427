"""Discipline and integrity figures from small ledgers."""

from tests.conftest import computation_of

from qingce.core.figure import FigureKey
from qingce.services.content import load_registry

LEDGERS = """
discipline_session
session_no | held_on    | org | kind    | participants
DJ0001     | 2024-04-08 | B01 | study   | 12
DJ0002     | 2024-05-09 | B02 | study   | 9
DJ0003     | 2024-05-09 | B02 | warning | 40
DJ0004     | 2023-05-09 | B02 | warning | 70

integrity_activity
activity_no | held_on    | org | kind       | occasions | participants
SY0001      | 2024-01-31 | B01 | video      | 32        |
SY0002      | 2024-02-29 | B02 | video      | 30        |
SY0003      | 2024-03-05 | B01 | home_visit | 1         | 41
SY0004      | 2024-03-06 | B02 | home_visit | 1         | 38

counselling_attendance
activity_no | held_on    | org | member_no
SY0005      | 2024-06-05 | B01 | M0001
SY0005      | 2024-06-05 | B01 | M0002
SY0006      | 2024-09-05 | B02 | M0002
"""


def test_figures_of_discipline_education(tmp_path):
    found = computation_of(LEDGERS, tmp_path, load_registry(None, None))

    def value(name, org="LZB", **dims):
        return found.figure(FigureKey(name, org, "2024", tuple(dims.items()))).value

    assert value("discipline_study_sessions") == 2
    assert value("discipline_study_attendance") == 21
    assert value("discipline_study_attendance", "B02") == 9
    assert value("warning_education_sessions") == value("warning_education_occasions") == 1
    assert value("warning_education_attendance") == 40
    assert value("integrity_activities", kind="video") == 62
    assert value("integrity_attendance", kind="home_visit") == value("integrity_attendance") == 79
    assert value("integrity_activities", kind="oath") == 0
    assert value("integrity_activity_kinds_recorded") == 2


def test_a_member_counselled_twice_is_one_person(tmp_path):
    found = computation_of(LEDGERS, tmp_path, load_registry(None, None))
    assert found.figure(FigureKey("counselled_members", "LZB", "2024")).value == 2
    assert found.figure(FigureKey("counselled_members", "B02", "2024")).value == 1
