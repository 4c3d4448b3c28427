"""Records that stay where they are: Parquet under a URL, read and judged by the engine itself.

Nothing is copied. Columns and types are held against the declaration first, since a query would otherwise fail, or
round, in the middle; then every row against the rules that delivered files are judged by, in one pass where the rows
lie. An ERROR refuses the ledger as a whole, as it does a delivery. What came of it is kept under the names, sizes and
times of the files, so that a run that finds them unchanged reads nothing.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa

from qingce.core.check import ERROR, NOTE, Finding, Place, Severity, Status
from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.core.errors import ProjectError
from qingce.core.org import OrgTree
from qingce.engine.backend import Backend, Stamp
from qingce.engine.lineage import Input
from qingce.engine.sift import Caught, sift
from qingce.services.cache import keep_text, read_kept

_ADVICE = "请数据提供部门按数据字典改正后重新发布；改正前该台账按没有记录处理。"
_SETTLED = 10 * 1_000_000
"""Microseconds after which a file is not taken to change again within the tick of its storage's clock."""


@dataclass(frozen=True)
class Looked:
    """What is known of records that were not copied.

    Attributes:
        usable: columns, types and rows are as declared.
        input: its ``rows`` are those that lie there, whether they are used or refused.
        counted: whether the rows could be counted.
    """

    usable: bool
    input: Input
    findings: tuple[Finding, ...]
    counted: bool = True


@dataclass(frozen=True)
class Desired:
    """What a ledger under a URL is judged by.

    Args:
        codes: code lists by name.
        orgs: the org tree, or nothing where there is none.
        kept: folder in which verdicts are kept between runs.
    """

    dataset: Dataset
    codes: Mapping[str, CodeList]
    orgs: OrgTree | None
    kept: Path


def look(backend: Backend, desired: Desired, url: str) -> Looked:
    """Hold what lies under a URL against a dataset's declaration."""
    dataset, place = desired.dataset, Place(url)
    try:
        stamps = backend.stamps(url)
        name = _name(backend, desired, url, stamps)
        sifted = _recalled(desired, name)
        if sifted is None:
            schema, rows = backend.look(url)
            if findings := tuple(_mismatches(dataset, schema, url)):
                return Looked(False, Input(url, "", rows, False, dataset.name), findings)
            sifted = _sifted(backend, desired, url)
            _keep(desired, name, sifted, stamps)
    except ProjectError as exc:
        reason, advice = f"{dataset.label}：读不到 {url}。{exc}", "核对地址、权限和网络后重试。"
        found = _finding("url_read", ERROR, reason, place, advice)
        return Looked(False, Input(url, "", 0, False, dataset.name), (found,), counted=False)
    rows, caught = sifted
    findings = _told(desired, url, caught)
    usable = not any(f.severity is ERROR for f in findings)
    verdict = "全部采用" if usable else "整份拒收，按没有记录处理"
    reason = f"{dataset.label}在 {url}，{rows:,} 行就地逐行核对，{verdict}。"
    summary = _finding("url_checked", NOTE, reason, place, "原样读取、不复制；核对用的规则与交来的文件相同。")
    return Looked(usable, Input(url, "", rows, False, dataset.name), (summary, *findings))


# -- the pass, and its verdict between runs --------------------------------------------------------
_Sifted = tuple[int, list[Caught]]


def _sifted(backend: Backend, desired: Desired, url: str) -> _Sifted:
    from qingce.ledger.records.columns import UNSEEN
    from qingce.ledger.records.header import EDGES
    from qingce.ledger.records.lookup import words_of

    words = words_of(desired.dataset, desired.codes, desired.orgs)
    hidden = f"^[{EDGES}]|[{EDGES}]$|" + UNSEEN.replace("[", r"[\x00", 1)
    rows, caught = sift(backend, desired.dataset, url, words, hidden)
    return rows, [replace(each, rows=tuple(_masked(desired.dataset, row) for row in each.rows)) for each in caught]


def _masked(dataset: Dataset, row: Mapping[str, str | None]) -> Mapping[str, str | None]:
    from qingce.ledger.records.hits import masked

    return {name: value and (masked(dataset.columns[name], value) if name else value) for name, value in row.items()}


def _name(backend: Backend, desired: Desired, url: str, stamps: list[Stamp]) -> str:
    from qingce.ledger.records.store import edition_of

    edition = edition_of(desired.dataset, desired.codes, desired.orgs)
    return hashlib.sha256(json.dumps([edition, backend.dialect, url, stamps]).encode()).hexdigest()


def _recalled(desired: Desired, name: str) -> _Sifted | None:
    kept = read_kept(desired.kept / name)
    if kept is None:
        return None
    raw = json.loads(kept)
    return raw["rows"], [Caught(c["rule"], c["column"], c["count"], tuple(c["rows"])) for c in raw["caught"]]


