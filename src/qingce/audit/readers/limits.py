"""What a reader refuses to take on, and the error that says so."""

from __future__ import annotations

from dataclasses import dataclass

from qingce.core.errors import QingceError

MEGABYTE = 1024 * 1024


class UnreadableError(QingceError):
    """A file cannot be read as text; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one file may ask of a reader; every limit can be raised.

    Attributes:
        file_bytes: size of the file itself.
        unpacked_bytes: size of what a zipped document unpacks to, all parts that are read together.
        characters: length of the text that comes out.
        pages: of a PDF.
        cells: of all tables of a document together, counting spanned places.
    """

    file_bytes: int = 200 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    characters: int = 20_000_000
    pages: int = 5_000
    cells: int = 2_000_000

    def times(self, factor: float) -> Limits:
        """The same limits, so many times as wide.

        >>> Limits().times(2).pages
        10000
        """
        return Limits(*(int(n * factor) for n in (
            self.file_bytes, self.unpacked_bytes, self.characters, self.pages, self.cells)))


LIMITS = Limits()


def check_size(size: int, limit: int, what: str) -> None:
    """Refuse what is over a limit.

    Raises:
        UnreadableError: naming the size, the limit and how to raise it.
    """
    if size > limit:
        raise UnreadableError(f"{what} {size:,} 超过上限 {limit:,}，没有读取；确需读取时用 --limit 放宽上限。")
