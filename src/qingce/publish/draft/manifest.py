"""What a draft promises: the page's parts as they went out, and how each number was printed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qingce.core.page import Break, Text
from qingce.publish.draft.source import Atom, Bound

FORMAT = "qingce-draft/1"
SHORT = 12
"""Digits of a hash that a key carries; Word takes 64 characters for a tag and 40 for a bookmark."""
PARA_ID = "{http://schemas.microsoft.com/office/word/2010/wordml}paraId"
"""The number by which Word itself knows a paragraph."""


def para_id(draft: str, n: int) -> str:
    """The number that a part's paragraph has in a draft: eight digits below half of what they could say.

    >>> para_id("0123456789ab", 3)
    '07D65BC9'
    """
    made = int(hashlib.sha256(f"{draft}:{n}".encode()).hexdigest()[:8], 16)
    return f"{made & 0x7FFFFFFF or 1:08X}"


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as a draft shows it.

    Attributes:
        tag: of its control in Word.
        figure: key of the figure it rests on; empty of a quoted number.
        text: as printed.
    """

    tag: str
    figure: str
    label: str
    text: str


@dataclass(frozen=True)
class Drafted:
    """A part of the page in a draft.

    Attributes:
        n: its number, from 1, blocks counted too.
        paragraph: its number for comments (the desk counts running paragraphs only); 0 where it has none.
        numbers: how each of its bindings was printed.
        shown: of a block, its words as Word holds them.
    """

    n: int
    kind: str
    source: str
    mark: str
    editable: bool
    paragraph: int
    atoms: tuple[Atom, ...] = ()
    numbers: tuple[Printed, ...] = ()
    shown: str = ""

    @cached_property
    def hash(self) -> str:
        """sha256 of its source."""
        return hashlib.sha256(self.source.encode()).hexdigest()

    @property
    def words(self) -> str:
        """Its words with numbers as printed."""
        return said(self.atoms, self.numbers)


@dataclass(frozen=True)
class Manifest:
    """A draft.

    Attributes:
        edition: what the report was when it went out: ``未封版``, or the edition's name and revision.
        figures: a hash over the printed numbers; it is another one when a number moves.
        file: the page's file in the project.
    """

    project: str
    report: str
    page: str
    title: str
    file: str
    edition: str
    figures: str
    parts: tuple[Drafted, ...]

    @cached_property
    def text(self) -> str:
        """As JSON, the same text for the same draft."""
        return json.dumps({"format": FORMAT, **_plain(self)}, ensure_ascii=False, sort_keys=True, indent=1) + "\n"

    @cached_property
    def checksum(self) -> str:
        """sha256 of the promise."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def id(self) -> str:
        """Of the draft: the same page with the same numbers is the same draft."""
        return self.checksum[:SHORT]

    def part(self, n: int) -> Drafted | None:
        """The part of that number."""
        return self.parts[n - 1] if 0 < n <= len(self.parts) else None

    @classmethod
    def load(cls, text: str) -> Manifest:
        """Read what :attr:`text` wrote."""
        raw: dict[str, Any] = json.loads(text)
        told = tuple(
            Drafted(**{**one, "atoms": atoms_of(one["atoms"]), "numbers": tuple(Printed(**p) for p in one["numbers"])})
            for one in raw["parts"])
        return cls(**{name: raw[name] for name in
                      ("project", "report", "page", "title", "file", "edition", "figures")}, parts=told)


def _plain(one: Manifest) -> dict[str, Any]:
    told = [{
        "n": p.n, "kind": p.kind, "source": p.source, "mark": p.mark, "editable": p.editable, "paragraph": p.paragraph,
        "atoms": plain_atoms(p.atoms), "shown": p.shown,
        "numbers": [{"tag": n.tag, "figure": n.figure, "label": n.label, "text": n.text} for n in p.numbers],
    } for p in one.parts]
    return {"project": one.project, "report": one.report, "page": one.page, "title": one.title, "file": one.file,
            "edition": one.edition, "figures": one.figures, "parts": told}


def plain_atoms(atoms: Sequence[Atom]) -> list[dict[str, Any]]:
    """Words as JSON."""
    return [
        {"br": True} if isinstance(a, Break)
        else {"bound": a.expression, "strong": a.strong} if isinstance(a, Bound)
        else {"text": a.text, "strong": a.strong, "em": a.em, "href": a.href}
        for a in atoms
    ]


def atoms_of(raw: Sequence[Mapping[str, Any]]) -> tuple[Atom, ...]:
    """Read what :func:`plain_atoms` wrote."""
    return tuple(
        Break() if "br" in a else Bound(a["bound"], a["strong"]) if "bound" in a
        else Text(a["text"], a["strong"], a["em"], a["href"])
        for a in raw
    )


def said(atoms: Sequence[Atom], numbers: Sequence[Printed]) -> str:
    """Words as a reader reads them, numbers as printed in their order."""
    shown = iter(numbers)
    out = ""
    for atom in atoms:
        match atom:
            case Text(text=text):
                out += text
            case Break():
                out += "\n"
            case Bound():
                out += next(shown).text
    return out
