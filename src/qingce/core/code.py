"""Code lists: the values a ``Code`` column may take, with Chinese labels and dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qingce.core.errors import BindingError, DeclarationError, nearest


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
            BindingError: neither a code nor a label of this list.
        """
        for value in self.values:
            if word in (value.code, value.label):
                return value.code
        known = [v.label for v in self.values]
        raise BindingError(f"代码表 {self.name} 里没有“{word}”。{nearest(word, known)}")

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
