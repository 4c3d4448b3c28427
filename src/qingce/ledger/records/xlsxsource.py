"""XLSX files: which sheet, which row is the heading, and every cell as exact text.

A spreadsheet keeps numbers as binary floats of 15 reliable digits. A number cell is read by its
shortest decimal form; what differs from the declared scale by no more than the float's own noise is
that scale's value, anything else keeps its digits and is judged like typed text.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, islice

from qingce.core.check import Place
from qingce.core.dataset import Column, Dataset
from qingce.core.unit import EXACT
from qingce.ledger.records.collect import Collector, near, shown
from qingce.ledger.records.columns import NUMERIC, TEXTUAL, places_of
from qingce.ledger.records.csvsource import MANY_COLUMNS, is_synthetic
from qingce.ledger.records.guard import Delivered
from qingce.ledger.records.header import known_headings, map_columns, matches, tidy, told_below
from qingce.ledger.records.sheetscan import Flaws, judge_sheet
from qingce.ledger.records.source import INEXACT, WITH_TIME, WRONG_TYPE, Source, named
from qingce.ledger.records.workbook import Sheet, Unfit, inspect

Cells = Sequence[object]
CODES_SHEET = "代码"
"""The hidden sheet of our own templates that drop-downs take their entries from; it holds no records."""


def open_xlsx(delivered: Delivered, dataset: Dataset, collector: Collector) -> Source | None:
    """The file as a source, or nothing with findings that say why.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        sheet = _choose(inspect(delivered.path), dataset, delivered.name, collector)
        if sheet is None:
            return None
        place = Place(delivered.name, sheet.name)
        flaws = judge_sheet(delivered.path, sheet, len(dataset.columns))
        if flaws.told:
            _tell(flaws, _headings(delivered, sheet, dataset), place, collector)
            return None
        return _read(delivered, sheet, dataset, place, collector)
    except Unfit as unfit:
        collector.add(unfit.rule, unfit.reason, Place(delivered.name))
    return None


def rows_of_sheet(delivered: Delivered, dataset: Dataset, collector: Collector) -> Iterator[Cells] | None:
    """The rows below the heading as they stand, whatever is wrong with them; nothing where no sheet is chosen.

    Raises:
        OSError: the file cannot be read.
        Unfit: it must not be opened.
    """
    sheet = _choose(inspect(delivered.path), dataset, delivered.name, collector)
    if sheet is None:
        return None
    judge_sheet(delivered.path, sheet, len(dataset.columns))
    rows = _cells(delivered, sheet)
    _heading(rows)
    return rows


_FLAWS = {"xlsx_formula": "是公式，不是数值", "xlsx_error_cell": "是错误值"}


def _tell(flaws: Flaws, headings: Sequence[str], place: Place, collector: Collector) -> None:
    """Cells that are no values, each by the heading of its column where there is one."""
    for flaw in flaws.told:
        at = column_number(flaw.letters)
        heading = headings[at] if 0 <= at < len(headings) else ""
        cell = f"{flaw.letters} 列的单元格" if flaw.letters else "有单元格"
        cell = f"“{heading}”（{flaw.letters} 列）" if heading else cell
        here = Place(place.file, place.sheet, flaw.row, heading or flaw.letters, flaw.value)
        collector.add(flaw.rule, f"{cell}{_FLAWS[flaw.rule]}{flaw.value and f'：{shown(flaw.value)}'}。", here)
    for rule, count in flaws.counts.items():
        collector.more(rule, place.file, count - sum(flaw.rule == rule for flaw in flaws.told))


