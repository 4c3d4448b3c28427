"""Rules on head count and training: cases that pass, fail and do not apply."""

import datetime as dt

import pytest

from qingce.packs.workforce import checks, records


def family(operand, total, dimension, parts):
    """A family whose members are written ``code=value``."""
    pairs = [part.split("=") for part in parts.split()]
    return operand(total, dimension, {code: (value, "—") for code, value in pairs})


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("4,280 人", "F=2232 M=2048", "pass"),
        ("4,280 人", "F=2232 M=2047", "fail"),
        ("4,280 人", "F=2232 M=—", "not applicable"),
    ],
)
def test_headcount_by_sex_adds_up(judge, operand, total, parts, verdict):
    assert judge(checks.headcount_by_sex_adds_up, family(operand, total, "sex", parts)) == verdict


@pytest.mark.parametrize(
    ("contract", "insured", "verdict"),
    [("4,280 人", "4,280 人", "pass"), ("4,280 人", "4,281 人", "fail"), ("— 人", "— 人", "not applicable")],
)
def test_covered_employees_are_on_the_roster(judge, contract, insured, verdict):
    assert judge(checks.covered_employees_are_on_the_roster, contract, insured, "4,280 人") == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("4,044 人", "F=2112 M=1932", "pass"),
        ("4,281 人", "F=2112 M=1932", "fail"),
        ("4,044 人", "F=2233 M=1811", "fail"),
        ("— 人", "F=— M=—", "not applicable"),
    ],
)
def test_trained_employees_are_among_the_staff(judge, operand, total, parts, verdict):
    staff = family(operand, "4,280 人", "sex", "F=2232 M=2048")
    trained = family(operand, total, "sex", parts)
    assert judge(checks.trained_employees_are_among_the_staff, trained, staff) == verdict


@pytest.mark.parametrize(
    ("women", "men", "verdict"),
    [("52.23 %", "47.77 %", "pass"), ("52.23 %", "47.78 %", "fail"), ("52.23 %", "— %", "not applicable")],
)
def test_shares_by_sex_reach_the_whole(judge, women, men, verdict):
    assert judge(checks.shares_by_sex_reach_the_whole, women, men) == verdict


@pytest.mark.parametrize(
    ("managers", "others", "verdict"),
    [("25.15 %", "74.85 %", "pass"), ("23.69 %", "74.85 %", "fail"), ("— %", "74.85 %", "not applicable")],
)
def test_shares_by_level_reach_the_whole(judge, managers, others, verdict):
    assert judge(checks.shares_by_level_reach_the_whole, managers, others) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("145,178.5 小时", "management=37266.0 other=107912.5", "pass"),
        ("147,889.0 小时", "management=37266.0 other=107912.5", "fail"),
        ("147,889.0 小时", "management=37266.0 other=—", "not applicable"),
    ],
)
def test_training_hours_by_level_add_up(judge, operand, total, parts, verdict):
    assert judge(checks.training_hours_by_level_add_up, family(operand, total, "level", parts)) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("36.57 小时/人", "management=38.90 other=35.65", "pass"),
        ("35.64 小时/人", "management=38.90 other=35.65", "fail"),
        ("38.91 小时/人", "management=38.90 other=35.65", "fail"),
        ("— 小时/人", "management=38.90 other=35.65", "not applicable"),
    ],
)
def test_average_hours_lie_between_the_levels(judge, operand, total, parts, verdict):
    averages = family(operand, total, "level", parts)
    assert judge(checks.average_hours_lie_between_the_levels, averages) == verdict


@pytest.mark.parametrize(
    ("by_person", "by_project", "verdict"),
    [
        ("69,850 人次", "69,850 人次", "pass"),
        ("69,850 人次", "69,849 人次", "fail"),
        ("69,850 人次", "— 人次", "not applicable"),
    ],
)
def test_attendances_agree_between_files_and_projects(judge, by_person, by_project, verdict):
    assert judge(checks.attendances_agree_between_files_and_projects, by_person, by_project) == verdict


