"""Editions for programs: frozen, proved, published, withdrawn; every file with the hash that names its bytes."""

from __future__ import annotations

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.core.errors import Missing
from qingce.ledger.editions import MANIFEST
from qingce.services.desk import Action
from qingce.services.desk.blackline import blackline, named_edition
from qingce.services.desk.editions import SITE, Edition, edition, sealed
from qingce.services.desk.editions import editions as every
from qingce.services.desk.editions import publish as make_public
from qingce.services.desk.editions import verify as prove
from qingce.services.desk.editions import withdraw as take_back
from qingce.services.desk.freeze import freeze as seal_now
from qingce.web.api.contract import PREFIX, After, Key, Limit, Strict, Words, download, holds, once, refusals
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["版本"], route_class=Looking)
Start = Annotated[str, Path(max_length=64, description="版本的哈希，或其开头几位。")]
Name = Annotated[str, Path(max_length=64, description="版本的哈希。")]


class EditionBody(BaseModel):
    """A frozen edition; ``id`` is the sha256 of its manifest, ``content`` the hash over what its files print."""

    id: str
    title: str
    period: str
    revision: int
    succeeds: str
    change: str
    content: str
    state: str
    at: str
    by: str
    published: str
    reason: str
    seq: int


class EditionPage(BaseModel):
    """A page of editions, the latest first."""

    editions: list[EditionBody]
    next: str | None = None


class FileBody(BaseModel):
    """A frozen file; ``path`` is where to fetch it below ``files/``."""

    path: str
    sha256: str
    size: int


class EditionFiles(BaseModel):
    """An edition with its files."""

    edition: EditionBody
    files: list[FileBody]


class Moved(BaseModel):
    """A figure that differs between two editions, as each prints it."""

    label: str
    change: str
    before: str
    after: str


class Compared(BaseModel):
    """Two editions side by side; ``summary`` counts what was changed."""

    lead: list[str]
    summary: dict[str, str]
    figures: list[Moved]


class Freeze(Strict):
    """The granted change request under which what was frozen before is changed; empty: the one that waits."""

    change: Annotated[str, Field(max_length=64)] = ""


class Withdrawal(Strict):
    """Why an edition is served no longer."""

    reason: Words


class Proved(BaseModel):
    """Whether an edition is what was frozen.

    ``damaged`` are files that were changed, ``differs`` those that came out otherwise when it was built again from
    its frozen inputs; ``holds`` where there are none.
    """

    holds: bool
    damaged: list[str]
    differs: list[str]


def _body(found: Edition) -> EditionBody:
    return EditionBody(
        id=found.id, title=found.title, period=found.period, revision=found.revision, succeeds=found.succeeds,
        change=found.change, content=found.content, state=found.state, at=found.at, by=found.by,
        published=found.published, reason=found.reason, seq=found.seq,
    )


@router.get("/editions", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals(404))
def editions(desk: TheDesk, actor: SignedIn, after: After = "", limit: Limit = 100) -> EditionPage:
    """列出各版，最新的在前。"""
    found = every(desk, actor)
    if after:
        names = [e.id for e in found]
        if after not in names:
            raise Missing("after 须是上一页答复中的 next。")
        found = found[names.index(after) + 1:]
    return EditionPage(editions=[_body(e) for e in found[:limit]],
                       next=found[limit - 1].id if len(found) > limit else None)


@router.get("/editions/{name}", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals(404))
def one(desk: TheDesk, actor: SignedIn, name: Name) -> EditionFiles:
    """读取一版及其文件清单。"""
    found = edition(desk, actor, name)
    files = [FileBody(path=path.removeprefix(f"{SITE}/"), sha256=str(said["sha256"]), size=int(said["size"]))
             for path, said in sealed(desk, found).files.items() if path.startswith(f"{SITE}/")]
    return EditionFiles(edition=_body(found), files=files)


@router.get("/editions/{name}/files/{path:path}", dependencies=[needs(Action.READ_EDITIONS)],
            responses={**refusals(404), **download()}, response_class=Response)
def file(
    request: Request, desk: TheDesk, actor: SignedIn, name: Name,
    path: Annotated[str, Path(max_length=400, description="文件清单中的路径，或 manifest.json。")],
) -> Response:
    """下载封版文件，逐字节与封版时相同；ETag 即 sha256。"""
    seal = sealed(desk, edition(desk, actor, name))
    inner = MANIFEST if path == MANIFEST else f"{SITE}/{path}"
    seal.path(inner)
    digest = seal.id if inner == MANIFEST else str(seal.files[inner]["sha256"])
    if holds(request, digest):
        return Response(status_code=304, headers={"etag": f'"{digest}"'})
    kind = mimetypes.guess_type(inner)[0] or "application/octet-stream"
    return attachment(inner.rsplit("/", 1)[-1], kind, seal.read(inner), etag=digest)


@router.get("/editions/{before}/compare/{after}", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals(404))
def compare(desk: TheDesk, actor: SignedIn, before: Start, after: Start) -> Compared:
    """对照两版：数值、口径和文字改了什么；两版可以只写哈希的开头。"""
    paper = blackline(desk, actor, *(named_edition(desk, actor, start).id for start in (before, after)))
    return Compared(lead=list(paper.lead), summary=dict(paper.summary), figures=[
        Moved(label=each.label, change=each.change, before=each.before or "", after=each.after or "")
        for each in paper.figures])


@router.post("/editions", status_code=201, dependencies=[needs(Action.FREEZE)], responses=refusals(404, 409),
             response_model=EditionBody)
def freeze(request: Request, desk: TheDesk, actor: SignedIn, given: Freeze, key: Key = "") -> JSONResponse:
    """封版；还不能封版的，答复 422，在 findings 中逐项列明。令牌另需查看版本的权限。"""
    def act() -> EditionBody:
        desk.require(actor, Action.READ_EDITIONS)
        return _body(seal_now(desk, actor, change=given.change))

    return once(desk, actor, request, key, given.model_dump(), act, 201)


@router.post("/editions/{name}/verify", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals(404))
def verify(desk: TheDesk, actor: SignedIn, name: Name) -> Proved:
    """核验一版：文件是否与封版时一致，用封版输入重做是否逐字节相同。"""
    damaged, differs = prove(desk, actor, name)
    return Proved(holds=not damaged and not differs, damaged=damaged, differs=differs)


@router.post("/editions/{name}/publish", dependencies=[needs(Action.PUBLISH)], responses=refusals(404),
             response_model=EditionBody)
def publish(request: Request, desk: TheDesk, actor: SignedIn, name: Name, key: Key = "") -> JSONResponse:
    """发布一版，公众可以阅读和下载；令牌另需查看版本的权限。"""
    return once(desk, actor, request, key, {}, lambda: _body(make_public(desk, actor, name)))


@router.post("/editions/{name}/withdraw", dependencies=[needs(Action.PUBLISH)], responses=refusals(404),
             response_model=EditionBody)
def withdraw(
    request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: Withdrawal, key: Key = ""
) -> JSONResponse:
    """撤回已发布的一版，写明原因；封版文件与哈希仍保留。令牌另需查看版本的权限。"""
    def act() -> EditionBody:
        desk.require(actor, Action.READ_EDITIONS)
        return _body(take_back(desk, actor, name, given.reason))

    return once(desk, actor, request, key, given.model_dump(), act)
