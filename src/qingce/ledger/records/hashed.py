"""Delivered files by their sha256, which is not worked out anew where a file is as it was."""

from __future__ import annotations

from dataclasses import dataclass

from qingce.core.check import Place
from qingce.ledger.records.bytescan import TextScan, scan_text, sha256_of
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.guard import Delivered
from qingce.ledger.records.store import Hashes


@dataclass(slots=True)
class Hashed:
    """A file with its hash, and what a look at its bytes told where one was taken."""

    delivered: Delivered
    sha256: str
    scan: TextScan | None = None


def hash_file(delivered: Delivered, hashes: Hashes, collector: Collector) -> Hashed | None:
    """A file with its hash; nothing with a finding where it cannot be read."""
    known = hashes.get(delivered)
    if known:
        return Hashed(delivered, known)
    try:
        scan = scan_text(delivered.path) if delivered.kind == "csv" else None
        sha256 = scan.sha256 if scan is not None else sha256_of(delivered.path)
    except OSError:
        collector.add("file_missing", f"读不到文件 {delivered.name}。", Place(delivered.name))
        return None
    hashes.put(delivered, sha256)
    return Hashed(delivered, sha256, scan)
