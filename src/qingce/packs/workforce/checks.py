"""Checks of the workforce."""

from qingce.core.amount import Amount, counted_as
from qingce.core.check import WARNING, check


@check(cites="报告第 2186 行")
def headcount_by_sex_adds_up(headcount):
    """女性员工数与男性员工数之和应等于员工总数。"""
    return headcount == headcount.at(sex="F") + headcount.at(sex="M")


@check(cites="报告第 2187 行")
def covered_employees_are_on_the_roster(employees_under_contract, employees_insured, headcount):
    """签订劳动合同和参加社会保险的员工数都不多于员工总数。"""
    return [employees_under_contract <= headcount, employees_insured <= headcount]


@check(cites="报告第 1509 行")
def trained_employees_are_among_the_staff(trained_employees, headcount):
    """参加培训的员工数不多于员工总数，男女分别亦然。"""
    return [
        trained_employees <= headcount,
        trained_employees.at(sex="F") <= headcount.at(sex="F"),
        trained_employees.at(sex="M") <= headcount.at(sex="M"),
    ]


@check(cites="报告第 1510、1514 行")
def shares_by_sex_reach_the_whole(women_among_trained, men_among_trained):
    """参加培训员工的男女占比之和应为 100%。"""
    return women_among_trained + men_among_trained == Amount.of(100, "%")


@check(cites="报告第 1511、1515 行", severity=WARNING)
def shares_by_level_reach_the_whole(managers_among_trained, others_among_trained):
    """参加培训员工的管理层与非管理层占比之和应为 100%。"""
    return managers_among_trained + others_among_trained == Amount.of(100, "%")


@check(cites="报告第 1516 行", severity=WARNING)
def training_hours_by_level_add_up(training_hours):
    """管理层与非管理层的培训时长之和应等于培训总时长。"""
    return training_hours == training_hours.at(level="management") + training_hours.at(level="other")


@check(cites="报告第 1512、1516、1517 行")
def average_hours_lie_between_the_levels(training_hours_per_head):
    """人均培训时长应介于非管理层与管理层的人均时长之间。"""
    return [
        training_hours_per_head.at(level="other") <= training_hours_per_head,
        training_hours_per_head <= training_hours_per_head.at(level="management"),
    ]


@check(cites="报告第 1513 行")
def attendances_agree_between_files_and_projects(training_attendances, project_attendances):
    """按人汇总的参训人次应等于按项目汇总的参训人次。"""
    return training_attendances == project_attendances


@check(cites="报告第 1509、1513 行")
def every_trained_employee_attended(training_attendances, trained_employees):
    """参训人次不少于参训人数。"""
    return counted_as(training_attendances, "人") >= trained_employees


@check(cites="报告第 1509 行")
def every_training_record_is_of_an_employee(training_record, employee):
    """每份培训档案的员工都在花名册内，且性别一致。"""
    return training_record.anti_join(employee, ["employee_no", "sex"])


@check(cites="报告第 1481、1482 行", severity=WARNING)
def exam_syllabuses_match_the_lines(credit_exam_syllabuses, credit_exam_lines):
    """考试体系的大纲数应等于编有大纲的条线数。"""
    return credit_exam_syllabuses == credit_exam_lines


@check(cites="报告第 1482 行")
def every_line_has_an_exam_subject(credit_exam_subjects, credit_exam_lines):
    """开考科目数应等于编有大纲的条线数。"""
    return credit_exam_subjects == credit_exam_lines


@check(cites="报告第 1503、1521 行")
def workshop_attendances_are_training(workshop_attendances, workshop_participants, training_attendances):
    """研学坊参与人数不多于其学习人次，学习人次不多于全行参训人次。"""
    return [
        counted_as(workshop_participants, "人次") <= workshop_attendances,
        workshop_attendances <= training_attendances,
    ]


@check(cites="报告第 1497 行")
def knowledge_is_filed_in_classes(knowledge_banks, knowledge_classes, knowledge_items):
    """知识库的智库数不多于类别数，类别数不多于内容项数。"""
    return [
        counted_as(knowledge_banks, "类") <= knowledge_classes,
        counted_as(knowledge_classes, "项") <= knowledge_items,
    ]


@check(cites="报告第 1475、1497、1530 行")
def announced_workforce_items_are_registered(
    appraisal_aspects, knowledge_banks, care_programmes, registered_workforce_items
):
    """公布的考评方面、智库、关怀工程的个数应等于登记在册的个数。"""
    return [
        appraisal_aspects == registered_workforce_items.at(topic="appraisal"),
        knowledge_banks == registered_workforce_items.at(topic="knowledge"),
        counted_as(care_programmes, "个") == registered_workforce_items.at(topic="care"),
    ]
