"""Filed metrics of appraisal, examinations, schooling and care."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed

# -- appraisal and care -------------------------------------------------------------------------
appraisal_aspects = filed("年度考评方面数", unit="个", kind=STOCK)
weighted_appraisal_quarters = filed("绩效加权考核季度数", unit="个", kind=FLOW)
care_programmes = filed("员工关心关怀工程项数", unit="项", kind=STOCK, owner="工会")
staff_congress_term = filed("职工代表大会届次", unit="届", kind=STOCK, owner="工会")
employee_supervisors_elected = filed("选举产生的职工监事人数", unit="名", kind=FLOW, owner="工会")

# -- credit examinations ------------------------------------------------------------------------
credit_exam_syllabuses = filed("信贷岗位考试体系大纲数", unit="个", kind=STOCK)
credit_exam_modules = filed("信贷岗位考试体系模块数", unit="个", kind=STOCK)
credit_exam_lines = filed("编有考试大纲的条线数", unit="个", kind=STOCK)
credit_exam_questions = filed("信贷岗位考试配套试题数", unit="道", kind=STOCK)
credit_exam_subjects = filed("信贷岗位考试科目数", unit="个", kind=FLOW)
credit_exam_sittings = filed("信贷岗位考试人次", unit="人次", kind=FLOW)
economist_subjects = filed("中级经济师辅导科目数", unit="个", kind=STOCK)
economist_courses = filed("中级经济师视频课程门数", unit="门", kind=STOCK)
economist_questions = filed("中级经济师试题数", unit="道", kind=STOCK)

# -- with universities --------------------------------------------------------------------------
partner_universities = filed("联合培养高校数", unit="所", kind=STOCK)
tailored_class_stages = filed("专项定制班阶段数", unit="个", kind=STOCK)
tailored_class_modes = filed("专项定制班模式数", unit="种", kind=STOCK)
tailored_class_themes = filed("专项定制班课程主题数", unit="个", kind=STOCK)
credit_specialists_trained = filed("累计培养信贷专业人才数", unit="名", kind=CUMULATIVE)

# -- knowledge base -----------------------------------------------------------------------------
knowledge_banks = filed("知识库智库数", unit="个", kind=STOCK)
knowledge_classes = filed("知识库类别数", unit="类", kind=STOCK)
knowledge_items = filed("知识库内容项数", unit="项", kind=STOCK)
knowledge_reads = filed("知识库阅读量", unit="次", shown="万次", places=0, kind=CUMULATIVE)

# -- branch managers' workshop ------------------------------------------------------------------
workshop_benchmark_branches = filed("研学坊标杆支行数", unit="家", kind=FLOW)
workshop_attendances = filed("研学坊参与学习人次", unit="人次", kind=FLOW)
workshop_participants = filed("研学坊参与人数", unit="人", kind=FLOW)
workshop_goals = filed("研学坊预期目标数", unit="个", kind=FLOW)
workshop_plans = filed("研学坊关键指标实施方案数", unit="个", kind=FLOW)
workshop_branches_coached = filed("研学坊赋能辅导机构数", unit="家", kind=FLOW)
