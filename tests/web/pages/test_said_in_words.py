"""Pages say in words what they are about and lead there."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import unquote

from fastapi.testclient import TestClient

from qingce.casework.item import State
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.laid import prepared
from qingce.services.desk.review import approve, review
from tests.services.desk.staff import EAST, number
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]


def approved(bank: Desk) -> None:
    """Let the item of one branch be filed, reviewed and approved."""
    file(bank, bank.actor("east"), EAST, number("64"), version=0)
    for account, act in (("east", submit), ("checker", review), ("signer", approve)):
        assert act(bank, bank.actor(account), [EAST]).done


def test_a_report_that_nobody_computed_is_made_while_a_page_says_so(bank: Desk, of: Of):
    assert not prepared(bank, patience=0)
    assert prepared(bank, patience=60) and prepared(bank, patience=0)
    assert "refresh" not in of("office").get("/preview").headers


def test_who_may_not_read_pages_is_refused_before_anything_is_computed(bank: Desk, of: Of):
    assert of("admin").get("/preview").status_code == 403
    assert not bank.__dict__.get("_making")


def test_what_stands_in_the_way_of_a_freeze_is_linked_and_reminded_of(of: Of):
    text = of("office").get("/freeze").text
    assert f'href="/filing/item/{EAST}"' in text and 'action="/progress/2024/remind"' in text
    assert 'action="/progress/2024/remind"' not in of("assurer").get("/freeze").text


def test_only_who_approves_has_a_place_for_it_at_the_foot_of_a_phone(of: Of):
    assert 'href="/tasks?view=approvals"' in of("checker").get("/tasks").text
    assert 'href="/tasks?view=approvals"' not in of("east").get("/tasks").text


def test_downloads_have_chinese_names(of: Of):
    names = {"/freeze/signoff/matrix.xlsx": "责任分工表-2024.xlsx", "/progress/2024/export.csv": "进度-2024-"}
    for path, name in names.items():
        assert name in unquote(of("office").get(path).headers["content-disposition"])


def test_the_wording_of_a_value_is_chosen_in_the_grid(bank: Desk, of: Of):
    page = "/filing/2024?org=B01"
    door = of("east")
    assert 'data-part="qualifier"' in door.get(page).text
    version = item(bank, bank.actor("east"), EAST).version
    said = {"item": EAST, "version": str(version), "value": "64", "qualifier": "about"}
    answer = post(door, page, "/filing/save", said)
    assert answer.json()["qualifier"] == "about"
    assert str(item(bank, bank.actor("east"), EAST).answer.qualifier) == "about"


def test_evidence_of_a_signed_item_is_changed_by_who_knows_what_that_undoes(bank: Desk, of: Of):
    approved(bank)
    page, door = f"/filing/item/{EAST}", of("east")
    assert "我知道：此项已审批" in door.get(page).text
    said = {"about": f"item/{EAST}", "back": page}
    proof = {"file": ("登记册.pdf", b"%PDF-1.4\n%%EOF\n")}
    assert post(door, page, "/evidence", said, files=proof).status_code == 422
    assert item(bank, bank.actor("east"), EAST).state is State.APPROVED
    assert post(door, page, "/evidence", {**said, "sure": "1"}, files=proof).status_code == 303
    assert item(bank, bank.actor("east"), EAST).state is not State.APPROVED
    assert re.search(r"登记册.pdf.{0,200}城东支行", door.get(page).text, re.S)


def test_the_journal_says_answers_and_doors_in_words(bank: Desk, of: Of):
    approved(bank)
    text = of("office").get("/journal").text
    assert "答复 有数值" in text and "答复 value" not in text
