"""Inline words: bound numbers in controls, footnotes, links."""

from __future__ import annotations

import hashlib

from qingce.core.page import Break, Inline, Line, Number, Said
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import TEAL, Node, el, run
from qingce.publish.pdf.tree import WEB, number_text

_TAG = 64
"""Word takes no longer names for a control."""


class Words:
    """Turns lines into runs; it numbers the controls of a document.

    Args:
        always: numbers of tables and key figures stand in controls too.
    """

    def __init__(self, package: Package, *, always: bool = False) -> None:
        self.package = package
        self.always = always
        self.controls = 0

    def line(self, nodes: Line, *, size: float = 0, strong: bool = False, held: bool = True) -> list[Node]:
        """Inline nodes; ``held`` puts numbers into controls that cannot be edited."""
        return [part for node in nodes for part in self._inline(node, size, strong, held or self.always)]

    def _inline(self, node: Inline, size: float, strong: bool, held: bool) -> list[Node]:
        match node:
            case Break():
                return [el("r", [el("br")])]
            case Said(text=text, source=source):
                note = self.package.note(self.package.say("引自{}。", source))
                return [run(number_text(text), size=size, strong=strong), note]
            case Number():
                shown = run(number_text(node.text), size=size, strong=strong or node.strong)
                notes = [self.package.note(node.note)] if node.note else []
                return [self.held(node, shown) if held and node.figures else shown, *notes]
            case _:
                shown = run(node.text, size=size, strong=strong or node.strong, em=node.em)
                if node.href.startswith(WEB):
                    return [self._linked(node.href, node.text, size)]
                return [shown]

    def held(self, number: Number, shown: Node) -> Node:
        """A bound number: its figure's key is the tag, and the words cannot be typed over."""
        self.controls += 1
        key = number.figures[0]
        tag = key if len(key) <= _TAG else hashlib.sha256(key.encode()).hexdigest()[:16]
        look = el("sdtPr", [
            el("alias", val=number.label[:_TAG]), el("tag", val=tag), el("id", val=self.controls),
            el("lock", val="sdtContentLocked"),
        ])
        return el("sdt", [look, el("sdtContent", [shown])])

    def _linked(self, address: str, words: str, size: float) -> Node:
        made = el("hyperlink", [run(words, size=size, colour=TEAL)], history=1)
        made.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", self.package.link(address))
        return made
