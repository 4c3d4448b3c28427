"""A Word draft that comes back: judged as a hostile file, read, and taken whole or not at all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.core.event import Json, canonical
from qingce.ledger.filekind import safe_name
from qingce.ledger.journal import Writing
from qingce.ledger.projections.comments import comment as comment_table
from qingce.ledger.projections.drafts import draft_change, draft_return
from qingce.ledger.records.workbook import Unfit
from qingce.ledger.wordfile import FILE_LIMIT, word_parts
from qingce.publish.draft.compare import Change, Outcome, Spoken, compare
from qingce.publish.draft.manifest import Manifest, plain_atoms
from qingce.publish.draft.read import Returned, properties, read
from qingce.publish.draft.remarks import remarks
from qingce.services.desk.comments import LIMIT
from qingce.services.desk.desk import Desk
from qingce.services.desk.drafts import DOCX, read_manifest
from qingce.services.desk.files import blobs_of

CHANGES, CHARACTERS = 500, 400_000
"""The most that one file may ask for: changes, and characters in all of them."""


@dataclass(frozen=True, slots=True)
class Back:
    """What came of a returned file.

    Attributes:
        changes, comments: that it asks for and holds; ``fresh`` how many of each were not known yet.
        again: the same file came before, so that nothing was done.
    """

    draft: str
    page: str
    title: str
    outcome: Outcome
    fresh: tuple[int, int] = (0, 0)
    again: bool = False

    @property
    def sentence(self) -> str:
        """What happened, in one sentence."""
        if self.again:
            return "这份文件先前已经收过，没有重复收。"
        told = f"已收回《{self.title}》的稿：{self.fresh[0]} 处文字修改待定，{self.fresh[1]} 条批注已转为评论"
        count = len(self.outcome.troubles)
        return f"{told}，{count} 处没有收，原因见下。" if count else f"{told}。"


def receive(desk: Desk, actor: Actor, source: BinaryIO | bytes, name: str) -> Back:
    """Take a returned draft: its changes become proposals, its comments comments, what cannot be taken is listed.

    Args:
        name: of the file as its sender calls it.

    Raises:
        Denied: no right.
        Refused: not a draft of this project, damaged, or a file that must not be opened; nothing was taken.
    """
    desk.require(actor, Action.READ_PAGES)
    desk.require(actor, Action.DRAFT_PAGES)
    desk.require(actor, Action.COMMENT)
    blobs = blobs_of(desk)
    with blobs.receive(source, limit=FILE_LIMIT, suffix=".docx") as received:
        made, outcome = _opened(desk, received.path)
        _measured(outcome.changes)
        with desk.writing() as writing:
            known = writing.db.execute(select(draft_return.c.seq).where(
                draft_return.c.draft == made.id, draft_return.c.sha256 == received.sha256)).first()
            if known is not None:
                return Back(made.id, made.page, made.title, outcome, again=True)
            sha256 = blobs.keep(writing.db, received, DOCX, writing.at)
            fresh = _noted(writing, actor, made, outcome, sha256, safe_name(name))
    return Back(made.id, made.page, made.title, outcome, fresh)


def look(desk: Desk, path: Path) -> Back:
    """What a returned draft holds; nothing is written.

    Raises:
        Refused: as :func:`receive` raises it.
    """
    try:
        made, outcome = _opened(desk, path)
    except OSError as failed:
        raise Refused(f"文件 {path} 打不开：{failed.strerror or failed}。") from failed
    return Back(made.id, made.page, made.title, outcome, (len(outcome.changes), len(outcome.spoken)))


# -- opening ----------------------------------------------------------------------------------------
def _opened(desk: Desk, path: Path) -> tuple[Manifest, Outcome]:
    if path.stat().st_size > FILE_LIMIT:
        raise Refused(f"没有收下：文件超过 {FILE_LIMIT >> 20} MB。")
    try:
        files = word_parts(path)
    except Unfit as unfit:
        raise Refused(f"没有收下：{unfit.reason}") from unfit
    found = read(files["word/document.xml"])
    told = properties(files.get("docProps/custom.xml", b""))
    made = _promised(desk, found, told)
    said = remarks(files.get("word/comments.xml", b""), files.get("word/commentsExtended.xml", b""))
    return made, compare(found, said, made)


def _promised(desk: Desk, found: Sequence[Returned], told: Mapping[str, str]) -> Manifest:
    """What the draft promised that a file was made from."""
    keys = Counter(p.key[0] for p in found if p.key is not None)
    property_ = told.get("QingceDraft", "")
    id = property_ if property_ in keys or not keys else keys.most_common(1)[0][0]
    if not id:
        raise Refused("没有收下：这不是工作台发出的 Word 稿，或段落的编号已全部丢失。"
                      "请在发出的稿里改，不要把文字贴到新文件。")
    try:
        with desk.reading() as db:
            made = read_manifest(desk, db, id)
    except Missing as missing:
        raise Refused(f"没有收下：{missing}") from missing
    if id == property_ and told.get("QingceChecksum", made.checksum) != made.checksum:
        raise Refused("没有收下：文件里的校验与发出时不符，稿可能被改造过；请重新下载一份再改。")
    return made


def _measured(changes: Sequence[Change]) -> None:
    size = sum(len(c.before) + len(c.now) for c in changes)
    if len(changes) > CHANGES or size > CHARACTERS:
        raise Refused(f"没有收下：一份稿最多 {CHANGES} 处修改、{CHARACTERS:,} 字，"
                      f"这份有 {len(changes)} 处、{size:,} 字。")


# -- noting -----------------------------------------------------------------------------------------
def _noted(
    writing: Writing, actor: Actor, made: Manifest, outcome: Outcome, sha256: str, name: str
) -> tuple[int, int]:
    before = set(writing.db.execute(select(draft_change.c.id).where(draft_change.c.draft == made.id)).scalars())
    changes = {id: one for one in outcome.changes if (id := change_id(made.id, one)) not in before}
    said = _fresh(writing, made, outcome.spoken)
    troubles: list[Json] = [asdict(trouble) for trouble in outcome.troubles]
    writing.append(actor.account, "draft_returned", f"draft/{made.id}", {
        "page": made.page, "file": name, "sha256": sha256, "comments": len(said), "troubles": troubles,
        "changes": [_plain(id, one) for id, one in changes.items()],
    })
    for id, thread, one in said:
        about = f"page/{made.page}#{one.paragraph}"
        writing.append(actor.account, "commented", about, {
            "comment": id, "thread": thread, "words": _words(one), "mentions": [], "word": _author(one),
            "draft": made.id, "sha256": sha256,
        })
        if one.remark.done and not one.remark.parent:
            writing.append(actor.account, "comment_resolved", about, {"thread": id})
    return len(changes), len(said)


def change_id(draft: str, one: Change) -> str:
    """Of a change: the same change of the same draft is one, in however many files it comes back."""
    told: Json = [draft, one.kind, one.n, one.after, one.now, _rows(one)]
    return hashlib.sha256(canonical(told).encode()).hexdigest()[:16]


def _plain(id: str, one: Change) -> dict[str, Json]:
    return {"id": id, "kind": one.kind, "n": one.n, "after": one.after, "paragraph": one.paragraph,
            "before": one.before, "now": one.now, "rows": _rows(one), "authors": list(one.authors),
            "tracked": one.tracked, "digits": one.digits}


def _rows(one: Change) -> list[Json]:
    return [list(plain_atoms(row)) for row in one.rows]


def _fresh(writing: Writing, made: Manifest, spoken: Sequence[Spoken]) -> list[tuple[str, str, Spoken]]:
    """Comments that no file brought before: their ids, those of their threads, beginnings before answers."""
    ids: dict[str, str] = {}
    by_id: dict[str, Any] = {}
    for one in sorted(spoken, key=lambda s: bool(s.remark.parent)):
        if not one.remark.words:
            continue
        told: Json = [made.id, one.remark.author, one.remark.at, one.remark.words,
                      ids.get(one.remark.parent, str(one.paragraph))]
        id = hashlib.sha256(canonical(told).encode()).hexdigest()[:32]
        ids[one.remark.id] = id
        by_id.setdefault(id, (ids.get(one.remark.parent, ""), one))
    known = set(writing.db.execute(select(comment_table.c.id).where(comment_table.c.id.in_(list(by_id)))).scalars())
    return [(id, thread, one) for id, (thread, one) in by_id.items() if id not in known]


def _words(one: Spoken) -> str:
    """A comment's words with those that it is about."""
    about = f"〔{one.about}〕" if one.about and not one.remark.parent else ""
    words = about + one.remark.words
    return words if len(words) <= LIMIT else f"{words[: LIMIT - 1]}…"


def _author(one: Spoken) -> str:
    return " ".join(part for part in (one.remark.author or "未署名", one.remark.at[:16].replace("T", " ")) if part)
