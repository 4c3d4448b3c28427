"""Work: what the press has been given of one edition, and what came of it."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from qingce.core.page import Document
from qingce.services.cache import TextCache
from qingce.services.gate import SWITCHED, Gate
from qingce.services.orders import BindBook, Order, ReadPdf, ReadUnits, ReadWeb, SetPdf, SetWord
from qingce.services.press import Press

if TYPE_CHECKING:
    from qingce.publish.pdf import Pdf
    from qingce.publish.xlsx.book import Book

Answer = TypeVar("Answer")
Earlier = TypeVar("Earlier")


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
        self._written: list[_Given[None]] = []
        self._gates: dict[str, _Given[Gate]] = {}

    def set(self, document: Document, path: Path) -> None:
        """Have a document set."""
        self._pdf = self._press.give(SetPdf(document, path, self._first))

    def read_pdf(self, document: Document, path: Path) -> None:
        """Have the PDF read back, where one was wanted, as soon as it is there."""
        if self._pdf is not None:
            self._gates["PDF"] = _Given.after(self._press, self._pdf, lambda pdf: ReadPdf(document, path, pdf.spans))

    def pdf(self) -> Pdf | None:
        """The PDF once it is written, without its bytes; nothing where none was wanted.

        Raises:
            PdfError: Typst refuses.
            OSError: the disk does not take it.
        """
        return self._pdf.result() if self._pdf is not None else None

    def bind(self, book: Book, path: Path) -> None:
        """Have a databook written; where there is a PDF, as soon as it is known on which pages things stand."""
        if self._pdf is None:
            self._written.append(_Given.of(self._press, BindBook(pickle.dumps(book, protocol=5), {}, path)))
        else:
            packed = pickle.dumps(book, protocol=5)  # at once, for when the PDF is there this process is busy
            made = _Given.after(self._press, self._pdf, lambda pdf: BindBook(packed, pdf.pages, path))
            self._written.append(made)

    def set_word(self, document: Document, path: Path, issued: dt.date) -> None:
        """Have the Word edition written; where there is a PDF it quotes the pages of that."""
        if self._pdf is None:
            self._written.append(_Given.of(self._press, SetWord(document, path, {}, issued)))
        else:
            made = _Given.after(self._press, self._pdf, lambda pdf: SetWord(document, path, pdf.spans, issued))
            self._written.append(made)

    def written(self) -> None:
        """Until databook and Word edition are there; errors as of :meth:`pdf`.

        While the press is at one of them, this process does what else the press has not begun.
        """
        self._help()
        for each in self._written:
            each.result()

    def _help(self) -> None:
        """Do here what the press has not begun: what takes long, then the reading back.

        Of that the last comes first, for the press takes the first next.
        """
        for file in self._written:
            file.taken_back()
        for gate in reversed(self._gates.values()):
            gate.taken_back()

    def read_web(self, document: Document, room: Path) -> None:
        """Have the chapters of the web edition read back, once they are written."""
        self._gates["网页"] = _Given.of(self._press, ReadWeb(document, room))
        self._gates[SWITCHED] = _Given.of(self._press, ReadUnits(document, room))

    def gates(self) -> dict[str, Gate]:
        """What came of reading back every edition that can be.

        Raises:
            UnreadableError: an edition cannot be read.
        """
        self._help()
        found = {name: gate.result() for name, gate in self._gates.items()}
        return {name: gate for name, gate in found.items() if gate.shown or name != SWITCHED}


class _Given(Generic[Answer]):
    """An order that was given, and may be taken back as long as the press has not begun it."""

    def __init__(self, press: Press, answer: Future[Answer], order: Callable[[], Order[Answer]]) -> None:
        self._press = press
        self._answer = answer
        self._order = order

    @classmethod
    def of(cls, press: Press, order: Order[Answer]) -> _Given[Answer]:
        """Give an order."""
        return cls(press, press.give(order), lambda: order)

    @classmethod
    def after(cls, press: Press, first: Future[Earlier], make: Callable[[Earlier], Order[Answer]]) -> _Given[Answer]:
        """Give an order that needs the answer of an earlier one."""
        return cls(press, press.then(first, make), lambda: make(first.result()))

    def taken_back(self) -> bool:
        """Take it back and do it here; whether that could be done. Errors are those of doing it."""
        if not self._answer.cancel():
            return False
        self._answer = Future()
        self._answer.set_result(self._press.here(self._order()))
        return True

    def result(self) -> Answer:
        """Its answer, once it is there."""
        return self._answer.result()
