"""Files by their hash: kept once, whole, and found damaged when they are."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qingce.core.errors import DeclarationError, Missing, Refused
from qingce.ledger.blobs import SMALL, Blobs
from qingce.ledger.journal import now
from qingce.ledger.store import Store
from tests.services.desk.conftest import database, store_kind  # noqa: F401

TEXT, PDF = "text/plain", "application/pdf"


@pytest.fixture
def blobs(database: str, tmp_path: Path) -> Iterator[Blobs]:
    """No files yet."""
    store = Store(database)
    store.prepare()
    yield Blobs(store, tmp_path / "blobs")
    store.close()


def keep(blobs: Blobs, data: bytes, kind: str = TEXT) -> str:
    """Receive and keep."""
    with blobs.receive(data) as received, blobs.store.writing() as db:
        return blobs.keep(db, received, kind, now())


def read(blobs: Blobs, sha256: str) -> bytes:
    """All bytes of a file."""
    with blobs.store.reading() as db, blobs.open(db, sha256) as file:
        return file.read()


def files(blobs: Blobs) -> list[str]:
    """What lies in the folder."""
    return sorted(path.name for path in blobs.folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [1, SMALL, SMALL + 1, 3 << 20])
def test_what_comes_out_is_what_went_in(blobs: Blobs, size: int):
    data = os.urandom(size)
    sha256 = keep(blobs, data)
    assert sha256 == hashlib.sha256(data).hexdigest() and read(blobs, sha256) == data
    assert files(blobs) == ([sha256] if size > SMALL else [])


def test_the_same_bytes_are_kept_once_under_their_first_kind(blobs: Blobs):
    data = os.urandom(SMALL * 2)
    assert keep(blobs, data, PDF) == keep(blobs, data, TEXT)
    with blobs.store.reading() as db:
        assert blobs.kind(db, hashlib.sha256(data).hexdigest()) == (PDF, SMALL * 2)
    assert len(files(blobs)) == 1


def test_nothing_stays_of_what_is_refused(blobs: Blobs):
    with pytest.raises(Refused, match="超过"), blobs.receive([b"x" * 600] * 10, limit=1000):
        pass
    with pytest.raises(Refused, match="没有内容"), blobs.receive(b""):
        pass
    assert files(blobs) == []


def test_a_transaction_that_is_taken_back_promises_nothing(blobs: Blobs):
    data = os.urandom(SMALL * 2)
    with pytest.raises(DeclarationError), blobs.receive(data) as received, blobs.store.writing() as db:
        raise DeclarationError(blobs.keep(db, received, TEXT, now()))
    with pytest.raises(Missing):
        read(blobs, hashlib.sha256(data).hexdigest())
    for path in blobs.folder.rglob("*"):
        os.utime(path, (time.time() - 200_000,) * 2)
    assert (blobs.sweep(), files(blobs)) == (1, [])


def test_sweeping_leaves_what_is_kept_and_what_is_fresh(blobs: Blobs):
    sha256 = keep(blobs, os.urandom(SMALL * 2))
    (blobs.folder / ".incoming" / "fresh").write_bytes(b"half")
    os.utime(blobs.path(sha256), (time.time() - 200_000,) * 2)
    assert blobs.sweep() == 0 and files(blobs) == sorted([sha256, "fresh"])


def test_damage_is_named(blobs: Blobs):
    good, bad, gone = (keep(blobs, os.urandom(SMALL * 2)) for _ in range(3))
    blobs.path(bad).write_bytes(b"other")
    blobs.path(gone).unlink()
    assert {(d.sha256, d.reason) for d in blobs.verify()} == {(bad, "内容与哈希不符"), (gone, "文件不在")}
    assert read(blobs, good)
    with pytest.raises(Missing, match="备份"):
        read(blobs, gone)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "ab", "g" * 64, "A" * 64])
def test_only_a_hash_leads_to_a_file(blobs: Blobs, name: str):
    with pytest.raises(Missing):
        blobs.path(name)
    with pytest.raises(Missing):
        read(blobs, name)
