"""The way from an old value to a new one, split by what moved it: boundary, data, factor, method.

The lineage of both revisions says which of the four differ. Where it is one, the whole difference is
its doing. Where there are several, the old edition's inputs are replaced by the new ones kind by kind, and
the figure is computed after each step with the same program; what the program itself changed is method.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from qingce.core.amount import Absent
from qingce.core.errors import QingceError
from qingce.core.event import Json
from qingce.core.figure import FigureKey
from qingce.ledger.editions import Sealed
from qingce.publish.figures_json import decimal_text
from qingce.services.desk.laid import inputs
from qingce.services.overlay import FILE, LaidOver, Overlay

BOUNDARY, DATA, FACTOR, METHOD = "boundary", "data", "factor", "method"
LABELS: Mapping[str, str] = {BOUNDARY: "边界", DATA: "数据", FACTOR: "因子", METHOD: "口径与方法"}
_METHOD = ("code", "formula", "definition", "method", "table", "term")
Records = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One part of a difference.

    Attributes:
        amount: in the figure's unit; ``None`` where it could not be told apart.
        because: what differs, in words.
    """

    cause: str
    amount: Decimal | None
    because: str

    @property
    def facts(self) -> dict[str, Json]:
        """As the journal keeps it."""
        return {"cause": self.cause, "amount": None if self.amount is None else decimal_text(self.amount),
                "because": self.because}


@dataclass(frozen=True)
class Side:
    """One side of a bridge: the lineage of its figures, and a folder of inputs.

    Attributes:
        lineage: records by id; ``figures``: of each figure its lineage's id and its value as text.
    """

    lineage: Records
    figures: Mapping[str, Mapping[str, Any]]
    overlay: Overlay
    copy: Callable[[Path, Collection[str]], None]

    @classmethod
    def frozen(cls, seal: Sealed, figures: Mapping[str, Any]) -> Side:
        """A frozen edition."""

        def copy(room: Path, kinds: Collection[str]) -> None:
            names = [n for n in seal.files if n.startswith("inputs/") and n != f"inputs/{FILE}"]
            _put(room, {n.removeprefix("inputs/"): seal.path(n) for n in names}, kinds)

        overlay = Overlay.load(seal.read(f"inputs/{FILE}").decode())
        return cls(figures["lineage"], {f["id"]: f for f in figures["figures"]}, overlay, copy)

    @classmethod
    def live(cls, folder: Path, overlay: Overlay, figures: Mapping[str, Any]) -> Side:
        """The project as it stands."""

        def copy(room: Path, kinds: Collection[str]) -> None:
            _put(room, {p.relative_to(folder).as_posix(): p for p in inputs(folder)}, kinds)

        return cls(figures["lineage"], {f["id"]: f for f in figures["figures"]}, overlay, copy)


def kind_of(name: str) -> str:
    """Which of the four an input belongs to.

    >>> [kind_of(n) for n in ("records/org.csv", "records/loan.csv", "packs/x/factors/f.yaml", "packs/x/metrics.py")]
    ['boundary', 'data', 'factor', 'method']
    """
    path = PurePosixPath(name)
    if name == "records/org.csv":
        return BOUNDARY
    if path.parts[0] == "records":
        return DATA
    if "factors" in path.parts or path.name == "sources.yaml":
        return FACTOR
    return METHOD


