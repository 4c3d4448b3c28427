"""Bad ledgers: each rule finds the rows it is named after and passes a sound bank."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.core.check import Status

SOUND = (Path(__file__).parent / "sound_bank.txt").read_text(encoding="utf-8")

RULES = (
    "loan_keys_are_unique", "customer_keys_are_unique", "loans_have_a_customer",
    "loan_ledger_has_no_negative_balance", "balances_are_within_the_principal",
    "credit_lines_cover_the_balances", "events_have_a_positive_amount", "a_loan_keeps_its_currency",
    "loans_mature_after_they_start", "loans_start_before_the_snapshot", "overdue_loans_are_not_normal",
    "closed_orgs_hold_no_balance", "loans_stay_with_their_org", "no_snapshot_misses_an_org",
    "divisions_belong_to_their_section", "counties_belong_to_their_city",
    "key_county_loans_lie_in_listed_counties", "discounts_are_flagged", "events_agree_with_the_programme",
    "poverty_loans_keep_their_limits", "guarantees_name_a_loan", "ledger_agrees_with_the_general_ledger",
    "every_org_with_loans_is_booked", "green_labels_are_complete", "green_labels_have_evidence",
    "green_evidence_has_not_expired", "green_items_belong_to_their_catalogue",
    "one_loan_has_one_green_label", "green_labels_use_a_catalogue_in_force",
    "green_labels_change_only_with_a_date", "green_use_fits_the_industry", "linked_rates_follow_the_target",
    "only_tech_smes_use_the_fund", "scitech_flags_have_a_list_date", "the_fund_pays_for_principal_only",
    "core_limits_are_kept", "supply_chain_financings_have_a_core_limit", "loans_are_booked_at_known_orgs",
    "events_carry_opening_to_closing_balances", "loan_snapshots_have_customers", "loan_rates_are_in_percent",
    "loan_snapshots_are_month_ends", "events_agree_with_the_loan",
    "bond_ledger_agrees_with_the_general_ledger", "new_green_labels_use_the_new_catalogue",
)


def changed(table: str, row: str, **cells: str) -> str:
    """The sound bank with cells of one row changed; ``row`` is how the row begins, spaces aside."""
    blocks = SOUND.strip().split("\n\n")
    for at, block in enumerate(blocks):
        name, header, *rows = block.splitlines()
        if name != table:
            continue
        columns = [c.strip() for c in header.split("|")]
        for number, line in enumerate(rows):
            found = [c.strip() for c in line.split("|")]
            if " ".join(found).startswith(row):
                rows[number] = " | ".join(cells.get(c, old) for c, old in zip(columns, found, strict=True))
                blocks[at] = "\n".join([name, header, *rows])
                return "\n\n".join(blocks)
    raise AssertionError(f"{table} has no row {row!r}")


def first_row(block: str, row: str) -> str:
    """The first line of a table that begins with these cells."""
    return next(ln for ln in block.splitlines()[2:] if " ".join(ln.replace("|", " ").split()).startswith(row))


def added(table: str, row: str, **cells: str) -> str:
    """The sound bank with a copy of one row, some cells changed."""
    was, made = SOUND.strip().split("\n\n"), changed(table, row, **cells).split("\n\n")
    for at, (old, new) in enumerate(zip(was, made, strict=True)):
        extra = [line for line in new.splitlines() if line not in old.splitlines()] if cells else []
        if old.startswith(table + "\n"):
            was[at] = "\n".join([old, *(extra or [first_row(old, row)])])
    return "\n\n".join(was)


CLOSING = "L1 2024-12-31"
BROKEN = {
    "loan_keys_are_unique": (added("loan", CLOSING), "loan_no", ["L1"]),
    "customer_keys_are_unique": (added("customer", "C1 2024-12-31"), "customer_no", ["C1"]),
    "loans_have_a_customer": (changed("customer", "C2 2024-12-31", customer_no="C9"), "loan_no", ["L2"]),
    "loan_ledger_has_no_negative_balance": (changed("loan", CLOSING, balance="-0.01"), "loan_no", ["L1"]),
    "balances_are_within_the_principal": (changed("loan", CLOSING, balance="300.01"), "loan_no", ["L1"]),
    "credit_lines_cover_the_balances": (
        changed("customer", "C1 2024-12-31", credit_line="199.99"), "customer_no", ["C1"],
    ),
    "events_have_a_positive_amount": (changed("loan_event", "E1", amount="-300.00"), "event_no", ["E1"]),
    "a_loan_keeps_its_currency": (changed("loan", CLOSING, currency="USD"), "loan_no", ["L1", "L1"]),
    "loans_mature_after_they_start": (changed("loan", CLOSING, due_on="2023-02-28"), "loan_no", ["L1"]),
    "loans_start_before_the_snapshot": (
        changed("loan", "L1 2023-12-31", start_on="2024-01-01"), "loan_no", ["L1"],
    ),
    "overdue_loans_are_not_normal": (changed("loan", CLOSING, due_on="2024-12-30"), "loan_no", ["L1"]),
    "closed_orgs_hold_no_balance": (changed("org", "B02", valid_to="2024-06-30"), "loan_no", ["L2"]),
    "loans_stay_with_their_org": (changed("loan", CLOSING, org="B02"), "loan_no", ["L1", "L1"]),
    "no_snapshot_misses_an_org": (changed("loan", "L2 2024-12-31", org="B01"), "org", ["B02"]),
    "divisions_belong_to_their_section": (changed("loan", CLOSING, division="C38"), "loan_no", ["L1"]),
    "counties_belong_to_their_city": (changed("loan", CLOSING, city="6204"), "loan_no", ["L1"]),
    "key_county_loans_lie_in_listed_counties": (
        changed("loan", "L2 2024-12-31", key_county="否"), "loan_no", ["L2"],
    ),
    "discounts_are_flagged": (changed("loan", CLOSING, discounted="是"), "loan_no", ["L1"]),
    "events_agree_with_the_programme": (
        changed("loan_event", "E1", programme="ip_pledge"), "event_no", ["E1"],
    ),
    "poverty_loans_keep_their_limits": (
        changed("loan", "L2 2024-12-31", due_on="2025-06-02"), "loan_no", ["L2"],
    ),
    "guarantees_name_a_loan": (changed("guarantee", "G1", loan_no="L9"), "guarantee_no", ["G1"]),
    "ledger_agrees_with_the_general_ledger": (
        changed("gl_balance", "2024-12-31 B01", balance="200.01"), "org", ["B01"],
    ),
    "every_org_with_loans_is_booked": (changed("gl_balance", "2024-12-31 B01", org="B03"), "org", ["B01"]),
    "green_labels_are_complete": (changed("loan", CLOSING, green_labelled_on=""), "loan_no", ["L1"]),
    "green_labels_have_evidence": (changed("loan", CLOSING, green_evidence=""), "loan_no", ["L1"]),
    "green_evidence_has_not_expired": (
        changed("loan", CLOSING, green_expires_on="2024-12-30"), "loan_no", ["L1"],
    ),
    "green_items_belong_to_their_catalogue": (
        changed("loan", CLOSING, green_item="2024:4.2"), "loan_no", ["L1"],
    ),
    "one_loan_has_one_green_label": (changed("loan", CLOSING, green_item="2019:5.2"), "loan_no", ["L1"]),
    "green_labels_use_a_catalogue_in_force": (
        changed("loan", CLOSING, green_catalogue="2025"), "loan_no", ["L1"],
    ),
    "green_labels_change_only_with_a_date": (
        changed("loan", CLOSING, green_item="2019:3.1"), "loan_no", ["L1"],
    ),
    "green_use_fits_the_industry": (changed("loan", CLOSING, industry="R"), "loan_no", ["L1"]),
    "linked_rates_follow_the_target": (changed("linked_loan", "L1", observed="1.3"), "loan_no", ["L1"]),
    "only_tech_smes_use_the_fund": (changed("customer", "C1 2024-12-31", tech_sme="否"), "loan_no", ["L1"]),
    "scitech_flags_have_a_list_date": (
        changed("customer", "C1 2024-12-31", scitech_listed_on="2025-01-01"), "customer_no", ["C1"],
    ),
    "the_fund_pays_for_principal_only": (
        added("loan_event", "E1", event_no="E3", kind="write_off", amount="300.01"), "loan_no", ["L1"],
    ),
    "core_limits_are_kept": (changed("supply_chain_limit", "C1", drawn="100.01"), "core_no", ["C1"]),
    "supply_chain_financings_have_a_core_limit": (
        changed("supply_chain_financing", "F1", core_no="C2"), "financing_no", ["F1"],
    ),
    "loans_are_booked_at_known_orgs": (changed("org", "B02", code="B09"), "loan_no", ["L2", "L2"]),
    "events_carry_opening_to_closing_balances": (
        changed("loan_event", "E2", amount="99.99"), "loan_no", ["L1"],
    ),
    "loan_snapshots_have_customers": (
        SOUND.replace("C1          | 2024-12-31", "C1 | 2024-11-30")
        .replace("C2          | 2024-12-31", "C2 | 2024-11-30"),
        "as_of", ["2024-12-31"],
    ),
    "loan_rates_are_in_percent": (changed("loan", CLOSING, rate="0.042"), "loan_no", ["L1"]),
    "loan_snapshots_are_month_ends": (changed("loan", CLOSING, as_of="2024-12-30"), "as_of", ["2024-12-30"]),
    "events_agree_with_the_loan": (changed("loan_event", "E1", customer_no="C2"), "event_no", ["E1"]),
    "bond_ledger_agrees_with_the_general_ledger": (
        changed("bond_holding", "Z1", carrying="80.01"), "org", ["B01"],
    ),
    "new_green_labels_use_the_new_catalogue": (
        changed("loan", CLOSING, green_labelled_on="2025-10-01"), "loan_no", ["L1"],
    ),
}


def test_every_rule_has_a_broken_bank():
    assert set(BROKEN) == set(RULES)


def test_a_sound_bank_passes_every_rule(ledgers):
    bank = ledgers(SOUND)
    found = {rule: bank.finding(rule) for rule in RULES}
    assert {rule: f.reason for rule, f in found.items() if f.status is not Status.PASS} == {}
    assert all(f.tried > 0 for f in found.values())


def test_a_bank_without_ledgers_has_nothing_to_try(ledgers):
    bank = ledgers("")
    assert {bank.finding(rule).status for rule in RULES} == {Status.NOT_APPLICABLE}


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_lists_the_rows_that_break_it(ledgers, rule):
    text, column, keys = BROKEN[rule]
    finding = ledgers(text).finding(rule)
    assert finding.status is Status.FAIL
    assert [row[column] for row in finding.rows] == keys
    assert finding.tried - finding.passed == len(keys)


def test_a_bank_that_delivers_no_customers_at_all_is_told_so(ledgers):
    """Without borrowers' attributes every figure by customer is an empty sum, which prints as a plain zero."""
    blocks = SOUND.split("\n\n")
    bank = ledgers("\n\n".join(block for block in blocks if not block.startswith("customer\n")))
    finding = bank.finding("loan_snapshots_have_customers")
    assert finding.blocks
    assert sorted(row["as_of"] for row in finding.rows) == ["2023-12-31", "2024-12-31"]


