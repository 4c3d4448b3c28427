"""Review and approval: each act names the hash of the content it was given for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qingce.casework.item import RETURN_REASONS, STATE_LABELS, Explained, Item, State, Step
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Refused
from qingce.core.event import Json
from qingce.core.figure import FigureKey
from qingce.ledger.journal import Writing
from qingce.services.desk.acting import Done, acting, each
from qingce.services.desk.collecting import items
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import read_item


def review(desk: Desk, actor: Actor, names: Iterable[str], *, seen: Mapping[str, str] | None = None) -> Done:
    """Find items right; those that may not be are listed with the reason.

    Args:
        seen: for each id the hash of the content that was looked at; what changed since is left alone.
    """

    def one(made: Writing, now: Item) -> None:
        instead_of = acting(desk, actor, Action.REVIEW, now, Step.REVIEW)
        _in(now, State.SUBMITTED, "复核")
        _seen(now, seen)
        if now.explanation.state is Explained.GIVEN and now.variance is not None and now.variance.beyond:
            raise Refused("与上年差异的说明尚未认可，请先认可或退回说明。")
        made.append(actor.account, "reviewed", now.subject, _seal(now, instead_of))

    return each(desk, names, one)


def approve(desk: Desk, actor: Actor, names: Iterable[str], *, seen: Mapping[str, str] | None = None) -> Done:
    """Sign items; those that may not be are listed with the reason."""

    def one(made: Writing, now: Item) -> None:
        instead_of = acting(desk, actor, Action.APPROVE, now, Step.APPROVE)
        _in(now, State.REVIEWED, "审批")
        _seen(now, seen)
        if now.reviewed is None or now.reviewed.content != now.content:
            raise Refused("内容与复核时不同，请重新复核。")
        made.append(actor.account, "approved", now.subject, _seal(now, instead_of))

    return each(desk, names, one)


def return_item(desk: Desk, actor: Actor, name: str, reason_code: str, words: str) -> Item:
    """Send an item back to its owner, from the review or from the approval.

    Args:
        reason_code: one of :data:`qingce.casework.item.RETURN_REASONS`.

    Raises:
        Denied, Missing, Refused: no right; no such item; nothing to return, or no reason given.
    """
    if reason_code not in RETURN_REASONS:
        raise Refused("请选择退回的原因。")
    if not words.strip():
        raise Refused("请写明退回的理由，填报人要据此更正。")
    with desk.writing() as made:
        now = read_item(desk, made.db, name)
        if now.state not in (State.SUBMITTED, State.REVIEWED):
            raise Refused(f"此项目前{STATE_LABELS[now.state]}，没有可退回的提交。")
        step = Step.REVIEW if now.state is State.SUBMITTED else Step.APPROVE
        action = Action.REVIEW if step is Step.REVIEW else Action.APPROVE
        instead_of = acting(desk, actor, action, now, step)
        made.append(actor.account, "returned", now.subject, {
            "code": reason_code, "words": words.strip(), "step": str(step), **_seal(now, instead_of)})
        return read_item(desk, made.db, name)


def accept_explanation(desk: Desk, actor: Actor, name: str) -> Item:
    """Find the reason for a difference good enough; it becomes the draft of a footnote.

    Raises:
        Denied, Missing, Refused: no right; no such item; no explanation waits.
    """
    return _explanation(desk, actor, name, "explanation_accepted", "")


def return_explanation(desk: Desk, actor: Actor, name: str, words: str) -> Item:
    """Find the reason for a difference not good enough; the item goes back with it.

    Raises:
        Denied, Missing, Refused: as for :func:`accept_explanation`, or no words.
    """
    if not words.strip():
        raise Refused("请写明说明哪里不够清楚。")
    return _explanation(desk, actor, name, "explanation_returned", words.strip())


def _explanation(desk: Desk, actor: Actor, name: str, did: str, words: str) -> Item:
    with desk.writing() as made:
        now = read_item(desk, made.db, name)
        instead_of = acting(desk, actor, Action.REVIEW, now, Step.REVIEW)
        _in(now, State.SUBMITTED, "复核")
        if now.explanation.state is not Explained.GIVEN:
            raise Refused("没有等待认可的差异说明。")
        seal = _seal(now, instead_of)
        made.append(actor.account, did, now.subject, {"words": words or now.explanation.words, **seal})
        if did == "explanation_returned":
            made.append(actor.account, "returned", now.subject, {
                "code": "variance", "words": words, "step": str(Step.REVIEW), **seal})
        return read_item(desk, made.db, name)


def draft_footnotes(desk: Desk, actor: Actor, *, campaign: str) -> dict[FigureKey, str]:
    """Accepted reasons for differences, as drafts of footnotes to their figures."""
    found = items(desk, actor, campaign=campaign)
    return {i.key: i.explanation.words for i in found if i.explanation.state is Explained.ACCEPTED}


def _in(now: Item, state: State, what: str) -> None:
    if now.state is not state:
        raise Refused(f"此项目前{STATE_LABELS[now.state]}，不能{what}。")


def _seen(now: Item, seen: Mapping[str, str] | None) -> None:
    if seen is not None and seen.get(now.id) != now.content:
        raise Refused("在您打开之后内容有变化，请重新查看。")


def _seal(now: Item, instead_of: str) -> dict[str, Json]:
    return {"content": now.content, "version": now.version, **({"instead_of": instead_of} if instead_of else {})}
