"""Work: what the press has been given of one edition, and what came of it."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.page import Document
from qingce.services.cache import TextCache
from qingce.services.gate import SWITCHED, Gate
from qingce.services.orders import BindBook, ReadPdf, ReadUnits, ReadWeb, SetPdf
from qingce.services.press import Press

if TYPE_CHECKING:
    from qingce.publish.pdf import Pdf
    from qingce.publish.xlsx.book import Book


class Work:
    """The orders of one edition.

    Args:
        cache: what the press keeps its texts in.
        first: whether the edition is the one that a build always makes.
    """

    def __init__(self, press: Press, cache: TextCache, *, first: bool = True) -> None:
        self._first = first
        self.cache = cache
        self._press = press
        self._pdf: Future[Pdf] | None = None
        self._book: Future[None] | None = None
        self._gates: dict[str, Future[Gate]] = {}

    def set(self, document: Document, path: Path) -> None:
        """Have a document set, and the PDF read back as soon as it is there."""
        self._pdf = self._press.give(SetPdf(document, path, self._first))
        self._gates["PDF"] = self._press.then(self._pdf, lambda pdf: ReadPdf(document, path, pdf.spans))

    def pdf(self) -> Pdf | None:
        """The PDF once it is written, without its bytes; nothing where none was wanted.

        Raises:
            PdfError: Typst refuses.
            OSError: the disk does not take it.
        """
        return self._pdf.result() if self._pdf is not None else None

    @property
    def ready(self) -> bool:
        """Whether :meth:`pdf` has nothing to wait for."""
        return self._pdf is None or self._pdf.done()

    @property
    def binding(self) -> bool:
        """Whether a databook was handed over."""
        return self._book is not None

    def bind(self, book: Book, path: Path) -> None:
        """Have a databook written."""
        self._book = self._press.give(BindBook(book, path))

    def bound(self) -> None:
        """Until the databook is there; errors as of :meth:`pdf`."""
        if self._book is not None:
            self._book.result()

    def read_web(self, document: Document, room: Path) -> None:
        """Have the chapters of the web edition read back, once they are written."""
        self._gates["网页"] = self._press.give(ReadWeb(document, room))
        self._gates[SWITCHED] = self._press.give(ReadUnits(document, room))

    def gates(self) -> dict[str, Gate]:
        """What came of reading back every edition that can be.

        Raises:
            UnreadableError: an edition cannot be read.
        """
        found = {name: gate.result() for name, gate in self._gates.items()}
        return {name: gate for name, gate in found.items() if gate.shown or name != SWITCHED}
