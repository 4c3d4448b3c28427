"""Standards and answers are people's YAML: what is written wrongly is refused with a way out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import yaml

from qingce.core.disclosure import Answer, Omission, read_answers, read_standard
from qingce.core.errors import DeclarationError

SMALL = """
title: 某标准
edition: "2024"
statement: "{organisation}参照本标准，{start}至 {end}。"
groups:
- code: T 1
  title: 能源
  year: 2024
  disclosures:
  - {code: 1-1, title: 用能, trust: verified, measured: true}
  - {code: "1-10", title: 节能, trust: unconfirmed, valid_to: 2026-12-31, replaced_by: T 9}
"""


def changed(old: str, new: str) -> Any:
    assert old in SMALL
    return yaml.safe_load(SMALL.replace(old, new))


def test_a_standard_reads_in_print_order_with_its_groups() -> None:
    standard = read_standard("small", yaml.safe_load(SMALL), "small.yaml")
    assert [d.code for d in standard.disclosures] == ["1-1", "1-10"]
    first, second = standard.disclosures
    assert (first.group, first.measured, first.trust) == ("T 1：能源 2024", True, "verified")
    assert (second.valid_to, second.replaced_by) == (dt.date(2026, 12, 31), "T 9")
    assert standard.disclosure("1-11") is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: 某标准", "titel: 某标准", "unknown key 'titel'. Did you mean 'title'?"),
        ('edition: "2024"', "edition: ", "'edition' is missing"),
        ("trust: verified", "trust: verifed", "Did you mean 'verified'?"),
        ("measured: true", "measured: maybe", "'measured' is 'maybe'; write true or false"),
        ("code: 1-1,", "code: 1.10,", "Put it in quotes"),
        ("code: 1-1,", "code: no,", "'code' is text, not False (bool)"),
        ("code: 1-1,", 'code: "1-10",', "'1-10' stands twice"),
        ("{code: 1-1, title: 用能, trust: verified, measured: true}", "用能", "expected keys"),
        ("valid_to: 2026-12-31", "valid_to: 2026-02-30x", "write a day as 2026-12-31"),
        ("valid_to: 2026-12-31", "valid_from: 2027-01-01, valid_to: 2026-12-31", "lies before"),
        ("{start}", "{begin}", "asks for {begin}"),
        ("{organisation}", "{organisation.__class__}", "asks for {organisation.__class__}"),
    ],
)
def test_a_wrong_standard_is_refused_with_a_hint(old: str, new: str, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_standard("small", changed(old, new), "small.yaml")
    assert message in str(caught.value)
    assert str(caught.value).startswith("small.yaml")


@pytest.mark.parametrize("raw", [None, [], "text", 7, {"title": "a", "edition": "b", "groups": {"a": 1}}])
def test_a_file_of_another_shape_is_refused(raw: object) -> None:
    with pytest.raises(DeclarationError):
        read_standard("small", raw, "small.yaml")


def test_answers_point_at_pages_and_figures_or_say_why_not() -> None:
    answers = read_answers(yaml.safe_load("""
302-1: {pages: [green-operations], figures: [electricity, electricity, natural_gas]}
201-4: {omission: not_applicable, because: 报告期内未发生}
305-3: {pages: [green-operations], omission: not_available, because: 尚未核算范围三}
"""), "answers.yaml")
    assert answers["302-1"] == Answer(
        "302-1", ("green-operations",), ("electricity", "natural_gas"), file="answers.yaml"
    )
    assert answers["201-4"].omitted == "不适用：报告期内未发生"
    assert answers["305-3"].pages == ("green-operations",)
    assert answers["302-1"].omitted == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("302-1: {page: [a]}", "unknown key 'page'. Did you mean 'pages'?"),
        ("302-1: {pages: a}", "'pages' is a list, not 'a' (str). Write pages: [a]"),
        ("302-1: {pages: [{a: 1}]}", "an entry of 'pages' is text"),
        ("302-1: {omission: not_applicabel, because: x}", "Did you mean 'not_applicable'?"),
        ("302-1: {omission: not_applicable}", "needs 'because'"),
        ("302-1: {pages: [a], because: x}", "'because' explains an omission"),
        ("302-1: {figures: [electricity]}", "no page answers it"),
        ("302-1: ", "expected keys"),
        ("- 302-1", "answers are a mapping from codes"),
        ("3.10: {pages: [a]}", "a code is text, not 3.1 (float). Put it in quotes"),
        ('30: {pages: [a]}\n"30": {pages: [b]}', "'30' is answered twice"),
        ("2016-01-01: {pages: [a]}", "Put it in quotes"),
        ("302-1: {pages: [a], figures: electricity}", "'figures' is a list"),
    ],
)
def test_a_wrong_answer_is_refused_with_a_hint(text: str, message: str) -> None:
    with pytest.raises(DeclarationError) as caught:
        read_answers(yaml.safe_load(text), "answers.yaml")
    assert message in str(caught.value)
    assert "answers.yaml" in str(caught.value)


def test_an_empty_file_answers_nothing() -> None:
    assert read_answers(None, "answers.yaml") == {}


def test_every_omission_prints_in_chinese() -> None:
    for reason in Omission:
        assert Answer("1", omission=reason, because="原因").omitted.endswith("：原因")


def test_metrics_know_the_clauses_they_serve_in_print_order() -> None:
    answers = read_answers(yaml.safe_load("""
"1-10": {pages: [p], figures: [saved]}
1-1: {pages: [p], figures: [used, saved]}
"""), "answers.yaml")
    standard = read_standard("small", yaml.safe_load(SMALL), "small.yaml").answered(answers)
    assert standard.served() == {"used": ("1-1",), "saved": ("1-1", "1-10")}
