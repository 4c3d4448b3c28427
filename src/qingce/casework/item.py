"""Item (填报项): one figure that a campaign asks for, on its way from an empty cell to an approved one.

What was said is the content: answer, value, wording, reason, source, evidence and explanation. Reviews and
approvals name the hash of the content they were given for and fall with it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from qingce.casework.variance import Prior, Variance, variance
from qingce.core.amount import ABSENT, Value
from qingce.core.estimate import NO_FACTS, Estimate
from qingce.core.event import Json, canonical
from qingce.core.figure import Answered, Dims, FigureKey, Qualifier


class State(StrEnum):
    """Where an item stands."""

    TO_START = "to_start"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    RETURNED = "returned"
    VOIDED = "voided"
    """The campaign no longer asks for it."""


STATE_LABELS: Mapping[State, str] = {
    State.TO_START: "未开始", State.IN_PROGRESS: "填报中", State.SUBMITTED: "待复核", State.REVIEWED: "待审批",
    State.APPROVED: "已审批", State.RETURNED: "已退回", State.VOIDED: "不再收集",
}


class Step(StrEnum):
    """Whose turn it is."""

    FILE = "file"
    REVIEW = "review"
    APPROVE = "approve"


STEP_LABELS: Mapping[Step, str] = {Step.FILE: "填报", Step.REVIEW: "复核", Step.APPROVE: "审批"}
STEPS: Mapping[State, Step] = {
    State.TO_START: Step.FILE, State.IN_PROGRESS: Step.FILE, State.RETURNED: Step.FILE,
    State.SUBMITTED: Step.REVIEW, State.REVIEWED: Step.APPROVE,
}
"""The step that comes next; none for what is approved or no longer asked for."""


class Mode(StrEnum):
    """What an owner does with an item."""

    FILE = "file"
    """He enters it."""
    CONFIRM = "confirm"
    """It is computed from records; he confirms what the latest build gave."""


ANSWER_LABELS: Mapping[Answered, str] = {
    Answered.VALUE: "有数值", Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "适用但暂缺",
}
QUALIFIER_LABELS: Mapping[Qualifier, str] = {
    Qualifier.EXACT: "准确", Qualifier.OVER: "超过", Qualifier.NEARLY: "接近", Qualifier.ABOUT: "大约",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What an owner says: one of three answers.

    Attributes:
        answered: ``None`` until somebody answers.
        value: in the item's unit; only with the answer ``value``.
        reason: why it does not apply or is not available.
        source: what the value was taken from.
        estimate: where the value was not wholly measured; only with the answer ``value``.

    >>> Answer(Answered.VALUE, Decimal("64"), source="工会办公室登记册").wrong
    ''
    >>> Answer(Answered.NOT_AVAILABLE).wrong
    '请写明暂缺的原因。'
    """

    answered: Answered | None = None
    value: Decimal | None = None
    qualifier: Qualifier = Qualifier.EXACT
    reason: str = ""
    source: str = ""
    estimate: Estimate | None = None

    @property
    def wrong(self) -> str:
        """Why it is no answer, in Chinese with what to do; empty where it is one."""
        if self.answered is None:
            return "请选择答复：数值、不适用或暂缺。"
        if self.answered is Answered.VALUE:
            if self.value is None:
                return "请填写数值；没有发生时填 0，不适用或暂缺请改选答复。"
            return self.estimate.wrong if self.estimate is not None else ""
        if self.value is not None:
            return f"答复为“{ANSWER_LABELS[self.answered]}”时不得填写数值，请清空数值或改选答复。"
        what = "不适用" if self.answered is Answered.NOT_APPLICABLE else "暂缺"
        return "" if self.reason.strip() else f"请写明{what}的原因。"

    @property
    def facts(self) -> dict[str, str]:
        """Its parts as text, by field."""
        return {
            "answered": str(self.answered or ""), "value": "" if self.value is None else f"{self.value:f}",
            "qualifier": str(self.qualifier), "reason": self.reason, "source": self.source,
            **(NO_FACTS if self.estimate is None else self.estimate.facts),
        }

    @property
    def told(self) -> dict[str, str]:
        """The same as it is written down: of an estimate only where there is one, so that older hashes still hold."""
        return {name: text for name, text in self.facts.items() if text or name not in NO_FACTS}


FIELD_LABELS: Mapping[str, str] = {
    "answered": "答复", "value": "数值", "qualifier": "措辞", "reason": "原因", "source": "出处",
    "estimate_method": "估算方法", "estimate_share": "估算占比", "estimate_reason": "估算理由",
}
NO_ANSWER = Answer()


