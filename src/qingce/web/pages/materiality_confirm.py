"""The decision of a round: proposed, confirmed by the board, taken back; and the round as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from qingce.casework.materiality import Basis
from qingce.services.desk import Action
from qingce.services.desk.editions import post_names
from qingce.services.desk.materiality.deciding import confirm, hindrances, propose, proposed_of, take_back
from qingce.services.desk.materiality.exporting import KINDS, exported
from qingce.services.desk.materiality.governance import governance
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.switching import switched
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.materiality import room
from qingce.web.render import go, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
BOARD = (Action.CONFIRM_MATERIALITY, Action.RUN_MATERIALITY)


@router.get("/materiality/{name}/confirm", dependencies=[needs(*BOARD)])
def standing(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """What is to be confirmed, what stands in the way, and what the decision switches."""
    found = round_of(desk, actor, name)
    with desk.reading() as db:
        switches = switched(desk, db, found.period) if found.state == "confirmed" else {}
    off = {n: s for n, s in switches.items() if not s.on}
    resolutions = [f"{m.day} {m.title}：{r.title}" for m in governance(desk, actor).meetings for r in m.resolutions]
    counts = {str(b): sum(p.basis is b for p in found.stood) for b in Basis}
    return room(
        request, desk, actor, found, "confirm", "confirm", stood=found.stood, hindrances=hindrances(found),
        counts=counts, posts=post_names(desk), resolutions=resolutions[:20], off=off, switches=switches,
        labels={n: desk.registry.metrics[n].label for n in off if n in desk.registry.metrics},
        may_confirm=desk.may(actor, Action.CONFIRM_MATERIALITY, proposed_of(found)),
    )


@router.post("/materiality/{name}/propose", dependencies=[needs(Action.RUN_MATERIALITY)])
def ask(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, words: Annotated[str, Form()] = ""
) -> Response:
    """Ask for confirmation."""
    propose(desk, actor, name, words)
    return go(request, f"/materiality/{name}/confirm", translator(request)(_("已提请确认。")))


@router.post("/materiality/{name}/confirm", dependencies=[needs(Action.CONFIRM_MATERIALITY)])
def decide(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, content: Annotated[str, Form()] = "",
    resolution: Annotated[str, Form()] = "",
) -> Response:
    """Confirm exactly what was shown."""
    confirm(desk, actor, name, content, resolution)
    return go(request, f"/materiality/{name}/confirm", translator(request)(_("已确认，披露范围即时生效。")))


@router.post("/materiality/{name}/reopen", dependencies=[needs(Action.RUN_MATERIALITY)])
def reopen(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Open a proposed or confirmed round again."""
    take_back(desk, actor, name, reason)
    return go(request, f"/materiality/{name}/confirm", translator(request)(_("已收回，评估重新打开。")), "warn")


@router.get("/materiality/{name}/export.{form}", dependencies=[needs(Action.RUN_MATERIALITY)])
def export(request: Request, desk: TheDesk, actor: SignedIn, name: str, form: str) -> Response:
    """The round as CSV or Excel."""
    made = exported(desk, actor, name, form)
    return Response(made, media_type=KINDS[form],
                    headers={"content-disposition": f'attachment; filename="materiality-{name}.{form}"'})
