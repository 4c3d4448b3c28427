"""The example ties to the printed digit, and covers the report's claims one by one."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

import qingce
from qingce.services.tie import bare, ties
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "lanzhou_2024"
FACTS = Path(os.environ.get("QINGCE_SEED", ROOT.parent / "shared" / "seed")) / "facts.csv"


@pytest.fixture(scope="module")
def found():
    return list(ties(qingce.open(EXAMPLE)))


def test_every_fact_that_is_not_a_client_case_ties(found):
    bad = [f"{t.fact} {t.label}: 刊印 {t.printed}，计算 {t.got}" for t in found if t.outcome in ("differs", "error")]
    assert bad == []


def test_repeats_bind_the_figure_they_repeat(found):
    expected = {row["fact"]: row for row in csv.DictReader((EXAMPLE / "expected.csv").open(encoding="utf-8"))}
    assert len(found) == len(expected)
    for row in expected.values():
        if row["dup_of"] and row["status"] != "case":
            names = {expected[f]["binding"].split(".")[0] for f in (row["fact"], row["dup_of"])}
            # a repeat in another measure word is another metric over the same records, by a check held equal
            assert len(names) == 1 or row["printed"] != expected[row["dup_of"]]["printed"], row["fact"]


def test_every_claim_of_the_report_is_there_once():
    if not FACTS.is_file():
        pytest.skip(f"the list of the report's claims is not here ({FACTS.name}); set QINGCE_SEED to its folder")
    facts = list(csv.DictReader(FACTS.open(encoding="utf-8-sig")))
    expected = {row["fact"]: row for row in csv.DictReader((EXAMPLE / "expected.csv").open(encoding="utf-8"))}
    assert set(expected) == {fact["id"] for fact in facts}
    for fact in facts:
        row = expected[fact["id"]]
        assert bare(row["printed"]) == bare(fact["value"])
        assert row["dup_of"] == fact["dup_of"]
        assert (row["status"] == "case") == (fact["is_case_study"] == "1")


@pytest.mark.parametrize(("binding", "text"), [
    ("scope1_emissions", "74.86 吨CO2"), ("scope2_emissions", "4,262.21 吨CO2"),
    ("operational_emissions", "4,337.07 吨CO2"), ("scope1_emissions.prior", "79.37 吨CO2"),
    ("scope2_emissions.prior", "4,327.59 吨CO2"), ("scope1_emissions.change", "-4.51 吨CO2"),
    ("scope2_emissions.change", "-65.38 吨CO2"), ("operational_emissions.change", "-69.89 吨CO2"),
])
def test_emissions_tie_to_the_digit(binding, text):
    from qingce.publish.bind import Binder

    p = qingce.open(EXAMPLE)
    assert Binder(p.computation, "LZB", "2024").reading(binding).text == text


def test_a_number_that_differs_does_not_tie(tmp_path):
    rows = (EXAMPLE / "expected.csv").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "expected.csv"
    changed = next(r for r in rows if r.startswith("F0107.1")).replace("152.18", "152.19")
    path.write_text("\n".join([rows[0], changed]), encoding="utf-8")
    (tie,) = ties(qingce.open(EXAMPLE), path)
    assert (tie.outcome, tie.got) == ("differs", "152.18 亿元")
