"""Pages: escaped, revalidated, led on from."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from jinja2 import UndefinedError
from starlette.requests import Request

from qingce.services.desk import Desk
from qingce.web.render import environment, page
from tests.web.component_samples import PAYLOAD, SAMPLES
from tests.web.signing import client

CONTEXT = {"asset": lambda name: f"/static/{name}", "csrf": "t", "language": "zh_CN"}
COMPONENTS = environment("zh_CN").get_template("components.html.j2").make_module(CONTEXT)
MACROS = sorted(name for name in dir(COMPONENTS) if not name.startswith("_"))


class Elements(HTMLParser):
    """Every element of a text with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))

    def running(self) -> list[str]:
        """What of the payload came through as markup."""
        tags = [tag for tag, each in self.found if tag == "img" and ("alt", "青册") not in each]
        return tags + [key for _, attributes in self.found for key, _ in attributes if key.startswith("on")]

    def kept(self) -> str:
        """All text and all values of attributes."""
        return "".join(self.words) + "".join(value or "" for _, each in self.found for _, value in each)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_component_has_a_sample():
    assert sorted(SAMPLES) == MACROS


def test_every_component_is_in_the_gallery():
    folder = environment("zh_CN").loader.searchpath[0]  # type: ignore[union-attr]
    shown = "".join((Path(folder) / name).read_text(encoding="utf-8") for name in ("gallery.html.j2", "base.html.j2"))
    inside = {"csrf_field", "count", "icon", "hash", "chart_scripts"}
    assert [name for name in MACROS if f"ui.{name}(" not in shown and name not in inside] == []


@pytest.mark.parametrize("name", MACROS)
def test_a_script_in_any_parameter_of_a_component_stays_text(name: str):
    for arguments in SAMPLES[name]:
        elements = Elements(str(getattr(COMPONENTS, name)(**arguments)))
        assert elements.running() == []
        if arguments:
            assert "onerror=alert" in elements.kept()


def test_a_script_in_the_whole_gallery_stays_text(gallery: TestClient):
    text = gallery.get("/_components", params={"word": PAYLOAD}).text
    assert Elements(text).running() == []
    assert text.count("&lt;img src=x") > 80


def test_what_runs_is_found():
    assert Elements(f"<p>{PAYLOAD}</p>").running() == ["img", "onerror", "onx"]


def test_a_name_that_a_template_misses_is_an_error():
    with pytest.raises(UndefinedError):
        environment("zh_CN").from_string("{{ nothing_of_the_kind }}").render()


def test_a_page_that_one_has_is_not_sent_again(office: TestClient):
    first = office.get("/more")
    again = office.get("/more", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    assert first.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in first.headers["vary"]


def test_another_reader_or_language_has_another_page(desk: Desk):
    made = client(desk, "office")
    etag = made.get("/more").headers["etag"]
    made.cookies.set("qc_lang", "en")
    assert made.get("/more", headers={"if-none-match": etag}).status_code == 200
    assert client(desk, "clerk").get("/more", headers={"if-none-match": etag}).status_code == 200


def test_a_page_is_packed(office: TestClient):
    assert office.get("/more", headers={"accept-encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_a_notice_is_shown_once_and_as_text(gallery: TestClient):
    csrf = re.search(r'name="csrf" value="([^"]+)"', gallery.get("/_components").text)
    assert csrf
    answer = gallery.post("/_components", data={"csrf": csrf[1], "amount": PAYLOAD})
    assert answer.status_code == 303
    shown = gallery.get("/_components").text
    assert "已提交：" in shown and Elements(shown).running() == []
    assert "已提交：" not in gallery.get("/_components").text


def test_a_page_is_made_of_a_request_alone(gallery: TestClient):
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "app": gallery.app,
             "server": ("localhost", 80), "scheme": "http"}
    assert page(Request(scope), "more.html.j2").status_code == 200
