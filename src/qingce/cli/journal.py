"""Commands about the journal: verify, rebuild, export, sign; backup and restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from qingce.cli import server
from qingce.cli.server import ServerOption
from qingce.cli.words import DatabaseOption, JsonOption, OptionalProject, ProjectArg

journal = typer.Typer(no_args_is_help=True, help="日志：核验、重建、导出、签名。")


@journal.command()
def verify(
    project: OptionalProject = "", database: DatabaseOption = "", as_json: JsonOption = False, at: ServerOption = "",
) -> None:
    """逐条核验哈希链与检查点；不符时报出第一条并以 1 退出。对服务器则逐条取来，在本机核验。"""
    if at:
        server.own_argument("", project)
        raise typer.Exit(0 if server.verify(at, as_json) else 1)
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.keeping import verify_journal

    found = verify_journal(open_desk(server.needed(project), url=database))
    if as_json:
        broken = {"seq": found.broken.seq, "reason": found.broken.reason} if found.broken else None
        print(json.dumps({"events": found.events, "head": found.head, "checkpoints": found.checkpoints,
                          "key": found.key, "broken": broken}, ensure_ascii=False))
    elif found.broken:
        say(f"不符：{found.broken.reason}")
    else:
        say(f"相符：{found.events:,} 条事项，{found.checkpoints} 个检查点，末条哈希 {found.head[:16] or '—'}")
    raise typer.Exit(1 if found.broken else 0)


@journal.command()
def rebuild(
    project: ProjectArg, database: DatabaseOption = "",
    verify_only: Annotated[bool, typer.Option("--verify", help="只比对，不改动。")] = False,
) -> None:
    """由日志重建全部状态表；有出入时以 1 退出。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk

    found = open_desk(project, url=database).journal.rebuild(verify_only=verify_only)
    if found.differs:
        say(f"{found.events:,} 条事项重放，状态表有出入：{'、'.join(found.differs)}")
    else:
        say(f"{found.events:,} 条事项重放，状态表逐字节相同。")
    raise typer.Exit(1 if found.differs else 0)


@journal.command()
def export(
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="写到哪个文件。")],
    project: OptionalProject = "", database: DatabaseOption = "", at: ServerOption = "",
) -> None:
    """导出日志，可用文档中的独立脚本离线核验。"""
    if at:
        server.own_argument("", project)
        server.export(at, out)
        return
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.keeping import export_journal

    say(f"已导出 {export_journal(open_desk(server.needed(project), url=database), Path(out)):,} 条事项到 {out}")


@journal.command()
def checkpoint(project: ProjectArg, database: DatabaseOption = "") -> None:
    """为日志当前的末条签发检查点。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.keeping import sign_journal

    made = sign_journal(open_desk(project, url=database))
    say(f"检查点 {made.seq}：{made.head}\n公钥 {made.key}\n签名 {made.signature}")


def backup(
    project: ProjectArg, out: Annotated[str, typer.Option("--out", metavar="FILE", help="备份文件，例如 backup.zip。")],
    database: DatabaseOption = "",
) -> None:
    """把项目、日志、证据和数值备份成一个文件；可在使用中进行。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.keeping import backup as make

    say(f"已备份到 {make(open_desk(project, url=database), Path(out))}")


def restore(
    source: Annotated[str, typer.Argument(metavar="FILE", help="qingce backup 所作的文件。")],
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="恢复到的新文件夹。")],
    database: DatabaseOption = "",
) -> None:
    """由备份恢复项目与日志，并核验。"""
    from qingce.cli.show import say
    from qingce.services.desk.keeping import restore as make

    found = make(Path(source), Path(folder), url=database)
    say(f"已恢复到 {folder}：{found.events:,} 条事项，{'核验相符' if not found.broken else found.broken.reason}")
    raise typer.Exit(1 if found.broken else 0)
