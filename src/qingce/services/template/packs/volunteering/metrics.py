"""What is disclosed about volunteering."""

from qingce.core.metric import FLOW, STOCK, filed, metric


@metric("志愿服务活动场次", unit="场", kind=FLOW, by=("service",))
def volunteer_events(volunteering):
    """报告期内举办的志愿服务活动数。"""
    return volunteering.count()


@metric("志愿服务参加人次", unit="人次", kind=FLOW, by=("service",))
def volunteer_attendances(volunteering):
    """报告期内各场志愿服务活动参加人次合计。"""
    return volunteering.attendances.sum()


@metric("志愿服务时长", unit="小时", kind=FLOW)
def volunteer_hours(volunteering):
    """报告期内各场志愿服务活动时长合计。"""
    return volunteering.hours.sum()


@metric("人均志愿服务时长", unit="小时/人")
def volunteer_hours_per_volunteer(volunteer_hours, registered_volunteers):
    """志愿服务时长 ÷ 注册志愿者人数。"""
    return volunteer_hours / registered_volunteers


registered_volunteers = filed("注册志愿者", unit="人", kind=STOCK, doc="期末在册的员工志愿者人数。")
