"""A disk that is full, a disk or a database that may not be written: said in words, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from qingce.core.errors import Unkept
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.collecting import file, item
from qingce.services.init import make_project
from tests.services.desk.disks import Disk, small_disk
from tests.services.desk.staff import EAST, campaign, fill, number

QINGCE = Path(sys.executable).with_name("qingce")
ON_POSTGRESQL = pytest.mark.parametrize("store_kind", ["postgresql"], indirect=True)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A small disk, where the account of the database finds it too."""
    with tempfile.TemporaryDirectory(prefix="qingce-disk-") as room:
        Path(room).chmod(0o755)
        with small_disk(Path(room) / "disk") as made:
            yield made


@pytest.fixture
def small(disk: Disk, clock) -> Iterator[Desk]:
    """A bank whose project lies on the small disk, with SQLite."""
    make_project(disk.folder / "bank")
    desk = open_desk(disk.folder / "bank", clock=clock)
    fill(desk)
    campaign(desk)
    yield desk
    desk.close()


def until_it_is_refused(desk: Desk) -> tuple[Unkept, int]:
    """File one value after another; what was said at last, and the last value that was acknowledged."""
    east = desk.actor("east")
    for n in range(1, 5000):
        try:
            file(desk, east, EAST, number(str(n), source="x" * 2000), version=n - 1)
        except Unkept as refused:
            return refused, n - 1
    raise AssertionError("the disk did not fill")


def whole(desk: Desk, last: int) -> None:
    """Everything acknowledged is there and nothing else."""
    assert item(desk, desk.actor("east"), EAST).version == last
    assert [int(str(e.detail["value"])) for e in desk.journal.page(did="filed", limit=9999)] == [*range(last, 0, -1)]
    assert desk.journal.verify() is None


def test_a_full_disk_is_said_and_loses_nothing(small: Desk, disk: Disk):
    disk.fill()
    refused, last = until_it_is_refused(small)
    assert refused.full and "磁盘已满，没有保存" in str(refused)
    whole(small, last)
    disk.make_room()
    file(small, small.actor("east"), EAST, number(str(last + 1)), version=last)
    whole(small, last + 1)
    assert small.journal.rebuild(verify_only=True).differs == ()


def test_a_read_only_disk_is_said_and_can_still_be_read(small: Desk, disk: Disk):
    file(small, small.actor("east"), EAST, number("1"), version=0)
    small.close()
    disk.read_only(True)
    try:
        with pytest.raises(Unkept, match=r"只读|打不开"):
            file(small, small.actor("east"), EAST, number("2"), version=1)
    finally:
        small.close()
        disk.read_only(False)
    whole(small, 1)
    file(small, small.actor("east"), EAST, number("2"), version=1)
    whole(small, 2)


@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_commands_say_it_in_one_line(small: Desk, disk: Disk, trouble: str):
    folder = small.folder
    small.close()
    if trouble == "full":
        disk.fill()
    else:
        disk.read_only(True)
    try:
        command = [QINGCE, "journal", "checkpoint", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        if trouble == "full":
            disk.make_room()
        else:
            disk.read_only(False)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert any(words in done.stderr for words in ("磁盘已满", "只读", "不能写入", "打不开")), done.stderr
    assert small.journal.verify() is None


@ON_POSTGRESQL
def test_a_read_only_postgresql_is_said(bank: Desk):
    name = bank.store.url.database
    for state, refuses in (("on", True), ("off", False)):
        with bank.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("SET default_transaction_read_only = off"))
            db.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {state}'))
        bank.close()  # new connections have the new setting
        if refuses:
            with pytest.raises(Unkept, match="只读"):
                file(bank, bank.actor("east"), EAST, number("1"), version=0)
        else:
            file(bank, bank.actor("east"), EAST, number("1"), version=0)
    whole(bank, 1)


@ON_POSTGRESQL
def test_a_full_postgresql_is_said_and_loses_nothing(bank: Desk, disk: Disk):
    with bank.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        owner = db.execute(text("SELECT (pg_stat_file('PG_VERSION')).size, current_setting('data_directory')")).one()
        room = disk.folder / "tables"
        room.mkdir()
        data = Path(owner[1]).stat()
        os.chown(room, data.st_uid, data.st_gid)
        space = f"small_{bank.store.url.database}"
        db.execute(text(f"CREATE TABLESPACE \"{space}\" LOCATION '{room}'"))
        for table in ("journal", "item"):
            db.execute(text(f'ALTER TABLE {table} SET TABLESPACE "{space}"'))
    disk.fill()
    try:
        refused, last = until_it_is_refused(bank)
        assert refused.full
        whole(bank, last)
    finally:
        disk.make_room()
    file(bank, bank.actor("east"), EAST, number(str(last + 1)), version=last)
    whole(bank, last + 1)
    with bank.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        for table in ("journal", "item"):
            db.execute(text(f"ALTER TABLE {table} SET TABLESPACE pg_default"))
        db.execute(text(f'DROP TABLESPACE "{space}"'))
