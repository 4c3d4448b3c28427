"""A database of the release before is brought up to date whole; one of a later release is left alone.

``tests/ledger/previous/0001.jsonl`` holds every row of a desk's durable tables as migration 0001 left them: a
campaign of three items, one approved, with a signed checkpoint, a session and messages that wait.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, Table, select, text

from qingce.core.errors import Unkept
from qingce.ledger import checkpoints
from qingce.ledger.journal import Journal
from qingce.ledger.projections.collecting import item
from qingce.ledger.store import Store, _migrations
from qingce.ledger.tables import DURABLE
from qingce.services.desk import open_desk
from qingce.services.desk.collecting import file
from qingce.services.desk.collecting import item as item_of
from qingce.services.desk.keeping import verify_journal
from qingce.services.init import make_project
from tests.services.desk.staff import EAST, WEST, number

PREVIOUS = Path(__file__).parents[2] / "ledger" / "previous" / "0001.jsonl"
ROWS = [json.loads(line) for line in PREVIOUS.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def old(database: str) -> str:
    """The database as the release before left it, state tables of another shape included."""
    store = Store(database)
    with store.writing() as db:
        config = _migrations()
        config.attributes["connection"] = db
        command.upgrade(config, "0001")
        there = MetaData()
        for row in ROWS:
            table = there.tables.get(row["table"])
            if table is None:
                table = Table(row["table"], there, autoload_with=db)
            db.execute(table.insert().values(**row["row"]))
        db.execute(text("CREATE TABLE item (id TEXT PRIMARY KEY, before TEXT)"))
        db.execute(text("INSERT INTO item VALUES ('2024/other', 'of another shape')"))
        db.execute(text("INSERT INTO projection VALUES ('collecting', 'of the release before')"))
    store.close()
    return database


def test_the_release_before_is_brought_up_to_date_and_loses_nothing(old: str):
    store = Store(old)
    store.prepare()
    with store.reading() as db:
        for name, count in Counter(row["table"] for row in ROWS).items():
            table = DURABLE.tables[name]
            kept = [dict(row._mapping) for row in db.execute(select(table))]
            assert len(kept) == count
            for row in (r["row"] for r in ROWS if r["table"] == name):
                assert any(row.items() <= one.items() for one in kept), f"a row of {name} is not what it was"
        states = dict(db.execute(select(item.c.id, item.c.state)).all())
        assert states[EAST] == "approved" and states[WEST] == "in_progress" and "2024/other" not in states
        assert checkpoints.hold(db) is None and len(checkpoints.every(db)) == 1
    assert Journal(store).verify() is None
    assert Journal(store).rebuild(verify_only=True).differs == ()
    store.close()


def test_people_go_on_where_they_were(old: str, tmp_path: Path, clock):
    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank", url=old, clock=clock)
    before = desk.journal.count()
    assert item_of(desk, desk.actor("east"), EAST).answer.value == 111
    file(desk, desk.actor("west"), WEST, number("58"), version=1)
    assert desk.journal.count() == before + 1
    found = verify_journal(desk)
    assert found.broken is None and found.checkpoints == 1
    desk.close()


def test_to_be_brought_up_twice_changes_nothing(old: str):
    for _ in range(2):
        store = Store(old)
        store.prepare()
        head = Journal(store).head()
        store.close()
    assert head[0] == sum(row["table"] == "journal" for row in ROWS)


def test_a_database_of_a_later_release_is_refused_and_left_as_it_is(database: str, tmp_path: Path):
    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank", url=database)
    with desk.store.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999_of_a_later_release'"))
        db.execute(text("UPDATE projection SET edition = 'of a later release'"))
    desk.close()
    with pytest.raises(Unkept, match=r"由更新版本的青册建立.*请升级程序") as refused:
        open_desk(tmp_path / "bank", url=database)
    assert refused.value.newer
    done = subprocess.run(
        [Path(sys.executable).with_name("qingce"), "serve", str(tmp_path / "bank"), "--port", "8699", "--database",
         database], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and "由更新版本的青册建立" in done.stderr and "Traceback" not in done.stderr
    store = Store(database)
    with store.reading() as db:
        assert set(db.execute(text("SELECT edition FROM projection")).scalars()) == {"of a later release"}
    store.close()
