"""Records of discipline education and of integrity activities."""

from qingce.core.dataset import Code, Date, OrgCode, Text, Whole, dataset


@dataset(label="党纪学习教育台账", owner="党委组织部", grain=("session_no",))
class discipline_session:
    """每次集体学习、每场警示教育一行。"""

    session_no = Text("场次编号")
    held_on = Date("开展日期")
    org = OrgCode("组织机构")
    kind = Code("形式", of="discipline_session_kind")
    participants = Whole("参加人次", low="1", unit="人次")


@dataset(label="“十个一”活动台账", owner="纪检监察室", grain=("activity_no",))
class integrity_activity:
    """每次活动一行；宣传视频按机构按月汇总为一行，不计参加人次。"""

    activity_no = Text("活动编号")
    held_on = Date("开展日期")
    org = OrgCode("组织机构")
    kind = Code("活动类别", of="integrity_activity_kind")
    occasions = Whole("次数", low="1", unit="次")
    participants = Whole("参加人次", optional=True, low="1", unit="人次")


@dataset(label="合规专题辅导签到表", owner="纪检监察室", grain=("activity_no", "member_no"))
class counselling_attendance:
    """每位党员参加每次辅导一行；党员以编号登记。"""

    activity_no = Text("活动编号")
    held_on = Date("开展日期")
    org = OrgCode("组织机构")
    member_no = Text("党员编号", pseudonym=True)
