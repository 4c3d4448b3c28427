"""Rebuilding: whatever changed since, the folder holds what a fresh project would give, to the last byte."""

from __future__ import annotations

import os
import random
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import qingce
from qingce.services.built import Built
from qingce.services.cache import TextCache
from qingce.services.orders import SetPdf
from qingce.services.press import Press
from qingce.services.publish import build
from qingce.services.work import Work
from tests.services.test_publish import hashes

pytestmark = pytest.mark.usefixtures("two_cores")
FORMATS = ("html", "pdf", "xlsx", "json")


def fresh(folder: Path, room: Path) -> dict[str, str]:
    """What the same inputs and the same ledger of revisions give where nothing else was ever kept."""
    copy = room / folder.name
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".qingce", "build", "__pycache__"))
    (copy / ".qingce").mkdir()
    for path in (folder / ".qingce").glob("ledger.db*"):
        shutil.copy(path, copy / ".qingce")
    assert not build(qingce.open(copy), formats=FORMATS).blocked
    return hashes(copy / "build")


def value(folder: Path, chance: random.Random) -> None:
    path = folder / "records" / "filed" / "volunteering.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line.replace(",64,", f",{chance.randrange(65, 900)},") for line in lines]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def words(folder: Path, chance: random.Random) -> None:
    page = chance.choice(sorted((folder / "pages").glob("*.md")))
    text = page.read_text(encoding="utf-8")
    page.write_text(f"{text.rstrip()}\n\n{'另有说明，' * chance.randrange(1, 300)}完。\n", encoding="utf-8")


def declaration(folder: Path, chance: random.Random) -> None:
    path = folder / "packs" / "volunteering" / "metrics.py"
    text = path.read_text(encoding="utf-8")
    assert "志愿" in text
    path.write_text(text.replace("志愿", "志愿" * chance.randrange(1, 3), 1), encoding="utf-8")


def unit(folder: Path, chance: random.Random) -> None:
    path = folder / "packs" / "volunteering" / "metrics.py"
    text = path.read_text(encoding="utf-8")
    shown = 'filed("注册志愿者", unit="人", '
    assert shown in text
    path.write_text(text.replace(shown, f'{shown}shown="万人", '), encoding="utf-8")


def estimate(folder: Path, chance: random.Random) -> None:
    path = folder / "records" / "filed" / "volunteering.csv"
    head, first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{head},estimate_method,estimate_share,estimate_reason\n{first},other,30,两个网点按人数推算\n"
                    f"{second},,,\n", encoding="utf-8")


def rows(folder: Path, chance: random.Random) -> None:
    path = folder / "records" / "volunteering.csv"
    *kept, _ = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


@pytest.mark.parametrize("change", [value, words, declaration, unit, estimate, rows])
def test_a_rebuild_gives_what_a_fresh_build_gives(small, tmp_path, change: Callable[[Path, random.Random], None]):
    chance = random.Random(7)
    assert not build(qingce.open(small), formats=FORMATS).blocked
    before = hashes(small / "build")
    change(small, chance)
    assert not build(qingce.open(small), formats=FORMATS).blocked
    after = hashes(small / "build")
    assert after != before
    assert after == fresh(small, tmp_path / "fresh")


def test_one_changed_figure_of_the_example_leaves_no_stale_byte(example, tmp_path):
    folder = tmp_path / example.name
    shutil.copytree(example, folder, ignore=shutil.ignore_patterns("build"))
    assert not build(qingce.open(folder), formats=FORMATS).blocked
    before = hashes(folder / "build")
    filed = folder / "records" / "filed" / "economy.csv"
    filed.write_text(filed.read_text(encoding="utf-8").replace("4862.85", "4863.17"), encoding="utf-8")
    assert not build(qingce.open(folder), formats=FORMATS).blocked
    after = hashes(folder / "build")
    changed = {path for path in after if after[path] != before.get(path)}
    assert {"report.pdf", "figures.json", "databook.xlsx", "metrics/total_assets.html"} <= changed
    assert len(changed) < len(after) / 4
    assert after == fresh(folder, tmp_path / "fresh")


def cards(folder: Path) -> list[Path]:
    return sorted((folder / "build" / "metrics").glob("*.html"))


def test_files_that_would_be_the_same_are_taken_over_and_altered_ones_are_not(small):
    build(qingce.open(small), formats=FORMATS)
    whole = hashes(small / "build")
    first, second, third, *_ = cards(small)
    untouched, times = first.stat().st_ino, second.stat()
    text = second.read_bytes()
    second.write_bytes(text.replace("指".encode(), "针".encode(), 1))
    assert second.read_bytes() != text and second.stat().st_size == times.st_size
    os.utime(second, ns=(times.st_atime_ns, times.st_mtime_ns))  # as if nobody had touched it
    third.unlink()
    third.symlink_to(first)
    build(qingce.open(small), formats=FORMATS)
    assert hashes(small / "build") == whole
    assert first.stat().st_ino == untouched and first.stat().st_nlink == 1
    assert not third.is_symlink()


