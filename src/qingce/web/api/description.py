"""The interface about itself: what it offers (OpenAPI 3.1), and whether it answers."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

import qingce
from qingce.web.api.contract import PREFIX, refusals
from qingce.web.needs import needs, open_to_all
from qingce.web.session import TheDesk

router = APIRouter(prefix=PREFIX, tags=["概况"])


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
    described: dict[str, Any] = request.app.openapi()
    return JSONResponse(described)
