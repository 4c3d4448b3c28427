"""A metric's body as a formula in Chinese labels, for people who read the figure and not the code."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from qingce.core.metric import Metric
from qingce.core.registry import Registry

_BINARY = {ast.Add: " ＋ ", ast.Sub: " － ", ast.Mult: " × ", ast.Div: " ÷ ", ast.BitAnd: " 且 ", ast.BitOr: " 或 "}
_COMPARE = {
    ast.Eq: "＝", ast.NotEq: "≠", ast.Lt: "＜", ast.LtE: "≤", ast.Gt: "＞", ast.GtE: "≥",
}
_REDUCE = {"sum": "合计", "count": "计数", "nunique": "去重计数", "min": "最小值", "max": "最大值"}
_TESTS = {"notnull": "已填", "isnull": "未填"}


def formula(metric: Metric, body: Callable[..., Any], registry: Registry) -> str:
    """The return expression of a body with labels for names; its source where it says more than that.

    >>> # 绿色贷款余额 ÷ 各项贷款余额
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    except (OSError, SyntaxError):
        return metric.doc
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    if len(returns) != 1 or returns[0].value is None:
        return metric.doc
    return _Reader(metric, registry).read(returns[0].value)


class _Reader:
    def __init__(self, metric: Metric, registry: Registry) -> None:
        self.metric, self.registry = metric, registry

    def read(self, node: ast.expr, inner: bool = False) -> str:
        match node:
            case ast.Name(id=name):
                return self._name(name)
            case ast.Constant(value=value):
                return self._constant(value)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
                text = f"{self.read(left, True)}{_BINARY[type(op)]}{self.read(right, True)}"
                return f"（{text}）" if inner else text
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                text = f"{self.read(left)}{_COMPARE[type(op)]}{self._member(left, right)}"
                return f"（{text}）" if inner else text
            case ast.UnaryOp(op=ast.Invert() | ast.Not(), operand=operand):
                return f"非{self.read(operand, True)}"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"－{self.read(operand, True)}"
            case ast.Attribute(value=value, attr=attr):
                return self._attribute(value, attr)
            case ast.Call():
                return self._call(node)
            case _:
                return ast.unparse(node)

    def _name(self, name: str) -> str:
        for room in (self.registry.metrics, self.registry.factors, self.registry.datasets, self.registry.views):
            if name in room:
                return str(room[name].label)
        return name

    def _constant(self, value: object) -> str:
        return {True: "是", False: "否"}.get(value, str(value)) if isinstance(value, bool) else str(value)

    def _member(self, left: ast.expr, right: ast.expr) -> str:
        """A code compared with a column, under the code's label."""
        if isinstance(right, ast.Constant) and isinstance(right.value, str) and isinstance(left, ast.Attribute):
            column = self._column(left)
            if column is not None and column.of in self.registry.codes:
                return self.registry.codes[column.of].label_of(right.value)
        return self.read(right, True)

    def _column(self, node: ast.Attribute) -> Any:
        if isinstance(node.value, ast.Name) and node.value.id in self.registry.datasets:
            return self.registry.datasets[node.value.id].columns.get(node.attr)
        return None

    def _attribute(self, value: ast.expr, attr: str) -> str:
        column = self._column(ast.Attribute(value=value, attr=attr)) if isinstance(value, ast.Name) else None
        if column is not None:
            return f"[{column.label}]"
        words = {"prior": "上期", "total": "合计"}
        return f"{words[attr]}{self.read(value)}" if attr in words else f"{self.read(value)}.{attr}"

    def _call(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Name):
            if node.func.id == "weighted":
                return " × ".join(self.read(a, True) for a in node.args)
            inside = "，".join(self.read(a) for a in node.args)
            return f"（{inside}）的百分点" if node.func.id == "points" else f"{node.func.id}（{inside}）"
        if not isinstance(node.func, ast.Attribute):
            return ast.unparse(node)
        value, name = node.func.value, node.func.attr
        if name in _REDUCE:
            what = self.read(value)
            condition = next((k.value for k in node.keywords if k.arg == "where"), None)
            tail = f"（条件：{self.read(condition)}）" if condition is not None else ""
            table = self._table(value)
            return f"{table}{what if what != table else ''}{_REDUCE[name]}{tail}"
        if name in _TESTS:
            return f"{self.read(value)}{_TESTS[name]}"
        if name == "isin" and node.args:
            items = node.args[0]
            words = [self._member(value, e) for e in items.elts] if isinstance(items, ast.List | ast.Tuple) else []
            return f"{self.read(value)}属于{'、'.join(words) or self.read(items)}"
        if name == "at":
            return f"{self.read(value)}（{'，'.join(self.read(k.value) for k in node.keywords)}）"
        return ast.unparse(node)

    def _table(self, value: ast.expr) -> str:
        """The label of the table that a column expression stands on."""
        names = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
        return next((self._name(n) for n in names if n in self.registry.datasets or n in self.registry.views), "")
