"""The standards index on the desk: what is answered, what is left out and why, and what is a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding, Status
from qingce.core.disclosure import OMISSION_LABELS, Omission, Standard
from qingce.core.errors import Missing, Refused
from qingce.core.page import Document
from qingce.ledger.projections.editions import omission
from qingce.publish.index import content_index
from qingce.services.desk.desk import Desk
from qingce.services.desk.laid import current

REASONS: Mapping[str, str] = {reason.value: label for reason, label in OMISSION_LABELS.items()}
_WORDS = 500


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause and how the report stands to it.

    Attributes:
        state: ``answered``, ``part`` (pages, and something left out), ``omitted`` or ``gap``.
        pages: slug and title of the pages that answer it.
        figures: name and label of the metrics that answer it.
        reason, because: of the omission; ``desk`` where it was given here.
        findings: what is wrong with the answer.
    """

    code: str
    title: str
    group: str
    measured: bool
    trust: str
    state: str
    pages: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    reason: str
    because: str
    desk: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Coverage:
    """A standard with its clauses; ``asked``: the report says that it answers this standard."""

    name: str
    title: str
    edition: str
    asked: bool
    clauses: tuple[Clause, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many clauses are in each state."""
        found = dict.fromkeys(("answered", "part", "omitted", "gap"), 0)
        for clause in self.clauses:
            found[clause.state] += 1
        return found


def coverages(desk: Desk, actor: Actor) -> list[Coverage]:
    """Every standard that the report answers, then the others that are known.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_PAGES)
    project = current(desk)
    document = project.composed.document
    with desk.reading() as db:
        given = {(row.standard, row.code) for row in db.execute(select(omission))}
    asked = set(project.settings.standards)
    found = [_coverage(s, document, project.registry.metrics, name in asked or bool(s.answers), given)
             for name, s in project.registry.standards.items()]
    return sorted(found, key=lambda c: (not c.asked, c.name))


def coverage(desk: Desk, actor: Actor, name: str) -> Coverage:
    """One standard.

    Raises:
        Denied, Missing: no right; no such standard.
    """
    found = next((c for c in coverages(desk, actor) if c.name == name), None)
    if found is None:
        raise Missing(f"没有标准“{name}”。")
    return found


def _coverage(
    standard: Standard, document: Document, metrics: Mapping[str, object], asked: bool, given: set[tuple[str, str]]
) -> Coverage:
    _, findings = content_index(standard, document, metrics)
    wrong: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.status is Status.FAIL:
            wrong.setdefault(finding.place.column, []).append(finding)
    clauses = []
    for clause in standard.disclosures:
        answer = standard.answers.get(clause.code)
        pages = tuple((slug, page.title) for slug in (answer.pages if answer else ())
                      if (page := document.page(slug)) is not None)
        omitted = bool(answer and answer.omission)
        state = "gap" if answer is None or not (pages or omitted) else (
            ("part" if omitted else "answered") if pages else "omitted")
        clauses.append(Clause(
            clause.code, clause.title, clause.group, clause.measured, clause.trust, state, pages,
            tuple((name, _label(metrics.get(name), name)) for name in (answer.figures if answer else ())),
            answer.omission if answer else "", answer.because if answer else "",
            (standard.name, clause.code) in given, tuple(wrong.get(clause.code, ())),
        ))
    return Coverage(standard.name, standard.title, standard.edition, asked, tuple(clauses))


def _label(metric: object, name: str) -> str:
    return str(getattr(metric, "label", name))


def set_omission(desk: Desk, actor: Actor, standard: str, code: str, *, reason: str, because: str) -> None:
    """Say why a clause, or a part of it, is left out; it becomes part of the index.

    Raises:
        Denied, Missing, Refused: no right; no such standard or clause; not one of the reasons, or no words.
    """
    desk.require(actor, Action.EDIT_INDEX)
    _clause(desk, standard, code)
    if reason not in {r.value for r in Omission}:
        raise Refused(f"从略的理由只有：{'、'.join(REASONS.values())}。")
    if not because.strip() or len(because) > _WORDS:
        raise Refused(f"请用一句话写明为什么从略，不超过 {_WORDS} 字。")
    with desk.writing() as made:
        made.append(actor.account, "omission_set", f"clause/{standard}/{code}",
                    {"reason": reason, "because": because.strip()})


def remove_omission(desk: Desk, actor: Actor, standard: str, code: str) -> None:
    """Take back what was said on the desk about a clause; the project's own answer stands again.

    Raises:
        Denied, Missing: no right; nothing was said about it here.
    """
    desk.require(actor, Action.EDIT_INDEX)
    with desk.writing() as made:
        said = select(omission).where(omission.c.standard == standard, omission.c.code == code)
        if made.db.execute(said).first() is None:
            raise Missing("工作台没有这一条的从略说明。")
        made.append(actor.account, "omission_removed", f"clause/{standard}/{code}")


def _clause(desk: Desk, standard: str, code: str) -> None:
    known = desk.registry.standards.get(standard)
    if known is None or known.disclosure(code) is None:
        raise Missing(f"没有披露项“{standard} {code}”。")
