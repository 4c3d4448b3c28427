"""Anti-money-laundering publicity, training and examination."""

from qingce.core.dataset import Date, OrgCode, Text, Whole, dataset


@dataset(label="反洗钱宣传台账", owner="会计结算部", grain=("event_no",))
class aml_publicity:
    """每次反洗钱线上或线下宣传一行。"""

    event_no = Text("宣传编号")
    held_on = Date("开展日期")
    org = OrgCode("开展机构")
    leaflets = Whole("发放折页", low="0", unit="个")
    boards = Whole("制作展板", low="0", unit="个")
    audience = Whole("受众人数", low="1", unit="人")


@dataset(label="反洗钱专题培训台账", owner="会计结算部", grain=("session_no",))
class aml_training:
    """每场反洗钱专题培训一行。"""

    session_no = Text("培训编号")
    held_on = Date("开展日期")
    trainees = Text("培训对象")


@dataset(label="反洗钱考试成绩汇总", owner="会计结算部", grain=("org", "held_on"))
class aml_exam:
    """每家机构每次金融业反洗钱培训考试一行。"""

    org = OrgCode("机构")
    held_on = Date("考试日期")
    sat = Whole("参加考试人数", low="1", unit="人")
    passed = Whole("通过考试人数", low="0", unit="人")
