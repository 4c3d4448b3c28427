"""Rules on the boards and their meetings."""

from qingce.core.amount import counted_as
from qingce.core.check import WARNING, check


@check(cites="报告第 1880 行")
def directors_by_kind_add_up(board_members):
    """执行董事、独立董事、股东董事人数之和应等于董事会成员人数。"""
    kinds = ("executive", "independent", "shareholder")
    return board_members == sum(board_members.at(kind=kind) for kind in kinds)


@check(cites="报告第 1880、2285 行")
def non_executives_are_independent_or_shareholder(non_executive_directors, board_members):
    """非执行董事人数应等于独立董事与股东董事人数之和。"""
    return non_executive_directors == (
        board_members.at(kind="independent") + board_members.at(kind="shareholder")
    )


@check(cites="报告第 2280、2281、2283 行")
def executives_and_non_executives_fill_the_board(board_members, non_executive_directors):
    """执行董事与非执行董事人数之和应等于董事会成员人数。"""
    return board_members == board_members.at(kind="executive") + non_executive_directors


@check(cites="报告第 2284 行")
def finance_directors_within_board(finance_directors, board_members):
    """具有经济金融专业背景的董事人数不大于董事会成员人数。"""
    return finance_directors <= board_members


@check(cites="报告第 1881 行；上市公司独立董事管理办法")
def independent_directors_reach_a_third(board_members):
    """独立董事占董事会成员的比例不低于三分之一。"""
    return board_members.at(kind="independent") * 3 >= board_members


@check(cites="报告第 1880 行；上市公司章程指引")
def executives_at_most_half_of_board(board_members):
    """执行董事人数不超过董事会成员人数的二分之一。"""
    return board_members.at(kind="executive") * 2 <= board_members


@check(cites="报告第 1884 行")
def supervisors_by_kind_add_up(supervisory_board_members):
    """职工监事、外部监事、股东监事人数之和应等于监事会成员人数。"""
    kinds = ("employee", "external", "shareholder")
    return supervisory_board_members == sum(supervisory_board_members.at(kind=kind) for kind in kinds)


@check(cites="报告第 1884 行；银行保险机构公司治理准则")
def employee_and_external_supervisors_reach_a_third(supervisory_board_members):
    """职工监事、外部监事占监事会成员的比例均不低于三分之一。"""
    return [
        supervisory_board_members.at(kind="employee") * 3 >= supervisory_board_members,
        supervisory_board_members.at(kind="external") * 3 >= supervisory_board_members,
    ]


@check(cites="报告第 1852、1853 行；银行保险机构公司治理准则")
def boards_meet_at_least_quarterly(governance_meetings):
    """董事会、监事会每年至少各召开四次会议。"""
    return [governance_meetings.at(body="board") >= 4, governance_meetings.at(body="supervisors") >= 4]


@check(cites="报告第 1852、1853、1873 行")
def meetings_by_body_add_up(governance_meetings):
    """各类会议次数之和应等于会议总次数。"""
    bodies = ("shareholders", "board", "supervisors", "independent")
    return governance_meetings == sum(governance_meetings.at(body=body) for body in bodies)


@check(severity=WARNING, cites="报告第 1852 行")
def proposals_reach_number_of_meetings(proposals_deliberated, governance_meetings):
    """股东大会、董事会、监事会审议的议案数均不小于会议次数：每次会议至少一项议案。"""
    return [
        proposals_deliberated.at(body=body) >= counted_as(governance_meetings.at(body=body), "项")
        for body in ("shareholders", "board", "supervisors")
    ]


@check(cites="报告第 1852、1853 行")
def meeting_has_business(governance_meeting):
    """股东大会、董事会、监事会的每次会议至少审议一项议案或听取一项报告。"""
    business = governance_meeting.proposals.fill_null(0) + governance_meeting.reports.fill_null(0)
    return governance_meeting.filter((governance_meeting.body != "independent") & (business == 0))
