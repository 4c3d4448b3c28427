"""A project's settings: ``qingce.toml`` read, checked and given names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qingce.core.errors import PeriodError, ProjectError, did_you_mean
from qingce.core.period import Period

FORMATS = ("html", "pdf", "docx", "xlsx", "json")
_KEYS: dict[str, tuple[str, ...]] = {
    "project": ("name", "packs", "standards", "engine"),
    "report": ("title", "subtitle", "headline", "brief", "organisation", "short_name", "org", "period", "history",
               "language"),
    "factors": (),
    "records": (),
    "sample": ("kind", "loans", "seed"),
    "spark": (),
    "desk": (),
    "english": ("title", "subtitle", "organisation", "short_name", "stale", "shown", "missing"),
}
_ENGINE = re.compile(r"duckdb|(spark|sc)://[^\s]+")
_URL = re.compile(r"[a-z][a-z0-9+.-]*://[^\s]+", re.IGNORECASE)
_PROMISED = ("spark.master", "spark.remote", "spark.sql.session.timeZone", "spark.sql.ansi.enabled",
             "spark.sql.decimalOperations.allowPrecisionLoss")


@dataclass(frozen=True, slots=True)
class SampleSettings:
    """Which made-up ledgers stand in for those a project does not deliver.

    Attributes:
        loans: rows of the loan ledger.
    """

    kind: str
    loans: int
    seed: int


@dataclass(frozen=True, slots=True)
class EnglishSettings:
    """What a project says of its English edition.

    Attributes:
        stale: what a translation means that its Chinese has outrun: ``warning`` or ``error``.
        shown: what is printed there: ``mark`` the old English under a mark, ``chinese`` the Chinese.
        missing: what becomes of pages without English: ``omit`` them and list them, or print them in ``chinese``.
    """

    title: str = ""
    subtitle: str = ""
    organisation: str = ""
    short_name: str = ""
    stale: str = "warning"
    shown: str = "mark"
    missing: str = "omit"


_CHOICES = {"stale": ("warning", "error"), "shown": ("mark", "chinese"), "missing": ("omit", "chinese")}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a project says about itself.

    Attributes:
        packs: built-in packs to load; ``None`` means all of them.
        headline: bindings of the figures on the front page.
        brief: figures of the one-page brief, as ``metric`` or ``metric/ORG``; without them those of ``headline``.
        history: how many periods, the report's own included, are computed and shown.
        policy: for a factor's name, the region and vintage chosen.
        engine: where queries run: ``duckdb``, ``spark://host:port`` or ``sc://host:port``.
        records: for a dataset's name, the URL of Parquet that is read where it lies.
        spark: Spark's own settings for this project.
        sample: made-up ledgers, used for datasets of which ``records`` holds no file.
        english: of the edition in English.
        desk: what the desk is told: its database, senders and sign-on; secrets stand in the environment.
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
    brief: tuple[str, ...] = ()
    policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    engine: str = "duckdb"
    records: Mapping[str, str] = field(default_factory=dict)
    spark: Mapping[str, str] = field(default_factory=dict)
    sample: SampleSettings | None = None
    desk: Mapping[str, Any] = field(default_factory=dict)
    english: EnglishSettings = EnglishSettings()

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
    found = _settings(path, raw.get("project", {}), raw.get("report", {}), raw.get("factors", {}))
    return replace(
        found, engine=_engine(path, raw.get("project", {})), records=_urls(path, raw.get("records", {})),
        spark=_spark(path, raw.get("spark", {})), sample=_sample(path, raw.get("sample")),
        english=_english(path, raw.get("english", {})),
        desk=raw.get("desk", {}),
    )


def _settings(
    path: Path, project: Mapping[str, Any], report: Mapping[str, Any], factors: Mapping[str, Any]
) -> Settings:
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
        brief=tuple(map(str, report.get("brief", ()))),
        policy={name: {k: str(v) for k, v in body.items()} for name, body in factors.items()},
    )


def _engine(path: Path, project: Mapping[str, Any]) -> str:
    engine = project.get("engine", "duckdb")
    if not isinstance(engine, str) or not _ENGINE.fullmatch(engine):
        raise ProjectError(
            f"{path}: [project] engine is 'duckdb', 'spark://host:port' or 'sc://host:port', not {engine!r}."
        )
    return engine


def _urls(path: Path, records: Mapping[str, Any]) -> Mapping[str, str]:
    for name, url in records.items():
        if not isinstance(url, str) or not _URL.fullmatch(url):
            raise ProjectError(
                f"{path}: [records] {name} is the URL of Parquet, as 's3a://bucket/{name}/', not {url!r}. "
                "Files of this machine need no line: put them into the folder records."
            )
        if re.match(r"[^/]*//[^/@]*:[^/@]*@", url):
            raise ProjectError(
                f"{path}: [records] {name} holds a password. URLs are printed in the lineage of figures; "
                "give credentials to the engine's own configuration."
            )
    return dict(records)


def _english(path: Path, said: Mapping[str, Any]) -> EnglishSettings:
    for key, choices in _CHOICES.items():
        if said.get(key, choices[0]) not in choices:
            raise ProjectError(f"{path}: [english] {key} is {' or '.join(choices)}, not {said[key]!r}.")
    return EnglishSettings(**{key: str(value) for key, value in said.items()})


def _sample(path: Path, sample: Mapping[str, Any] | None) -> SampleSettings | None:
    if sample is None:
        return None
    kind, loans, seed = (sample.get(key) for key in ("kind", "loans", "seed"))
    if not isinstance(kind, str) or not kind:
        raise ProjectError(f"{path}: [sample] kind is the name of a sample, as 'lanzhou', not {kind!r}.")
    for key, number in (("loans", loans), ("seed", seed)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ProjectError(f"{path}: [sample] {key} is a whole number from 0, not {number!r}.")
    assert isinstance(loans, int) and isinstance(seed, int)
    return SampleSettings(kind, loans, seed)


def _spark(path: Path, settings: Mapping[str, Any]) -> Mapping[str, str]:
    """Spark's settings by their full names; ``executor.memory`` stands for ``spark.executor.memory``."""
    found: dict[str, str] = {}
    rest = list(settings.items())
    while rest:
        name, value = rest.pop()
        if isinstance(value, dict):
            rest += [(f"{name}.{key}", inner) for key, inner in value.items()]
            continue
        full = name if name.startswith("spark.") else f"spark.{name}"
        if isinstance(value, list) or full in _PROMISED:
            fixed = "is fixed, for figures are equal to the digit only with it"
            why = fixed if full in _PROMISED else "is not a single value"
            raise ProjectError(f"{path}: [spark] {full} {why}.")
        found[full] = str(value).lower() if isinstance(value, bool) else str(value)
    return found
