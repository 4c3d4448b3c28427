"""Work: what the press has been given of one edition, and what came of it."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from qingce.core.page import Document
from qingce.services.cache import TextCache
from qingce.services.gate import SWITCHED, Gate
from qingce.services.orders import BindBook, Order, ReadPdf, ReadUnits, ReadWeb, SetPdf
from qingce.services.press import Press

if TYPE_CHECKING:
    from qingce.publish.pdf import Pdf
    from qingce.publish.xlsx.book import Book

Answer = TypeVar("Answer")


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
        self._book: _Given[None] | None = None
        self._printed: Future[Gate] | None = None
        self._web: dict[str, _Given[Gate]] = {}

    def set(self, document: Document, path: Path) -> None:
        """Have a document set, and the PDF read back as soon as it is there."""
        self._pdf = self._press.give(SetPdf(document, path, self._first))
        self._printed = self._press.then(self._pdf, lambda pdf: ReadPdf(document, path, pdf.spans))

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
        self._book = _Given(self._press, BindBook(book, path))

    def bound(self) -> None:
        """Until the databook is there; errors as of :meth:`pdf`.

        While the press is at it, this process does what else the press has not begun.
        """
        if self._book is None:
            return
        if not self._book.taken_back():
            for gate in self._web.values():
                gate.taken_back()
        self._book.result()

    def read_web(self, document: Document, room: Path) -> None:
        """Have the chapters of the web edition read back, once they are written."""
        self._web = {"网页": _Given(self._press, ReadWeb(document, room)),
                     SWITCHED: _Given(self._press, ReadUnits(document, room))}

    def gates(self) -> dict[str, Gate]:
        """What came of reading back every edition that can be.

        Raises:
            UnreadableError: an edition cannot be read.
        """
        printed = {} if self._printed is None else {"PDF": self._printed}
        for gate in self._web.values():
            gate.taken_back()
        found = {name: gate.result() for name, gate in (printed | self._web).items()}
        return {name: gate for name, gate in found.items() if gate.shown or name != SWITCHED}


class _Given(Generic[Answer]):
    """An order that was given, and may be taken back as long as the press has not begun it."""

    def __init__(self, press: Press, order: Order[Answer]) -> None:
        self._press = press
        self._order = order
        self._answer = press.give(order)

    def taken_back(self) -> bool:
        """Take it back and do it here; whether that could be done. Errors are those of doing it."""
        if not self._answer.cancel():
            return False
        self._answer = Future()
        self._answer.set_result(self._press.here(self._order))
        return True

    def result(self) -> Answer:
        """Its answer, once it is there."""
        return self._answer.result()
