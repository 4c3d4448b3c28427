"""A project's settings: ``qingce.toml`` read, checked and given names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from qingce.core.errors import PeriodError, ProjectError, nearest
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
        raise ProjectError(f"{folder} 不是青册项目：没有 qingce.toml。新建项目：qingce init 名称")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ProjectError(f"{path} 读不了：{exc}。") from exc
    for section, body in raw.items():
        if section not in _KEYS or not isinstance(body, dict):
            raise ProjectError(f"{path}：没有 [{section}] 这一节。{nearest(section, _KEYS)}")
        for key in body if _KEYS[section] else ():
            if key not in _KEYS[section]:
                raise ProjectError(f"{path}：[{section}] 里没有“{key}”这个键。{nearest(key, _KEYS[section])}")
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
            raise ProjectError(f"{path}：[report] 缺少“{key}”。")
    try:
        period = Period.parse(str(report["period"]))
    except PeriodError as exc:
        raise ProjectError(f"{path}：[report] period：{exc}") from exc
    history = report.get("history", 2)
    if not isinstance(history, int) or not 1 <= history <= 10:
        raise ProjectError(f"{path}：[report] history 是 1 到 10 的整数，不能是 {history!r}。")
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
            f"{path}：[project] engine 写 duckdb、spark://host:port 或 sc://host:port，不能是 {engine!r}。"
        )
    return engine


def _urls(path: Path, records: Mapping[str, Any]) -> Mapping[str, str]:
    for name, url in records.items():
        if not isinstance(url, str) or not _URL.fullmatch(url):
            raise ProjectError(
                f"{path}：[records] {name} 写 Parquet 的 URL，如 s3a://bucket/{name}/，不能是 {url!r}。"
                "本机的文件不用写，放进 records 文件夹即可。"
            )
        if re.match(r"[^/]*//[^/@]*:[^/@]*@", url):
            raise ProjectError(
                f"{path}：[records] {name} 里有口令。URL 会印在数值的来历里；请把凭据放进计算引擎自己的配置。"
            )
    return dict(records)


def _english(path: Path, said: Mapping[str, Any]) -> EnglishSettings:
    for key, choices in _CHOICES.items():
        if said.get(key, choices[0]) not in choices:
            raise ProjectError(f"{path}：[english] {key} 写 {' 或 '.join(choices)}，不能是 {said[key]!r}。")
    return EnglishSettings(**{key: str(value) for key, value in said.items()})


def _sample(path: Path, sample: Mapping[str, Any] | None) -> SampleSettings | None:
    if sample is None:
        return None
    kind, loans, seed = (sample.get(key) for key in ("kind", "loans", "seed"))
    if not isinstance(kind, str) or not kind:
        raise ProjectError(f"{path}：[sample] kind 是样本的名称，如 lanzhou，不能是 {kind!r}。")
    for key, number in (("loans", loans), ("seed", seed)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise ProjectError(f"{path}：[sample] {key} 是不小于 0 的整数，不能是 {number!r}。")
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
            fixed = "是固定的，改了就不能保证数值逐位相同"
            why = fixed if full in _PROMISED else "只能是单个值"
            raise ProjectError(f"{path}：[spark] {full} {why}。")
        found[full] = str(value).lower() if isinstance(value, bool) else str(value)
    return found
