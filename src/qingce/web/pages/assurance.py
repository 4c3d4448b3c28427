"""The assurance room: engagements, one of them with its papers, packs, and the register of sources."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.assurance import (
    OPINIONS,
    STANDARDS,
    Engagement,
    conclude,
    edition_of,
    engagements,
    figures_tested,
    get,
    may,
    open_engagement,
)
from qingce.services.desk.assurance_pack import open_pack, packs, want_pack
from qingce.services.desk.assurance_requests import requests
from qingce.services.desk.assurance_samples import samples
from qingce.services.desk.campaign import subtree
from qingce.services.desk.editions import editions, post_names
from qingce.services.desk.labels import metric_label, org_name, pack_label
from qingce.services.desk.laid import day_of
from qingce.services.desk.sources import damaged_evidence, register
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
ROOM = needs(Action.RUN_ENGAGEMENT, Action.CONCLUDE)
LEVEL_WORDS = {"limited": _("有限保证"), "reasonable": _("合理保证")}
OPINION_CHIPS = {
    "": ("clock", "wait", _("进行中")), "unmodified": ("check", "good", _("无保留意见")),
    "qualified": ("triangle", "warn", _("保留意见")), "adverse": ("octagon", "bad", _("否定意见")),
    "disclaimer": ("void", "bad", _("无法表示结论")),
}
METHOD_WORDS = {
    "all": _("全部"), "random": _("简单随机"), "systematic": _("等距"), "stratified": _("分层随机"),
    "monetary_unit": _("货币单元（与金额成比例）"), "top": _("最大若干项加随机"),
}
OUTCOME_CHIPS = {
    "": ("circle", "idle", _("待测试")), "agree": ("check", "good", _("相符")),
    "exception": ("octagon", "bad", _("例外")), "not_tested": ("slash", "warn", _("未测试")),
}
SOURCE_CHIPS = {
    "same": ("check", "good", _("未变")), "changed": ("triangle", "bad", _("内容已变")),
    "gone": ("void", "bad", _("文件不在")), "added": ("plus", "warn", _("封版后新增")),
}


def tabs(request: Request, of: Engagement, current: str) -> list[dict[str, object]]:
    """The tabs of an engagement."""
    say, here = translator(request), f"/assurance/{of.id}"
    shown = ((here, _("业务")), (f"{here}/draw", _("抽样")), (f"{here}/register", _("来源登记")))
    return [{"href": href, "label": say(label), "current": href == current} for href, label in shown
            if of.open or not href.endswith("/draw")]


def framed(request: Request, desk: Desk, of: Engagement, current: str) -> dict[str, Any]:
    """What every page of an engagement shows."""
    return {"of": of, "tabs": tabs(request, of, current), "opinions": OPINION_CHIPS, "levels": LEVEL_WORDS,
            "methods": METHOD_WORDS, "outcomes": OUTCOME_CHIPS, "posts": post_names(desk)}


# -- the list -----------------------------------------------------------------------------------------
@router.get("/assurance", dependencies=[ROOM])
def listed(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Every engagement that the reader has a part in."""
    return _listed(request, desk, actor)


def _listed(
    request: Request, desk: Desk, actor: Actor, said: dict[str, str] | None = None, wrong: str = "",
    orgs: list[str] | None = None, packs: list[str] | None = None, picked: Sequence[str] = (),
) -> Response:
    may_open = desk.may(actor, Action.RUN_ENGAGEMENT)
    found = editions(desk, actor)
    return page(
        request, "assurance/list.html.j2", status=422 if wrong else 200, found=engagements(desk, actor),
        may_open=may_open, editions={e.id: e for e in found}, opinions=OPINION_CHIPS, levels=LEVEL_WORDS,
        standards=STANDARDS, posts=post_names(desk), today=desk.today.isoformat(), wrong=wrong,
        said={"name": "", "firm": "", "standard": STANDARDS[0], "level": "limited", "edition": "", "due": "",
              **(said or {})},
        choices=[(e.id, f"{e.period} · {e.label} · {e.id[:8]}") for e in found],
        packs=[(name, pack_label(desk, name)) for name in desk.registry.packs], chosen=packs or [], picked=picked,
        scope=_scope(desk) if may_open else [],
        orgs=[(code, org_name(desk, code), len(desk.path(code)) - 1) for code in subtree(desk, desk.tree.root)]
        if may_open else [], where=orgs or [desk.tree.root],
    )


