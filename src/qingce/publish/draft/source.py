"""A page's Markdown, cut into the paragraphs that people may rewrite and the blocks that they may not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.tree import SyntaxTreeNode

from qingce.core.page import Break, Text
from qingce.publish.bind import FUNCTIONS
from qingce.publish.pages import parser

PARAGRAPH, ITEM, HEADING, TITLE, BLOCK = "paragraph", "item", "heading", "title", "block"
"""What a part of a page is: words of the first four may change; a block (table, chart, key figures) stays as it is."""
_MARKS = {
    ITEM: re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)+"), HEADING: re.compile(r"\s*#{1,6}\s+"),
    TITLE: re.compile(r"\s*:{3,}\s*(?:case|note)\s+"), PARAGRAPH: re.compile(r"(?:\s*>\s?)*\s*"),
}
_CALL = re.compile(r"(\w+)\s*\(")


@dataclass(frozen=True, slots=True)
class Bound:
    """A binding in a sentence, as the page writes it between its braces."""

    expression: str
    strong: bool = False


Atom = Text | Break | Bound


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page.

    Attributes:
        start, end: its lines in the file, from 0, the end not included.
        close: the line after the outermost list it stands in; ``end`` where it is in none.
        mark: what stands before its words: ``## ``, ``- ``, ``::: case ``.
        source: its lines as they are.
        editable: its words can be written back.
    """

    kind: str
    start: int
    end: int
    close: int
    mark: str
    source: str
    atoms: tuple[Atom, ...] = ()
    editable: bool = False

    @property
    def hash(self) -> str:
        """sha256 of its source."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def bound(self) -> tuple[Bound, ...]:
        """Its bindings in order."""
        return tuple(atom for atom in self.atoms if isinstance(atom, Bound))


def parts(text: str) -> tuple[Part, ...]:
    """The parts of a page in the order in which they stand.

    >>> [(p.kind, p.source) for p in parts("# 一\\n\\n甲 {{ x }}。\\n\\n{{ table('x') }}\\n")]
    [('heading', '# 一'), ('paragraph', '甲 {{ x }}。'), ('block', "{{ table('x') }}")]
    """
    return _parts(text)


@lru_cache(maxsize=64)
def _parts(text: str) -> tuple[Part, ...]:
    lines = text.split("\n")
    nodes = SyntaxTreeNode(parser().parse(text)).children
    return tuple(_Cutter(lines).all(node for node in nodes if node.type != "front_matter"))


def opening(text: str) -> int:
    """The line after a page's front matter."""
    nodes = SyntaxTreeNode(parser().parse(text)).children
    head = nodes[0] if nodes and nodes[0].type == "front_matter" else None
    return head.map[1] if head is not None and head.map else 0


class _Cutter:
    """Walks the syntax tree of a page."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def all(self, nodes: Iterable[SyntaxTreeNode], close: int = 0, item: bool = False) -> Iterator[Part]:
        """The parts below some nodes; ``item`` where the first of them follows a list's mark."""
        for at, node in enumerate(nodes):
            yield from self.one(node, close, item and at == 0)

    def one(self, node: SyntaxTreeNode, close: int, item: bool) -> Iterator[Part]:
        """The parts of a node."""
        start, end = node.map or (0, 0)
        match node.type:
            case "heading":
                yield self._words(HEADING, start, end, node.children[0], close)
            case "paragraph":
                inline = node.children[0]
                kind = BLOCK if _stands_alone(inline) else ITEM if item else PARAGRAPH
                yield self._words(kind, start, end, inline, close)
            case "bullet_list" | "ordered_list":
                for entry in node.children:
                    yield from self.all(entry.children, close or end, item=True)
            case "container_case" | "container_note":
                if node.info.strip().partition(" ")[2].strip():
                    yield self._title(start, close)
                yield from self.all(node.children, close)
            case "blockquote":
                yield from self.all(node.children, close)
            case _:
                # a container's lines end before the line that closes it
                if node.type == "container_kpis" and end < len(self.lines) and not self.lines[end].strip(": "):
                    end += 1
                yield Part(BLOCK, start, end, max(close, end), "", self._source(start, end))

    def _source(self, start: int, end: int) -> str:
        return "\n".join(self.lines[start:end])

    def _words(self, kind: str, start: int, end: int, inline: SyntaxTreeNode, close: int) -> Part:
        source = self._source(start, end)
        if kind == BLOCK:
            return Part(kind, start, end, max(close, end), "", source)
        found = _MARKS[kind].match(self.lines[start])
        mark = found[0] if found else ""
        rest = [source.split("\n")[0][len(mark):], *source.split("\n")[1:]]
        told = "\n".join(line.strip() for line in rest)
        if kind == HEADING:
            told = told.rstrip("#").rstrip()
        said = "\n".join(line.strip() for line in inline.content.split("\n"))
        made = merged(_inline(inline, False, False, ""))
        # where a mark is not where it is looked for (an underlined heading, a long quotation), words stay as they are
        editable = found is not None and told == said and not _pictured(inline)
        return Part(kind, start, end, max(close, end), mark, source, made, editable)

    def _title(self, start: int, close: int) -> Part:
        line = self.lines[start]
        found = _MARKS[TITLE].match(line)
        words = line[found.end():].strip() if found else ""
        return Part(TITLE, start, start + 1, max(close, start + 1), found[0] if found else "", line,
                    (Text(words),) if words else (), bool(words))


def _stands_alone(inline: SyntaxTreeNode) -> bool:
    """Whether a paragraph is nothing but calls that make blocks."""
    told = [child for child in inline.children if child.type != "softbreak"]
    calls = [_CALL.match(child.content) for child in told if child.type == "binding"]
    return bool(told) and len(calls) == len(told) and all(
        call is not None and call[1] in FUNCTIONS and call[1] != "said" for call in calls)


def _pictured(inline: SyntaxTreeNode) -> bool:
    return any(node.type == "image" for node in inline.walk())


def _inline(node: SyntaxTreeNode, strong: bool, em: bool, href: str) -> Iterator[Atom]:
    for child in node.children:
        match child.type:
            case "text" | "code_inline":
                yield Text(child.content, strong, em, href)
            case "binding":
                yield Bound(child.content, strong)
            case "strong":
                yield from _inline(child, True, em, href)
            case "em":
                yield from _inline(child, strong, True, href)
            case "link":
                yield from _inline(child, strong, em, str(child.attrs.get("href", "")))
            case "hardbreak":
                yield Break()
            case "softbreak":
                pass  # Chinese lines join without a space
            case _:
                yield from _inline(child, strong, em, href)


def merged(atoms: Iterable[Atom]) -> tuple[Atom, ...]:
    """Neighbouring words of one style as one atom, empty ones gone."""
    out: list[Atom] = []
    for atom in atoms:
        last = out[-1] if out else None
        if isinstance(atom, Text) and isinstance(last, Text) and (
                (atom.strong, atom.em, atom.href) == (last.strong, last.em, last.href)):
            out[-1] = Text(last.text + atom.text, atom.strong, atom.em, atom.href)
        elif not (isinstance(atom, Text) and not atom.text):
            out.append(atom)
    return tuple(out)
