"""The journal: a chain that shows every tampering, state that the chain alone gives again."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url, text

from qingce.core.errors import DeclarationError, ProjectError, Refused
from qingce.core.event import GENESIS, Event, chained
from qingce.ledger.checkpoints import SigningKey, hold, latest, sign, sign_after
from qingce.ledger.journal import Journal
from qingce.ledger.store import Store
from tests.services.desk.conftest import database, store_kind  # noqa: F401
from tests.services.desk.postgres import NewDatabase

AT = dt.datetime(2025, 1, 6, 1, 2, 3, 456000, tzinfo=dt.UTC)


@pytest.fixture
def journal(database: str) -> Journal:
    """An empty journal on either database."""
    store = Store(database)
    store.prepare()
    return Journal(store, lambda: AT)


def write(journal: Journal, count: int, by: str = "clerk") -> None:
    """So many comments."""
    with journal.writing() as made:
        for i in range(count):
            made.append(by, "commented", f"figure/{i % 3}", {"text": f"第 {i} 条"})


def tamper(journal: Journal, sql: str) -> None:
    """What somebody with access to the database might do."""
    with journal.store.engine.connect() as db, db.begin():
        db.execute(text(sql))


def test_an_untouched_chain_holds(journal: Journal):
    write(journal, 5)
    assert journal.verify() is None
    assert journal.head()[0] == 5


@pytest.mark.parametrize(("sql", "first"), [
    ("UPDATE journal SET line = replace(line, 'clerk', 'chief') WHERE seq = 2", 2),
    ("DELETE FROM journal WHERE seq = 3", 3),
    ("UPDATE journal SET seq = 9 WHERE seq = 3", 3),
    ("UPDATE journal SET hash = (SELECT hash FROM journal WHERE seq = 1) WHERE seq = 4", 4),
])
def test_the_first_bad_event_is_named(journal: Journal, sql: str, first: int):
    write(journal, 5)
    tamper(journal, sql)
    broken = journal.verify()
    assert broken is not None and broken.seq == first


def test_what_a_journal_is_searched_by_cannot_say_other_than_the_line(journal: Journal):
    write(journal, 3)
    with pytest.raises(Exception, match=r"(?i)generated"):
        tamper(journal, "UPDATE journal SET by = 'chief' WHERE seq = 2")


def test_a_chain_cut_at_its_end_is_shown_by_a_checkpoint(journal: Journal, tmp_path: Path):
    write(journal, 5)
    with journal.writing() as made:
        sign(made, SigningKey(tmp_path / "key"))
    tamper(journal, "DELETE FROM journal WHERE seq > 3")
    assert journal.verify() is None
    with journal.store.reading() as db:
        broken = hold(db)
    assert broken is not None and broken.seq == 5


def test_a_chain_made_anew_does_not_bear_out_its_checkpoint(journal: Journal, tmp_path: Path):
    write(journal, 3)
    with journal.writing() as made:
        point = sign(made, SigningKey(tmp_path / "key"))
    tamper(journal, "DELETE FROM journal")
    write(journal, 5, by="chief")
    with journal.store.reading() as db:
        broken = hold(db)
    assert journal.verify() is None and broken is not None and broken.seq == point.seq


def test_a_signature_of_another_key_is_not_genuine(journal: Journal, tmp_path: Path):
    with journal.writing() as made:
        sign(made, SigningKey(tmp_path / "key"))
    tamper(journal, f"UPDATE checkpoint SET key = '{SigningKey(tmp_path / 'other').public}'")
    with journal.store.reading() as db:
        assert hold(db) is not None


def test_checkpoints_come_by_the_number_of_events(journal: Journal, tmp_path: Path):
    key = SigningKey(tmp_path / "key")
    write(journal, 9)
    with journal.writing() as made:
        assert sign_after(made, key, 10) is None
    write(journal, 1)
    with journal.writing() as made:
        point = sign_after(made, key, 10)
    with journal.store.reading() as db:
        assert point is not None and latest(db) == point and hold(db) is None
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_pages_come_newest_first_and_by_whom_and_what(journal: Journal):
    write(journal, 7)
    assert [e.seq for e in journal.page(limit=3)] == [7, 6, 5]
    assert [e.seq for e in journal.page(before=5, limit=2)] == [4, 3]
    assert [e.seq for e in journal.page(subject="figure/0")] == [7, 4, 1]
    assert [e.seq for e in journal.page(under="figure/", limit=1)] == [7]
    assert journal.page(by="nobody") == [] == journal.page(did="filed")


def test_an_act_with_a_key_is_done_once(journal: Journal):
    for _ in range(2):
        with journal.writing() as made:
            if made.done("k1") is None:
                made.append("clerk", "commented", "figure/1")
                made.remember("k1", {"seq": made.seq})
    assert journal.count() == 1


def test_an_act_that_fails_leaves_nothing(journal: Journal):
    def fail() -> None:
        with journal.writing() as made:
            made.append("clerk", "commented", "figure/1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert journal.count() == 0


def test_a_verb_that_no_journal_takes_is_refused_with_the_nearest(journal: Journal):
    with pytest.raises(DeclarationError, match=r"Did you mean 'filed'"), journal.writing() as made:
        made.append("clerk", "field", "figure/1")


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), {"a": [2.0]}, {1: "a"}, AT])
def test_a_detail_that_is_not_the_same_bytes_everywhere_is_refused(value: object):
    with pytest.raises(DeclarationError):
        _ = Event(AT, "clerk", "filed", "x", {"value": value}).line  # type: ignore[dict-item]


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-10**15, 10**15) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8,
)


@given(st.dictionaries(words, json_values, max_size=4), words, words)
def test_a_line_reads_back_as_the_event_it_was_made_of(detail: dict[str, object], by: str, subject: str):
    event = Event(AT, by, "filed", subject, detail)  # type: ignore[arg-type]
    assert Event.read(event.line) == event
    assert Event.read(event.line).hash == event.hash == chained(GENESIS, event.line)


@pytest.mark.parametrize("text", ["空\0字符", "残缺\ud83d", "\0"])
def test_what_no_database_keeps_is_refused_in_words(journal: Journal, text: str):
    def write_it() -> None:
        with journal.writing() as made:
            made.append("clerk", "commented", "figure/1", {"text": text})

    with pytest.raises(Refused, match="不能保存"):
        write_it()
    assert journal.count() == 0


def test_the_letters_of_an_escape_are_only_letters(journal: Journal):
    with journal.writing() as made:
        made.append("clerk", "commented", "figure/1", {"text": r"\u0000 \\u0000"})
    assert journal.page()[0].detail == {"text": r"\u0000 \\u0000"}


def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path):
    (tmp_path / "desk.db").write_bytes(b"not a database, but long enough to be read as one" * 50)
    with pytest.raises(ProjectError, match="不是数据库"):
        Store(f"sqlite:///{tmp_path / 'desk.db'}").prepare()


@pytest.mark.parametrize("url", ["desk.db", "mysql://x/y", "::"])
def test_a_url_that_is_no_database_of_ours_is_refused(url: str):
    with pytest.raises(ProjectError):
        Store(url)


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "postgresql://nobody@/none?host=/nowhere"])
def test_a_database_that_does_not_answer_is_said_in_words(url: str):
    with pytest.raises(ProjectError, match="没有应答"):
        Store(url).prepare()


@pytest.mark.parametrize(("changed", "words"), [
    ({"database": "nothing_of_this_name"}, "没有这个库"), ({"username": "nobody_of_this_name"}, "拒绝了这个用户"),
    ({"query": {}, "host": "nohost.invalid"}, "找不到数据库所在的主机"),
])
def test_a_database_that_turns_us_away_says_why(
    new_postgresql: NewDatabase, changed: dict[str, Any], words: str,
):
    there = make_url(new_postgresql()).set(**changed)
    with pytest.raises(ProjectError, match=words):
        Store(there.render_as_string(hide_password=False)).prepare()
