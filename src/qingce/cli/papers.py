"""Commands that write papers for meetings: the brief, and the blackline of two editions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingce.cli.words import DatabaseOption, ProjectArg
from qingce.core.errors import ProjectError


def brief(
    project: ProjectArg,
    audience: Annotated[str, typer.Option("--for", metavar="WHOM", help="management（管理层）或 board（董事会）。")],
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到哪个文件：.pdf 或 .docx。")],
    database: DatabaseOption = "",
) -> None:
    """由填报台当日状态出具一页会议简报，并记入日志。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.brief import at_the_command_line, issue_brief

    path = Path(out)
    desk = open_desk(project, url=database)
    try:
        made = issue_brief(desk, at_the_command_line(desk), audience, path.suffix.removeprefix(".").lower())
    finally:
        desk.close()
    _write(path, made.data)
    say(f"已写到 {out}\nsha256 {made.sha256}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as exc:
        raise ProjectError(f"{path} cannot be written: {exc.strerror or exc}.") from exc
