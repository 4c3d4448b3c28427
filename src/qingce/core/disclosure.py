"""Disclosure (披露项): a clause of a standard, and where a report answers it.

A standard is a YAML file of facts (codes, short titles, dates, trust); a project's answers are a
second one that points from codes at pages and metrics, or says openly what is left out and why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from qingce.core.errors import DeclarationError, did_you_mean


class Omission(StrEnum):
    """The reasons for which a clause, or a part of it, may go unanswered."""

    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"
    CONFIDENTIAL = "confidential"
    PROHIBITED = "prohibited"


OMISSION_LABELS = {
    Omission.NOT_APPLICABLE: "不适用", Omission.NOT_AVAILABLE: "信息暂缺或不完整",
    Omission.CONFIDENTIAL: "保密限制", Omission.PROHIBITED: "法律禁止披露",
}
OMISSION_LABELS_EN = {
    Omission.NOT_APPLICABLE: "Not applicable", Omission.NOT_AVAILABLE: "Information unavailable or incomplete",
    Omission.CONFIDENTIAL: "Confidentiality constraints", Omission.PROHIBITED: "Legal prohibitions",
}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One clause.

    Attributes:
        code: as the standard writes it, for example ``302-1``.
        group: the part it belongs to, for example ``GRI 302：能源 2016``.
        trust: whether the Chinese wording was confirmed at the source: ``verified`` or ``unconfirmed``;
            ``trust_en`` the same of the English wording.
        measured: the clause asks for quantities, so that words alone do not answer it.
        valid_from, valid_to: first and last day on which it is in force; ``None`` is open.
        replaced_by: what takes its place after ``valid_to``.
        group_en: the group in English, empty where the standard's file gives none.
    """

    code: str
    title: str
    group: str
    title_en: str = ""
    trust: str = "unconfirmed"
    note: str = ""
    trust_en: str = "unconfirmed"
    measured: bool = False
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    replaced_by: str = ""
    group_en: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a project answers a clause: pages, figures, or an omission with its reason.

    Pages and an omission may stand together: then a part of the clause is answered.

    Attributes:
        pages: slugs of the pages that answer it.
        figures: names of the metrics that answer it.
        omission: ``""`` or one of :class:`Omission`.
        because: the reason in words, always given with an omission; ``because_en`` the same in English.
        file: where the answer was read.
    """

    code: str
    pages: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    omission: str = ""
    because: str = ""
    file: str = ""
    because_en: str = ""

    @property
    def omitted(self) -> str:
        """The omission as printed, for example ``不适用：报告期内未发生``.

        >>> Answer("201-4", omission="not_applicable", because="报告期内未发生").omitted
        '不适用：报告期内未发生'
        """
        return f"{OMISSION_LABELS[Omission(self.omission)]}：{self.because}" if self.omission else ""

    @property
    def omitted_en(self) -> str:
        """The same in English; without a reason where nobody translated it.

        >>> Answer("201-4", omission="not_applicable", because="报告期内未发生", because_en="none occurred").omitted_en
        'Not applicable: none occurred'
        """
        label = OMISSION_LABELS_EN[Omission(self.omission)] if self.omission else ""
        return f"{label}: {self.because_en}" if self.because_en else label


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard with its clauses in print order.

    Attributes:
        statement: the statement of use, with ``{organisation}``, ``{start}`` and ``{end}`` in it;
            ``statement_en`` the same in English.
    """

    name: str
    title: str
    edition: str
    disclosures: tuple[Disclosure, ...]
    answers: Mapping[str, Answer] = field(default_factory=dict)
    source: str = ""
    statement: str = ""
    title_en: str = ""
    statement_en: str = ""

    def disclosure(self, code: str) -> Disclosure | None:
        """The clause of that code."""
        return next((d for d in self.disclosures if d.code == code), None)

    def answered(self, answers: Mapping[str, Answer]) -> Standard:
        """The standard with a project's answers; a code answered before is answered anew."""
        return replace(self, answers={**self.answers, **answers})

    def served(self) -> dict[str, tuple[str, ...]]:
        """For each metric that an answer names, the codes it serves, in print order."""
        codes: dict[str, list[str]] = {}
        for clause in self.disclosures:
            answer = self.answers.get(clause.code)
            for metric in answer.figures if answer else ():
                codes.setdefault(metric, []).append(clause.code)
        return {metric: tuple(listed) for metric, listed in codes.items()}


