"""A returned draft as a reader sees it: paragraphs with their keys, with what was put in and taken out.

Read as Word and WPS write it: runs split anywhere, revisions around runs and paragraph marks, controls kept,
copied or dropped (then the bookmark tells), paragraphs moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from docx.oxml.ns import qn

from qingce.core.errors import Refused
from qingce.publish.docx.xml import Node
from qingce.publish.draft.manifest import PARA_ID
from qingce.publish.draft.markdown import tidy
from qingce.publish.draft.remarks import parsed

Key = tuple[str, int, str]
"""Draft, number of the part, short hash of its source."""
CHARACTERS = 2_000_000
PARAGRAPHS = 5_000
OPEN = 200
"""Bookmarks, comments and moves that may be open at one place."""
UNNAMED = "?"
"""The tag of a control that lost its own."""
_KEY = re.compile(r"_qc_([0-9a-f]{12})_(\d{1,5})_([0-9a-f]{12})")
_HELP = re.compile(r"_qh_[0-9a-f]{12}_\d{1,2}")
_NUMBER = re.compile(r"qn:\d{1,5}\.\d{1,5}:")
_PUT = {qn("w:ins"): "ins", qn("w:moveTo"): "move"}
_TAKEN = {qn("w:del"): "del", qn("w:moveFrom"): "move"}
_ALIEN = {qn("w:drawing"), qn("w:pict"), qn("w:object"), qn("w:footnoteReference"), qn("w:endnoteReference")}
_THROUGH = {qn(f"w:{name}") for name in ("hyperlink", "smartTag", "fldSimple", "customXml", "dir", "bdo")}
_AROUND = {qn(f"w:{name}") for name in ("sdt", "sdtContent", "tr", "tc")}
_OFF = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words, or a number in its control.

    Attributes:
        tag: of the number's control; empty of words.
        change: ``ins``, ``del`` or empty: what a tracked revision did to it.
    """

    text: str
    tag: str = ""
    change: str = ""


@dataclass
class Returned:
    """A paragraph as it came back.

    Attributes:
        key: the part that it is, as its bookmark says; nothing where there is none.
        number: Word's own number of the paragraph.
        authors: whose revisions are in it.
        remarks: ids of comments that stand at it, with the words they stand at.
        alien: it holds a picture, a text box or a footnote.
        table: it stands in a table.
        help: it belongs to the first page.
        gone: its paragraph mark was deleted, so that it runs on into the next.
        moved_from, moved_to: names of moves that it left and that it came by.
    """

    key: Key | None = None
    number: str = ""
    pieces: list[Piece] = field(default_factory=list)
    authors: dict[str, None] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    alien: bool = False
    table: bool = False
    help: bool = False
    gone: bool = False
    moved_from: set[str] = field(default_factory=set)
    moved_to: set[str] = field(default_factory=set)

    @property
    def final(self) -> list[Piece]:
        """What stands once every revision is accepted."""
        return [piece for piece in self.pieces if piece.change != "del"]

    @property
    def original(self) -> list[Piece]:
        """What stood before the first tracked revision."""
        return [piece for piece in self.pieces if piece.change != "ins"]

    @property
    def words(self) -> str:
        """Its words as they are now."""
        return "".join(piece.text for piece in self.final)


def read(document: bytes) -> list[Returned]:
    """The paragraphs of a returned draft in order.

    Args:
        document: the part that holds the words.

    Raises:
        Refused: damaged, or longer than any page.
    """
    root = parsed(document)
    body = root.find(qn("w:body"))
    if body is None:
        raise Refused("没有收下：Word 文件里没有正文。")
    reader = _Reader()
    reader.blocks(body, False)
    return reader.found


def key_of(name: str) -> Key | None:
    """The key in a bookmark's name.

    >>> key_of("_qc_0123456789ab_3_ba9876543210")
    ('0123456789ab', 3, 'ba9876543210')
    """
    found = _KEY.fullmatch(name)
    return (found[1], int(found[2]), found[3]) if found else None


