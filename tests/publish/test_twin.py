"""Twins: blocks paired by hash, so that one change makes one block stale and no other."""

from __future__ import annotations

from qingce.publish.twin import STATES, State, accepted, paired, pieces, sources, written

ZH = """---
title: 绿色金融
slug: green
part: 环境篇
---

第一段 {{ a }}。

## 标题

::: kpis
余额 | {{ a }} | 年末
:::

{{ chart("a") }}

| 项目 | 数 |
|---|--:|
| 甲 | {{ b }} |
"""


def english(zh: str) -> str:
    """A page whose every block is translated, each by itself recognisable."""
    pairs = paired(sources(zh), pieces(written(paired(sources(zh), []))))
    text = written(accepted(pairs, None))
    return text.replace("第一段", "First").replace("标题", "Heading").replace("项目", "Item").replace("甲", "A")


def states(zh: str, en: str) -> list[str]:
    return [p.state.value for p in paired(sources(zh), pieces(en))]


def test_blocks_are_the_paragraphs_headings_containers_and_tables_of_the_page():
    found = sources(ZH)
    assert [s.number for s in found] == [0, 1, 2, 3, 4, 5]
    assert found[3].text.startswith("::: kpis") and found[3].text.endswith(":::")
    assert [s.line for s in found[1:]] == [7, 9, 11, 15, 17]


def test_what_was_scaffolded_waits_for_a_translator_but_bindings_alone_do_not():
    en = written(paired(sources(ZH), []))
    assert states(ZH, en) == ["missing", "missing", "missing", "missing", "current", "missing"]
    assert "{{ a }}" in en, "the bindings are in place"


def test_one_change_makes_one_block_stale():
    en = english(ZH)
    assert set(states(ZH, en)) == {"current"}
    assert states(ZH.replace("第一段", "首段"), en) == ["current", "stale", *["current"] * 4]
    assert states(ZH.replace("环境篇", "环境"), en)[0] == "stale"


def test_a_block_added_or_removed_makes_no_other_stale():
    en = english(ZH)
    assert states(ZH.replace("## 标题", "新的一段。\n\n## 标题"), en) == [
        "current", "current", "missing", "current", "current", "current", "current"]
    without = ZH.replace("第一段 {{ a }}。\n\n", "")
    found = paired(sources(without), pieces(en))
    assert [p.state for p in found].count(State.ORPHAN) == 1
    assert [p.state for p in found if p.source is not None] == [State.CURRENT] * 5


def test_blanks_at_the_ends_of_lines_are_no_change():
    assert set(states(ZH.replace("{{ a }}。", "{{ a }}。  "), english(ZH))) == {"current"}


def test_accepting_stamps_the_block_and_only_it():
    en = english(ZH)
    changed = ZH.replace("第一段", "首段").replace("标题", "小标题")
    again = written(accepted(paired(sources(changed), pieces(en)), 1))
    assert states(changed, again) == ["current", "current", "stale", *["current"] * 3]
    assert set(STATES) == set(State)
