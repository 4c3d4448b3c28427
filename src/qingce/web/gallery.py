"""``/_components``: every component in every state, for tests and for people who draw pages.

The words in it are samples, so they are not translated; what the components say by themselves is.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import QingceError
from qingce.web import gallery_case as case
from qingce.web.navigation import ENTRIES
from qingce.web.needs import open_to_all
from qingce.web.problems import problem
from qingce.web.render import go, page
from qingce.web.shell import Reader, Shell, framed

router = APIRouter(include_in_schema=False, prefix="/_components", dependencies=[open_to_all()])


def _frame(request: Request) -> None:
    shell = framed(
        "兰州银行", "2024 年度环境、社会及治理报告", "2024 年",
        Reader("clerk", "城关支行填报岗", "城关支行", ("填报人",)),
        {entry.area for entry in ENTRIES} | {"approvals"},
    )
    request.state.shell = Shell(
        shell.organisation, shell.title, shell.period, shell.reader, shell.groups, shell.phone,
        (("tasks", 7), ("findings", 3), ("approvals", 2)),
    )


@router.get("")
def gallery(request: Request, word: Annotated[str, Query(max_length=200)] = "") -> Response:
    """All components; ``word`` goes into every parameter that takes text."""
    _frame(request)
    return page(request, "gallery.html.j2", **case.context(word))


@router.post("")
def act(request: Request, amount: Annotated[str, Form()] = "", note: Annotated[str, Form()] = "") -> Response:
    """Take the gallery's form and say so on the next page."""
    return go(request, "/_components", f"已提交：{amount} {note}".strip())


@router.get("/problem/{status}")
def show_problem(request: Request, status: int) -> Response:
    """A refusal's page."""
    _frame(request)
    place = {"place": "填报表.xlsx / 用电 / 第 12 行 / 用量", "words": "应为数字，读到“约三千”"}
    places = [place | {"advice": "请填写 3000 这样的数字"}]
    return problem(request, status, findings=places if status == 422 else ())


@router.get("/fault")
def fault() -> Response:
    """A programming error."""
    raise QingceError("the gallery's own fault")
