"""How templates become code: messages in the page's language already, and calls that go straight to what they name.

Jinja looks up each message when it is drawn and asks of each call whether it wants the context. A page has
hundreds of both. Here a message that stands in a template is translated while the template is compiled, once
for each language, and a call is a plain call: functions that want Jinja's context are not for our templates.
"""

from __future__ import annotations

from collections.abc import Callable
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, escape


class Direct(CodeGenerator):
    """Writes a template's code."""

    environment: Compiled

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:
        """The whole template, its messages translated first."""
        super().visit_Template(_Translated(self.environment.translate).visit(node), frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """One call; those with unpacked arguments, or named by words that Python keeps, go Jinja's way."""
        if node.dyn_args or node.dyn_kwargs or any(iskeyword(given.key) for given in node.kwargs):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in node.args:
            self.visit(given, frame)
            self.write(", ")
        for named in node.kwargs:
            self.visit(named, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class _Translated(NodeTransformer):
    def __init__(self, translate: Callable[[str], str]) -> None:
        self._translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """A message that stands there as it is becomes its translation."""
        self.generic_visit(node)
        name, given = node.node, node.args
        if (isinstance(name, nodes.Name) and name.name == "_" and len(given) == 1
                and isinstance(given[0], nodes.Const)):
            return nodes.Const(self._translate(given[0].value), lineno=node.lineno)
        return node


def escaped(value: Any) -> str:
    """Text for a page; what a template made is right already.

    >>> escaped("<b>"), escaped(Markup("<b>"))
    (Markup('&lt;b&gt;'), Markup('<b>'))
    """
    return value if type(value) is Markup else escape(value)


class Compiled(Environment):
    """Templates of one language.

    Args:
        translate: gives a message in that language.
        options: as of Jinja's own.
    """

    code_generator_class = Direct
    escaped = staticmethod(escaped)

    def __init__(self, translate: Callable[[str], str], **options: Any) -> None:
        self.translate = translate
        super().__init__(**options)
        self.globals["_"] = translate

    def getattr(self, obj: Any, attribute: str) -> Any:
        """The same as Jinja's; a mapping is not asked first for what it has no attribute for."""
        if type(obj) is dict and attribute not in _OF_MAPPINGS:
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)


_OF_MAPPINGS = frozenset(dir(dict))