@pytest.mark.parametrize("name", ["static/report.css", "index.html", "metrics.html", "data/search.js"])
def test_a_file_altered_where_it_stands_is_not_taken_over(small, name: str):
    build(qingce.open(small), formats=FORMATS)
    whole = hashes(small / "build")
    path = small / "build" / name
    times, text = path.stat(), path.read_bytes()
    path.write_bytes(text[:-2] + b"!\n")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    build(qingce.open(small), formats=FORMATS)
    assert hashes(small / "build") == whole


def test_an_edition_copied_back_from_elsewhere_is_not_believed(small, tmp_path):
    build(qingce.open(small), formats=FORMATS)
    whole = hashes(small / "build")
    shutil.move(small / "build", tmp_path / "away")
    shutil.copytree(tmp_path / "away", small / "build")
    card = cards(small)[0]
    card.write_text("另一回事", encoding="utf-8")
    build(qingce.open(small), formats=FORMATS)
    assert hashes(small / "build") == whole


def gates(built: Built) -> dict[str, tuple[int, int]]:
    return {name: (gate.bound, gate.shown) for name, gate in built.gates.items()}


def test_without_a_second_process_the_edition_is_the_same(small, tmp_path, monkeypatch):
    beside = build(qingce.open(small), tmp_path / "beside", FORMATS)
    monkeypatch.setattr(sys, "executable", "")
    alone = build(qingce.open(small), tmp_path / "alone", FORMATS)
    assert hashes(tmp_path / "alone") == hashes(tmp_path / "beside")
    assert gates(alone) == gates(beside) and set(gates(alone)) == {"PDF", "网页"}


def test_an_order_is_done_although_the_press_has_died(small, tmp_path):
    from qingce.services.compose import compose

    p = qingce.open(small)
    document, built = compose(p, lambda: p.judged).document, Built()
    with Press(TextCache(tmp_path / "cache"), built.step) as press:
        press.give(SetPdf(document, tmp_path / "one.pdf")).result()
        process = press._process
        assert process is not None
        process.kill()
        process.wait()
        press.give(SetPdf(document, tmp_path / "two.pdf")).result()
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_each_order_is_done_on_its_own_document_however_often_one_is_sent(small, tmp_path):
    from qingce.services.compose import compose

    p = qingce.open(small)
    one, built = compose(p, lambda: p.judged).document, Built()
    other = replace(one, title=f"{one.title}（另一份）")
    with Press(TextCache(tmp_path / "cache"), built.step) as press:
        for n, document in enumerate((one, other, one, other)):
            press.give(SetPdf(document, tmp_path / f"{n}.pdf")).result()
        assert press._process is not None, "the second process did them"
    first, second, third, fourth = ((tmp_path / f"{n}.pdf").read_bytes() for n in range(4))
    assert first == third and second == fourth and first != second


def test_an_order_that_the_press_has_not_begun_is_done_here(small, tmp_path, monkeypatch):
    from qingce.services.compose import compose

    p = qingce.open(small)
    composed, built, cache = compose(p, lambda: p.judged), Built(), TextCache(tmp_path / "cache")
    begun, go = threading.Event(), threading.Event()

    def held(self: SetPdf, cache: TextCache) -> None:
        begun.set()
        go.wait(60)

    monkeypatch.setattr(sys, "executable", "")  # no second process: a thread stands for it
    monkeypatch.setattr(SetPdf, "do", held)
    build(p, formats=("html",))
    with Press(cache, built.step) as press:
        press.give(SetPdf(composed.document, tmp_path / "one.pdf"))
        assert begun.wait(60)
        work = Work(press, cache)
        work.read_web(composed.document, small / "build")
        gates = work.gates()  # would wait for ever for a press that is held up
        go.set()
    assert gates["网页"].bound == gates["网页"].found > 0


def test_what_cannot_be_done_is_told_by_the_press_as_by_anybody(small, tmp_path):
    from qingce.services.compose import compose

    p = qingce.open(small)
    document, built = compose(p, lambda: p.judged).document, Built()
    with Press(TextCache(tmp_path / "cache"), built.step) as press:
        with pytest.raises(FileNotFoundError):
            press.give(SetPdf(document, tmp_path / "nowhere" / "one.pdf")).result()
        first = press.give(SetPdf(document, tmp_path / "nowhere" / "one.pdf"))
        second = press.then(first, lambda made: SetPdf(document, tmp_path / "two.pdf"))
        with pytest.raises(FileNotFoundError):
            second.result()
    assert not (tmp_path / "two.pdf").exists()
