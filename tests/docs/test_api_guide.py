"""The guide to the interface: its addresses exist, its program judges what the desk really signs."""

from __future__ import annotations

import re

import pytest

from qingce.services.desk.webhook import signature
from qingce.web import create_app
from qingce.web.api.description import described
from tests.docs.reading import ROOT, blocks

GUIDE = ROOT / "docs" / "guide" / "接口.md"
TEXT = GUIDE.read_text(encoding="utf-8")
PLACES = sorted({place.rstrip(".,") for place in re.findall(r"/api/v1/[\w./{}…-]*", TEXT)} - {"/api/v1/"})
KEY, BODY, SENT = "a key of thirty-two letters and more", b'{"did":"approved"}', 1736125200


@pytest.fixture(scope="module")
def paths() -> list[str]:
    """The addresses of the interface."""
    return list(described(create_app(None))["paths"])


@pytest.mark.parametrize("place", PLACES)
def test_every_address_of_the_guide_is_answered(place: str, paths: list[str]):
    known = [re.escape(path).replace(r"\{", "{").replace(r"\}", "}") for path in paths]
    patterns = [re.sub(r"\{[^}]+\}", ".+", path) for path in known] + [re.escape("/api/v1/openapi.json")]
    assert any(re.fullmatch(pattern, place) for pattern in patterns)


def judge() -> object:
    """The guide's own program."""
    program = next(block.text for block in blocks(TEXT) if block.language == "python")
    room: dict[str, object] = {}
    exec(compile(program, "接口.md", "exec"), room)
    return room["genuine"]


@pytest.mark.parametrize(("key", "body", "now", "good"), [
    (KEY, BODY, SENT + 5, True), (KEY, BODY + b" ", SENT + 5, False), ("another", BODY, SENT + 5, False),
    (KEY, BODY, SENT + 301, False), (KEY, BODY, SENT - 301, False),
])
def test_the_guides_program_judges_what_the_desk_signs(key: str, body: bytes, now: int, good: bool):
    headers = signature(KEY, SENT, BODY)
    assert judge()(key, headers, body, now=now) is good  # type: ignore[operator]


def test_a_forged_time_is_found_out():
    headers = signature(KEY, SENT, BODY) | {"qingce-timestamp": str(SENT + 400)}
    assert judge()(KEY, headers, BODY, now=SENT + 400) is False  # type: ignore[operator]
