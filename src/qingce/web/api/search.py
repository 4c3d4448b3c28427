"""Searching for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from qingce.services.desk.search import Kind, search, without_marks
from qingce.services.search.words import LONGEST
from qingce.web.api.contract import PREFIX, Skip, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["搜索"], route_class=Looking)


class ResultBody(BaseModel):
    """Something that was found; ``href`` is its place on the desk, ``exact``: it is called exactly so."""

    kind: Kind
    key: str
    label: str
    where: str
    excerpt: str
    href: str
    exact: bool


class SearchPage(BaseModel):
    """Results, the best first; ``counts`` is by kind and of all of them; ``next`` is a ``skip`` of the same kind."""

    results: list[ResultBody]
    counts: dict[str, int]
    next: int | None = None


@router.get("/search", dependencies=[needs()], responses=refusals())
def found(
    desk: TheDesk, actor: SignedIn,
    q: Annotated[str, Query(min_length=1, max_length=LONGEST, description="要找的词；几个词之间空一格，须全部符合。")],
    kind: Annotated[Kind | None, Query(description="只找这一类；不写则每类各列前几条。")] = None, skip: Skip = 0,
    limit: Annotated[int, Query(ge=1, le=100, description="条数；未写类别时为每类的条数。")] = 20,
) -> SearchPage:
    """在全部内容中查找，只列出您有权查看的；名称相同的在前。"""
    told = search(desk, actor, q, kind=kind or "", skip=skip if kind else 0, limit=limit)
    bodies = [ResultBody(kind=r.kind, key=r.key, label=without_marks(r.label), where=without_marks(r.where),
                         excerpt=without_marks(r.excerpt), href=r.href, exact=r.exact)
              for group in told.groups.values() for r in group]
    more = kind is not None and told.counts.get(kind, 0) > skip + limit
    return SearchPage(results=bodies, counts={str(k): n for k, n in told.counts.items()},
                      next=skip + limit if more else None)
