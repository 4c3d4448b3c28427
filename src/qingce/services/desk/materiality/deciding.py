"""The decision: proposed by the office, confirmed by management or the board, bound to exactly what was proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qingce.casework.materiality import BASIS_LABELS, Placed, shown
from qingce.casework.rights import Action, Actor, Target
from qingce.core.errors import Refused, Stale
from qingce.core.event import Json
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.rounds import Round, changing, named, read_round

LONG = 1000


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why a round cannot be proposed yet; ``blocks``: it cannot, otherwise it may with a reason."""

    words: str
    blocks: bool = True


def hindrances(found: Round) -> tuple[Hindrance, ...]:
    """What stands in the way of proposing a round."""
    case, said = found.case, []
    if not case.topics:
        said.append(Hindrance("还没有议题。"))
    said += [Hindrance(f"问卷“{s.label}”还没有结束。") for s in found.surveys if s.state == "open"]
    waiting = [a.account for a in found.assessors if a.state != "submitted"]
    if waiting or not found.assessors:
        said.append(Hindrance(f"{len(waiting)} 位打分人还没有提交。" if waiting else "还没有指定打分人。"))
    unscored = [t.label for t in case.topics if not any((t.id, i.id) in case.scored for i in t.items)]
    if unscored:
        said.append(Hindrance(f"{len(unscored)} 个议题没有打分：{'、'.join(unscored[:5])}。"))
    for family, weighed in found.weighed.items():
        what = "利益相关方" if family == "group" else "影响评价维度"
        if weighed.stale:
            said.append(Hindrance(f"{what}已有增减，权重须重新设定。"))
        elif not weighed.found.consistent:
            said.append(Hindrance(f"{what}的两两比较前后不一致（一致性比率 {weighed.found.ratio:.3f}，大于 0.1），"
                                  "建议复核。", blocks=False))
    unheard = [g.label for g in case.groups if not case.heard.get(g.id)]
    if unheard:
        said.append(Hindrance(f"没有收到{'、'.join(unheard)}的答卷，其权重由同侧其他各方分担。", blocks=False))
    return tuple(said)


def decisions(found: Round) -> list[dict[str, Json]]:
    """What is decided of each topic, as the journal keeps it."""
    return [_decided(p) for p in found.stood]


def _decided(one: Placed) -> dict[str, Json]:
    topic = one.topic
    return {
        "topic": topic.id, "label": topic.label, "pillar": str(topic.pillar), "basis": str(one.basis),
        "high": one.high, "material": one.material,
        **{name: None if (value := getattr(one, name)) is None else shown(value, 4)
           for name in ("impact", "financial", "inside", "outside")},
        "packs": list(topic.packs), "metrics": list(topic.metrics), "clauses": list(topic.clauses),
        "mandatory": list(topic.mandatory),
    }


def propose(desk: Desk, actor: Actor, name: str, words: str) -> Round:
    """Close scoring and ask for confirmation of what stands.

    Args:
        words: what the board should know.

    Raises:
        Denied, Missing, Refused: no right; no such round; something stands in the way, or there are no words.
    """
    said = named(words, "提请确认的说明", LONG)
    with changing(desk, actor, name) as (made, found):
        if not found.open:
            raise Refused("已经提请确认。")
        wrong = [h.words for h in hindrances(found) if h.blocks]
        if wrong:
            raise Refused("还不能提请确认：" + "".join(wrong))
        made.append(actor.account, "materiality_proposed", f"assessment/{name}",
                    {"hash": found.content, "words": said, "material": sum(p.material for p in found.stood)})
    with desk.reading() as db:
        return read_round(db, name)


def take_back(desk: Desk, actor: Actor, name: str, words: str) -> Round:
    """Open a proposed or confirmed round again.

    Raises:
        Denied, Missing, Refused: no right; no such round; it is open, or there is no reason.
    """
    reason = named(words, "收回的原因", LONG)
    desk.require(actor, Action.RUN_MATERIALITY)
    with desk.writing() as made:
        found = read_round(made.db, name)
        if found.open:
            raise Refused("这一轮评估还没有提请确认。")
        made.append(actor.account, "materiality_reopened", f"assessment/{name}", {"words": reason, "hash": found.hash})
        return read_round(made.db, name)


def proposed_of(found: Round) -> Target:
    """What a confirmation is about: who proposed it does not confirm it."""
    return Target(hands={"proposed": frozenset({found.proposed_by})})


def confirm(desk: Desk, actor: Actor, name: str, content: str, resolution: str) -> Round:
    """Confirm what was proposed.

    Args:
        content: the hash of what the reader saw.
        resolution: by which resolution, or which meeting.

    Raises:
        Denied, Missing: no right, or who proposed; no such round.
        Refused: nothing is proposed, or no resolution is named.
        Stale: it is no longer what the reader saw.
    """
    desk.require(actor, Action.CONFIRM_MATERIALITY)
    said = named(resolution, "确认所依据的会议或决议", 200)
    with desk.writing() as made:
        found = read_round(made.db, name)
        if found.state != "proposed":
            raise Refused("没有待确认的提请。")
        desk.require(actor, Action.CONFIRM_MATERIALITY, proposed_of(found))
        if content != found.hash or found.content != found.hash:
            raise Stale("提请的内容已经变化，没有确认；请重新查看后再办理。")
        made.append(actor.account, "materiality_confirmed", f"assessment/{name}", {
            "hash": found.hash, "period": found.period, "resolution": said, "decisions": list[Any](decisions(found)),
        })
        return read_round(made.db, name)


def why(one: Placed) -> str:
    """The decision of a topic in words."""
    words = BASIS_LABELS[one.basis]
    return f"{words}，两轴矩阵高–高" if one.high else words
