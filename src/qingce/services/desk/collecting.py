"""Collecting: owners answer, explain and submit; every change of content frees what was signed before.

Contract for others: :func:`items`, :func:`item`, :func:`file`, :func:`explain`, :func:`submit`, and
:func:`content_changed` for acts elsewhere that change an item's evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import Connection, select

from qingce.casework.item import (
    NO_ANSWER,
    STATE_LABELS,
    Answer,
    Item,
    Merge,
    Mode,
    State,
    Step,
    merge,
)
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Refused, Stale
from qingce.core.estimate import Estimate
from qingce.core.event import Event, Json
from qingce.core.figure import Answered, Qualifier
from qingce.core.unit import unit
from qingce.ledger.journal import Writing
from qingce.ledger.projections.collecting import asked as asked_table
from qingce.ledger.projections.collecting import item as item_table
from qingce.ledger.tables import journal
from qingce.services.desk.acting import Done, acting, each, orgs_of
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import (
    asked_for,
    items_of,
    latest_figures,
    read_campaign,
    read_item,
)
from qingce.services.quality.scale import methods

SIGNED = (State.SUBMITTED, State.REVIEWED, State.APPROVED)
"""States in which somebody has put his name to the content."""
_DIGITS = 40
_WORDS = 4000


# -- reading ----------------------------------------------------------------------------------------
def items(
    desk: Desk, actor: Actor, *, campaign: str, org: str = "", owner: str = "", state: str = "", metric: str = ""
) -> list[Item]:
    """Items of a campaign that this actor may read, in the campaign's order.

    Args:
        org: one org's own items only.
        owner: items for which this account was named, and those that were filed by it.
        state: one of :class:`qingce.casework.item.State`.

    Raises:
        Missing: no such campaign.
    """
    with desk.reading() as db:
        read_campaign(db, campaign, desk.kept)
        # what lies outside of everything granted is not read; of the rest each is judged
        orgs = orgs_of(desk, actor)
        within = orgs if not org else [org] if orgs is None or org in orgs else []
        found = items_of(desk, db, campaign, lambda row: (
            row.state == state if state else asked_for(row)) and metric in ("", row.metric), within)
    readable = {key: desk.may(actor, Action.READ_ITEMS, desk.target(*key)) for key in {(i.org, i.pack) for i in found}}
    mine = (i for i in found if readable[i.org, i.pack])
    return [i for i in mine if not owner or owner == i.owner or (not i.owner and owner in i.filers)]


def item(desk: Desk, actor: Actor, name: str) -> Item:
    """One item.

    Raises:
        Missing, Denied: no such item; not for this actor.
    """
    with desk.reading() as db:
        found = read_item(desk, db, name)
    desk.require(actor, Action.READ_ITEMS, desk.target(found.org, found.pack))
    return found


# -- answering --------------------------------------------------------------------------------------
def file(
    desk: Desk, actor: Actor, name: str, answer: Answer | Callable[[Item], Answer], *, version: int, key: str = "",
    channel: str = "web",
) -> Item:
    """Answer an item, or empty it again with an empty answer.

    Args:
        answer: as it is, or made from the item as it stands, where only a part of it was written.
        version: of the item that the answer was written for.
        key: where given, a repetition with the same key does nothing more.
        channel: how it came: ``web``, ``workbook``, ``api``, ``cli``.

    Raises:
        Denied, Missing: no right; no such item.
        Stale: somebody else changed it since; with what was read, given and stands.
        Refused: the answer cannot be taken, or the campaign is closed.
    """
    with desk.writing() as made:
        return file_within(desk, made, actor, name, answer, version=version, key=key, channel=channel)


def file_within(
    desk: Desk, made: Writing, actor: Actor, name: str, answer: Answer | Callable[[Item], Answer], *, version: int,
    key: str = "", channel: str = "web",
) -> Item:
    """The same within a transaction that does more: a whole workbook, all of it or nothing."""
    now = read_item(desk, made.db, name)
    instead_of = acting(desk, actor, Action.FILE, now, Step.FILE)
    once = f"file/{actor.account}/{name}/{key}"
    if key and made.done(once) is not None:
        return now
    _open(desk, made.db, now)
    answer = _taken(desk, now, answer if isinstance(answer, Answer) else answer(now))
    if answer != now.answer:
        if version != now.version:
            raise _stale(merge(_answer_at(made.db, now, version), answer, now.answer), now)
        made.append(actor.account, "filed", now.subject, {
            **answer.told, "unit": now.unit, "channel": channel,
            **({"instead_of": instead_of} if instead_of else {}),
        })
        _free(made, now, actor.account, f"数值由 {_said(now.answer)} 改为 {_said(answer)}")
    if key:
        made.remember(once, now.id)
    return read_item(desk, made.db, name)


def explain(desk: Desk, actor: Actor, name: str, words: str, *, version: int | None = None) -> Item:
    """Say why a value differs from last year's.

    Raises:
        Denied, Missing, Refused, Stale: as for :func:`file`.
    """
    with desk.writing() as made:
        return explain_within(desk, made, actor, name, words, version=version)


def explain_within(
    desk: Desk, made: Writing, actor: Actor, name: str, words: str, *, version: int | None = None
) -> Item:
    """The same within a transaction that does more."""
    now = read_item(desk, made.db, name)
    instead_of = acting(desk, actor, Action.EXPLAIN, now, Step.FILE)
    _open(desk, made.db, now)
    words = words.strip()
    if not words:
        raise Refused("请写明与上年差异的原因。")
    if len(words) > _WORDS:
        raise Refused(f"说明有 {len(words)} 个字，请压缩到 {_WORDS} 字以内，详细材料请作为证据上传。")
    if words == now.explanation.words and now.explanation.state in ("given", "accepted"):
        return now
    if version is not None and version != now.version:
        raise Stale("他人已改动此项，请核对后再写说明。", base={}, mine={"explanation": words},
                    theirs={"explanation": now.explanation.words, **now.answer.facts}, version=now.version)
    detail: dict[str, Json] = {"words": words, "version": now.version}
    if now.variance is not None:
        detail |= {"prior": f"{now.variance.prior:f}", "change": now.variance.text}
    if instead_of:
        detail["instead_of"] = instead_of
    made.append(actor.account, "explained", now.subject, detail)
    _free(made, now, actor.account, "差异说明有改动")
    return read_item(desk, made.db, name)


def content_changed(made: Writing, name: str) -> None:
    """Let reviews and approvals fall where an item's content is no longer what they were given for.

    To be called after an event that changed an item's evidence, in the same transaction.
    """
    row = made.db.execute(
        select(item_table, asked_table.c.unit).join(
            asked_table, (asked_table.c.campaign == item_table.c.campaign)
            & (asked_table.c.metric == item_table.c.metric)).where(item_table.c.id == name)).first()
    if row is None or row.state not in SIGNED:
        return
    last = made.written[-1] if made.written else None
    made.append(last.by if last else "system", "voided", f"item/{name}", {"code": "evidence", "words": "证据有增减"})


# -- submitting -------------------------------------------------------------------------------------
def submit(desk: Desk, actor: Actor, names: Iterable[str]) -> Done:
    """Hand items to their reviewers: those that are complete; the rest is listed with what is missing."""
    return each(desk, names, lambda made, now: _submit(desk, made, actor, now))


def _submit(desk: Desk, made: Writing, actor: Actor, now: Item) -> None:
    instead_of = acting(desk, actor, Action.SUBMIT, now, Step.FILE)
    _open(desk, made.db, now)
    if now.state in SIGNED:
        raise Refused(f"已提交过，目前{STATE_LABELS[now.state]}。")
    if wrong := now.answer.wrong:
        raise Refused(wrong)
    _taken(desk, now, now.answer)
    if now.unexplained:
        assert now.variance is not None
        raise Refused(f"与上年相差 {now.variance.text}，超出容许范围，请先说明差异原因。")
    detail: dict[str, Json] = {"content": now.content, "version": now.version}
    if now.variance is not None:
        detail |= {"prior": f"{now.variance.prior:f}", "change": now.variance.text}
    if instead_of:
        detail["instead_of"] = instead_of
    made.append(actor.account, "submitted", now.subject, detail)


def withdraw(desk: Desk, actor: Actor, name: str) -> Item:
    """Take back a submission that nobody has reviewed yet.

    Raises:
        Denied, Missing, Refused: no right; no such item; it is not waiting for review.
    """
    with desk.writing() as made:
        now = read_item(desk, made.db, name)
        acting(desk, actor, Action.SUBMIT, now, Step.FILE)
        if now.state is not State.SUBMITTED:
            raise Refused("只能撤回尚未复核的提交；已复核的请复核人退回。")
        made.append(actor.account, "withdrawn", now.subject, {"content": now.content})
        return read_item(desk, made.db, name)


# -- rules ------------------------------------------------------------------------------------------
def _open(desk: Desk, db: Connection, now: Item) -> None:
    if not read_campaign(db, now.campaign, desk.kept).open:
        raise Refused("这次收集已结束，不能再改动；需要更正时请通过变更申请办理。")
    if now.state is State.VOIDED:
        raise Refused("此项已不再收集，不必填报。")


def _taken(desk: Desk, now: Item, answer: Answer) -> Answer:
    """The answer as it is kept.

    Raises:
        Refused: with what is wrong and what to do.
    """
    if answer == NO_ANSWER or (answer.answered is None and answer.value is None):
        return Answer(reason=answer.reason.strip(), source=answer.source.strip())
    if wrong := answer.wrong:
        raise Refused(wrong)
    if max(len(answer.reason), len(answer.source)) > _WORDS:
        raise Refused(f"原因和出处各不超过 {_WORDS} 字。")
    if answer.value is not None:
        _number(desk, now, answer.value)
    if now.mode is Mode.CONFIRM and answer.answered is Answered.VALUE:
        computed = computed_value(desk, now)
        if computed is None:
            raise Refused("此项由台账计算，尚无编制结果；请先编制一次再确认。")
        if answer.value != computed:
            raise Refused(f"此项由台账计算，值为 {computed:f} {now.unit}，只能确认，不能改填；数值不对请更正台账。")
    is_value = answer.answered is Answered.VALUE
    qualifier = answer.qualifier if is_value else Qualifier.EXACT
    estimate = _estimated(now, answer.estimate) if is_value else None
    return Answer(answer.answered, answer.value, qualifier, answer.reason.strip(), answer.source.strip(), estimate)


def _estimated(now: Item, estimate: Estimate | None) -> Estimate | None:
    if estimate is None:
        return None
    if now.mode is Mode.CONFIRM:
        raise Refused("此项由台账计算，是否估算由台账的标志列判定，不在这里填写。")
    if estimate.method not in methods():
        known = "、".join(one.label for one in methods().values())
        raise Refused(f"没有“{estimate.method[:20]}”这种估算方法，可选：{known}。")
    return replace(estimate, reason=estimate.reason.strip())


def _number(desk: Desk, now: Item, value: Decimal) -> None:
    if not value.is_finite():
        raise Refused("数值不是有限的数。")
    if len(f"{value:f}") > _DIGITS:
        raise Refused(f"数值过长，至多 {_DIGITS} 位。")
    if wrong := desk.registry.metric(now.metric).miscounted(unit(now.unit), value):
        raise Refused(wrong)


def computed_value(desk: Desk, now: Item) -> Decimal | None:
    """What the latest build gave for an item's figure, in the item's unit, to the places that are printed."""
    figure = latest_figures(desk).get(now.key)
    if figure is None or not isinstance(figure.value, Decimal):
        return None
    value = figure.unit.to(unit(now.unit), figure.value)
    places = desk.registry.metric(now.metric).places
    return value.quantize(Decimal(1).scaleb(-places))


def _free(made: Writing, now: Item, by: str, words: str) -> None:
    """What was signed for the content before falls."""
    if now.state in SIGNED:
        said = f"{words}，原{STATE_LABELS[now.state]}状态失效"
        made.append(by, "voided", now.subject, {"code": "content", "words": said})


def _said(answer: Answer) -> str:
    if answer.answered is None:
        return "空"
    if answer.value is not None:
        estimate = answer.estimate
        return f"{answer.value:f}" + (f"（估算 {estimate.share_text}）" if estimate is not None else "")
    return {
        Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "暂缺"}.get(answer.answered, "空")


# -- two people at once -----------------------------------------------------------------------------
def _stale(both: Merge, now: Item) -> Stale:
    return Stale(both.text, base=both.base.facts, mine=both.mine.facts, theirs=both.theirs.facts,
                 merged=both.merged, clashes=both.clashes, version=now.version)


def _answer_at(db: Connection, now: Item, version: int) -> Answer:
    """The answer that an item held at an earlier version, from the journal."""
    if version <= 0:
        return NO_ANSWER
    answer = NO_ANSWER
    lines = db.execute(select(journal.c.line).where(
        journal.c.subject == now.subject, journal.c.did.in_(("filed", "explained", "attached", "detached")),
    ).order_by(journal.c.seq)).scalars()
    for count, line in enumerate(lines, 1):
        event = Event.read(line)
        if event.did == "filed":
            answer = read_answer(event)
        if count >= version:
            break
    return answer


def read_answer(event: Event) -> Answer:
    """The answer that a ``filed`` event holds."""
    said = {name: str(event.detail.get(name) or "") for name in ("answered", "value", "qualifier", "reason", "source")}
    return Answer(
        Answered(said["answered"]) if said["answered"] else None, Decimal(said["value"]) if said["value"] else None,
        Qualifier(said["qualifier"] or "exact"), said["reason"], said["source"], Estimate.read(event.detail),
    )


__all__ = [
    "Answer", "Done", "Item", "computed_value", "content_changed", "explain", "explain_within", "file", "file_within",
    "item", "items", "read_answer", "submit", "withdraw",
]
