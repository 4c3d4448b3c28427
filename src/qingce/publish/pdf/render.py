"""Set a document with Typst: PDF/UA-1, tagged, the same bytes for the same document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from qingce.core.errors import QingceError
from qingce.core.page import Chart, Document
from qingce.publish.glyphs import shown
from qingce.publish.pdf.tree import tree

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "fonts"


class PdfError(QingceError):
    """Typst could not set the document; the message is Typst's own, with what stood around it."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A printed edition.

    Attributes:
        data: the file.
        pages: slug of each page of the document -> the printed page number it begins on.
        spans: the same -> first and last printed page number.
        count: number of printed sides, the cover included. Printed page numbers count from the cover.
    """

    data: bytes
    pages: Mapping[str, int]
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    count: int = 0


def render_pdf(document: Document, *, svg: Callable[[Chart], str]) -> Pdf:
    """Set the document.

    Args:
        svg: draws a chart; called once for each chart, in order.

    Raises:
        PdfError: when Typst refuses, for example because a drawing is not an SVG.

    A character that no vendored font has is printed as 〓; :func:`qingce.publish.glyphs.missing` names it.
    A second call in the same process reuses what has not changed and is several times faster.
    """
    return set_source(source_of(document, svg=svg))


def source_of(document: Document, *, svg: Callable[[Chart], str]) -> bytes:
    """What Typst is given of a document; ``svg`` as in :func:`render_pdf`."""
    return _source(json.dumps(_printable(tree(document, svg)), ensure_ascii=False, separators=(",", ":")))


def lay_out(source: bytes) -> None:
    """Lay out what :func:`source_of` made and write nothing: setting the like of it afterwards is quicker.

    Errors as of :func:`render_pdf`.
    """
    import typst

    try:
        _marks(typst.Compiler(input=source, root=HERE, font_paths=_fonts()))
    except RuntimeError as error:
        raise PdfError(f"PDF 排不出来：{error}") from error


def _marks(compiler: Any) -> list[dict[str, Any]]:
    """What stands on which page; asking lays the pages out, and setting them after it finds that work done."""
    marks: list[dict[str, Any]] = json.loads(compiler.query("<page-mark>", field="value"))
    return marks


def set_source(source: bytes) -> Pdf:
    """Set what :func:`source_of` made; errors as of :func:`render_pdf`."""
    import typst

    compiler = typst.Compiler(input=source, root=HERE, font_paths=_fonts())
    try:
        marks = _marks(compiler)
        pdf = compiler.compile(input=source, format="pdf", pdf_standards=["ua-1"])
    except RuntimeError as error:
        hints = getattr(error, "hints", [])
        raise PdfError(" ".join(["the PDF could not be set:", str(error), *hints])) from error
    if not isinstance(pdf, bytes):
        raise PdfError("PDF 排不出来：Typst 没有交回文件。")
    spans = {mark["slug"]: (mark["first"], mark["last"]) for mark in marks}
    return Pdf(pdf, {slug: first for slug, (first, _) in spans.items()}, spans, _count(marks))


def set_paper(file: str, function: str, told: Mapping[str, Any], most: int = 0) -> tuple[bytes, int]:
    """Set a paper of its own: a template's function is given the data; its bytes and the number of its sides.

    The template tells the sides as the value of ``<sides>``. Errors as of :func:`render_pdf`.

    Args:
        most: a paper of more sides is only laid out, and has no bytes; 0 for any number.
    """
    import typst

    text = json.dumps(_printable(dict(told)), ensure_ascii=False, separators=(",", ":"))
    source = _calling(file, function, text)
    compiler = typst.Compiler(input=source, root=HERE, font_paths=_fonts())
    try:
        sides = int(json.loads(compiler.query("<sides>", field="value", one=True)))
        if most and sides > most:
            return b"", sides
        data = compiler.compile(input=source, format="pdf", pdf_standards=["ua-1"])
    except RuntimeError as error:
        raise PdfError(" ".join(["the PDF could not be set:", str(error), *getattr(error, "hints", [])])) from error
    if not isinstance(data, bytes):
        raise PdfError("PDF 排不出来：Typst 没有交回文件。")
    return data, sides


def _count(marks: list[dict[str, Any]]) -> int:
    return max((mark["count"] for mark in marks), default=0)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The vendored fonts and no others, so that every machine sets the same pages."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _printable(value: Any) -> Any:
    """The same data with every text cut to what the fonts can show: PDF/UA allows no missing glyph."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {name: _printable(inner) for name, inner in value.items()}
    return [_printable(inner) for inner in value] if isinstance(value, list | tuple) else value


def _source(data: str) -> bytes:
    return _calling("report.typ", "report", data)


def _calling(file: str, function: str, data: str) -> bytes:
    literal = data.replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "{file}": {function}\n#{function}(json(bytes("{literal}")))\n'.encode()
