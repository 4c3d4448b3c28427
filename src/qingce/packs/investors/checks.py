"""Rules on disclosure, ranks and dividends."""

from qingce.core.amount import counted_as
from qingce.core.check import NOTE, check


@check(cites="报告第 2068、2069、2087 行")
def ranks_lie_within_peers(disclosure_rank, relations_record_rank, investor_answer_rank, peer_city_banks):
    """各项排名的名次不大于参与排名的城商行家数。"""
    last = counted_as(peer_city_banks, "名次")
    return [disclosure_rank <= last, relations_record_rank <= last, investor_answer_rank <= last]


@check(cites="报告第 2068、2069、2087 行")
def ranks_begin_at_one(disclosure_rank, relations_record_rank, investor_answer_rank):
    """名次从第 1 位起计。"""
    return [disclosure_rank >= 1, relations_record_rank >= 1, investor_answer_rank >= 1]


@check(cites="报告第 2068 行")
def disclosure_documents_by_kind_add_up(disclosure_documents):
    """各类披露文件份数之和应等于合计。"""
    kinds = ("announcement", "filing", "relations_record")
    return disclosure_documents == sum(disclosure_documents.at(kind=kind) for kind in kinds)


@check(cites="报告第 2069 行")
def relations_records_within_announcements(disclosure_documents):
    """投资者关系活动记录表是所披露文件的一部分，其份数不大于公告与报备文件份数之和。"""
    return disclosure_documents.at(kind="relations_record") <= (
        disclosure_documents.at(kind="announcement") + disclosure_documents.at(kind="filing")
    )


@check(severity=NOTE, cites="报告第 139、140、2081 行")
def payout_ratio_follows_from_dividend_and_profit(
    dividend_payout_ratio, annual_cash_dividend, net_profit, net_profit_growth
):
    """现金股利占比应等于现金股利除以上年归母净利润（由当年数与同比增速反推，只在舍入范围内可比）。"""
    return dividend_payout_ratio == annual_cash_dividend / (net_profit / (net_profit_growth + 1))


@check(cites="报告第 2081 行")
def cash_dividend_within_prior_profit(annual_cash_dividend, net_profit, net_profit_growth):
    """派发的上年度现金股利不大于上年归母净利润（由当年数与同比增速反推）。"""
    return annual_cash_dividend <= net_profit / (net_profit_growth + 1)
