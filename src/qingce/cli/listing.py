"""``qingce rows`` and ``qingce metrics``: what stands behind a figure, and what metrics mean; here or at a server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingce.cli import server
from qingce.cli.server import ServerOption
from qingce.cli.words import JsonOption, OptionalProject

_LISTED = 20


def rows(
    project: OptionalProject = "",
    figure: Annotated[
        str,
        typer.Argument(metavar="FIGURE", help="如 green_loan_balance 或 green_loan_balance/LZB/2024/use=services。"),
    ] = "",
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写成文件：.csv、.parquet 或 .xlsx。")] = "",
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", help="只取前 N 行；不写时列出 20 行，写文件则为全部。")
    ] = None,
    as_json: JsonOption = False,
    at: ServerOption = "",
) -> None:
    """列出或导出一个数值背后的台账记录，并核对行数与合计；对服务器只列出，至多 200 行。"""
    from qingce.cli.show_forms import show_rows

    figure = server.own_argument(project, figure) if at else figure
    if not figure or not (project or at):
        raise typer.BadParameter("Name a figure, as green_loan_balance.", param_hint="FIGURE")
    if at and out:
        raise typer.BadParameter("Files of rows are written where the records lie.", param_hint="--out")
    count = _LISTED if limit is None else limit
    if at:
        from qingce.services.remote_acts import remote_rows
        from qingce.services.remote_desk import Remote

        found = remote_rows(Remote(at), figure, count)
    else:
        from qingce.services.project import Project
        from qingce.services.rows import export_rows, list_rows

        opened = Project(project, None)
        found = export_rows(opened, figure, Path(out), limit) if out else list_rows(opened, figure, count)
    show_rows(found, as_json)
    raise typer.Exit(0 if found.equal else 1)


def metrics(
    project: Annotated[str, typer.Argument(metavar="[PROJECT]", help="项目文件夹；不写则列出内置指标。")] = "",
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="只看这一个指标的卡片。")] = "",
    as_json: JsonOption = False,
    at: ServerOption = "",
) -> None:
    """指标卡片：名称、单位、口径、公式、归口部门。"""
    from qingce.cli.show import show_metrics

    if at:
        from qingce.services.remote_acts import remote_metrics
        from qingce.services.remote_desk import Remote

        server.own_argument("", project)
        found = remote_metrics(Remote(at), name)
    else:
        from qingce.services.cards import metric_cards

        found = metric_cards(Path(project) if project else None, name)
    show_metrics(found, as_json, bool(name))
