"""How the command line shows results: tables and trees for people, JSON for programs."""

from __future__ import annotations

import atexit
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from qingce.cli.show_records import records
from qingce.core.check import Finding, Severity, Status
from qingce.core.figure import Figure, Reading

if TYPE_CHECKING:
    from qingce.services.built import Built
    from qingce.services.cards import Card
    from qingce.services.explain import Node
    from qingce.services.project import Project
    from qingce.services.tie import Tie

_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_WORD = {Severity.ERROR: "错误", Severity.WARNING: "关注", Severity.NOTE: "提示"}
_STATUS = {Status.PASS: "[green]相符[/]", Status.FAIL: "不符", Status.NOT_APPLICABLE: "[dim]不适用[/]"}


def console() -> Console:
    """Where results go; piped output is not cut to a terminal's width."""
    return Console(width=None if sys.stdout.isatty() else 140, highlight=False)


def say(text: str) -> None:
    """One line for a person."""
    console().print(escape(text))


class Bar:
    """A progress bar on the terminal's error stream, gone when the work is done."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self.bar = Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
                            console=Console(stderr=True), transient=True)
        self.task = self.bar.add_task("", total=None)
        self.bar.start()
        atexit.register(self.bar.stop)

    def __call__(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show a step."""
        self.bar.update(self.task, description=escape(text), completed=done, total=total or None)

    def stop(self) -> None:
        """Take the bar away."""
        self.bar.stop()


def progress() -> Bar | None:
    """A bar where somebody watches; on a pipe, nothing."""
    return Bar() if sys.stderr.isatty() else None


def put_json(value: Any) -> None:
    """JSON on standard output."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=1, default=str)
    sys.stdout.write("\n")


# -- findings ---------------------------------------------------------------------------------


def show_findings(findings: Sequence[Finding], as_json: bool, every: bool) -> None:
    """What failed, the worst first; with ``every`` the rest too."""
    if as_json:
        put_json([asdict(f) for f in findings])
        return
    out = console()
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
    failed = sorted((f for f in findings if f.status is Status.FAIL), key=lambda f: order[f.severity])
    for finding in failed:
        show_one_finding(out, finding)
    if every:
        table = Table("勾稽关系", "结果", "试算", "相符", box=None, pad_edge=False)
        for finding in findings:
            if finding.status is not Status.FAIL:
                table.add_row(escape(finding.reason), _STATUS[finding.status], str(finding.tried), str(finding.passed))
        out.print(table)
    out.print(_summary(findings))


def show_one_finding(out: Console, finding: Finding) -> None:
    """What is wrong, where, the failing cases and what to do."""
    where = f" {finding.place}" if str(finding.place) else ""
    out.print(f"[{_COLOUR[finding.severity]}]{_WORD[finding.severity]}[/] {escape(finding.reason)}"
              f"[dim]{escape(where)} ({finding.rule})[/]")
    if finding.place.value:
        out.print(f"     值：{escape(finding.place.value[:200])}")
    for row in finding.rows[:5]:
        out.print(f"     [dim]{escape('  '.join(f'{k} {v}' for k, v in row.items()))}[/]")
    if finding.advice:
        out.print(f"     → {escape(finding.advice)}")


def _summary(findings: Sequence[Finding]) -> str:
    count = {s: sum(f.status is Status.FAIL and f.severity is s for f in findings) for s in Severity}
    passed = sum(f.status is Status.PASS for f in findings)
    lacking = sum(f.status is Status.NOT_APPLICABLE for f in findings)
    return (f"相符 {passed}，错误 {count[Severity.ERROR]}，关注 {count[Severity.WARNING]}，"
            f"提示 {count[Severity.NOTE]}，不适用 {lacking}")


# -- figures ----------------------------------------------------------------------------------


def _reading(project: Project, figure: Figure) -> Reading:
    return Reading(project.computation, project.registry.metrics[figure.key.metric], figure.key)


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure as a line of the list, from a project or from a server."""

    metric: str
    label: str
    org: str
    period: str
    dims: Mapping[str, str]
    members: tuple[str, ...]
    value: str | None
    unit: str
    text: str
    qualifier: str
    lineage: str
    quality: Mapping[str, Any] | None = None


