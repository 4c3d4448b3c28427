"""A page as a Word draft, and what a returned one holds."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qingce.cli.words import DatabaseOption, JsonOption, ProjectArg

if TYPE_CHECKING:
    from qingce.services.desk.draft_return import Back


def draft(
    project: ProjectArg,
    page: Annotated[str, typer.Argument(metavar="[PAGE]", help="页面的 slug，如 green-finance；与 --out 同用。")] = "",
    out: Annotated[str, typer.Option("--out", metavar="FILE", help="把这一页发成 Word 稿（.docx），并记入日志。")] = "",
    back: Annotated[
        str, typer.Option("--back", metavar="FILE", help="读一份改好的稿，列出修改、批注和不能收的；什么也不写入。")
    ] = "",
    database: DatabaseOption = "",
    as_json: JsonOption = False,
) -> None:
    """把一页发成可以改文字、不能改数字的 Word 稿；或读一份改好的稿。

    退出码：0 完成，1 稿里有不能收的改动，2 用法不对或文件不可用。
    """
    if bool(back) == bool(page and out):
        raise typer.BadParameter("要出稿的，写页名和 --out 文件.docx；收回的稿，写 --back 文件.docx。")
    from qingce.cli.show import say
    from qingce.core.errors import ProjectError
    from qingce.services.desk import open_desk
    from qingce.services.desk.desk import SYSTEM
    from qingce.services.desk.draft_return import look
    from qingce.services.desk.drafts import issue

    desk = open_desk(project, url=database)
    if back:
        found = look(desk, Path(back))
        _show(found, as_json)
        raise typer.Exit(1 if found.outcome.troubles else 0)
    if not Path(out).resolve().parent.is_dir():
        raise ProjectError(f"不能写入 {out}：上级文件夹不存在。")
    made = issue(desk, SYSTEM, page)
    Path(out).write_bytes(made.content)
    if as_json:
        print(json.dumps({"draft": made.id, "page": made.page, "file": out}, ensure_ascii=False))
    else:
        say(f"已写到 {out}：稿号 {made.id}。改好后在工作台上传，或先看看：qingce draft {project} --back {out}")


def _show(found: Back, as_json: bool) -> None:
    from qingce.cli.show import say
    from qingce.services.desk.drafts import KIND_LABELS

    out = found.outcome
    if as_json:
        print(json.dumps({
            "draft": found.draft, "page": found.page,
            "changes": [{"kind": c.kind, "paragraph": c.paragraph, "before": c.before, "now": c.now,
                         "authors": list(c.authors), "tracked": c.tracked, "digits": c.digits} for c in out.changes],
            "comments": [{"paragraph": s.paragraph, "author": s.remark.author, "at": s.remark.at, "about": s.about,
                          "words": s.remark.words, "answers": bool(s.remark.parent), "done": s.remark.done}
                         for s in out.spoken],
            "findings": [asdict(t) for t in out.troubles],
        }, ensure_ascii=False, indent=1))
        return
    say(f"《{found.title}》稿 {found.draft}：{len(out.changes)} 处修改，{len(out.spoken)} 条批注，"
        f"{len(out.troubles)} 处不能收")
    for change in out.changes:
        who = ("、".join(change.authors) or "未署名") + ("" if change.tracked else "，未留修订痕迹")
        say(f"  {KIND_LABELS[change.kind]} 第 {change.paragraph} 段（{who}）")
        for mark, words in (("-", change.before), ("+", change.now)):
            if words and not (change.kind == "moved" and mark == "+"):
                say(f"    {mark} {words}")
    for one in out.spoken:
        kind = "回复" if one.remark.parent else "批注"
        say(f"  {kind} 第 {one.paragraph} 段 {one.remark.author}：{one.remark.words}")
    for trouble in out.troubles:
        say(f"  不收 第 {trouble.paragraph} 段“{trouble.where}”：{trouble.reason}{trouble.advice}")
