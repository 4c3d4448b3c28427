"""The content index lists what is answered, and says where an answer does not hold."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.core.check import NOTE, WARNING, Finding, Status
from qingce.core.disclosure import Answer, Disclosure, Standard
from qingce.core.page import (
    Block,
    Box,
    Bullets,
    Document,
    Index,
    Number,
    Page,
    Paragraph,
    Table,
    Text,
)
from qingce.publish.index import RULES, content_index, fill_indexes

METRICS = {"electricity", "water", "scope1"}
CLAUSES = (
    Disclosure("2-1", "组织", "G 2", trust="verified"),
    Disclosure("302-1", "能源", "G 302", measured=True, valid_to=dt.date(2026, 12, 31), replaced_by="G 103"),
    Disclosure("302-3", "强度", "G 302", measured=True, valid_to=dt.date(2026, 12, 31), replaced_by="G 103"),
    Disclosure("303-5", "耗水", "G 303", measured=True),
    Disclosure("103-2", "新能源", "G 103", measured=True, valid_from=dt.date(2027, 1, 1)),
)


def number(metric: str) -> Number:
    return Number("1 千瓦时", (f"{metric}/LZB/2024",), metric, metric, metric, "1")


def page(slug: str, *metrics: str) -> Page:
    # the number sits in a table inside a box: an index must find it wherever a page prints it
    table = Table(((Text("值"),),), tuple(((number(m),),) for m in metrics), ("right",))
    return Page(slug, slug, (Paragraph((Text("文字"),)), Box("case", "", (table,))))


DOCUMENT = Document(
    "报告", "", "某银行", "2024", "zh",
    (page("about"), page("energy", "electricity", "water"), page("carbon", "scope1")),
)


def judged(*answers: Answer, on: dt.date | None = None) -> tuple[Index, list[Finding]]:
    standard = Standard(
        "gri", "GRI", "2021", CLAUSES, {a.code: a for a in answers},
        statement="{organisation}参照，{start}至 {end}。",
    )
    index, findings = content_index(standard, DOCUMENT, METRICS, on=on)
    return index, list(findings)


def failed(findings: list[Finding], rule: str) -> list[Finding]:
    return [f for f in findings if f.rule == rule and f.status is Status.FAIL]


def test_only_answered_or_omitted_clauses_are_listed_in_the_order_of_the_standard() -> None:
    index, _ = judged(
        Answer("303-5", ("energy",), ("water",)), Answer("2-1", ("about",)),
        Answer("302-3", (), (), "not_available", "没有营业面积"),
    )
    assert [row.code for row in index.rows] == ["2-1", "302-3", "303-5"]
    assert index.rows[1].omission == "信息暂缺或不完整：没有营业面积"
    assert (index.rows[2].pages, index.rows[2].figures) == (("energy",), ("water",))
    assert index.statement == "某银行参照，2024 年 1 月 1 日至 2024 年 12 月 31 日。"


def test_every_rule_passes_where_everything_holds() -> None:
    _, findings = judged(Answer("2-1", ("about",)), Answer("303-5", ("energy",), ("water",)))
    assert {f.rule: f.status for f in findings} == dict.fromkeys(RULES, Status.PASS)
    assert {f.rule: (f.tried, f.passed) for f in findings}["index_pages_exist"] == (2, 2)


def test_an_index_without_answers_is_not_applicable() -> None:
    index, findings = judged()
    assert index.rows == ()
    assert {f.status for f in findings} == {Status.NOT_APPLICABLE}


def test_an_unknown_code_blocks_and_names_the_nearest() -> None:
    _, findings = judged(Answer("302-11", ("energy",), ("electricity",), file="standards/gri.yaml"))
    (found,) = failed(findings, "index_codes_exist")
    assert found.blocks
    assert "302-1" in found.advice
    assert (found.place.file, found.place.column) == ("standards/gri.yaml", "302-11")


def test_an_unknown_page_blocks_and_is_left_out_of_the_row() -> None:
    index, findings = judged(Answer("2-1", ("abuot", "energy")))
    (found,) = failed(findings, "index_pages_exist")
    assert found.blocks
    assert "about" in found.advice
    assert index.rows[0].pages == ("energy",)


def test_an_unknown_metric_blocks_and_is_left_out_of_the_row() -> None:
    index, findings = judged(Answer("303-5", ("energy",), ("watr", "water")))
    (found,) = failed(findings, "index_metrics_exist")
    assert found.blocks
    assert "“water”" in found.advice
    assert index.rows[0].figures == ("water",)


def test_a_quantity_that_its_page_does_not_print_is_a_warning_that_says_where_it_stands() -> None:
    _, findings = judged(Answer("302-1", ("carbon",), ("electricity",)))
    (found,) = failed(findings, "index_quantities_are_printed")
    assert found.severity is WARNING
    assert "energy" in found.advice


def test_a_quantity_printed_on_one_of_the_named_pages_is_enough() -> None:
    _, findings = judged(Answer("302-1", ("about", "energy"), ("electricity",)))
    assert not failed(findings, "index_quantities_are_printed")


def test_a_clause_about_quantities_needs_a_metric_or_an_open_omission() -> None:
    _, findings = judged(Answer("302-1", ("energy",)))
    assert len(failed(findings, "index_quantities_are_printed")) == 1
    _, findings = judged(Answer("302-1", ("energy",), (), "not_available", "未统计"))
    assert not failed(findings, "index_quantities_are_printed")


def test_a_replaced_standard_is_a_remark_before_and_a_warning_after() -> None:
    answers = Answer("302-1", ("energy",), ("electricity",)), Answer("302-3", (), (), "not_available", "无")
    (before,) = [f for f in judged(*answers)[1] if f.rule == "index_clauses_are_in_force"]
    assert before.status is Status.PASS
    assert before.reason.endswith("G 302 的 302-1、302-3 将于 2026-12-31 后由 G 103 取代。")
    (after,) = failed(judged(*answers, on=dt.date(2027, 1, 1))[1], "index_clauses_are_in_force")
    assert after.severity is WARNING
    assert after.reason == "G 302 的 302-1、302-3 已于 2026-12-31 后由 G 103 取代。"


def test_early_adoption_is_a_note() -> None:
    (found,) = failed(judged(Answer("103-2", ("energy",), ("electricity",)))[1], "index_clauses_are_in_force")
    assert found.severity is NOTE
    assert "提前采用" in found.reason


@pytest.mark.parametrize("hostile", ["a'b", '"><script>', "{organisation}", "x" * 10_000, "\u202e", "../etc"])
def test_hostile_words_become_findings(hostile: str) -> None:
    index, findings = judged(Answer(hostile, (hostile,), (hostile,)))
    assert index.rows == ()
    assert {f.rule for f in findings if f.status is Status.FAIL} == {
        "index_codes_exist", "index_pages_exist", "index_metrics_exist",
    }


def test_a_statement_cannot_reach_into_objects() -> None:
    standard = Standard("s", "S", "1", (), statement="{organisation.__class__}{organisation}")
    index, _ = content_index(standard, DOCUMENT, METRICS)
    assert index.statement == "{organisation.__class__}某银行"


def test_indexes_are_filled_in_wherever_a_page_put_them() -> None:
    empty, index = Index("gri", "", "", ()), judged(Answer("2-1", ("about",)))[0]
    other = Index("unknown", "", "", ())
    blocks: tuple[Block, ...] = (empty, Box("note", "", (Bullets(((empty,), (other,))),)))
    document = Document("r", "", "o", "2024", "zh", (Page("p", "p", blocks),))
    filled = fill_indexes(document, {"gri": index}).pages[0].blocks
    assert filled == (index, Box("note", "", (Bullets(((index,), (other,))),)))
