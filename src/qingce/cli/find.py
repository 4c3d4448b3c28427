"""``qingce find``: searching a project, or a desk somewhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qingce.cli import server
from qingce.cli.server import ServerOption
from qingce.cli.words import JsonOption, OptionalProject

if TYPE_CHECKING:
    from qingce.services.desk.search import Found


def find(
    project: OptionalProject = "",
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", help="要找的词；几个词须全部符合。")] = None,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="只找一类，如 metric、figure、paragraph、disclosure。")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=100, help="每类最多列出几条。")] = 10,
    as_json: JsonOption = False,
    at: ServerOption = "",
) -> None:
    """查找指标、数值、报告段落、标准披露项与勾稽；对服务器则查找您有权查看的全部内容。"""
    typed = " ".join(([project] if at and project else []) + (words or []))
    if not typed.strip():
        raise typer.BadParameter("请写要找的词或数，如 绿色贷款 或 305.60。", param_hint="WORDS")
    told = _asked(at, typed, kind, limit) if at else _own(server.needed(project), typed, kind, limit)
    _show(told["results"], told["counts"], as_json)


def _asked(at: str, typed: str, kind: str, limit: int) -> Mapping[str, Any]:
    from qingce.services.remote_desk import Remote, remote_search

    return remote_search(Remote(at), typed, kind, limit)


def _own(folder: str, typed: str, kind: str, limit: int) -> Mapping[str, Any]:
    from qingce.services.desk.search import Kind, search_folder

    if kind and kind not in set(Kind):
        raise typer.BadParameter(f"没有“{kind}”这一类；可选 {'、'.join(Kind)}。", param_hint="--kind")
    return _told(search_folder(folder, typed, kind=kind, limit=limit))


def _told(found: Found) -> Mapping[str, Any]:
    """As a server says it."""
    from qingce.services.desk.search import without_marks

    return {"counts": {str(kind): count for kind, count in found.counts.items()}, "results": [
        {"kind": str(r.kind), "key": r.key, "label": without_marks(r.label), "where": without_marks(r.where),
         "excerpt": without_marks(r.excerpt), "href": r.href, "exact": r.exact}
        for group in found.groups.values() for r in group]}


def _show(results: Sequence[Mapping[str, Any]], counts: Mapping[str, int], as_json: bool) -> None:
    from rich.markup import escape

    from qingce.cli.show import console, put_json
    from qingce.services.search.entry import KIND_LABELS, Kind

    if as_json:
        put_json({"results": list(results), "counts": dict(counts)})
        return
    out = console()
    for name in dict.fromkeys(one["kind"] for one in results):
        out.print(f"[bold]{KIND_LABELS[Kind(name)]}[/] [dim]{counts[name]:,}[/]")
        for one in results:
            if one["kind"] == name:
                beside = " · ".join(part for part in (one["where"], one["excerpt"]) if part)
                out.print(f"  {escape(one['label'])}  [dim]{escape(one['key'])}  {escape(beside)}[/]")
    if not results:
        out.print("没有找到。")
