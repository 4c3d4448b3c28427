"""Workforce: head count, training, appraisal and care. 员工：人数、培训、考评与关怀。"""

LABEL = "员工"
OWNER = "人力资源部"
NEEDS = ()
