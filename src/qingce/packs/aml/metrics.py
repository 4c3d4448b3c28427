"""Anti-money-laundering: rules, models, inspections, publicity and training."""

from qingce.core.metric import FLOW, STOCK, filed, metric

aml_product_rules_revised = filed(
    "修订洗钱风险内容的产品管理办法", unit="项", kind=FLOW,
    doc="报告期内就洗钱风险管理内容修订完善的业务产品管理办法项数。",
)
aml_model_review_meetings = filed(
    "可疑案例模型优化例会", unit="次", kind=FLOW,
    doc="报告期内召开“以案倒查”可疑案例模型优化讨论例会的次数。",
)
aml_own_models = filed(
    "自主监测可疑模型", unit="个", kind=STOCK, doc="经校验、调整并上线的自主监测可疑模型个数。",
)
aml_single_rule_models = filed(
    "单一规则可疑模型", unit="个", kind=STOCK, doc="经校验、调整并上线的单一规则可疑模型个数。",
)
aml_inspected_subbranches = filed(
    "反洗钱现场检查支行", unit="家", kind=FLOW, doc="报告期内接受反洗钱现场检查督导的支行家数。",
)
aml_inspected_village_banks = filed(
    "反洗钱现场检查村镇银行", unit="家", kind=FLOW, doc="报告期内接受反洗钱现场检查督导的村镇银行家数。",
)
aml_activities = filed(
    "反洗钱培训宣传次数", unit="次", kind=FLOW,
    doc="报告期内反洗钱培训和宣传的次数，由归口部门填报，不由宣传台账与培训台账推出。",
)
aml_activity_attendance = filed(
    "反洗钱培训宣传参与人次", unit="人次", kind=FLOW,
    doc="报告期内反洗钱培训和宣传的参与人次，由归口部门填报，不由宣传台账与培训台账推出。",
)


@metric("反洗钱宣传", unit="次", kind=FLOW)
def aml_publicity_events(aml_publicity):
    """报告期内反洗钱线上、线下宣传次数。"""
    return aml_publicity.count()


@metric("反洗钱宣传折页", unit="个", kind=FLOW)
def aml_leaflets(aml_publicity):
    """报告期内反洗钱宣传发放的折页合计。"""
    return aml_publicity.leaflets.sum()


@metric("反洗钱展板", unit="个", kind=FLOW)
def aml_display_boards(aml_publicity):
    """报告期内为反洗钱宣传制作的展板合计。"""
    return aml_publicity.boards.sum()


@metric("反洗钱宣传受众", unit="人", kind=FLOW)
def aml_audience(aml_publicity):
    """报告期内各次反洗钱宣传的受众人数合计。"""
    return aml_publicity.audience.sum()


@metric("反洗钱专题培训", unit="场", kind=FLOW)
def aml_training_sessions(aml_training):
    """报告期内面向不同层级人员的反洗钱专题培训场数。"""
    return aml_training.count()


@metric("通过反洗钱考试人数", unit="人", kind=FLOW)
def aml_exam_passed(aml_exam):
    """报告期内通过金融业反洗钱培训考试的员工人数合计。"""
    return aml_exam.passed.sum()
