"""My tasks: what waits for the reader, late first; reviewers and approvers act on several at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Refused
from qingce.services.desk import Action
from qingce.services.desk.acting import posts
from qingce.services.desk.collecting import submit
from qingce.services.desk.inbox import DECISIONS, Kind, inbox
from qingce.services.desk.review import approve, review
from qingce.services.desk.tasks import Task
from qingce.web.collected import shown, told, with_query
from qingce.web.fragments import Same
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
_LISTED = 200
KINDS: dict[Kind, str] = {
    Kind.CONFIRMATION: _("重要性待确认"), Kind.CHANGE: _("变更申请待批复"), Kind.RESTATEMENT: _("追溯调整待批复"),
    Kind.REQUEST: _("鉴证索证"), Kind.CASE: _("工单"), Kind.SCORING: _("重要性打分"), Kind.MENTION: _("评论中提到您"),
}
"""What waits beside figures, in the order in which it is shown."""
WORDS = (_("为议题打分"),)
"""What the desk says is to be done, marked for translation."""


@router.get("/tasks", dependencies=[needs()])
def tasks(
    request: Request, desk: TheDesk, actor: SignedIn, view: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """What waits for the reader; ``view`` is a step, or ``approvals`` for reviewing and approving."""
    everything = inbox(desk, actor)
    found = everything.tasks
    wanted = {"file": ("file",), "review": ("review",), "approve": ("approve",),
              "approvals": ("review", "approve")}.get(view, ("file", "review", "approve"))
    mine = [t for t in found.tasks if str(t.step) in wanted]
    with desk.store.glancing() as db:
        called = posts(db)
    first = next((t for t in found.tasks if str(t.step) == "file"), None)
    return page(
        request, "tasks/list.html.j2", view=view, tasks=mine[:_LISTED], more=max(0, len(mine) - _LISTED),
        counts={str(step): count for step, count in found.counts.items()}, late=found.late,
        shows=[(Same(t.item), str(t.step), t.due, t.late, t.instead_of and called.get(t.instead_of, ""))
               for t in mine[:_LISTED]],
        shown={t.item.id: shown(desk, t.item) for t in mine[:_LISTED]}, called=called, begin=_begin(first),
        begin_in=first.item.campaign if first else "",
        others=[(str(kind), KINDS[kind], rows) for kind in (DECISIONS if view == "approvals" else KINDS)
                if view in ("", "approvals") and (rows := [one for one in everything.others if one.kind is kind])],
        total=sum(everything.counts.values()),
    )


def _begin(first: Task | None) -> str:
    if first is None:
        return ""
    return with_query(f"/filing/{first.item.campaign}", org=first.item.org) + f"#{first.item.id}"


@router.post("/tasks", dependencies=[needs(Action.SUBMIT, Action.REVIEW, Action.APPROVE)])
def act(
    request: Request, desk: TheDesk, actor: SignedIn, act: Annotated[str, Form()] = "",
    item: Annotated[list[str], Form()] = [], view: Annotated[str, Form()] = "",  # noqa: B006
) -> Response:
    """Submit, review or approve what was ticked; each tick carries the content that was seen."""
    if not item:
        raise Refused("没有勾选任何一项，请先勾选。")
    seen = dict(one.rsplit("|", 1) for one in item if "|" in one)
    if act == "submit":
        done = submit(desk, actor, seen)
    elif act == "review":
        done = review(desk, actor, seen, seen=seen)
    elif act == "approve":
        done = approve(desk, actor, seen, seen=seen)
    else:
        raise Refused("没有这种办理方式。")
    words, kind = told(request, done)
    return go(request, with_query("/tasks", view=view), words, kind)
