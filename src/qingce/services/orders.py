"""Orders: the pieces of work on an edition that the press does, in whichever process."""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from qingce.services.cache import TextCache, keep_text, read_kept

if TYPE_CHECKING:
    from qingce.core.page import Document
    from qingce.publish.pdf import Pdf
    from qingce.services.gate import Gate

Answer_co = TypeVar("Answer_co", covariant=True)


class Order(Protocol[Answer_co]):
    """Work that needs nothing but what it carries and the cache; it and its answer can be pickled."""

    @property
    def step(self) -> str:
        """The step of the build that it is part of."""

    def do(self, cache: TextCache) -> Answer_co:
        """Do it.

        Raises:
            OSError: the disk does not take it.
            QingceError: it cannot be done; the message says why.
        """


@dataclass(frozen=True)
class SetPdf:
    """Draw the charts of a document, set it and write it to a path; the answer's ``data`` stays on disk.

    Attributes:
        first: whether a press that starts anew should set it once more, to be quicker with the next one like it.
    """

    document: Document
    path: Path
    first: bool = True
    step: str = "PDF"

    def do(self, cache: TextCache) -> Pdf:
        """Set it, and remember what was set for :func:`make_ready`."""
        from qingce.publish.pdf import set_source, source_of
        from qingce.services.stills import Stills

        source = source_of(self.document, svg=Stills(cache))
        made = set_source(source)
        self.path.write_bytes(made.data)
        if self.first:
            keep_text(_last(cache), source.decode())
        return replace(made, data=b"")


@dataclass(frozen=True)
class SetWord:
    """Write the Word edition of a document.

    Attributes:
        spans: first and last page of each section of the PDF, which it quotes; ``issued`` the day that it carries.
    """

    document: Document
    path: Path
    spans: Mapping[str, tuple[int, int]]
    issued: dt.date
    step: str = "Word"

    def do(self, cache: TextCache) -> None:
        """Write it."""
        from qingce.publish.docx import render_docx
        from qingce.services.stills import Stills

        made = render_docx(self.document, draw=Stills(cache).picture, spans=self.spans, issued=self.issued)
        self.path.write_bytes(made)


@dataclass(frozen=True)
class ReadPdf:
    """Read a PDF back; ``spans`` are the first and last page of each section."""

    document: Document
    path: Path
    spans: Mapping[str, tuple[int, int]]
    step: str = "回读"

    def do(self, cache: TextCache) -> Gate:
        """Read and judge it."""
        from qingce.services.readback import read_pdf

        return read_pdf(self.document, self.path, self.spans, cache)


@dataclass(frozen=True)
class ReadWeb:
    """Read the chapters of the web edition in a folder back."""

    document: Document
    room: Path
    step: str = "回读"

    def do(self, cache: TextCache) -> Gate:
        """Read and judge them."""
        from qingce.services.readback import read_web

        return read_web(self.document, self.room, cache)


@dataclass(frozen=True)
class ReadUnits:
    """Read the chapters of the web edition back as they are seen in other units of money."""

    document: Document
    room: Path
    step: str = "回读"

    def do(self, cache: TextCache) -> Gate:
        """Read and judge them."""
        from qingce.services.readback import read_units

        return read_units(self.document, self.room, cache)


@dataclass(frozen=True)
class BindBook:
    """Write the databook.

    Attributes:
        book: pickled; ``pages`` on which pages of the document begin, by their slugs.
    """

    book: bytes
    pages: Mapping[str, int]
    path: Path
    step: str = "Excel"

    def do(self, cache: TextCache) -> None:
        """Write it."""
        from qingce.publish.xlsx import paged, render_book

        self.path.write_bytes(render_book(paged(pickle.loads(self.book), self.pages)))


_NEEDED = (
    "qingce.audit.readers.pdf", "qingce.publish.xlsx.sheets", "qingce.services.readback", "qingce.services.stills",
)
"""Modules that orders load when they are first done."""


def make_ready(cache: TextCache, wanted: Callable[[], bool]) -> None:
    """Lay the last edition out once more, for Typst remembers what it laid out, and load what the orders need.

    The bytes of what is set afterwards do not depend on it.

    Args:
        wanted: whether an order waits; the orders then load what they need themselves, the first one little.
    """
    from qingce.core.errors import QingceError
    from qingce.publish.pdf import lay_out

    source = read_kept(_last(cache))
    if source is not None:
        with suppress(QingceError):  # an order tells what is wrong
            lay_out(source.encode())
    for name in _NEEDED:
        if wanted():
            return
        import_module(name)


def was_ready(cache: TextCache) -> bool:
    """Whether an edition was set before."""
    return _last(cache).is_file()


def _last(cache: TextCache) -> Path:
    return cache.folder / "set" / "last"