class _Reader:
    """Walks the body."""

    def __init__(self) -> None:
        self.found: list[Returned] = []
        self.spans = _Spans()
        self.size = 0
        self.at = Returned()

    # -- blocks -----------------------------------------------------------------------------
    def blocks(self, parent: Node, table: bool) -> None:
        """Everything below a body, a cell or a control."""
        for node in parent:
            match node.tag:
                case t if t == qn("w:p"):
                    self._paragraph(node, table)
                case t if t == qn("w:tbl"):
                    self.blocks(node, True)
                case t if t in _PUT or t in _TAKEN or t in _THROUGH or t in _AROUND:
                    self.blocks(node, table)
                case _:
                    self.spans.see(node, Returned())  # between paragraphs: it is the next that it is about

    def _paragraph(self, node: Node, table: bool) -> None:
        self.at = Returned(table=table, number=node.get(PARA_ID, ""))
        self.found.append(self.at)
        if len(self.found) > PARAGRAPHS:
            raise Refused(f"没有收下：文件超过 {PARAGRAPHS:,} 段，不是一页的稿。")
        before = list(reversed(self.spans.marks.values()))
        self.at.remarks.update(dict.fromkeys(self.spans.speaking, ""))
        self._runs(node, "", "")
        look = node.find(qn("w:pPr"))
        if look is not None:
            self._look(look)
        names = [*(n.get(qn("w:name"), "") for n in node.iter(qn("w:bookmarkStart"))), *before]
        self.at.key = next((key for key in map(key_of, names) if key), None)
        self.at.help = self.at.key is None and any(_HELP.fullmatch(name) for name in names)

    def _look(self, look: Node) -> None:
        mark = look.find(qn("w:rPr"))
        if mark is not None:
            gone = mark.find(qn("w:del"))
            self.at.gone = gone is not None
            for name in ("w:ins", "w:del"):
                change = mark.find(qn(name))
                if change is not None:
                    self._author(change)

    # -- runs -------------------------------------------------------------------------------
    def _runs(self, parent: Node, change: str, tag: str) -> None:
        for node in parent:
            name = node.tag
            if name == qn("w:r"):
                self._run(node, change, tag)
            elif name in _PUT or name in _TAKEN:
                self._author(node)
                self._move(name)
                now = "del" if name in _TAKEN or change == "del" else "ins"
                self._runs(node, now, tag)
            elif name == qn("w:sdt"):
                inner = _tag(node)
                content = node.find(qn("w:sdtContent"))
                if content is not None:
                    self._held(content, change, inner if _NUMBER.match(inner) else tag if inner else tag or UNNAMED)
            elif name in _THROUGH:
                self._runs(node, change, tag)
            elif name not in (qn("w:pPr"), qn("w:sdtPr")):
                self.spans.see(node, self.at)

    def _held(self, content: Node, change: str, tag: str) -> None:
        """What is in a control; of a number one piece, however its runs were split, even where nothing is left."""
        start = len(self.at.pieces)
        self._runs(content, change, tag)
        inner = self.at.pieces[start:]
        if not tag:
            return
        del self.at.pieces[start:]
        if change == "del" or (inner and all(piece.change == "del" for piece in inner)):
            self.at.pieces.append(Piece("".join(piece.text for piece in inner), tag, "del"))
            return
        told = "".join(piece.text for piece in inner if piece.change != "del")
        self.at.pieces.append(Piece(told, tag, change))

    def _run(self, node: Node, change: str, tag: str) -> None:
        look = node.find(qn("w:rPr"))
        hidden = look is not None and any(
            v.get(qn("w:val"), "1") not in _OFF for v in look.findall(qn("w:vanish")))
        text = ""
        for child in node:
            text += self._said(child)
        if text and not hidden:
            self._put(Piece(text, tag, change))

    def _said(self, child: Node) -> str:
        match child.tag:
            case t if t in (qn("w:t"), qn("w:delText")):
                words = tidy(child.text or "")
                self.size += len(words)
                if self.size > CHARACTERS:
                    raise Refused(f"没有收下：文件超过 {CHARACTERS:,} 字，不是一页的稿。")
                return words
            case t if t in (qn("w:tab"), qn("w:ptab")):
                return " "
            case t if t == qn("w:noBreakHyphen"):
                return "-"
            case t if t in (qn("w:br"), qn("w:cr")):
                return "\n" if child.get(qn("w:type"), "textWrapping") == "textWrapping" else ""
            case t if t == qn("w:commentReference"):
                self.at.remarks.setdefault(child.get(qn("w:id"), ""), "")
            case t if t in _ALIEN or (isinstance(t, str) and t.endswith("}AlternateContent")):
                self.at.alien = True
            case _:
                self.spans.see(child, self.at)
        return ""

    def _put(self, piece: Piece) -> None:
        self.at.pieces.append(piece)
        if piece.change != "del":
            for id in self.spans.speaking:
                self.at.remarks[id] = self.at.remarks.get(id, "") + piece.text

    def _move(self, name: str) -> None:
        if name == qn("w:moveFrom"):
            self.at.moved_from |= self.spans.moving("from")
        elif name == qn("w:moveTo"):
            self.at.moved_to |= self.spans.moving("to")

    def _author(self, node: Node) -> None:
        name = tidy(node.get(qn("w:author"), "")).strip()[:80]
        if name:
            self.at.authors[name] = None