def column_number(letters: str) -> int:
    """The number of a column from 0; -1 where there are no letters.

    >>> column_number("A"), column_number("AA"), column_number("")
    (0, 26, -1)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _headings(delivered: Delivered, sheet: Sheet, dataset: Dataset) -> list[str]:
    """What stands above each column of a sheet that is refused; nothing where that cannot be read."""
    try:
        rows = _cells(delivered, sheet)
        _, _, headings = _heading(rows)
        likeliest = max([headings, *map(_words, islice(rows, 10))], key=lambda row: matches(row, dataset.columns))
    except Unfit:
        return []
    words = known_headings(dataset.columns)
    return [dataset.columns[words[tidy(h)]].label if tidy(h) in words else tidy(h) for h in likeliest]


def _choose(sheets: Sequence[Sheet], dataset: Dataset, file: str, collector: Collector) -> Sheet | None:
    names = {tidy(dataset.label), dataset.name}
    called = [sheet for sheet in sheets if tidy(sheet.name) in names]
    seen = [sheet for sheet in sheets if sheet.visible]
    chosen = called[0] if len(called) == 1 else seen[0] if len(seen) == 1 else None
    if chosen is None:
        titles = "、".join(sheet.name for sheet in sheets[:8]) or "无"
        hint = near(dataset.label, [sheet.name for sheet in sheets])
        collector.add("xlsx_sheet", f"没有名为“{dataset.label}”的工作表（有：{titles}）。{hint}", Place(file))
        return None
    for sheet in sheets:
        if sheet is not chosen and (sheet.visible or sheet.name != CODES_SHEET):
            collector.add("xlsx_sheet_ignored", f"工作表“{sheet.name}”没有读取。", Place(file, sheet.name))
    return chosen


def _cells(delivered: Delivered, sheet: Sheet) -> Iterator[Cells]:
    from python_calamine import CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(delivered.path))
        try:
            yield from workbook.get_sheet_by_name(sheet.name).iter_rows()
        finally:
            workbook.close()
    except (OSError, MemoryError):
        raise
    except BaseException as exc:
        # the reader is native code: what it cannot parse may surface as a panic, which is no Exception
        if isinstance(exc, KeyboardInterrupt | SystemExit | GeneratorExit):
            raise
        raise Unfit("xlsx_damaged", "文件不是完好的 XLSX：工作表读不出来。") from exc


def _read(
    delivered: Delivered, sheet: Sheet, dataset: Dataset, place: Place, collector: Collector
) -> Source | None:
    rows = _cells(delivered, sheet)
    synthetic, row, headings = _heading(rows)
    if not headings:
        collector.add("file_empty", f"工作表“{sheet.name}”没有表头。", place)
        return None
    here = Place(place.file, place.sheet, row)
    first = list(islice(rows, 10))
    if told_below(headings, enumerate(map(_words, first), row + 1), dataset.columns, here, collector):
        return None
    positions = map_columns(dataset, headings, here, collector)
    if positions is None:
        return None
    return _tabulate(
        chain(first, rows), positions, dataset, place=here, synthetic=synthetic, collector=collector
    )


def _heading(rows: Iterator[Cells]) -> tuple[bool, int, list[str]]:
    synthetic = False
    for number, cells in enumerate(rows, 1):
        words = _words(cells)
        first = next((word for word in words if word.strip()), "")
        if first.startswith("#"):
            synthetic = synthetic or is_synthetic(first)
        elif first:
            while words and not words[-1].strip():
                words.pop()
            return synthetic, number, words
    return synthetic, 0, []


def _words(cells: Cells) -> list[str]:
    return [_plain(cell) for cell in cells[:MANY_COLUMNS]]


def _plain(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _tabulate(
    rows: Iterator[Cells], positions: Mapping[str, int], dataset: Dataset, *, place: Place,
    synthetic: bool, collector: Collector,
) -> Source:
    import pyarrow as pa

    readers = {name: _reader(column) for name, column in dataset.columns.items()}
    texts: dict[str, list[str | None]] = {name: [] for name in dataset.columns}
    numbers: dict[str, int] = {}
    work = [
        (readers[n], at, texts[n].append, n, dataset.columns[n].type in TEXTUAL)
        for n, at in positions.items()
    ]
    count = 0
    for count, cells in enumerate(rows, 1):
        width = len(cells)
        for read, at, keep, name, textual in work:
            cell = cells[at] if at < width else ""
            if textual and type(cell) in (float, int):
                numbers.setdefault(name, count)
            keep(read(cell))
    for name, first in numbers.items():
        label = dataset.columns[name].label
        here = Place(place.file, place.sheet, (place.row or 0) + first, label, texts[name][first - 1] or "")
        collector.add("cell_number_as_text", f"“{label}”列应为文本，有数字单元格，已按整数文本读取。", here)
    for name in dataset.columns:
        texts[name] = texts[name] or [None] * count
    table = pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})
    base = (place.row or 0) + 1

    def damaged() -> None:
        collector.add("xlsx_damaged", "工作表的内容读不出来。", place)

    picks = ", ".join(named(name) for name in dataset.columns)
    return Source(
        place.file, f"SELECT {picks} FROM sheet", lambda wanted: {n: base + n for n in wanted}, damaged,
        synthetic, place.sheet, {"sheet": table},
    )


def _reader(column: Column) -> Callable[[object], str | None]:
    if column.type in NUMERIC:
        places = places_of(column)
        return lambda cell: number_text(cell, places)
    return {"date": date_text, "flag": flag_text}.get(column.type, plain_text)


def number_text(cell: object, places: int) -> str | None:
    """A cell of a numeric column as decimal text.

    >>> number_text(0.1 + 0.2, 2), number_text(1234.565, 2), number_text(5.0, 0), number_text("1.50", 2)
    ('0.30', '1234.565', '5', '1.50')
    """
    if type(cell) is str:
        return cell or None
    if type(cell) is int:
        return str(cell)
    if type(cell) is not float:
        return WRONG_TYPE + str(cell)
    if not math.isfinite(cell):
        return repr(cell)
    if abs(cell) >= 10.0 ** (15 - places):
        return INEXACT + repr(cell)
    text = repr(cell)
    if "e" not in text:
        if text.endswith(".0"):
            return text[:-2]
        if len(text) - text.index(".") - 1 <= places:
            return text
    exact = Decimal(text)
    near_by = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)
    if abs(near_by - exact) <= 4 * Decimal(math.ulp(cell)):
        return f"{near_by:f}"
    return f"{exact:f}"


def date_text(cell: object) -> str | None:
    """A cell of a date column as ISO text.

    >>> date_text(dt.date(2024, 12, 31)), date_text("2024-12-31"), date_text("")
    ('2024-12-31', '2024-12-31', None)
    """
    if type(cell) is str:
        return cell or None
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else f"{WITH_TIME}{cell.isoformat(' ')}"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return WRONG_TYPE + _plain(cell)


def flag_text(cell: object) -> str | None:
    """A cell of a flag column as text."""
    if type(cell) is str:
        return cell or None
    return str(cell).lower() if type(cell) is bool else WRONG_TYPE + _plain(cell)


def plain_text(cell: object) -> str | None:
    """A cell of a text column; whole numbers become their digits, anything else is not text."""
    if type(cell) is str:
        return cell or None
    if type(cell) is int or (type(cell) is float and cell.is_integer() and abs(cell) < 1e15):
        return str(int(cell))
    return WRONG_TYPE + str(cell)
