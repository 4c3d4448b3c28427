"""The command about translations: how each block stands, what is to be translated, what was read again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingce.cli.words import JsonOption, ProjectArg

if TYPE_CHECKING:
    from qingce.services.english.twins import Twin


def translate(
    project: ProjectArg,
    scaffold: Annotated[bool, typer.Option("--scaffold", help="把未译的段落连同绑定放进英文页，等待翻译。")] = False,
    accept: Annotated[
        tuple[str, str],
        typer.Option("--accept", metavar="PAGE BLOCK", help="译者复核后重盖戳记；BLOCK 写 all 指全页。"),
    ] = ("", ""),
    page: Annotated[
        list[str] | None, typer.Option("--page", metavar="PAGE", help="只看或只铺这一页，可写多次。")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """列出英文版各页各段：一致、中文已改、未译、中文已删；并可铺底稿、重盖戳记。"""
    from qingce.cli.show import say
    from qingce.services.english import twins
    from qingce.services.settings import read_settings

    folder = Path(project).resolve()
    read_settings(folder)
    if scaffold:
        changed = twins.scaffold(folder, page or ())
        for twin in changed:
            say(f"已铺 {twin.en.relative_to(folder).as_posix()}")
        say(f"共 {len(changed)} 页；译好一段，就用 --accept PAGE BLOCK 盖戳。")
        return
    if accept[0]:
        stamped = twins.accept(folder, *accept)
        say(f"{accept[0]}：{len(stamped)} 段已按今天的中文盖戳。")
        return
    chosen = [twin for twin in twins.twins(folder) if not page or twin.name in page]
    _show(chosen, as_json)


def _show(chosen: list[Twin], as_json: bool) -> None:
    from rich.markup import escape
    from rich.table import Table

    from qingce.cli.show import console, put_json
    from qingce.publish.twin import STATES, State

    if as_json:
        put_json([_told(twin) for twin in chosen])
        return
    out = console()
    table = Table("页", *STATES.values(), box=None, pad_edge=False, header_style="bold")
    for twin in chosen:
        counts = twin.counts
        table.add_row(twin.name, *(str(counts[state]) if counts[state] else "" for state in STATES))
    out.print(table)
    for twin in chosen:
        for pair in twin.pairs if twin.there else ():
            if pair.state is not State.CURRENT:
                zh = " ".join(pair.source.text.split())[:70] if pair.source else "—"
                en = " ".join(pair.piece.text.split())[:70] if pair.piece and pair.state is not State.MISSING else "—"
                out.print(f"{twin.name} {pair.number} {STATES[pair.state]}")
                out.print(f"    中文：{escape(zh)}\n    英文：{escape(en)}")
    done = sum(twin.counts[State.CURRENT] for twin in chosen)
    every = sum(len(twin.pairs) for twin in chosen)
    out.print(f"[dim]{len(chosen)} 页中 {sum(t.there for t in chosen)} 页有英文；{every} 段中 {done} 段一致[/]")


def _told(twin: Twin) -> dict[str, object]:
    return {
        "page": twin.name, "file": f"pages/en/{twin.name}.md", "there": twin.there,
        "blocks": [
            {"block": p.number, "state": p.state.value,
             "zh": p.source.text if p.source else None, "hash": p.source.hash if p.source else None,
             "en": p.piece.text if p.piece else None, "stamp": p.piece.stamp if p.piece else None}
            for p in twin.pairs
        ],
    }