def _scope(desk: Desk) -> list[tuple[str, list[tuple[str, str]]]]:
    """Metrics that an engagement may be narrowed to: by pack, name and label."""
    of = desk.registry.pack_of
    return [(pack_label(desk, pack), [(m.name, m.label) for m in desk.registry.metrics.values() if of[m.name] == pack])
            for pack in desk.registry.packs]


@router.post("/assurance", dependencies=[needs(Action.RUN_ENGAGEMENT)])
def begin(
    request: Request, desk: TheDesk, actor: SignedIn, name: Annotated[str, Form()] = "",
    firm: Annotated[str, Form()] = "", standard: Annotated[str, Form()] = "", level: Annotated[str, Form()] = "",
    edition: Annotated[str, Form()] = "", due: Annotated[str, Form()] = "",
    metrics: Annotated[list[str], Form()] = [], org: Annotated[list[str], Form()] = [],  # noqa: B006
    pack: Annotated[list[str], Form()] = [],  # noqa: B006
) -> Response:
    """Engage an assurer on an edition."""
    wanted = [name for name in metrics if name]
    try:
        made = open_engagement(desk, actor, name=name, firm=firm, standard=standard, level=level, of=edition,
                               due=day_of(due), orgs=org, packs=pack, metrics=wanted)
    except Refused as refused:
        said = {"name": name, "firm": firm, "standard": standard, "level": level, "edition": edition, "due": due}
        return _listed(request, desk, actor, said, str(refused), org, pack, wanted)
    return go(request, f"/assurance/{made.id}", translator(request)(_("已开展鉴证业务。")))


# -- one ----------------------------------------------------------------------------------------------
@router.get("/assurance/{name}", dependencies=[ROOM])
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """One engagement: boundary, samples, requests, conclusions, packs."""
    of = get(desk, actor, name)
    made, jobs = packs(desk, actor, name)
    return page(
        request, "assurance/one.html.j2", **framed(request, desk, of, f"/assurance/{name}"),
        edition=edition_of(desk, actor, of), samples=samples(desk, actor, name), asked=requests(desk, actor, name),
        packs=made, jobs=jobs, today=desk.today,
        orgs=[org_name(desk, code) for code in of.orgs], scope=[pack_label(desk, p) for p in of.packs],
        metrics=[metric_label(desk, m) for m in of.metrics],
        may_conclude=may(desk, actor, Action.CONCLUDE, of, figures_tested(desk, of)),
        may_draw=may(desk, actor, Action.DRAW_SAMPLE, of), choices=[("", ""), *OPINIONS.items()],
    )


@router.post("/assurance/{name}/conclusion", dependencies=[needs(Action.CONCLUDE)])
def end(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, outcome: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Record the overall conclusion."""
    conclude(desk, actor, name, outcome=outcome, words=words)
    return go(request, f"/assurance/{name}", translator(request)(_("总体结论已记入日志。")))


@router.post("/assurance/{name}/pack", dependencies=[ROOM])
def export(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Ask for the pack; it is put together in the background."""
    job = want_pack(desk, actor, name)
    words = _("复算包已经备好。") if job.state == "done" else _("正在后台装包，完成后列在本页。")
    return go(request, f"/assurance/{name}#packs", translator(request)(words), "info")


@router.get("/assurance/{name}/packs/{sha256}", dependencies=[ROOM])
def pack_file(desk: TheDesk, actor: SignedIn, name: str, sha256: str) -> Response:
    """A pack, to be saved."""
    get(desk, actor, name)
    about, content = open_pack(desk, actor, sha256)
    return attachment(about.name, "application/zip", content, size=about.size, etag=about.sha256)


@router.get("/assurance/{name}/register", dependencies=[ROOM])
def sources(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, evidence: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """Every file of the edition and whether it is still the same; ``evidence`` reads every file of evidence, too."""
    of = get(desk, actor, name)
    found = register(desk, actor, of.edition)
    return page(
        request, "assurance/register.html.j2", **framed(request, desk, of, f"/assurance/{name}/register"),
        edition=edition_of(desk, actor, of), sources=found, chips=SOURCE_CHIPS,
        changed=sum(source.changed for source in found),
        damaged=damaged_evidence(desk, actor) if evidence else None,
    )


