"""Checks of consumer protection."""

from qingce.core.amount import ABSENT, Amount, counted_as
from qingce.core.check import WARNING, check


def _one_measure_word(*amounts):
    """Whether all amounts are counted in the same unit; not applicable where one is absent."""
    words = len({amount.unit.name for amount in amounts})
    known = not any(amount.absent for amount in amounts)
    return Amount.of(words if known else ABSENT, "种") == Amount.of(1, "种")


# -- complaints ---------------------------------------------------------------------------------
@check(cites="报告第 1357 行")
def complaints_by_business_add_up(complaints):
    """各业务类别的投诉件数之和应等于投诉总量。"""
    return complaints == (
        complaints.at(business="loan") + complaints.at(business="card") + complaints.at(business="other")
    )


@check(cites="报告第 1356 行")
def complaints_by_region_add_up(complaints):
    """兰州地区与其他地区的投诉件数之和应等于投诉总量。"""
    return complaints == complaints.at(region="lanzhou") + complaints.at(region="elsewhere")


@check(cites="报告第 1356 行")
def complaint_totals_agree(complaints_received, complaints):
    """以笔计的投诉总量与以件计的投诉总量数目相同。"""
    return counted_as(complaints_received, "件") == complaints


@check(cites="报告第 1356 行", severity=WARNING)
def complaints_keep_one_measure_word(complaints_received, complaints):
    """投诉总量与分项应使用同一个量词；报告的总量以“笔”计，分项以“件”计。"""
    return _one_measure_word(complaints_received, complaints)


@check(cites="报告第 1358 行")
def every_complaint_is_closed(complaint):
    """每件投诉都已办结，且办结不早于受理。"""
    open_ones = complaint.closed_on.isnull()
    return complaint.filter(open_ones | (complaint.closed_on < complaint.received_on))


# -- training and rules -------------------------------------------------------------------------
@check(cites="报告第 1322 行")
def protection_training_by_form_adds_up(protection_training_attendances):
    """线下培训、网络课程、专项课程的人次之和应等于消保培训总人次。"""
    return protection_training_attendances == (
        protection_training_attendances.at(form="classroom")
        + protection_training_attendances.at(form="online")
        + protection_training_attendances.at(form="special")
    )


@check(cites="报告第 1322、1513 行")
def protection_training_is_training(protection_training_attendances, training_attendances):
    """消保培训人次不多于全行员工培训人次。"""
    return protection_training_attendances <= training_attendances


@check(cites="报告第 1316 行")
def every_mechanism_has_a_rule(protection_special_rules, protection_mechanisms):
    """消保专项制度数应等于制度涵盖的机制数。"""
    return counted_as(protection_special_rules, "个") == protection_mechanisms


@check(cites="报告第 1312 行")
def announced_mechanisms_are_registered(protection_mechanisms, registered_protection_mechanisms):
    """公布的消保机制数应等于登记在册的机制数。"""
    return protection_mechanisms == registered_protection_mechanisms


@check(cites="报告第 1340 行")
def rules_follow_one_fifteen_one(
    protection_rules, protection_basic_rules, protection_special_rules, protection_procedure_rules
):
    """“1+15+1”体系共 17 项：各层制度之和等于制度总数，基本制度与议事规则各 1 项。"""
    return [
        protection_rules == Amount.of(17, "项"),
        protection_basic_rules == Amount.of(1, "项"),
        protection_special_rules == Amount.of(15, "项"),
        protection_procedure_rules == Amount.of(1, "项"),
    ]


# -- education ----------------------------------------------------------------------------------
@check(cites="报告第 1450 行")
def education_activities_by_channel_add_up(education_activities):
    """线下与线上活动次数之和应等于宣教活动总次数。"""
    return education_activities == (
        education_activities.at(channel="offline") + education_activities.at(channel="online")
    )


@check(cites="报告第 1450、2218 行")
def education_totals_agree(education_events, education_activities):
    """以场计的活动总数与以次计的活动总数数目相同。"""
    return counted_as(education_events, "次") == education_activities


@check(cites="报告第 1450、2218 行", severity=WARNING)
def education_activities_keep_one_measure_word(education_events, education_activities):
    """宣教活动在正文与关键绩效表中应使用同一个量词；报告一处以“场”计，一处以“次”计。"""
    return _one_measure_word(education_events, education_activities)


@check(cites="报告第 1428 行")
def education_audience_by_age_adds_up(education_audience_reached):
    """各年龄段受众之和应等于受众总数。"""
    return education_audience_reached == (
        education_audience_reached.at(age_group="elderly")
        + education_audience_reached.at(age_group="youth")
        + education_audience_reached.at(age_group="other")
    )


@check(cites="报告第 1430 行")
def education_audience_shares_reach_the_whole(education_audience_reached):
    """各年龄段受众占比之和应为 100%。"""
    shares = [
        (education_audience_reached.at(age_group=age) / education_audience_reached).to("%")
        for age in ("elderly", "youth", "other")
    ]
    return shares[0] + shares[1] + shares[2] == Amount.of(100, "%")


@check(cites="报告第 1452 行", severity=WARNING)
def education_audience_keeps_one_measure_word(education_audience_reached, education_contacts):
    """宣教受众在全文中应使用同一个量词；报告多处以“人”计，一处以“人次”计，两者口径不同。"""
    return _one_measure_word(education_audience_reached, education_contacts)


@check(cites="报告第 1452 行")
def education_audience_does_not_exceed_contacts(education_audience_reached, education_contacts):
    """受众人数不多于受众人次。"""
    return counted_as(education_audience_reached, "人次") <= education_contacts


@check(cites="报告第 1425 行")
def education_staff_are_among_the_staff(education_staff, headcount):
    """参加宣传活动的员工不多于员工总数。"""
    return education_staff <= headcount


@check(cites="报告第 1451 行")
def online_pieces_are_among_online_activities(education_activities, education_originals, education_notices):
    """原创视频及文案与官方发布信息之和不多于线上活动次数。"""
    pieces = counted_as(education_originals, "次") + counted_as(education_notices, "次")
    return pieces <= education_activities.at(channel="online")


@check(cites="报告第 1450 行")
def every_audience_row_has_its_activity(education_audience, education_activity):
    """每条受众记录都有对应的宣教活动，日期与机构一致。"""
    return education_audience.anti_join(education_activity, ["activity_no", "held_on", "org"])
