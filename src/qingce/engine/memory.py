"""Where results are kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Memory(Protocol):
    """Tables and short texts under names that say what they were made from; losing one costs time only."""

    def get(self, name: str) -> pa.Table | None:
        """The table of that name, if it is kept."""

    def put(self, name: str, table: pa.Table) -> None:
        """Keep a table."""

    def recall(self, name: str) -> str | None:
        """The text of that name, if it is kept."""

    def note(self, name: str, text: str) -> None:
        """Keep a text."""
