"""The public site: published editions, byte for byte as they were frozen, with their hashes; and the reader's form.

A file is served only while its edition is published, and only if its bytes are those that the manifest names.
What a hash names never changes, so that browsers may keep it for good.
"""

from __future__ import annotations

import mimetypes
from pathlib import PurePosixPath

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qingce.core.errors import Missing, Refused
from qingce.ledger.editions import MANIFEST
from qingce.services.desk import Desk
from qingce.services.desk.editions import SITE, Edition, proof, published, sealed
from qingce.services.desk.feedback import questions, send, token
from qingce.web.language import marked as _
from qingce.web.limits import Buckets, address_of
from qingce.web.looking import Looking
from qingce.web.needs import open_to_all
from qingce.web.render import go, page, translator
from qingce.web.session import TheDesk, TooMany
from qingce.web.settings import Rate

router = APIRouter(include_in_schema=False, route_class=Looking)
FOREVER = "public, max-age=31536000, immutable"
POLICY = ("default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
"""For frozen pages: their scripts are files of theirs, and nothing of them can send anything."""
DOWNLOADS = (
    ("report.pdf", _("报告（PDF）")), ("report.docx", _("报告（Word）")), ("databook.xlsx", _("数据册（Excel）")),
    ("figures.json", _("全部数值（JSON）")),
    ("en/report.pdf", _("英文版（PDF）")), ("en/report.docx", _("英文版（Word）")),
)
_SENDING = Buckets(Rate(per_second=1 / 60, burst=6))
"""From one address: a handful at once, then one a minute."""


def _edition(desk: Desk, name: str) -> Edition:
    found = published(desk)
    if name == "latest" and found:
        return found[0]
    made = next((e for e in found if e.id == name), None)
    if made is None:
        raise Missing("没有这一版，或尚未发布。")
    return made


@router.get("/editions", dependencies=[open_to_all()])
def listed(request: Request, desk: TheDesk) -> Response:
    """What is published."""
    return page(request, "public/list.html.j2", editions=published(desk))


@router.get("/editions/{name}", dependencies=[open_to_all()])
def one(request: Request, desk: TheDesk, name: str) -> Response:
    """A published edition: how to read it, its downloads, its hashes."""
    found = _edition(desk, name)
    if name == "latest":
        return RedirectResponse(f"/editions/{found.id}", 302)
    seal = sealed(desk, found)
    downloads = [(f"{SITE}/{file}", label) for file, label in DOWNLOADS if f"{SITE}/{file}" in seal.files]
    files = {path.removeprefix(f"{SITE}/"): said for path, said in seal.files.items() if path.startswith(f"{SITE}/")}
    return page(
        request, "public/edition.html.j2", edition=found, seal=seal, downloads=downloads, files=files,
        proof=proof(desk, found), form=bool(questions(desk, found)[1]), newest=published(desk)[0].id == found.id,
    )


@router.get("/editions/{name}/manifest.json", dependencies=[open_to_all()])
def manifest(request: Request, desk: TheDesk, name: str) -> Response:
    """The manifest, whose sha256 is the edition's name."""
    return _bytes(request, desk, name, MANIFEST)


@router.get("/editions/{name}/files/{path:path}", dependencies=[open_to_all()])
def served(request: Request, desk: TheDesk, name: str, path: str) -> Response:
    """A frozen file."""
    return _bytes(request, desk, name, f"{SITE}/{path or 'index.html'}")


def _bytes(request: Request, desk: Desk, name: str, path: str) -> Response:
    found = _edition(desk, name)
    if found.id != name:  # which edition is the latest changes; what a hash names does not
        return RedirectResponse(request.url.path.replace(name, found.id, 1), 302)
    seal = sealed(desk, found)
    seal.path(path)
    digest = seal.id if path == MANIFEST else str(seal.files[path]["sha256"])
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    headers = {"etag": f'"{digest}"', "cache-control": FOREVER, "content-security-policy": POLICY,
               "x-edition": seal.id, "x-sha256": digest}
    if f'"{digest}"' in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if PurePosixPath(path).suffix in (".docx", ".xlsx", ".json"):
        headers["content-disposition"] = f'attachment; filename="{PurePosixPath(path).name}"'
    return Response(seal.read(path), media_type=kind, headers=headers)


# -- the reader's form ------------------------------------------------------------------------------
@router.get("/editions/{name}/feedback", dependencies=[open_to_all()])
def ask(request: Request, desk: TheDesk, name: str) -> Response:
    """The form."""
    return _form(request, desk, name, {}, "", 200)


@router.post("/editions/{name}/feedback", dependencies=[open_to_all()])
async def take(request: Request, desk: TheDesk, name: str) -> Response:
    """Take what a reader says; what is refused stays in the form."""
    form = await request.form()
    said = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_take, request, desk, name, said)


def _take(request: Request, desk: Desk, name: str, said: dict[str, str]) -> Response:
    if wait := _SENDING.wait(address_of(request.scope)):
        raise TooMany(wait)
    found = _edition(desk, name)
    given = {key.removeprefix("q-"): value for key, value in said.items() if key.startswith("q-")}
    try:
        send(desk, found, given, token=said.get("token", ""), trap=said.get("website", ""),
             contact=said.get("contact", ""))
    except Refused as refused:
        return _form(request, desk, name, said, str(refused), 422)
    words = translator(request)(_("谢谢，您的意见已经收到并记入日志。"))
    return go(request, f"/editions/{found.id}", words)


def _form(request: Request, desk: Desk, name: str, said: dict[str, str], error: str, status: int) -> Response:
    found = _edition(desk, name)
    title, asked = questions(desk, found)
    if not asked:
        raise Missing("这一版没有反馈表。")
    # a token that was refused for its haste grows old enough; another is given where it is not ours
    kept = said.get("token", "") if "太快" in error else ""
    response = page(request, "public/feedback.html.j2", status=status, edition=found, title=title, asked=asked,
                    said=said, error=error, token=kept or token(desk, found.id))
    response.headers["cache-control"] = "no-store"
    return response