def _put(room: Path, files: Mapping[str, Path], kinds: Collection[str]) -> None:
    """Replace the files of some kinds in a folder."""
    for path in [p for p in room.rglob("*") if p.is_file()]:
        if kind_of(path.relative_to(room).as_posix()) in kinds:
            path.unlink()
    for name, source in files.items():
        if kind_of(name) in kinds:
            target = room / PurePosixPath(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


# -- which of the four ------------------------------------------------------------------------------
def causes(key: str, old: Side, new: Side) -> dict[str, str]:
    """What differs between the lineages of two revisions and of everything below them: cause -> words."""
    found: dict[str, dict[str, None]] = {}
    seen: set[str] = set()
    todo = [key]
    while todo:
        at = todo.pop()
        if at in seen:
            continue
        seen.add(at)
        before, after = _record(at, old), _record(at, new)
        for cause, words in _differ(before, after, at, old, new):
            found.setdefault(cause, {})[words] = None
        todo += [*before.get("operands", ()), *after.get("operands", ())]
    return {cause: "、".join(list(found[cause])[:6]) for cause in LABELS if cause in found}


def _record(key: str, side: Side) -> Mapping[str, Any]:
    figure = side.figures.get(key)
    return side.lineage.get(figure["lineage"], {}) if figure and figure["lineage"] else {}


def _differ(
    before: Mapping[str, Any], after: Mapping[str, Any], key: str, old: Side, new: Side
) -> Iterable[tuple[str, str]]:
    files = [{i["path"]: i["sha256"] for i in record.get("inputs", ())} for record in (before, after)]
    for name in sorted({*files[0], *files[1]}):
        if files[0].get(name) != files[1].get(name):
            yield DATA, name
    if before.get("source") != after.get("source"):
        yield DATA, f"填报（{after.get('source') or before.get('source')}）"
    factors = [{f["name"]: f for f in record.get("factors", ())} for record in (before, after)]
    for name in sorted({*factors[0], *factors[1]}):
        if factors[0].get(name) != factors[1].get(name):
            one, two = factors[0].get(name, {}), factors[1].get(name, {})
            yield FACTOR, f"{(two or one)['label']}由 {one.get('value', '—')} 变为 {two.get('value', '—')}"
    if before and after and any(before.get(field) != after.get(field) for field in _METHOD):
        yield METHOD, f"{after['metric']} 的口径或公式"
    elif sorted(before.get("operands", ())) != sorted(after.get("operands", ())):
        yield METHOD, f"{key} 所依据的指标"


# -- how much ---------------------------------------------------------------------------------------
def bridges(keys: Sequence[str], old: Side, new: Side) -> dict[str, tuple[Step, ...]]:
    """For each figure the parts of its difference; they add up to it where both values are there."""
    found: dict[str, dict[str, str]] = {key: causes(key, old, new) for key in keys}
    if _trees(old) != _trees(new):
        for said in found.values():
            said.setdefault(BOUNDARY, "机构树（org.csv）")
    several = [key for key in keys if len(found[key]) != 1]
    walked = _walk(several, old, new) if several else {}
    return {key: _steps(key, found[key], old, new, walked.get(key)) for key in keys}


def _trees(side: Side) -> str:
    with tempfile.TemporaryDirectory(prefix="qingce-tree-") as name:
        side.copy(Path(name), {BOUNDARY})
        path = Path(name) / "records" / "org.csv"
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _steps(
    key: str, found: Mapping[str, str], old: Side, new: Side, walked: Mapping[str, Decimal | None] | None
) -> tuple[Step, ...]:
    before, after = _value(key, old), _value(key, new)
    whole = after - before if before is not None and after is not None else None
    if len(found) == 1:
        [(cause, words)] = found.items()
        return (Step(cause, whole, words),)
    if walked is None or whole is None:
        return tuple(Step(cause, None, words) for cause, words in found.items())
    steps = [Step(cause, walked[cause], found.get(cause, "")) for cause in LABELS
             if walked[cause] or (cause in found and walked[cause] is None)]
    rest = whole - sum((s.amount for s in steps if s.amount is not None), Decimal(0))
    if rest and any(s.cause == METHOD for s in steps):
        return tuple(replace(s, amount=(s.amount or Decimal(0)) + rest) if s.cause == METHOD else s for s in steps)
    return (*steps, Step(METHOD, rest, "程序版本")) if rest else tuple(steps)


def _value(key: str, side: Side) -> Decimal | None:
    text = side.figures.get(key, {}).get("value")
    return None if text is None else Decimal(text)


def _walk(keys: Sequence[str], old: Side, new: Side) -> dict[str, dict[str, Decimal | None]]:
    """Replace the inputs kind by kind, and see what each step moves."""
    order = (BOUNDARY, DATA, FACTOR, METHOD)
    with tempfile.TemporaryDirectory(prefix="qingce-bridge-") as name:
        room = Path(name) / "project"
        room.mkdir()
        old.copy(room, order)
        values = [_computed(room, old.overlay, keys)]
        overlay = old.overlay
        for kind in order:
            new.copy(room, {kind})
            if kind == DATA:
                overlay = replace(overlay, filed=new.overlay.filed)
            values.append(_computed(room, overlay, keys))
    return {
        key: {kind: _less(values[i + 1].get(key), values[i].get(key)) for i, kind in enumerate(order)} for key in keys
    }


def _less(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return None if a is None or b is None else a - b


def _computed(room: Path, overlay: Overlay, keys: Sequence[str]) -> dict[str, Decimal | None]:
    """The figures of a folder; a step at which they cannot be computed tells nothing."""
    shutil.rmtree(room / ".qingce", ignore_errors=True)
    try:
        project = LaidOver(room, replace(overlay, revisions={}))
        values = {key: project.computation.figure(FigureKey.parse(key)).value for key in keys}
    except QingceError:
        return dict.fromkeys(keys)
    return {key: None if isinstance(value, Absent) else value for key, value in values.items()}


def read_steps(text: str) -> tuple[Step, ...]:
    """Steps as the journal kept them."""
    return tuple(Step(s["cause"], None if s["amount"] is None else Decimal(s["amount"]), s["because"])
                 for s in json.loads(text))
