"""Breaches found by the database, told in Chinese with the row as people see it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qingce.core.check import Place
from qingce.core.dataset import IDENTITY, Column, Dataset
from qingce.ledger.records.collect import Collector, shown
from qingce.ledger.records.columns import expected
from qingce.ledger.records.rules import RULES
from qingce.ledger.records.source import TAG, Source

_LONGEST = 40
_GROUPED = re.compile(r"-?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?")
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")


@dataclass(frozen=True, slots=True)
class Hit:
    """One breach by position.

    Attributes:
        file: which source; ``at``: the record in it, from 0.
        other: the earlier record it collides with, as (file, at).
        hint: what may have been meant.
    """

    rule: str
    file: int
    at: int
    column: str
    value: str
    other: tuple[int, int] | None = None
    hint: str = ""


class Hits:
    """Breaches waiting for the rows of all files to be looked up at once."""

    def __init__(self, dataset: Dataset, collector: Collector) -> None:
        self._dataset = dataset
        self._collector = collector
        self._waiting: list[Hit] = []
        self._more: dict[tuple[str, int], int] = {}

    def add(self, hits: Iterable[Hit], count: int) -> None:
        """Breaches of one rule in one file, of ``count`` in all."""
        told = list(hits)
        self._waiting.extend(told)
        if told and count > len(told):
            key = (told[0].rule, told[0].file)
            self._more[key] = self._more.get(key, 0) + count - len(told)

    def tell(self, sources: Sequence[Source]) -> None:
        """Turn what is waiting into findings."""
        asked: dict[int, set[int]] = {}
        for hit in self._waiting:
            asked.setdefault(hit.file, set()).add(hit.at)
            if hit.other is not None:
                asked.setdefault(hit.other[0], set()).add(hit.other[1])
        rows = {file: sources[file].lines(sorted(places)) for file, places in asked.items()}
        for hit in sorted(self._waiting, key=lambda h: (h.file, h.at)):
            source = sources[hit.file]
            column = self._dataset.columns[hit.column]
            value = hit.value[2:] if hit.value.startswith(TAG) else hit.value
            value = masked(column, value)
            reason = reason_of(hit.rule, column, value, hit.hint)
            if hit.other is not None:
                file, at = hit.other
                first = Place(sources[file].file, sources[file].sheet, rows[file][at])
                reason = f"主键（{value}）与 {first} 重复。"
            place = Place(source.file, source.sheet, rows[hit.file][hit.at], column.label, value)
            self._collector.add(hit.rule, reason, place)
        for (rule, file), count in self._more.items():
            self._collector.more(rule, sources[file].file, count)
        self._waiting.clear()
        self._more.clear()


def reason_of(rule: str, column: Column, value: str, hint: str) -> str:
    """What is wrong with a value, in one Chinese sentence; ``hint`` is what may have been meant."""
    if rule == "value_required":
        return f"必填列“{column.label}”为空。"
    said = f"“{column.label}”的值“{shown(value)}”："
    if rule in ("code_unknown", "org_unknown"):
        return f"{said}{hint}"
    said += RULES[rule].title
    if rule == "value_range":
        bounds = [f"不小于 {column.low}" if column.low is not None else "",
                  f"不大于 {column.high}" if column.high is not None else ""]
        return f"{said}，应{'、'.join(b for b in bounds if b)}。"
    if rule == "date_form":
        return f"{said}。{day_meant(value) or '应写成 2024-12-31 的样子。'}"
    if hint or rule in ("date_unreal", "flag_form", "text_identity"):
        return f"{said}。{hint}"
    return f"{said}，应为{expected(column)}。{number_meant(value) if rule == 'number_form' else ''}"


def number_meant(value: str) -> str:
    """How to write a number that is written otherwise, as a sentence; nothing where it is none.

    Forms read such digits, for a person types there; in a file they would be what the system of record holds.

    >>> number_meant("１２"), number_meant("1,234.50"), number_meant("３，０００"), number_meant("三")
    ('这是全角数字，请写成半角的 12。', '请去掉千分位逗号，写成 1234.50。', '这是全角数字，请写成半角的 3000。', '')
    """
    if len(value) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFKC", value).replace("−", "-").strip()
    if not _GROUPED.fullmatch(plain):
        return ""
    written = plain.replace(",", "")
    return f"请去掉千分位逗号，写成 {written}。" if plain == value else f"这是全角数字，请写成半角的 {written}。"


def masked(column: Column, value: str) -> str:
    """A value as it may be told: of an identity number only the ends.

    >>> from qingce.core.dataset import Text
    >>> masked(Text("员工编号", pseudonym=True), "A620102199001011234")
    'A62**************34'
    """
    if not column.pseudonym:
        return value
    return re.sub(IDENTITY, lambda found: f"{found[0][:2]}{'*' * 14}{found[0][-2:]}", value)


def day_meant(value: str) -> str:
    """The ISO form of a day written otherwise, as a question.

    >>> day_meant("20241231"), day_meant("2024年1月5日"), day_meant("45657"), day_meant("31/12")
    ('是否应为 2024-12-31？', '是否应为 2024-01-05？', '像是 Excel 的日期序号，即 2024-12-31。', '')
    """
    match = _DAY.fullmatch(value)
    try:
        if match is not None:
            return f"是否应为 {dt.date(*map(int, match.groups())).isoformat()}？"
        if value.isdecimal() and 20000 <= int(value[:6]) <= 80000 and len(value) == 5:
            day = dt.date(1899, 12, 30) + dt.timedelta(days=int(value))
            return f"像是 Excel 的日期序号，即 {day.isoformat()}。"
    except ValueError:
        pass
    return ""
