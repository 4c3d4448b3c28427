"""How the command line shows forms, rows, plans and dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from qingce.cli.show import console, put_json, show_one_finding
from qingce.cli.show_records import records
from qingce.core.check import Status

if TYPE_CHECKING:
    from qingce.services.dictionary import Dictionary
    from qingce.services.explain import Node
    from qingce.services.forms import Produced
    from qingce.services.plan import FigurePlan
    from qingce.services.rows import Listed, Rows

_SHOWN_GAPS = 12


# -- forms ------------------------------------------------------------------------------------


def show_forms(produced: Sequence[Produced], as_json: bool) -> None:
    """Each form as a table, what it was held against, and what stayed blank."""
    if as_json:
        put_json([each.as_dict() for each in produced])
        return
    for each in produced:
        _form(each)


def _form(made: Produced) -> None:
    out, filled = console(), made.filled
    title = f"[bold]{escape(filled.form.title)}[/]　{escape(filled.organisation)}　{filled.period}"
    out.print(title + ("　[yellow]含合成数据，不得报送[/]" if filled.synthetic else ""))
    table = Table("代码", "项目", "单位", box=None, pad_edge=False, header_style="bold")
    for column in filled.form.columns:
        table.add_column(column.label, justify="right")
    for row in filled.rows:
        if row.heading:
            table.add_row(f"[bold]{escape(row.code)}[/]", f"[bold]{escape(row.label)}[/]")
            continue
        cells = [filled.cells[row.code, column.name] for column in filled.form.columns]
        texts = [
            "[dim]／[/]" if cell.state == "not_asked" else escape(_with_unit(cell, row.unit))
            for cell in cells
        ]
        table.add_row(escape(row.code), escape(row.label), escape(row.unit), *texts)
    out.print(table)
    _gaps(made)
    for finding in made.reconciled.findings:
        if finding.status is Status.FAIL:
            show_one_finding(out, finding)
        else:
            word = "[green]相符[/]" if finding.status is Status.PASS else "[dim]不适用[/]"
            out.print(f"{word} {escape(finding.reason)}试算 {finding.tried}，相符 {finding.passed}。")
    for path in made.files:
        out.print(f"  {escape(str(path))}")
    out.print()


def _with_unit(cell: Any, row_unit: str) -> str:
    unit = cell.amount.unit.text
    return (
        f"{cell.text}{unit if unit == '%' else f' {unit}'}"
        if cell.text and unit != row_unit
        else str(cell.text)
    )


def _gaps(made: Produced) -> None:
    out, filled = console(), made.filled
    gaps: dict[tuple[str, str, str], list[str]] = {}
    for row, column, cell in filled.gaps:
        gaps.setdefault((row.code, row.label, cell.reason), []).append(column.label)
    out.print(f"已填 {filled.count} 格，缺 {len(filled.gaps)} 格；缺口留空，不作零填报。")
    for (code, label, reason), columns in list(gaps.items())[:_SHOWN_GAPS]:
        told = f"{code} {label}（{'、'.join(columns)}）：{reason}"
        out.print(f"     [dim]{escape(told)}[/]")
    if len(gaps) > _SHOWN_GAPS:
        out.print(f"     [dim]另有 {len(gaps) - _SHOWN_GAPS} 行有缺口，--json 或 --out 列出全部。[/]")


# -- rows -------------------------------------------------------------------------------------


def show_rows(rows: Rows, as_json: bool) -> None:
    """The rows behind a figure with their control totals."""
    if as_json:
        put_json({**asdict(rows), "equal": rows.equal})
        return
    out = console()
    out.print(f"[bold]{escape(rows.label)}[/] [dim]{escape(rows.key)}[/]  [bold cyan]{escape(rows.text)}[/]")
    for part in rows.parts:
        _part(part, rows.key)


def _part(part: Listed, key: str) -> None:
    out = console()
    if part.key != key:
        out.print(f"[bold]{escape(part.label)}[/] [dim]{escape(part.key)}[/]  [cyan]{escape(part.text)}[/]")
    if part.origin == "filed":
        out.print(escape(f"  填报，没有台账记录；{part.source}" if part.source else "  填报，没有台账记录"))
        return
    if part.records:
        out.print(records(part.records, part.headings or {}, out.width))
    mark = "　[yellow]合成数据[/]" if part.synthetic else ""
    out.print(f"  共 {part.rows:,} 行，{'写出' if part.file else '列出'} {part.shown:,} 行{mark}")
    verdict = "[green]相符[/]" if part.equal else "[bold red]不符[/]"
    out.print(
        f"  控制数：{escape(part.measure)} {escape(part.control)}，数值 {escape(part.figure)}　{verdict}"
    )
    if part.file:
        out.print(f"  {escape(part.file)}")


# -- plans ------------------------------------------------------------------------------------


def show_plan(node: Node, plan: FigurePlan, as_json: bool) -> None:
    """The plan chosen for the tables behind a figure; as JSON beside the figure taken apart."""
    if as_json:
        put_json({**asdict(node), "plan": asdict(plan)})
        return
    tree = Tree(
        f"[bold]{escape(plan.label)}[/] [dim]{escape(plan.key)}[/]  [bold cyan]{escape(plan.text)}[/]"
    )
    read = f"本次读取台账 {plan.scans} 次" if plan.scans else "本次没有再读台账，取自上次运行所存"
    if not plan.tables:
        read = "填报，不读台账"
    tree.add(f"{read}；用时 {plan.seconds:.3f} 秒（CPU {plan.cpu_seconds:.3f} 秒）")
    for made in plan.tables:
        branch = tree.add(f"[bold]{escape(made.label)}[/] [dim]{escape(made.table)}[/]")
        for word, value in made.facts.items():
            branch.add(f"{word}：{escape(value)}")
        _choice(branch, made.choice)
        for intake in made.intake:
            branch.add(f"{escape(intake.label)}：{intake.sentence}")
    console().print(tree)


_CHOICE_WORDS = {
    "plan": "方案",
    "reason": "理由",
    "rows": "最大台账行数",
    "cells": "汇总单元",
    "seconds": "用时（秒）",
    "partitions": "分区",
    "read": "其中本次读取",
}
_PLANS = {"scan": "一次查询", "passes": "逐分区读取，按内容留存"}


def _choice(branch: Tree, choice: Mapping[str, Any]) -> None:
    for name, value in choice.items():
        if value in ("", None, (), [], {}):
            continue
        said = _PLANS.get(value, value) if isinstance(value, str) else _said(value)
        branch.add(f"{_CHOICE_WORDS.get(name, name)}：{escape(said)}")


def _said(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int):
        return f"{value:,}" if value >= 0 else "不在本机"
    if isinstance(value, Mapping):
        return "，".join(f"{k} {v}" for k, v in value.items())
    return "；".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


# -- dictionaries and samples -----------------------------------------------------------------


def show_dictionary(made: Dictionary, as_json: bool) -> None:
    """Where the dictionary lies."""
    if as_json:
        put_json({**asdict(made), "out": str(made.out), "files": [str(path) for path in made.files]})
        return
    out = console()
    out.print(f"台账 {made.datasets} 个，列 {made.columns} 个，代码表 {made.codes} 个。")
    for name in ("dictionary.html", "dictionary.md", "templates", "schemas"):
        out.print(f"  {escape(str(made.out / name))}")


def show_sample(folder: Path, rows: Mapping[str, int], as_json: bool) -> None:
    """How many rows each ledger of a generated sample got, and where it lies."""
    if as_json:
        put_json({"out": str(folder), "synthetic": True, "rows": dict(rows)})
        return
    table = Table("台账", box=None, pad_edge=False, header_style="bold")
    table.add_column("行数", justify="right")
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    out = console()
    out.print(table)
    out.print(f"  {escape(str(folder))}　[yellow]合成数据[/]")
