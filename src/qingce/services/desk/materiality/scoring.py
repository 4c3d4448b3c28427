"""Executive scoring: who is asked, what each one gives with his reasons, and when it is final.

An assessor sees what he gave and nobody else's scores until the round is proposed. What he types is kept as a
draft; once he submitted, only the office can return it to him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qingce.casework.materiality import TOP, Item, Topic, shown
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.event import Json
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.materiality.rounds import Assessor, Given, Round, changing, named, read_round

LONG = 1000


@dataclass(frozen=True)
class Sheet:
    """What one assessor is asked, with what he gave and what was found the time before.

    Attributes:
        own: by topic and item.
        last: of the same item in the round before: the mean of each aspect as text.
        missing: items that lack a score or a reason.
    """

    assessor: Assessor
    topics: tuple[Topic, ...]
    own: Mapping[tuple[str, str], Given]
    last: Mapping[tuple[str, str], Mapping[str, str]]
    missing: tuple[tuple[Topic, Item], ...]

    @property
    def final(self) -> bool:
        """Whether it was submitted."""
        return self.assessor.state == "submitted"


def name_assessor(
    desk: Desk, actor: Actor, name: str, account: str, topics: Sequence[str] = (), *, ended: bool = False
) -> Round:
    """Ask somebody to score some topics, all where none are named; or no longer ask him.

    Raises:
        Denied, Missing: no right; no such round, account or topic.
        Refused: he may not score.
    """
    with changing(desk, actor, name) as (made, found):
        if ended:
            if account not in {a.account for a in found.assessors}:
                raise Missing("没有这位打分人。")
        elif not desk.may(read_actor(made.db, account), Action.SCORE_TOPICS):
            raise Refused("这个账户没有打分的权限；请先由系统管理员授予管理层或 ESG 办公室角色。")
        for topic in topics:
            found.topic(topic)
        made.append(actor.account, "assessor_named", f"assessment/{name}",
                    {"account": account, "topics": list(topics), "ended": ended})
        return read_round(made.db, name)


def sheet(desk: Desk, actor: Actor, name: str) -> Sheet | None:
    """What this account is asked to score in a round; nothing where it is not asked.

    Raises:
        Denied, Missing: no right; no such round.
    """
    desk.require(actor, Action.SCORE_TOPICS)
    with desk.reading() as db:
        found = read_round(db, name)
        last = read_round(db, found.before) if found.before else None
    return _sheet(found, actor.account, last)


def _sheet(found: Round, account: str, last: Round | None) -> Sheet | None:
    mine = next((a for a in found.assessors if a.account == account), None)
    if mine is None:
        return None
    topics = tuple(t for t in found.case.topics if mine.scores(t.id) and t.items)
    own = {(g.topic, g.item): g for g in found.given if g.account == account}
    missing = tuple((t, i) for t in topics for i in t.items if not _whole(i, own.get((t.id, i.id))))
    return Sheet(mine, topics, own, _means(last), missing)


def _whole(item: Item, given: Given | None) -> bool:
    return given is not None and bool(given.rationale) and set(item.asked) <= set(given.scores)


def _means(last: Round | None) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for key, scores in (last.case.scored if last else {}).items():
        found[key] = {a: shown(Fraction(sum(s[a] for s in scores), len(scores)), 1) for a in scores[0]
                      if all(a in s for s in scores)}
    return found


def save_scores(
    desk: Desk, actor: Actor, name: str, topic: str, given: Mapping[str, tuple[Mapping[str, str], str]]
) -> Sheet:
    """Keep what an assessor gives the items of one topic; a draft, so that it may be incomplete.

    Args:
        given: by item, its scores as typed by aspect, and the rationale.

    Raises:
        Denied, Missing: not asked about this topic; no such round, topic or item.
        Refused: it is final, the round is closed, or a score is none from 1 to 5.
    """
    desk.require(actor, Action.SCORE_TOPICS)
    with desk.writing() as made:
        found = read_round(made.db, name)
        mine = _writable(found, actor.account)
        if not mine.scores(topic):
            raise Denied("这个议题没有请您打分。")
        items = {i.id: i for i in found.topic(topic).items}
        own = {(g.topic, g.item): g for g in found.given if g.account == actor.account}
        kept = {}
        for item, (scores, rationale) in given.items():
            if item not in items:
                raise Missing("没有这一项，可能已被撤销，请刷新页面。")
            facts = {"scores": _scores(items[item], scores), "rationale": _words(rationale)}
            before = own.get((topic, item))
            if before is None or (dict(before.scores), before.rationale) != (facts["scores"], facts["rationale"]):
                kept[item] = facts
        if kept:
            made.append(actor.account, "topic_scored", f"assessment/{name}",
                        {"topic": topic, "items": kept})  # type: ignore[dict-item]
        after = _sheet(read_round(made.db, name), actor.account, None)
    assert after is not None
    return after


def copy_scores(desk: Desk, actor: Actor, name: str) -> int:
    """Take over one's own scores and reasons of the round before as a draft; what is scored already stays.

    Returns:
        How many items were taken over.

    Raises:
        Denied, Missing, Refused: not asked; no such round; there is no round before, or scoring is over.
    """
    desk.require(actor, Action.SCORE_TOPICS)
    with desk.writing() as made:
        found = read_round(made.db, name)
        mine = _writable(found, actor.account)
        if not found.before:
            raise Refused("这一轮评估没有以上一轮为底稿。")
        last = {(g.topic, g.item): g for g in read_round(made.db, found.before).given if g.account == actor.account}
        own = {(g.topic, g.item) for g in found.given if g.account == actor.account}
        count = 0
        for topic in found.case.topics:
            kept: dict[str, Json] = {}
            for item in topic.items if mine.scores(topic.id) else ():
                before = last.get((topic.id, item.id))
                if before is not None and (topic.id, item.id) not in own and _whole(item, before):
                    kept[item.id] = {"scores": {a: before.scores[a] for a in item.asked},
                                     "rationale": before.rationale}
            if kept:
                made.append(actor.account, "topic_scored", f"assessment/{name}", {"topic": topic.id, "items": kept})
                count += len(kept)
        return count


def _writable(found: Round, account: str) -> Assessor:
    mine = next((a for a in found.assessors if a.account == account), None)
    if mine is None:
        raise Denied("这一轮评估没有请您打分。")
    if not found.open:
        raise Refused("打分已经截止。")
    if mine.state == "submitted":
        raise Refused("您的打分已经提交；如要修改，请 ESG 办公室退回。")
    return mine


def _scores(item: Item, typed: Mapping[str, str]) -> dict[str, int]:
    found = {}
    for aspect in item.asked:
        text = typed.get(aspect, "").strip()
        if text and text not in {str(n) for n in range(1, TOP + 1)}:
            raise Refused(f"“{item.label}”的打分取 1 至 {TOP}。")
        if text:
            found[aspect] = int(text)
    return found


def _words(text: str) -> str:
    if len(text) > LONG:
        raise Refused(f"理由不超过 {LONG} 字。")
    return text.strip()


def submit_scores(desk: Desk, actor: Actor, name: str) -> None:
    """Make one's scores final.

    Raises:
        Denied, Missing, Refused: not asked; no such round; a score or a reason is missing, or it is final.
    """
    desk.require(actor, Action.SCORE_TOPICS)
    with desk.writing() as made:
        found = read_round(made.db, name)
        _writable(found, actor.account)
        mine = _sheet(found, actor.account, None)
        assert mine is not None
        if mine.missing:
            topic, item = mine.missing[0]
            raise Refused(f"还有 {len(mine.missing)} 项没有打分或没有写理由，例如“{topic.label}”的“{item.label}”。")
        made.append(actor.account, "scores_submitted", f"assessment/{name}", {})


def return_scores(desk: Desk, actor: Actor, name: str, account: str, words: str) -> None:
    """Give an assessor his scores back, so that he may change them.

    Raises:
        Denied, Missing, Refused: no right; no such round, or nothing submitted by him; no reason.
    """
    reason = named(words, "退回的原因", 500)
    with changing(desk, actor, name) as (made, found):
        if account not in found.final:
            raise Missing("这位打分人还没有提交。")
        made.append(actor.account, "scores_returned", f"assessment/{name}", {"account": account, "words": reason})
