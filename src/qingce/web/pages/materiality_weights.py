"""Weights, thresholds and how much the decision depends on them."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qingce.casework.materiality import CRITERIA
from qingce.casework.materiality_sensitivity import flips
from qingce.casework.materiality_weights import JUDGEMENTS
from qingce.core.errors import Missing, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.materiality.rounds import Round, round_of
from qingce.services.desk.materiality.weighing import set_thresholds, set_weights
from qingce.web import matrix
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.materiality import room, told
from qingce.web.render import go, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
FAMILIES: dict[str, str] = {"group": _("利益相关方的权重"), "criterion": _("影响严重程度各维度的权重")}
WITHIN = ("10", "20", "30", "50")


def names_of(request: Request, found: Round) -> dict[str, str]:
    """How each weight is called."""
    words = translator(request)
    return {**{f"group:{g.id}": g.label for g in found.case.groups},
            **{f"criterion:{n}": words(matrix.ASPECTS[n]) for n in CRITERIA}}


@router.get("/materiality/{name}/weights", dependencies=[needs(Action.READ_MATERIALITY)])
def weights(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Weights with their consistency, and thresholds."""
    return _page(request, desk, actor, name, {}, "", 200)


def _page(
    request: Request, desk: Desk, actor: Actor, name: str, said: dict[str, str], wrong: str, status: int
) -> Response:
    found = round_of(desk, actor, name)
    labels = names_of(request, found)
    of = {"group": [g.id for g in found.case.groups], "criterion": list(CRITERIA)}
    pairs = {family: [(f"{a}/{b}", labels[f"{family}:{a}"], labels[f"{family}:{b}"])
                      for a, b in combinations(ids, 2)] for family, ids in of.items()}
    return room(request, desk, actor, found, "weights", "weights", status=status, names=labels, ids=of, pairs=pairs,
                families=FAMILIES, judgements=[str(j) for j in JUDGEMENTS], said=said, wrong=wrong)


@router.post("/materiality/{name}/weights", dependencies=[needs(Action.RUN_MATERIALITY)])
async def change(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Set the weights of one family, or the thresholds."""
    form = await request.form()
    said = {key: str(value) for key, value in form.items()}
    return await run_in_threadpool(_change, request, desk, actor, name, said)


def _change(request: Request, desk: Desk, actor: Actor, name: str, said: dict[str, str]) -> Response:
    words = translator(request)
    try:
        if said.get("act") == "thresholds":
            set_thresholds(desk, actor, name, said)
        else:
            given = {key.removeprefix("w-"): value for key, value in said.items() if key.startswith("w-")}
            set_weights(desk, actor, name, said.get("family", ""), said.get("method", ""), given,
                        said.get("reason", ""))
    except Refused as wrong:
        return _page(request, desk, actor, name, said, str(wrong), 422)
    return go(request, f"/materiality/{name}/weights", words(_("已保存。")))


@router.get("/materiality/{name}/sensitivity", dependencies=[needs(Action.READ_MATERIALITY)])
def sensitivity(request: Request, desk: TheDesk, actor: SignedIn, name: str, within: str = "20") -> Response:
    """Which weights, moved within a bound, change what is material, and from which share on."""
    found = round_of(desk, actor, name)
    if not told(desk, actor, found):
        raise Missing("打分截止前不公布结果。")
    bound = within if within in WITHIN else "20"
    case = found.case
    return room(
        request, desk, actor, found, "sensitivity", "sensitivity", within=bound, bounds=WITHIN,
        flips=flips(case, Fraction(int(bound), 100)), names=names_of(request, found),
        topics={t.id: (n, t.label) for n, t in enumerate(case.topics, 1)},
    )
