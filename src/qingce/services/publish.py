"""Publishing: from an opened project to editions in every format, all of them or none."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.check import Finding
from qingce.core.errors import ProjectError, did_you_mean
from qingce.core.figure import Figure, FigureKey
from qingce.services.cache import TextCache
from qingce.services.compose import Composed, compose
from qingce.services.editions import FILES, Editions
from qingce.services.english.compose import compose_english
from qingce.services.english.editions import OWN, ROOM, EnglishEditions, twins_of
from qingce.services.english.present import InEnglish
from qingce.services.english.terms import term_base
from qingce.services.english.twins import begun
from qingce.services.present import Presented
from qingce.services.press import Press
from qingce.services.project import Project
from qingce.services.rubbish import seldom_sought
from qingce.services.settings import FORMATS
from qingce.services.standing import Standing
from qingce.services.work import Work

if TYPE_CHECKING:
    from qingce.services.gate import Gate

LANGUAGES = ("zh", "en")
"""The languages of editions; pages are first written in the first of them."""
MARKER = ".qingce-edition"
"""Stands in every output folder; only a folder that has it, or is empty, is ever replaced."""


@dataclass
class Built:
    """What a build made.

    Attributes:
        out: the output folder; nothing where the build was blocked.
        hash: over pages and figures; the same input gives the same.
        seconds: how long each step took.
        pages_en: how many of them stand in English as well.
        spans: first and last page of each section in the PDF, ``spans_en`` in the English one.
        gates: what came of reading each edition back.
    """

    findings: list[Finding] = field(default_factory=list)
    out: Path | None = None
    files: list[Path] = field(default_factory=list)
    hash: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    figures: int = 0
    pages: int = 0
    pages_en: int = 0
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    spans_en: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    gates: dict[str, Gate] = field(default_factory=dict)

    @property
    def blocked(self) -> bool:
        """Whether an ERROR finding forbade publishing."""
        return any(f.blocks for f in self.findings)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step."""
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def examine(project: Project) -> list[Finding]:
    """Everything that can be found wrong: intake, checks, pages in both languages, indexes, fonts."""
    findings = project.check()
    findings += compose(project, lambda: project.judged).findings
    return [*findings, *(compose_english(project, lambda: project.judged).findings if begun(project.folder) else ())]


def spoken(folder: Path) -> tuple[str, ...]:
    """The languages in which a project can be published."""
    return LANGUAGES if begun(folder) else LANGUAGES[:1]


def build(
    project: Project, out: Path | None = None, formats: Sequence[str] = FORMATS,
    languages: Sequence[str] = LANGUAGES[:1],
) -> Built:
    """Compute, check and publish.

    Args:
        out: default ``build`` in the project's folder.
        languages: ``zh`` alone, or ``zh`` and ``en``; the English edition stands in the folder ``en``.

    Raises:
        ProjectError: an unknown format or language, no English pages, or an output folder that holds something else.
    """
    _known(project, formats, languages)
    target = (out or project.folder / "build").resolve()
    _usable(target)
    result = Built()
    cache = TextCache(project.state / "cache")
    with Press(cache, result.step, pdf="pdf" in formats) as press, seldom_sought():
        return _built(project, target, formats, Made(press, cache, "en" in languages), result)


def _known(project: Project, formats: Sequence[str], languages: Sequence[str]) -> None:
    for name in formats:
        if name not in FORMATS:
            raise ProjectError(
                f"{name!r} is not a format; there are {', '.join(FORMATS)}.{did_you_mean(name, FORMATS)}"
            )
    if not formats:
        raise ProjectError(f"Name at least one format: {', '.join(FORMATS)}.")
    if not set(languages) <= set(LANGUAGES) or "zh" not in languages:
        raise ProjectError(f"Languages are zh or zh,en, not {','.join(languages)!r}.")
    if "en" in languages and not begun(project.folder):
        raise ProjectError(f"pages/en 还没有英文页。先运行：qingce translate {project.folder.name} --scaffold")


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


def _built(project: Project, target: Path, formats: Sequence[str], made: Made, result: Built) -> Built:
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
    with _room(target) as room:
        if "pdf" in formats:
            made.zh.set(composed.document, room / FILES["pdf"])
            if english is not None and made.en is not None:
                (room / ROOM).mkdir()
                made.en.set(english.document, room / ROOM / FILES["pdf"])
        with result.step("存数"):
            presented = _stored(project, figures, composed, english, result)
        project.keep_script()
        written = _write(presented, composed, english, made, (target, room, formats), result)
        result.gates = made.gates()
        result.findings += [finding for gate in result.gates.values() for finding in gate.findings]
        if result.blocked:
            return result
        (room / MARKER).write_text(result.hash + "\n", encoding="utf-8")
        _swap(room, target)
        for edition in written:
            edition.before.note(edition.keys)
    made.cache.sweep()
    result.out = target
    names = [*FILES.values(), *(f"{ROOM}/{FILES[name]}" for name in OWN if english is not None)]
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
    notes = made.cache.folder / "standing"
    said = InEnglish(presented, term_base(presented.project.folder)) if english is not None else None
    editions = Editions(presented, composed, result.hash, room, formats, Standing(target, notes), made.zh,
                        result.step, said)
    if english is None or said is None or made.en is None:
        result.spans = editions.write()
        return [editions]
    to_english, to_chinese = twins_of(composed.document, english.document,
                                      sorted({figure.key.metric for figure in presented.figures}))
    editions.twins = to_english
    result.spans = editions.write()
    theirs = EnglishEditions(editions, english, said, Standing(target / ROOM, notes), made.en, result.step)
    theirs.twins = to_chinese
    result.spans_en = theirs.write()
    return [editions, theirs]


def _stored(
    project: Project, figures: list[Figure], composed: Composed, english: Composed | None, result: Built
) -> Presented:
    """Every figure that is computed or printed, kept with its revision."""
    known = {figure.key for figure in figures}
    figures = figures + [project.computation.figure(key) for key in composed.printed if key not in known]
    known |= set(composed.printed)
    todo = [key for f in figures for key in map(FigureKey.parse, project.lineage(f).operands)]
    while todo:  # what a printed figure rests on is kept too, so that every link of its tree opens
        key = todo.pop()
        if key not in known:
            known.add(key)
            made = project.computation.figure(key)
            figures.append(made)
            todo += map(FigureKey.parse, project.lineage(made).operands)
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


@contextmanager
def _room(target: Path) -> Iterator[Path]:
    """A folder beside the target for an edition in the making; what is left of it at the end is removed.

    Raises:
        ProjectError: the disk does not take the edition.
    """
    room = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield room
    except OSError as exc:
        raise ProjectError(
            f"{target} cannot be written: {exc.strerror or exc}. Is the disk full or read-only?"
        ) from exc
    finally:
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)


def _usable(target: Path) -> None:
    old = _aside(target)
    if not target.exists() and (old / MARKER).is_file():
        old.rename(target)  # an earlier run was stopped between the two renames of a swap
    if target.exists() and not target.is_dir():
        raise ProjectError(f"{target} is a file; name a folder with --out.")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise ProjectError(f"{target} holds something that is not an edition; name an empty folder with --out.")


def _swap(room: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one; readers see either of them whole."""
    room.chmod(0o755)
    if not target.exists():
        room.rename(target)
        return
    old = _aside(target)
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        room.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _aside(target: Path) -> Path:
    """Where the old folder stands for the moment of a swap."""
    return target.with_name(f".{target.name}-old")
