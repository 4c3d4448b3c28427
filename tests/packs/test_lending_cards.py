"""Cards of lending figures say what is counted and what is left out."""

from __future__ import annotations

import re

LEDGERS = {
    "loan", "loan_event", "exposure", "loan_term", "borrower", "scitech_exposure", "tech_loan", "recatalogued_loan",
    "linked_loan", "bond_holding", "carbon_reduction_loan", "platform_deal", "poverty_lending", "procurement_loan",
    "supply_chain_financing", "supply_chain_limit",
}
LEFT_OUT = re.compile("不计|不含|不扣|只计|只归|仅用于|除外|不并入|不限|不填|也计入|逐次计入|重复计入|同时计入")


def test_every_figure_counted_from_a_lending_ledger_says_what_it_leaves_out(content):
    counted = {
        name: metric for name, metric in content.metrics.items()
        if not metric.filed and LEDGERS & set(metric.methods[0].params)
    }
    assert len(counted) > 100
    assert [f"{name}: {m.doc}" for name, m in counted.items() if not LEFT_OUT.search(m.doc)] == []
