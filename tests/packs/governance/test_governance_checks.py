"""Rules on the boards and their meetings: what passes, what fails, what does not apply."""

import pytest

from qingce.packs.governance import checks, records


@pytest.fixture
def board(operand):
    """The board as a family: total, executive, independent, shareholder."""

    def make(total, executive, independent, shareholder):
        members = {
            "executive": (executive, ""),
            "independent": (independent, ""),
            "shareholder": (shareholder, ""),
        }
        return operand(f"{total} 人", "kind", members)

    return make


@pytest.fixture
def supervisors(operand):
    """The supervisory board as a family: total, employee, external, shareholder."""

    def make(total, employee, external, shareholder):
        members = {"employee": (employee, ""), "external": (external, ""), "shareholder": (shareholder, "")}
        return operand(f"{total} 人", "kind", members)

    return make


@pytest.fixture
def bodies(operand):
    """A count by body: total, shareholders, board, supervisors, independent directors."""

    def make(unit, total, *counts):
        codes = ("shareholders", "board", "supervisors", "independent")
        members = {code: (count, "") for code, count in zip(codes, counts, strict=True)}
        return operand(f"{total} {unit}", "body", members)

    return make


@pytest.mark.parametrize(
    ("seats", "verdict"),
    [
        (("10", "4", "4", "2"), "pass"),
        (("10", "4", "4", "3"), "fail"),
        (("10", "4", "—", "2"), "not applicable"),
    ],
)
def test_directors_by_kind_add_up(judge, board, seats, verdict):
    assert judge(checks.directors_by_kind_add_up, board(*seats)) == verdict


@pytest.mark.parametrize(
    ("others", "seats", "verdicts"),
    [
        ("6", ("10", "4", "4", "2"), ("pass", "pass")),
        ("6", ("11", "4", "4", "2"), ("fail", "pass")),
        ("6", ("10", "4", "4", "3"), ("pass", "fail")),
        ("—", ("10", "4", "4", "2"), ("not applicable", "not applicable")),
    ],
)
def test_non_executive_directors(judge, board, others, seats, verdicts):
    filled = judge(checks.executives_and_non_executives_fill_the_board, board(*seats), f"{others} 人")
    made_of = judge(checks.non_executives_are_independent_or_shareholder, f"{others} 人", board(*seats))
    assert (filled, made_of) == verdicts


@pytest.mark.parametrize(
    ("seats", "third", "half"),
    [
        (("10", "4", "4", "2"), "pass", "pass"),
        (("9", "4", "3", "2"), "pass", "pass"),
        (("10", "4", "3", "3"), "fail", "pass"),
        (("10", "6", "4", "0"), "pass", "fail"),
        (("—", "4", "4", "2"), "not applicable", "not applicable"),
    ],
)
def test_a_third_is_independent_and_at_most_half_executive(judge, board, seats, third, half):
    assert judge(checks.independent_directors_reach_a_third, board(*seats)) == third
    assert judge(checks.executives_at_most_half_of_board, board(*seats)) == half


@pytest.mark.parametrize(
    ("versed", "total", "verdict"),
    [("10", "10", "pass"), ("11", "10", "fail"), ("—", "10", "not applicable")],
)
def test_finance_directors_within_board(judge, board, versed, total, verdict):
    assert (
        judge(checks.finance_directors_within_board, f"{versed} 人", board(total, "4", "4", "2")) == verdict
    )


@pytest.mark.parametrize(
    ("seats", "adds_up", "third"),
    [
        (("6", "2", "2", "2"), "pass", "pass"),
        (("6", "2", "1", "3"), "pass", "fail"),
        (("7", "2", "2", "2"), "fail", "fail"),
        (("—", "2", "2", "2"), "not applicable", "not applicable"),
    ],
)
def test_supervisors(judge, supervisors, seats, adds_up, third):
    assert judge(checks.supervisors_by_kind_add_up, supervisors(*seats)) == adds_up
    assert judge(checks.employee_and_external_supervisors_reach_a_third, supervisors(*seats)) == third


@pytest.mark.parametrize(
    ("held", "quarterly", "adds_up"),
    [
        (("24", "4", "9", "9", "2"), "pass", "pass"),
        (("18", "4", "9", "3", "2"), "fail", "pass"),
        (("23", "4", "9", "9", "2"), "pass", "fail"),
        (("24", "4", "—", "—", "2"), "not applicable", "not applicable"),
    ],
)
def test_meetings(judge, bodies, held, quarterly, adds_up):
    assert judge(checks.boards_meet_at_least_quarterly, bodies("次", *held)) == quarterly
    assert judge(checks.meetings_by_body_add_up, bodies("次", *held)) == adds_up


@pytest.mark.parametrize(
    ("proposals", "verdict"),
    [
        (("152", "27", "73", "52", "—"), "pass"),
        (("103", "3", "73", "27", "—"), "fail"),
        (("—", "—", "—", "—", "—"), "not applicable"),
    ],
)
def test_proposals_reach_number_of_meetings(judge, bodies, proposals, verdict):
    held = bodies("次", "24", "4", "9", "9", "2")
    assert judge(checks.proposals_reach_number_of_meetings, bodies("项", *proposals), held) == verdict


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        ({"body": "board", "proposals": 8, "reports": 0}, 0),
        ({"body": "board", "proposals": 0, "reports": 2}, 0),
        ({"body": "board", "proposals": 0, "reports": 0}, 1),
        ({"body": "board", "proposals": None, "reports": None}, 1),
        ({"body": "independent", "proposals": None, "reports": None}, 0),
    ],
)
def test_meeting_has_business(bad_rows, row, bad):
    rows = [{"meeting_no": "DS2024-01", **row}]
    assert len(bad_rows(checks.meeting_has_business, records.governance_meeting, rows)) == bad
