"""Comments on figures, items and paragraphs: threads with @mentions that are settled in the end."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.journal import Writing
from qingce.ledger.look import of_subject, some_subjects
from qingce.ledger.projections.comments import comment as comment_table
from qingce.ledger.projections.people import account
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.messages import tell
from qingce.services.desk.subjects import Subject, subject

LIMIT = 4000
_MENTION = re.compile(r"(?<![A-Za-z0-9._-])@([\w.-]{2,64})")


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody said.

    Attributes:
        mentions: accounts that were called.
        word: who said it in a Word draft that ``by`` handed in, as the file has it; nobody vouches for the name.
    """

    id: str
    by: str
    post: str
    at: str
    words: str
    mentions: tuple[str, ...]
    word: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment with its answers.

    Attributes:
        resolved: when it was settled; empty while it is open.
    """

    subject: str
    comments: tuple[Comment, ...]
    resolved: str = ""
    resolved_by: str = ""

    @property
    def id(self) -> str:
        """Of the comment that began it."""
        return self.comments[0].id


def comment(desk: Desk, actor: Actor, about: str, words: str, *, thread: str = "") -> str:
    """Say something about a figure, an item or a paragraph; returns the comment's id.

    ``@account`` or ``@岗位`` calls somebody, who gets a message.

    Args:
        thread: the thread that is answered; a settled one is open again.

    Raises:
        Denied, Missing, Refused: no right; no such subject or thread; nothing said, or nobody by that name.
    """
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise Refused("请写下评论的内容。")
    if len(words) > LIMIT:
        raise Refused(f"评论有 {len(words)} 个字，请压缩到 {LIMIT} 字以内，详细材料请作为证据上传。")
    with desk.writing() as made:
        found = subject(desk, made.db, about)
        desk.require(actor, found.read, found.target)
        desk.require(actor, Action.COMMENT, found.target)
        if thread:
            _thread(made.db, about, thread)
        called = _called(desk, made.db, found, words)
        id = uuid.uuid4().hex
        made.append(actor.account, "commented", about,
                    {"comment": id, "thread": thread, "words": words, "mentions": list(called)})
        for name in called:
            if name != actor.account:
                tell(made, name, f"{actor.post or actor.account} 在“{found.label}”的评论中提到您", words)
    return id


def resolve(desk: Desk, actor: Actor, about: str, thread: str) -> None:
    """Settle a thread: whoever began it, whoever was called in it, or the ESG office.

    Raises:
        Denied, Missing, Refused: no right; no such thread; it is settled already.
    """
    with desk.writing() as made:
        found = subject(desk, made.db, about)
        desk.require(actor, Action.COMMENT, found.target)
        first = _thread(made.db, about, thread)
        if first.resolved:
            raise Refused("这条评论已处理过。")
        concerned = {first.by, *_mentioned(made, thread)}
        if actor.account not in concerned and not desk.may(actor, Action.RUN_CAMPAIGN):
            raise Denied("请由提出人、被提到的人或 ESG 办公室标为已处理。")
        made.append(actor.account, "comment_resolved", about, {"thread": thread})


_SUBJECTS = some_subjects(comment_table.c.subject)
_SAID = (
    select(comment_table, account.c.post).join(account, account.c.id == comment_table.c.by, isouter=True)
    .where(comment_table.c.subject == bindparam("subject")).order_by(comment_table.c.seq)
)


def threads(desk: Desk, actor: Actor, about: str, *, open_only: bool = False) -> list[Thread]:
    """Threads of a subject, open ones first, then by when they began.

    Raises:
        Denied, Missing: no right; no such subject.
    """
    with desk.reading() as db:
        found = subject(desk, db, about)
        desk.require(actor, found.read, found.target)
        rows = of_subject(db, _SUBJECTS, _SAID, about)
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.thread, []).append(row)
    made = [
        Thread(about, tuple(Comment(r.id, r.by, r.post or r.by, r.at, r.words, tuple(json.loads(r.mentions)),
                                       r.word)
                            for r in group), group[0].resolved, group[0].resolved_by)
        for group in grouped.values()
    ]
    kept = [t for t in made if not (open_only and t.resolved)]
    return sorted(kept, key=lambda t: bool(t.resolved))


def open_threads(desk: Desk, actor: Actor, start: str) -> dict[str, int]:
    """How many threads wait to be settled, by subject, of subjects whose text begins so, where there are any.

    Raises:
        Denied: no right to read pages.
    """
    desk.require(actor, Action.READ_PAGES)
    wanted = select(comment_table.c.subject, func.count()).where(
        comment_table.c.subject.startswith(start, autoescape=True), comment_table.c.id == comment_table.c.thread,
        comment_table.c.resolved == "").group_by(comment_table.c.subject)
    with desk.reading() as db:
        return {str(about): int(count) for about, count in db.execute(wanted)}


def _thread(db: Connection, about: str, thread: str) -> Any:
    row = db.execute(select(comment_table).where(
        comment_table.c.id == thread, comment_table.c.thread == thread, comment_table.c.subject == about)).first()
    if row is None:
        raise Missing("没有这条评论。")
    return row


def _mentioned(made: Writing, thread: str) -> set[str]:
    rows = made.db.execute(select(comment_table.c.mentions).where(comment_table.c.thread == thread)).scalars()
    return {name for row in rows for name in json.loads(row)}


def _called(desk: Desk, db: Connection, about: Subject, words: str) -> Sequence[str]:
    """The accounts that are called, by account or by post.

    Raises:
        Refused: nobody is called so, or he may not see what this is about.
    """
    names: dict[str, None] = {}
    for match in _MENTION.finditer(words):
        name = _who(db, match[1])
        if name is None:
            raise Refused(f"没有叫“@{match[1]}”的账户或岗位；请写账户名，或在称呼后留空格。")
        if not desk.may(read_actor(db, name), about.read, about.target):
            raise Refused(f"“@{match[1]}”无权查看这里的内容，不能提到。")
        names[name] = None
    return list(names)


def _who(db: Connection, word: str) -> str | None:
    """The account of that id or post; of a word that goes on, the longest beginning that is one."""
    rows = db.execute(select(account.c.id, account.c.post).where(account.c.state == "open")).all()
    by_name = {row.post: row.id for row in rows} | {row.id: row.id for row in rows}
    for end in range(len(word), 1, -1):
        if word[:end] in by_name:
            return str(by_name[word[:end]])
    return None
