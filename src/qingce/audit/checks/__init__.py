"""The rules, one small module each; the docstring of ``check`` is the rule as a reader sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qingce.audit.checks import (
    averages,
    change,
    claims,
    contents,
    echo,
    emissions,
    gri,
    indicators,
    listed,
    names,
    parts,
    people,
    ranks,
    repeat,
    shares,
    sums,
    tables,
    ties,
    wording,
    years,
)
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

CHECKS: dict[str, Callable[[Reading], Iterator[Outcome]]] = {
    module.RULE: module.check
    for module in (
        change,
        tables,
        sums,
        parts,
        people,
        shares,
        emissions,
        years,
        repeat,
        echo,
        ties,
        indicators,
        wording,
        averages,
        listed,
        ranks,
        contents,
        names,
        gri,
        claims,
    )
}
"""Every rule by name, in the order in which they are tried."""
