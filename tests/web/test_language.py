"""Chinese from the source, English from the catalogues, chosen by browser or reader."""

from __future__ import annotations

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po
from fastapi.testclient import TestClient
from starlette.requests import Request
from tools.messages import extracted

from qingce.casework.rights import ROLE_LABELS
from qingce.web.language import LOCALE, SOURCE, language_of, translations
from qingce.web.show import ROLES

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
AREAS = sorted(path.stem for path in (LOCALE / "en").glob("*.po"))
said = cache(extracted)


def translated(area: str) -> dict[str, str]:
    """The catalogue of an area."""
    with (LOCALE / "en" / f"{area}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and not m.fuzzy}


def places(text: str) -> list[str]:
    """Where values go into a message."""
    return sorted(PLACEHOLDER.findall(text))


def test_every_area_has_its_catalogue():
    assert set(said()) <= set(AREAS), "run make messages"


@pytest.mark.parametrize("area", AREAS)
def test_every_message_has_its_english_with_the_same_places_for_values(area: str):
    there = translated(area)
    assert [str(m.id) for m in said().get(area, ()) if m.id and not there.get(str(m.id))] == [], "run make messages"
    assert [key for key, text in there.items() if places(key) != places(text)] == []


def test_no_catalogue_holds_what_the_source_does_not():
    for area in AREAS:
        assert set(translated(area)) - {str(m.id) for m in said().get(area, ())} == set()


def test_no_english_is_chinese():
    texts = [text for area in AREAS for text in translated(area).values()]
    assert [text for text in texts if re.search(r"[\u4e00-\u9fff]", text)] == []


@pytest.mark.parametrize(("accept", "cookie", "account", "language"), [
    ("", "", None, "zh_CN"), ("en", "", None, "en"), ("en-GB,en;q=0.8", "", None, "en"),
    ("zh-TW,zh;q=0.9,en;q=0.8", "", None, "zh_CN"), ("fr,en;q=0.3", "", None, "en"), ("fr", "", None, "zh_CN"),
    ("en;q=0,zh", "", None, "zh_CN"), ("en;q=x", "", None, "zh_CN"), ("zh", "en", None, "en"),
    ("en", "xx", None, "en"), ("en", "", "zh_CN", "zh_CN"), ("zh", "en", "zh_CN", "en"),
])
def test_the_language_of_a_request(accept: str, cookie: str, account: str | None, language: str):
    headers = [(b"accept-language", accept.encode()), (b"cookie", f"qc_lang={cookie}".encode() if cookie else b"")]
    assert language_of(Request({"type": "http", "headers": headers}), account) == language


def test_a_page_in_english_holds_no_chinese_of_the_shell(gallery: TestClient):
    text = gallery.get("/more", headers={"accept-language": "en"}).text
    assert '<html lang="en"' in text
    assert set(re.findall(r"[\u4e00-\u9fff]+", text)) == {"中文"}


def test_what_is_not_translated_stays_as_it_is():
    assert translations("en").gettext("没有这句话") == "没有这句话"
    assert translations(SOURCE).gettext("进度") == "进度"


def test_the_roles_are_called_as_the_desk_calls_them():
    assert {role.value: label for role, label in ROLE_LABELS.items()} == ROLES
