"""Bindings: the small language in which a page names a figure, and nothing else.

An expression is a metric's name followed by a few known words: ``green_loan_balance.growth``,
``complaints.at(business="贷款").number``. It is parsed as Python and walked; what is not on the list
is refused, so a page can neither compute nor reach into the program.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from qingce.core.amount import Amount
from qingce.core.errors import BindingError, nearest
from qingce.core.figure import FigureKey, FigureSource, Reading
from qingce.core.page import Also, Number
from qingce.core.unit import MONEY, MONEY_UNITS, below_print, unit
from qingce.publish.voice import CHINESE, Voice

STEPS = ("prior", "change", "growth", "share", "number", "trend", "magnitude", "unmarked")
CALLS = ("at", "of", "during", "in_unit", "to_places", "over", "nearly", "about")
FUNCTIONS = ("table", "chart", "index", "form", "checks", "caption", "said", "materiality")
_PATTERN = re.compile(r"\{\{(.+?)\}\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Call:
    """A block function with its literal arguments."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


class Binder:
    """Reads expressions against a source of figures.

    Args:
        org, period: what a bare metric name stands for.
    """

    def __init__(self, source: FigureSource, org: str, period: str) -> None:
        self.source, self.org, self.period = source, org, period

    def read(self, expression: str) -> Reading | Call:
        """The reading or block call that an expression stands for.

        Raises:
            BindingError: it is not of the language, or names something that does not exist.
        """
        try:
            tree = ast.parse(expression.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
            raise BindingError(
                "读不懂：先写指标名，后面接 .growth、.at(…) 等读法。"
            ) from exc
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            return self._function(tree)
        return self._reading(tree)

    def reading(self, expression: str) -> Reading:
        """The reading of an expression that must be one."""
        made = self.read(expression)
        if isinstance(made, Call):
            raise BindingError(f"{made.name}(…) 是单独成段的区块，不是句中的数。")
        return made

    def _function(self, node: ast.Call) -> Call:
        assert isinstance(node.func, ast.Name)
        if node.func.id not in FUNCTIONS:
            raise BindingError(f"没有 {node.func.id}(…) 这种区块。{nearest(node.func.id, FUNCTIONS)}")
        args, kwargs = _arguments(node)
        return Call(node.func.id, args, kwargs)

    def _reading(self, node: ast.expr) -> Reading:
        match node:
            case ast.Name(id=name):
                return Reading(self.source, self.source.metric(name), FigureKey(name, self.org, self.period))
            case ast.Attribute(value=value, attr=attr):
                if attr not in STEPS:
                    raise BindingError(f"不能写 .{attr}。{nearest(attr, (*STEPS, *CALLS))}")
                made = getattr(self._reading(value), attr)
                assert isinstance(made, Reading)
                return made
            case ast.Call(func=ast.Attribute(value=value, attr=attr)):
                if attr not in CALLS:
                    raise BindingError(f"不能写 .{attr}(…)。{nearest(attr, (*STEPS, *CALLS))}")
                args, kwargs = _arguments(node)
                try:
                    stepped = getattr(self._reading(value), attr)(*args, **kwargs)
                except TypeError as exc:
                    raise BindingError(f".{attr}(…) 的参数不对。") from exc
                assert isinstance(stepped, Reading)
                return stepped
        raise BindingError(f"不能写 {ast.unparse(node)}：页面只引用数值，不做运算。")


def _arguments(node: ast.Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
    if any(k.arg is None for k in node.keywords) or any(isinstance(a, ast.Starred) for a in node.args):
        raise BindingError("参数里不能用 * 和 **。")
    return (tuple(_literal(a) for a in node.args), {str(k.arg): _literal(k.value) for k in node.keywords})


def _literal(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=str() | int() | bool() as value):
            return value
        case ast.Name(id="true"):
            return True
        case ast.Name(id="false"):
            return False
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
    raise BindingError(f"参数不能写 {ast.unparse(node)}：只能是加引号的文字和整数。")


def number(
    reading: Reading, binding: str, strong: bool = False, voice: Voice = CHINESE, *, column: bool = False
) -> Number:
    """The document node of a reading.

    Args:
        column: print the scale that all numbers of a column share.

    Raises:
        BindingError: threshold words beside the number are not true.
    """
    wrong = reading.untrue()
    if wrong:
        raise BindingError(wrong)
    amount, absent = reading.amount, reading.absent
    return Number(
        text=voice.text(reading, column=column), figures=tuple(str(key) for key in reading.basis),
        binding=binding.strip(), metric=reading.metric.name, label=voice.label(reading),
        raw="" if absent else f"{amount.value:f}", strong=strong, unit="" if absent else amount.unit.name,
        also=in_money_units(reading) if voice.switches_units else (), unmarked=reading.bare,
    )


def in_money_units(reading: Reading) -> Also:
    """A reading of money in each unit of the switch, by that unit's print rule; nothing for what is no money.

    What would round to nil says so in words: it is not nil.
    """
    amount = reading.amount
    if amount.absent or amount.unit.dimension != MONEY:
        return ()
    return tuple((name, _told_in(reading, amount, name)) for name in MONEY_UNITS)


def _told_in(reading: Reading, amount: Amount, name: str) -> str:
    made, target = reading.in_unit(name), unit(name)
    if reading.wording is not None:
        word, said, at = reading.wording
        return replace(made, wording=(word, at.to(target, said), target)).text
    value = amount.to(target).value
    assert isinstance(value, Decimal)
    small = below_print(value if reading.style in ("full", "number") else abs(value), target)
    text = made.text
    return text.replace(target.print(Decimal(0)), small, 1) if small else text


def label(reading: Reading) -> str:
    """What a reading is, in Chinese: metric, member and aspect."""
    return CHINESE.label(reading)


def references(text: str) -> list[tuple[int, str]]:
    """The metrics a page names, with their lines, without any figure.

    >>> references("a\\n{{ green_loan_balance.growth }} {{ chart('complaints', by='business') }}")
    [(2, 'green_loan_balance'), (2, 'complaints')]
    """
    found = []
    for match in _PATTERN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        try:
            tree = ast.parse(match[1].strip(), mode="eval").body
        except (SyntaxError, ValueError):
            continue
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            if tree.func.id in ("table", "chart"):
                found += [
                    (line, a.value) for a in tree.args if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
            continue
        while not isinstance(tree, ast.Name):
            tree = tree.func if isinstance(tree, ast.Call) else getattr(tree, "value", ast.Name(id=""))
        if tree.id:
            found.append((line, tree.id))
    return found
