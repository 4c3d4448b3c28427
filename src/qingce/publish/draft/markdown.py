"""Words as Markdown: what somebody typed in Word stays words, whatever characters it has."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby

from qingce.core.page import Break, Text
from qingce.publish.draft.source import ITEM, PARAGRAPH, TITLE, Atom, Bound, merged

_ACTIVE = re.compile(r"([\\`*_\[\]<>&|{}])")
_OPENS = re.compile(r"([#+\-=~:>])|(\d{1,9})([.)])(?=\s|$)")
_UNSEEN = re.compile("[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ufffc\ud800-\udfff]")
_EDGES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)


def tidy(text: str) -> str:
    """Typed words without characters that nobody sees; every kind of line or tab stop is a blank.

    >>> tidy("甲\\u202e乙\\t丙\\u00a0")
    '甲乙 丙 '
    """
    text = _UNSEEN.sub("", text).replace("\u00a0", " ")
    return "".join(" " if c in "\t\v\f\r\n" else c for c in text if c in "\t\v\f\r\n" or
                   unicodedata.category(c) != "Cc")


def escaped(text: str) -> str:
    """Words in which nothing is a mark of Markdown or a binding.

    >>> escaped("{{ x }} *a*")
    '\\\\{\\\\{ x \\\\}\\\\} \\\\*a\\\\*'
    """
    return _ACTIVE.sub(r"\\\1", text)


def written(atoms: Sequence[Atom], kind: str = PARAGRAPH, indent: int = 0) -> str:
    """The Markdown of a part's words.

    Args:
        indent: how far lines after a forced break stand in.
    """
    if kind == TITLE:
        return "".join(atom.text for atom in atoms if isinstance(atom, Text)).strip()
    out = ""
    for style, group in groupby(merged(atoms), key=_style):
        said = "".join(_one(atom, indent) for atom in group)
        out += _dressed(said, *style)
    lines = [_opened(line) for line in out.strip().split("\n")]
    return "\n".join(lines)


def split(pieces: Sequence[Sequence[Atom]], kind: str, mark: str) -> str:
    """Several paragraphs that stand in the place of one, with what stood before its words."""
    if kind == ITEM:
        return "\n".join(mark + written(atoms, kind, len(mark)) for atoms in pieces)
    between = f"\n{mark.rstrip()}\n" if ">" in mark else "\n\n"
    return between.join(mark + written(atoms, kind, len(mark)) for atoms in pieces)


def same(one: Sequence[Atom], other: Sequence[Atom]) -> bool:
    """Whether two sequences of words read alike, blanks at their ends apart."""
    return _ends(one) == _ends(other)


def _ends(atoms: Sequence[Atom]) -> tuple[Atom, ...]:
    made = list(merged(atoms))
    if made and isinstance(made[0], Text):
        made[0] = Text(made[0].text.lstrip(), made[0].strong, made[0].em, made[0].href)
    if made and isinstance(made[-1], Text):
        made[-1] = Text(made[-1].text.rstrip(), made[-1].strong, made[-1].em, made[-1].href)
    return merged(made)


def _style(atom: Atom) -> tuple[str, bool, bool]:
    if isinstance(atom, Text):
        return (atom.href, atom.strong, atom.em)
    return ("", isinstance(atom, Bound) and atom.strong, False)


def _one(atom: Atom, indent: int) -> str:
    match atom:
        case Text(text=text):
            return escaped(text)
        case Bound(expression=expression):
            return f"{{{{ {expression} }}}}"
        case Break():
            return "\\\n" + " " * indent


def _dressed(said: str, href: str, strong: bool, em: bool) -> str:
    """The words in their style; blanks at the ends stay outside, where Markdown wants them."""
    found = _EDGES.match(said)
    before, words, after = found.groups() if found else ("", said, "")
    if not words:
        return said
    if em:
        words = f"*{words}*"
    if strong:
        words = f"**{words}**"
    if href:
        words = f"[{words}]({href})"
    return f"{before}{words}{after}"


def _opened(line: str) -> str:
    """A line whose first characters do not make it a heading, a list or a box."""
    bare = line.lstrip()
    found = _OPENS.match(bare)
    if not found:
        return line
    head = line[: len(line) - len(bare)]
    return head + (f"\\{bare}" if found[1] else f"{found[2]}\\{bare[len(found[2]):]}")
