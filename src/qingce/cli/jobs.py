"""Commands about work in the background."""

from __future__ import annotations

from typing import Annotated

import typer

from qingce.cli import server
from qingce.cli.server import ServerOption
from qingce.cli.words import DatabaseOption, OptionalProject, ProjectArg

jobs = typer.Typer(no_args_is_help=True, help="后台任务：核对台账、发送消息。")


@jobs.command()
def run(
    project: ProjectArg, database: DatabaseOption = "",
    once: Annotated[bool, typer.Option("--once", help="办完目前到期的就结束，不再等待。")] = False,
) -> None:
    """办理排队的任务、发送待发的消息；被中断的任务会接着办，各办一次。"""
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.jobs import Worker, run_due
    from qingce.services.desk.recovery import recover

    desk = open_desk(project, url=database)
    if once:
        recover(desk)
        say(f"已办理 {run_due(desk)} 项任务。")
        return
    say("正在办理后台任务，按 Ctrl+C 结束；没办完的留待下次。")
    worker = Worker(desk)
    try:
        worker.run()
    except KeyboardInterrupt:
        worker.stop()


@jobs.command("list")
def listed(project: OptionalProject = "", database: DatabaseOption = "", at: ServerOption = "") -> None:
    """列出任务与消息的数目，以及失败的原因；对服务器只列任务。"""
    if at:
        server.own_argument("", project)
        server.jobs(at)
        return
    from qingce.cli.show import say
    from qingce.ledger.jobs import STATES, Jobs
    from qingce.ledger.outbox import Outbox
    from qingce.services.desk import open_desk

    desk = open_desk(server.needed(project), url=database)
    counts = Jobs(desk.store).counts()
    told = "，".join(f"{label} {counts[state]}" for state, label in STATES.items() if state in counts)
    say(f"任务：{told or '没有'}")
    for job in Jobs(desk.store).page(state="failed"):
        say(f"  失败 {job.kind} {job.key}：{job.result.get('error', '')}")
    box = Outbox(desk.store)
    sent = {"waiting": "待发", "sending": "发送中", "sent": "已发", "failed": "未送达"}
    messages = box.counts()
    say("消息：" + ("，".join(f"{label} {messages[s]}" for s, label in sent.items() if s in messages) or "没有"))
    for message, reason in box.stuck():
        say(f"  {message.channel} {message.to if message.channel in ('mail', 'digest') else ''} {reason}")
