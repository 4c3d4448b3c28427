"""Partitions: the files of a table that can be passed over one by one, and what names their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import ibis.expr.operations as ops
import pyarrow as pa
import pyarrow.parquet as pq

from qingce.engine.backend import Backend, Source
from qingce.engine.compile import Tables

_ADDRESSED = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20
_PLAIN = (ops.JoinReference, ops.SelfReference, ops.Project, ops.Filter, ops.DropColumns)


class Memory(Protocol):
    """Where results are kept between runs."""

    def get(self, name: str) -> pa.Table | None:
        """The table of that fingerprint, if it is kept."""

    def put(self, name: str, table: pa.Table) -> None:
        """Keep a table."""


@dataclass(frozen=True, slots=True)
class Partition:
    """One Parquet file of a dataset.

    Attributes:
        content: a name that is the same only where the bytes are the same.
    """

    path: Path
    rows: int
    content: str


def files_of(source: Source) -> list[Path] | None:
    """The Parquet files behind a source on this machine; nothing where it lies elsewhere."""
    if source is None:
        return []
    if isinstance(source, tuple):
        return list(source)
    text = str(source)
    if "://" in text:
        return None
    path = Path(text)
    if path.is_dir():
        return sorted(p for p in path.rglob("*.parquet") if p.is_file())
    if path.is_file():
        return [path]
    anchor = Path(path.anchor or ".")
    return sorted(anchor.glob(str(path.relative_to(path.anchor) if path.anchor else path)))


def rows_of(files: Iterable[Path]) -> int:
    """Rows in Parquet files, from their footers."""
    return sum(pq.read_metadata(path).num_rows for path in files)


def partitions(files: Sequence[Path], memory: Memory | None) -> list[Partition]:
    """The files with the names of their contents; a file not touched since is not read again.

    Raises:
        OSError: a file cannot be read.
    """
    return [Partition(path, pq.read_metadata(path).num_rows, content_of(path, memory)) for path in files]


def content_of(path: Path, memory: Memory | None) -> str:
    """The name of a file's content."""
    if _ADDRESSED.fullmatch(path.stem):
        return path.stem
    seen = path.stat()
    stamp = f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ctime_ns}\0{seen.st_ino}"
    name = "content-" + hashlib.sha256(stamp.encode()).hexdigest()[:16]
    known = memory.get(name) if memory is not None else None
    if known is not None and known.num_rows == 1 and "sha256" in known.column_names:
        return str(known.column("sha256")[0].as_py())
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    if memory is not None:
        memory.put(name, pa.table({"sha256": [digest.hexdigest()]}))
    return digest.hexdigest()


def fact_of(tables: Tables, table: str) -> str:
    """The dataset whose files a table may be computed from one by one, or ``""``.

    A dataset is its own. A view has one where each of its rows comes from one row of its first
    dataset: filters, columns and joins of other tables to it, but nothing that looks across its rows.
    """
    if table in tables.registry.datasets:
        return table
    op = tables[table].op()
    fact = _first(op)
    if fact is None or fact.name not in tables.registry.datasets:
        return ""
    return str(fact.name) if _row_by_row(op, fact) else ""


def _first(op: Any) -> Any:
    """The table that a chain of filters, columns and joins begins with."""
    while not isinstance(op, ops.UnboundTable):
        if isinstance(op, ops.JoinChain):
            op = op.first
        elif hasattr(op, "parent"):
            op = op.parent
        else:
            return None
    return op


def _row_by_row(op: Any, fact: Any) -> bool:
    while op is not fact:
        if isinstance(op, ops.JoinChain):
            for link in op.rest:
                if link.how not in ("inner", "left", "semi", "anti") or _reads(link.table, fact):
                    return False
            if any(_across(value) for value in op.values.values()):
                return False
            op = op.first
        elif isinstance(op, _PLAIN):
            inside = (*getattr(op, "predicates", ()), *_values(op))
            if any(_across(value) for value in inside):
                return False
            op = op.parent
        else:
            return False
    return True


def _values(op: Any) -> Sequence[Any]:
    return tuple(op.values.values()) if isinstance(op, ops.Project) else ()


def _reads(op: Any, fact: Any) -> bool:
    return any(found.name == fact.name for found in op.find(ops.UnboundTable))


def _across(value: Any) -> bool:
    """Whether a column's expression looks at other rows than its own."""
    # what lies inside another table is that table's affair
    kinds = (ops.Analytic, ops.WindowFunction, ops.Reduction, ops.Subquery, ops.Impure)
    return bool(value.find(kinds, filter=ops.Value))


def whole(parts: Iterable[Partition]) -> str:
    """The name of the content of several files together."""
    return hashlib.sha256("\0".join(p.content for p in parts).encode()).hexdigest()


def local(backend: Backend) -> bool:
    """Whether this machine reads the files itself."""
    return backend.dialect == "duckdb"