def show_figures(project: Project, figures: Sequence[Figure], as_json: bool, quality: bool = False) -> None:
    """One line a figure, with its data quality where it is asked for."""
    from qingce.services.quality.sheet import quality_facts

    lines = []
    for f in figures:
        reading = _reading(project, f)
        members = tuple(reading.source.label(reading.metric, d, c) for d, c in f.key.dims)
        lines.append(FigureLine(
            f.key.metric, reading.metric.label, f.key.org, f.key.period, dict(f.key.dims), members,
            None if f.amount.absent else f"{f.value:f}", f.unit.name, reading.text, str(f.qualifier), f.lineage,
            quality_facts(project, f.key) if quality else None))
    show_figure_lines(lines, as_json, quality)
    if quality and not as_json:
        say(project.quality.scale.trust_text)


def show_figure_lines(lines: Sequence[FigureLine], as_json: bool, quality: bool = False) -> None:
    """The list itself."""
    if as_json:
        told = [asdict(line) for line in lines]
        hidden = {"members"} if quality else {"members", "quality"}
        put_json([{name: value for name, value in one.items() if name not in hidden} for one in told])
        return
    table = Table("指标", "名称", "机构", "期间", "成员", box=None, pad_edge=False, header_style="bold")
    table.add_column("数值", justify="right")
    if quality:
        table.add_column("级别", justify="right")
        table.add_column("估算", justify="right")
        table.add_column("理由")
    for line in lines:
        table.add_row(line.metric, escape(line.label), line.org, line.period, escape("、".join(line.members)),
                      escape(line.text), *(_graded(line.quality) if quality else ()))
    console().print(table)


