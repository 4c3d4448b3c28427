"""A blackline as PDF."""

from __future__ import annotations

from dataclasses import asdict

from qingce.publish.blackline import Blackline
from qingce.publish.pdf.render import set_paper


def render_blackline(paper: Blackline) -> bytes:
    """Set it; the same paper gives the same bytes.

    Raises:
        PdfError: Typst refuses.
    """
    told = asdict(paper) | {"issued": paper.issued.isoformat()}
    return set_paper("blackline.typ", "blackline", told)[0]
