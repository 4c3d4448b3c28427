"""What all of the interface has in common: pages of lists, versions, repetitions, refusals.

Lists come in pages by key: ``next`` is the ``after`` of the following page and is null on the last. A resource
that can change has an ``ETag``; a change of it says which version it was made for with ``If-Match``. A change
that carries an ``Idempotency-Key`` is done once, and a repetition gets the first answer. Every refusal is
``application/problem+json``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from fastapi import Header, HTTPException, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from qingce.core.event import canonical
from qingce.services.desk import Actor, Desk

PREFIX = "/api/v1"
MAX_PAGE = 500
T = TypeVar("T")


class Strict(BaseModel):
    """What a client sends: an unknown field is refused, so that nothing is given that was not meant."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Place(BaseModel):
    """A place to mend."""

    place: str = ""
    words: str
    advice: str = ""


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    findings: list[Place] = Field(default_factory=list)


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The answers that a route may give besides its own, for the description."""
    words = {
        400: "请求看不懂", 401: "未登录或令牌无效", 403: "没有权限", 404: "没有此项", 409: "他人已改动",
        412: "版本不符", 413: "内容太大", 422: "内容须修改", 428: "须注明版本", 429: "请求过于频繁",
    }
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words[status], "content": problem, "model": Problem}
            for status in sorted({400, 401, 403, 413, 422, 429, *statuses})}


Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="每页条数。")]
After = Annotated[str, Query(max_length=600, description="上一页答复中的 next。")]
Skip = Annotated[int, Query(ge=0, le=10**6, description="略过前几条；取上一页答复中的 next。")]
IfMatch = Annotated[str, Header(alias="If-Match", max_length=100, description="所依据版本的 ETag。")]
Key = Annotated[str, Header(alias="Idempotency-Key", max_length=100, pattern=r"^[\x21-\x7e]*$",
                            description="同一键的重复请求只办理一次。")]


Words = Annotated[str, Field(min_length=1, max_length=2000)]


def cut(rows: Sequence[T], skip: int, limit: int) -> tuple[Sequence[T], int | None]:
    """A page of rows by number, and the ``skip`` of the next.

    >>> cut("abc", 1, 1)
    ('b', 2)
    >>> cut("abc", 1, 5)
    ('bc', None)
    """
    return rows[skip:skip + limit], skip + limit if len(rows) > skip + limit else None


def window(rows: Sequence[T], key: Callable[[T], str], after: str, limit: int) -> tuple[list[T], str | None]:
    """A page of rows that stand in the order of their keys, and the key after which the next begins.

    >>> window(["a", "b", "c"], str, "a", 1)
    (['b'], 'b')
    >>> window(["a", "b", "c"], str, "b", 5)
    (['c'], None)
    """
    rest = [row for row in rows if not after or key(row) > after]
    shown = rest[:limit]
    return shown, key(shown[-1]) if len(rest) > limit else None


def version_of(if_match: str) -> int:
    """The version of an item that a change was made for.

    Raises:
        HTTPException: 428 without one, 412 where it is none of ours.
    """
    if not if_match:
        raise HTTPException(428, "请在 If-Match 中注明所依据的版本（读取时答复的 ETag）。")
    text = if_match.strip().removeprefix("W/").strip('"').partition("-")[0]
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise HTTPException(412, "If-Match 不是本系统给出的 ETag。")
    return int(text)


def etag_of(body: BaseModel, version: int | None = None) -> str:
    """The tag of a body: where it has a version, that comes first, for it is what a change is judged by."""
    digest = sha256(body.model_dump_json().encode()).hexdigest()[:32]
    return f'"{digest}"' if version is None else f'"{version}-{digest[:12]}"'


def answer(request: Request, response: Response, body: BaseModel, version: int | None = None) -> Any:
    """A body with its ETag; 304 without a body where the client has it already."""
    tag = etag_of(body, version)
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"etag": tag})
    response.headers["etag"] = tag
    return body


def holds(request: Request, digest: str) -> bool:
    """Whether the client says that it has the bytes of that hash."""
    return f'"{digest}"' in request.headers.get("if-none-match", "")


def download() -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives bytes, for the description."""
    return {200: {"description": "文件的字节", "content": {"application/octet-stream": {}}},
            304: {"description": "内容未变"}}


def once(
    desk: Desk, actor: Actor, request: Request, key: str, given: Mapping[str, Any], act: Callable[[], BaseModel],
    status: int = 200,
) -> JSONResponse:
    """Do an act, or give the answer of the first time.

    The answer is kept after the act; should the machine stop between the two, a repetition is judged like any
    second try: what is done is not done again.

    Raises:
        HTTPException: 422 where the key was used for something else.
    """
    name = f"api/{actor.account}/{key}"
    asked = sha256(canonical([request.method, request.url.path, json.dumps(given, sort_keys=True)]).encode())
    if key:
        with desk.writing() as made:
            before: Any = made.done(name)
        if before is not None:
            if before["asked"] != asked.hexdigest():
                raise HTTPException(422, "这个 Idempotency-Key 已用于另一请求。")
            return JSONResponse(json.loads(before["body"]), before["status"], {"idempotent-replayed": "true"})
    body = act().model_dump(mode="json")
    if key:
        with desk.writing() as made:
            if made.done(name) is None:
                made.remember(name, {"asked": asked.hexdigest(), "status": status, "body": json.dumps(body)})
    return JSONResponse(body, status)
