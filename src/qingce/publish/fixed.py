"""Fixed words: what formats say by themselves, in the language of the document.

The Chinese stands where it is used and is the key; the English stands in ``english.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ENGLISH = Path(__file__).with_name("english.yaml")
"""The part of the term base that every report shares."""


def say(language: str, words: str, *parts: object) -> str:
    """Fixed words in a language; each ``{}`` takes one of the parts.

    >>> say("zh-CN", "目录"), say("en", "目录"), say("en", "PDF 第 {} 页", 3)
    ('目录', 'Contents', 'PDF page 3')
    """
    found = _english()["words"].get(words, words) if language.startswith("en") else words
    for part in parts:
        found = found.replace("{}", str(part), 1)
    return found


def script(text: str) -> str:
    """A script of the web edition with its words in English."""
    for zh, en in sorted(_english()["scripts"].items(), key=lambda pair: -len(pair[0])):
        text = text.replace(zh, en)
    return text


@cache
def _english() -> Mapping[str, Any]:
    read: Mapping[str, Any] = yaml.safe_load(ENGLISH.read_text(encoding="utf-8"))
    return read
