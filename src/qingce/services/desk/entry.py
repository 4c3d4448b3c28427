"""What people type into a cell: read as a number or told in words why it is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from qingce.casework.item import ANSWER_LABELS, FIELD_LABELS, QUALIFIER_LABELS, STATE_LABELS, Answer, Item, Step
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Refused, Stale
from qingce.core.estimate import FIELDS, NO_FACTS, Estimate
from qingce.core.figure import Answered, Qualifier
from qingce.services.desk.acting import may
from qingce.services.desk.desk import Desk
from qingce.services.desk.labels import answer_text, number_text
from qingce.services.quality.scale import methods

_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?")
_LONGEST = 60
_WORDS: Mapping[str, Answered] = {
    "不适用": Answered.NOT_APPLICABLE, "n/a": Answered.NOT_APPLICABLE, "暂缺": Answered.NOT_AVAILABLE,
    "适用但暂缺": Answered.NOT_AVAILABLE,
}


def read_number(text: str) -> Decimal | None:
    """The number that somebody typed or pasted: full-width digits, thousands separators and blanks are taken.

    Raises:
        Refused: it is no number; nothing is guessed.

    >>> read_number(" １,２３４.50 "), read_number("")
    (Decimal('1234.50'), None)
    >>> read_number("约三千")
    Traceback (most recent call last):
    qingce.core.errors.Refused: “约三千”不是数字，请填写 3000 这样的数字；单位不必写，约数请填数字，再在措辞中选“大约”。
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("−", "-").replace("\u00a0", "")
    plain = re.sub(r"(?<=\d) (?=\d)", "", plain)
    if not plain:
        return None
    if len(plain) <= _LONGEST and (_NUMBER.fullmatch(plain) or _GROUPED.fullmatch(plain)):
        return Decimal(plain.replace(",", ""))
    shown = text.strip() if len(text.strip()) <= 20 else text.strip()[:20] + "…"
    raise Refused(f"“{shown}”不是数字，请填写 3000 这样的数字；单位不必写，约数请填数字，再在措辞中选“大约”。")


def typed(item: Item, said: Mapping[str, str]) -> Answer:
    """The answer that a form or a cell holds; what it does not mention stays as it is.

    Args:
        said: ``value``, ``answered``, ``qualifier``, ``reason``, ``source``, parts of an estimate; or ``note``,
            which is the source of a value and the reason of the other answers.

    Raises:
        Refused: a value that is no number, or an answer that there is not.
    """
    now = item.answer
    value = read_value(said["value"]) if "value" in said else now.value
    answered: Answered | None
    if isinstance(value, Answered):
        answered, value = value, None
    elif "answered" in said:
        answered = _choice(Answered, said["answered"], "答复") if said["answered"] else None
        if answered is None and value is not None:
            answered = Answered.VALUE
    else:
        answered = Answered.VALUE if value is not None else None if now.answered is Answered.VALUE else now.answered
    if answered is Answered.VALUE and value is None and "answered" not in said:
        answered = None
    source, reason = said.get("source", now.source), said.get("reason", now.reason)
    if "note" in said:
        is_value = answered in (Answered.VALUE, None)
        source, reason = (said["note"], "") if is_value else ("", said["note"])
    qualifier = _choice(Qualifier, said["qualifier"], "措辞") if said.get("qualifier") else now.qualifier
    is_value = answered is Answered.VALUE
    return Answer(answered, value, qualifier if is_value else Qualifier.EXACT, reason.strip(), source.strip(),
                  typed_estimate(now.estimate, said) if is_value else None)


def typed_estimate(now: Estimate | None, said: Mapping[str, str]) -> Estimate | None:
    """What was said about estimating; what it does not mention stays as it is.

    Raises:
        Refused: a share that is no number, or a share or reason without a method.
    """
    if "estimate_method" not in said:
        return now
    method, share, reason = (said.get(name, "").strip() for name in FIELDS)
    if not method:
        if share or reason:
            raise Refused("写了估算占比或理由，请同时选择估算方法；没有估算的请清空这两栏。")
        return None
    read = read_number(share.removesuffix("%").removesuffix("％"))
    if read is None:
        raise Refused("请写明估算占比，如 30（%）；全部为估算的写 100。")
    return Estimate(method, read, reason)


def read_value(text: str) -> Decimal | Answered | None:
    """A number, or one of the other two answers written out.

    Raises:
        Refused: neither.
    """
    return _WORDS.get(unicodedata.normalize("NFKC", text).strip().lower()) or read_number(text)


def _choice(kind: Any, word: str, what: str) -> Any:
    try:
        return kind(word)
    except ValueError as wrong:
        raise Refused(f"没有“{word[:20]}”这种{what}。") from wrong


_EDITABLE = ("to_start", "in_progress", "returned", "submitted", "reviewed", "approved")


def cell_facts(desk: Desk, item: Item) -> dict[str, Any]:
    """An item as a cell shows it after it was saved."""
    found = item.variance
    return {
        "item": item.id, "version": item.version, "state": str(item.state), "state_label": STATE_LABELS[item.state],
        "value": "" if item.answer.value is None else f"{item.answer.value:f}",
        "answered": str(item.answer.answered or ""), "qualifier": str(item.answer.qualifier),
        "note": item.answer.reason or item.answer.source,
        "text": answer_text(item), "variance": found.text if found is not None else "",
        "beyond": found is not None and found.beyond, "unexplained": item.unexplained,
        **(NO_FACTS if item.answer.estimate is None else item.answer.estimate.facts),
        "prior": number_text(item.prior.value if item.prior else None), "late": item.late(desk.today),
    }


def clash_rows(said: Stale) -> list[dict[str, Any]]:
    """Two people's changes as a table that can be read: one row a field that somebody changed."""
    rows = []
    for name, label in FIELD_LABELS.items():
        base, mine, theirs = (part_text(name, side.get(name, "")) for side in (said.base, said.mine, said.theirs))
        if len({base, mine, theirs}) > 1:
            rows.append({"field": name, "label": label, "base": base, "mine": mine, "theirs": theirs,
                         "clash": name in said.clashes})
    return rows


def part_text(name: str, text: str) -> str:
    """A part of an answer, given as text, in the words of a reader."""
    if name == "answered" and text:
        return ANSWER_LABELS[Answered(text)]
    if name == "qualifier" and text:
        return QUALIFIER_LABELS[Qualifier(text)]
    if name == "value" and text:
        return f"{Decimal(text):,f}"
    if name == "estimate_method" and text:
        return methods()[text].label if text in methods() else text
    return text or "—"


def may_file(desk: Desk, actor: Actor, item: Item) -> bool:
    """Whether a cell can be typed into by this actor."""
    return str(item.state) in _EDITABLE and desk.may(actor, Action.FILE) and may(desk, actor, Step.FILE, item)
