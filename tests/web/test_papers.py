"""Papers that go out of the desk: the brief and the blackline, each as a file to be saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.editions import published
from qingce.services.desk.freeze import freeze
from qingce.services.init import make_project
from tests.services.desk.offices import by, with_posts
from tests.web.signing import client

MAGIC = {"pdf": b"%PDF-", "docx": b"PK"}


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with one frozen edition."""
    folder = tmp_path_factory.mktemp("papers") / "bank"
    make_project(folder)
    made = with_posts(open_desk(folder))
    freeze(made, by(made, "office"))
    yield made
    made.close()


def token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("form", ["pdf", "docx"])
@pytest.mark.parametrize("audience", ["management", "board"])
def test_a_brief_goes_out_and_the_journal_says_so(bank: Desk, form: str, audience: str):
    reader = client(bank, "manager")
    page = reader.get(f"/brief?for={audience}").text
    assert "提请决定" in page and "尚未发布" in page
    before = len(bank.journal.page(did="brief_issued", limit=100))
    answer = reader.post("/brief", data={"csrf": token(page), "for": audience, "form": form})
    assert (answer.status_code, answer.content[:len(MAGIC[form])]) == (200, MAGIC[form])
    assert unquote(answer.headers["content-disposition"]).endswith(f".{form}")
    assert len(bank.journal.page(did="brief_issued", limit=100)) == before + 1


def test_another_audience_or_form_is_refused_with_words(bank: Desk):
    reader = client(bank, "office")
    csrf = token(reader.get("/brief").text)
    assert reader.get("/brief?for=everybody").status_code == 404
    assert reader.post("/brief", data={"csrf": csrf, "for": "board", "form": "odt"}).status_code == 422
    assert reader.post("/brief", data={"for": "board", "form": "pdf"}).status_code == 403


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_a_blackline_goes_out(bank: Desk, form: str):
    with bank.reading() as db:
        from qingce.services.desk.editions import read_editions

        name = read_editions(db)[0].id
    assert not published(bank)
    answer = client(bank, "assurer").get(f"/freeze/compare/{name}/{name}/blackline.{form}")
    assert (answer.status_code, answer.content[:len(MAGIC[form])]) == (200, MAGIC[form])
    assert client(bank, "assurer").get(f"/freeze/compare/{name}/{name}/blackline.odt").status_code == 404
    assert client(bank, "admin").get(f"/freeze/compare/{name}/{name}/blackline.{form}").status_code == 403
    assert client(bank, "office").get(f"/freeze/compare/{name}/{'0' * 64}/blackline.{form}").status_code == 404


def test_an_unknown_unit_of_money_is_refused_and_a_known_one_is_said_in_the_head(bank: Desk):
    reader = client(bank, "office")
    assert reader.get("/figures?unit=美元").status_code == 422
    assert "2024（金额：万元）" in reader.get("/figures?unit=万元").text
