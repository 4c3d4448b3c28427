"""Bookbinder: the Excel databook written by a second process, while this one writes the web edition."""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from qingce.publish.xlsx.book import Book
from qingce.services.second import cores, second


class Bookbinder:
    """Writes one databook; the process is started at once, so that it is ready when the book is.

    Where it cannot be started, or fails, this process writes the book itself, or says why not.

    Args:
        path: the file to write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._book: Book | None = None
        self._process: subprocess.Popen[bytes] | None = None
        if cores() > 1:
            code = "from qingce.services.bookbinder import bind; bind(sys.argv[2])"
            self._process = second(code, str(path), fed=True)

    def give(self, book: Book) -> None:
        """Hand over the book."""
        self._book = book
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, pickle.PicklingError, AttributeError, TypeError):
                pickle.dump(book, self._process.stdin, protocol=5)
            with suppress(OSError):
                self._process.stdin.close()

    def done(self) -> None:
        """Until the file is there.

        Raises:
            OSError: the disk does not take it.
        """
        if self._book is not None and (self._process is None or self._process.wait() != 0):
            from qingce.publish.xlsx import render_book

            self.path.write_bytes(render_book(self._book))

    def stop(self) -> None:
        """End the process where it is not needed after all."""
        if self._process is not None:
            if self._process.stdin is not None:
                with suppress(OSError):
                    self._process.stdin.close()
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()


def bind(path: str) -> None:
    """What the second process does: take a book from standard input, write it."""
    from qingce.publish.xlsx import render_book

    Path(path).write_bytes(render_book(pickle.load(sys.stdin.buffer)))
