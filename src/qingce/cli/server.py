"""Commands asked of a desk somewhere else: ``--server URL``, with the token of ``QINGCE_TOKEN``."""

from __future__ import annotations

from typing import Annotated

import typer

ServerOption = Annotated[
    str, typer.Option("--server", metavar="URL", help="向这台服务器查询；令牌取自环境变量 QINGCE_TOKEN。"),
]
"""With it a command has no project folder: what follows is its own argument."""


def needed(project: str) -> str:
    """The project folder, where no server is named.

    Raises:
        UsageError: neither is.
    """
    if not project:
        raise typer.BadParameter("请写项目文件夹，或用 --server 写服务器地址。", param_hint="PROJECT")
    return project


def own_argument(project: str, own: str) -> str:
    """The argument of a command that has no project folder.

    Raises:
        UsageError: a folder is named beside the server.
    """
    if own:
        raise typer.BadParameter("项目文件夹和 --server 只写一个。", param_hint="PROJECT")
    return project


def figures(server: str, name: str, org: str, period: str, as_json: bool) -> None:
    """List the figures of a server."""
    from qingce.cli.show import FigureLine, show_figure_lines
    from qingce.services.remote_desk import Remote, remote_figures

    found = remote_figures(Remote(server), name, org, period)
    show_figure_lines([
        FigureLine(f["metric"], f["label"], f["org"], f["period"], f["dims"], tuple(f["members"]), f["value"],
                   f["unit"], f["text"], f["qualifier"], f["lineage"]) for f in found], as_json)


def explain(server: str, figure: str, rows: int, as_json: bool, *, sql: bool, quality: bool) -> None:
    """Take a figure of a server apart."""
    from qingce.cli.show import show_tree
    from qingce.services.remote_desk import Remote, remote_tree

    show_tree(remote_tree(Remote(server), figure, rows), as_json, sql=sql, quality=quality)


def check(server: str, as_json: bool, every: bool) -> bool:
    """Show what the latest build of a server found; whether something stands in the way of publishing."""
    from qingce.cli.show import say, show_findings
    from qingce.services.remote_desk import Remote, remote_findings

    found, built = remote_findings(Remote(server))
    show_findings(found, as_json, every)
    if not as_json:
        say(f"最近一次编制：{built}")
    return any(f.blocks for f in found)


def verify(server: str, as_json: bool) -> bool:
    """Go through the journal of a server; whether it holds."""
    from qingce.cli.show import put_json, say
    from qingce.services.remote_desk import Remote, verify_remote

    found = verify_remote(Remote(server))
    if as_json:
        broken = {"seq": found.broken[0], "reason": found.broken[1]} if found.broken else None
        put_json({"events": found.events, "head": found.head, "checkpoints": found.checkpoints, "key": found.key,
                  "broken": broken})
    elif found.broken:
        say(f"不符：{found.broken[1]}")
    else:
        say(f"相符：{found.events:,} 条事项，{found.checkpoints} 个检查点，末条哈希 {found.head[:16] or '—'}")
    return not found.broken


def jobs(server: str) -> None:
    """Say how many jobs of a server are in which state, and why some failed."""
    from qingce.cli.show import say
    from qingce.ledger.jobs import STATES
    from qingce.services.remote_acts import remote_jobs
    from qingce.services.remote_desk import Remote

    found = remote_jobs(Remote(server))
    counts = {state: sum(job["state"] == state for job in found) for state in STATES}
    told = "，".join(f"{label} {counts[state]}" for state, label in STATES.items() if counts[state])
    say(f"任务：{told or '没有'}")
    for job in found:
        if job["state"] == "failed":
            say(f"  失败 {job['kind']} {job['id']}：{job['result'].get('error', '')}")


def export(server: str, out: str) -> None:
    """Write the journal of a server to a file."""
    from pathlib import Path

    from qingce.cli.show import say
    from qingce.services.remote_acts import remote_export
    from qingce.services.remote_desk import Remote

    say(f"已导出 {remote_export(Remote(server), Path(out)):,} 条事项到 {out}")


def compare(server: str, before: str, after: str) -> None:
    """Say what two editions of a server differ in."""
    from qingce.cli.show import say
    from qingce.services.remote_acts import remote_compare
    from qingce.services.remote_desk import Remote

    told = remote_compare(Remote(server), before, after)
    say("\n".join([*told["lead"], *(f"{name} {count}" for name, count in told["summary"].items())]))
