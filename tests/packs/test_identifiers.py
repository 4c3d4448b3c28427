"""Numbers in the ledgers of the packs are a bank's own: any form is taken, except the number of a person's card."""

from __future__ import annotations

import pytest

from qingce.core.dataset import Dataset
from qingce.core.org import Org, OrgTree
from qingce.ledger.records import load_dataset
from qingce.services.content import load_registry

PERSONS = {
    ("employee", "employee_no"), ("training_record", "employee_no"), ("counselling_attendance", "member_no"),
    ("bursary", "student_no"), ("director_seat", "seat_no"), ("supervisor_seat", "seat_no"),
}
TREE = OrgTree([Org("LZB", "样例银行", "法人")])


@pytest.fixture(scope="module")
def datasets():
    return load_registry(None).datasets


def test_no_ledger_prescribes_the_form_of_a_bank_s_own_number(datasets: dict[str, Dataset]):
    assert {(d.name, n) for d in datasets.values() for n, c in d.columns.items() if c.pattern} == set()


def test_persons_stand_under_a_number_of_the_bank(datasets: dict[str, Dataset]):
    assert {(d.name, n) for d in datasets.values() for n, c in d.columns.items() if c.pseudonym} == PERSONS


@pytest.mark.parametrize(("number", "rules"), [
    ("100234", set()), ("LZ-2024/0815", set()), ("工号00017", set()), ("20240815000123456789", set()),
    ("62010219900101123X", {"text_identity"}),
])
def test_a_bank_s_own_numbers_come_in_and_identity_numbers_do_not(tmp_path, datasets, number, rules):
    file = tmp_path / "bursary.csv"
    file.write_text(f"student_no,paid_on,org,school_year,amount\n{number},2024-09-01,LZB,2024,1000\n", encoding="utf-8")
    loaded = load_dataset(datasets["bursary"], [file], root=tmp_path, codes=load_registry(None).codes, orgs=TREE,
                          store=tmp_path / "store")
    assert {f.rule for f in loaded.findings} == rules
    assert not any(number in f.reason + f.place.value for f in loaded.findings)
