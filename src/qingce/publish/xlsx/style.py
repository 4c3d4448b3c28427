"""The look of the databook: one palette, two fonts, formats made on demand."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

HEAD_FONT, BODY_FONT, CODE_FONT = "微软雅黑", "等线", "Consolas"

DEEP, MID, WHITE, ICE = "#0F4C5C", "#2A7F8E", "#FFFFFF", "#D6E8EA"
RULE, INK, MUTED = "#BFD2D4", "#1F2D30", "#5E6E72"
GOOD, BAD, CARE = "#2E7D5B", "#B3392F", "#A8690F"
GOOD_PALE, BAD_PALE, CARE_PALE = "#E4F2EA", "#FAE6E3", "#FBF0DC"

Look = dict[str, Any]
_BODY: Look = {"font_name": BODY_FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_HEAD: Look = {**_BODY, "font_name": HEAD_FONT, "bold": True}
_CELL: Look = {**_BODY, "text_wrap": True, "bottom": 1, "bottom_color": RULE}
_MARK: Look = {**_CELL, "align": "center", "text_wrap": False}

LOOKS: dict[str, Look] = {
    "title": {**_HEAD, "font_size": 22, "font_color": WHITE, "bg_color": DEEP, "indent": 1},
    "subtitle": {**_HEAD, "bold": False, "font_size": 12, "font_color": ICE, "bg_color": DEEP, "indent": 1},
    "heading": {**_HEAD, "font_size": 14, "font_color": DEEP},
    "section": {**_HEAD, "font_size": 11, "font_color": DEEP, "bottom": 2, "bottom_color": MID},
    "remark": {**_BODY, "font_size": 9, "font_color": MUTED},
    "head": {
        **_HEAD, "font_color": WHITE, "bg_color": DEEP, "align": "center", "text_wrap": True,
        "left": 1, "right": 1, "left_color": MID, "right_color": MID,
    },
    "key": {**_CELL, "font_color": MUTED, "indent": 1},
    "link": {**_CELL, "font_color": MID, "underline": 1, "indent": 1},
    "text": _CELL,
    "strong": {**_CELL, "bold": True},
    "center": {**_CELL, "align": "center"},
    "muted": {**_CELL, "font_color": MUTED},
    "remarked": {**_CELL, "font_color": CARE, "bg_color": CARE_PALE},
    "aside": {**_CELL, "font_color": MUTED, "text_wrap": False},
    "code": {**_CELL, "font_name": CODE_FONT, "font_size": 9, "font_color": MUTED, "text_wrap": False},
    "number": {**_CELL, "align": "right", "indent": 1, "text_wrap": False},
    "absent": {**_CELL, "align": "right", "indent": 1, "font_color": MUTED},
    "good": {**_MARK, "font_color": GOOD, "bg_color": GOOD_PALE},
    "care": {**_MARK, "font_color": CARE, "bg_color": CARE_PALE},
    "bad": {**_MARK, "font_color": BAD, "bg_color": BAD_PALE, "bold": True},
    "none": {**_MARK, "font_color": MUTED},
    "choice_name": {**_HEAD, "font_size": 11, "font_color": DEEP, "align": "right", "indent": 1},
    "choice": {**_HEAD, "font_size": 11, "font_color": DEEP, "align": "center", "bg_color": CARE_PALE, "border": 1,
               "border_color": DEEP},
}
OPENING: Look = {"top": 2, "top_color": DEEP}
"""Added to the cells of the first row of a group."""


class Styles:
    """Formats of one workbook, each made once."""

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._made: dict[tuple[object, ...], Format] = {}

    def get(self, look: str, **more: Any) -> Format:
        """The format of a look, with changes: ``get("number", num_format="0.00")``."""
        key = (look, *more.items())
        if key not in self._made:
            self._made[key] = self._workbook.add_format({**LOOKS[look], **more})
        return self._made[key]

    def bare(self, **more: Any) -> Format:
        """A format of nothing but these properties, for a condition that changes only them."""
        key = tuple(more.items())
        if key not in self._made:
            self._made[key] = self._workbook.add_format(more)
        return self._made[key]
