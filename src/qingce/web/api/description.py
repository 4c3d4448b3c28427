"""The interface about itself: what it offers (OpenAPI 3.1), and whether it answers."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

import qingce
from qingce.web.api.contract import PREFIX, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs, open_to_all
from qingce.web.session import TheDesk

router = APIRouter(prefix=PREFIX, tags=["概况"], route_class=Looking)
ABOUT = ("青册的程序接口。令牌放在 Authorization: Bearer 头中；列表逐页读取，next 作下一页的 after、before 或 skip；"
         "可变更的内容带 ETag，变更时用 If-Match 注明所依据的版本；带 Idempotency-Key 的请求只办理一次；"
         "未办理的一律答复 application/problem+json。")
OPEN = frozenset({f"{PREFIX}/health"})
"""What needs no token."""


class Health(BaseModel):
    """Whether the desk answers, and which version of the program it is."""

    status: Literal["ok"]
    version: str


class Project(BaseModel):
    """Whose report it is; ``org`` is the org whose figures it prints, ``periods`` those that it shows, newest first."""

    name: str
    title: str
    organisation: str
    org: str
    period: str
    periods: list[str]


@router.get("/health", dependencies=[open_to_all()])
def health() -> Health:
    """接口是否可用；不需要令牌。"""
    return Health(status="ok", version=qingce.__version__)


@router.get("/project", dependencies=[needs()], responses=refusals())
def project(desk: TheDesk) -> Project:
    """报告主体、期间与默认机构。"""
    settings = desk.settings
    return Project(name=settings.name, title=settings.title, organisation=settings.organisation, org=settings.org,
                   period=str(settings.period), periods=[str(each) for each in settings.periods])


@router.get("/openapi.json", dependencies=[open_to_all()], include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The description of the interface."""
    return JSONResponse(described(request.app))


def described(app: FastAPI) -> dict[str, Any]:
    """The description (OpenAPI 3.1): each operation summed up in its own first sentence, and how a program signs in."""
    told = app.openapi()
    if told["info"].get("description") == ABOUT:
        return told
    told["info"]["description"] = ABOUT
    told.setdefault("components", {})["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "在“我的账户”中签发的令牌，以 qc_ 开头。"}}
    _without_marks(told)
    for path, operations in told["paths"].items():
        for operation in operations.values():
            summary, _, rest = operation.pop("description", "").partition("\n")
            operation["summary"] = summary
            if rest.strip():
                operation["description"] = rest.strip()
            operation["security"] = [] if path in OPEN else [{"token": []}]
    return told


def _without_marks(told: Any) -> None:
    """Say in Markdown, which a description is read as, what docstrings mark as code."""
    for key, said in told.items() if isinstance(told, dict) else enumerate(told):
        if isinstance(said, (dict, list)):
            _without_marks(said)
        elif isinstance(said, str):
            told[key] = said.replace("``", "`")