def _keep(desired: Desired, name: str, sifted: _Sifted, stamps: list[Stamp]) -> None:
    """Keep a verdict, unless a file is so new that it might change and look the same."""
    newest = max((changed for _, _, changed in stamps), default=0)
    if time.time() * 1e6 - newest < _SETTLED:
        return
    rows, caught = sifted
    keep_text(desired.kept / name, json.dumps({"rows": rows, "caught": [asdict(each) for each in caught]}))


# -- telling ---------------------------------------------------------------------------------------
def _told(desired: Desired, url: str, caught: list[Caught]) -> tuple[Finding, ...]:
    """The findings that a delivered file would have: each row by its key, and one for those beyond the ceiling."""
    from qingce.ledger.records.collect import Collector

    collector, dataset = Collector(), desired.dataset
    for each in caught:
        label = dataset.columns[each.column].label
        for row in each.rows:
            value = _key(dataset, row) if each.rule == "row_duplicate" else row[each.column] or ""
            collector.add(each.rule, _reason(desired, each, row), Place(url, column=label, value=value))
        collector.more(each.rule, url, each.count - len(each.rows))
    if desired.orgs is None:
        for column in (c for c in dataset.columns.values() if c.type == "org"):
            collector.add("org_tree_missing", f"“{column.label}”列没有核对。", Place(url, column=column.label))
    return collector.findings()


def _key(dataset: Dataset, row: Mapping[str, str | None]) -> str:
    return "，".join(f"{dataset.columns[name].label}={row[name] or '空'}" for name in dataset.grain)


def _reason(desired: Desired, caught: Caught, row: Mapping[str, str | None]) -> str:
    from qingce.ledger.records.hits import reason_of

    dataset = desired.dataset
    if caught.rule == "row_duplicate":
        return f"主键（{_key(dataset, row)}）出现 {row['']} 次。"
    value = row[caught.column] or ""
    said = reason_of(caught.rule, dataset.columns[caught.column], value, _hint(desired, caught, row, value))
    return f"{_key(dataset, row)}：{said}" if dataset.grain else said


def _hint(desired: Desired, caught: Caught, row: Mapping[str, str | None], value: str) -> str:
    from qingce.ledger.records.lookup import meant, told, words_of

    if caught.rule == "value_nul" and (not value or value.strip() != value):
        return "前后有空白或是空文字；就地读取不代为改动，没有数据时留空值（NULL）。"
    if caught.rule not in ("code_unknown", "org_unknown", "code_expired", "org_closed"):
        return ""
    words = words_of(desired.dataset, desired.codes, desired.orgs)[caught.column]
    if caught.rule == words.outside:
        return f"数据日期 {row[desired.dataset.time]}，{told(words.spans[value])}"
    if value in words.words:
        return f"就地读取的台账只认代码，应为“{words.words[value]}”。"
    return meant(value, words)


# -- columns ---------------------------------------------------------------------------------------
def _mismatches(dataset: Dataset, schema: pa.Schema, url: str) -> list[Finding]:
    found = []
    for name, wanted in zip(dataset.columns, dataset.table.schema().to_pyarrow().types, strict=True):
        label = dataset.columns[name].label
        if schema.get_field_index(name) < 0:
            reason = f"{dataset.label}缺少“{label}”列（{name}）。"
        elif not fits(schema.field(name).type, wanted):
            got = schema.field(name).type
            reason = f"{dataset.label}“{label}”列（{name}）的类型是 {got}，应为 {wanted}。"
        else:
            continue
        found.append(_finding("url_columns", ERROR, reason, Place(url, column=label), _ADVICE))
    return found


def fits(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether every value of a type can be held exactly by another.

    >>> fits(pa.decimal128(12, 2), pa.decimal128(18, 2)), fits(pa.decimal128(18, 4), pa.decimal128(18, 2))
    (True, False)
    >>> fits(pa.float64(), pa.decimal128(18, 2)), fits(pa.int32(), pa.int64())
    (False, True)
    """
    is_ = pa.types
    if is_.is_decimal(wanted):
        whole = wanted.precision - wanted.scale
        if is_.is_integer(found):
            return bool(len(str(2**found.bit_width)) <= whole)
        decimal = is_.is_decimal(found) and found.scale <= wanted.scale
        return bool(decimal and found.precision - found.scale <= whole)
    if is_.is_integer(wanted):
        return bool(is_.is_integer(found))
    if is_.is_string(wanted):
        return bool(is_.is_string(found) or is_.is_large_string(found))
    return bool(found == wanted)


def _finding(rule: str, severity: Severity, reason: str, place: Place, advice: str) -> Finding:
    return Finding(rule, Status.FAIL, severity, reason, place=place, advice=advice)
