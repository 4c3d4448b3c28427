"""Commands of assurance: a pack for re-performing, and re-performing it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qingce.cli.words import DatabaseOption, JsonOption, ProjectArg

assurance = typer.Typer(no_args_is_help=True, help="鉴证：导出复算包。")


@assurance.command()
def pack(
    project: ProjectArg, out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到哪个文件（.zip）。")],
    edition: Annotated[str, typer.Option("--edition", metavar="HASH", help="封版哈希或其开头，默认最近一版。")] = "",
    database: DatabaseOption = "",
) -> None:
    """把一版的台账、口径、数值和日志凭证写成一个复算包，供鉴证人员离线重算。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.assurance_pack import export

    made = export(open_desk(project, url=database), Path(out), edition=edition)
    say(f"已写到 {out}：{made.label}\n封版哈希 {made.id}\n核对：qingce verify {out}")


def verify(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="复算包（.zip）。")],
    edition: Annotated[
        str, typer.Option("--edition", metavar="HASH", help="公布的封版哈希；包不是这一版的就不予核对。")
    ] = "",
    trust_code: Annotated[
        bool, typer.Option("--trust-code", help="包内有项目自带的指标代码时，同意在本机运行它们。")
    ] = False,
    limit: Annotated[
        float, typer.Option("--limit", metavar="GB", min=0.001, max=4096, help="包最多解开到多少 GB。")
    ] = 8,
    every: Annotated[bool, typer.Option("--all", help="也列出相同的数值。")] = False,
    as_json: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="不显示进度。")] = False,
) -> None:
    """用复算包里的台账和口径重算每个数值，与封版时逐字节比较；不需要项目。

    退出码：0 全部相同，1 有不同，2 包不可用或被改动。
    """
    from qingce.cli.show import progress
    from qingce.cli.show_assurance import show_reperformed
    from qingce.services.repack.reperform import reperform

    shown = None if quiet or as_json else progress()
    try:
        found = reperform(Path(pack), trust_code=trust_code, edition=edition, limit=int(limit * 2**30), progress=shown)
    finally:
        if stop := getattr(shown, "stop", None):
            stop()
    show_reperformed(found, every, as_json)
    raise typer.Exit(0 if found.agrees else 1)
