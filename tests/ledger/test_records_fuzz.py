"""Whatever is delivered, intake answers: data or findings, never an exception."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.ledger.records.collect import LIMIT
from qingce.ledger.records.xlsxsource import number_text
from tests.ledger.conftest import GOOD, HEADER, Desk, rows_of
from tests.ledger.test_records_parquet import GOOD_SELECT
from tests.ledger.test_records_xlsx import ROW

many = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
fewer = settings(many, max_examples=60)


def answers(desk: Desk, name: str, content: bytes) -> None:
    loaded = desk.load(desk.put(name, content))
    assert (loaded.parquet is None) == any(f.blocks for f in loaded.findings)
    assert all(f.reason and f.advice for f in loaded.findings)
    counted: dict[str, int] = {}
    for finding in loaded.findings:
        counted[finding.rule] = counted.get(finding.rule, 0) + 1
        str(finding.place).encode("utf-8")
        finding.reason.encode("utf-8")
    assert max(counted.values(), default=0) <= LIMIT + 1


@many
@given(content=st.binary(max_size=400))
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_random_bytes(desk: Desk, name: str, content: bytes) -> None:
    answers(desk, name, content)


@many
@given(content=st.binary(max_size=300))
def test_random_bytes_below_a_good_heading(desk: Desk, content: bytes) -> None:
    answers(desk, "a.csv", HEADER.encode() + b"\n" + content)


TEXTS = st.text(max_size=12) | st.sampled_from(
    [
        "L1",
        "2024-12-31",
        "B1",
        "5",
        "1e400",
        "nan",
        "-0",
        '"',
        "\n",
        "05040",
        "是",
        "\uffffi5",
        "\0",
        "\ufeff",
        "infinity",
    ]
)


@many
@given(cells=st.lists(st.lists(TEXTS, min_size=10, max_size=10), max_size=5))
def test_random_cells(desk: Desk, cells: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER.split(","), *cells])
    answers(desk, "a.csv", out.getvalue().encode("utf-8", "surrogatepass"))


@many
@given(text=st.text(alphabet=',"\n\r\t ;#1x甲\ufeff', max_size=60))
def test_random_punctuation(desk: Desk, text: str) -> None:
    answers(desk, "a.csv", text.encode())
    answers(desk, "b.csv", f"{HEADER}\n{GOOD}\n{text}".encode())


SPLICE = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=6)


def spliced(content: bytes, changes: list[tuple[float, int]]) -> bytes:
    raw = bytearray(content)
    for where, byte in changes:
        raw[min(int(where * len(raw)), len(raw) - 1)] = byte
    return bytes(raw)


@many
@given(changes=SPLICE)
def test_a_parquet_with_bytes_changed(desk: Desk, changes: list[tuple[float, int]]) -> None:
    answers(desk, "a.parquet", spliced(desk.parquet(GOOD_SELECT).read_bytes(), changes))


@fewer
@given(changes=SPLICE)
def test_a_workbook_with_bytes_changed(desk: Desk, changes: list[tuple[float, int]]) -> None:
    answers(desk, "a.xlsx", spliced(desk.xlsx(ROW).read_bytes(), changes))


@fewer
@given(
    changes=SPLICE,
    part=st.sampled_from(
        [
            "xl/worksheets/sheet1.xml",
            "xl/workbook.xml",
            "xl/sharedStrings.xml",
            "xl/styles.xml",
            "[Content_Types].xml",
        ]
    ),
)
def test_a_workbook_with_its_xml_changed(desk: Desk, changes: list[tuple[float, int]], part: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(desk.xlsx(ROW)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, spliced(old.read(name), changes) if name == part else old.read(name))
    answers(desk, "a.xlsx", buffer.getvalue())


@many
@given(
    cents=st.integers(0, 10**11),
    use=st.sampled_from(["05040", "06010", "清洁能源", ""]),
    day=st.dates(dt.date(2010, 1, 1), dt.date(2099, 12, 31)),
    note=st.text(max_size=20),
    green=st.sampled_from(["是", "否", ""]),
)
def test_good_values_come_back_exactly(
    desk: Desk, cents: int, use: str, day: dt.date, note: str, green: str
) -> None:
    note = "".join(c for c in note if c.isprintable()).strip()
    out = io.StringIO()
    money = f"{cents // 100}.{cents % 100:02d}"
    csv.writer(out).writerows(
        [HEADER.split(","), ["L1", day.isoformat(), "B1", money, "", "", "", use, green, note]]
    )
    [row] = rows_of(desk.load(desk.put("a.csv", out.getvalue())))
    assert row == (
        "L1",
        day,
        "B1",
        Decimal(cents).scaleb(-2),
        None,
        None,
        None,
        {"清洁能源": "05040", "": None}.get(use, use),
        {"是": True, "否": False}.get(green),
        note or None,
    )


@given(cents=st.integers(-(10**15) + 1, 10**15 - 1))
def test_a_float_that_was_money_is_that_money_again(cents: int) -> None:
    exact = Decimal(cents).scaleb(-2)
    assert Decimal(number_text(float(exact), 2) or "") == exact


@given(value=st.floats(-(10**12), 10**12), places=st.integers(0, 6))
def test_a_float_is_never_moved_by_more_than_its_noise(value: float, places: int) -> None:
    text = number_text(value, places) or ""
    if not text.startswith("\uffff"):
        near = Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        assert abs(Decimal(text) - Decimal(repr(value))) < Decimal("1e-3")
        assert Decimal(text) in (near, Decimal(repr(value)))


def test_the_desk_is_clean_after_all_that(desk: Desk) -> None:
    desk.load(desk.csv(GOOD))
    assert list(Path(desk.store / ".work").iterdir()) == []
