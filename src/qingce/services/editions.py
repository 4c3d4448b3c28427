"""Editions: every format of one edition written into a folder, the PDF beside the others.

Drawing charts and setting pages is the work of libraries that leave the interpreter free, so a second
thread does it while the rest is written. Only what quotes page numbers or sizes waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qingce.core.page import Chart
from qingce.publish import html
from qingce.services.cache import TextCache
from qingce.services.compose import Composed
from qingce.services.present import Presented, issued

if TYPE_CHECKING:
    from qingce.publish.pdf import Pdf

FILES = {
    "html": "index.html", "pdf": "report.pdf", "docx": "report.docx", "xlsx": "databook.xlsx", "json": "figures.json",
}
"""The file of each format that a reader opens first."""
_LABELS = {"pdf": "报告（PDF）", "docx": "报告（Word）", "xlsx": "数据册（Excel）", "json": "全部数值（JSON）"}

Spans = dict[str, tuple[int, int]]


class Clock(Protocol):
    """Times a step."""

    def __call__(self, name: str) -> AbstractContextManager[None]:
        """The block inside is the step of that name."""


@dataclass(frozen=True)
class Editions:
    """The formats of one edition.

    Args:
        digest: the edition's hash.
        room: the folder they go into.
        clock: times the steps; those of the PDF run beside the others.
    """

    presented: Presented
    composed: Composed
    digest: str
    room: Path
    formats: Sequence[str]
    cache: TextCache
    clock: Clock

    def write(self) -> Spans:
        """Write all of them; returns the first and last printed page of each section of the PDF.

        Raises:
            OSError: the folder does not take them.
        """
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="pdf") as beside:
            pdf = beside.submit(self._pdf) if "pdf" in self.formats else None
            if "json" in self.formats:
                self._tell("写 figures.json", 1)
                self._json()
            if "html" in self.formats:
                self._html(pdf)
            else:
                self._late(pdf)
            return dict(pdf.result().spans) if pdf is not None else {}

    def _tell(self, text: str, done: int) -> None:
        self.presented.project.progress(text, done, len(self.formats))

    def _late(self, pdf: Future[Pdf] | None) -> dict[str, int]:
        """What waits for the PDF; returns the pages on which its chapters begin."""
        self._tell("排印 PDF", 2)
        pages = dict(pdf.result().pages) if pdf is not None else {}
        if "docx" in self.formats:
            self._tell("写 Word 版", 3)
            self._docx(dict(pdf.result().spans) if pdf is not None else {})
        if "xlsx" in self.formats:
            self._tell("写 Excel 数据册", 4)
            self._xlsx(pages)
        return pages

    # -- formats ------------------------------------------------------------------------------
    def _pdf(self) -> Pdf:
        from qingce.publish.pdf import render_pdf

        with self.clock("PDF"):
            made = render_pdf(self.composed.document, svg=self._still)
            (self.room / FILES["pdf"]).write_bytes(made.data)
        return made

    def _docx(self, spans: Spans) -> None:
        from qingce.publish.docx import render_docx

        with self.clock("Word"):
            issue = issued(self.presented.project.settings.period)
            made = render_docx(self.composed.document, svg=self._still, spans=spans, issued=issue)
            (self.room / FILES["docx"]).write_bytes(made)

    def _xlsx(self, pages: dict[str, int]) -> None:
        from qingce.publish.xlsx import render_book

        with self.clock("Excel"):
            (self.room / FILES["xlsx"]).write_bytes(render_book(self.presented.book(self.digest, pages)))

    def _json(self) -> None:
        from qingce.publish.figures_json import render_figures

        with self.clock("JSON"):
            (self.room / FILES["json"]).write_bytes(render_figures(self.presented.figure_file(self.digest)))

    def _html(self, pdf: Future[Pdf] | None) -> None:
        self._tell("写网页", 1)
        with self.clock("网页"):
            downloads = tuple(html.Download(_LABELS[name], FILES[name]) for name in self.formats if name in _LABELS)
            site = html.Site(self.composed.document, self.presented.figure_cards(), self.presented.metric_cards(),
                             {}, downloads, self.composed.headline)
            writing = html.SiteWriter(site, self.room, stills=True, cache=self.cache.texts("page"))
            writing.metrics()
        pages = self._late(pdf)
        with self.clock("网页"):
            sized = tuple(replace(each, size=_size(self.room / each.href)) for each in downloads)
            writing.pages(replace(writing.site, pdf_pages=pages, downloads=sized), self._still)

    @cached_property
    def _charts(self) -> dict[str, str]:
        return {}

    def _still(self, chart: Chart) -> str:
        """The chart as SVG: drawn once, and taken from an earlier run where it is the same."""
        from qingce.publish import svg

        key = repr(chart.spec)
        if key not in self._charts:
            told = [svg.themed(chart.spec), svg.VERSION]
            self._charts[key] = self.cache.text("chart", told, lambda: svg.render_svg(chart.spec))
        return self._charts[key]


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
