"""A brief as one side of A4."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from qingce.publish.brief import Brief, shorter
from qingce.publish.pdf.render import PdfError, set_paper


def fitted(brief: Brief) -> tuple[Brief, bytes]:
    """The brief cut until it fits one side, and the PDF; the same brief gives the same bytes.

    Raises:
        PdfError: Typst refuses, or it does not fit however short its lists are.
    """
    while True:
        data, sides = set_paper("brief.typ", "brief", _told(brief), most=1)
        if sides == 1:
            return brief, data
        cut = shorter(brief)
        if cut is None:
            raise PdfError("简报一页放不下：请在 [report] brief 里少选几个数值。")
        brief = cut


def _told(brief: Brief) -> dict[str, Any]:
    told = asdict(brief) | {"day": f"{brief.day:%Y-%m-%d}"}
    told["sections"] = [asdict(one) | {"rest": one.rest} for one in brief.sections]
    return told
