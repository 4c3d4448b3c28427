"""A chunk of texts judged column by column: typed where every cell is plainly fine, else left to SQL.

Nearly all rows of a bank's ledgers are fine, and most columns have few different values. So every
column is reduced to its different values where that helps, these are tested, and a test that is in
doubt says no: the rules themselves, with everything they tell apart, stand in ``columns`` alone.
What is accepted here is accepted there, to the same value; a property test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from qingce.core.dataset import IDENTITY, Column, Dataset
from qingce.ledger.records.columns import NO, UNSEEN, YES
from qingce.ledger.records.header import EDGES
from qingce.ledger.records.lookup import Words
from qingce.ledger.records.source import TAG

_NUMERIC = np.zeros(256, bool)
_NUMERIC[[*b"-.0123456789"]] = True
_SUSPECT_FIRST = np.zeros(256, bool)
_SUSPECT_LAST = np.zeros(256, bool)
for _mark in (*EDGES, TAG):
    _SUSPECT_FIRST[_mark.encode()[0]] = _SUSPECT_LAST[_mark.encode()[-1]] = True


class Doubt(Exception):
    """A cell is not plainly fine."""


class Plain:
    """The declared columns of a dataset, ready to judge chunks.

    Args:
        words: what may stand in code and org columns.
    """

    def __init__(self, dataset: Dataset, words: Mapping[str, Words]) -> None:
        self.columns: Mapping[str, Column] = dataset.columns
        self.types: dict[str, pa.DataType] = dict(
            zip(dataset.columns, dataset.table.schema().to_pyarrow().types, strict=True)
        )
        self.time, self.words = dataset.time, words
        self._many: dict[str, bool] = {}

    def typed(self, texts: pa.RecordBatch) -> pa.RecordBatch | None:
        """The chunk in its declared types, codes in the place of labels; nothing where there is doubt.

        Args:
            texts: the declared columns as strings; an empty cell is null or empty.
        """
        try:
            made = {name: self._column(name, texts.column(name)) for name in self.columns}
            self._no_blank_rows(texts)
            for name, words in self.words.items():
                self._in_force(made[name], made.get(self.time), words)
        except Doubt:
            return None
        return pa.record_batch(list(made.values()), names=list(made))

    def _column(self, name: str, cells: Any) -> Any:
        column = self.columns[name]
        if cells.null_count and not column.optional:
            raise Doubt
        if cells.null_count == len(cells):
            return pa.nulls(len(cells), self.types[name])
        if name not in self._many:
            few = len(pc.unique(cells)) * 2 < len(cells)
            self._many[name] = not few and column.type in ("text", "money", "qty", "rate", "whole")
        if self._many[name]:
            return self._judge(name, cells)
        coded = cells.dictionary_encode()
        values = self._judge(name, coded.dictionary)
        if values.type == pa.string():
            return pa.DictionaryArray.from_arrays(coded.indices, values)
        return values.take(coded.indices)

    def _judge(self, name: str, cells: Any) -> Any:
        column = self.columns[name]
        if column.type == "flag":
            return _flags(cells)
        if column.type == "date":
            return _within(_days(cells), column)
        if column.type in ("text", "code", "org"):
            _unblemished(cells, column)
            words = self.words.get(name)
            return cells if words is None else _codes(cells, words)
        return _within(_numbers(cells, self.types[name]), column)

    def _no_blank_rows(self, texts: pa.RecordBatch) -> None:
        if any(column.null_count == 0 for column in texts.columns):
            return
        blank = np.ones(texts.num_rows, bool)
        for column in texts.columns:
            blank &= column.is_null().to_numpy(zero_copy_only=False)
        if blank.any():
            raise Doubt

    def _in_force(self, codes: Any, days: Any, words: Words) -> None:
        """Doubt where a code stands on a day outside its time."""
        if days is None or not words.spans or codes.type == pa.null():
            return
        coded = codes if pa.types.is_dictionary(codes.type) else codes.dictionary_encode()
        dated = [n for n, code in enumerate(coded.dictionary.to_pylist()) if code in words.spans]
        if not dated:
            return
        places = coded.indices.fill_null(-1).to_numpy()
        when = days.cast(pa.int32()).fill_null(_number(dt.date.max) + 1).to_numpy()
        for n in dated:
            mine = when[(places == n) & (when <= _number(dt.date.max))]
            fine = np.zeros(len(mine), bool)
            for start, end in words.spans[coded.dictionary[n].as_py()]:
                fine |= (mine >= _number(start)) & (mine <= _number(end))
            if not fine.all():
                raise Doubt


def _number(day: dt.date) -> int:
    return day.toordinal() - 719_163  # days since 1970-01-01


def _bytes_of(cells: Any) -> tuple[Any, Any]:
    """The bytes of all cells one after the other, and where each cell that is not null begins and ends."""
    if cells.null_count:
        cells = cells.drop_null()
    _, offsets, data = cells.buffers()
    bounds = np.frombuffer(offsets, np.int32)[cells.offset : cells.offset + len(cells) + 1]
    return np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8), bounds


def _unblemished(cells: Any, column: Column) -> None:
    data, bounds = _bytes_of(cells)
    starts, ends = bounds[:-1], bounds[1:]
    if len(starts) == 0:
        return
    body = data[bounds[0] : bounds[-1]]
    if (starts == ends).any() or (body == 0).any():
        raise Doubt
    # in UTF-8 every letter that nobody sees begins with one of two bytes, which hardly any number or code holds
    if ((body == 0xE2) | (body == 0xEF)).any() and pc.any(pc.match_substring_regex(cells, UNSEEN)).as_py():
        raise Doubt
    if _SUSPECT_FIRST[data[starts]].any() or _SUSPECT_LAST[data[ends - 1]].any():
        tidy = pc.utf8_trim(cells, characters=EDGES)
        if not pc.all(pc.equal(tidy, cells)).as_py() or pc.any(pc.starts_with(cells, TAG)).as_py():
            raise Doubt
    if column.pseudonym and pc.any(pc.match_substring_regex(cells, IDENTITY)).as_py():
        raise Doubt
    if column.pattern:
        # stricter than the rule where a text has line breaks: those are for the rule to judge
        fine = pc.match_substring_regex(cells, rf"\A(?-s:{column.pattern})\z")
        if not pc.all(fine).as_py():
            raise Doubt


def _codes(cells: Any, words: Words) -> Any:
    try:
        return pa.array([words.words[word] for word in cells.to_pylist() if word is not None], pa.string())
    except KeyError as exc:
        raise Doubt from exc


def _flags(cells: Any) -> Any:
    known = {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}
    try:
        return pa.array([known[word.lower()] for word in cells.to_pylist()], pa.bool_())
    except KeyError as exc:
        raise Doubt from exc


def _days(cells: Any) -> Any:
    data, bounds = _bytes_of(cells)
    if (np.diff(bounds) != 10).any():
        raise Doubt
    form = data[bounds[0] : bounds[-1]].reshape(-1, 10)
    digits = form[:, [0, 1, 2, 3, 5, 6, 8, 9]]
    if ((digits < 48) | (digits > 57)).any() or (form[:, [4, 7]] != 45).any():
        raise Doubt
    if (form[:, :4] == 48).all(axis=1).any():
        raise Doubt  # there is no year 0
    return _cast(cells, pa.date32())


def _numbers(cells: Any, kind: pa.DataType) -> Any:
    data, bounds = _bytes_of(cells)
    starts, lengths = bounds[:-1], np.diff(bounds)
    if (lengths == 0).any() or not _NUMERIC[data[bounds[0] : bounds[-1]]].all():
        raise Doubt
    minus = data[starts] == 45
    if (lengths[minus] < 2).any():
        raise Doubt
    # a number begins with a digit, after the sign if there is one
    if (data[starts + minus] < 48).any():
        raise Doubt
    return _cast(cells, kind)


def _cast(cells: Any, kind: pa.DataType) -> Any:
    try:
        return cells.cast(kind)
    except pa.ArrowInvalid as exc:
        raise Doubt from exc


def _within(values: Any, column: Column) -> Any:
    low: Any = column.low
    high: Any = column.high
    if column.type == "date":
        low, high = (None if bound is None else dt.date.fromisoformat(bound) for bound in (low, high))
    elif low is not None or high is not None:
        low, high = (None if bound is None else Decimal(bound) for bound in (low, high))
    if low is None and high is None:
        return values
    seen = pc.min_max(values)
    least, most = seen["min"].as_py(), seen["max"].as_py()
    if least is not None and ((low is not None and least < low) or (high is not None and most > high)):
        raise Doubt
    return values