class _Spans:
    """What is open at a place: bookmarks of ours, comments, moves. It may begin and end anywhere between paragraphs."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self.speaking: dict[str, None] = {}
        self.moves: dict[str, tuple[str, str]] = {}

    def moving(self, way: str) -> set[str]:
        """The names of moves that are open, ``from`` here or ``to`` here."""
        return {called for kind, called in self.moves.values() if kind == way}

    def see(self, node: Any, at: Returned) -> None:
        """Take note of a beginning or an end; ``at`` is the paragraph in which it stands, or the last one."""
        id = node.get(qn("w:id"), "")
        match node.tag:
            case t if t == qn("w:bookmarkStart"):
                self._mark(id, node.get(qn("w:name"), ""))
            case t if t == qn("w:bookmarkEnd"):
                self.marks.pop(id, None)
            case t if t == qn("w:commentRangeStart") and len(self.speaking) < OPEN:
                self.speaking[id] = None
                at.remarks.setdefault(id, "")
            case t if t == qn("w:commentRangeEnd"):
                self.speaking.pop(id, None)
            case t if t in (qn("w:moveFromRangeStart"), qn("w:moveToRangeStart")) and len(self.moves) < OPEN:
                way = "from" if t == qn("w:moveFromRangeStart") else "to"
                self.moves[f"{way}{id}"] = (way, node.get(qn("w:name"), ""))
            case t if t in (qn("w:moveFromRangeEnd"), qn("w:moveToRangeEnd")):
                self.moves.pop(("from" if t == qn("w:moveFromRangeEnd") else "to") + id, None)

    def _mark(self, id: str, name: str) -> None:
        # a name stands once: where it is begun again, its first beginning was left open by mistake
        if len(self.marks) < OPEN and (_KEY.fullmatch(name) or _HELP.fullmatch(name)):
            self.marks = {key: value for key, value in self.marks.items() if value != name} | {id: name}


def _tag(sdt: Node) -> str:
    look = sdt.find(qn("w:sdtPr"))
    found = look.find(qn("w:tag")) if look is not None else None
    return "" if found is None else str(found.get(qn("w:val"), ""))


def properties(custom: bytes) -> dict[str, str]:
    """A file's own properties by name.

    Raises:
        Refused: the part is damaged.
    """
    if not custom:
        return {}
    return dict(_values(parsed(custom)))


def _values(nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        yield node.get("name", ""), "".join(node.itertext()).strip()
