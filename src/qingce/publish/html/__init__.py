"""The web edition: one self-contained folder that opens from ``file://`` and never asks a network.

Call :func:`render_html` with a :class:`Site` (the document and what is known about its figures)
and a folder; it writes only files whose bytes changed and tells which. Give it a ``cache`` (any
mapping from hash to text that you keep) and pages, cards and data whose inputs are unchanged are not
made again; :func:`fingerprint` and :func:`render_page` are the pure pair behind that. Writing to a
fresh folder and renaming it is the caller's part.

    site = Site(document, figures={key: FigureCard(...)}, metrics={name: MetricCard(...)},
                pdf_pages={"green-finance": 12}, downloads=(Download("报告（PDF）", "report.pdf"),))
    render_html(site, out / "html", still=lambda chart: render_svg(chart.spec), cache=texts)

A download's address is relative to the folder's ``index.html``; files outside it may be named
(``../report.pdf``). ``still`` draws a chart as SVG text for print and for readers without JavaScript.
"""

from qingce.publish.html.cards import (
    FactorCard,
    FigureCard,
    FileCard,
    MetricCard,
    OperandCard,
    StandardCard,
)
from qingce.publish.html.site import Download, Site, SiteWriter, Twins, fingerprint, render_html, render_page
from qingce.publish.html.template import keep_compiled

__all__ = [
    "Download",
    "FactorCard",
    "FigureCard",
    "FileCard",
    "MetricCard",
    "OperandCard",
    "Site",
    "SiteWriter",
    "StandardCard",
    "Twins",
    "fingerprint",
    "keep_compiled",
    "render_html",
    "render_page",
]
