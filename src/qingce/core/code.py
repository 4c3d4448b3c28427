"""Code lists: the values a ``Code`` column may take, with Chinese labels and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qingce.core.errors import BindingError, DeclarationError, nearest

_TOLD = 8
"""Members of a list that a message names."""


class UnknownCode(BindingError):
    """A word is neither a code nor a label of a list.

    Args:
        choices: what may be written, in Chinese.
    """

    def __init__(self, text: str, choices: str) -> None:
        super().__init__(text)
        self.choices = choices


@dataclass(frozen=True, slots=True)
class CodeValue:
    """One code; open dates mean it always applied.

    ``parent`` is the code above it (a county's city, a division's section, an item's catalogue);
    ``trust`` says how far the entry was checked against its source: ``verified`` or ``unconfirmed``.
    """

    code: str
    label: str
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    note: str = ""
    parent: str = ""
    trust: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A named list in the order in which tables print it."""

    name: str
    label: str
    values: tuple[CodeValue, ...]
    source: str = ""

    def resolve(self, word: str) -> str:
        """The code for a code or a label.

        Raises:
            UnknownCode: neither a code nor a label of this list.
        """
        for value in self.values:
            if word in (value.code, value.label):
                return value.code
        known = [word for v in self.values for word in (v.label, v.code)]
        raise UnknownCode(
            f"代码表 {self.name} 里没有“{word}”。{nearest(word, known)}可写 {self.choices}", self.choices)

    @property
    def choices(self) -> str:
        """What may be written, in one Chinese sentence; of a long list its beginning, and where all of it is.

        >>> CodeList("sex", "性别", (CodeValue("m", "男"), CodeValue("f", "女"))).choices
        '男（m）、女（f）。'
        """
        told = "、".join(v.label if v.label == v.code else f"{v.label}（{v.code}）" for v in self.values[:_TOLD])
        rest = len(self.values) - _TOLD
        return f"{told}。" if rest <= 0 else f"{told} 等 {len(self.values)} 个，全部见数据字典的代码表“{self.label}”。"

    def label_of(self, code: str) -> str:
        """The label of a code, or the code itself where the list does not know it."""
        return next((v.label for v in self.values if v.code == code), code)


def read_codes(name: str, raw: Mapping[str, Any], where: str) -> CodeList:
    """A code list from its YAML mapping (keys: label, source, values: [{code, label, ...}])."""
    if "label" not in raw or "values" not in raw:
        raise DeclarationError(f"{where}: code list {name!r} needs 'label' and 'values'.")
    values = tuple(
        CodeValue(
            str(v["code"]), str(v["label"]), v.get("valid_from"), v.get("valid_to"), str(v.get("note", "")),
            str(v.get("parent", "")), str(v.get("trust", "")),
        )
        for v in raw["values"]
    )
    if len({v.code for v in values}) != len(values):
        raise DeclarationError(f"{where}: code list {name!r} has a code twice.")
    return CodeList(name, str(raw["label"]), values, str(raw.get("source", "")))
