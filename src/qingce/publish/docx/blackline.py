"""A blackline as Word with tracked changes, which the reader can accept or reject one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from qingce.publish.blackline import GONE, NEW, Blackline, Marked, Runs
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import GREY, LATIN, TITLE, Node, el, paragraph, run

_SIZE = 10.0


class _Tracked:
    """Runs as insertions and deletions; each has a number of its own."""

    def __init__(self, paper: Blackline) -> None:
        self._numbers = count(1)
        self._by = {"author": paper.organisation[:60] or "青册", "date": f"{paper.issued:%Y-%m-%d}T00:00:00Z"}

    def runs(self, runs: Runs) -> Iterator[Node]:
        for words, mark in runs:
            made = run(words, size=_SIZE)
            if mark == GONE:
                for text in made.findall("{*}t"):
                    text.tag = text.tag.removesuffix("}t") + "}delText"
                yield el("del", [made], id=next(self._numbers), **self._by)
            elif mark == NEW:
                yield el("ins", [made], id=next(self._numbers), **self._by)
            else:
                yield made


def render_blackline(paper: Blackline) -> bytes:
    """The blackline as Word; the same paper gives the same bytes."""
    package, tracked = Package(margins=(20, 20)), _Tracked(paper)
    package.running(paper.title)
    title = run(paper.title, size=18, east=TITLE, latin=LATIN)
    package.add(paragraph([title], align="center", indent=False, after=120))
    for words in (*paper.lead, "；".join(f"{name} {number}" for name, number in paper.summary)):
        package.add(paragraph([run(words, size=9, colour=GREY)], indent=False, after=0))
    if paper.figures:
        package.add(_title("变动的数值", 2))
    for one in paper.figures:
        sides = tuple(side for side in ((one.before, GONE), (one.after, NEW)) if side[0])
        package.add(paragraph([run(f"{one.label}（{one.change}）：", size=_SIZE), *tracked.runs(sides)], indent=False))
    if paper.definitions:
        package.add(_title("变动的口径", 2))
    for label, runs in paper.definitions:
        package.add(paragraph([run(f"{label}：", size=_SIZE, strong=True), *tracked.runs(runs)], indent=False))
    for page in paper.pages:
        package.add(_title(page.title, 3), *(_paragraph(one, tracked) for one in page.paragraphs))
    package.add(paragraph([], style="Remark"))
    return package.save(title=paper.title, author=paper.organisation, subject="改动标示稿", issued=paper.issued)


def _title(words: str, level: int) -> Node:
    return paragraph([run(words)], style=f"Heading{level}")


def _paragraph(one: Marked, tracked: _Tracked) -> Node:
    if one.skipped:
        return paragraph([run(f"……（略去未改动的 {one.skipped} 段）", size=9, colour=GREY)], indent=False)
    return paragraph(tracked.runs(one.runs), indent=False)
