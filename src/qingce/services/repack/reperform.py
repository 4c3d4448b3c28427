"""Re-performing: every figure of a pack made again from the pack's records by the program that is installed here."""

from __future__ import annotations

import importlib.metadata
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

import qingce
from qingce.core.errors import Refused
from qingce.services.content import declarations_hash
from qingce.services.overlay import LaidOver, Overlay
from qingce.services.progress import Progress
from qingce.services.publish import build, spoken
from qingce.services.repack import layout
from qingce.services.repack.unpack import LIMIT, Unpacked, unpack
from qingce.services.sample.ensure import home_of, is_made
from qingce.services.settings import SampleSettings, Settings, read_settings

STATE_LABELS: Mapping[str, str] = {
    "same": "逐字节相同", "trail": "数值相同，来历或印法的记录不同", "differs": "不同", "missing": "未能重算出",
    "added": "封版时没有",
}
_VALUE = ("value", "unit", "slack", "qualifier", "answered")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one figure.

    Attributes:
        state: ``same`` to the byte, its lineage included; ``trail`` where the value is the same and what is said
            of it is not; ``differs``, ``missing``, or ``added``.
        frozen, now: both values with their unit, as stored.
    """

    key: str
    label: str
    state: str
    frozen: str
    now: str


@dataclass(frozen=True)
class Reperformed:
    """What came of a pack.

    Attributes:
        identical: the whole file of figures came out to the byte.
        versions: for what is another version here: what made the pack, and what is installed.
        code: files of the pack that were run.
    """

    edition: str
    title: str
    period: str
    identical: bool
    verdicts: tuple[Verdict, ...]
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    code: tuple[str, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Figures by state."""
        found = Counter(each.state for each in self.verdicts)
        return {state: found[state] for state in STATE_LABELS if found[state]}

    @property
    def agrees(self) -> bool:
        """Whether every figure has the value that was frozen."""
        return all(each.state in ("same", "trail") for each in self.verdicts)


def reperform(
    path: Path, *, trust_code: bool = False, edition: str = "", limit: int = LIMIT, progress: Progress | None = None,
) -> Reperformed:
    """Make the figures of a pack again, and hold each against what was frozen.

    Args:
        trust_code: run declarations that the pack brings along.
        edition: the hash under which the edition was published, where the reader has it from elsewhere.
        limit: bytes that the pack may unfold to.

    Raises:
        Refused: the pack cannot be opened, was changed, is of another edition, brings code that is not trusted,
            or its inputs no longer make a report.
    """
    with tempfile.TemporaryDirectory(prefix="qingce-verify-") as made:
        room = Path(made)
        (room / "pack").mkdir()
        pack = unpack(path, room / "pack", limit=limit)
        if edition and pack.said["edition"] != edition.strip().lower():
            raise Refused(f"这是封版 {pack.said['edition']} 的包，不是 {edition}。")
        code = tuple(name for name in pack.names if layout.is_code(name))
        if code and not trust_code:
            first = code[0].removeprefix(f"{layout.INPUTS}/")
            raise Refused(f"包内有项目自带的指标代码 {len(code)} 个文件（{first} 等），复算会在本机运行它们；"
                          "看过并信任后加 --trust-code。")
        return _made_again(pack, room, code, progress)


def _made_again(pack: Unpacked, room: Path, code: tuple[str, ...], progress: Progress | None) -> Reperformed:
    clone = _clone(pack, room / "inputs")
    overlay = Overlay.load((pack.room / layout.OVERLAY).read_text(encoding="utf-8"))
    project = LaidOver(clone, overlay, progress=progress)
    # settings come from strangers: nothing is fetched, nothing is made up, whatever they ask for
    project.settings = replace(project.settings, engine="duckdb", spark={}, sample=_sample(project.settings, clone))
    built = build(project, room / "site", ("json",), spoken(clone))
    if built.out is None:
        blocked = next(f.reason for f in built.findings if f.blocks)
        raise Refused(f"用包内的输入不能再次编制：{blocked}")
    data = (built.out / "figures.json").read_bytes()
    kept = (pack.room / layout.FIGURES).read_bytes()
    return Reperformed(
        pack.said["edition"], str(pack.seal["title"]), str(pack.seal["period"]), data == kept,
        tuple(_held(json.loads(kept), json.loads(data))), _versions(pack, clone, project), code,
    )


def _clone(pack: Unpacked, clone: Path) -> Path:
    """A project's folder as it was frozen, made-up ledgers included."""
    for name in pack.names:
        if name.startswith(f"{layout.INPUTS}/") and name != layout.OVERLAY:
            _move(pack.room / PurePosixPath(name), clone / PurePosixPath(name.removeprefix(f"{layout.INPUTS}/")))
    settings = read_settings(clone)
    if settings.records:
        name, url = next(iter(settings.records.items()))
        raise Refused(f"这一版的 {name} 台账在 {url}，不在包内，不能离线复算。")
    if settings.sample is not None:
        home = home_of(clone, settings.sample)
        for name in pack.names:
            if name.startswith(f"{layout.SAMPLE}/"):
                _move(pack.room / PurePosixPath(name), home / PurePosixPath(name.removeprefix(f"{layout.SAMPLE}/")))
    return clone


def _sample(settings: Settings, clone: Path) -> SampleSettings | None:
    return settings.sample if settings.sample is not None and is_made(clone, settings.sample) else None


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)


def _held(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Verdict]:
    one, two = ({f["id"]: f for f in side["figures"]} for side in (was, now))
    found = []
    for key in sorted({*one, *two}):
        a, b = one.get(key), two.get(key)
        found.append(Verdict(key, _label(was if a else now, a or b), _state(was, now, a, b), _value(a), _value(b)))
    return found


def _state(was: Mapping[str, Any], now: Mapping[str, Any], a: Any, b: Any) -> str:
    if a is None or b is None:
        return "added" if a is None else "missing"
    if a == b and was["lineage"].get(a["lineage"]) == now["lineage"].get(b["lineage"]):
        return "same"
    return "trail" if all(a[name] == b[name] for name in _VALUE) else "differs"


def _label(said: Mapping[str, Any], each: Any) -> str:
    declared = said["metrics"][each["metric"]]
    members = [declared["members"].get(d, {}).get(code, code) for d, code in each["dims"].items()]
    tail = "，".join([*members, said["orgs"].get(each["org"], each["org"]), each["period"]])
    return f"{declared['label']}（{tail}）"


def _value(each: Any) -> str:
    if each is None:
        return ""
    return f"{each['value']} {each['unit']}".strip() if each["value"] is not None else "—"


def _versions(pack: Unpacked, clone: Path, project: LaidOver) -> dict[str, tuple[str, str]]:
    code = pack.seal["code"]
    pairs = {"qingce": (code["package"], qingce.__version__),
             "declarations": (code["declarations"], declarations_hash(clone, project.settings.packs))}
    for name in ("ibis-framework", "duckdb"):
        pairs[name] = (code["libraries"].get(name, ""), importlib.metadata.version(name))
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
