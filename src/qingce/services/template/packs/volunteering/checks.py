"""What must hold about volunteering."""

from qingce.core.check import WARNING, check


@check(severity=WARNING)
def each_volunteer_event_has_attendances(volunteering):
    """每场志愿服务活动都有人参加。"""
    return volunteering.filter(volunteering.attendances == 0)


@check()
def volunteer_attendances_reach_events(volunteer_attendances, volunteer_events):
    """参加人次不少于活动场次。"""
    return volunteer_attendances / volunteer_events >= 1
