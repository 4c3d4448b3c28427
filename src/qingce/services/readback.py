"""Reading the editions of a build back: the PDF and the web pages, held against the pages they were made from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from qingce.audit.readers import read_bytes
from qingce.core.page import Document, Page
from qingce.core.unit import MONEY_UNITS
from qingce.publish.html.address import page_path
from qingce.publish.units import page_switches, pressed, shown_in
from qingce.services.cache import TextCache
from qingce.services.gate import SWITCHED, Gate, KeptGates, told
from qingce.services.unbound import held, named, unbound

Spans = Mapping[str, tuple[int, int]]


def read_back(document: Document, room: Path, spans: Spans, cache: TextCache) -> dict[str, Gate]:
    """What came of each edition in a folder, ``PDF`` and ``网页``; an edition that is not there is left out.

    Args:
        spans: first and last printed page of each section, as ``render_pdf`` gives them.
        cache: answers are kept under the bytes of the edition and the page, so what did not change is not read again.

    Raises:
        UnreadableError: an edition cannot be read.
    """
    gates = {}
    pdf = room / "report.pdf"
    if pdf.is_file():
        gates["PDF"] = read_pdf(document, pdf, spans, cache)
    if (room / "index.html").is_file():
        gates["网页"] = read_web(document, room, cache)
        switched = read_units(document, room, cache)
        gates |= {SWITCHED: switched} if switched.shown else {}
    return gates


def read_pdf(document: Document, pdf: Path, spans: Spans, cache: TextCache) -> Gate:
    """What came of a PDF; arguments and errors as of :func:`read_back`."""
    made_of = [hashlib.sha256(pdf.read_bytes()).hexdigest(), told(document), sorted(spans.items())]
    kept = KeptGates(cache)
    return kept.gate(made_of, lambda: unbound(document, pdf, spans, kept))


def read_web(document: Document, room: Path, cache: TextCache) -> Gate:
    """What came of the chapters of the web edition in a folder; errors as of :func:`read_back`."""
    gate, kept = Gate(), KeptGates(cache)
    for page in document.pages:
        gate.add(_chapter(document, page, room, kept))
    return gate


def read_units(document: Document, room: Path, cache: TextCache) -> Gate:
    """What came of the chapters whose money can be switched, as they are seen in each unit of the switch."""
    gate, kept = Gate(), KeptGates(cache)
    for page in document.pages:
        for unit in MONEY_UNITS if page_switches(page) else ():
            gate.add(_chapter(document, shown_in(page, unit), room, kept, unit))
    return gate


def _chapter(document: Document, page: Page, room: Path, kept: KeptGates, unit: str = "") -> Gate:
    name = page_path(page.slug)
    whole = (room / name).read_bytes()
    main = whole[whole.find(b"<main"):whole.find(b"</main>") + 7]  # what stands around it is the same on every page
    main = pressed(main, unit) if unit else main

    def read() -> Gate:
        return held(page, read_bytes(name, main).lines, name, document, sources=True)

    return kept.gate([hashlib.sha256(main).hexdigest(), told(page), *named(document)], read)
