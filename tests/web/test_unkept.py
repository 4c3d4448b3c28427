"""What a reader sees when the server's disk is full or the database cannot be written."""

from __future__ import annotations

import errno
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qingce.services.desk import Desk, open_desk
from qingce.services.init import make_project
from tests.services.desk.disks import Disk, small_disk
from tests.services.desk.staff import EAST, campaign, fill
from tests.web.signing import client

TOKEN = re.compile(r'name="csrf" content="([^"]+)"')


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A small disk."""
    with tempfile.TemporaryDirectory(prefix="qingce-disk-") as room, small_disk(Path(room) / "disk") as made:
        yield made


@pytest.fixture
def small(disk: Disk) -> Iterator[Desk]:
    """A desk on it."""
    make_project(disk.folder / "bank")
    desk = open_desk(disk.folder / "bank")
    fill(desk)
    campaign(desk)
    yield desk
    desk.close()


def save(desk: Desk, value: str, version: int, note: str = "") -> tuple[int, str]:
    """File a value through the grid."""
    made = client(desk, "east")
    token = TOKEN.search(made.get("/account").text)
    assert token is not None
    answer = made.post("/filing/save", data={"item": EAST, "version": version, "value": value, "note": note},
                       headers={"x-csrf": token[1], "sec-fetch-site": "same-origin", "accept": "text/html"})
    return answer.status_code, answer.text


def test_a_full_disk_is_507_with_words_and_the_desk_goes_on_afterwards(small: Desk, disk: Disk):
    disk.fill()
    for n in range(2000):
        status, text = save(small, str(n), n, "x" * 3000)
        if status != 200:
            break
    assert status == 507 and "服务器的磁盘满了" in text and "没有保存" in text
    assert "Traceback" not in text and str(disk.folder) not in text
    assert client(small, "east").get("/tasks").status_code == 200  # reading goes on
    disk.make_room()
    assert save(small, "77", n)[0] == 200
    assert small.journal.count() > 0 and small.journal.verify() is None


def test_a_read_only_disk_is_503_with_words(small: Desk, disk: Disk):
    assert save(small, "1", 0)[0] == 200
    small.close()  # a disk with files open for writing does not become read-only
    disk.read_only(True)
    try:
        answer = client(small, "east").get("/tasks", headers={"accept": "text/html"})
    finally:
        small.close()
        disk.read_only(False)
    assert answer.status_code == 503 and "暂时不能保存或读取" in answer.text
    assert str(disk.folder) not in answer.text
    assert save(small, "2", 1)[0] == 200


def test_a_folder_without_room_is_507_too_and_another_error_of_the_system_is_not_hidden(desk: Desk):
    made = client(desk, "office")
    kinds = {"/full": errno.ENOSPC, "/gone": errno.ENOENT}
    for path, number in kinds.items():
        def fail(number: int = number) -> None:
            raise OSError(number, "x", "/secret/folder")

        made.app.add_api_route(path, fail)  # type: ignore[attr-defined]
    full = made.get("/full")
    assert full.status_code == 507 and "/secret" not in full.text
    with pytest.raises(OSError, match="secret"):
        made.get("/gone")
