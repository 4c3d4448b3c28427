"""Rules on anti-money-laundering figures."""

from qingce.core.amount import counted_as
from qingce.core.check import NOTE, WARNING, check


@check(cites="报告第 2042、2053、2308 行")
def aml_activities_cover_publicity_and_training(aml_activities, aml_publicity_events, aml_training_sessions):
    """关键绩效表的反洗钱培训宣传次数不小于宣传次数与专题培训场数之和。"""
    return aml_activities >= aml_publicity_events + counted_as(aml_training_sessions, "次")


@check(severity=NOTE, cites="报告第 2042、2053、2308 行")
def aml_activities_follow_from_publicity_and_training(
    aml_activities, aml_publicity_events, aml_training_sessions
):
    """关键绩效表的反洗钱培训宣传次数应能由宣传次数与专题培训场数相加得到。"""
    return aml_activities == aml_publicity_events + counted_as(aml_training_sessions, "次")


@check(severity=WARNING, cites="报告第 2051、2314 行")
def aml_attendance_covers_audience(aml_activity_attendance, aml_audience):
    """关键绩效表的反洗钱培训宣传参与人次不小于宣传受众人数。"""
    return aml_activity_attendance >= counted_as(aml_audience, "人次")


@check(cites="报告第 2013、148 行")
def inspected_subbranches_within_outlets(aml_inspected_subbranches, outlets):
    """反洗钱现场检查的支行家数不大于支行总数。"""
    return aml_inspected_subbranches <= outlets.at(kind="subbranch")


@check(cites="报告第 2054、2186 行")
def aml_exam_passed_within_headcount(aml_exam_passed, headcount):
    """通过反洗钱考试人数不大于员工总数。"""
    return aml_exam_passed <= headcount


@check(cites="报告第 2054 行")
def exam_passes_within_sitters(aml_exam):
    """每家机构通过考试人数不大于参加考试人数。"""
    return aml_exam.filter(aml_exam.passed > aml_exam.sat)
