"""Meetings and the rosters of the two boards."""

from qingce.core.dataset import Code, Date, Flag, Text, Whole, dataset


@dataset(label="治理会议台账", owner="董事会办公室", grain=("meeting_no",))
class governance_meeting:
    """每次股东大会、董事会、监事会和独立董事专门会议一行。"""

    meeting_no = Text("会议编号")
    held_on = Date("召开日期")
    body = Code("会议类别", of="governing_body")
    proposals = Whole("审议议案", optional=True, low="0", unit="项", doc="独立董事专门会议未统计议案数")
    reports = Whole("听取报告", optional=True, low="0", unit="项")


@dataset(label="董事席位表", owner="董事会办公室", grain=("seat_no", "as_of"))
class director_seat:
    """每个在任董事席位每个年末一行；席位以编号登记，不记姓名。"""

    seat_no = Text("席位编号", pseudonym=True)
    as_of = Date("数据日期")
    kind = Code("董事类别", of="director_kind")
    finance_background = Flag("经济金融背景")


@dataset(label="监事席位表", owner="监事会办公室", grain=("seat_no", "as_of"))
class supervisor_seat:
    """每个在任监事席位每个年末一行；席位以编号登记，不记姓名。"""

    seat_no = Text("席位编号", pseudonym=True)
    as_of = Date("数据日期")
    kind = Code("监事类别", of="supervisor_kind")
