"""What a row of a returned workbook says: which item it is, and the answer in it; or why that cannot be told."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from qingce.casework.item import QUALIFIER_LABELS, Answer, Item, Mode
from qingce.core.check import ERROR, NOTE, Finding, Place, Severity, Status
from qingce.core.estimate import FIELDS, Estimate
from qingce.core.figure import Answered, Qualifier
from qingce.ledger.records.collect import shown
from qingce.ledger.returned import Returned, ReturnedRow
from qingce.publish.xlsx.collect import HEADINGS
from qingce.services.desk.workbook import Labels, seal
from qingce.services.quality.scale import methods

TEXT = {heading.field: heading.text for heading in HEADINGS}
CELLS = ("value", "answer", "qualifier", "source", "reason", *FIELDS, "explanation")
_KEY = re.compile(r"(.{3,400})@(\d{1,9})#([0-9a-f]{20})")
_NUMBER = re.compile(r"[-+]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?")
_ANSWERS = {
    "填数": Answered.VALUE, "有数值": Answered.VALUE, "数值": Answered.VALUE, "不适用": Answered.NOT_APPLICABLE,
    "暂缺": Answered.NOT_AVAILABLE, "适用但暂缺": Answered.NOT_AVAILABLE,
}
_QUALIFIERS = {label: qualifier for qualifier, label in QUALIFIER_LABELS.items()}
_ESTIMATE_WORDS = (("占比", "estimate_share"), ("估算的理由", "estimate_reason"), ("估算说明", "estimate_reason"))
_DIGITS, _WORDS = 15, 4000
_Choice = TypeVar("_Choice", Answered, Qualifier, str)
RULES: Mapping[str, tuple[str, Severity]] = {
    "workbook_foreign": ("请用本系统下载的工作簿填报，不要另建表格。", ERROR),
    "workbook_column": ("请重新下载工作簿，把内容贴到浅蓝色单元格后再传；不要删除列或改列名。", ERROR),
    "workbook_key": ("请重新下载工作簿填报；不要改动隐藏的编号列，也不要改指标、分项、机构和单位。", ERROR),
    "workbook_label": ("已按指标、分项、机构认行；排序时请全选整张表。", NOTE),
    "workbook_twice": ("同一项只留一行，删除多余的行。", ERROR),
    "workbook_campaign": ("请下载本次收集的工作簿。", ERROR),
    "workbook_formula": ("请复制单元格，再“选择性粘贴 — 数值”。", ERROR),
    "workbook_number": ("请只填数字，不带单位、汉字和日期。", ERROR),
    "workbook_answer": ("请从下拉列表选择。", ERROR),
    "workbook_estimate": ("请补全估算方法、占比和理由；不是估算的，三栏都清空。", ERROR),
    "workbook_refused": ("请按说明更正这一行。", ERROR),
    "workbook_conflict": ("核对两边的内容后再传：保留您的就直接再传，采用现值就照抄现值。", ERROR),
    "workbook_signed": ("如确需更改，请先在系统中撤回提交，或请复核人退回。", ERROR),
}


@dataclass(frozen=True, slots=True)
class Said:
    """A row that was understood.

    Attributes:
        version: of the item that the row was issued for.
    """

    row: ReturnedRow
    item: Item
    version: int
    answer: Answer
    explanation: str


def found(rule: str, reason: str, name: str, row: ReturnedRow | None = None, field: str = "") -> Finding:
    """A finding at a row and column of the workbook."""
    advice, severity = RULES[rule]
    cell = row[TEXT[field]] if row is not None and field else None
    place = Place(name) if row is None else Place(
        name, row.sheet, row.line, TEXT.get(field, ""), shown(cell.text) if cell else "")
    return Finding(rule, Status.FAIL, severity, reason, place=place, advice=advice)


class Rows:
    """The rows of one workbook against the items they may be about.

    Args:
        name: of the file, as findings quote it.
        items: by id: everything the campaign asks for and this person may read.
        called: how the row of an item calls it.
        estimates: the workbook has columns for them; without, what was said about estimating stays as it is.
    """

    def __init__(
        self, name: str, campaign: str, key: bytes, items: Mapping[str, Item], called: Callable[[Item], Labels], *,
        estimates: bool = True,
    ) -> None:
        self.name, self.campaign, self.key, self.items, self.called = name, campaign, key, items, called
        self.estimates = estimates
        self.findings: list[Finding] = []
        self.seen: dict[str, ReturnedRow] = {}
        self.versions: dict[str, int] = {}
        self._by_words: dict[tuple[str, ...], list[Item]] | None = None

    def read(self, rows: Iterable[ReturnedRow]) -> list[Said]:
        """Everything that was understood; the rest stands in ``findings``."""
        rows = list(rows)
        for row in rows:
            match = _KEY.fullmatch(row[TEXT["key"]].text)
            item = self.items.get(match[1]) if match else None
            if match and item and _same(seal(self.key, item.id, int(match[2]), self.called(item)), match[3]):
                self.versions[item.id] = int(match[2])
        return [said for row in rows if (said := self._said(row)) is not None]

    # -- which item -------------------------------------------------------------------------
    def _said(self, row: ReturnedRow) -> Said | None:
        known = self._item(row)
        if known is None:
            return None
        item, version = known
        first = self.seen.setdefault(item.id, row)
        if first is not row:
            self.add("workbook_twice", f"与第 {first.line} 行是同一项。", row, "label")
            return None
        before = len(self.findings)
        answer = self._answer(row, item)
        explanation = self.text(row, "explanation")
        if answer is None or any(f.blocks for f in self.findings[before:]):
            return None
        return Said(row, item, version, answer, explanation)

    def _item(self, row: ReturnedRow) -> tuple[Item, int] | None:
        written = row[TEXT["key"]].text
        words = tuple(row[TEXT[name]].text for name in ("label", "member", "org", "unit"))
        match = _KEY.fullmatch(written)
        if match is None:
            if not written and not any(row[TEXT[name]].text for name in (*CELLS, "label")):
                return None  # a blank line with nothing but numbers of lines or colours
            return self._by_label(row, words, "编号是空的" if not written else f"编号“{shown(written)}”被改动过")
        name, version = match[1], int(match[2])
        if name.split("/")[0] != self.campaign:
            self.add("workbook_campaign", f"这一行属于另一次收集（{shown(name.split('/')[0])}）。", row, "label")
            return None
        item = self.items.get(name)
        if item is not None and _same(seal(self.key, name, version, _labels(words)), match[3]):
            return item, version
        if item is not None and _same(seal(self.key, name, version, self.called(item)), match[3]):
            # the key is ours, but the words beside it are another row's: only some of the columns were sorted
            return self._by_label(row, words, f"编号是“{self.called(item).metric}”的，与本行文字不符")
        self.add("workbook_key", "编号不是本系统发出的，或这一项不由您填报。", row, "label")
        return None

    def _by_label(self, row: ReturnedRow, words: tuple[str, ...], why: str) -> tuple[Item, int] | None:
        if self._by_words is None:
            self._by_words = {}
            for item in self.items.values():
                plain = tuple(Returned(word, "value").text for word in self.called(item).words)
                self._by_words.setdefault(plain, []).append(item)
        fitting = self._by_words.get(words, [])
        if len(fitting) != 1:
            self.add("workbook_key", f"{why}，也认不出是哪一项。", row, "label")
            return None
        self.add("workbook_label", f"{why}。", row, "label")
        # the key may stand on another row; where it is lost, so is the version, and only an untouched item fits
        return fitting[0], self.versions.get(fitting[0].id, 0)

    # -- the answer -------------------------------------------------------------------------
    def _answer(self, row: ReturnedRow, item: Item) -> Answer | None:
        value = self._value(row, item)
        answered = self.choice(row, "answer", _ANSWERS)
        qualifier = self.choice(row, "qualifier", _QUALIFIERS)
        reason, source = self.text(row, "reason"), self.text(row, "source")
        if answered is None and value is not None and item.mode is Mode.FILE:
            answered = Answered.VALUE  # who writes a number need not also say that he wrote one
        if answered is None:
            value = None
        estimate = read_estimate(self, row) if self.estimates else item.answer.estimate
        said = Answer(answered, value, qualifier or Qualifier.EXACT, reason, source, estimate)
        if answered is not Answered.VALUE:
            said = Answer(answered, value, Qualifier.EXACT, reason, source)
        if answered is not None and said.wrong and not _bad(self.findings, row):
            about = "reason" if "原因" in said.wrong else "value"
            about = next((name for word, name in _ESTIMATE_WORDS if word in said.wrong), about)
            self.add("workbook_estimate" if about in FIELDS else "workbook_refused", said.wrong, row, about)
            return None
        return said

    def usable(self, row: ReturnedRow, field: str) -> Returned | None:
        """A cell that holds a value; of a formula or an error there is a finding."""
        cell = row[TEXT[field]]
        if cell.kind == "formula":
            self.add("workbook_formula", f"单元格 {cell.ref} 是公式，不是填写的内容。", row, field)
        elif cell.kind == "error":
            self.add("workbook_formula", f"单元格 {cell.ref} 是错误值 {shown(cell.text)}。", row, field)
        elif cell.kind == "value":
            return cell
        return None

    def text(self, row: ReturnedRow, field: str) -> str:
        """The words in a cell."""
        cell = self.usable(row, field)
        if cell is None:
            return ""
        text = str(cell.content).strip() if isinstance(cell.content, str) else cell.text
        if len(text) > _WORDS:
            self.add("workbook_refused", f"有 {len(text):,} 个字，至多 {_WORDS:,} 个。", row, field)
        return "".join(c for c in text if c.isprintable() or c == "\n")

    def choice(self, row: ReturnedRow, field: str, words: Mapping[str, _Choice]) -> _Choice | None:
        """What was chosen from a list; of anything else there is a finding."""
        cell = self.usable(row, field)
        if cell is None:
            return None
        if cell.text in words:
            return words[cell.text]
        allowed = "、".join(("填数", "不适用", "暂缺") if field == "answer" else list(words))
        self.add("workbook_answer", f"“{shown(cell.text)}”不在可选的{allowed}之内。", row, field)
        return None

    def _value(self, row: ReturnedRow, item: Item) -> Decimal | None:
        cell = self.usable(row, "value")
        if cell is None:
            return None
        read = _number(cell, item.unit)
        if isinstance(read, Decimal):
            return read
        self.add("workbook_number", f"{read}。", row, "value")
        return None

    def add(self, rule: str, reason: str, row: ReturnedRow, field: str) -> None:
        """Note what is wrong at a place of the workbook."""
        self.findings.append(found(rule, reason, self.name, row, field))


def _bad(findings: Iterable[Finding], row: ReturnedRow) -> bool:
    return any(f.blocks and f.place.row == row.line and f.place.sheet == row.sheet for f in findings)


def read_estimate(rows: Rows, row: ReturnedRow) -> Estimate | None:
    """What the three columns of estimating say; where only some are filled, a finding names the one that lacks."""
    method = rows.choice(row, "estimate_method", {one.label: code for code, one in methods().items()})
    cell, reason = rows.usable(row, "estimate_share"), rows.text(row, "estimate_reason")
    share = None if cell is None else _number(cell, "%")
    if isinstance(share, str):
        rows.add("workbook_number", f"{share}。", row, "estimate_share")
        return None
    if method is None and share is None and not reason:
        return None
    if method is None or share is None:
        lacks = "estimate_method" if method is None else "estimate_share"
        if row[TEXT[lacks]].kind == "empty":  # what stands there and cannot be read has its finding already
            rows.add("workbook_estimate", f"填了估算的其他栏，却没有填“{TEXT[lacks]}”。", row, lacks)
        return None
    return Estimate(method, share, reason)


def _number(cell: Returned, unit: str) -> Decimal | str:
    """The number that a cell holds in its item's unit, or why it is none."""
    content = cell.content
    if isinstance(content, Decimal):
        if len(content.normalize().as_tuple().digits) > _DIGITS or content.adjusted() >= _DIGITS:
            return f"超过 {_DIGITS} 位有效数字，电子表格已丢失尾数；请把单元格设为文本后重填"
        if cell.percent and unit != "%":
            return f"单元格是百分比格式，本项单位是{unit or '无'}"
        return content.scaleb(2) if cell.percent else content
    if isinstance(content, str):
        text = cell.text.replace("，", ",").removesuffix(unit).strip()
        if _NUMBER.fullmatch(text) and len(text) <= 60:
            return Decimal(text.replace(",", ""))
        return f"“{shown(cell.text)}”不是数字"
    return "是真假值，不是数字" if isinstance(content, bool) else "是日期或时间，不是数字"


def _labels(words: tuple[str, ...]) -> Labels:
    return Labels(*words)


def _same(one: str, two: str) -> bool:
    return hmac.compare_digest(one, two)


__all__ = ["CELLS", "RULES", "TEXT", "Rows", "Said", "found"]
