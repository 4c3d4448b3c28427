"""Records that stay where they are: Parquet under a URL, read by the engine itself.

Nothing is copied and no row is judged on the way in; only columns and types are held against the
declaration, since a query would otherwise fail, or round, in the middle.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from qingce.core.check import ERROR, NOTE, Finding, Place, Severity, Status
from qingce.core.dataset import Dataset
from qingce.core.errors import ProjectError
from qingce.engine.backend import Backend
from qingce.engine.lineage import Input

_ADVICE = "请数据提供部门按数据字典改正后重新发布；改正前该台账按没有记录处理。"


@dataclass(frozen=True)
class Looked:
    """What is known of records that were not copied.

    Attributes:
        usable: columns and types are as declared.
    """

    usable: bool
    input: Input
    findings: tuple[Finding, ...]


def look(backend: Backend, dataset: Dataset, url: str) -> Looked:
    """Hold the columns under a URL against a dataset's declaration."""
    place = Place(url)
    try:
        schema, rows = backend.look(url)
    except ProjectError as exc:
        reason, advice = f"{dataset.label}：读不到 {url}。{exc}", "核对地址、权限和网络后重试。"
        found = _finding("url_read", ERROR, reason, place, advice)
        return Looked(False, Input(url, "", 0, False, dataset.name), (found,))
    findings = tuple(_mismatches(dataset, schema, url))
    if not findings:
        reason = f"{dataset.label}在 {url}，{rows:,} 行，只核对了列名与类型，没有逐行校验，每次重新读取。"
        findings = (_finding("url_unchecked", NOTE, reason, place, "逐行的规则见各台账的勾稽结果。"),)
    usable = not any(f.severity is ERROR for f in findings)
    return Looked(usable, Input(url, "", rows if usable else 0, False, dataset.name), findings)


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