# -- reading --------------------------------------------------------------------------------

_STANDARD = ("title", "title_en", "edition", "source", "statement", "statement_en", "groups")
_GROUP = ("code", "title", "title_en", "year", "disclosures")
_CLAUSE = (
    "code", "title", "title_en", "trust", "trust_en", "note", "measured", "valid_from", "valid_to",
    "replaced_by",
)
_ANSWER = ("pages", "figures", "omission", "because", "because_en")
_TRUST = ("verified", "unconfirmed")
_BLANKS = {"organisation", "start", "end"}


def read_standard(name: str, raw: object, where: str) -> Standard:
    """A standard from its YAML mapping (keys: title, edition, source, statement, groups).

    Args:
        name: the folder's name, by which pages ask for it.
        raw: what the YAML file holds.
        where: the file, for messages.

    Raises:
        DeclarationError: a key is missing, unknown or of the wrong type, or a code stands twice.
    """
    top = _mapping(raw, _STANDARD, ("title", "edition", "groups"), where)
    statement = _text(top, "statement", where)
    english = _text(top, "statement_en", where)
    for blank in re.findall(r"\{([^{}]*)\}", statement + english):
        if blank not in _BLANKS:
            raise DeclarationError(
                f"{where}: 'statement' asks for {{{blank}}}; it may use {{organisation}}, {{start}}, {{end}}."
                f"{did_you_mean(blank, _BLANKS)}"
            )
    clauses: list[Disclosure] = []
    for number, part in enumerate(_sequence(top, "groups", where), 1):
        clauses += _group(part, f"{where}: group {number}")
    seen: set[str] = set()
    for clause in clauses:
        if clause.code in seen:
            raise DeclarationError(f"{where}: the code {clause.code!r} stands twice; declare it once.")
        seen.add(clause.code)
    return Standard(
        name=name, title=_text(top, "title", where), edition=_text(top, "edition", where),
        disclosures=tuple(clauses), source=_text(top, "source", where), statement=statement,
        title_en=_text(top, "title_en", where), statement_en=english,
    )


def _group(raw: object, where: str) -> list[Disclosure]:
    part = _mapping(raw, _GROUP, ("title", "disclosures"), where)
    code, title, year = (_text(part, key, where) for key in ("code", "title", "year"))
    label = f"{code}：{title} {year}".strip("： ")
    english = f"{code}: {_text(part, 'title_en', where)} {year}".strip(": ") if part.get("title_en") else ""
    return [
        replace(_clause(item, label, f"{where} ({label}), clause {number}"), group_en=english)
        for number, item in enumerate(_sequence(part, "disclosures", where), 1)
    ]


def _clause(raw: object, group: str, where: str) -> Disclosure:
    item = _mapping(raw, _CLAUSE, ("code", "title", "trust"), where)
    for key in ("trust", "trust_en"):
        said = _text(item, key, where) or "unconfirmed"
        if said not in _TRUST:
            raise DeclarationError(
                f"{where}: {key!r} is {said!r}; write verified or unconfirmed.{did_you_mean(said, _TRUST)}"
            )
    measured = item.get("measured", False)
    if not isinstance(measured, bool):
        raise DeclarationError(f"{where}: 'measured' is {measured!r}; write true or false.")
    first, last = _day(item, "valid_from", where), _day(item, "valid_to", where)
    if first and last and last < first:
        raise DeclarationError(f"{where}: 'valid_to' {last} lies before 'valid_from' {first}.")
    return Disclosure(
        code=_text(item, "code", where), title=_text(item, "title", where), group=group,
        title_en=_text(item, "title_en", where), trust=_text(item, "trust", where),
        note=_text(item, "note", where), trust_en=_text(item, "trust_en", where) or "unconfirmed",
        measured=measured, valid_from=first, valid_to=last, replaced_by=_text(item, "replaced_by", where),
    )