@pytest.mark.parametrize(
    ("day", "found"),
    [("2024-02-29", []), ("2023-02-28", []), ("2024-02-28", ["2024-02-28"]), ("2100-02-28", []),
     ("2024-04-30", []), ("2024-05-30", ["2024-05-30"]), ("2000-02-29", [])],
)
def test_month_ends_follow_the_calendar(ledgers, day, found):
    finding = ledgers(changed("loan", CLOSING, as_of=day)).finding("loan_snapshots_are_month_ends")
    assert [row["as_of"] for row in finding.rows] == found


def test_a_moved_org_is_not_a_closed_one(ledgers):
    """An org that hangs elsewhere since July has an ended row and an open one."""
    moved = SOUND.replace(
        "B02  | LZB    | 1997-06-01 |\n", "B02 | LZB | 1997-06-01 | 2024-06-30\nB02 | B01 | 2024-07-01 |\n"
    )
    assert ledgers(moved).finding("closed_orgs_hold_no_balance").status is Status.PASS


@pytest.mark.parametrize(
    ("event", "found"),
    [
        ("", []),
        ("E3 | 2024-03-01 | B01 | L9 | C1 | disbursement | working | | 40.00", ["L9"]),
        ("E3 | 2024-03-01 | B01 | L9 | C1 | disbursement | working | | 40.00\n"
         "E4 | 2024-09-01 | B01 | L9 | C1 | repayment | working | | 15.00\n"
         "E5 | 2024-10-01 | B01 | L9 | C1 | write_off | working | | 25.00", []),
        ("E3 | 2024-03-01 | B01 | L1 | C1 | interest | working | | 9.00", []),
        ("E3 | 2024-03-01 | B01 | L2 | C2 | recovery | working | | 9.00", []),
        ("E3 | 2023-12-31 | B01 | L2 | C2 | repayment | working | | 9.00", []),
        ("E3 | 2024-01-01 | B01 | L2 | C2 | repayment | working | | 9.00", ["L2"]),
        ("E3 | 2024-12-31 | B01 | L2 | C2 | repayment | working | | 9.00", ["L2"]),
        ("E3 | 2025-01-01 | B01 | L2 | C2 | repayment | working | | 9.00", []),
    ],
)
def test_only_what_moves_a_balance_between_two_dates_counts(ledgers, event, found):
    """Lent and repaid in between, interest, recoveries, and events on and beside the two dates."""
    text = SOUND.replace("| repayment    | working | lanbai_fund | 100.00\n",
                         f"| repayment    | working | lanbai_fund | 100.00\n{event}\n".replace("\n\n", "\n"))
    assert event in text
    finding = ledgers(text).finding("events_carry_opening_to_closing_balances")
    assert [row["loan_no"] for row in finding.rows] == found


def test_a_balance_without_its_disbursement_is_found_with_all_its_parts(ledgers):
    [row] = ledgers(changed("loan", "L2 2023-12-31", loan_no="L3")).finding(
        "events_carry_opening_to_closing_balances"
    ).rows[:1]
    assert {row["opening"], row["closing"]} == {"0.00", "50.00"}
