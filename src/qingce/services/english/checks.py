"""Checks of the English edition: translations up to date, the same figures in both languages, the term base kept."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.page import Block, Document, Number, Said, lines, numbers, walk
from qingce.core.terms import TermBase
from qingce.publish.twin import STATES, Pair, State
from qingce.services.english.twins import Twin
from qingce.services.project import Project

_PRINT_ONLY = ("number", "trend", "magnitude", "in_unit")
"""Steps that change how a number is worded, not which number it is."""
_SHOWN = 160
_SCALES = {"万": 4, "亿": 8, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_QUANTITY = re.compile(rf"(\d[\d,]*(?:\.\d+)?)\s*[余多]?\s*({'|'.join(_SCALES)})?")


def standing(twin: Twin, file: str, stale: str, shown: str) -> Iterator[Finding]:
    """A finding for each block that is stale, lacks its English or has lost its Chinese.

    Args:
        file: the English page, as findings call it.
        stale: ``warning`` or ``error``.
        shown: ``mark`` or ``chinese``.
    """
    page = twin.zh.name
    if not twin.there:
        yield _found("translation_missing", Severity.WARNING, f"{page} 还没有英文页，不列入英文版。", file, 1, "",
                     f"运行 qingce translate 项目 --scaffold --page {twin.name}，再翻译。")
        return
    for pair in twin.pairs:
        number = pair.number
        row = pair.piece.line if pair.piece else 1
        if pair.state is State.STALE and pair.source and pair.piece:
            after = "印出旧译文并加注" if shown == "mark" else "改印中文"
            yield _found("translation_stale", Severity(stale),
                         f"{page} 第 {number} 段中文已改，译文未跟（{after}）。中文：{_short(pair.source.text)}"
                         f"　英文：{_short(pair.piece.text)}", file, row, _short(pair.piece.text),
                         f"改译后运行 qingce translate 项目 --accept {twin.name} {number}。")
        elif pair.state is State.MISSING and pair.source:
            yield _found("translation_missing", Severity.WARNING,
                         f"{page} 第 {number} 段{STATES[State.MISSING]}：{_short(pair.source.text)}", file, row, "",
                         f"运行 qingce translate 项目 --scaffold --page {twin.name}，再翻译。")
        elif pair.state is State.ORPHAN and pair.piece:
            yield _found("translation_orphan", Severity.WARNING,
                         f"{file} 有一段英文没有对应的中文，不印出：{_short(pair.piece.text)}", file, row, "",
                         "中文已删的，删去这一段英文。")


def compared(
    twin: Twin, pair: Pair, zh: Sequence[Block], en: Sequence[Block], terms: TermBase
) -> Iterator[Finding]:
    """Whether both languages print the same figures and quotations, and the English keeps to the term base."""
    assert pair.source is not None and pair.piece is not None
    file, row, number = f"pages/en/{twin.name}.md", pair.piece.line, pair.source.number
    where = f"{twin.name} 第 {number} 段"
    for only, other, name in ((zh, en, "中文"), (en, zh, "英文")):
        for binding, count in (_figures(only) - _figures(other)).items():
            times = f"（{count} 处）" if count > 1 else ""
            yield _found("translation_figures", Severity.ERROR,
                         f"{where}：数字 {{{{ {binding} }}}}{times}只在{name}里有。", file, row, binding,
                         "两种文字绑定同样的数值，多的删去，少的补上。")
        for quantity, _ in (_quotations(only) - _quotations(other)).items():
            yield _found("translation_quotations", Severity.ERROR,
                         f"{where}：引用的数字 {quantity:,} 只在{name}里有。", file, row, str(quantity),
                         "引用的数字换算单位后应当相等。")
    english = pair.piece.text.lower()
    for term in terms.named(pair.source.text):
        if not any(form.lower() in english for form in term.forms):
            forms = " / ".join(term.forms)
            yield _found("translation_terms", Severity.NOTE,
                         f"{where}：“{term.zh}”在术语库中译为 {forms}，译文没有用。", file, row, term.zh,
                         "改用术语库的译法，或在 english.yaml 的 terms 中加上这一译法。")


def unnamed(project: Project, document: Document, terms: TermBase) -> Iterator[Finding]:
    """A finding for each metric, unit and member that the English edition prints without an English name."""
    registry, computation = project.registry, project.computation
    lacking: dict[str, str] = {}
    for node in (n for page in document.pages for n in numbers(page)):
        metric = registry.metrics[node.metric]
        if not terms.metric(metric.name, metric.label):
            lacking.setdefault(f"metrics: {metric.name}", metric.label)
        for key in node.figures:
            for name, code in (pair.split("=", 1) for pair in "".join(key.split("/")[3:]).split(",") if pair):
                zh = computation.label(metric, name, code)
                if not terms.member(code, zh):
                    lacking.setdefault(f"codes: {name}.{code}", zh)
    for unit in {registry.metrics[n.metric].shown.name for page in document.pages for n in numbers(page)}:
        name = unit[1:] if unit[:1] in "万亿" and len(unit) > 1 else unit
        if name and name not in terms.units:
            lacking.setdefault(f"units: {name}", name)
    for where, zh in sorted(lacking.items()):
        yield _found("translation_names", Severity.WARNING, f"英文版要用“{zh}”的英文名，术语库没有（{where}）。",
                     "english.yaml", 1, zh, "在项目的 english.yaml 中写上 zh 和 en。")


def _figures(blocks: Iterable[Block]) -> Counter[str]:
    return Counter(_meant(node) for node in _nodes(blocks) if isinstance(node, Number))


def _meant(node: Number) -> str:
    """Which number a binding stands for, however it is worded."""
    try:
        tree = ast.parse(node.binding, mode="eval").body
    except SyntaxError:
        return node.binding
    return ast.unparse(_bare(tree))


def _bare(tree: ast.expr) -> ast.expr:
    match tree:
        case ast.Attribute(value=value, attr=attr):
            return _bare(value) if attr in _PRINT_ONLY else ast.Attribute(_bare(value), attr, ast.Load())
        case ast.Call(func=ast.Attribute(value=value, attr=attr)):
            if attr in _PRINT_ONLY:
                return _bare(value)
            return ast.Call(ast.Attribute(_bare(value), attr, ast.Load()), tree.args, tree.keywords)
    return tree


def _quotations(blocks: Iterable[Block]) -> Counter[Decimal]:
    """The quoted numbers in ones, whatever scale they are written at."""
    found: Counter[Decimal] = Counter()
    for node in _nodes(blocks):
        if isinstance(node, Said):
            for digits, scale in _QUANTITY.findall(node.text):
                found[Decimal(digits.replace(",", "")).scaleb(_SCALES.get(scale, 0)).normalize()] += 1
    return found


def _nodes(blocks: Iterable[Block]) -> Iterator[object]:
    for block in walk(tuple(blocks)):
        for line in lines(block):
            yield from line


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[:_SHOWN]}…"


def _found(rule: str, severity: Severity, reason: str, file: str, row: int, value: str, advice: str) -> Finding:
    return Finding(rule, Status.FAIL, severity, reason, place=Place(file=file, row=row, value=value), advice=advice)
