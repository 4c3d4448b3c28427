"""Making: what a build does once its press has been started."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.figure import Figure
from qingce.services.built import Built
from qingce.services.cache import TextCache
from qingce.services.compose import Composed, compose
from qingce.services.editions import ENGLISH, FILES, IN_ENGLISH, Editions
from qingce.services.outfolder import MARKER, room_for, swap
from qingce.services.present import Presented
from qingce.services.press import Press
from qingce.services.project import Project
from qingce.services.resting import with_operands
from qingce.services.standing import Standing
from qingce.services.work import Work

if TYPE_CHECKING:
    from qingce.services.gate import Gate


class Made:
    """What the press makes of one build.

    Attributes:
        zh, en: its orders in each language; no English ones where none are wanted.
    """

    def __init__(self, press: Press, cache: TextCache, english: bool) -> None:
        self.cache = cache
        self.zh = Work(press, cache)
        self.en = Work(press, cache, first=False) if english else None

    def gates(self) -> dict[str, Gate]:
        """What came of reading every edition back."""
        gates = self.zh.gates()
        return gates | {f"{name}（英文）": gate for name, gate in (self.en.gates() if self.en else {}).items()}


def make(project: Project, target: Path, formats: Sequence[str], made: Made, result: Built) -> Built:
    """Compute, check and write; a build that is blocked writes nothing."""
    with result.step("交数与声明"):
        result.findings += project.records.findings
    if result.blocked:
        return result
    with result.step("计算"):
        figures = project.figures()
    with result.step("勾稽"):
        result.findings += project.judged
    composed, english = _composed(project, made.en is not None, result)
    result.figures = len(figures)
    if result.blocked:
        return result
    with room_for(target) as room:
        if "pdf" in formats:
            made.zh.set(composed.document, room / FILES["pdf"])
            if english is not None and made.en is not None:
                (room / ENGLISH).mkdir()
                made.en.set(english.document, room / ENGLISH / FILES["pdf"])
        with result.step("存数"):
            presented = _stored(project, figures, composed, english, result)
        project.keep_script()
        written = _write(presented, composed, english, made, (target, room, formats), result)
        result.gates = made.gates()
        result.findings += [finding for gate in result.gates.values() for finding in gate.findings]
        if result.blocked:
            return result
        (room / MARKER).write_text(result.hash + "\n", encoding="utf-8")
        swap(room, target)
        for edition in written:
            edition.before.note(edition.keys)
    made.cache.sweep()
    result.out = target
    names = [*FILES.values(), *(f"{ENGLISH}/{FILES[name]}" for name in IN_ENGLISH if english is not None)]
    result.files = [path for path in (target / name for name in names) if path.is_file()]
    return result


def _composed(project: Project, both: bool, result: Built) -> tuple[Composed, Composed | None]:
    """The pages in Chinese and, where wanted, in English."""
    with result.step("成文"):
        composed = compose(project, lambda: project.judged)
        result.findings += composed.findings
        result.pages = len(composed.document.pages)
    if not both:
        return composed, None
    from qingce.services.english.compose import compose_english

    with result.step("译文"):
        english = compose_english(project, lambda: project.judged)
        result.findings += english.findings
        result.pages_en = len(english.document.pages)
    return composed, english


def _write(
    presented: Presented, composed: Composed, english: Composed | None, made: Made,
    where: tuple[Path, Path, Sequence[str]], result: Built,
) -> list[Editions]:
    """Write the formats of both languages, the Chinese ones first."""
    target, room, formats = where
    before = Standing(target, made.cache.folder / "standing")
    editions = Editions(presented, composed, result.hash, room, formats, before, made.zh, result.step)
    if english is None or made.en is None:
        result.spans = editions.write()
        return [editions]
    return [editions, _both(editions, english, target, made, result)]


def _both(editions: Editions, english: Composed, target: Path, made: Made, result: Built) -> Editions:
    """Write the Chinese formats, each knowing its twin, and then the English ones, which are returned."""
    from qingce.services.english.editions import EnglishEditions, twins_of
    from qingce.services.english.present import InEnglish
    from qingce.services.english.terms import term_base

    assert made.en is not None
    presented = editions.presented
    editions.english = InEnglish(presented, term_base(presented.project.folder))
    editions.twins, to_chinese = twins_of(editions.composed.document, english.document,
                                          sorted({figure.key.metric for figure in presented.figures}))
    result.spans = editions.write()
    before = Standing(target / ENGLISH, made.cache.folder / "standing")
    theirs = EnglishEditions(editions, english, editions.english, before, made.en, result.step)
    theirs.twins = to_chinese
    result.spans_en = theirs.write()
    return theirs


def _stored(
    project: Project, figures: list[Figure], composed: Composed, english: Composed | None, result: Built
) -> Presented:
    """Every figure that is computed or printed, kept with its revision."""
    figures = with_operands(project, figures, composed.printed)
    result.figures = len(figures)
    lineages = {f.lineage: project.lineage(f).as_dict() for f in figures}
    digest = hashlib.sha256(repr(composed.document).encode())
    if english is not None:
        digest.update(repr(english.document).encode())
    for figure in sorted(figures, key=lambda f: f.key):
        digest.update(f"{figure.key} {figure.value} {figure.unit.name} {figure.lineage}\n".encode())
    result.hash = digest.hexdigest()
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    project.store.save(project.settings.name, at, result.hash, figures, lineages, result.findings)
    numbers = project.store.numbers()
    revised = [(f, numbers.get(str(f.key), 1)) for f in figures]
    figures = [f if f.revision == number else replace(f, revision=number) for f, number in revised]
    return Presented(project, figures, composed.printed, project.judged)
