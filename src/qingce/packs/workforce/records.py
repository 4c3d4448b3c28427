"""Records of the workforce. Staff are known by coded numbers only."""

from qingce.core.dataset import Code, Date, Flag, OrgCode, Qty, Text, Whole, dataset


@dataset(label="员工花名册", owner="人力资源部", grain=("employee_no", "as_of"))
class employee:
    """每名在册员工（含子公司）每个年末一行。"""

    employee_no = Text("员工编号", pseudonym=True)
    as_of = Date("数据日期")
    org = OrgCode("所在机构")
    sex = Code("性别", of="sex")
    contract = Flag("已签劳动合同")
    insured = Flag("已参加社会保险")


@dataset(label="员工年度培训档案", owner="人力资源部", grain=("employee_no", "closed_on"))
class training_record:
    """每名参加过培训的员工每年一行，记全年参训次数和学时。"""

    employee_no = Text("员工编号", pseudonym=True)
    closed_on = Date("结档日期")
    org = OrgCode("所在机构")
    sex = Code("性别", of="sex")
    level = Code("职级层次", of="job_level", optional=True, doc="结档时未核定职级的留空。")
    attendances = Whole("参训次数", unit="人次", low="1")
    hours = Qty("培训学时", unit="小时", places=1, low="0")


@dataset(label="培训项目台账", owner="人力资源部", grain=("project_no",))
class training_project:
    """每个培训项目一行，记参训人次。"""

    project_no = Text("项目编号")
    held_on = Date("举办日期")
    org = OrgCode("主办机构")
    attendances = Whole("参训人次", unit="人次", low="1")


@dataset(label="员工事务列举事项登记", owner="人力资源部", grain=("item_no", "as_of"))
class workforce_item:
    """报告列举的每个事项，每个年末一行。"""

    item_no = Text("事项编号")
    as_of = Date("登记日期")
    topic = Code("事项类别", of="workforce_topic")
    title = Text("事项名称")
    cited = Text("出处")
