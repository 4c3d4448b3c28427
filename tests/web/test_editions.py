"""Freezing, publishing and the public site through the doors."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk, open_desk, stamp
from qingce.services.desk.editions import publish
from qingce.services.desk.freeze import freeze
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from qingce.web.limits import Buckets
from qingce.web.pages import public
from qingce.web.settings import Rate
from tests.services.desk.offices import by, with_posts
from tests.structure.ratchet import ROOT
from tests.web.conftest import Served
from tests.web.signing import client


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with one published edition and one change request."""
    folder = tmp_path_factory.mktemp("editions") / "bank"
    make_project(folder)
    shutil.copy(ROOT / "examples" / "lanzhou_2024" / "forms.yaml", folder / "forms.yaml")
    desk = with_posts(open_desk(folder))
    publish(desk, by(desk, "office"), freeze(desk, by(desk, "office")).id)
    yield desk
    desk.close()


@pytest.fixture
def name(bank: Desk) -> str:
    """The published edition."""
    from qingce.services.desk.editions import published

    return published(bank)[0].id


def csrf(page: str) -> str:
    """The proof that a form of this page carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


DESK_PAGES = ("/freeze", "/freeze/changes", "/freeze/waivers", "/freeze/compare", "/freeze/signoff", "/preview",
              "/preview/volunteering", "/standards", "/standards/gri_2021")


@pytest.mark.parametrize("path", DESK_PAGES)
def test_the_desk_is_for_who_signed_in(bank: Desk, path: str):
    assert client(bank, "office").get(path).status_code == 200
    assert client(bank, "assurer").get(path).status_code == 200
    assert client(bank).get(path).status_code == 303
    assert client(bank, "admin").get(path).status_code == 403


@pytest.mark.parametrize("path", [path for path in DESK_PAGES if path.count("/") == 1 or "freeze" in path])
def test_the_desk_speaks_english(bank: Desk, path: str):
    reader = client(bank, "office")
    reader.cookies.set("qc_lang", "en")
    text = reader.get(path).text
    heads = re.findall(r"<h1>.*?</h1>|<caption>.*?</caption>|<thead.*?</thead>|<ul class=.tabs.>.*?</ul>", text, re.S)
    assert heads and not re.search(r"[\u4e00-\u9fff]", re.sub(r"<[^>]*>", "", "".join(heads)))


def test_the_public_reads_the_frozen_bytes_with_their_hashes(bank: Desk, name: str):
    anybody = client(bank)
    page = anybody.get(f"/editions/{name}").text
    assert name in page
    for file in ("index.html", "report.pdf", "report.docx", "databook.xlsx", "figures.json", "pages/volunteering.html"):
        answer = anybody.get(f"/editions/{name}/files/{file}")
        assert answer.status_code == 200
        digest = hashlib.sha256(answer.content).hexdigest()
        assert answer.headers["x-sha256"] == digest and digest in page
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "script-src" not in answer.headers["content-security-policy"]
        again = anybody.get(f"/editions/{name}/files/{file}", headers={"if-none-match": f'"{digest}"'})
        assert again.status_code == 304
    manifest = anybody.get(f"/editions/{name}/manifest.json")
    assert hashlib.sha256(manifest.content).hexdigest() == name


@pytest.mark.parametrize("path", [
    "files/../inputs/qingce.toml", "files/..%2Finputs%2Fqingce.toml", "files/%2e%2e/manifest.json",
    "files/nothing.html", "files//etc/passwd", "files/....//....//etc/passwd",
])
def test_nothing_but_the_site_is_served(bank: Desk, name: str, path: str):
    answer = client(bank).get(f"/editions/{name}/{path}")
    assert answer.status_code == 404
    assert "[project]" not in answer.text


def test_what_is_not_published_does_not_exist(bank: Desk):
    for path in ("/editions/" + "0" * 64, "/editions/../x", "/editions/nothing/files/index.html"):
        assert client(bank).get(path).status_code == 404


def test_the_latest_edition_leads_to_its_hash(bank: Desk, name: str):
    answer = client(bank).get("/editions/latest/files/index.html")
    assert (answer.status_code, answer.headers["location"]) == (302, f"/editions/{name}/files/index.html")


def filled(page: str, contact: str = "") -> dict[str, str]:
    """The form filled in by a person."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    said = {f"q-{q}": "是" for q in ("needs", "coverage", "expectations", "figures", "wording", "layout")}
    return said | {"csrf": csrf(page), "token": token[1], "website": "", "q-remarks": "<script>alert(1)</script>",
                   "contact": contact}


