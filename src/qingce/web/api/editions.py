"""Editions for programs: the list, and every frozen file with the hash that names its bytes."""

from __future__ import annotations

import mimetypes
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing
from qingce.ledger.editions import MANIFEST
from qingce.services.desk import Action
from qingce.services.desk.editions import SITE, Edition, edition, sealed
from qingce.services.desk.editions import editions as every
from qingce.web.api.contract import PREFIX, After, Limit, download, holds, refusals
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["版本"], route_class=Looking)
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
