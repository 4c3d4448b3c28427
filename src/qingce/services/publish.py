"""Publishing: from an opened project to editions in every format, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.check import Finding
from qingce.core.errors import ProjectError, nearest
from qingce.services.built import Built
from qingce.services.cache import TextCache
from qingce.services.outfolder import usable
from qingce.services.press import Press
from qingce.services.rubbish import seldom_sought
from qingce.services.settings import FORMATS

if TYPE_CHECKING:
    from qingce.services.project import Project

LANGUAGES = ("zh", "en")
"""The languages of editions; pages are first written in the first of them."""


def examine(project: Project) -> list[Finding]:
    """Everything that can be found wrong: intake, checks, pages in both languages, indexes, fonts."""
    from qingce.services.compose import compose
    from qingce.services.english.compose import compose_english
    from qingce.services.english.twins import begun

    findings = project.check()
    findings += compose(project, lambda: project.judged).findings
    return [*findings, *(compose_english(project, lambda: project.judged).findings if begun(project.folder) else ())]


def spoken(folder: Path) -> tuple[str, ...]:
    """The languages in which a project can be published."""
    from qingce.services.english.twins import begun

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
    usable(target)
    result = Built()
    cache = TextCache(project.state / "cache")
    with Press(cache, result.step, pdf="pdf" in formats) as press, seldom_sought():
        from qingce.services.making import Made, make  # takes a while, and the press gets ready meanwhile

        return make(project, target, formats, Made(press, cache, "en" in languages), result)


def _known(project: Project, formats: Sequence[str], languages: Sequence[str]) -> None:
    for name in formats:
        if name not in FORMATS:
            raise ProjectError(
                f"没有“{name}”这种版本；可选 {'、'.join(FORMATS)}。{nearest(name, FORMATS)}"
            )
    if not formats:
        raise ProjectError(f"至少写一种版本：{'、'.join(FORMATS)}。")
    if not set(languages) <= set(LANGUAGES) or "zh" not in languages:
        raise ProjectError(f"语言只能写 zh 或 zh,en，不能写“{','.join(languages)}”。")
    if "en" in languages and "en" not in spoken(project.folder):
        raise ProjectError(f"pages/en 还没有英文页。先运行：qingce translate {project.folder.name} --scaffold")