def test_a_reader_writes_and_the_office_answers(bank: Desk, name: str, monkeypatch: pytest.MonkeyPatch):
    reader = client(bank)
    page = reader.get(f"/editions/{name}/feedback").text
    hasty = reader.post(f"/editions/{name}/feedback", data=filled(page))
    assert hasty.status_code == 422 and "提交得太快了" in hasty.text
    assert "&lt;script&gt;alert(1)" in hasty.text, "what was written stays in the form"
    monkeypatch.setattr(stamp, "READ_AT_LEAST", dt.timedelta(0))
    # tests of other forms may have come from the same address a moment ago
    monkeypatch.setattr(public, "_SENDING", Buckets(Rate(per_second=1, burst=6)))
    assert reader.post(f"/editions/{name}/feedback", data=filled(hasty.text)).status_code == 303
    office = client(bank, "office")
    listed = office.get("/freeze/feedback").text
    assert "&lt;script&gt;alert(1)" in listed and "<script>alert(1)" not in listed
    number = re.search(r'action="/freeze/feedback/([0-9a-f]{16})"', listed)
    assert number is not None
    assert office.post(number[0][8:-1], data={"csrf": csrf(listed), "reply": "明年列示。"}).status_code == 303
    assert "明年列示。" in office.get("/freeze/feedback").text


def test_one_address_cannot_flood(bank: Desk, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(public, "_SENDING", Buckets(Rate(per_second=0.001, burst=2)))
    reader = client(bank)
    page = reader.get(f"/editions/{name}/feedback").text
    codes = [reader.post(f"/editions/{name}/feedback", data=filled(page)).status_code for _ in range(3)]
    assert codes[-1] == 429


def acts(name: str) -> list[tuple[str, dict[str, str]]]:
    """Every act of these pages."""
    return [
        ("/freeze", {}), (f"/freeze/editions/{name}/publish", {}),
        (f"/freeze/editions/{name}/withdraw", {"reason": "x"}),
        ("/freeze/changes", {"edition": name, "reason": "x"}), ("/freeze/waivers", {"finding": "0", "reason": "x"}),
        ("/freeze/signoff/leader", {"department": "工会", "post": "某岗"}),
        ("/standards/gri_2021/2-4", {"reason": "not_applicable", "because": "x"}),
    ]


def test_who_may_not_act_changes_nothing(bank: Desk, name: str):
    filer: TestClient = client(bank, "filer")
    token = csrf(filer.get("/freeze").text)
    before = bank.journal.count()
    for path, data in acts(name):
        assert filer.post(path, data=data | {"csrf": token}).status_code == 403, path
        assert filer.post(path, data=data).status_code == 403, path
    assert bank.journal.count() == before


def test_a_change_is_asked_for_and_decided_through_the_doors(bank: Desk, name: str):
    office, manager = client(bank, "office"), client(bank, "manager")
    page = office.get(f"/freeze/editions/{name}").text
    asked = office.post("/freeze/changes", data={"csrf": csrf(page), "edition": name, "reason": "封面有误"})
    path = asked.headers["location"]
    seen = manager.get(path).text
    assert "封面有误" in seen and "没有变动的数值" not in seen
    decided = manager.post(f"{path}/decide", data={"csrf": csrf(seen), "verdict": "granted", "words": ""})
    assert decided.status_code == 303
    assert "没有变动的数值" in office.get(path).text
    refused = manager.post(f"{path}/decide", data={"csrf": csrf(seen), "verdict": "granted", "words": ""})
    assert refused.status_code == 422


def test_the_matrix_is_downloaded_in_two_formats(bank: Desk):
    for form in ("docx", "xlsx"):
        answer = client(bank, "office").get(f"/freeze/signoff/matrix.{form}")
        assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert client(bank, "office").get("/freeze/signoff/matrix.pdf").status_code == 404


@pytest.mark.browser
def test_a_hash_is_read_across_the_public_page(bank: Desk, name: str, browser: Any):
    with Served(create_app(bank, WebSettings())) as address:
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        tab.goto(f"{address}/editions/{name}")
        hash = tab.locator("code.hash", has_text=name).first
        lines = hash.evaluate("node => node.getClientRects().length")
        tab.close()
    assert lines <= 3, "in a column of eight letters nobody compares it"
