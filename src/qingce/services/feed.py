"""Figures that people filed on the desk beside those of files; a project without a desk needs nothing of it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingce.core.check import Finding
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Metric
from qingce.services.quality.behind import Behind

DATABASE = "QINGCE_DATABASE"
"""The environment's name for the URL of a desk's database that is not the project's own SQLite file."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Which of the desk's figures are wanted.

    Attributes:
        url: of the desk's database; default the environment's, else the project's own file.
        drafts: every figure that was answered, approved or not: for previews, never for publishing.
        off: none of them.
        topics: the confirmed decision on materiality where it comes with the inputs instead of from a desk.
    """

    url: str = ""
    drafts: bool = False
    off: bool = False
    topics: Mapping[str, Any] | None = None


APPROVED = Feed()


@dataclass(frozen=True, slots=True)
class Fed:
    """Filed figures of files and desk together.

    Attributes:
        figures: by key; of one that is in both, the desk's.
        findings: which are in both, and what on the desk cannot be used.
    """

    figures: Mapping[FigureKey, Figure]
    findings: tuple[Finding, ...] = ()


def with_desk(
    folder: Path, feed: Feed, filed: Iterable[Figure], metrics: Mapping[str, Metric]
) -> Fed:
    """Add what was filed on a project's desk to what its files hold.

    Args:
        filed: figures of ``records/filed``.
    """
    from_files = {figure.key: figure for figure in filed}
    url = _desk(folder, feed)
    if url is None:
        return Fed(from_files)
    # the desk's libraries are an extra, and slow to load
    from qingce.services.desk.filed import desk_figures

    return desk_figures(folder, url, feed.drafts, from_files, metrics)


def topics_of_desk(folder: Path, feed: Feed) -> Mapping[str, Any] | None:
    """The confirmed decision on materiality that an edition prints; ``None``: no desk, or no decision."""
    if feed.topics is not None:
        return feed.topics
    url = _desk(folder, feed)
    if url is None:
        return None
    from qingce.services.desk.materiality.printing import printed_of

    return printed_of(folder, url)


def behind_of_desk(folder: Path, feed: Feed) -> Behind:
    """What the desk knows of where values come from; nothing without a desk."""
    url = _desk(folder, feed)
    if url is None:
        return Behind()
    from qingce.services.desk.behind import behind_of_folder

    return behind_of_folder(folder, url)


def asked_of_desk(folder: Path, feed: Feed, period: str) -> tuple[str, ...]:
    """The metrics that a campaign of a period asks for; none without a desk."""
    url = _desk(folder, feed)
    if url is None:
        return ()
    from qingce.services.desk.filed import asked_for

    return asked_for(folder, url, period)


def _desk(folder: Path, feed: Feed) -> str | None:
    """The URL of a project's desk, empty for its own file; ``None``: it has none, or it is not wanted."""
    url = feed.url or os.environ.get(DATABASE, "")
    return None if feed.off or (not url and not (folder / ".qingce" / "desk.db").is_file()) else url
