"""Term base (术语库): the English of what is named in Chinese, with notes and sources, read from YAML.

A term carries the Chinese it was made for. Where a declaration's label has changed since, its English is old and is
said to be; it is never used silently for something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qingce.core.english import UnitWord
from qingce.core.errors import DeclarationError

_KEYS = ("packs", "metrics", "codes", "units", "terms", "words", "scripts", "names")


@dataclass(frozen=True, slots=True)
class Term:
    """One name in both languages.

    Attributes:
        zh: the Chinese that the English was made for.
        forms: the English; the first is printed, the others are allowed in running text.
    """

    zh: str
    forms: tuple[str, ...]
    note: str = ""
    source: str = ""

    @property
    def en(self) -> str:
        """The English that is printed."""
        return self.forms[0]


@dataclass
class TermBase:
    """All terms of a project.

    Attributes:
        metrics, packs: by name.
        names: of organisations, departments and whatever else has a name of its own, by the Chinese.
        codes: by code list and code.
        units: by the Chinese name of a unit, without 万 and 亿.
        terms: for running text, by the Chinese.
        words: fixed words of tables, charts and formats, by the Chinese.
    """

    metrics: dict[str, Term] = field(default_factory=dict)
    packs: dict[str, Term] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    codes: dict[tuple[str, str], Term] = field(default_factory=dict)
    units: dict[str, UnitWord] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    _members: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def add(self, raw: Mapping[str, Any], where: str) -> None:
        """Take in a file; what it says of a name stands before what was said earlier.

        Raises:
            DeclarationError: a key that is not known, or a term without its Chinese or English.
        """
        for key in raw:
            if key not in _KEYS:
                raise DeclarationError(f"{where}: {key!r} is not a part of a term base ({', '.join(_KEYS)}).")
        for part in ("packs", "metrics"):
            getattr(self, part).update({str(n): _term(t, f"{where}: {n}") for n, t in (raw.get(part) or {}).items()})
        for name, values in (raw.get("codes") or {}).items():
            self.codes.update({(str(name), str(c)): _term(t, f"{where}: {name}.{c}") for c, t in values.items()})
        self._members = {(code, term.zh): term.en for (_, code), term in self.codes.items()}
        for name, word in (raw.get("units") or {}).items():
            self.units[str(name)] = UnitWord(**{str(k): str(v) for k, v in (word or {}).items()})
        for entry in raw.get("terms") or ():
            term = _term(entry, f"{where}: terms")
            self.terms[term.zh] = term
        self.names.update({str(zh): str(en) for zh, en in (raw.get("names") or {}).items()})
        self.words.update({str(zh): str(en) for zh, en in (raw.get("words") or {}).items()})

    def metric(self, name: str, zh: str) -> str:
        """The English of a metric, empty where there is none for this Chinese label."""
        return _for(self.metrics.get(name), zh)

    def code(self, codes: str, code: str, zh: str) -> str:
        """The English of a member of a code list, empty where there is none for this Chinese label."""
        return _for(self.codes.get((codes, code)), zh)

    def member(self, code: str, zh: str) -> str:
        """The English of a member by its code and Chinese label, whichever code list it is of."""
        return self._members.get((code, zh), "")

    def named(self, zh: str) -> Iterator[Term]:
        """The terms for running text that a Chinese text holds; of those inside one another only the longest."""
        taken = bytearray(len(zh))
        for term in sorted(self.terms.values(), key=lambda t: -len(t.zh)):
            at, seen = zh.find(term.zh), False
            while at >= 0:
                if not any(taken[at:at + len(term.zh)]):
                    taken[at:at + len(term.zh)] = b"\1" * len(term.zh)
                    seen = True
                at = zh.find(term.zh, at + 1)
            if seen:
                yield term


def _for(term: Term | None, zh: str) -> str:
    return term.en if term is not None and term.zh == zh else ""


def _term(raw: Any, where: str) -> Term:
    if not isinstance(raw, Mapping) or not raw.get("zh") or not raw.get("en"):
        raise DeclarationError(f"{where}: a term needs zh and en.")
    forms = raw["en"] if isinstance(raw["en"], list) else [raw["en"]]
    return Term(str(raw["zh"]), tuple(str(f) for f in forms), str(raw.get("note", "")), str(raw.get("source", "")))
