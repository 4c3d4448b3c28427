"""Briefs and readers' feedback for programs."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.services.desk import Action
from qingce.services.desk import feedback as readers
from qingce.services.desk.brief import issue_brief
from qingce.web.api.contract import PREFIX, Key, Limit, Skip, Strict, Words, cut, once, refusals
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["简报与反馈"], route_class=Looking)
KINDS = {"pdf": "application/pdf",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}


class Wanted(Strict):
    """For whom, and as what."""

    audience: Literal["management", "board"]
    form: Literal["pdf", "docx"] = "pdf"


class FeedbackBody(BaseModel):
    """What a reader said, by a question's id; ``reply`` is empty while it waits."""

    id: str
    edition: str
    answers: dict[str, str]
    contact: str
    at: str
    state: str
    reply: str
    replied_by: str
    replied: str


class FeedbackPage(BaseModel):
    """A page of what readers said, what waits first; ``next`` is a ``skip``."""

    feedback: list[FeedbackBody]
    next: int | None = None


class Reply(Strict):
    """What a reader is answered."""

    reply: Words


def _body(said: readers.Said) -> FeedbackBody:
    return FeedbackBody.model_validate(said, from_attributes=True)


@router.post("/briefs", dependencies=[needs(Action.ISSUE_BRIEF)], responses={**refusals(404), 200: {
    "description": "文件的字节", "content": {kind: {} for kind in KINDS.values()}}}, response_class=Response)
def brief(desk: TheDesk, actor: SignedIn, given: Wanted) -> Response:
    """出具会议简报，答复文件的字节，ETag 即 sha256；出具即记入日志。"""
    made = issue_brief(desk, actor, given.audience, given.form)
    return attachment(made.name, KINDS[made.form], made.data, etag=made.sha256)


@router.get("/feedback", dependencies=[needs(Action.ANSWER_FEEDBACK)], responses=refusals())
def feedback(desk: TheDesk, actor: SignedIn, skip: Skip = 0, limit: Limit = 100) -> FeedbackPage:
    """列出读者反馈，待答复的在前。"""
    shown, following = cut(readers.feedback(desk, actor), skip, limit)
    return FeedbackPage(feedback=[_body(said) for said in shown], next=following)


@router.post("/feedback/{id}", dependencies=[needs(Action.ANSWER_FEEDBACK)], responses=refusals(404),
             response_model=FeedbackBody)
def reply(
    request: Request, desk: TheDesk, actor: SignedIn, id: Annotated[str, Path(max_length=64)], given: Reply,
    key: Key = "",
) -> JSONResponse:
    """答复一位读者。"""
    return once(desk, actor, request, key, given.model_dump(),
                lambda: _body(readers.answer(desk, actor, id, given.reply)))
