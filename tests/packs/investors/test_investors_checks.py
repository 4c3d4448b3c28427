"""Rules on disclosure, ranks and dividends: what passes, what fails, what does not apply."""

import pytest

from qingce.packs.investors import checks


@pytest.fixture
def documents(operand):
    """Documents as a family: total, announcements, filings, records of investor relations."""

    def make(total, announcement, filing, record):
        members = {
            "announcement": (announcement, ""),
            "filing": (filing, ""),
            "relations_record": (record, ""),
        }
        return operand(f"{total} 份", "kind", members)

    return make


@pytest.mark.parametrize(
    ("ranks", "peers", "verdict"),
    [
        (("5", "11", "9"), "17", "pass"),
        (("5", "11", "17"), "17", "pass"),
        (("5", "18", "9"), "17", "fail"),
        (("5", "11", "9"), "—", "not applicable"),
    ],
)
def test_ranks_lie_within_peers(judge, ranks, peers, verdict):
    given = (*(f"{rank} 名次" for rank in ranks), f"{peers} 家")
    assert judge(checks.ranks_lie_within_peers, *given) == verdict


@pytest.mark.parametrize(
    ("ranks", "verdict"),
    [(("1", "11", "9"), "pass"), (("0", "11", "9"), "fail"), (("—", "—", "—"), "not applicable")],
)
def test_ranks_begin_at_one(judge, ranks, verdict):
    assert judge(checks.ranks_begin_at_one, *(f"{rank} 名次" for rank in ranks)) == verdict


@pytest.mark.parametrize(
    ("counts", "adds_up", "within"),
    [
        (("201", "104", "90", "7"), "pass", "pass"),
        (("200", "104", "90", "7"), "fail", "pass"),
        (("15", "4", "3", "8"), "pass", "fail"),
        (("—", "104", "90", "—"), "not applicable", "not applicable"),
    ],
)
def test_disclosure_documents(judge, documents, counts, adds_up, within):
    assert judge(checks.disclosure_documents_by_kind_add_up, documents(*counts)) == adds_up
    assert judge(checks.relations_records_within_announcements, documents(*counts)) == within


@pytest.mark.parametrize(
    ("ratio", "dividend", "verdict"),
    [
        ("30 %", "6 亿元", "pass"),
        ("30 %", "6.1 亿元", "fail"),
        ("30 %", "— 亿元", "not applicable"),
    ],
)
def test_payout_ratio_follows_from_dividend_and_profit(judge, ratio, dividend, verdict):
    """22 grown by 10 % was 20 before; 6 of 20 is 30 %."""
    given = (ratio, dividend, "22 亿元", "10 %")
    assert judge(checks.payout_ratio_follows_from_dividend_and_profit, *given) == verdict


@pytest.mark.parametrize(
    ("dividend", "verdict"), [("20 亿元", "pass"), ("20.01 亿元", "fail"), ("— 亿元", "not applicable")]
)
def test_cash_dividend_within_prior_profit(judge, dividend, verdict):
    assert judge(checks.cash_dividend_within_prior_profit, dividend, "22 亿元", "10 %") == verdict
