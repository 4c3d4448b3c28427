"""Evidence and comments for programs: files by their hash behind figures, and threads about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.services.desk import Action
from qingce.services.desk import comments as talk
from qingce.services.desk import evidence as files
from qingce.web.api.contract import PREFIX, Key, Strict, download, holds, once, refusals
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(prefix=PREFIX, tags=["证据与评论"], route_class=Looking)
About = Annotated[str, Query(max_length=400, description="对象，如 item/2024/board_members/LZB 或 figure/…。")]
Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="文件的 sha256。")]
Read = needs(Action.READ_FIGURES, Action.READ_ITEMS, Action.READ_PAGES)


class EvidenceBody(BaseModel):
    """A file behind a subject; ``ended`` says when it was taken away and is empty while it stands."""

    sha256: str
    name: str
    kind: str
    size: int
    note: str
    by: str
    at: str
    also: int
    ended: str
    reason: str


class EvidenceList(BaseModel):
    """The files behind one subject, of which there are at most fifty, in the order in which they came."""

    about: str
    evidence: list[EvidenceBody]


class Attached(BaseModel):
    """The sha256 of what was attached."""

    sha256: str


class Detach(Strict):
    """Which file goes, and why."""

    about: Annotated[str, Field(max_length=400)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


class CommentBody(BaseModel):
    """What somebody said; ``word`` is who said it in a Word draft that ``by`` handed in, as the file has it."""

    id: str
    by: str
    post: str
    at: str
    words: str
    mentions: list[str]
    word: str = ""


class ThreadBody(BaseModel):
    """A comment with its answers; ``resolved`` is empty while it is open."""

    id: str
    resolved: str
    resolved_by: str
    comments: list[CommentBody]


class Threads(BaseModel):
    """The threads of one subject, open ones first."""

    about: str
    threads: list[ThreadBody]


class NewComment(Strict):
    """Something to say; ``thread`` where it answers."""

    about: Annotated[str, Field(max_length=400)]
    words: Annotated[str, Field(min_length=1, max_length=talk.LIMIT)]
    thread: Annotated[str, Field(max_length=32)] = ""


class Said(BaseModel):
    """The id of a comment."""

    id: str


class Settle(Strict):
    """What a thread that is settled is about."""

    about: Annotated[str, Field(max_length=400)]


@router.get("/evidence", dependencies=[needs(Action.READ_EVIDENCE)], responses=refusals(404))
def evidence(desk: TheDesk, actor: SignedIn, about: About, ended: bool = False) -> EvidenceList:
    """列出一个对象的证据；ended 也列出已撤下的。"""
    found = files.evidence_of(desk, actor, about, ended=ended)
    return EvidenceList(about=about, evidence=[
        EvidenceBody(sha256=e.sha256, name=e.name, kind=e.kind, size=e.size, note=e.note, by=e.by, at=e.at,
                     also=e.also, ended=e.ended, reason=e.reason) for e in found])


@router.post("/evidence", status_code=201, dependencies=[needs(Action.ATTACH)], responses=refusals(404),
             max_body_size=MAX_UPLOAD)
def attach(
    desk: TheDesk, actor: SignedIn, about: Annotated[str, Form(max_length=400)],
    file: Annotated[UploadFile, File(description="文件；同样的字节只存一份，重复上传不重复附。")],
    note: Annotated[str, Form(max_length=500)] = "",
) -> Attached:
    """上传证据并附到一个对象。"""
    return Attached(sha256=files.attach(desk, actor, [about], file.file, file.filename or "", note=note))


@router.get("/evidence/{sha256}", dependencies=[needs(Action.READ_EVIDENCE)],
            responses={**refusals(404), **download()}, response_class=Response)
def evidence_file(request: Request, desk: TheDesk, actor: SignedIn, sha256: Hash) -> Response:
    """下载证据；ETag 即 sha256。"""
    found = files.download(desk, actor, sha256)
    if holds(request, sha256):
        found.content.close()
        return Response(status_code=304, headers={"etag": f'"{sha256}"'})
    return attachment(found.name, found.kind, found.content, size=found.size, etag=sha256)


@router.post("/evidence/{sha256}/detach", status_code=204, dependencies=[needs(Action.ATTACH)],
             responses=refusals(404))
def detach(desk: TheDesk, actor: SignedIn, sha256: Hash, given: Detach) -> Response:
    """从一个对象撤下证据；文件与经过都保留。"""
    files.detach(desk, actor, given.about, sha256, given.reason)
    return Response(status_code=204)


@router.get("/comments", dependencies=[Read], responses=refusals(404))
def comments(desk: TheDesk, actor: SignedIn, about: About, open_only: bool = False) -> Threads:
    """列出一个对象的评论，未处理的在前。"""
    return Threads(about=about, threads=[
        ThreadBody(id=t.id, resolved=t.resolved, resolved_by=t.resolved_by, comments=[
            CommentBody(id=c.id, by=c.by, post=c.post, at=c.at, words=c.words, mentions=list(c.mentions),
                        word=c.word)
            for c in t.comments]) for t in talk.threads(desk, actor, about, open_only=open_only)])


@router.post("/comments", status_code=201, dependencies=[needs(Action.COMMENT)], responses=refusals(404),
             response_model=Said)
def comment(request: Request, desk: TheDesk, actor: SignedIn, given: NewComment, key: Key = "") -> JSONResponse:
    """发表或答复评论；@账户 会通知对方。"""
    return once(desk, actor, request, key, given.model_dump(),
                lambda: Said(id=talk.comment(desk, actor, given.about, given.words, thread=given.thread)), 201)


@router.post("/comments/{thread}/resolve", status_code=204, dependencies=[needs(Action.COMMENT)],
             responses=refusals(404))
def resolve(desk: TheDesk, actor: SignedIn, thread: Annotated[str, Path(max_length=32)], given: Settle) -> Response:
    """把评论标为已处理。"""
    talk.resolve(desk, actor, given.about, thread)
    return Response(status_code=204)
