"""Commands that write papers for meetings: the brief, and the blackline of two editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingce.cli import server
from qingce.cli.server import ServerOption
from qingce.cli.words import DatabaseOption, OptionalProject, ProjectArg
from qingce.core.errors import ProjectError, unwritten


def brief(
    project: ProjectArg,
    audience: Annotated[str, typer.Option("--for", metavar="WHOM", help="management（管理层）或 board（董事会）。")],
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到哪个文件：.pdf 或 .docx。")],
    database: DatabaseOption = "",
) -> None:
    """由填报台当日状态出具一页会议简报，并记入日志。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.brief import issue_brief
    from qingce.services.desk.operator import at_the_command_line

    path = Path(out)
    desk = open_desk(project, url=database)
    try:
        made = issue_brief(desk, at_the_command_line(desk), audience, path.suffix.removeprefix(".").lower())
    finally:
        desk.close()
    _write(path, made.data)
    say(f"已写到 {out}\nsha256 {made.sha256}")


def compare(
    project: OptionalProject = "",
    before: Annotated[str, typer.Argument(metavar="BEFORE", help="原版的封版哈希或其开头。")] = "",
    after: Annotated[str, typer.Argument(metavar="AFTER", help="新版的封版哈希或其开头。")] = "",
    pdf: Annotated[str, typer.Option("--pdf", metavar="FILE", help="把改动标示稿写到这个 PDF 文件。")] = "",
    docx: Annotated[str, typer.Option("--docx", metavar="FILE", help="写成带修订标记的 Word 文件。")] = "",
    database: DatabaseOption = "",
    at: ServerOption = "",
) -> None:
    """对照两版：数值、口径和文字改了什么；可写成删除划线、新增加底线的标示稿。对服务器只列出改了多少。"""
    if at and not after:
        project, before, after = "", project, before
    if not before or not after or bool(at) is bool(project):
        raise typer.BadParameter("Name a project folder or --server, and two editions.", param_hint="BEFORE AFTER")
    if at and (pdf or docx):
        raise typer.BadParameter("Papers are set where the edition lies.", param_hint="--pdf")
    if at:
        server.compare(at, before, after)
        return
    from qingce.cli.show import say
    from qingce.publish.docx.blackline import render_blackline as word
    from qingce.publish.pdf.blackline import render_blackline as print_
    from qingce.services.desk import open_desk
    from qingce.services.desk.blackline import blackline, named_edition
    from qingce.services.desk.operator import at_the_command_line

    desk = open_desk(project, url=database)
    try:
        actor = at_the_command_line(desk)
        old, new = (named_edition(desk, actor, start).id for start in (before, after))
        paper = blackline(desk, actor, old, new)
    finally:
        desk.close()
    for file, render in ((pdf, print_), (docx, word)):
        if file:
            _write(Path(file), render(paper))
    say("\n".join([*paper.lead, *(f"{name} {count}" for name, count in paper.summary),
                   *(f"已写到 {file}" for file in (pdf, docx) if file)]))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as exc:
        raise ProjectError(unwritten(path, exc)) from exc
