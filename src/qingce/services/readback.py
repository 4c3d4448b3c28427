"""Reading the editions of a build back: the PDF and the web pages, held against the pages they were made from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qingce.audit.readers import read_bytes
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.page import Document, Page
from qingce.publish.html.address import page_path
from qingce.services.cache import TextCache
from qingce.services.unbound import Gate, held, unbound

_METHOD = "1"
"""Part of every kept answer's name; another number makes all of them anew."""


def read_back(
    document: Document, room: Path, spans: Mapping[str, tuple[int, int]], cache: TextCache
) -> dict[str, Gate]:
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
        made_of = [hashlib.sha256(pdf.read_bytes()).hexdigest(), _print(document), sorted(spans.items())]
        gates["PDF"] = _kept(cache, made_of, lambda: unbound(document, pdf, spans))
    if (room / "index.html").is_file():
        gates["网页"] = web = Gate()
        for page in document.pages:
            web.add(_web(document, page, room, cache))
    return gates


def _web(document: Document, page: Page, room: Path, cache: TextCache) -> Gate:
    name = page_path(page.slug)
    whole = (room / name).read_bytes()
    main = whole[whole.find(b"<main"):whole.find(b"</main>") + 7]  # what stands around it is the same on every page

    def read() -> Gate:
        return held(page, read_bytes(name, main).lines, name, document, sources=True)

    named = [document.title, document.organisation, document.subtitle]
    return _kept(cache, [hashlib.sha256(main).hexdigest(), _print(page), *named], read)


def _print(part: Document | Page) -> str:
    return hashlib.sha256(repr(part).encode()).hexdigest()


def _kept(cache: TextCache, made_of: Sequence[object], read: Callable[[], Gate]) -> Gate:
    def make() -> str:
        gate = read()
        told = {"bound": gate.bound, "found": gate.found, "quantities": dict(gate.quantities),
                "findings": [asdict(finding) for finding in gate.findings]}
        return json.dumps(told, ensure_ascii=False)

    kept = json.loads(cache.text("gate", [_METHOD, *made_of], make))
    findings = [_finding(found) for found in kept["findings"]]
    return Gate(kept["bound"], kept["found"], Counter(kept["quantities"]), findings)


def _finding(kept: Mapping[str, Any]) -> Finding:
    return Finding(kept["rule"], Status(kept["status"]), Severity(kept["severity"]), kept["reason"],
                   place=Place(**kept["place"]), advice=kept["advice"])