def read_answers(raw: object, where: str) -> dict[str, Answer]:
    """A project's answers from their YAML mapping, code by code.

    Each entry has ``pages`` (slugs) and ``figures`` (metric names), or an ``omission``
    (not_applicable, not_available, confidential, prohibited) with ``because``, or both.
    Whether the codes, pages and metrics exist is judged by the index, which knows them.

    Raises:
        DeclarationError: an entry is not of this form.
    """
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        raise DeclarationError(
            f"{where}: answers are a mapping from codes, not {_kind(raw)}. Write: 302-1: {{pages: [energy]}}."
        )
    answers: dict[str, Answer] = {}
    for key, entry in raw.items():
        code = _word(key, "a code", where)
        if code in answers:
            raise DeclarationError(f"{where}: the code {code!r} is answered twice.")
        answers[code] = _answer(code, entry, where)
    return answers


def _answer(code: str, raw: object, file: str) -> Answer:
    where = f"{file}: {code}"
    entry = _mapping(raw, _ANSWER, (), where)
    omission, because = _text(entry, "omission", where), _text(entry, "because", where)
    reasons = [reason.value for reason in Omission]
    if omission and omission not in reasons:
        raise DeclarationError(
            f"{where}: {omission!r} is not a reason for an omission; use one of {', '.join(reasons)}."
            f"{did_you_mean(omission, reasons)}"
        )
    if omission and not because:
        raise DeclarationError(f"{where}: an omission needs 'because': say in a sentence why.")
    if because and not omission:
        raise DeclarationError(f"{where}: 'because' explains an omission; add one of {', '.join(reasons)}.")
    pages, figures = _words(entry, "pages", where), _words(entry, "figures", where)
    if not pages and not omission:
        raise DeclarationError(
            f"{where}: no page answers it. Name one in 'pages', or give an 'omission' with 'because'."
        )
    return Answer(code, pages, figures, omission, because, file, _text(entry, "because_en", where))


def _kind(value: object) -> str:
    return "nothing" if value is None else f"{value!r:.60} ({type(value).__name__})"


def _mapping(raw: object, known: Collection[str], needed: Collection[str], where: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise DeclarationError(f"{where}: expected keys ({', '.join(known)}), got {_kind(raw)}.")
    for key in raw:
        if key not in known:
            raise DeclarationError(f"{where}: unknown key {key!r}.{did_you_mean(str(key), known)}")
    for key in needed:
        if raw.get(key) in (None, ""):
            raise DeclarationError(f"{where}: {key!r} is missing.")
    return raw


def _sequence(raw: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value = raw.get(key)
    if not isinstance(value, list):
        raise DeclarationError(f"{where}: {key!r} is a list, not {_kind(value)}.")
    return value


def _word(value: object, what: str, where: str) -> str:
    # YAML reads 2.10 as the number 2.1 and no as false: what is not plainly text or a whole number is refused
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise DeclarationError(f"{where}: {what} is text, not {_kind(value)}. Put it in quotes.")
    return str(value).strip()


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    return "" if value is None else _word(value, repr(key), where)


def _words(raw: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = raw.get(key)
    if value is None:
        return ()
    if not isinstance(value, list):
        raise DeclarationError(
            f"{where}: {key!r} is a list, not {_kind(value)}. Write {key}: [{value!s:.40}]."
        )
    return tuple(dict.fromkeys(_word(item, f"an entry of {key!r}", where) for item in value))


def _day(raw: Mapping[str, Any], key: str, where: str) -> dt.date | None:
    value = raw.get(key)
    if value is None:
        return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise DeclarationError(f"{where}: {key!r} is {value!r}; write a day as 2026-12-31.") from None
