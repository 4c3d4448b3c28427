"""How text is cut for searching: Chinese by pairs of characters, words and numbers whole.

Chinese is written without spaces, and what people type is often two characters long. So each pair of neighbouring
characters is a piece, and the last character of a run one more: a query of any length is a sequence of pieces, one
of a single character the beginning of a piece. Full-width and half-width, upper and lower case, traditional and
simplified are the same; a number is one piece without its thousands separators.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add

from qingce.audit.script import plain_script

LONGEST = 100
"""Characters of a query that are looked at."""
MOST = 8
"""Words of a query that are looked at."""
_HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"([{_HAN}]+)|((?:[0-9]{{1,3}}(?:,[0-9]{{3}}(?![0-9]))+|[0-9]+)(?:\.[0-9]+)*)|([^\W\d_{_HAN}]+)")
Span = tuple[str, int, int]
"""A piece with where it begins and ends."""


def folded(text: str) -> str:
    """What is compared.

    >>> folded("ＥＳＧ　綠色貸款 ２０２４")
    'esg 绿色贷款 2024'
    """
    return plain_script(unicodedata.normalize("NFKC", text)).lower()


def pieces(text: str) -> list[str]:
    """The pieces of a text, in their order.

    >>> pieces("绿色贷款 305.60 亿元"), pieces("GRI 302-1"), pieces("1,234.5%")
    (['绿色', '色贷', '贷款', '款', '305.60', '亿元', '元'], ['gri', '302', '1'], ['1234.5'])
    """
    found: list[str] = []
    for run, number, word in _PIECE.findall(folded(text)):
        if run:
            found += map(add, run, run[1:])
            found.append(run[-1])
        else:
            found.append(number.replace(",", "") or word)
    return found


def _cut(flat: str) -> Iterable[Span]:
    for found in _PIECE.finditer(flat):
        run, start = found[0], found.start()
        if found[1]:
            for at in range(len(run)):
                yield run[at:at + 2], start + at, min(start + at + 2, found.end())
        else:
            yield run.replace(",", "") if found[2] else run, start, found.end()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a query: pieces that follow one another.

    Attributes:
        begins: whether the last one may go on: a single character, a number or a word that is still typed.
    """

    pieces: tuple[str, ...]
    begins: bool

    def __str__(self) -> str:
        return " ".join(self.pieces)

    @property
    def phrase(self) -> str:
        """As FTS5 is asked; a piece holds letters, digits and points, so that nothing of it is syntax."""
        return f'"{self}"{" *" if self.begins else ""}'


def query(text: str) -> tuple[Word, ...]:
    """The words of what somebody typed; nothing where it holds no letter and no digit.

    >>> [word.phrase for word in query("绿色贷款 2024")]
    ['"绿色 色贷 贷款"', '"2024" *']
    >>> query("款")[0].phrase, query('%_\\\\ " OR *') == query("or")
    ('"款" *', True)
    """
    found = []
    for part in folded(text[:LONGEST]).split():
        spans = list(_cut(part))
        if not spans:
            continue
        last, start, end = spans[-1]
        run = end - start == 1 and len(spans) > 1 and spans[-2][2] == end
        kept = spans[:-1] if run else spans
        whole = (len(last) == 2 and _is_han(last)) or run
        found.append(Word(tuple(piece for piece, _, _ in kept), not whole))
    return tuple(dict.fromkeys(found))[:MOST]


def _is_han(piece: str) -> bool:
    return re.match(f"[{_HAN}]", piece) is not None


# -- marking ----------------------------------------------------------------------------------------
Marked = tuple[tuple[str, bool], ...]
"""A text in parts; the true ones are what was looked for."""


def marked(text: str, words: Sequence[Word], width: int = 0) -> Marked:
    """A text in parts, with what was looked for told apart.

    Args:
        width: how many characters about the first place that was found; 0 for all of it.

    >>> marked("绿色贷款余额", query("贷款"))
    (('绿色', False), ('贷款', True), ('余额', False))
    """
    text = _plain(text)
    spans = _places(text, words)
    start, end = _window(text, spans[0][0] if spans else 0, width)
    parts = [("…", False)] if start else []
    at = start
    for first, last in spans:
        if last <= at or first >= end:
            continue
        parts += [(text[at:max(first, at)], False), (text[max(first, at):min(last, end)], True)]
        at = min(last, end)
    parts += [(text[at:end], False), ("…" if end < len(text) else "", False)]
    return tuple(part for part in parts if part[0])


def _plain(text: str) -> str:
    """One line without what cannot be seen, nor what turns the direction of writing."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def _window(text: str, first: int, width: int) -> tuple[int, int]:
    if not width or len(text) <= width:
        return 0, len(text)
    start = max(0, min(first - width // 3, len(text) - width))
    return start, start + width


def _places(text: str, words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where the words stand in the text, first to last, none beginning within another."""
    flat, origin = _with_origin(text)
    spans = list(_cut(flat))
    found = []
    for word in words:
        size = len(word.pieces)
        for at in range(len(spans) - size + 1):
            if all(_same(spans[at + n][0], piece, word.begins and n == size - 1)
                   for n, piece in enumerate(word.pieces)):
                last, start, end = spans[at + size - 1]
                if word.begins and not last[0].isdigit():
                    end = start + len(word.pieces[-1])
                found.append((origin[spans[at][1]], origin[end - 1] + 1))
    return _joined(found)


def _with_origin(text: str) -> tuple[str, Sequence[int]]:
    """The folded text, and for each of its characters the one of the text that it comes from."""
    whole = folded(text)
    if len(whole) == len(text):
        return whole, range(len(text))
    made = [folded(char) for char in text]
    return "".join(made), [at for at, each in enumerate(made) for _ in each]


def _same(there: str, piece: str, begins: bool) -> bool:
    return there.startswith(piece) if begins else there == piece


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return made
