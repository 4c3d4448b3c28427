"""The interface about itself: what it offers (OpenAPI 3.1), and whether it answers."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

import qingce
from qingce.web.api.contract import PREFIX
from qingce.web.needs import open_to_all

router = APIRouter(prefix=PREFIX, tags=["概况"])


class Health(BaseModel):
    """Whether the desk answers, and which version of the program it is."""

    status: Literal["ok"]
    version: str


@router.get("/health", dependencies=[open_to_all()])
def health() -> Health:
    """接口是否可用；不需要令牌。"""
    return Health(status="ok", version=qingce.__version__)


@router.get("/openapi.json", dependencies=[open_to_all()], include_in_schema=False)
def openapi(request: Request) -> JSONResponse:
    """The description of the interface."""
    described: dict[str, Any] = request.app.openapi()
    return JSONResponse(described)
