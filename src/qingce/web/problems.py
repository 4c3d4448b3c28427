"""Refusals in calm words: a page for a person, a fragment for htmx, ``problem+json`` for a program."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from urllib.parse import urlsplit

from fastapi import FastAPI, HTTPException
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.core.check import Finding
from qingce.core.errors import FULL, READ_ONLY, Denied, Missing, Refused, Stale, Unkept
from qingce.web.language import marked as _

LOG = logging.getLogger("qingce.web")
WORDS: dict[str, tuple[str, str, str]] = {
    "400": (_("这个请求看不懂"), _("浏览器送来的内容不完整，或者格式不对。"), _("请返回上一页，重新操作一次。")),
    "host": (
        _("这个网址不属于本系统"), _("请求使用的主机名不在允许的名单里，因此没有打开任何页面。"),
        _("请使用单位公布的网址；如果网址本该可用，请管理员把它加入 --host-name。"),
    ),
    "401": (_("请先登录"), _("登录已经到期，或者还没有登录。"), _("登录后会回到原来的页面。")),
    "403": (
        _("这件事不在您的权限之内"), _("系统没有做任何改动。"),
        _("如果工作需要，请联系本机构的 ESG 牵头部门调整分工。"),
    ),
    "csrf": (
        _("这个页面放得太久了"), _("为防止别的网站冒用您的身份，系统没有执行刚才的操作，也没有做任何改动。"),
        _("请返回上一页刷新后再提交；填写的内容可先复制保存。"),
    ),
    "404": (
        _("没有找到这个页面"), _("网址可能输错了，或者它指向的内容不在您能看到的范围内。"),
        _("请从导航重新进入。"),
    ),
    "405": (_("这个页面不能这样打开"), _("系统没有做任何改动。"), _("请从导航重新进入。")),
    "409": (
        _("别人刚刚改过这里"), _("您打开页面之后，这项内容有了新的变化，因此没有用您的内容覆盖它。"),
        _("请刷新页面，看过新的内容后再决定。"),
    ),
    "413": (
        _("内容太大，没有收下"), _("系统没有保存其中的任何部分，原有内容不变。"),
        _("请拆成几份，或者只保留需要的工作表后重新上传。"),
    ),
    "422": (_("有内容需要修改"), _("系统没有保存，原有内容不变。"), _("请返回刚才的页面，按提示修改后重新提交。")),
    "429": (_("操作太频繁了"), _("为保护系统，暂时停止接受新的请求。"), _("请稍等片刻再试。")),
    "500": (
        _("系统出了差错"), _("差错已经记录，已经确认的内容不会丢失。"),
        _("请稍后再试；如果一再出现，请把下面的编号告诉管理员。"),
    ),
    "507": (
        _("服务器的磁盘满了"), _("刚才的内容没有保存，原有内容不变。"),
        _("请把填写的内容先复制留存，并通知系统管理员腾出空间；之后重新提交即可。"),
    ),
    "unkept": (
        _("暂时不能保存或读取"), _("刚才的内容没有保存，已经确认的内容不会丢失。"),
        _("请稍后再试，并把下面的编号告诉系统管理员。"),
    ),
    "503": (_("系统正在维护"), _("暂时不能使用，已经确认的内容不会丢失。"), _("请稍后再试。")),
}
"""What happened, what became of the reader's work, what to do; by status, or by name where a status has several."""


DESK: dict[type[Exception], int] = {Denied: 403, Missing: 404, Stale: 409, Refused: 422}


def wants_json(request: Request) -> bool:
    """Whether the client is a program: it asks below ``/api``, or prefers JSON to HTML."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accept and "html" not in accept)


def problem(
    request: Request, status: int, kind: str = "", detail: str = "",
    findings: Sequence[Mapping[str, object]] = (), headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for a refusal.

    ``kind`` chooses among several texts of a status, ``detail`` says more in Chinese words, and
    ``findings`` are the places to mend: mappings with ``place``, ``words`` and ``advice``.
    """
    from qingce.web.render import page, translator

    say = translator(request)
    name = kind if kind in WORDS else str(status) if str(status) in WORDS else "500" if status >= 500 else "400"
    title, became, advice = (say(words) for words in WORDS[name])
    number = request.scope.get("state", {}).get("request_id", "")
    if wants_json(request):
        body = {
            "type": f"urn:qingce:problem:{name}", "title": title, "status": status,
            "detail": detail or became, "instance": f"urn:qingce:request:{number}",
        } | ({"findings": list(findings)} if findings else {})
        return JSONResponse(body, status, dict(headers or {}), media_type="application/problem+json")
    part = "problem_part.html.j2" if request.headers.get("hx-request") == "true" else "problem.html.j2"
    response = page(
        request, part, status=status, number=number, title=title, became=became, advice=advice, detail=detail,
        findings=findings, code=status, back=_left(request),
    )
    response.headers["cache-control"] = "no-store"
    for key, value in (headers or {}).items():
        response.headers[key] = value
    return response


def _left(request: Request) -> str:
    """The page from which somebody came, where it is one of ours: an act that was refused leads back to its form."""
    from qingce.web.render import local

    came = urlsplit(request.headers.get("referer", ""))
    if came.netloc != request.url.netloc or (request.method == "GET" and came.path == request.url.path):
        return ""
    return local(came.path + (f"?{came.query}" if came.query else ""), "")


def too_many(request: Request, wait: float) -> Response:
    """The answer for who asks too much: try again after ``wait`` seconds."""
    return problem(request, 429, headers={"retry-after": str(max(1, math.ceil(wait)))})


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, StarletteHTTPException)
    detail = str(error.detail or "")
    # Starlette's own phrase says nothing that the page does not say better
    own = detail in WORDS or detail == _phrase(error.status_code)
    return problem(
        request, error.status_code, detail if detail in WORDS else "", "" if own else detail, headers=error.headers
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    places = [
        {"place": " / ".join(str(step) for step in each["loc"]), "words": str(each["msg"]), "advice": ""}
        for each in error.errors()
    ]
    return problem(request, 422, findings=places)


def _desk(request: Request, error: Exception) -> Response:
    """What a person can cause at the desk: no right, nothing there, somebody was quicker, something to mend."""
    status = next(code for kind, code in DESK.items() if isinstance(error, kind))
    findings = [_place(each) for each in getattr(error, "findings", ())]
    return problem(request, status, detail=str(error), findings=findings)


def _unkept(request: Request, error: Exception) -> Response:
    """The database or the disk does not keep what it should; what exactly is for the log, not for a reader."""
    assert isinstance(error, Unkept)
    from qingce.web.shell import NOBODY

    LOG.error("nothing was kept: %s", error)
    # who asks stands in the same database, which has just failed
    request.state.actor, request.state.shell = None, NOBODY
    return problem(request, 507) if error.full else problem(request, 503, "unkept", headers={"retry-after": "30"})


def _disk(request: Request, error: Exception) -> Response:
    """A disk without room, or one that may not be written; every other error of the system is a programming error."""
    assert isinstance(error, OSError)
    if error.errno not in FULL + READ_ONLY:
        raise error
    return _unkept(request, Unkept(str(error), full=error.errno in FULL))


def _place(found: object) -> dict[str, object]:
    if not isinstance(found, Finding):
        return {"place": "", "words": str(found), "advice": ""}
    return {"place": str(found.place or ""), "words": found.reason, "advice": found.advice}


def answer_problems(app: FastAPI) -> None:
    """Let the application answer refusals with these pages."""
    for kind in DESK:
        app.add_exception_handler(kind, _desk)
    app.add_exception_handler(Unkept, _unkept)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(StarletteHTTPException, _http)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
