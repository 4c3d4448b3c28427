"""Which characters of a document the vendored fonts cannot show.

Typst leaves out a character that no font has without a word, so every text is compared beforehand
with ``fonts/charset.txt``, the list of code points that all vendored fonts share.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.page import (
    Block,
    Box,
    Break,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    Kpis,
    Line,
    Page,
    Paragraph,
    Table,
    walk,
)

RULE = "every_character_has_a_glyph"
UNSEEN = frozenset("\t\n\r\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff")
"""Characters that need no glyph: they only steer how their neighbours are set."""

GETA = "〓"
AROUND = 10
"""Characters of context on each side in a finding."""


@lru_cache(maxsize=1)
def charset() -> frozenset[str]:
    """Every character the vendored fonts can show, those without a glyph of their own included.

    >>> "镕" in charset(), "\\N{GRINNING FACE}" in charset()
    (True, False)
    """
    runs = files("qingce.publish").joinpath("fonts/charset.txt").read_text(encoding="ascii").splitlines()
    points: set[str] = set(UNSEEN)
    for run in runs:
        if run and not run.startswith("#"):
            first, _, last = run.partition("-")
            points.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(points)


def missing(document: Document) -> tuple[Finding, ...]:
    """One finding for every character the fonts cannot show, in order of first appearance.

    A finding names the character with its code point, the first page and the words around it; its
    ``rows`` list every place.
    """
    have = charset()
    seen: dict[str, list[tuple[str, str, str]]] = {}
    for title, file, text in _texts(document):
        if have.issuperset(text):
            continue
        for hit in _outside(have).finditer(text):
            start = max(0, hit.start() - AROUND)
            seen.setdefault(hit.group(), []).append((title, file, text[start : hit.end() + AROUND].strip()))
    return tuple(_finding(character, places, have) for character, places in seen.items())


def shown(text: str) -> str:
    """The text with the printers' mark for a missing type, 〓, in place of what cannot be shown.

    >>> shown("第\N{GRINNING FACE}一")
    '第〓一'
    """
    have = charset()
    return text if have.issuperset(text) else _outside(have).sub(GETA, text)


@lru_cache(maxsize=1)
def _outside(have: frozenset[str]) -> re.Pattern[str]:
    """Every character but these; costly to make and seldom needed."""
    return re.compile("[^" + re.escape("".join(sorted(have))) + "]")


def _finding(character: str, places: list[tuple[str, str, str]], have: frozenset[str]) -> Finding:
    title, file, words = places[0]
    times = f"，共 {len(places)} 处" if len(places) > 1 else ""
    twin = unicodedata.normalize("NFKC", character)
    if twin and all(c in have for c in twin):
        advice = f"改用通行写法“{twin}”。"
    else:
        advice = "核对是否误用了异体字、表情或私用区字符；确需此字时，用 tools/subset_fonts.py 扩充字体。"
    return Finding(
        rule=RULE,
        status=Status.FAIL,
        severity=Severity.ERROR,
        reason=f"随附字体没有“{character}”（{_code(character)}），印刷时会缺字：“{title}”中“{words}”{times}。",
        tried=len(places),
        rows=tuple({"page": page, "file": source, "words": around} for page, source, around in places),
        place=Place(file=file, value=words),
        advice=advice,
    )


def _code(character: str) -> str:
    name = unicodedata.name(character, "")
    code = f"U+{ord(character):04X}"
    return code if not name or name.startswith("CJK") else f"{code} {name}"


def _texts(document: Document) -> Iterator[tuple[str, str, str]]:
    """Page title, page file and text of everything that is printed."""
    for text in (document.title, document.subtitle, document.organisation, document.period):
        yield "封面", "", text
    for page in document.pages:
        for text in _page_texts(page):
            yield page.title, page.file, text


def _page_texts(page: Page) -> Iterator[str]:
    yield from (page.number, page.title, page.part, page.part_title)
    for block in walk(page.blocks):
        yield from _block_texts(block)


def _block_texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(line=line) | Paragraph(line=line):
            yield _words(line)
        case Table():
            yield from map(_words, block.header)
            for row in block.rows:
                yield from map(_words, row)
            yield from (block.caption, block.note)
        case Kpis(items=items):
            for item in items:
                yield from (item.label, _words(item.number), _words(item.note))
        case Box(title=title):
            yield title
        case Chart():
            yield block.caption
            yield from _strings(block.spec)
        case Index():
            yield from (block.title, block.statement)
            for entry in block.rows:
                yield from (entry.code, entry.title, entry.group, entry.omission)
        case Form():
            yield from (block.title, *block.contact)
            for question in block.questions:
                yield from (question.text, *question.answers)
        case _:
            return


def _words(line: Line) -> str:
    return "".join("\n" if isinstance(node, Break) else node.text for node in line)


def _strings(value: Any) -> Iterator[str]:
    """Every string in a chart's specification, keys included: a field's name may become a title."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
