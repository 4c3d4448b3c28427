"""Weights and thresholds of a round."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from qingce.casework.materiality import CRITERIA, Rule, Thresholds
from qingce.casework.rights import Actor
from qingce.core.errors import Refused
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.rounds import FAMILIES, METHODS, Round, changing, named, read_round, weighing

_NUMBER = re.compile(r"\d{1,6}(\.\d{1,6})?")
_JUDGED = re.compile(r"[1-9](/[1-9])?")


def set_weights(
    desk: Desk, actor: Actor, name: str, family: str, method: str, given: Mapping[str, str], reason: str
) -> Round:
    """Weigh the groups or the criteria of severity.

    Args:
        family: ``group`` or ``criterion``.
        method: ``equal``, ``direct`` (weights by id, in any unit) or ``ahp`` (by ``A/B`` how many times A matters
            as much as B).
        reason: why so.

    Raises:
        Denied, Missing, Refused: no right; no such round; no reason, or they cannot be weights. Judgements that
            contradict each other are kept and shown with their ratio.
    """
    if family not in FAMILIES or method not in METHODS:
        raise Refused("请选择等权、直接给定或层次分析法。")
    words = named(reason, "这样设定权重的理由", 500)
    with changing(desk, actor, name) as (made, found):
        names = [g.id for g in found.case.groups] if family == "group" else list(CRITERIA)
        kept = _kept(method, names, given)
        try:
            weighing(method, names, kept)
        except ValueError as wrong:
            raise Refused(str(wrong)) from wrong
        made.append(actor.account, "weights_set", f"assessment/{name}",
                    {"family": family, "method": method, "given": dict(kept), "reason": words})
        return read_round(made.db, name)


def _kept(method: str, names: list[str], given: Mapping[str, str]) -> dict[str, str]:
    if method == "equal":
        return {}
    if method == "direct":
        kept = {n: given.get(n, "").strip() or "0" for n in names}
        if not all(_NUMBER.fullmatch(v) for v in kept.values()):
            raise Refused("权重请填数字，例如 30 或 0.3。")
        return kept
    kept = {}
    for at, one in enumerate(names):
        for other in names[at + 1:]:
            value = given.get(f"{one}/{other}", "").strip()
            if not _JUDGED.fullmatch(value):
                raise Refused("每一对都要比较，取 1 至 9 或其倒数。")
            kept[f"{one}/{other}"] = str(Fraction(value))
    return kept


def set_thresholds(desk: Desk, actor: Actor, name: str, said: Mapping[str, str]) -> Round:
    """From which score on something is material.

    Args:
        said: by field of :class:`qingce.casework.materiality.Thresholds`, as typed.

    Raises:
        Denied, Missing, Refused: no right; no such round; a threshold is no number from 0 to 5.
    """
    facts = dict(Thresholds().facts)
    for field in facts:
        if field == "rule":
            continue
        top = Decimal(1) if field == "discount" else Decimal(5)
        try:
            value = Decimal(said.get(field, "").strip())
            if not 0 <= value <= top or len(said[field].strip()) > 8:
                raise InvalidOperation
        except InvalidOperation as wrong:
            raise Refused("阈值取 0 至 5，远期折减取 0 至 1，例如 2.5。") from wrong
        facts[field] = f"{value:f}"
    if said.get("rule") not in set(Rule):
        raise Refused("请选择怎样算重要。")
    facts["rule"] = said["rule"]
    with changing(desk, actor, name) as (made, _):
        made.append(actor.account, "thresholds_set", f"assessment/{name}", facts)
        return read_round(made.db, name)
