"""A workbook that came back: judged as a whole, taken all or not at all unless its owner chooses the good rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from qingce.casework.item import FIELD_LABELS, Item
from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding
from qingce.core.errors import Denied, Missing, QingceError, Refused, Stale
from qingce.core.estimate import FIELDS
from qingce.ledger.blobs import Received
from qingce.ledger.filekind import safe_name
from qingce.ledger.journal import Writing
from qingce.ledger.returned import ReturnedBook, ReturnedRow, read_returned
from qingce.publish.xlsx.collect import HEADINGS, KEY
from qingce.services.desk.acting import posts
from qingce.services.desk.collecting import SIGNED, explain_within, file_within, items
from qingce.services.desk.desk import Desk
from qingce.services.desk.entry import part_text
from qingce.services.desk.files import XLSX, blobs_of
from qingce.services.desk.items import read_campaign, read_named
from qingce.services.desk.workbook import Labels, known_key, labels, row_key
from qingce.services.desk.workbook_marks import mark
from qingce.services.desk.workbook_rows import TEXT, Rows, Said, found

LIMIT = 20 << 20
"""Bytes of a workbook."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an upload.

    Attributes:
        taken: items that changed.
        same: rows that said what was known already.
        findings: where it cannot be taken, with row and column.
        marked: sha256 of the same workbook with those places marked; empty where it could not be opened.
        stands: whether anything was taken, or there was nothing to take.
    """

    taken: tuple[str, ...] = ()
    same: int = 0
    findings: tuple[Finding, ...] = ()
    marked: str = ""
    stands: bool = False

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        bad = len({(f.place.sheet, f.place.row) for f in self.findings if f.blocks})
        if not self.stands:
            return f"没有收下：{bad} 行有误，全部内容均未入库。" if self.marked else "没有收下：工作簿不能读取。"
        said = f"已收下 {len(self.taken)} 项，{self.same} 项没有变化"
        return f"{said}，{bad} 行有误未收。" if bad else f"{said}。"


class _Back(QingceError):
    """Ends a transaction that must not stand."""


def receive(
    desk: Desk, actor: Actor, campaign: str, source: BinaryIO | bytes, name: str, *, good_rows: bool = False
) -> Outcome:
    """Take a filled workbook.

    Args:
        name: of the file as its sender calls it.
        good_rows: take the rows that hold although others do not.

    Raises:
        Missing, Denied: no such campaign, or nothing in it is for this person to read.
        Refused: empty, or too large.
    """
    name = safe_name(name)
    known = {item.id: item for item in items(desk, actor, campaign=campaign)}
    if not known:
        raise Denied("这次收集没有您可以填报的指标。")
    with blobs_of(desk).receive(source, limit=LIMIT, suffix=PurePosixPath(name).suffix.lower() or ".xlsx") as received:
        book = read_returned(received.path, name, KEY, [h.text for h in HEADINGS])
        return _Return(desk, actor, campaign, known, received, name, book).outcome(good_rows)


@dataclass
class _Return:
    desk: Desk
    actor: Actor
    campaign: str
    known: dict[str, Item]
    received: Received
    name: str
    book: ReturnedBook
    seen: dict[str, ReturnedRow] = field(default_factory=dict)
    called: dict[str, Labels] = field(default_factory=dict)

    def outcome(self, good_rows: bool) -> Outcome:
        fatal = [*self.book.findings, *self._layout()]
        if fatal:
            with self.desk.writing() as made:
                self._note(made, Outcome(findings=tuple(fatal)))
            return Outcome(findings=tuple(fatal))
        with self.desk.reading() as db:
            key = known_key(db)
        rows = Rows(self.name, self.campaign, key, self.known, self._called,
                    estimates=not {TEXT[name] for name in FIELDS} & set(self.book.missing))
        said = rows.read(self.book.rows)
        self.seen = rows.seen
        try:
            with self.desk.writing() as made:
                taken, same, more = self._take(made, said)
                findings = (*rows.findings, *more)
                outcome = Outcome(tuple(taken), same, findings, stands=True)
                if any(f.blocks for f in findings) and not good_rows:
                    raise _Back
                return self._finish(made, outcome, key)
        except _Back:
            pass
        with self.desk.writing() as made:
            return self._finish(made, Outcome(findings=findings), key)

    def _called(self, item: Item) -> Labels:
        if item.id not in self.called:
            self.called[item.id] = labels(self.desk, item)
        return self.called[item.id]

    def _layout(self) -> list[Finding]:
        """What is wrong with the workbook as such."""
        if self.book.findings:
            return []
        if not self.book.rows:
            return [found("workbook_foreign", "这不是系统发出的填报工作簿：找不到编号列，或没有任何一行。", self.name)]
        needed = {heading.text for heading in HEADINGS if heading.entered} | {TEXT[n] for n in ("label", "org", "unit")}
        known = {TEXT[name] for name in FIELDS}
        # a workbook from before estimates were asked for has none of their columns; one that has some has lost others
        needed -= known if known <= set(self.book.missing) else set()
        gone = [heading for heading in self.book.missing if heading in needed]
        return [found("workbook_column", f"少了列“{'”“'.join(gone)}”。", self.name)] if gone else []

    # -- taking -----------------------------------------------------------------------------
    def _take(self, made: Writing, said: Sequence[Said]) -> tuple[list[str], int, list[Finding]]:
        taken: list[str] = []
        same, findings = 0, []
        fresh = {item.id: item for item in read_named(self.desk, made.db, [one.item.id for one in said])}
        for one in said:
            now = fresh[one.item.id]
            changes = _changes(now, one)
            if not changes:
                same += 1
                continue
            try:
                if now.state in SIGNED:
                    raise Denied("已提交，工作簿里的改动不能直接收下")
                self._file(made, one, now)
            except Stale as stale:
                if stale.base and stale.mine == stale.base and not one.explanation:
                    same += 1  # the row came back as it went out: what was entered elsewhere meanwhile stands
                else:
                    findings.append(_conflict(self.name, one.row, stale, _names(made, now)))
            except (Denied, Missing, Refused) as refused:
                rule = "workbook_signed" if now.state in SIGNED else "workbook_refused"
                about = "value" if "value" in changes else changes[0]
                findings.append(found(rule, f"{str(refused).rstrip('。')}。", self.name, one.row, about))
            else:
                taken.append(now.id)
        return taken, same, findings

    def _file(self, made: Writing, one: Said, now: Item) -> None:
        version = one.version
        if one.answer != now.answer:
            after = file_within(self.desk, made, self.actor, now.id, one.answer, version=version, channel="workbook")
            version = after.version
        if one.explanation and one.explanation != now.explanation.words:
            explain_within(self.desk, made, self.actor, now.id, one.explanation, version=version)

    # -- giving back ------------------------------------------------------------------------
    def _finish(self, made: Writing, outcome: Outcome, key: bytes) -> Outcome:
        marked = ""
        if outcome.findings:
            fresh = read_named(self.desk, made.db, self.seen)
            keys = {i.id: row_key(key, i, self._called(i)) for i in fresh}
            content = mark(self.received.path, outcome.findings, {
                (row.sheet, row[KEY].ref): keys[name] for name, row in self.seen.items() if row[KEY].ref
            })
            blobs = blobs_of(self.desk)
            with blobs.receive(content, limit=LIMIT * 2) as copy:
                marked = blobs.keep(made.db, copy, XLSX, made.at)
        outcome = Outcome(outcome.taken, outcome.same, outcome.findings, marked, outcome.stands)
        self._note(made, outcome)
        return outcome

    def _note(self, made: Writing, outcome: Outcome) -> None:
        read_campaign(made.db, self.campaign)
        sha256 = blobs_of(self.desk).keep(made.db, self.received, XLSX, made.at)
        made.append(self.actor.account, "workbook_received", f"campaign/{self.campaign}", {
            "file": self.name, "sha256": sha256, "marked": outcome.marked, "rows": len(self.book.rows),
            "taken": len(outcome.taken), "same": outcome.same, "stands": outcome.stands,
            "findings": len(outcome.findings),
        })


def _changes(now: Item, one: Said) -> list[str]:
    """The columns in which a row says something else than is known."""
    mine, theirs = one.answer.facts, now.answer.facts
    fields = {"answered": "answer"}
    changed = [fields.get(name, name) for name in mine if mine[name] != theirs[name]]
    if one.explanation and one.explanation != now.explanation.words:
        changed.append("explanation")
    return changed


def _names(made: Writing, now: Item) -> str:
    called = posts(made.db)
    return "、".join(sorted(called.get(account, account) for account in now.filers)) or "他人"


def _conflict(name: str, row: ReturnedRow, stale: Stale, who: str) -> Finding:
    """Both sides of a cell that somebody else changed meanwhile, in one sentence."""
    names = {**FIELD_LABELS, "explanation": "差异说明"}
    differing = [f for f in stale.mine if stale.mine[f] != stale.theirs.get(f, "")]

    def said(side: Mapping[str, str], part: str) -> str:
        return part_text(part, side[part]) if side.get(part) else "空"

    parts = [
        f"{names.get(f, f)}：您填“{said(stale.mine, f)}”，现为“{said(stale.theirs, f)}”"
        + (f"（发出时“{said(stale.base, f)}”）" if f in stale.base else "")
        for f in differing
    ]
    column = "value" if "value" in differing or not differing else differing[0]
    reason = f"工作簿发出后 {who} 改过此项。{'；'.join(parts)}。"
    return found("workbook_conflict", reason, name, row, {"answered": "answer"}.get(column, column))


def marked(desk: Desk, actor: Actor, campaign: str, sha256: str) -> BinaryIO:
    """A marked workbook, for whoever sent it in and for the office.

    Raises:
        Missing: none of that hash came out of an upload of his.
    """
    by = "" if desk.may(actor, Action.RUN_CAMPAIGN) else actor.account
    came = desk.journal.page(did="workbook_received", subject=f"campaign/{campaign}", by=by, limit=500)
    if not sha256 or not any(event.detail.get("marked") == sha256 for event in came):
        raise Missing("没有这份标注的工作簿。")
    with desk.reading() as db:
        return blobs_of(desk).open(db, sha256)
