"""The index: order of what is found, pages, scopes, changes, and a file that can be lost at any time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from qingce.casework.rights import Action
from qingce.services.search import index as indexed
from qingce.services.search.entry import Entry, Kind, entry
from qingce.services.search.index import Hits, Index, drop, find, meta, note, put, replace_kinds, scopes_of
from qingce.services.search.words import query


def metric(name: str, label: str, text: str = "", place: int = 0, org: str = "", pack: str = "") -> Entry:
    """A metric as an entry."""
    return entry(Kind.METRIC, name, label, f"/figures/{name}", names=(label, name), text=text, place=place, org=org,
                 pack=pack)


def said(number: int, words: str) -> Entry:
    """A comment as an entry, the newest first."""
    return Entry(Kind.COMMENT, str(number), "某项", "/", Action.READ_ITEMS, (), "", words, place=-number)


def filled(entries: Iterable[Entry], path: Path | None = None) -> Index:
    """An index with these."""
    index = Index(path)
    with index.writing() as db:
        put(db, entries)
    return index


def ask(index: Index, typed: str, may: object = None, **said: object) -> Hits:
    """What is found by whoever may see all, or some."""
    with index.reading() as db:
        scopes = scopes_of(db, may or (lambda *_: True))  # type: ignore[arg-type]
        return find(db, query(typed), typed, scopes, **said)  # type: ignore[arg-type]


def keys(hits: Hits) -> list[str]:
    """The keys of what was found."""
    return [hit.key for hit in hits.hits]


def test_an_exact_name_comes_first_then_its_beginning_then_within_it_then_the_text():
    index = filled([
        metric("text", "水耗", "与绿色贷款无关", 0), metric("within", "新增绿色贷款", "", 1),
        metric("begin", "绿色贷款余额", "", 2), metric("exact", "绿色贷款", "", 3),
    ])
    found = ask(index, "绿色贷款")
    assert keys(found) == ["exact", "begin", "within", "text"] and [h.tier for h in found.hits] == [0, 1, 2, 3]
    assert keys(ask(index, "exact")) == ["exact"] and ask(index, "exact").hits[0].tier == 0
    assert [h.tier for h in ask(index, "绿").hits] == [1, 1, 2, 3]


def test_the_kind_with_the_best_result_comes_first():
    index = filled([said(1, "绿色贷款"), metric("m", "水耗", "绿色贷款"),
                    entry(Kind.CASE, "c", "绿色贷款", "/", names=("绿色贷款",))])
    assert list(ask(index, "绿色贷款").counts) == [Kind.CASE, Kind.METRIC, Kind.COMMENT]


def test_pages_follow_one_another_and_the_counts_are_of_all():
    index = filled(said(n, f"第 {n} 次核对") for n in range(45))
    pages = [keys(ask(index, "核对", kind="comment", skip=skip, limit=20)) for skip in (0, 20, 40, 60)]
    assert [len(page) for page in pages] == [20, 20, 5, 0]
    assert [int(key) for page in pages for key in page] == list(range(44, -1, -1))
    assert ask(index, "核对", kind="comment", skip=60).counts == {Kind.COMMENT: 45}
    assert keys(ask(index, "核对", limit=3)) == ["44", "43", "42"]


def test_only_scopes_that_are_allowed_are_found_and_counted():
    index = filled(metric(f"{org}{pack}", "水耗", org=org, pack=pack) for org in ("B01", "B02") for pack in ("a", "b"))
    found = ask(index, "水耗", lambda action, org, pack: org == "B01" and pack == "a" and action == "read_figures")
    assert keys(found) == ["B01a"] and found.counts == {Kind.METRIC: 1}
    assert ask(index, "水耗", lambda *_: False) == Hits({}, ())


def test_a_changed_entry_is_found_by_its_new_words_only():
    index = filled([metric("m", "水耗", "自来水")])
    with index.writing() as db:
        put(db, [metric("m", "电耗", "外购电力")])
    assert keys(ask(index, "电力")) == ["m"] and keys(ask(index, "自来水")) == keys(ask(index, "水耗")) == []
    with index.writing() as db:
        drop(db, Kind.METRIC, ["m", "unknown"])
    assert keys(ask(index, "电")) == []


def test_kinds_are_replaced_whole_and_others_left_alone():
    index = filled([metric("a", "水耗"), metric("b", "水耗强度"), said(1, "水耗")])
    with index.writing() as db:
        replace_kinds(db, [Kind.METRIC], [metric("c", "水耗总量")])
    assert sorted(keys(ask(index, "水耗"))) == ["1", "c"]


def test_what_fails_half_way_leaves_everything_as_it_was():
    index = filled([metric("a", "水耗")])

    def stop() -> Iterator[Entry]:
        yield metric("b", "电耗")
        raise RuntimeError("the machine stopped")

    with pytest.raises(RuntimeError), index.writing() as db:
        replace_kinds(db, [Kind.METRIC], stop())
    assert keys(ask(index, "水耗")) == ["a"] and keys(ask(index, "电耗")) == []


def test_a_file_outlasts_who_wrote_it_and_two_may_use_it(tmp_path: Path):
    path = tmp_path / "new" / "search.db"
    filled([metric("a", "水耗")], path)
    other = Index(path)
    with other.writing() as db:
        put(db, [metric("b", "水耗强度")])
    assert keys(ask(Index(path), "水耗")) == ["a", "b"]


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_index_is_made_again(tmp_path: Path, content: bytes):
    path = tmp_path / "search.db"
    path.write_bytes(content)
    assert keys(ask(filled([metric("a", "水耗")], path), "水耗")) == ["a"]


def test_an_index_of_an_earlier_program_is_made_again_and_has_another_birth(tmp_path: Path):
    path = tmp_path / "search.db"
    with filled([metric("a", "水耗")], path).writing() as db:
        born = meta(db)["born"]
        note(db, format="0")
    with Index(path).reading() as db:
        assert meta(db)["format"] == indexed._FORMAT and meta(db)["born"] != born
        assert db.execute("SELECT count(*) FROM told").fetchone() == (0,)


def test_what_is_there_already_is_not_written_again():
    index = filled([metric("a", "水耗")])
    with index.writing() as db:
        before = db.total_changes
        put(db, [metric("a", "水耗")])
        assert db.total_changes == before


def test_fts5_is_there():
    assert sqlite3.connect(":memory:").execute(
        "SELECT sqlite_compileoption_used('ENABLE_FTS5')").fetchone() == (1,)
