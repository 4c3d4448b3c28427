"""Records of bursaries to students of the villages that the bank looks after."""

from qingce.core.dataset import Date, Money, OrgCode, Text, Whole, dataset


@dataset(label="爱心助学台账", owner="办公室", grain=("student_no",))
class bursary:
    """每名受助学生一行；学生以编号代称，不登记姓名。"""

    student_no = Text("学生编号", pseudonym=True)
    paid_on = Date("发放日期")
    org = OrgCode("机构")
    school_year = Whole("资助年度", unit="年", low="1997")
    amount = Money("助学金", low="0")
