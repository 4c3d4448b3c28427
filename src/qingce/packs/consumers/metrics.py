"""Metrics of consumer protection that are computed from its ledgers."""

from qingce.core.metric import FLOW, STOCK, metric


# -- complaints ---------------------------------------------------------------------------------
@metric("客户投诉受理件数", unit="件", kind=FLOW, by=("region", "business"))
def complaints(complaint):
    """报告期内受理的客户投诉件数，按受理日期归属；报告的分项以“件”计。"""
    return complaint.count()


@metric("客户投诉受理量", unit="笔", kind=FLOW)
def complaints_received(complaint):
    """报告期内受理的客户投诉总量；报告的总量以“笔”计，一笔即一件。"""
    return complaint.count()


# -- training -----------------------------------------------------------------------------------
@metric("消保服务类培训人次", unit="人次", kind=FLOW, by=("form",))
def protection_training_attendances(protection_training):
    """报告期内各类消保培训的学习人次合计。"""
    return protection_training.attendances.sum()


@metric("消保线下培训场次", unit="场", kind=FLOW)
def protection_training_sessions(protection_training):
    """报告期内举办的消保线下培训场数。"""
    return protection_training.count(where=protection_training.form == "classroom")


@metric("新增消保网络课程门数", unit="门", kind=FLOW)
def protection_courses_added(protection_training):
    """报告期内新增并有人学习的消保网络课程门数，按课程编号去重。"""
    return protection_training.course_no.nunique(where=protection_training.form == "online")


@metric("信用卡与消保投诉专项课程门数", unit="门", kind=FLOW)
def complaint_courses(protection_training):
    """报告期内上线并有人学习的信用卡业务与消保投诉专项课程门数，按课程编号去重。"""
    return protection_training.course_no.nunique(where=protection_training.form == "special")


@metric("登记的消保机制数", unit="个", kind=STOCK)
def registered_protection_mechanisms(protection_mechanism):
    """期末消保机制登记中按编号去重的机制个数。"""
    return protection_mechanism.mechanism_no.nunique()


# -- education ----------------------------------------------------------------------------------
@metric("金融宣教活动次数", unit="次", kind=FLOW, by=("channel",))
def education_activities(education_activity):
    """报告期内开展的金融宣传教育活动次数；关键绩效表以“次”计。"""
    return education_activity.count()


@metric("金融宣教活动场次", unit="场", kind=FLOW)
def education_events(education_activity):
    """报告期内开展的金融宣传教育活动场次；正文以“场”计，一场即一次。"""
    return education_activity.count()


@metric("金融宣教受众", unit="人", shown="万人", places=0, kind=FLOW, by=("age_group",))
def education_audience_reached(education_audience):
    """报告期内金融宣教活动触达的消费者人数合计，各次活动分别统计，未跨活动去重。"""
    return education_audience.reached.sum()


@metric("金融宣教受众人次", unit="人次", shown="万人次", places=0, kind=FLOW)
def education_contacts(education_audience):
    """报告期内金融宣教活动触达的消费者人次合计；与“金融宣教受众”同源，正文一处以“人次”计。"""
    return education_audience.reached.sum()
