"""What the quick way accepts, the rules accept to the same value; all else is left to the rules."""

from __future__ import annotations

import csv
import io
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.ledger.records import plain
from qingce.ledger.records.model import Loaded
from tests.ledger.conftest import GOOD, HEADER, Desk, rows_of

CELLS = [
    ["L1", "L2", "L007", "l1", "", " L3", "L4\u3000", "L\u200b1", "\uffffi5", "L1\x1f"],
    ["2024-12-31", "2023-12-31", "2024-02-30", "2024-2-3", "0000-01-01", "9999-12-31", "1999-12-31", "",
     "2024-12-31 ", "20241231", "2024/12/31", "２０２４-12-31", "-024-12-31"],
    ["B1", "B2", "城关支行", "旧城支行", "B9", "", "b1"],
    ["5", "5.10", "5.100", "-1", "1e2", "1e400", "NaN", "inf", "+5", ".5", "5.", "-.5", "-", "1_000", "0x10",
     "1.005", "12345678901234567", "1000000000", "1000000000.01", "007", "00000000000000000000001.5", "", " 5",
     "٣", "--1", "1-1", "1.2.3"],
    ["", "4.35", "4.3500000", "4.35000001", "1000"],
    ["", "1.5", "1.5005"],
    ["", "3", "3.0", "-0", "9223372036854775808", "9223372036854775807"],
    ["", "05040", "清洁能源", "5040", "07010", "zz"],
    ["", "是", "否", "TRUE", "True", "y", "1"],
    ["", "甲", "x\u00a0", "\u200b", "\ufeff甲", "a\"b", "两\n行"],
]
RECORDS = st.lists(st.tuples(*map(st.sampled_from, CELLS)), max_size=6)
many = settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def by_rules_alone(desk: Desk, content: bytes) -> Loaded:
    """The same file where no chunk is plainly fine."""
    with mock.patch.object(plain.Plain, "typed", return_value=None):
        return desk.load(desk.put("rules.csv", content))


def said(loaded: Loaded) -> list[tuple[object, ...]]:
    return [(f.rule, f.reason, f.place.row, f.place.column, f.place.value, f.tried) for f in loaded.findings]


@many
@given(records=RECORDS, encoding=st.sampled_from(["utf-8", "gb18030"]), label=st.booleans())
def test_both_ways_say_the_same_of_any_cells(
    desk: Desk, records: list[tuple[str, ...]], encoding: str, label: bool
) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([
        ["借据号" if label else "loan_no", *HEADER.split(",")[1:]], *records,
    ])
    content = out.getvalue().encode(encoding)
    quick, sure = desk.load(desk.put("quick.csv", content)), by_rules_alone(desk, content)
    assert said(quick) == [
        (rule, str(reason).replace("rules.csv", "quick.csv"), *rest) for rule, reason, *rest in said(sure)
    ]
    assert [i.rows for i in quick.inputs] == [i.rows for i in sure.inputs]
    assert quick.accepted == sure.accepted
    if quick.accepted:
        assert rows_of(quick) == rows_of(sure)


SOUND = [
    ("L1", "2024-12-31", "B1", "100.10", "4.350000", "1.500", "3", "05040", "是", "甲"),
    ("L2", "2023-12-31", "城关支行", "0", "4.3500000", "", "-0", "清洁能源", "TRUE", "乙 丙"),
    ("L3", "9999-12-31", "B1", "5.", "", "", "", "", "", "=1+1"),
    ("L4", "2024-12-31", "B1", "1000000000.00", "999.999999", "0.001", "9223372036854775807", "", "否", ""),
]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_sound_records_need_no_rules(desk: Desk, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file as banks export it goes the quick way to its end."""
    from qingce.ledger.records.validate import Validation

    content = "\n".join([HEADER, *map(",".join, SOUND[:2])]) + "\n"
    expected = rows_of(by_rules_alone(desk, content.encode(encoding)))
    monkeypatch.setattr(Validation, "_by_rules", lambda *_: pytest.fail("not the quick way"))
    assert rows_of(desk.load(desk.put("loan.csv", content.encode(encoding)))) == expected


def test_only_the_chunk_with_a_bad_row_goes_by_the_rules(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """300,000 rows in small pieces, one bad: its row is told, and the rules saw one piece."""
    from qingce.ledger.records import csvsource
    from qingce.ledger.records.validate import Validation

    monkeypatch.setattr(csvsource, "PIECE", 1 << 20)
    seen = []
    by_rules = Validation._by_rules
    monkeypatch.setattr(
        Validation, "_by_rules", lambda self, chunk, draft: (seen.append(chunk), by_rules(self, chunk, draft))[1]
    )
    lines = [GOOD.replace("L1", f"L{n}") for n in range(300_000)]
    lines[200_000] = GOOD.replace("L1", "L200000").replace("100.10", "1e400")
    [finding] = desk.load(desk.csv(*lines)).findings
    assert (finding.rule, finding.place.row, finding.place.value) == ("number_exponent", 200_002, "1e400")
    assert len(seen) == 1 and seen[0].texts.num_rows < 40_000


def test_rows_stay_in_order_where_pieces_go_different_ways(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from qingce.ledger.records import csvsource

    monkeypatch.setattr(csvsource, "PIECE", 1 << 12)
    lines = [GOOD.replace("L1", f"L{n}") for n in range(2_000)]
    lines[700] = lines[700].replace("甲", " 甲 ")
    lines.insert(1_000, ",,,,,,,,,")
    loaded = desk.load(desk.csv(*lines))
    assert loaded.findings == () and loaded.rows == 2_000
    assert [row[0] for row in rows_of(loaded)] == [f"L{n}" for n in range(2_000)]
    again = desk.load(desk.csv(*lines, GOOD.replace("L1", "L1500")))
    [finding] = again.findings
    assert finding.rule == "row_duplicate" and finding.place.row == 2_003 and "第 1503 行" in finding.reason
