"""The general ledger is held against the ledgers at the level at which it is booked."""

from __future__ import annotations

import pytest

from qingce.core.check import Status

TREE = """
org
code | level | parent | valid_from | valid_to
LZB  | 法人  |        |            |
HQ   | 总行  | LZB    |            |
F1   | 分行  | LZB    |            |
F2   | 分行  | LZB    |            |
S11  | 支行  | F1     |            | 2024-06-30
S11  | 支行  | F2     | 2024-07-01 |
S12  | 支行  | F1     |            |
S21  | 支行  | F2     |            |
O211 | 网点  | S21    |            |

loan
loan_no | as_of      | org  | balance
L1      | 2023-12-31 | S11  | 10.00
L1      | 2024-12-31 | S11  | 10.00
L2      | 2024-12-31 | S12  | 20.00
L3      | 2024-12-31 | S21  | 40.00
L4      | 2024-12-31 | O211 | 80.00
L5      | 2024-12-31 | F1   | 160.00

bond_holding
bond_no | as_of      | org | carrying
Z1      | 2024-12-31 | F1  | 7.00
Z2      | 2024-12-31 | S21 | 3.00

gl_balance
as_of | org | subject | balance
"""
RULES = (
    "ledger_agrees_with_the_general_ledger", "every_org_with_loans_is_booked",
    "bond_ledger_agrees_with_the_general_ledger",
)
HEAD = {"LZB": "310.00"}
HEAD_OFFICE = {"HQ": "310.00"}
BRANCHES = {"F1": "180.00", "F2": "130.00"}
LEAVES = {"S11": "10.00", "S12": "20.00", "S21": "40.00", "O211": "80.00", "F1": "160.00"}
MIXED = {"LZB": "180.00", "F2": "50.00", "O211": "80.00"}


def booked(loans: dict[str, str], day: str = "2024-12-31", subject: str = "loans") -> str:
    """Rows of the general ledger."""
    return "".join(f"{day} | {org} | {subject} | {balance}\n" for org, balance in loans.items())


@pytest.mark.parametrize("loans", [HEAD, HEAD_OFFICE, BRANCHES, LEAVES, MIXED])
def test_loans_agree_at_whatever_level_they_are_booked(ledgers, loans):
    bank = ledgers(TREE + booked(loans))
    assert [bank.finding(rule).status for rule in RULES[:2]] == [Status.PASS] * 2


@pytest.mark.parametrize("loans", [HEAD, HEAD_OFFICE, BRANCHES, LEAVES, MIXED])
def test_one_fen_more_is_found_once_at_the_org_that_is_booked(ledgers, loans):
    org = next(iter(loans))
    bank = ledgers(TREE + booked(loans | {org: loans[org][:-1] + "1"}))
    finding = bank.finding(RULES[0])
    assert finding.blocks
    assert [(row["org"], row["as_of"]) for row in finding.rows] == [(org, "2024-12-31")]
    assert bank.finding(RULES[1]).status is Status.PASS


def test_an_org_that_moved_is_summed_where_it_hung_on_the_day(ledgers):
    closing = booked(BRANCHES) + booked({"F1": "10.00"}, "2023-12-31")
    assert ledgers(TREE + closing).finding(RULES[0]).status is Status.PASS


def test_loans_under_no_booked_org_are_found_once(ledgers):
    bank = ledgers(TREE + booked({"F1": "180.00"}))
    assert bank.finding(RULES[0]).status is Status.PASS
    found = bank.finding(RULES[1])
    assert sorted(row["org"] for row in found.rows) == ["O211", "S11", "S21"]


def test_a_head_office_beside_booked_branches_answers_for_itself_only(ledgers):
    bank = ledgers(TREE + booked({"HQ": "0.00", "F1": "180.00", "F2": "130.00"}))
    assert [bank.finding(rule).status for rule in RULES[:2]] == [Status.PASS] * 2
    bank = ledgers(TREE + booked({"HQ": "130.00", "F1": "180.00"}))
    assert [row["org"] for row in bank.finding(RULES[0]).rows] == ["HQ"]


@pytest.mark.parametrize(
    ("bonds", "found"),
    [({"LZB": "10.00"}, []), ({"HQ": "10.00"}, []), ({"F1": "7.00", "F2": "3.00"}, []),
     ({"F1": "7.00", "F2": "2.99"}, ["F2"])],
)
def test_bonds_agree_at_whatever_level_they_are_booked(ledgers, bonds, found):
    finding = ledgers(TREE + booked(bonds, subject="bonds")).finding(RULES[2])
    assert [row["org"] for row in finding.rows] == found


def test_loans_of_an_org_that_the_tree_does_not_know_are_not_booked(ledgers):
    bank = ledgers(TREE.replace("L5      | 2024-12-31 | F1 ", "L5      | 2024-12-31 | X9 ") + booked({"LZB": "150.00"}))
    assert bank.finding(RULES[0]).status is Status.PASS
    assert [row["org"] for row in bank.finding(RULES[1]).rows] == ["X9"]


@pytest.mark.parametrize(
    ("filed", "provisions", "status"),
    [
        ("9.00", {"LZB": "9.00"}, Status.PASS),
        ("9.00", {"F1": "4.00", "F2": "5.00"}, Status.PASS),
        ("9.01", {"F1": "4.00", "F2": "5.00"}, Status.FAIL),
        ("9.00", {}, Status.NOT_APPLICABLE),
        ("", {"LZB": "9.00"}, Status.NOT_APPLICABLE),
    ],
)
def test_filed_provisions_agree_with_the_general_ledger_where_both_are_there(ledgers, filed, provisions, status):
    told = f"\nfiled\nmetric | value\nloan_provisions | {filed}\n" if filed else ""
    text = TREE + booked(HEAD) + booked(provisions, subject="provision") + told
    assert ledgers(text).finding("provisions_agree_with_the_general_ledger").status is status
