"""A look at the desk sees one state, in one transaction, until it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import event, exc, select, text

from qingce.core.errors import Unkept
from qingce.ledger.look import once
from qingce.ledger.projections.people import account
from qingce.services.desk import Desk
from qingce.services.desk.people import first_administrator, open_account

WHO = select(account.c.id).order_by(account.c.id)


@contextmanager
def asked_of(desk: Desk) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    said: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        said.append(statement)

    def begun(conn: object) -> None:
        said.append("begin")

    event.listen(desk.store.engine, "before_cursor_execute", note)
    event.listen(desk.store.engine, "begin", begun)
    try:
        yield said
    finally:
        event.remove(desk.store.engine, "before_cursor_execute", note)
        event.remove(desk.store.engine, "begin", begun)


def names(desk: Desk) -> list[str]:
    """The accounts as a reading finds them."""
    with desk.reading() as db:
        return [row.id for row in once(db, WHO)]


@pytest.fixture
def two(desk: Desk) -> Iterator[Desk]:
    """The same desk as another process has it open."""
    first_administrator(desk, "admin", "系统管理岗")
    other = Desk(desk.folder, url=desk.store.url.render_as_string(hide_password=False), clock=desk.clock)
    yield other
    other.close()


def test_what_somebody_else_writes_meanwhile_is_seen_by_the_next_look(desk: Desk, two: Desk):
    with desk.looking():
        before = names(desk)
        open_account(two, two.actor("admin"), "clerk", post="填报岗", org=two.settings.org)
        assert names(desk) == before == ["admin"]
        with desk.reading() as db:  # and a question that was not put before sees the same state
            assert db.execute(text("SELECT count(*) FROM account")).scalar() == 1
    assert names(desk) == ["admin", "clerk"]


def test_ones_own_write_is_seen_at_once(desk: Desk, two: Desk):
    with desk.looking():
        assert names(desk) == ["admin"]
        open_account(desk, desk.actor("admin"), "clerk", post="填报岗", org=desk.settings.org)
        assert names(desk) == ["admin", "clerk"]


def test_a_look_is_one_transaction_and_asks_the_same_once(desk: Desk, two: Desk):
    with asked_of(desk) as said, desk.looking():
        assert names(desk) == names(desk) == names(desk)
    assert sum(one.lower().startswith("begin") for one in said) == (2 if desk.store.sqlite else 1)  # the event, the act
    assert sum("FROM account" in one for one in said) == 1
    with asked_of(desk) as said:
        names(desk), names(desk)
    assert sum("FROM account" in one for one in said) == 2


def test_a_look_that_reads_nothing_asks_nothing(desk: Desk):
    with asked_of(desk) as said, desk.looking(), desk.looking():
        pass
    assert said == []


def test_a_question_that_fails_does_not_spoil_the_look(desk: Desk, two: Desk):
    with desk.looking():
        assert names(desk) == ["admin"]
        with pytest.raises(exc.DBAPIError), desk.reading() as db:
            db.execute(text("SELECT nothing FROM nowhere"))
        assert names(desk) == ["admin"]


def end_connections(desk: Desk) -> None:
    """What a server does to them when it is stopped."""
    with psycopg.connect(desk.store.url.set(drivername="postgresql").render_as_string(hide_password=False),
                         autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                      "WHERE datname = current_database() AND pid <> pg_backend_pid()")


@pytest.mark.parametrize("store_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize("read_again", [True, False])
def test_a_server_that_stops_within_a_look_is_said_in_words_and_the_next_look_finds_it_again(
    desk: Desk, two: Desk, read_again: bool,
):
    def look() -> None:
        with desk.looking():
            names(desk)
            end_connections(desk)
            if read_again:
                with desk.reading() as db:
                    db.execute(text("SELECT 1"))

    with pytest.raises(Unkept, match="没有应答"):
        look()
    with desk.looking():
        assert names(desk) == ["admin"]


def test_another_thread_has_its_own_look(desk: Desk, two: Desk):
    from threading import Thread

    found: list[list[str]] = []
    with desk.looking():
        names(desk)
        open_account(two, two.actor("admin"), "clerk", post="填报岗", org=two.settings.org)
        thread = Thread(target=lambda: found.append(names(desk)))
        thread.start()
        thread.join()
        assert names(desk) == ["admin"]
    assert found == [["admin", "clerk"]]
