"""Data for scripts: JSON that stays data wherever it stands, and the figures of a metric for the dialog."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from qingce.publish.fixed import say
from qingce.publish.html.address import anchor, data_path, metric_path
from qingce.publish.html.cards import ORIGINS, TRUSTS, FigureCard

_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}
_POOLED = ("definition", "formula", "sql", "rows_sql", "source")


def embedded(value: Any) -> str:
    """JSON that may stand inside a script element or file: nothing in it can end the element.

    >>> embedded({"a": "</script>"})
    '{"a":"\\\\u003c/script\\\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_ESCAPES)


def called(function: str, *arguments: Any) -> str:
    """A script file that hands plain data to a function; how data is loaded where fetch is forbidden."""
    return f"{function}({','.join(embedded(argument) for argument in arguments)});\n"


def figures_script(
    figures: Iterable[FigureCard], known: Mapping[str, FigureCard], opens: Callable[[str], bool],
    language: str = "zh-CN",
) -> str:
    """The figures of a metric for the dialog; long texts that repeat are kept once.

    Args:
        known: all cards by key; ``opens`` tells which of them the dialog can show, so that the
            other operands are not offered as links.
        language: of the words.
    """
    pool: dict[str, int] = {}
    cards = {}
    for figure in figures:
        card = _plain(figure)
        for name in ("key", "metric", "value", "unit"):
            card.pop(name, None)
        if figure.value:
            card["stored"] = figure.stored(language)
        for name in _POOLED:
            if name in card:
                card[name] = pool.setdefault(card[name], len(pool))
        card["origin"] = say(language, ORIGINS.get(figure.origin, figure.origin))
        card["href"] = f"{metric_path(figure.metric)}#{anchor(figure.key)}"
        for factor in card.get("factors", ()):
            factor["trusted"] = say(language, TRUSTS.get(factor.get("trust", ""), factor.get("trust", "")))
        for operand in card.get("operands", ()):
            if opens(operand.get("key", "")):
                operand["data"] = data_path(known[operand["key"]].metric)
        if figure.synthetic:
            card["synthetic"] = True
        cards[figure.key] = card
    return called("QingceFigures", {"texts": list(pool), "figures": cards})


def _plain(card: Any) -> dict[str, Any]:
    """The fields that say something; cards inside become mappings too."""
    values = ((field.name, getattr(card, field.name)) for field in fields(card))
    return {
        name: [_plain(item) for item in value] if isinstance(value, tuple) else value
        for name, value in values
        if value
    }
