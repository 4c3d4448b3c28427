"""A project's settings: ``qingce.toml`` read, checked and given names."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qingce.core.errors import PeriodError, ProjectError, did_you_mean
from qingce.core.period import Period

FORMATS = ("html", "pdf", "xlsx", "json")
_KEYS: dict[str, tuple[str, ...]] = {
    "project": ("name", "packs", "standards"),
    "report": ("title", "subtitle", "headline", "organisation", "short_name", "org", "period", "history", "language"),
    "factors": (),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about itself.

    Attributes:
        packs: built-in packs to load; ``None`` means all of them.
        headline: bindings of the figures on the front page.
        history: how many periods, the report's own included, are computed and shown.
        policy: for a factor's name, the region and vintage chosen.
    """

    name: str
    title: str
    subtitle: str
    organisation: str
    short_name: str
    org: str
    period: Period
    history: int
    language: str
    packs: tuple[str, ...] | None
    standards: tuple[str, ...]
    headline: tuple[str, ...] = ()
    policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def periods(self) -> list[Period]:
        """The report's period and those before it, newest first."""
        found = [self.period]
        while len(found) < self.history:
            found.append(found[-1].prior)
        return found


def read_settings(folder: Path) -> Settings:
    """Read ``qingce.toml`` of a project folder.

    Raises:
        ProjectError: no such file, not TOML, an unknown key or a value of the wrong kind.
    """
    path = folder / "qingce.toml"
    if not path.is_file():
        raise ProjectError(f"{folder} is not a Qingce project: it has no qingce.toml. Make one with: qingce init NAME")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ProjectError(f"{path} cannot be read: {exc}.") from exc
    for section, body in raw.items():
        if section not in _KEYS or not isinstance(body, dict):
            raise ProjectError(f"{path}: unknown section [{section}].{did_you_mean(section, _KEYS)}")
        for key in body if _KEYS[section] else ():
            if key not in _KEYS[section]:
                raise ProjectError(f"{path}: unknown key {key!r} in [{section}].{did_you_mean(key, _KEYS[section])}")
    return _settings(path, raw.get("project", {}), raw.get("report", {}), raw.get("factors", {}))


def _settings(path: Path, project: Mapping[str, Any], report: Mapping[str, Any], factors: Mapping[str, Any]) -> Settings:
    for key in ("title", "organisation", "org", "period"):
        if key not in report:
            raise ProjectError(f"{path}: [report] lacks {key!r}.")
    try:
        period = Period.parse(str(report["period"]))
    except PeriodError as exc:
        raise ProjectError(f"{path}: [report] period: {exc}") from exc
    history = report.get("history", 2)
    if not isinstance(history, int) or not 1 <= history <= 10:
        raise ProjectError(f"{path}: [report] history is a whole number from 1 to 10, not {history!r}.")
    packs = project.get("packs")
    return Settings(
        name=str(project.get("name", path.parent.name)), title=str(report["title"]),
        subtitle=str(report.get("subtitle", "")), organisation=str(report["organisation"]),
        short_name=str(report.get("short_name", report["organisation"])), org=str(report["org"]), period=period,
        history=history, language=str(report.get("language", "zh-CN")),
        packs=None if packs is None else tuple(map(str, packs)),
        standards=tuple(map(str, project.get("standards", ()))),
        headline=tuple(map(str, report.get("headline", ()))),
        policy={name: {k: str(v) for k, v in body.items()} for name, body in factors.items()},
    )
