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
        count: number of sheets sides, the cover included. Printed page numbers count from the cover.
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

    A second call in the same process reuses what has not changed and is several times faster.
    """
    import typst

    data = json.dumps(tree(document, svg), ensure_ascii=False, separators=(",", ":"))
    compiler = typst.Compiler(input=_source(data), root=HERE, font_paths=_fonts())
    try:
        import time; t=time.time()
        marks = json.loads(compiler.query("<page-mark>", field="value"))
        print('Q',time.time()-t); t=time.time()
        pdf = compiler.compile(input=_source(data),format="pdf", pdf_standards=["ua-1"])
        print('C',time.time()-t)
    except ValueError as error:
        raise PdfError(f"the PDF could not be set: {error.message} {' '.join(error.hints)}".strip()) from error
    if not isinstance(pdf, bytes):
        raise PdfError("the PDF could not be set: Typst gave back no file.")
    spans = {mark["slug"]: (mark["first"], mark["last"]) for mark in marks}
    return Pdf(pdf, {slug: first for slug, (first, _) in spans.items()}, spans, _count(marks))


def _count(marks: list[dict[str, Any]]) -> int:
    return max((mark["count"] for mark in marks), default=0)


@lru_cache(maxsize=1)
def _fonts() -> Any:
    """The vendored fonts and no others, so that every machine sets the same pages."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _source(data: str) -> bytes:
    literal = data.replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "report.typ": report\n#report(json(bytes("{literal}")))\n'.encode()
