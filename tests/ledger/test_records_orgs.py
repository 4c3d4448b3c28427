"""The org table: a tree, or a finding for every row that keeps it from being one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.check import Finding
from qingce.core.org import OrgTree
from qingce.ledger.records import load_orgs
from tests.ledger.conftest import Desk, rules

HEAD = "code,name,level,parent,valid_from,valid_to"
TREE = ["LZB,示例银行,法人,,,", "HQ,总行,总行,LZB,,", "B1,城关支行,支行,LZB,2010-01-01,"]


def load(desk: Desk, *rows: str, header: str = HEAD) -> tuple[OrgTree | None, tuple[Finding, ...]]:
    path = desk.put("org.csv", "\n".join([header, *rows]) + "\n")
    return load_orgs(path, desk.root)


def test_a_tree(desk: Desk) -> None:
    tree, findings = load(desk, *TREE, header="# synthetic: 示例\n" + HEAD)
    assert findings == () and tree is not None
    assert tree.root == "LZB" and tree.path("B1", dt.date(2024, 1, 1)) == ("B1", "LZB")
    assert tree.path("B1", dt.date(2009, 12, 31)) == ()


def test_labels_and_missing_optional_columns(desk: Desk) -> None:
    tree, findings = load(desk, "LZB,示例银行,法人", header="机构代码,机构名称,层级")
    assert tree is not None and set(rules(findings)) == {"column_optional_missing"}


def test_a_renamed_org_has_its_latest_name_whatever_the_order_of_rows(desk: Desk) -> None:
    tree, _ = load(desk, *TREE, "B2,新名,支行,LZB,2024-01-01,", "B2,旧名,支行,LZB,2010-01-01,2023-12-31")
    assert tree is not None and tree.name("B2") == "新名"
    old = tree.at("B2", dt.date(2020, 1, 1))
    assert old is not None and old.name == "旧名"


BAD = {
    "no name": (["B9,,支行,LZB,,"], "value_required", 5),
    "unknown parent": (["B9,九,支行,LZBB,,"], "org_parent", 5),
    "second root": (["X,另一家,法人,,,"], "org_root", 2),
    "bad date": (["B9,九,支行,LZB,2024/1/1,"], "date_form", 5),
    "no such day": (["B9,九,支行,LZB,,2024-02-30"], "date_unreal", 5),
    "end before start": (["B9,九,支行,LZB,2024-01-02,2024-01-01"], "org_dates", 5),
    "same code twice": (["B1,城关支行,支行,HQ,,"], "org_overlap", 4),
    "spans overlap": (["B9,九,支行,LZB,,2024-06-30", "B9,九,支行,HQ,2024-06-30,"], "org_overlap", 6),
    "own parent": (["B9,九,支行,B9,,"], "org_circle", 5),
    "a circle": (["B8,八,支行,B9,,", "B9,九,支行,B8,,"], "org_circle", 5),
    "a circle for a year": (
        [
            "B8,八,支行,B9,2020-01-01,2020-12-31",
            "B9,九,支行,B8,2020-01-01,2020-12-31",
            "B8,八,支行,LZB,2021-01-01,",
            "B9,九,支行,LZB,2021-01-01,",
        ],
        "org_circle",
        5,
    ),
    "ragged": (["B9,九"], "csv_ragged", 5),
    "open quote": (['"B9,九,支行,LZB,,'], "csv_quote", 5),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_tree_is_found(desk: Desk, name: str) -> None:
    rows, rule, row = BAD[name]
    tree, findings = load(desk, *TREE, *rows)
    assert tree is None and [(f.rule, f.place.row) for f in findings] == [(rule, row)]


def test_orgs_may_change_places_over_time_without_a_circle(desk: Desk) -> None:
    tree, findings = load(
        desk,
        *TREE,
        "B8,八,支行,LZB,,2020-12-31",
        "B9,九,支行,B8,,2020-12-31",
        "B9,九,支行,LZB,2021-01-01,",
        "B8,八,支行,B9,2021-01-01,",
    )
    assert findings == () and tree is not None
    assert tree.path("B9", dt.date(2020, 1, 1)) == ("B9", "B8", "LZB")


def test_nothing_usable(desk: Desk) -> None:
    assert rules(load(desk)[1]) == ["file_empty"]
    assert rules(load_orgs(desk.root / "none.csv", desk.root)[1]) == ["file_missing"]
    assert rules(load_orgs(desk.put("org.xlsx", b"PK\x03\x04"), desk.root)[1]) == ["file_kind"]
    with desk.put("large.csv", HEAD).open("ab") as file:
        file.truncate(65 << 20)
    assert rules(load_orgs(desk.root / "large.csv", desk.root)[1]) == ["rows_many"]
    tree, findings = load(desk, "LZB,行", header="code,name")
    assert tree is None and "column_missing" in rules(findings)


def test_gbk(desk: Desk) -> None:
    path = desk.put("org.csv", f"{HEAD}\nLZB,兰州示例银行,法人,,,\n".encode("gbk"))
    tree, findings = load_orgs(path, desk.root)
    assert tree is not None and tree.name("LZB") == "兰州示例银行" and rules(findings) == ["csv_gbk"]


CODES = st.sampled_from(["A", "B", "C", ""])
DAYS = st.sampled_from(["", "2020-01-01", "2021-06-30", "2021-07-01", "x"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CODES, CODES, DAYS, DAYS), max_size=6))
def test_any_rows_give_a_tree_that_can_be_climbed_or_findings(
    desk: Desk, rows: list[tuple[str, ...]]
) -> None:
    tree, findings = load(desk, *(f"{c},名,级,{p},{f},{t}" for c, p, f, t in rows))
    assert (tree is None) == any(f.blocks for f in findings)
    if tree is not None:
        for day in [dt.date(2019, 1, 1), dt.date(2021, 6, 30), dt.date(2030, 1, 1)]:
            assert all(path == () or path[-1] == tree.root for path in (tree.path(c, day) for c in tree))
