"""Rules on complaints, training and education: cases that pass, fail and do not apply."""

import datetime as dt

import pytest

from qingce.packs.consumers import checks, records


def family(operand, total, dimension, parts):
    """A family whose members are written ``code=value``."""
    pairs = [part.split("=") for part in parts.split()]
    return operand(total, dimension, {code: (value, "—") for code, value in pairs})


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("3,720 件", "loan=2190 card=1244 other=286", "pass"),
        ("3,720 件", "loan=2190 card=1244 other=285", "fail"),
        ("3,720 件", "loan=2190 card=— other=286", "not applicable"),
    ],
)
def test_complaints_by_business_add_up(judge, operand, total, parts, verdict):
    assert judge(checks.complaints_by_business_add_up, family(operand, total, "business", parts)) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("3,720 件", "lanzhou=3250 elsewhere=470", "pass"),
        ("3,720 件", "lanzhou=3250 elsewhere=471", "fail"),
        ("— 件", "lanzhou=3250 elsewhere=470", "not applicable"),
    ],
)
def test_complaints_by_region_add_up(judge, operand, total, parts, verdict):
    assert judge(checks.complaints_by_region_add_up, family(operand, total, "region", parts)) == verdict


@pytest.mark.parametrize(
    ("received", "counted", "verdict"),
    [
        ("3,720 笔", "3,720 件", "pass"),
        ("3,720 笔", "3,719 件", "fail"),
        ("— 笔", "3,720 件", "not applicable"),
    ],
)
def test_complaint_totals_agree(judge, received, counted, verdict):
    assert judge(checks.complaint_totals_agree, received, counted) == verdict


@pytest.mark.parametrize(
    ("received", "counted", "verdict"),
    [
        ("3,720 件", "3,720 件", "pass"),
        ("3,720 笔", "3,720 件", "fail"),
        ("— 笔", "3,720 件", "not applicable"),
    ],
)
def test_complaints_keep_one_measure_word(judge, received, counted, verdict):
    assert judge(checks.complaints_keep_one_measure_word, received, counted) == verdict


def test_an_open_complaint_and_one_closed_before_it_came_are_found(bad_rows):
    """
    complaint_no | received_on | closed_on
    T1           | 2024-03-01  | 2024-03-09
    T2           | 2024-03-01  |
    T3           | 2024-03-01  | 2024-02-29
    """
    day = dt.date(2024, 3, 1)
    closed = {"T1": dt.date(2024, 3, 9), "T2": None, "T3": dt.date(2024, 2, 29)}
    rows = [{"complaint_no": n, "received_on": day, "closed_on": c} for n, c in closed.items()]
    found = bad_rows(checks.every_complaint_is_closed, records.complaint, rows)
    assert [r["complaint_no"] for r in found] == ["T2", "T3"]
    assert bad_rows(checks.every_complaint_is_closed, records.complaint, rows[:1]) == []


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("8,191 人次", "classroom=2466 online=2239 special=3486", "pass"),
        ("8,191 人次", "classroom=2466 online=2239 special=3487", "fail"),
        ("8,191 人次", "classroom=— online=2239 special=3486", "not applicable"),
    ],
)
def test_protection_training_by_form_adds_up(judge, operand, total, parts, verdict):
    assert judge(checks.protection_training_by_form_adds_up, family(operand, total, "form", parts)) == verdict


@pytest.mark.parametrize(
    ("protection", "all_training", "verdict"),
    [
        ("8,191 人次", "69,850 人次", "pass"),
        ("69,851 人次", "69,850 人次", "fail"),
        ("8,191 人次", "— 人次", "not applicable"),
    ],
)
def test_protection_training_is_training(judge, protection, all_training, verdict):
    assert judge(checks.protection_training_is_training, protection, all_training) == verdict


@pytest.mark.parametrize(
    ("rules", "mechanisms", "verdict"),
    [("15 项", "15 个", "pass"), ("14 项", "15 个", "fail"), ("15 项", "— 个", "not applicable")],
)
def test_every_mechanism_has_a_rule(judge, rules, mechanisms, verdict):
    assert judge(checks.every_mechanism_has_a_rule, rules, mechanisms) == verdict


@pytest.mark.parametrize(
    ("announced", "registered", "verdict"),
    [("15 个", "15 个", "pass"), ("15 个", "14 个", "fail"), ("15 个", "— 个", "not applicable")],
)
def test_announced_mechanisms_are_registered(judge, announced, registered, verdict):
    assert judge(checks.announced_mechanisms_are_registered, announced, registered) == verdict


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        (("17 项", "1 项", "15 项", "1 项"), "pass"),
        (("18 项", "2 项", "15 项", "1 项"), "fail"),
        (("17 项", "2 项", "14 项", "1 项"), "fail"),
        (("— 项", "— 项", "— 项", "— 项"), "not applicable"),
    ],
)
def test_rules_follow_one_fifteen_one(judge, rules, verdict):
    assert judge(checks.rules_follow_one_fifteen_one, *rules) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("1,602 次", "offline=826 online=776", "pass"),
        ("1,600 次", "offline=826 online=776", "fail"),
        ("1,602 次", "offline=826 online=—", "not applicable"),
    ],
)
def test_education_activities_by_channel_add_up(judge, operand, total, parts, verdict):
    activities = family(operand, total, "channel", parts)
    assert judge(checks.education_activities_by_channel_add_up, activities) == verdict


