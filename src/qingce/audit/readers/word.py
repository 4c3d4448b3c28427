"""DOCX: paragraphs, tables, footnotes and text boxes as a reader sees them, deletions left out."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from xml.parsers import expat

from qingce.audit.readers.limits import Limits, UnreadableError, check_size
from qingce.audit.readers.parts import RAISED, Grid, Part, Words
from qingce.audit.readers.tables import TableMaker

_PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_SILENT = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPrChange", "rPrChange", "tblPrChange"}
_HEADING = re.compile(r"(?:heading|标题|標題)\s*(\d)", re.IGNORECASE)
_DAMAGED = "DOCX 已损坏，读不出正文。"


def read_docx(data: bytes, limits: Limits) -> list[Part]:
    """The parts of a DOCX file: its body, then its notes.

    Raises:
        UnreadableError: damaged, encrypted, over a limit, or not a DOCX.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as box:
            names = set(box.namelist())
            if _PARTS[0] not in names:
                raise UnreadableError("压缩包里没有 word/document.xml：不是 DOCX 文件。")
            sizes = [box.getinfo(name).file_size for name in _PARTS if name in names]
            check_size(sum(sizes), limits.unpacked_bytes, "DOCX 解压后的字节数")
            styles = _styles(box, limits) if "word/styles.xml" in names else {}
            found: list[Part] = []
            for name in _PARTS:
                if name in names:
                    found += _Body(styles, limits).read(box.read(name))
            return found
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as exc:
        raise UnreadableError(_DAMAGED) from exc
    except RuntimeError as exc:
        raise UnreadableError("DOCX 已加密，需要密码才能打开；请先另存为不加密的文件。") from exc


def _parse(data: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None],
           words: Callable[[str], None]) -> None:
    """Tell an XML part's elements by their local names; declarations of a document type are refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True

    def local(name: str) -> str:
        return name.rpartition(" ")[2]

    def refuse(*_: object) -> None:
        raise UnreadableError("DOCX 内含 DTD 声明，按不安全的文件处理，没有读取。")

    parser.StartElementHandler = lambda name, attrs: start(local(name), {local(k): v for k, v in attrs.items()})
    parser.EndElementHandler = lambda name: end(local(name))
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as exc:
        raise UnreadableError(_DAMAGED) from exc


def _styles(box: zipfile.ZipFile, limits: Limits) -> dict[str, int]:
    """Levels of heading styles by their ids."""
    check_size(box.getinfo("word/styles.xml").file_size, limits.unpacked_bytes, "DOCX 解压后的字节数")
    levels: dict[str, int] = {}
    current = [""]

    def start(name: str, attrs: dict[str, str]) -> None:
        if name == "style":
            current[0] = attrs.get("styleId", "")
        elif name == "name" and (match := _HEADING.fullmatch(attrs.get("val", ""))):
            levels[current[0]] = int(match[1])

    _parse(box.read("word/styles.xml"), start, lambda name: None, lambda text: None)
    return levels


class _Body:
    """Follows the elements of one part."""

    def __init__(self, styles: dict[str, int], limits: Limits) -> None:
        self.styles = styles
        self.limits = limits
        self.parts: list[Part] = []
        self.paragraphs: list[list[str]] = []
        self.levels: list[int] = []
        self.tables: list[TableMaker] = []
        self.spans: list[tuple[int, bool]] = []
        self.opened: list[bool] = []
        self.silent = 0
        self.taking = False
        self.raised = self.hidden = False
        self.characters = 0

    def read(self, data: bytes) -> list[Part]:
        """The parts; a DOCX has no pages until it is set, so none are told."""
        _parse(data, self._start, self._end, self._words)
        return self.parts

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        if self.silent or name in _SILENT:
            self.silent += 1
            return
        match name:
            case "p":
                self.paragraphs.append([])
                self.levels.append(0)
            case "pStyle" if self.levels:
                self.levels[-1] = self.styles.get(attrs.get("val", ""), 0)
            case "r":
                self.raised = self.hidden = False
            case "vanish":
                self.hidden = attrs.get("val", "1") not in ("0", "false")
            case "vertAlign":
                self.raised = attrs.get("val") == "superscript"
            case "t":
                self.taking = True
            case "tab" | "ptab":
                self._put(" ")
            case "noBreakHyphen":
                self._put("-")
            case "br" | "cr":
                self._put("\n")
            case "tbl":
                self.tables.append(TableMaker(self.limits))
            case "tr" if self.tables:
                self.tables[-1].row()
            case "tc" if self.tables:
                self.spans.append((1, False))
                self.opened.append(False)
            case "gridBefore" if self.tables:
                self.tables[-1].skip(_count(attrs.get("val")))
            case "gridSpan" if self.spans:
                self.spans[-1] = (_count(attrs.get("val")), self.spans[-1][1])
            case "vMerge" if self.spans:
                self.spans[-1] = (self.spans[-1][0], attrs.get("val", "continue") != "restart")

    def _end(self, name: str) -> None:
        if self.silent:
            self.silent -= 1
            return
        match name:
            case "t":
                self.taking = False
            case "p" if self.paragraphs:
                self._paragraph("".join(self.paragraphs.pop()), self.levels.pop())
            case "tc" if self.spans:
                self._open_cell()
                self.spans.pop()
                self.opened.pop()
            case "tbl" if self.tables:
                self._table(self.tables.pop().grid())

    def _words(self, text: str) -> None:
        if self.taking and not self.silent and not self.hidden:
            self.characters += len(text)
            check_size(self.characters, self.limits.characters, "DOCX 文字数")
            self._put(text.translate(RAISED) if self.raised else text)

    def _put(self, text: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1].append(text)

    def _open_cell(self) -> None:
        """Cells are opened late, when their spans are known."""
        if self.opened and not self.opened[-1] and self.tables:
            self.opened[-1] = True
            span, goes_on = self.spans[-1]
            if not (goes_on and self.tables[-1].go_on(span)):
                self.tables[-1].cell(span)

    def _paragraph(self, text: str, level: int) -> None:
        if self.tables and self.spans:
            self._open_cell()
            if text.strip():
                self.tables[-1].words(" ".join(text.split()))
            return
        for line in text.split("\n"):
            if line.strip():
                self.parts.append(Words(line.strip(), level))

    def _table(self, grid: Grid | None) -> None:
        if grid is None:
            return
        if self.tables and self.spans:
            self._open_cell()
            for row in grid.rows:
                self.tables[-1].words("  ".join(cell.text for cell in row))
        else:
            self.parts.append(grid)


def _count(text: str | None) -> int:
    return min(1000, int(text)) if text and re.fullmatch(r"\d{1,6}", text) and int(text) else 1
