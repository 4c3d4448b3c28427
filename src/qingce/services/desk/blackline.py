"""The blackline of two frozen editions: their differences in one text, to be read away from the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from qingce.casework.rights import Actor
from qingce.core.errors import Missing
from qingce.publish.blackline import GONE, NEW, Blackline, Marked, MarkedPage, Moved, merged, shortened
from qingce.services.desk.compare import Comparison, TextLine, compare, every_line, text_of
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import Edition, editions, sealed


def blackline(desk: Desk, actor: Actor, before: str, after: str) -> Blackline:
    """Two editions in one text.

    Args:
        before, after: their hashes.

    Raises:
        Missing: one of them is not there, or not for this actor.
    """
    told = compare(desk, actor, before, after)
    was, now = ({page["slug"]: page for page in text_of(sealed(desk, side))} for side in (told.before, told.after))
    pages = tuple(MarkedPage(page.title, _marked(was.get(page.slug, {}).get("paragraphs", []),
                                                 now.get(page.slug, {}).get("paragraphs", [])))
                  for page in told.pages)
    return Blackline(
        f"{told.after.title}改动标示稿", desk.settings.organisation,
        tuple(f"{side}：{_named(e)}" for side, e in (("原版", told.before), ("新版", told.after))),
        _summary(told, pages), tuple(Moved(f.label, f.change, f.before, f.after) for f in told.figures),
        tuple((f"{d.label}　{d.what}", merged(d.before, d.after)) for d in told.definitions), pages,
        dt.date.fromisoformat(told.after.at[:10]),
    )


def _named(found: Edition) -> str:
    return f"第 {found.revision} 版，{found.at[:10]} 封版　{found.id}"


def _marked(was: Sequence[str], now: Sequence[str]) -> tuple[Marked, ...]:
    def place(line: TextLine) -> str:
        return f"{'原' if line.after is None else ''}第 {line.number} 段"

    return shortened([Marked(place(line), merged(line.before, line.after)) for line in every_line(was, now)])


def _summary(told: Comparison, pages: Sequence[MarkedPage]) -> tuple[tuple[str, str], ...]:
    marks = [{mark for _, mark in one.runs} for page in pages for one in page.paragraphs if one.runs]
    new, gone = (sum(found == {mark} for found in marks) for mark in (NEW, GONE))
    changed = sum(bool(found - {""}) for found in marks) - new - gone
    return (("变动的数值", str(len(told.figures))), ("变动的口径", str(len(told.definitions))),
            ("改动的页面", str(len(pages))), ("改写的段落", str(changed)), ("新增的段落", str(new)),
            ("删去的段落", str(gone)))


def named_edition(desk: Desk, actor: Actor, start: str) -> Edition:
    """The edition whose hash begins so.

    Raises:
        Denied: no right.
        Missing: none or more than one begins so.
    """
    found = [e for e in editions(desk, actor) if start and e.id.startswith(start)]
    if not found:
        raise Missing(f"没有哈希以“{start}”开头的一版。")
    if len(found) > 1:
        raise Missing(f"有 {len(found)} 版的哈希以“{start}”开头，请多写几位。")
    return found[0]