def _graded(told: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if told is None:
        return "—", "—", ""
    share = "" if told["estimated"] == "0" else f"{told['estimated']}%"
    return str(told["score"]), share, escape(str(told["why"][0]))


def show_tree(node: Node, as_json: bool, *, sql: bool = False, quality: bool = False) -> None:
    """A figure taken apart.

    Args:
        quality: every step of its data quality at every level, else what decides it at the root alone.
    """
    if as_json:
        put_json(asdict(node))
        return
    console().print(_branch(node, sql, quality))


def _branch(node: Node, sql: bool, quality: bool, into: Tree | None = None) -> Tree:
    head = f"[bold]{escape(node.label)}[/] [dim]{escape(node.key)}[/]  [bold cyan]{escape(node.text)}[/]"
    tree = into.add(head) if into is not None else Tree(head)
    if node.again:
        tree.add("[dim]上文已展开[/]")
        return tree
    for word, value in node.facts.items():
        tree.add(f"{word}：{escape(value)}")
    if quality and node.quality_chain:
        steps = tree.add(f"数据质量：{escape(node.quality_chain[0])}")
        for step in node.quality_chain[1:]:
            steps.add(escape(step))
    elif into is None and node.quality:
        tree.add(f"数据质量：{escape(node.quality)}")
    for factor in node.factors:
        trust = "" if factor["trust"] == "verified" else " [yellow]来源待核实[/]"
        tree.add(f"因子 {escape(factor['label'])} {factor['value']} {factor['unit']} [dim]{escape(factor['edition'])}"
                 f" {escape(factor['source'])}[/]{trust}")
    for file in node.inputs:
        mark = " [yellow]合成数据[/]" if file["synthetic"] else ""
        tree.add(f"文件 {escape(str(file['path']))} {file['rows']} 行 [dim]sha256 {str(file['sha256'])[:16]}…[/]{mark}")
    if sql and node.sql:
        tree.add("SQL").add(escape(node.sql))
    if sql and node.rows_sql:
        tree.add("取数").add(escape(node.rows_sql))
    if node.rows:
        _rows(tree, node.rows, node.row_count)
    for child in node.operands:
        _branch(child, sql, quality, tree)
    return tree


def _rows(tree: Tree, rows: Sequence[Mapping[str, str]], count: int) -> None:
    told = records(rows, {}, console().width - 8)
    tree.add(f"背后的记录（共 {count:,} 行，列出 {len(rows)} 行）").add(told)


def show_metrics(cards: Sequence[Card], as_json: bool, whole: bool) -> None:
    """Metric cards: a list, or one card in full."""
    if as_json:
        put_json([asdict(card) for card in cards])
        return
    out = console()
    if whole:
        for card in cards:
            tree = Tree(f"[bold]{escape(card.label)}[/] [dim]{card.name}[/]")
            for word, value in card.facts().items():
                tree.add(f"{word}：{escape(value)}")
            for line in card.factor_lines():
                tree.add(f"因子：{escape(line)}")
            out.print(tree)
        return
    table = Table("指标", "名称", "单位", "性质", "来源", "指标包", box=None, pad_edge=False, header_style="bold")
    for card in cards:
        table.add_row(card.name, escape(card.label), card.unit, card.kind, card.origin, escape(card.pack))
    out.print(table)
    out.print(f"[dim]共 {len(cards)} 项指标[/]")


# -- ties and builds --------------------------------------------------------------------------


def show_ties(found: Sequence[Tie], as_json: bool) -> None:
    """What ties, and every fact that does not."""
    if as_json:
        put_json([asdict(t) for t in found])
        return
    out = console()
    bad = [t for t in found if t.outcome in ("differs", "error")]
    if bad:
        table = Table("事实", "行", "名称", "绑定", "刊印", "计算", box=None, pad_edge=False, header_style="bold")
        for t in bad:
            table.add_row(t.fact, t.line, escape(t.label), escape(t.binding), escape(t.printed), escape(t.got))
        out.print(table)
    facts = [t for t in found if t.outcome != "case"]
    distinct = [t for t in facts if not t.repeat]
    out.print(
        f"已刊事实 {len(facts)} 条，相符 {sum(t.outcome == 'tied' for t in facts)} 条；"
        f"其中不重复的 {len(distinct)} 条，相符 {sum(t.outcome == 'tied' for t in distinct)} 条；"
        f"客户案例 {len(found) - len(facts)} 条不计。"
    )


def show_build(result: Built, as_json: bool) -> None:
    """Where the editions lie and what the checks said."""
    if as_json:
        put_json({
            "out": str(result.out) if result.out else None, "files": [str(p) for p in result.files],
            "hash": result.hash, "seconds": result.seconds, "figures": result.figures, "pages": result.pages,
            "findings": [asdict(f) for f in result.findings if f.status is Status.FAIL], "blocked": result.blocked,
            "read_back": {name: {"numbers": gate.shown, "tied": gate.tied} for name, gate in result.gates.items()},
        })
        return
    out = console()
    for finding in result.findings:
        if finding.blocks:
            show_one_finding(out, finding)
    out.print(_summary(result.findings))
    if result.blocked:
        out.print("[bold red]没有出版[/]：先处理上面的错误；上一次出版的内容原样保留。")
        return
    for path in result.files:
        out.print(f"  {escape(str(path))}")
    for name, gate in result.gates.items():
        out.print(f"  回读{name}：{gate.shown:,} 个数字，有出处的 {gate.tied:,} 个；"
                  f"绑定 {gate.bound:,} 处，印出 {gate.found:,} 处")
    steps = "，".join(f"{name} {seconds:.2f} 秒" for name, seconds in result.seconds.items())
    out.print(f"[dim]数值 {result.figures:,} 个，页面 {result.pages} 页，报告指纹 {result.hash[:16]}；{steps}[/]")
