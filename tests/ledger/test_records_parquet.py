"""Parquet deliveries: the schema is judged first, then every value like anybody else's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from qingce.ledger.records import parquetsource
from tests.ledger.conftest import GOOD, LABELS, Desk, rows_of, rules

GOOD_SELECT = (
    "'L1' AS loan_no, DATE '2024-12-31' AS as_of, 'B1' AS org, 100.10::DECIMAL(18,2) AS balance, "
    "4.35::DECIMAL(12,6) AS rate, 1.5::DECIMAL(18,3) AS tons, 3::BIGINT AS files, '05040' AS \"use\", "
    "true AS green, '甲' AS note"
)


def having(column: str, expression: str) -> str:
    """The good row with one column put otherwise."""
    parts = GOOD_SELECT.split(", ")
    names = [part.rpartition(" AS ")[2].strip('"') for part in parts]
    parts[names.index(column)] = f'{expression} AS "{column}"'
    return ", ".join(parts)


def test_a_parquet_gives_the_same_data_as_the_csv(desk: Desk) -> None:
    loaded = desk.load(desk.parquet(GOOD_SELECT))
    assert loaded.findings == ()
    assert rows_of(loaded) == rows_of(desk.load(desk.csv(GOOD)))


def test_what_was_stored_can_be_delivered_again(desk: Desk) -> None:
    [stored] = desk.load(desk.csv(GOOD)).parquet or ()
    assert stored is not None
    again = desk.load(desk.put("again.parquet", stored.read_bytes()))
    assert again.findings == () and rows_of(again)[0][0] == "L1"


def test_columns_may_be_named_by_label(desk: Desk) -> None:
    select = GOOD_SELECT
    for name, label in zip(desk.declared.columns, LABELS, strict=True):
        select = select.replace(f' AS "{name}"', f' AS "{label}"').replace(f" AS {name}", f' AS "{label}"')
    assert desk.load(desk.parquet(select)).findings == ()


@pytest.mark.parametrize(
    ("column", "expression", "index", "stored"),
    [
        ("balance", "100.1::DOUBLE", 3, Decimal("100.10")),
        ("balance", "7::INTEGER", 3, Decimal("7.00")),
        ("balance", "'100.10'", 3, Decimal("100.10")),
        ("balance", "100.1000::DECIMAL(18,4)", 3, Decimal("100.10")),
        ("as_of", "TIMESTAMP '2024-12-31 00:00:00'", 1, dt.date(2024, 12, 31)),
        ("as_of", "'2024-12-31'", 1, dt.date(2024, 12, 31)),
        ("files", "3.0::DOUBLE", 6, 3),
        ("green", "'否'", 8, False),
        ("note", "NULL::VARCHAR", 9, None),
        ("note", "''", 9, None),
        ("note", "42", 9, "42"),
    ],
)
def test_other_types_are_read_where_nothing_is_lost(
    desk: Desk, column: str, expression: str, index: int, stored: object
) -> None:
    loaded = desk.load(desk.parquet(having(column, expression)))
    assert rows_of(loaded)[0][index] == stored
    assert set(rules(loaded.findings)) <= {"parquet_float", "cell_number_as_text"}


VALUES = {
    ("balance", "100.005::DOUBLE"): "number_places",
    ("balance", "100.005::DECIMAL(18,3)"): "number_places",
    ("balance", "'nan'::DOUBLE"): "number_nan",
    ("balance", "'inf'::DOUBLE"): "number_nan",
    ("balance", "123456789012345.67::DOUBLE"): "number_inexact",
    ("balance", "100.1::FLOAT"): "parquet_type",
    ("balance", "true"): "parquet_type",
    ("balance", "12345678901234567::BIGINT"): "number_digits",
    ("balance", "NULL::DECIMAL(18,2)"): "value_required",
    ("balance", "[1]"): "parquet_type",
    ("as_of", "TIMESTAMP '2024-12-31 08:00:00'"): "date_time",
    ("as_of", "TIMESTAMPTZ '2024-12-31 08:00:00+08'"): "parquet_type",
    ("as_of", "20241231"): "parquet_type",
    ("as_of", "'infinity'::DATE"): "date_form",
    ("as_of", "'2024-02-30'"): "date_unreal",
    ("org", "'B9'"): "org_unknown",
    ("use", "5040"): "code_unknown",
    ("note", "1.5::DOUBLE"): "parquet_type",
    ("note", "'a'::BLOB"): "parquet_type",
    ("note", "'x' || chr(0)"): "value_nul",
    ("note", "chr(65535) || 'q'"): "value_nul",
    ("green", "1"): "parquet_type",
    ("files", "1.5::DOUBLE"): "number_places",
    ("files", "1e300::DOUBLE"): "number_inexact",
}


@pytest.mark.parametrize(("column", "expression"), VALUES)
def test_a_bad_value_or_type_is_found(desk: Desk, column: str, expression: str) -> None:
    loaded = desk.load(desk.parquet(having(column, expression)))
    assert [f.rule for f in loaded.findings if f.blocks] == [VALUES[column, expression]]
    assert loaded.parquet is None


def test_rows_are_counted_from_one(desk: Desk) -> None:
    select = having("balance", "CASE WHEN i = 200000 THEN 1.005 ELSE i END::DECIMAL(18,3)")
    select = select.replace("'L1' AS loan_no", "'L' || i AS loan_no") + " FROM range(250000) t(i)"
    [finding] = desk.load(desk.parquet(select)).findings
    assert (finding.rule, finding.place.row) == ("number_places", 200_001)


def test_more_rows_than_anybody_delivers_are_not_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquetsource, "ROW_LIMIT", 9)
    assert rules(desk.load(desk.parquet(GOOD_SELECT + " FROM range(10)")).findings) == ["rows_many"]


def test_synthetic_data_say_so_in_the_files_metadata(desk: Desk) -> None:
    made = desk.parquet(GOOD_SELECT, options=", KV_METADATA {'qingce.synthetic': 'seed 7'}")
    real = desk.parquet(GOOD_SELECT, name="b.parquet", options=", KV_METADATA {'qingce.synthetic': 'false'}")
    assert desk.load(made).inputs[0].synthetic and not desk.load(real).inputs[0].synthetic


def test_synthetic_data_still_say_so_when_stored(desk: Desk) -> None:
    [stored] = desk.load(desk.csv(GOOD, header="# synthetic\n" + ",".join(LABELS))).parquet or ()
    assert stored is not None
    assert desk.load(desk.put("again.parquet", stored.read_bytes())).inputs[0].synthetic


@pytest.mark.parametrize("cut", [4, 20, 200, -1, -8])
def test_a_damaged_file_is_refused(desk: Desk, cut: int) -> None:
    whole = desk.parquet(GOOD_SELECT).read_bytes()
    assert rules(desk.load(desk.put("cut.parquet", whole[:cut])).findings) == ["parquet_damaged"]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_parquet_under_another_name_is_refused(desk: Desk, name: str) -> None:
    path = desk.put(name, desk.parquet(GOOD_SELECT).read_bytes())
    assert rules(desk.load(path).findings) == ["file_kind"]


def test_files_of_all_three_formats_make_one_dataset(desk: Desk) -> None:
    paths = [
        desk.csv(GOOD),
        desk.parquet(having("as_of", "DATE '2023-12-31'")),
        desk.xlsx(["L2", dt.date(2024, 12, 31), "B1", 5]),
    ]
    assert [(row[0], row[1].year) for row in rows_of(desk.load(*paths))] == [
        ("L1", 2024),
        ("L1", 2023),
        ("L2", 2024),
    ]
    clash = desk.parquet(GOOD_SELECT, name="clash.parquet")
    [finding] = desk.load(*paths, clash).findings
    assert finding.rule == "row_duplicate" and "loan.csv 第 2 行" in finding.reason


def test_only_a_schema_is_an_empty_dataset(desk: Desk) -> None:
    loaded = desk.load(desk.parquet(GOOD_SELECT + " WHERE false"))
    assert rules(loaded.findings) == ["rows_none"] and loaded.parquet is not None
