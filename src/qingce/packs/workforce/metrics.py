"""Metrics of head count and training, computed from the roster and the training files."""

from qingce.core.metric import FLOW, STOCK, metric


# -- roster -------------------------------------------------------------------------------------
@metric("员工总数", unit="人", kind=STOCK, by=("sex",))
def headcount(employee):
    """期末花名册在册员工人数，含子公司。"""
    return employee.count()


@metric("签订劳动合同的员工数", unit="人", kind=STOCK)
def employees_under_contract(employee):
    """期末已签订劳动合同的在册员工人数。"""
    return employee.count(where=employee.contract)


@metric("参加社会保险的员工数", unit="人", kind=STOCK)
def employees_insured(employee):
    """期末已参加社会保险的在册员工人数。"""
    return employee.count(where=employee.insured)


@metric("员工劳动合同签订率", unit="%", places=0)
def contract_coverage(employees_under_contract, headcount):
    """签订劳动合同的员工数 ÷ 员工总数。"""
    return employees_under_contract / headcount


@metric("员工社会保险覆盖率", unit="%", places=0)
def social_insurance_coverage(employees_insured, headcount):
    """参加社会保险的员工数 ÷ 员工总数。"""
    return employees_insured / headcount


# -- training -----------------------------------------------------------------------------------
@metric("员工培训项目数", unit="个", kind=FLOW)
def training_projects(training_project):
    """报告期内举办的培训项目个数。"""
    return training_project.count()


@metric("员工培训参与总人数", unit="人", kind=FLOW, by=("sex", "level"))
def trained_employees(training_record):
    """报告期内至少参加过一次培训的员工人数，一人只计一次。"""
    return training_record.employee_no.nunique()


@metric("员工培训参与人次数", unit="人次", kind=FLOW)
def training_attendances(training_record):
    """报告期内员工参加培训的次数合计。"""
    return training_record.attendances.sum()


@metric("培训项目参训人次", unit="人次", kind=FLOW)
def project_attendances(training_project):
    """报告期内各培训项目的参训人次合计。"""
    return training_project.attendances.sum()


@metric("员工培训总时长", unit="小时", kind=FLOW, by=("level",))
def training_hours(training_record):
    """报告期内员工参加培训的学时合计。"""
    return training_record.hours.sum()


@metric("人均参与培训时长", unit="小时/人", by=("level",))
def training_hours_per_head(training_hours, trained_employees):
    """员工培训总时长 ÷ 员工培训参与总人数。"""
    return training_hours / trained_employees


@metric("女性员工参加培训百分比", unit="%")
def women_among_trained(trained_employees):
    """参加培训的女性员工人数 ÷ 员工培训参与总人数。"""
    return trained_employees.at(sex="F") / trained_employees


@metric("男性员工参加培训百分比", unit="%")
def men_among_trained(trained_employees):
    """参加培训的男性员工人数 ÷ 员工培训参与总人数。"""
    return trained_employees.at(sex="M") / trained_employees


@metric("管理层员工参加培训百分比", unit="%")
def managers_among_trained(trained_employees):
    """参加培训的管理层员工人数 ÷ 员工培训参与总人数。"""
    return trained_employees.at(level="management") / trained_employees


@metric("非管理层员工参加培训百分比", unit="%")
def others_among_trained(trained_employees):
    """参加培训的非管理层员工人数 ÷ 员工培训参与总人数。"""
    return trained_employees.at(level="other") / trained_employees


@metric("登记的员工事务列举事项数", unit="个", kind=STOCK, by=("topic",))
def registered_workforce_items(workforce_item):
    """期末登记在册的列举事项个数，按编号去重。"""
    return workforce_item.item_no.nunique()
