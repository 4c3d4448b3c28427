"""Rules on party building and discipline education."""

from qingce.core.amount import counted_as
from qingce.core.check import NOTE, WARNING, check


@check(cites="报告第 1776、1777 行")
def discipline_attendance_covers_sessions(
    discipline_study_attendance, discipline_study_sessions,
    warning_education_attendance, warning_education_sessions,
):
    """集体学习、警示教育的参与人次不小于其场次：每场至少一人参加。"""
    return [
        discipline_study_attendance >= counted_as(discipline_study_sessions, "人次"),
        warning_education_attendance >= counted_as(warning_education_sessions, "人次"),
    ]


@check(cites="报告第 1822-1825 行")
def integrity_attendance_adds_up(integrity_attendance):
    """各类“十个一”活动参加人次之和应等于合计。"""
    kinds = ("oath", "counselling", "film", "red_base", "home_visit", "grassroots")
    return integrity_attendance == sum(integrity_attendance.at(kind=kind) for kind in kinds)


@check(severity=WARNING, cites="报告第 1821-1825 行")
def recorded_kinds_within_the_ten(integrity_activity_kinds_recorded, integrity_activity_kinds_set):
    """有记录的活动类数不大于“十个一”方案规定的类数。"""
    return integrity_activity_kinds_recorded <= integrity_activity_kinds_set


@check(severity=NOTE, cites="报告第 1821-1825 行")
def all_ten_kinds_are_recorded(integrity_activity_kinds_recorded, integrity_activity_kinds_set):
    """“十个一”方案规定的各类活动均应有记录。"""
    return integrity_activity_kinds_recorded == integrity_activity_kinds_set


@check(cites="报告第 1823、1839 行")
def counselled_members_within_attendance(counselled_members, integrity_attendance):
    """参加合规专题辅导的党员人数不大于其参加人次。"""
    return counted_as(counselled_members, "人次") <= integrity_attendance.at(kind="counselling")


@check(severity=NOTE, cites="报告第 1824、1843 行")
def film_viewers_are_not_attendance(warning_film_viewers, integrity_attendance):
    """同一活动不应既以“人”、又以“人次”披露同一个数：观看多次的人只应计一次。"""
    return counted_as(warning_film_viewers, "人次") != integrity_attendance.at(kind="film")


@check(severity=WARNING, cites="报告第 1732、1734 行")
def admission_training_covers_new_members(admission_training_participants, new_party_members):
    """入党专题教育培训人数不小于当年发展党员人数：发展对象均须先经培训。"""
    return admission_training_participants >= new_party_members


@check(severity=WARNING, cites="报告第 1754、1755 行")
def joint_activities_reach_every_organisation(joint_party_activities, party_organisations):
    """开展联建的基层党组织平均每个至少一次：联建次数不小于党组织个数。"""
    return joint_party_activities >= counted_as(party_organisations, "次")


@check(cites="报告第 1732 行")
def young_member_share_is_a_share(young_member_share):
    """35 岁及以下发展党员占比不大于 100%。"""
    return young_member_share <= 1


@check(cites="报告第 1822-1825 行")
def integrity_activity_counts_people(integrity_activity):
    """除播放宣传视频外，每次“十个一”活动都登记参加人次，且一行只记一次活动。"""
    return integrity_activity.filter(
        (integrity_activity.kind != "video")
        & (integrity_activity.participants.isnull() | (integrity_activity.occasions != 1))
    )


@check(cites="报告第 1730、2186 行")
def law_education_visitors_within_headcount(law_education_visitors, headcount):
    """参加法治教育观摩的人数不大于员工总数。"""
    return law_education_visitors <= headcount