@pytest.mark.parametrize(
    ("attendances", "persons", "verdict"),
    [
        ("69,850 人次", "4,044 人", "pass"),
        ("4,043 人次", "4,044 人", "fail"),
        ("— 人次", "4,044 人", "not applicable"),
    ],
)
def test_every_trained_employee_attended(judge, attendances, persons, verdict):
    assert judge(checks.every_trained_employee_attended, attendances, persons) == verdict


@pytest.mark.parametrize(
    ("syllabuses", "lines", "verdict"),
    [("6 个", "6 个", "pass"), ("1 个", "6 个", "fail"), ("1 个", "— 个", "not applicable")],
)
def test_exam_syllabuses_match_the_lines(judge, syllabuses, lines, verdict):
    assert judge(checks.exam_syllabuses_match_the_lines, syllabuses, lines) == verdict


@pytest.mark.parametrize(
    ("subjects", "lines", "verdict"),
    [("6 个", "6 个", "pass"), ("5 个", "6 个", "fail"), ("— 个", "6 个", "not applicable")],
)
def test_every_line_has_an_exam_subject(judge, subjects, lines, verdict):
    assert judge(checks.every_line_has_an_exam_subject, subjects, lines) == verdict


@pytest.mark.parametrize(
    ("attendances", "participants", "training", "verdict"),
    [
        ("325 人次", "56 人", "69,850 人次", "pass"),
        ("325 人次", "326 人", "69,850 人次", "fail"),
        ("325 人次", "56 人", "324 人次", "fail"),
        ("— 人次", "56 人", "69,850 人次", "not applicable"),
    ],
)
def test_workshop_attendances_are_training(judge, attendances, participants, training, verdict):
    assert judge(checks.workshop_attendances_are_training, attendances, participants, training) == verdict


@pytest.mark.parametrize(
    ("banks", "classes", "items", "verdict"),
    [
        ("4 个", "25 类", "1,130 项", "pass"),
        ("26 个", "25 类", "1,130 项", "fail"),
        ("4 个", "25 类", "24 项", "fail"),
        ("4 个", "— 类", "1,130 项", "not applicable"),
    ],
)
def test_knowledge_is_filed_in_classes(judge, banks, classes, items, verdict):
    assert judge(checks.knowledge_is_filed_in_classes, banks, classes, items) == verdict


@pytest.mark.parametrize(
    ("announced", "parts", "verdict"),
    [
        (("6 个", "4 个", "8 项"), "appraisal=6 knowledge=4 care=8", "pass"),
        (("6 个", "4 个", "8 项"), "appraisal=6 knowledge=4 care=9", "fail"),
        (("— 个", "— 个", "— 项"), "appraisal=6 knowledge=4 care=8", "not applicable"),
    ],
)
def test_announced_workforce_items_are_registered(judge, operand, announced, parts, verdict):
    listed = family(operand, "18 个", "topic", parts)
    assert judge(checks.announced_workforce_items_are_registered, *announced, listed) == verdict


def test_a_training_record_of_nobody_or_of_the_other_sex_is_found(table_of, outcome):
    """
    roster: E00001 F, E00002 M        training: E00001 F, E00002 F, E00003 M
    """
    day = dt.date(2024, 12, 31)
    roster = table_of(
        records.employee,
        *(
            {"employee_no": number, "as_of": day, "sex": sex}
            for number, sex in (("E00001", "F"), ("E00002", "M"))
        ),
    )
    files = table_of(
        records.training_record,
        *(
            {"employee_no": number, "closed_on": day, "sex": sex, "attendances": 1}
            for number, sex in (("E00001", "F"), ("E00002", "F"), ("E00003", "M"))
        ),
    )
    found = outcome(checks.every_training_record_is_of_an_employee.body(files, roster))
    assert sorted(r["employee_no"] for r in found) == ["E00002", "E00003"]
