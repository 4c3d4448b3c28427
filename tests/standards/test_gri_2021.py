"""The shipped standards read, and carry what is known about their wording."""

from __future__ import annotations

import datetime as dt
from importlib.resources import files

import pytest
import yaml

from qingce.core.disclosure import Disclosure, Standard, read_standard


def shipped(name: str) -> Standard:
    folder = files("qingce").joinpath("standards", name)
    raw = yaml.safe_load(folder.joinpath("disclosures.yaml").read_text("utf-8"))
    return read_standard(name, raw, f"standards/{name}/disclosures.yaml")


@pytest.fixture(scope="module")
def gri() -> Standard:
    return shipped("gri_2021")


def clause(standard: Standard, code: str) -> Disclosure:
    found = standard.disclosure(code)
    assert found is not None
    return found


def test_gri_has_every_clause_of_the_universal_and_topic_standards(gri: Standard) -> None:
    groups = {d.group.split("：")[0] for d in gri.disclosures}
    assert len(gri.disclosures) == 140
    assert {"GRI 2", "GRI 3", "GRI 201", "GRI 302", "GRI 305", "GRI 401", "GRI 418"} <= groups
    assert sum(d.group.startswith("GRI 2：") for d in gri.disclosures) == 30


def test_each_code_begins_with_the_number_of_its_standard(gri: Standard) -> None:
    for found in gri.disclosures:
        assert found.group.startswith(f"GRI {found.code.split('-')[0]}：")


def test_trust_is_carried_for_both_languages(gri: Standard) -> None:
    some = [clause(gri, code) for code in ("305-1", "401-2", "418-1")]
    trust = {found.code: (found.trust, found.trust_en) for found in some}
    assert trust == {
        "305-1": ("verified", "verified"), "401-2": ("unconfirmed", "verified"),
        "418-1": ("unconfirmed", "unconfirmed"),
    }


def test_replaced_standards_end_where_their_successors_begin(gri: Standard) -> None:
    assert clause(gri, "304-2").valid_to == dt.date(2025, 12, 31)
    assert clause(gri, "101-1").valid_from == dt.date(2026, 1, 1)
    ended = [d for d in gri.disclosures if d.replaced_by]
    assert {d.group.split("：")[0] for d in ended} == {"GRI 201", "GRI 302", "GRI 304", "GRI 305"}
    for old in ended:
        begins = {d.valid_from for d in gri.disclosures if d.group == old.replaced_by}
        assert old.valid_to is not None
        assert begins == {old.valid_to + dt.timedelta(days=1)}


def test_clauses_that_ask_for_quantities_are_marked(gri: Standard) -> None:
    measured = {d.code for d in gri.disclosures if d.measured}
    assert {"302-1", "303-5", "305-1", "305-2", "401-1", "404-1", "405-1"} <= measured
    assert not {"2-9", "2-22", "3-3", "303-1", "403-1", "404-2"} & measured


@pytest.mark.parametrize(
    ("name", "count", "codes"),
    [("szse_17", 21, {"21-28", "39", "50"}), ("pboc_env", 19, {"6.1", "6.7.1", "6.10"})],
)
def test_the_domestic_standards_read(name: str, count: int, codes: set[str]) -> None:
    standard = shipped(name)
    assert len(standard.disclosures) == count
    assert codes <= {d.code for d in standard.disclosures}
    assert all(d.trust == "verified" for d in standard.disclosures)
