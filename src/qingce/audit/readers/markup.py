"""HTML: the words a reader sees, block by block, and tables with their spans."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from qingce.audit.readers.limits import Limits, check_size
from qingce.audit.readers.parts import RAISED, Part, Words
from qingce.audit.readers.plain import decode
from qingce.audit.readers.tables import TableMaker

_SILENT = {"script", "style", "template", "noscript", "svg", "math", "head", "iframe", "object", "select", "datalist"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html",
    "legend", "li", "main", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "title", "tr", "ul",
}
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,30})""", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLANK = re.compile(r"[ \t\n\r\f\u200b]+")


def read_html(data: bytes, limits: Limits) -> tuple[list[Part], str]:
    """The parts of an HTML file and its title.

    Raises:
        UnreadableError: not decodable, or over a limit.
    """
    reader = _Reader(limits)
    reader.feed(_text(data))
    reader.close()
    return reader.done()


def _text(data: bytes) -> str:
    named = _CHARSET.search(data[:4096])
    if named and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = named[1].decode("ascii").lower()
        name = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


class _Reader(HTMLParser):
    """Collects words; an element that is not shown is passed over with all it holds."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.limits = limits
        self.parts: list[Part] = []
        self.title = ""
        self.buffer: list[str] = []
        self.characters = 0
        self.level = 0
        self.raised = 0
        self.kept_lines = 0
        self.silent: list[str] = []
        self.tables: list[TableMaker] = []
        self.titled = False

    # -- events -----------------------------------------------------------------------------
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        given = dict(attrs)
        if self.silent:
            if tag == self.silent[-1] or (tag in _SILENT and tag not in _VOID):
                self.silent.append(tag)
            self.titled = tag == "title" and self.silent == ["head"]
            return
        if tag in _SILENT or ("hidden" in given or _HIDDEN.search(given.get("style") or "")):
            if tag not in _VOID:
                self.silent.append(tag)
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "br":
            self.buffer.append("\n")
        elif tag == "sup":
            self.raised += 1
        elif tag == "pre":
            self.kept_lines += 1
        elif tag == "table":
            self.tables.append(TableMaker(self.limits))
        elif tag == "tr" and self.tables:
            self.tables[-1].row()
        elif tag in ("td", "th") and self.tables:
            self.tables[-1].cell(_count(given.get("colspan")), _count(given.get("rowspan")))
        elif re.fullmatch("h[1-6]", tag):
            self.level = int(tag[1])

    def handle_endtag(self, tag: str) -> None:
        """An element closes."""
        if self.silent:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            self.titled = False
            return
        if tag in _BLOCKS:
            self._flush()
        if tag == "sup":
            self.raised = max(0, self.raised - 1)
        elif tag == "pre":
            self.kept_lines = max(0, self.kept_lines - 1)
        elif tag == "table" and self.tables:
            self._table_ends()
        elif re.fullmatch("h[1-6]", tag):
            self.level = 0

    def handle_data(self, data: str) -> None:
        """Words."""
        if self.titled:
            self.title += data
        if self.silent:
            return
        self.characters += len(data)
        check_size(self.characters, self.limits.characters, "HTML 文字数")
        text = data if self.kept_lines else _BLANK.sub(" ", data)
        self.buffer.append(text.translate(RAISED) if self.raised else text)

    # -- putting together -------------------------------------------------------------------
    def _flush(self) -> None:
        text = "".join(self.buffer)
        self.buffer = []
        if self.tables and not text.strip():
            return
        for line in text.split("\n"):
            if not line.strip():
                continue
            if self.tables and self.tables[-1].open:
                self.tables[-1].words(line.strip())
            elif self.tables:
                self.tables[-1].caption += line.strip()
            else:
                self.parts.append(Words(line.strip(), self.level))

    def _table_ends(self) -> None:
        grid = self.tables.pop().grid()
        if grid is None:
            return
        if not self.tables or not self.tables[-1].open:
            self.parts.append(grid)
        else:
            for row in grid.rows:  # a table within a cell is words of that cell
                self.tables[-1].words("  ".join(cell.text for cell in row))

    def done(self) -> tuple[list[Part], str]:
        """Everything collected; open elements are taken as closed."""
        self._flush()
        while self.tables:
            self._table_ends()
        return self.parts, self.title.strip()


def _count(text: str | None) -> int:
    return min(1000, max(1, int(text))) if text and re.fullmatch(r"\s*\d{1,6}\s*", text) else 1


def looks_like_html(data: bytes) -> bool:
    """Whether a file without a telling name is HTML.

    >>> looks_like_html(b"<!DOCTYPE html><p>x"), looks_like_html("资产 < 负债".encode())
    (True, False)
    """
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return head.startswith((b"<!doctype html", b"<html")) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head)
