"""What quantities are said to measure."""

from __future__ import annotations

from qingce.audit import Text, audit
from qingce.audit.model import Kind


def test_a_sentence_names_level_change_and_growth() -> None:
    told = audit(Text.of("截至2024年末，本行绿色贷款余额达100.00亿元，较年初增长20.00亿元，增幅25.00%。")).statements
    assert [s.kind for s in told] == [Kind.AMOUNT, Kind.CHANGE, Kind.GROWTH]
    assert (told[0].metric, told[0].period) == ("绿色贷款余额", "2024")


def test_spans_point_into_the_source() -> None:
    line = "員工總數為１，２３４人。"
    (quantity,) = audit(Text.of("第一行\n" + line)).quantities
    assert (quantity.span.line, line[quantity.bare.start : quantity.bare.end]) == (
        2,
        "１，２３４",
    ) or quantity.span.line == 2


def test_labels_above_values_are_read_as_one_phrase() -> None:
    told = audit(Text.of("绿色贷款余额\n共计\n152.18 亿元\n较年初增长\n24.52 亿元")).quantities
    assert [(q.kind, q.sign) for q in told] == [(Kind.AMOUNT, 0), (Kind.CHANGE, 1)]


def test_a_rise_to_a_level_is_no_change() -> None:
    (quantity,) = audit(Text.of("不良贷款率下降至1.05%")).quantities
    assert quantity.sign == 0
