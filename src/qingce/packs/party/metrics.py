"""Party members, joint activities, discipline education and integrity activities."""

from qingce.core.amount import counted_as
from qingce.core.metric import FLOW, RATE, STOCK, filed, metric

# 党员队伍与理论学习
party_knowledge_topics = filed(
    "知识库专题党建内容", unit="个", kind=FLOW, doc="报告期内兰行知识库上线的党建专题个数。",
)
law_education_visit_sessions = filed(
    "法治教育观摩期数", unit="期", kind=FLOW, doc="报告期内组织重点岗位人员观摩学习的期数。",
)
law_education_visitors = filed(
    "法治教育观摩人数", unit="人", kind=FLOW, doc="报告期内参加法治教育观摩学习的重点岗位人员人数。",
)
new_party_members = filed("发展党员", unit="名", kind=FLOW, doc="报告期内新发展的党员人数。")
young_member_share = filed(
    "35 岁及以下发展党员占比", unit="%", places=0, kind=RATE, doc="35 岁及以下发展党员人数 ÷ 发展党员人数。",
)
young_member_age_limit = filed(
    "发展党员年龄界线", unit="岁", kind=STOCK, doc="统计青年发展党员占比所用的年龄上限（含）。",
)
admission_training_sessions = filed(
    "入党专题教育培训期数", unit="期", kind=FLOW,
    doc="报告期内面向入党积极分子、发展对象的专题教育培训期数。",
)
admission_training_participants = filed(
    "入党专题教育培训人数", unit="人", kind=FLOW,
    doc="报告期内入党积极分子、发展对象专题教育培训的参训人数。",
)
party_organisations = filed("基层党组织", unit="个", kind=STOCK, doc="期末全行基层党组织个数。")
joint_party_activities = filed(
    "党组织联建活动", unit="次", kind=FLOW, doc="报告期内基层党组织与外部单位联合开展活动的次数。",
)
integrity_culture_sites = filed(
    "新增清廉文化阵地", unit="个", kind=FLOW, owner="纪检监察室", doc="报告期内新设立的清廉文化阵地个数。",
)


# 党纪学习教育
@metric("党纪集体学习", unit="次", kind=FLOW)
def discipline_study_sessions(discipline_session):
    """报告期内各级党组织开展党纪集体学习的次数。"""
    return discipline_session.count(where=discipline_session.kind == "study")


@metric("党纪集体学习参与人次", unit="人次", kind=FLOW)
def discipline_study_attendance(discipline_session):
    """报告期内党纪集体学习的参与人次合计。"""
    return discipline_session.participants.sum(where=discipline_session.kind == "study")


@metric("纪律警示教育", unit="场", kind=FLOW)
def warning_education_sessions(discipline_session):
    """报告期内开展警示教育的场数。"""
    return discipline_session.count(where=discipline_session.kind == "warning")


@metric("纪律警示教育次数", unit="次", kind=FLOW)
def warning_education_occasions(warning_education_sessions):
    """报告期内开展警示教育的场数，以“次”列示，一场计一次。"""
    return counted_as(warning_education_sessions, "次")


@metric("纪律警示教育参与人次", unit="人次", kind=FLOW)
def warning_education_attendance(discipline_session):
    """报告期内警示教育的参与人次合计。"""
    return discipline_session.participants.sum(where=discipline_session.kind == "warning")


# “十个一”警示教育活动
integrity_activity_kinds_set = filed(
    "“十个一”活动类数", unit="个", kind=FLOW, owner="纪检监察室", doc="常态化警示教育活动方案规定的类数。",
)


@metric("“十个一”活动次数", unit="次", kind=FLOW, by=("kind",), owner="纪检监察室")
def integrity_activities(integrity_activity):
    """报告期内分支机构开展各类警示教育活动的次数；宣传视频按播放次数计。"""
    return integrity_activity.occasions.sum()


@metric("“十个一”活动参加人次", unit="人次", kind=FLOW, by=("kind",), owner="纪检监察室")
def integrity_attendance(integrity_activity):
    """报告期内分支机构各类警示教育活动的参加人次合计；宣传视频不计人次。"""
    return integrity_activity.participants.sum()


@metric("有记录的“十个一”活动类数", unit="个", kind=FLOW, owner="纪检监察室")
def integrity_activity_kinds_recorded(integrity_activity):
    """报告期内活动台账中有记录的活动类数。"""
    return integrity_activity.kind.nunique()


@metric("合规专题辅导人数", unit="人", kind=FLOW, owner="纪检监察室")
def counselled_members(counselling_attendance):
    """报告期内参加合规专题辅导的党员人数，同一党员只计一次。"""
    return counselling_attendance.member_no.nunique()


warning_film_viewers = filed(
    "观看警示教育片人数", unit="人", kind=FLOW, owner="纪检监察室",
    doc="报告正文以“人”为单位披露的观看警示教育片人数；活动台账按人次登记，见“十个一”活动参加人次。",
)
