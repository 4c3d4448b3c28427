"""How text is cut and marked: Chinese of one, two and more characters, mixed scripts, and what nobody means well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.services.search.entry import Kind, entry
from qingce.services.search.index import Index, find, put, scopes_of
from qingce.services.search.words import LONGEST, MOST, Word, folded, marked, pieces, query

TEXT = "绿色贷款余额 305.60 亿元，较上年增长 1,234.5 万元（GRI 302-1），见 green_loan_balance 与Ａ类授信 CO2"


def found(typed: str, text: str = TEXT) -> bool:
    """Whether a text is found by what somebody types."""
    index = Index()
    with index.writing() as db:
        put(db, [entry(Kind.PARAGRAPH, "one", "第一段", "/", text=text)])
        return bool(find(db, query(typed), typed, scopes_of(db, lambda *_: True)).hits)


def shown(text: str, typed: str, width: int = 0) -> str:
    """A marked text, what was looked for in brackets."""
    return "".join(f"[{part}]" if hit else part for part, hit in marked(text, query(typed), width))


@pytest.mark.parametrize("typed", [
    "绿", "款", "额", "绿色", "色贷", "贷款余", "绿色贷款余额", "余额 增长", "305.60", "305.6", "305", "1234.5",
    "1,234.5", "GRI 302-1", "gri302", "ＧＲＩ　３０２－１", "302-1", "green", "green_loan", "loan_bal",
    "green_loan_balance", "A类", "Ａ类授", "a", "co2", "CO２", "綠色貸款", "貸款餘額", "增長 305.60 亿元", "见 green",
])
def test_what_stands_there_is_found(typed: str):
    assert found(typed), typed


@pytest.mark.parametrize("typed", [
    "红", "绿贷", "色绿", "款额", "贷款 下降", "305.61", "30.5", "302-2", "een", "绿色贷款2024", "额305.60亿元增",
])
def test_what_does_not_stand_there_is_not(typed: str):
    assert not found(typed), typed


def test_fields_do_not_run_into_one_another():
    index = Index()
    with index.writing() as db:
        put(db, [entry(Kind.METRIC, "a", "绿色", "/", names=("绿色", "贷款"), text="余额")])
        scopes = scopes_of(db, lambda *_: True)
        assert [bool(find(db, query(q), q, scopes).hits) for q in ("绿色", "贷款", "余额", "色贷", "款余")] == [
            True, True, True, False, False]


@pytest.mark.parametrize(("text", "typed", "expected"), [
    ("绿色贷款余额", "贷款", "绿色[贷款]余额"),
    ("绿色贷款余额", "款", "绿色贷[款]余额"),
    ("绿色贷款余额", "绿色 余额", "[绿色]贷款[余额]"),
    ("綠色貸款餘額", "绿色贷款", "[綠色貸款]餘額"),
    ("授信 305.60 亿元", "305.6", "授信 [305.60] 亿元"),
    ("合计 1,234.56 万元", "1234", "合计 [1,234.56] 万元"),
    ("Ｇreen ＬＯＡＮ", "gre loan", "[Ｇre]en [ＬＯＡＮ]"),
    ("㎡与 m2", "m2", "[㎡]与 [m2]"),
    ("没有这些", "贷款", "没有这些"),
    ("a\x00b\u202ec\n\n  d", "d", "abc [d]"),
])
def test_what_was_looked_for_is_marked_where_it_stands(text: str, typed: str, expected: str):
    assert shown(text, typed) == expected


def test_of_a_long_text_the_part_around_the_first_place_is_shown():
    text = "前" * 500 + "绿色贷款" + "后" * 500
    told = shown(text, "绿色贷款", 60)
    assert told.startswith("…前") and "[绿色贷款]" in told and told.endswith("后…") and len(told) == 64
    assert shown("短文", "长", 60) == "短文"


@pytest.mark.parametrize("typed", [
    "", " ", "%", "_", "\\", "'", '"', "*", "^", "%_\\", "' OR 1=1 --", '"绿色" OR "x"', "NEAR(绿色 贷款)", "said:绿色",
    "{said} : 绿色", "-绿色", "绿色*", "AND", "NOT", "(", ")", "\x00", "\x00绿\x1f色", "\ufffd", "🌱", "é", "م",
    "<script>alert(1)</script>", "(a+)+$" * 20, "a" * 100_000, "绿" * 100_000, "1," * 50_000, " ".join("绿" * 5000),
])
def test_whatever_is_typed_is_a_question_and_nothing_else(typed: str):
    words = query(typed)
    assert len(words) <= MOST and sum(len(word.pieces) for word in words) <= 2 * LONGEST
    assert found(typed) in (True, False)


def test_signs_of_a_database_are_no_signs_here():
    assert not found("%", "一百%") and not found("绿_色", "绿x色") and found("a\\b", "a/b")
    assert found('"绿色"') and not found("said:绿色") and not found("NOT 红")


@given(st.text(max_size=300), st.text(max_size=40))
def test_marking_loses_no_letter_and_finds_what_stands_there(text: str, typed: str):
    parts = marked(text, query(typed))
    plain = " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())
    assert "".join(part for part, _ in parts) == plain
    assert all(part for part, _ in parts)


@given(st.text(alphabet="绿色贷款余额增长 aB1.,-２Ｇ", min_size=1, max_size=30), st.integers(0, 29), st.integers(1, 12))
def test_every_stretch_of_chinese_is_found_in_what_it_was_cut_from(text: str, start: int, length: int):
    chinese = "".join(c for c in text if "\u4e00" <= c <= "\u9fff")
    stretch = chinese[start:start + length]
    assert not stretch or found(stretch, chinese)


def test_folding_is_the_same_for_every_way_of_writing():
    assert len({folded(t) for t in ("ＥＳＧ報告２０２４", "ESG报告2024", "esg報告２０２４")}) == 1
    assert pieces("２，０００") == pieces("2,000") == ["2000"]
    assert query("绿色 绿色 绿色") == (Word(("绿色",), False),)
