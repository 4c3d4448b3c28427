"""Editions: every format of one edition written into a folder.

Setting pages, binding the databook and reading back is given to the press, which works beside this process.
Only what quotes page numbers or sizes waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qingce.publish import html
from qingce.services.compose import Composed
from qingce.services.present import Presented, issued
from qingce.services.standing import Standing
from qingce.services.stills import Stills
from qingce.services.work import Work

if TYPE_CHECKING:
    from qingce.publish.pdf import Pdf
    from qingce.services.english.present import InEnglish

FILES = {
    "html": "index.html", "pdf": "report.pdf", "docx": "report.docx", "xlsx": "databook.xlsx", "json": "figures.json",
}
"""The file of each format that a reader opens first."""
ENGLISH = "en"
"""The folder of the English edition in that of the Chinese one."""
IN_ENGLISH = ("html", "pdf", "docx")
"""The formats that stand in both languages; the others hold both in one file."""
LABELS = {"pdf": "报告（PDF）", "docx": "报告（Word）", "xlsx": "数据册（Excel）", "json": "全部数值（JSON）"}
"""What a reader is told of each format that can be taken away."""

Spans = dict[str, tuple[int, int]]


class Clock(Protocol):
    """Times a step."""

    def __call__(self, name: str) -> AbstractContextManager[None]:
        """The block inside is the step of that name."""


class Editions:
    """The formats of one edition.

    Args:
        digest: the edition's hash.
        room: the folder they go into.
        before: the edition that stands, if any.
        work: what the press has been given of it.
        clock: times the steps; those of the press run beside the others.

        english: what is said in English beside the Chinese, where the edition has both languages.

    Attributes:
        keys: by path, what a file was made of, where that is known.
        twins: the same edition in the other language, where there is one.
        figure_cards, metric_cards: what the web edition says, once it is written.
    """

    def __init__(
        self, presented: Presented, composed: Composed, digest: str, room: Path, formats: Sequence[str],
        before: Standing, work: Work, clock: Clock, english: InEnglish | None = None,
    ) -> None:
        self.presented = presented
        self.composed = composed
        self.digest = digest
        self.room = room
        self.formats = formats
        self.before = before
        self.work = work
        self.clock = clock
        self.english = english
        self.keys: dict[str, str] = {}
        self.twins: html.Twins | None = None
        self.figure_cards: Mapping[str, html.FigureCard] = {}
        self.metric_cards: Mapping[str, html.MetricCard] = {}
        self._still = Stills(work.cache)

    def write(self) -> Spans:
        """Write all of them; returns the first and last printed page of each section of the PDF.

        Raises:
            OSError: the folder does not take them.
            UnreadableError: an edition cannot be read back.
        """
        if "xlsx" in self.formats:  # the sooner the press has the book, the sooner all is done
            self._book()
        self.work.read_pdf(self.composed.document, self.room / FILES["pdf"])
        if "docx" in self.formats:
            issue = issued(self.presented.project.settings.period)
            self.work.set_word(self.composed.document, self.room / FILES["docx"], issue)
        if "json" in self.formats:
            self._tell("写 figures.json", 1)
            self._json()
        site = self._site() if "html" in self.formats else None
        self._tell("排印 PDF", 2)
        printed = self.work.pdf()
        self._late(site, printed)
        return dict(printed.spans) if printed is not None else {}

    def _book(self) -> None:
        """Have the databook bound; it quotes page numbers."""
        with self.clock("Excel"):
            book = self.presented.book(self.digest)
            self.work.bind(self.english.book(book) if self.english else book, self.room / FILES["xlsx"])

    def _late(self, site: html.SiteWriter | None, pdf: Pdf | None) -> None:
        """What else quotes page numbers, and at last what quotes sizes."""
        pages = dict(pdf.pages) if pdf is not None else {}
        if site is not None:
            with self.clock("网页"):
                site.pages(replace(site.site, pdf_pages=pages), self._still)
            self.work.read_web(self.composed.document, self.room)
        self._tell("写 Excel 数据册与 Word 版", 3)
        self.work.written()
        if site is not None:
            with self.clock("网页"):
                site.front(self._sized(replace(site.site, pdf_pages=pages)))
            self.keys = site.writer.keys

    def _tell(self, text: str, done: int) -> None:
        self.presented.project.progress(text, done, len(self.formats))

    # -- formats ------------------------------------------------------------------------------
    def _json(self) -> None:
        from qingce.publish.figures_json import render_figures

        with self.clock("JSON"):
            file = self.presented.figure_file(self.digest)
            (self.room / FILES["json"]).write_bytes(render_figures(self.english.file(file) if self.english else file))

    def _site(self) -> html.SiteWriter:
        """The part of the web edition that quotes nothing of the other formats."""
        self._tell("写网页", 1)
        html.keep_compiled(self.work.cache.folder / "template")
        with self.clock("网页"):
            site = self._described()
            writing = html.SiteWriter(site, self.room, stills=True, cache=self.work.cache.texts("page"),
                                      before=self.before)
            writing.metrics()
        return writing

    def _described(self) -> html.Site:
        """The site without what it quotes of other formats."""
        downloads = tuple(html.Download(LABELS[name], FILES[name]) for name in self.formats if name in LABELS)
        self.figure_cards, self.metric_cards = self.presented.figure_cards(), self.presented.metric_cards()
        return html.Site(self.composed.document, self.figure_cards, self.metric_cards, {}, downloads,
                         self.composed.headline, twins=self.twins)

    def _sized(self, site: html.Site) -> html.Site:
        """The site with the size of every download."""
        return replace(site, downloads=tuple(replace(d, size=_size(self.room / d.href)) for d in site.downloads))


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
