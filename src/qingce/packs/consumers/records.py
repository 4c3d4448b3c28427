"""Records of consumer protection. Customers are known by coded numbers only."""

from qingce.core.dataset import Code, Date, OrgCode, Text, Whole, dataset


@dataset(label="客户投诉台账", owner="消费者权益保护部", grain=("complaint_no",))
class complaint:
    """每件受理的客户投诉一行，按受理日期归属期间。"""

    complaint_no = Text("投诉编号")
    received_on = Date("受理日期")
    closed_on = Date("办结日期", optional=True)
    org = OrgCode("被投诉机构")
    region = Code("地区", of="complaint_region")
    business = Code("业务类别", of="complaint_business")


@dataset(label="消保培训台账", owner="消费者权益保护部", grain=("session_no",))
class protection_training:
    """每场线下培训一行；每门网络课程每月一行，记当月学习人次。"""

    session_no = Text("培训编号")
    held_on = Date("培训日期")
    org = OrgCode("组织机构")
    form = Code("培训方式", of="protection_training_form")
    course_no = Text("课程编号")
    attendances = Whole("学习人次", unit="人次", low="1")


@dataset(label="消保机制登记", owner="消费者权益保护部", grain=("mechanism_no", "as_of"))
class protection_mechanism:
    """消费者权益保护制度涵盖的每个机制，每个年末一行。"""

    mechanism_no = Text("机制编号")
    as_of = Date("登记日期")
    title = Text("机制名称")
    cited = Text("出处")


@dataset(label="金融宣教活动台账", owner="消费者权益保护部", grain=("activity_no",))
class education_activity:
    """每次宣传教育活动一行。"""

    activity_no = Text("活动编号")
    held_on = Date("活动日期")
    org = OrgCode("举办机构")
    channel = Code("活动方式", of="education_channel")


@dataset(label="金融宣教受众台账", owner="消费者权益保护部", grain=("activity_no", "age_group"))
class education_audience:
    """每次宣传教育活动的每个年龄段一行，记触达的消费者人数。"""

    activity_no = Text("活动编号")
    held_on = Date("活动日期")
    org = OrgCode("举办机构")
    age_group = Code("受众年龄", of="age_group")
    reached = Whole("受众人数", unit="人", low="0")
