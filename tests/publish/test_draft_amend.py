"""Accepted changes: one paragraph of a page's source is another, every other byte and every binding stays."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.errors import Refused, Stale
from qingce.core.page import Text
from qingce.publish.draft.amend import amend, stands
from qingce.publish.draft.compare import Change
from qingce.publish.draft.markdown import written
from qingce.publish.draft.source import Bound, parts
from tests.publish.draft_case import Drafted
from tests.publish.test_draft import CASE, HEAD, INNER, LAST, NUMBERS, PLAIN, POWER, TABLE, WATER

BINDING = re.compile(r"\{\{(.+?)\}\}")


def lines_that_differ(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.split("\n"), after.split("\n")
    return list((Counter(old) - Counter(new)).elements()), list((Counter(new) - Counter(old)).elements())


def test_changed_words_are_written_and_bindings_keep_their_braces(draft: Drafted):
    change = draft.change(lambda w: w.replace(NUMBERS, "年末绿色贷款余额", "截至年末，绿色贷款余额"))
    gone, come = lines_that_differ(draft.text, amend(draft.text, change, draft.made, {}))
    assert gone == [draft.text.split("\n")[9]]
    assert come == [gone[0].replace("年末绿色贷款余额", "截至年末，绿色贷款余额")]


def test_bold_and_links_are_written_as_markdown(draft: Drafted):
    change = draft.change(lambda w: w.replace(PLAIN, "扩大绿色投放，详见", "加大绿色投放，见"))
    text = amend(draft.text, change, draft.made, {})
    assert "2024 年，本行**持续**加大绿色投放，见[披露](https://bank.example)。" in text


@pytest.mark.parametrize("words", [
    "{{ staff }}", "*星* _线_ `码`", "[链接](javascript:alert(1))", "<script>alert(1)</script>", "# 不是标题",
    "- 不是列表", "1. 不是序号", "::: case 不是案例", "> 不是引文", "| 甲 | 乙 |", "&lt;b&gt;", "a\\b", "--- ",
    "!不是[图](x.png)", "~~~"])
def test_whatever_is_typed_stays_words(draft: Drafted, words: str):
    change = draft.change(lambda w: w.add(LAST, words))
    text = amend(draft.text, change, draft.made, {})
    assert [a.text for a in parts(text)[-1].atoms if isinstance(a, Text)] == [words.strip()]
    assert BINDING.findall(text) == BINDING.findall(draft.text)


@pytest.mark.parametrize(("n", "place"), [
    (0, 0), (PLAIN, 1), (HEAD, 2), (WATER, 4), (POWER, 5), (TABLE, 6), (CASE, 7), (INNER, 8), (LAST, 9)])
def test_a_new_paragraph_goes_where_it_stood_in_word(draft: Drafted, n: int, place: int):
    text = amend(draft.text, Change("added", n, 0, "", "新段。", ((Text("新段。"),),)), draft.made, {})
    assert [i for i, p in enumerate(parts(text)) if p.source.endswith("新段。")] == [place]
    assert parts(text)[place].kind == ("item" if n == WATER else "paragraph")


def test_a_removed_part_leaves_no_gap(draft: Drafted):
    change = draft.change(lambda w: w.clear(INNER))
    assert amend(draft.text, change, draft.made, {}) == draft.text.replace("客户经理上门，三天办结。\n", "")
    change = draft.change(lambda w: w.clear(HEAD))
    assert amend(draft.text, change, draft.made, {}) == draft.text.replace("## 绿色贷款\n\n", "")


def test_a_moved_paragraph_takes_its_bindings_along(draft: Drafted):
    text = amend(draft.text, draft.change(lambda w: w.move(NUMBERS, LAST)), draft.made, {})
    assert parts(text)[-1].source == draft.text.split("\n")[9] and len(parts(text)) == len(parts(draft.text))


def test_a_paragraph_split_in_a_list_becomes_two_items(draft: Drafted):
    change = draft.change(lambda w: w.split(WATER, "定期"))
    assert "- **用水**：\n- 定期检修管道。\n- **用电**" in amend(draft.text, change, draft.made, {})


# -- what was changed meanwhile ---------------------------------------------------------------------
def test_a_paragraph_that_was_changed_meanwhile_is_not_written_over(draft: Drafted):
    change = draft.change(lambda w: w.replace(LAST, "继续", "持续"))
    with pytest.raises(Stale, match="又改过"):
        amend(draft.text.replace("本行将继续努力。", "本行将再接再厉。"), change, draft.made, {})
    moved = draft.text.replace("## 绿色贷款", "## 绿色贷款\n\n新的一段。")
    assert "本行将持续努力。" in amend(moved, change, draft.made, {}), "what changed elsewhere does not matter"


def test_of_paragraphs_that_read_alike_the_right_one_changes(read, tmp_path):
    from tests.publish.draft_case import drafted

    twice = drafted(read, tmp_path, "---\ntitle: 甲\nslug: a\n---\n\n同一句。\n\n中间。\n\n同一句。\n")
    change = twice.change(lambda w: w.replace(3, "同一句", "另一句"))
    assert amend(twice.text, change, twice.made, {}).endswith("同一句。\n\n中间。\n\n另一句。\n")
    with pytest.raises(Stale):
        amend(twice.text.replace("同一句。\n\n中间", "中间"), change, twice.made, {})


def test_two_changes_of_one_draft_are_both_written(draft: Drafted):
    out = draft.back(lambda w: (w.replace(LAST, "继续", "持续"), w.add(LAST, "特此说明。")))
    first, second = out.changes
    text = amend(draft.text, first, draft.made, {})
    assert stands(text, first, draft.made) and not stands(draft.text, first, draft.made)
    text = amend(text, second, draft.made, {LAST: parts(text)[-1].hash})
    assert text.endswith("本行将持续努力。\n\n特此说明。\n")


def test_what_cannot_be_written_so_that_it_reads_alike_is_refused(draft: Drafted):
    change = draft.change(lambda w: w.replace(LAST, "继续", "持续"))
    odd = replace(change, rows=((Text("甲“"), Text("乙”", strong=True), Text("丙")),))
    with pytest.raises(Refused, match="另一种排版"):
        amend(draft.text, odd, draft.made, {})


# -- any editing ------------------------------------------------------------------------------------
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=24)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS, n=st.sampled_from([PLAIN, HEAD, NUMBERS, WATER, POWER, CASE, INNER, LAST]),
       how=st.sampled_from(["put", "add", "noise"]), tracked=st.booleans())
def test_any_editing_of_words_leaves_every_number_as_it_was(
    draft: Drafted, words: str, n: int, how: str, tracked: bool
):
    from qingce.publish.docx.xml import clean

    typed = clean(words)
    out = draft.back(lambda w: (w.add if how == "add" else w.put)(n, typed, tracked=tracked) or
                     (w.noise() if how == "noise" else None))
    text = draft.text
    for change in out.changes:
        with contextlib.suppress(Refused):
            text = amend(text, change, draft.made, {})
    assert Counter(BINDING.findall(text)) == Counter(BINDING.findall(draft.text))
    assert [p.source for p in parts(text) if p.kind == "block"] == [
        p.source for p in parts(draft.text) if p.kind == "block"]
    assert all(t.n in (n, 0) or how == "add" for t in out.troubles)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(
    st.builds(Text, WORDS.map(lambda t: " ".join(t.split())), st.booleans(), st.just(False)),
    st.just(Bound("green.growth"))), min_size=1, max_size=4))
def test_written_words_read_as_they_were_or_are_caught(atoms):
    from qingce.publish.draft.markdown import same, tidy
    from qingce.publish.draft.source import merged

    clean = merged(Text(tidy(a.text), a.strong, a.em) if isinstance(a, Text) else a for a in atoms)
    found = parts(written(clean) + "\n")
    bound = [b for p in found for b in p.bound]
    assert len(bound) <= sum(isinstance(a, Bound) for a in clean), "no words become a binding"
    plain = all(not a.strong for a in clean if isinstance(a, Text))
    if plain and any(isinstance(a, Bound) or a.text.strip() for a in clean):
        assert len(found) == 1 and same(found[0].atoms, clean)
