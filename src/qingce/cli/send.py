"""``qingce deliver`` and ``qingce file``: what a script hands to a server, with the token of ``QINGCE_TOKEN``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from qingce.cli.words import JsonOption

At = Annotated[str, typer.Option("--server", metavar="URL", help="交到这台服务器；令牌取自环境变量 QINGCE_TOKEN。")]
_STATES = {"waiting": "排队", "running": "核对中", "accepted": "已采用", "refused": "未采用", "replaced": "已更正",
           "withdrawn": "已撤回", "failed": "核对失败"}


def deliver(
    dataset: Annotated[str, typer.Argument(metavar="DATASET", help="台账名，如 loan。")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV、XLSX 或 Parquet；同样的字节重传就是同一次交数。")],
    at: At,
    rows: Annotated[
        int | None, typer.Option("--rows", metavar="N", min=0, help="源系统报告的行数，与读到的不符则不收。")
    ] = None,
    replaces: Annotated[str, typer.Option("--replaces", metavar="ID", help="更正哪一次交数。")] = "",
    wait: Annotated[
        int, typer.Option("--wait", metavar="SECONDS", min=0, help="等候核对的秒数；0 为不等。")
    ] = 600,
    as_json: JsonOption = False,
) -> None:
    """向服务器交一份台账并等候核对；采用以 0、未采用以 1 退出，等不到结果的以 0 退出并报出编号。"""
    from qingce.services.remote_acts import deliver as hand_over
    from qingce.services.remote_desk import Remote

    told = hand_over(Remote(at), dataset, Path(file), rows=rows, replaces=replaces, wait=wait)
    _show(told, as_json)
    raise typer.Exit(1 if told["state"] in ("refused", "failed") else 0)


def _show(told: dict[str, Any], as_json: bool) -> None:
    from qingce.cli.show import put_json, say

    if as_json:
        put_json(told)
        return
    say(f"交数 {told['id']}：{_STATES.get(told['state'], told['state'])}；"
        f"读到 {told['rows']:,} 行，采用 {told['used']:,} 行，不收 {told['refused']:,} 行")
    if told["reason"]:
        say(f"  {told['reason']}")
    for one in told["findings"]:
        place = "，".join(part for part in (f"第 {one['row']} 行" if one["row"] else "", one["column"]) if part)
        say(f"  {place}：{one['words']}{one['advice']}" if place else f"  {one['words']}{one['advice']}")


def file_answer(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="填报项编号，如 2024/board_members/LZB。")],
    at: At,
    value: Annotated[str, typer.Option("--value", metavar="NUMBER", help="填报的数，十进制。")] = "",
    source: Annotated[str, typer.Option("--source", metavar="WORDS", help="数从哪里来。")] = "",
    none: Annotated[str, typer.Option("--not-applicable", metavar="REASON", help="不适用，写明原因。")] = "",
    gap: Annotated[str, typer.Option("--not-available", metavar="REASON", help="适用但暂缺，写明原因。")] = "",
    submit: Annotated[bool, typer.Option("--submit", help="填后即提交。")] = False,
    as_json: JsonOption = False,
) -> None:
    """向服务器填报一项：一个数，或不适用，或适用但暂缺；期间他人改过的不覆盖。"""
    from qingce.cli.show import put_json, say
    from qingce.services.remote_acts import file_answer as hand_in
    from qingce.services.remote_desk import Remote

    if sum(map(bool, (value, none, gap))) != 1:
        raise typer.BadParameter("Give one of --value, --not-applicable and --not-available.", param_hint="--value")
    said = {"answered": "value", "value": value, "source": source} if value else {
        "answered": "not_applicable" if none else "not_available", "reason": none or gap}
    told = hand_in(Remote(at), item, said, submit=submit)
    if as_json:
        put_json(told)
    else:
        answer = f"{told['value']} {told['unit']}" if value else "不适用" if none else "适用但暂缺"
        say(f"{'已提交' if submit else '已填报'} {told['id']}：{answer}")
