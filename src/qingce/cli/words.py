"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

ProjectArg = Annotated[str, typer.Argument(metavar="PROJECT", help="项目文件夹，内有 qingce.toml。")]
OptionalProject = Annotated[
    str, typer.Argument(metavar="[PROJECT]", help="项目文件夹，内有 qingce.toml；写了 --server 则不写。")]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序读取。")]
DatabaseOption = Annotated[
    str, typer.Option("--database", metavar="URL", help="日志所在的数据库，默认为项目内的 SQLite 文件。")
]
