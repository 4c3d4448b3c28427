"""Rules on channels, the studio, merchants and security: cases that pass, fail and do not apply."""

import pytest

from qingce.packs.digital import checks


@pytest.mark.parametrize(
    ("total", "services", "verdict"),
    [
        ("20", ("14", "2", "2", "2"), "pass"),
        ("20", ("14", "2", "2", "3"), "fail"),
        ("20", ("14", "2", "2", "—"), "not applicable"),
    ],
)
def test_video_scenes_by_service_add_up(judge, operand, total, services, verdict):
    codes = ("self_service", "branch_staff", "corporate", "assistance")
    members = {code: (scenes, "—") for code, scenes in zip(codes, services, strict=True)}
    family = operand(f"{total} 个", "video_service", members)
    assert judge(checks.video_scenes_by_service_add_up, family) == verdict


@pytest.mark.parametrize(
    ("total", "one_way", "two_way", "verdict"),
    [
        ("20 个", "10 个", "10 个", "pass"),
        ("20 个", "10 个", "9 个", "fail"),
        ("20 个", "10 个", "— 个", "not applicable"),
    ],
)
def test_video_scenes_by_direction_add_up(judge, total, one_way, two_way, verdict):
    assert judge(checks.video_scenes_by_direction_add_up, total, one_way, two_way) == verdict


@pytest.mark.parametrize(
    ("online", "developed", "verdict"),
    [
        ("11 个", "20 个", "pass"),
        ("20 个", "20 个", "pass"),
        ("21 个", "20 个", "fail"),
        ("— 个", "20 个", "not applicable"),
    ],
)
def test_online_video_scenes_were_developed(judge, online, developed, verdict):
    assert judge(checks.online_video_scenes_were_developed, online, developed) == verdict


@pytest.mark.parametrize(
    ("total", "sides", "verdict"),
    [("14", ("12", "2"), "pass"), ("14", ("12", "1"), "fail"), ("—", ("12", "2"), "not applicable")],
)
def test_robot_channels_add_up(judge, operand, total, sides, verdict):
    members = {"customer": (sides[0], "—"), "internal": (sides[1], "—")}
    assert judge(checks.robot_channels_add_up, operand(f"{total} 个", "robot_side", members)) == verdict


@pytest.mark.parametrize(
    ("sites", "centres", "verdict"),
    [("2 个", "4 个", "pass"), ("5 个", "4 个", "fail"), ("2 个", "— 个", "not applicable")],
)
def test_every_data_centre_site_has_a_centre(judge, sites, centres, verdict):
    assert judge(checks.every_data_centre_site_has_a_centre, sites, centres) == verdict


@pytest.mark.parametrize(
    ("flagship", "activities", "verdict"),
    [("1 项", "20 项", "pass"), ("21 项", "20 项", "fail"), ("1 项", "— 项", "not applicable")],
)
def test_flagship_activities_are_among_studio_activities(judge, flagship, activities, verdict):
    assert judge(checks.flagship_activities_are_among_studio_activities, flagship, activities) == verdict


@pytest.mark.parametrize(
    ("visits", "visitors", "verdict"),
    [
        ("2,035,600 次", "177,300 人", "pass"),
        ("177,299 次", "177,300 人", "fail"),
        ("2,035,600 次", "0 人", "not applicable"),
        ("— 次", "177,300 人", "not applicable"),
    ],
)
def test_every_studio_visitor_visited(judge, visits, visitors, verdict):
    assert judge(checks.every_studio_visitor_visited, visits, visitors) == verdict


@pytest.mark.parametrize(
    ("opened", "sectors", "verdict"),
    [
        ("1,032 家", ("154", "878"), "pass"),
        ("1,032 家", ("154", "879"), "fail"),
        ("— 家", ("154", "878"), "not applicable"),
    ],
)
def test_merchants_by_sector_add_up(judge, operand, opened, sectors, verdict):
    members = {"utility": (sectors[0], "—"), "health": (sectors[1], "—")}
    family = operand(opened, "sector", members)
    assert judge(checks.merchants_by_sector_add_up, family, family) == verdict


@pytest.mark.parametrize(
    ("opened", "served", "verdict"),
    [("154 家", "520 家", "pass"), ("521 家", "520 家", "fail"), ("— 家", "520 家", "not applicable")],
)
def test_merchants_opened_were_served(judge, opened, served, verdict):
    assert judge(checks.merchants_opened_were_served, opened, served) == verdict


@pytest.mark.parametrize(
    ("opened", "served", "verdict"),
    [
        ("154 家", "520|366 家", "pass"),
        ("154 家", "520|367 家", "fail"),
        ("154 家", "520|— 家", "not applicable"),
    ],
)
def test_merchants_served_grow_by_those_opened(judge, opened, served, verdict):
    assert judge(checks.merchants_served_grow_by_those_opened, opened, served) == verdict


@pytest.mark.parametrize(
    ("trainees", "staff", "verdict"),
    [("603 人", "4,280 人", "pass"), ("4,281 人", "4,280 人", "fail"), ("603 人", "— 人", "not applicable")],
)
def test_security_trainees_are_staff(judge, trainees, staff, verdict):
    assert judge(checks.security_trainees_are_staff, trainees, staff) == verdict


@pytest.mark.parametrize(
    ("announced", "listed", "verdict"),
    [
        (("3 个", "3 个", "6 个"), ("3", "3", "6"), "pass"),
        (("3 个", "3 个", "6 个"), ("3", "3", "7"), "fail"),
        (("— 个", "— 个", "— 个"), ("3", "3", "6"), "not applicable"),
    ],
)
def test_announced_digital_items_are_registered(judge, operand, announced, listed, verdict):
    topics = ("studio_theme", "service_trait", "inspection_aspect")
    members = {topic: (items, "—") for topic, items in zip(topics, listed, strict=True)}
    family = operand("12 个", "topic", members)
    assert judge(checks.announced_digital_items_are_registered, *announced, family) == verdict
