"""The English voice: naked numbers, fixed words, and scripts without a Chinese word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qingce.publish import html
from qingce.publish.english import naked_english
from qingce.publish.fixed import say, script

ROOM = Path(html.__file__).parent
_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize(("text", "found"), [
    ("we ran 41 projects", ["41 projects"]), ("up 19.21%", ["19.21%"]), ("RMB5 million", ["RMB5"]),
    ("used 7,277,126.00 kWh", ["7,277,126.00 kWh"]), ("on 17 January 2022", []), ("in 2024 the Bank", []),
    ("Scope 1 emissions", []), ("Guidelines No. 17 say", []), ("the 14th Five-Year Plan", []),
    ('the "1+1+N" approach', []), ("1 Green finance, 2 Green office", []), ("4.1 Economic performance", []),
    ("GRI 1: Foundation 2021", []), ("a 12-month period", ["12-month"]),
])
def test_a_number_that_nothing_ties_is_found(text, found):
    assert naked_english(text) == found


@pytest.mark.parametrize("name", ["report.js", "form.js"])
def test_scripts_speak_english_throughout(name):
    code = script((ROOM / "static" / name).read_text(encoding="utf-8"))
    assert not _HAN.search(code)
    assert code.count("`") == (ROOM / "static" / name).read_text(encoding="utf-8").count("`")


def test_every_fixed_word_of_the_templates_has_english():
    words = {w for path in (ROOM / "templates").glob("*.j2")
             for _, w in re.findall(r"_\((['\"])(.*?)\1", path.read_text(encoding="utf-8"))}
    assert len(words) > 50
    assert [w for w in sorted(words) if _HAN.search(say("en", w))] == []
