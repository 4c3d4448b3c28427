"""Deciding on a change that a Word draft asks for: written into the page's source, or declined with a reason."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.ledger.projections.drafts import draft as draft_table
from qingce.ledger.projections.drafts import draft_change
from qingce.ledger.projections.editions import change as change_table
from qingce.publish.draft.amend import amend, source_of, stands
from qingce.publish.draft.source import parts
from qingce.services.desk.desk import Desk
from qingce.services.desk.drafts import change_of, read_manifest, since
from qingce.services.desk.editions import read_editions
from qingce.services.desk.pagefile import PageFile, read_page, replace_page

_WORDS = 2000


def accept(desk: Desk, actor: Actor, id: str) -> str:
    """Write a change into the page's source; returns the page.

    The file and the event stand together: where the event cannot be kept, the file is as it was. Where the
    program was stopped between the two, accepting again finds the words in place and notes it.

    Raises:
        Denied, Missing: no right; no such change.
        Stale: the paragraph is not any more the one that the draft was made from.
        Refused: it is decided already, the report is frozen without a granted change request, or the words cannot
            be written so that they read as in Word.
    """
    desk.require(actor, Action.DECIDE_TEXT)
    replaced: PageFile | None = None
    try:
        with desk.writing() as made:
            row = _open(made.db, id)
            _free(desk, made.db)
            file = read_page(desk, _file(made.db, row.draft))
            text, result = _amended(desk, made.db, row, file.text)
            content = file.bytes_of(text)
            made.append(actor.account, "draft_accepted", f"draft/{row.draft}/{id}", {
                "page": row.page, "kind": row.kind, "before": hashlib.sha256(file.raw).hexdigest(),
                "after": hashlib.sha256(content).hexdigest(), "result": result,
            })
            if content != file.raw:
                replaced = file
                replace_page(file.path, content)
    except BaseException:
        if replaced is not None:
            replace_page(replaced.path, replaced.raw)
        raise
    return str(row.page)


def decline(desk: Desk, actor: Actor, id: str, reason: str) -> str:
    """Say why a change is not taken; returns the page.

    Raises:
        Denied, Missing, Refused: no right; no such change; it is decided already, or no reason is given.
    """
    desk.require(actor, Action.DECIDE_TEXT)
    if not reason.strip() or len(reason) > _WORDS:
        raise Refused(f"请写明不采纳的原因，不超过 {_WORDS} 字。")
    with desk.writing() as made:
        row = _open(made.db, id)
        made.append(actor.account, "draft_declined", f"draft/{row.draft}/{id}",
                    {"page": row.page, "kind": row.kind, "reason": reason.strip()})
    return str(row.page)


def _open(db: Connection, id: str) -> Any:
    row = db.execute(select(draft_change).where(draft_change.c.id == id)).first()
    if row is None:
        raise Missing("没有这处修改。")
    if row.state != "open":
        raise Refused("这处修改已经处理过，请刷新页面再看。")
    return row


def _file(db: Connection, draft: str) -> str:
    return str(db.execute(select(draft_table.c.file).where(draft_table.c.id == draft)).scalar_one())


def _free(desk: Desk, db: Connection) -> None:
    """Refuse to change a frozen report, unless a change request for its last edition was granted and waits."""
    same = [e for e in read_editions(db) if e.period == str(desk.settings.period)]
    if not same:
        return
    granted = db.execute(select(change_table.c.id).where(
        change_table.c.edition == same[0].id, change_table.c.state == "granted", change_table.c.used == "")).first()
    if granted is None:
        raise Refused(f"{same[0].label}已经封版，页面不能再改。请先提出变更申请，获批后再采纳。")


def _amended(desk: Desk, db: Connection, row: Any, text: str) -> tuple[str, str]:
    """The source with the change, and the hash of the paragraph that it left."""
    change, made = change_of(row), read_manifest(desk, db, row.draft)
    if stands(text, change, made):
        return text, source_of(text, change)
    result = amend(text, change, made, since(db, row.draft))
    if _bindings(result) != _bindings(text):
        raise Refused("这处修改会动到绑定的数字，没有写入。")
    return result, source_of(result, change)


def _bindings(text: str) -> Counter[str]:
    return Counter(bound.expression for part in parts(text) for bound in part.bound)
