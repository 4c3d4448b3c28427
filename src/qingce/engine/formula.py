"""A metric's body as a formula in Chinese labels, for people who read the figure and not the code."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
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
    told = _told(body)
    return metric.doc if told is None else _Reader(registry, body).read(told)


def _told(body: Callable[..., Any]) -> ast.expr | None:
    """What a body returns, its own names replaced by what they stand for; nothing where it has several returns."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(body)))
    except (OSError, SyntaxError, TypeError):
        return None
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value is not None]
    if len(returns) != 1 or returns[0].value is None:
        return None
    own = {
        node.targets[0].id: node.value for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
    }
    told: ast.expr = _Bound(own).visit(returns[0].value)
    return told


class _Bound(ast.NodeTransformer):
    """Puts what a name stands for in its place."""

    def __init__(self, own: Mapping[str, ast.expr]) -> None:
        self.own = own

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The expression behind a name of the body; other names stay."""
        if node.id not in self.own:
            return node
        # without its own name, so that a parameter handed on under its name ends there
        others = _Bound({name: said for name, said in self.own.items() if name != node.id})
        bound: ast.expr = others.visit(copy.deepcopy(self.own[node.id]))
        return bound


class _Reader:
    def __init__(self, registry: Registry, body: Callable[..., Any]) -> None:
        self.registry, self.outside = registry, getattr(body, "__globals__", {})

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
        return self._declared(node.value.id, node.attr) if isinstance(node.value, ast.Name) else None

    def _declared(self, table: str, name: str) -> Any:
        """The column of a dataset, or the one of the datasets behind a view that it took over."""
        if table in self.registry.datasets:
            return self.registry.datasets[table].columns.get(name)
        behind = self.registry.views[table].params if table in self.registry.views else ()
        for source in behind:
            for known in (name, name.removeprefix(f"{source}_")):
                if (column := self._declared(source, known)) is not None:
                    return column
        return None

    def _made(self, table: str, name: str) -> str:
        """The label of a column that a view makes, or one of the views behind it."""
        view = self.registry.views.get(table)
        if view is None:
            return ""
        return view.labels.get(name) or next((made for p in view.params if (made := self._made(p, name))), "")

    def _attribute(self, value: ast.expr, attr: str) -> str:
        column = self._column(ast.Attribute(value=value, attr=attr)) if isinstance(value, ast.Name) else None
        if column is not None:
            return f"[{column.label}]"
        if isinstance(value, ast.Name) and value.id in self.registry.views:
            made = self.registry.codes.get(attr)
            label = self._made(value.id, attr) or (made.label if made is not None else attr)
            return f"[{label}]"
        words = {"prior": "上期", "total": "合计"}
        return f"{words[attr]}{self.read(value)}" if attr in words else f"{self.read(value)}.{attr}"

    def _call(self, node: ast.Call) -> str:
        if isinstance(node.func, ast.Name):
            if node.func.id == "weighted":
                return " × ".join(self.read(a, True) for a in node.args)
            if (said := self._helper(node.func.id, node.args)) is not None:
                return said
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
            items = self._listed(node.args[0])
            words = [self._member(value, e) for e in items.elts] if isinstance(items, ast.List | ast.Tuple) else []
            return f"{self.read(value)}属于{'、'.join(words) or self.read(items)}"
        if name == "at":
            return f"{self.read(value)}（{'，'.join(self.read(k.value) for k in node.keywords)}）"
        return ast.unparse(node)

    def _helper(self, name: str, args: Sequence[ast.expr]) -> str | None:
        """A function of the same module, read with the arguments it is given."""
        function = self.outside.get(name)
        if not inspect.isfunction(function) or (told := _told(function)) is None:
            return None
        given = dict(zip(inspect.signature(function).parameters, args, strict=False))
        return self.read(_Bound(given).visit(told), True)

    def _listed(self, items: ast.expr) -> ast.expr:
        """A list of codes that stands in the module under a name."""
        known = self.outside.get(items.id) if isinstance(items, ast.Name) else None
        if isinstance(known, list | tuple):
            return ast.Tuple([ast.Constant(each) for each in known], ast.Load())
        return items

    def _table(self, value: ast.expr) -> str:
        """The label of the table that a column expression stands on."""
        names = [n.id for n in ast.walk(value) if isinstance(n, ast.Name)]
        return next((self._name(n) for n in names if n in self.registry.datasets or n in self.registry.views), "")