@pytest.mark.parametrize(
    ("events", "activities", "verdict"),
    [
        ("1,602 场", "1,602 次", "pass"),
        ("1,600 场", "1,602 次", "fail"),
        ("— 场", "1,602 次", "not applicable"),
    ],
)
def test_education_totals_agree(judge, events, activities, verdict):
    assert judge(checks.education_totals_agree, events, activities) == verdict


@pytest.mark.parametrize(
    ("events", "activities", "verdict"),
    [
        ("1,602 次", "1,602 次", "pass"),
        ("1,602 场", "1,602 次", "fail"),
        ("1,602 场", "— 次", "not applicable"),
    ],
)
def test_education_activities_keep_one_measure_word(judge, events, activities, verdict):
    assert judge(checks.education_activities_keep_one_measure_word, events, activities) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("495 万人", "elderly=125 youth=134 other=236", "pass"),
        ("495 万人", "elderly=125 youth=134 other=235", "fail"),
        ("495 万人", "elderly=— youth=134 other=236", "not applicable"),
    ],
)
def test_education_audience_by_age_adds_up(judge, operand, total, parts, verdict):
    audience = family(operand, total, "age_group", parts)
    assert judge(checks.education_audience_by_age_adds_up, audience) == verdict


@pytest.mark.parametrize(
    ("total", "parts", "verdict"),
    [
        ("4,946,730 人", "elderly=1248731 youth=1339582 other=2358417", "pass"),
        ("3 人", "elderly=1 youth=1 other=1", "pass"),
        ("4,946,730 人", "elderly=1248731 youth=1339582 other=2358416", "fail"),
        ("— 人", "elderly=1248731 youth=1339582 other=2358417", "not applicable"),
    ],
)
def test_education_audience_shares_reach_the_whole(judge, operand, total, parts, verdict):
    audience = family(operand, total, "age_group", parts)
    assert judge(checks.education_audience_shares_reach_the_whole, audience) == verdict


@pytest.mark.parametrize(
    ("persons", "contacts", "verdict"),
    [
        ("495 万人", "495 万人", "pass"),
        ("495 万人", "495 万人次", "fail"),
        ("495 万人", "— 万人次", "not applicable"),
    ],
)
def test_education_audience_keeps_one_measure_word(judge, persons, contacts, verdict):
    assert judge(checks.education_audience_keeps_one_measure_word, persons, contacts) == verdict


@pytest.mark.parametrize(
    ("persons", "contacts", "verdict"),
    [("495 人", "495 人次", "pass"), ("496 人", "495 人次", "fail"), ("— 人", "495 人次", "not applicable")],
)
def test_education_audience_does_not_exceed_contacts(judge, persons, contacts, verdict):
    assert judge(checks.education_audience_does_not_exceed_contacts, persons, contacts) == verdict


@pytest.mark.parametrize(
    ("taking_part", "staff", "verdict"),
    [
        ("3,907 人", "4,280 人", "pass"),
        ("4,281 人", "4,280 人", "fail"),
        ("3,907 人", "— 人", "not applicable"),
    ],
)
def test_education_staff_are_among_the_staff(judge, taking_part, staff, verdict):
    assert judge(checks.education_staff_are_among_the_staff, taking_part, staff) == verdict


@pytest.mark.parametrize(
    ("originals", "notices", "verdict"),
    [("200 篇", "18 条", "pass"), ("760 篇", "18 条", "fail"), ("200 篇", "— 条", "not applicable")],
)
def test_online_pieces_are_among_online_activities(judge, operand, originals, notices, verdict):
    activities = family(operand, "1,602 次", "channel", "offline=826 online=776")
    assert judge(checks.online_pieces_are_among_online_activities, activities, originals, notices) == verdict


def test_an_audience_without_its_activity_is_found(table_of, outcome):
    """
    activity_no | held_on    | org        audience of | held_on    | org
    A1          | 2024-03-01 | S001       A1          | 2024-03-01 | S001
                                          A1          | 2024-03-02 | S001
                                          A2          | 2024-03-01 | S001
    """
    first, second = dt.date(2024, 3, 1), dt.date(2024, 3, 2)
    activities = table_of(records.education_activity, {"activity_no": "A1", "held_on": first, "org": "S001"})
    audience = table_of(
        records.education_audience,
        *(
            {"activity_no": number, "held_on": day, "org": "S001", "age_group": "other", "reached": 1}
            for number, day in (("A1", first), ("A1", second), ("A2", first))
        ),
    )
    found = outcome(checks.every_audience_row_has_its_activity.body(audience, activities))
    assert sorted((r["activity_no"], r["held_on"]) for r in found) == [("A1", second), ("A2", first)]