class Explained(StrEnum):
    """What became of an explanation."""

    NONE = ""
    GIVEN = "given"
    ACCEPTED = "accepted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a value differs from last year's.

    Attributes:
        words: the owner's.
        remark: the reviewer's, where he returned it.
    """

    words: str = ""
    state: Explained = Explained.NONE
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Seal:
    """Who did a step, when, and for exactly which content."""

    by: str
    at: str
    content: str
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Back:
    """Why an item came back: a reason by its code, and words."""

    by: str
    at: str
    code: str
    words: str


RETURN_REASONS: Mapping[str, str] = {
    "number": "数值有误", "unit": "单位或口径有误", "source": "出处不足", "evidence": "缺证据",
    "variance": "差异未说清", "answer": "答复不当", "other": "其他",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One figure of a campaign with everything that was said about it.

    Attributes:
        id: ``campaign/metric/org`` or ``campaign/metric/org/dim=code,…``.
        unit: in which it is asked for and kept here.
        version: +1 at each change of content.
        owner, reviewer, approver: the account that was named; empty where the post decides.
        due: by step.
        filers: every account through whose hands the content passed.
        seq: the event that last changed the content.
        prior: last year's value, where there is one.
        tolerance: by which share a value may differ from last year's unexplained; ``None``: any.
    """

    id: str
    campaign: str
    metric: str
    org: str
    period: str
    unit: str
    dims: Dims = ()
    mode: Mode = Mode.FILE
    pack: str = ""
    state: State = State.TO_START
    version: int = 0
    answer: Answer = NO_ANSWER
    explanation: Explanation = Explanation()
    evidence: tuple[str, ...] = ()
    owner: str = ""
    reviewer: str = ""
    approver: str = ""
    named: frozenset[str] = frozenset()
    due: Mapping[Step, dt.date] = field(default_factory=dict)
    filers: frozenset[str] = frozenset()
    submitted: Seal | None = None
    reviewed: Seal | None = None
    approved: Seal | None = None
    returned: Back | None = None
    void: Back | None = None
    seq: int = 0
    changed: str = ""
    prior: Prior | None = None
    tolerance: Decimal | None = None
    reminded: str = ""
    escalated: str = ""

    @property
    def key(self) -> FigureKey:
        """The figure it becomes."""
        return FigureKey(self.metric, self.org, self.period, self.dims)

    @property
    def subject(self) -> str:
        """How the journal calls it."""
        return f"item/{self.id}"

    @property
    def step(self) -> Step | None:
        """What comes next."""
        return STEPS.get(self.state)

    @property
    def value(self) -> Value:
        """The value that was given, or nothing."""
        return ABSENT if self.answer.value is None else self.answer.value

    @property
    def content(self) -> str:
        """The hash that a review and an approval name."""
        return content_hash(self.unit, self.answer, self.explanation.words, self.evidence)

    @property
    def variance(self) -> Variance | None:
        """How far it lies from last year's; nothing where either is missing."""
        if self.answer.answered is not Answered.VALUE or self.answer.value is None:
            return None
        return variance(self.answer.value, self.prior, self.tolerance)

    @property
    def unexplained(self) -> bool:
        """Whether the difference from last year still lacks its reason."""
        found = self.variance
        waits = self.explanation.state in (Explained.NONE, Explained.RETURNED)
        return found is not None and found.beyond and (waits or not self.explanation.words.strip())

    @property
    def hands(self) -> Mapping[str, frozenset[str]]:
        """Through which hands the present content passed, for the separation of duties."""
        return {
            "filed": self.filers, "reviewed": _both(self.reviewed), "approved": _both(self.approved),
        }

    @property
    def holds(self) -> bool:
        """Whether it is approved as it stands."""
        return self.state is State.APPROVED and self.approved is not None and self.approved.content == self.content

    def late(self, today: dt.date) -> int:
        """Days beyond the due day of its step; 0 where it is in time or done."""
        step = self.step
        if step is None or step not in self.due:
            return 0
        return max(0, (today - self.due[step]).days)


def _both(seal: Seal | None) -> frozenset[str]:
    return frozenset({seal.by, seal.instead_of} - {""}) if seal else frozenset()


def content_hash(unit: str, answer: Answer, explanation: str = "", evidence: tuple[str, ...] = ()) -> str:
    """sha256 over everything that a reviewer sees and an approver signs."""
    facts: dict[str, Json] = {
        **answer.told, "unit": unit, "explanation": explanation, "evidence": [*sorted(evidence)]}
    return hashlib.sha256(canonical(facts).encode()).hexdigest()


def item_id(campaign: str, metric: str, org: str, dims: Dims = ()) -> str:
    """The id of an item.

    >>> item_id("2024", "board_members", "LZB"), item_id("2024", "staff", "B01", (("sex", "f"),))
    ('2024/board_members/LZB', '2024/staff/B01/sex=f')
    """
    tail = ",".join(f"{name}={code}" for name, code in dims)
    return "/".join(part for part in (campaign, metric, org, tail) if part)


def read_dims(text: str) -> Dims:
    """The dimensions that an id ends with.

    >>> read_dims("use=a,size=b"), read_dims("")
    ((('use', 'a'), ('size', 'b')), ())
    """
    pairs = [pair.split("=", 1) for pair in text.split(",") if pair]
    return tuple((name, code) for name, code in pairs)


@dataclass(frozen=True, slots=True)
class Merge:
    """Two people's changes of one answer, field by field.

    Attributes:
        clashes: fields that both changed, each to something else.
        merged: what both together mean where nothing clashes; theirs stands where it does.
    """

    base: Answer
    mine: Answer
    theirs: Answer
    merged: Mapping[str, str]
    clashes: tuple[str, ...]

    @property
    def text(self) -> str:
        """What happened, in one sentence."""
        if not self.clashes:
            return "他人同时改动了其他栏目，已合并两边的改动，请核对后再次保存。"
        return f"他人同时改动了{'、'.join(FIELD_LABELS[name] for name in self.clashes)}，请选定以哪一边为准。"


def merge(base: Answer, mine: Answer, theirs: Answer) -> Merge:
    """Put two answers that began from the same one side by side.

    >>> was = Answer(Answered.VALUE, Decimal(1), source="a")
    >>> mine = Answer(Answered.VALUE, Decimal(2), source="a")
    >>> merge(was, mine, Answer(Answered.VALUE, Decimal(1), source="b")).clashes
    ()
    >>> merge(was, mine, Answer(Answered.VALUE, Decimal(3))).clashes
    ('value',)
    """
    merged, clashes = dict(theirs.facts), []
    for name, was in base.facts.items():
        one, two = mine.facts[name], theirs.facts[name]
        if one in (was, two):
            continue
        if two == was:
            merged[name] = one
        else:
            clashes.append(name)
    return Merge(base, mine, theirs, merged, tuple(clashes))
