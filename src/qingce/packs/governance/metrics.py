"""Meetings, composition of the boards, and the equity of shareholders."""

from qingce.core.metric import FLOW, STOCK, filed, metric

governance_rules_revised = filed(
    "制定、修订公司治理制度", unit="项", kind=FLOW, doc="报告期内制定和修订的公司治理制度项数。",
)
shareholder_risk_reports = filed(
    "股东风险排查报告", unit="份", kind=FLOW, doc="报告期内报送的股东融资业务风险排查等报告份数。",
)
equity_change_filings = filed(
    "股权变动信息报送", unit="次", kind=FLOW, doc="报告期内就股份质押、司法冻结等报送股权变动信息的次数。",
)
board_training_items = filed(
    "董监高培训", unit="项", kind=FLOW, doc="报告期内组织董事、监事及有关人员参加的培训项数。",
)


# 会议
@metric("治理会议次数", unit="次", kind=FLOW, by=("body",))
def governance_meetings(governance_meeting):
    """报告期内召开的会议次数，按会议类别分列。"""
    return governance_meeting.count()


@metric("审议议案数", unit="项", kind=FLOW, by=("body",))
def proposals_deliberated(governance_meeting):
    """报告期内各类会议审议的议案项数。"""
    return governance_meeting.proposals.sum()


@metric("听取报告数", unit="项", kind=FLOW, by=("body",))
def reports_heard(governance_meeting):
    """报告期内各类会议听取的报告项数。"""
    return governance_meeting.reports.sum()


# 董事会
@metric("董事会成员", unit="人", kind=STOCK, by=("kind",))
def board_members(director_seat):
    """期末在任董事席位数，按董事类别分列。"""
    return director_seat.count()


@metric("非执行董事", unit="人", kind=STOCK)
def non_executive_directors(director_seat):
    """期末在任董事中不属于执行董事的席位数，含独立董事和股东董事。"""
    return director_seat.count(where=director_seat.kind != "executive")


@metric("具有经济金融专业背景的董事", unit="人", kind=STOCK)
def finance_directors(director_seat):
    """期末在任董事中具有经济金融专业背景的席位数。"""
    return director_seat.count(where=director_seat.finance_background)


@metric("独立董事占比", unit="%", places=0)
def independent_director_share(board_members):
    """独立董事人数 ÷ 董事会成员人数。"""
    return board_members.at(kind="independent") / board_members


# 监事会
@metric("监事会成员", unit="人", kind=STOCK, by=("kind",), owner="监事会办公室")
def supervisory_board_members(supervisor_seat):
    """期末在任监事席位数，按监事类别分列。"""
    return supervisor_seat.count()
