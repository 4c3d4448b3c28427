"""Evidence behind a figure, and what people say about it."""

from __future__ import annotations

import tempfile
from typing import Annotated, BinaryIO, cast
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Refused
from qingce.services.desk import Action, Desk
from qingce.services.desk.comments import comment, resolve
from qingce.services.desk.evidence import attach, changed_since_output, detach, download, signed_state
from qingce.services.desk.evidence_pack import export_pack, pack_name
from qingce.services.desk.journal import href_of
from qingce.services.desk.subjects import subject
from qingce.web.beside import beside
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(include_in_schema=False, route_class=Looking)


def _own(about: str) -> str:
    """The page of a subject's files and threads."""
    return f"/evidence?about={quote(about, safe='')}"


def _knows(desk: Desk, about: str, sure: str) -> None:
    """Refuse who did not say that he knows what a change of evidence undoes.

    Raises:
        Missing, Refused: no such subject; somebody signed it, and nothing was said.
    """
    with desk.reading() as db:
        state = signed_state(desk, db, subject(desk, db, about))
    if state and not sure:
        raise Refused(f"此项{state}，证据一有增减即失效，须重新提交、复核、审批；确要这样做，请先勾选“我知道”。")


@router.get("/evidence", dependencies=[needs(Action.READ_FIGURES, Action.READ_ITEMS, Action.READ_PAGES)])
def evidence(request: Request, desk: TheDesk, actor: SignedIn, about: str) -> Response:
    """Files behind a subject with its threads."""
    stands = beside(desk, actor, about)
    with desk.reading() as db:
        label = subject(desk, db, about).label
    changed = changed_since_output(desk, actor, about) if stands.readable and not about.startswith("page/") else []
    return page(request, "evidence/subject.html.j2", label=label, beside=stands, changed=changed, home=href_of(about))


@router.post("/evidence", dependencies=[needs(Action.ATTACH)], max_body_size=MAX_UPLOAD)
def add_evidence(
    request: Request, desk: TheDesk, actor: SignedIn, about: Annotated[str, Form()],
    file: Annotated[UploadFile, File()], note: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
    sure: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Put a file behind a subject."""
    _knows(desk, about, sure)
    attach(desk, actor, [about], file.file, file.filename or "", note=note)
    return go(request, back or _own(about), translator(request)(_("证据已附上。")))


@router.post("/evidence/detach", dependencies=[needs(Action.ATTACH)])
def take_away(
    request: Request, desk: TheDesk, actor: SignedIn, about: Annotated[str, Form()], sha256: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
    sure: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """Take a file away from a subject."""
    _knows(desk, about, sure)
    detach(desk, actor, about, sha256, reason)
    return go(request, back or _own(about), translator(request)(_("证据已撤下，经过留在日志里。")))


@router.get("/evidence/file/{sha256}", dependencies=[needs(Action.READ_EVIDENCE)])
def evidence_file(desk: TheDesk, actor: SignedIn, sha256: str) -> Response:
    """A file, to be saved."""
    found = download(desk, actor, sha256)
    return attachment(found.name, found.kind, found.content, size=found.size, etag=found.sha256)


@router.post("/evidence/pack", dependencies=[needs(Action.READ_EVIDENCE)])
def pack(
    desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Form()], metric: Annotated[str, Form()] = "",
    org: Annotated[str, Form()] = "",
) -> Response:
    """The evidence of a campaign in one zip; a post, because the journal notes it."""
    made = tempfile.SpooledTemporaryFile(max_size=8 << 20)  # noqa: SIM115 - it is closed when it has been sent
    try:
        export_pack(desk, actor, campaign, made, metric=metric, org=org)
    except BaseException:
        made.close()
        raise
    size = made.tell()
    made.seek(0)
    return attachment(str(pack_name(campaign)), "application/zip", cast(BinaryIO, made), size=size)


@router.post("/comments", dependencies=[needs(Action.COMMENT)])
def say(
    request: Request, desk: TheDesk, actor: SignedIn, about: Annotated[str, Form()],
    words: Annotated[str, Form()] = "", thread: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
) -> Response:
    """Say something, or answer."""
    comment(desk, actor, about, words, thread=thread)
    return go(request, back or _own(about), translator(request)(_("评论已发出。")))


@router.post("/comments/resolve", dependencies=[needs(Action.COMMENT)])
def settle(
    request: Request, desk: TheDesk, actor: SignedIn, about: Annotated[str, Form()], thread: Annotated[str, Form()],
    back: Annotated[str, Form()] = "",
) -> Response:
    """Settle a thread."""
    resolve(desk, actor, about, thread)
    return go(request, back or _own(about), translator(request)(_("已标为处理完毕。")))
