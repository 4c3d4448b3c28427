"""Rules on discipline education and integrity activities: what passes, what fails, what does not apply."""

import pytest

from qingce.packs.party import checks, records

KINDS = {
    "oath": "2450",
    "counselling": "771",
    "film": "3116",
    "red_base": "613",
    "home_visit": "2966",
    "grassroots": "742",
}


@pytest.fixture
def attendance(operand):
    """Attendance as a family; ``—`` for a kind that nobody recorded."""

    def make(total, **changed):
        members = {kind: (number, "") for kind, number in (KINDS | changed).items()}
        return operand(f"{total} 人次", "kind", members)

    return make


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (("8109 人次", "670 次", "3257 人次", "85 场"), "pass"),
        (("8109 人次", "670 次", "84 人次", "85 场"), "fail"),
        (("669 人次", "670 次", "— 人次", "85 场"), "fail"),
        (("— 人次", "670 次", "3257 人次", "— 场"), "not applicable"),
    ],
)
def test_discipline_attendance_covers_sessions(judge, given, verdict):
    assert judge(checks.discipline_attendance_covers_sessions, *given) == verdict


@pytest.mark.parametrize(
    ("total", "changed", "verdict"),
    [
        ("10658", {}, "pass"),
        ("10658", {"film": "3161"}, "fail"),
        ("10658", {"oath": "—"}, "not applicable"),
        ("—", {}, "not applicable"),
    ],
)
def test_integrity_attendance_adds_up(judge, attendance, total, changed, verdict):
    assert judge(checks.integrity_attendance_adds_up, attendance(total, **changed)) == verdict


@pytest.mark.parametrize(
    ("recorded", "planned", "within", "complete"),
    [
        ("10", "10", "pass", "pass"),
        ("7", "10", "pass", "fail"),
        ("11", "10", "fail", "fail"),
        ("7", "—", "not applicable", "not applicable"),
    ],
)
def test_recorded_kinds_are_held_against_the_ten(judge, recorded, planned, within, complete):
    given = (f"{recorded} 个", f"{planned} 个")
    assert judge(checks.recorded_kinds_within_the_ten, *given) == within
    assert judge(checks.all_ten_kinds_are_recorded, *given) == complete


@pytest.mark.parametrize(
    ("members", "attended", "verdict"),
    [("771", "771", "pass"), ("771", "770", "fail"), ("771", "—", "not applicable")],
)
def test_counselled_members_within_attendance(judge, attendance, members, attended, verdict):
    given = (f"{members} 人", attendance("10658", counselling=attended))
    assert judge(checks.counselled_members_within_attendance, *given) == verdict


@pytest.mark.parametrize(
    ("viewers", "attended", "verdict"),
    [("1985", "3116", "pass"), ("3116", "3116", "fail"), ("—", "3116", "not applicable")],
)
def test_one_number_said_in_persons_and_in_attendances_is_found(
    judge, attendance, viewers, attended, verdict
):
    """The report prints 3,116 人 in its text and 3,116 人次 in its picture."""
    given = (f"{viewers} 人", attendance("10658", film=attended))
    assert judge(checks.film_viewers_are_not_attendance, *given) == verdict


@pytest.mark.parametrize(
    ("rule", "passing", "failing", "absent"),
    [
        (
            checks.admission_training_covers_new_members,
            ("162 人", "56 名"),
            ("55 人", "56 名"),
            ("— 人", "56 名"),
        ),
        (
            checks.joint_activities_reach_every_organisation,
            ("570 次", "198 个"),
            ("190 次", "198 个"),
            ("570 次", "— 个"),
        ),
        (
            checks.law_education_visitors_within_headcount,
            ("178 人", "4280 人"),
            ("4281 人", "4280 人"),
            ("178 人", "— 人"),
        ),
        (checks.young_member_share_is_a_share, ("80 %",), ("101 %",), ("— %",)),
    ],
)
def test_a_part_and_its_bound(judge, rule, passing, failing, absent):
    assert judge(rule, *passing) == "pass"
    assert judge(rule, *failing) == "fail"
    assert judge(rule, *absent) == "not applicable"


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ({"kind": "home_visit", "occasions": 1, "participants": 41}, 0),
        ({"kind": "home_visit", "occasions": 1, "participants": None}, 1),
        ({"kind": "home_visit", "occasions": 2, "participants": 41}, 1),
        ({"kind": "video", "occasions": 32, "participants": None}, 0),
    ],
)
def test_integrity_activity_counts_people(bad_rows, row, bad):
    rows = [{"activity_no": "SY0001", "org": "B01", **row}]
    assert len(bad_rows(checks.integrity_activity_counts_people, records.integrity_activity, rows)) == bad
