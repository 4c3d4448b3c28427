"""Cards of lending figures say what is counted and what is left out."""

from __future__ import annotations

import re

from qingce.engine.formula import formula

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


def card_of(content, name: str) -> str:
    metric = content.metrics[name]
    return formula(metric, metric.methods[-1].body, content)


def test_a_formula_over_a_view_names_its_columns_and_codes_in_chinese(content):
    assert card_of(content, "private_enterprise_loan_balance") == (
        "贷款及借款人明细[贷款余额]合计（条件：（[控股类型]＝私人控股） 且 （[客户类型]＝企业法人））"
    )
    assert card_of(content, "loans_by_maturity") == "贷款期限明细[贷款余额]合计"
    assert card_of(content, "npl_balance") == "贷款台账[贷款余额]合计（条件：[五级分类]属于次级、可疑、损失）"


def test_a_formula_spells_out_what_the_body_names_and_calls(content):
    """A name of the body is no table of the same name, and a rule that metrics share is read where it is used."""
    whole = card_of(content, "inclusive_small_loan_balance")
    assert "[企业规模]属于小型、微型" in whole
    assert "[单户授信总额]≤普惠型小微贷款单户授信标准" in whole
    other = card_of(content, "pboc_inclusive_small_balance")
    assert "[单户授信总额]＜普惠型小微贷款单户授信标准" in other
    assert "借款人余额合计" not in other


def test_no_formula_of_a_lending_figure_shows_code(content):
    told = {name: card_of(content, name) for name, m in content.metrics.items()
            if not m.filed and LEDGERS - {"linked_loan"} & set(m.methods[0].params)}
    assert {name: said for name, said in told.items() if re.search(r"[a-z]\.[a-z]|_[a-z]+（|[A-Z]{4}", said)} == {}
