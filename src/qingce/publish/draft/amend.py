"""Writing an accepted change into a page's source: one paragraph changes, everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingce.core.errors import Refused, Stale
from qingce.publish.draft.compare import ADDED, CHANGED, MOVED, REMOVED, Change
from qingce.publish.draft.manifest import Manifest
from qingce.publish.draft.markdown import same, split, written
from qingce.publish.draft.source import BLOCK, ITEM, PARAGRAPH, Atom, Part, opening, parts

Shape = list[tuple[str, tuple[Atom, ...] | str]]
"""A page as its parts: kind and words, or kind and source of a block."""
_UNFIT = ("这处文字写回页面后会变成另一种排版，没有写入。请在稿里换一种写法（例如段首不用特殊符号、"
          "加粗的词两边不紧挨标点），或直接改页面文件。")


def amend(text: str, change: Change, made: Manifest, since: Mapping[int, str]) -> str:
    """The page's source with a change in it.

    Args:
        text: the source as it stands.
        made: the draft that the change came back in.
        since: for a part that was changed by this draft before, the hash of its source since then.

    Raises:
        Stale: the paragraph is not any more the one that the draft was made from.
        Refused: it cannot be written so that it reads as it did in Word.
    """
    page = _Source(text, made, since)
    match change.kind:
        case k if k == CHANGED:
            wanted = page.rewrite(change)
        case k if k == REMOVED:
            wanted = page.remove(change)
        case k if k == ADDED:
            wanted = page.add(change)
        case k if k == MOVED:
            wanted = page.move(change)
        case _:
            raise Refused("没有这样的修改。")
    result = "\n".join(page.lines)
    if not _alike([_shape(part) for part in parts(result)], wanted):
        raise Refused(_UNFIT)
    return result


class _Source:
    """A page's lines; each act changes them and says how the page must read afterwards."""

    def __init__(self, text: str, made: Manifest, since: Mapping[int, str]) -> None:
        self.text, self.made, self.since = text, made, since
        self.here = parts(text)
        self.lines = text.split("\n")
        self.shape: Shape = [_shape(part) for part in self.here]

    def rewrite(self, change: Change) -> Shape:
        """Other words in the place of a part's."""
        at = _find(change.n, self.here, self.made, {})
        part = self.here[at]
        self.lines[part.start:part.end] = split(change.rows, part.kind, part.mark).split("\n")
        return [*self.shape[:at], *((part.kind, tuple(row)) for row in change.rows), *self.shape[at + 1:]]

    def remove(self, change: Change) -> Shape:
        """A part less."""
        at = _find(change.n, self.here, self.made, {})
        _cut(self.lines, self.here[at])
        return [*self.shape[:at], *self.shape[at + 1:]]

    def add(self, change: Change) -> Shape:
        """A paragraph or an item more."""
        place, line, item = _place(change.n, self.here, self.made, self.since, self.text)
        _put(self.lines, line, change.rows[0], item)
        kind = item.kind if item else PARAGRAPH
        return [*self.shape[:place], (kind, tuple(change.rows[0])), *self.shape[place:]]

    def move(self, change: Change) -> Shape:
        """A part elsewhere."""
        at = _find(change.n, self.here, self.made, self.since)
        place, line, _ = _place(change.after, self.here, self.made, self.since, self.text)
        part = self.here[at]
        told = _apart(self.lines, line, part.source.split("\n"))
        if line < part.start:
            _cut(self.lines, part)
            self.lines[line:line] = told
        else:
            self.lines[line:line] = told
            _cut(self.lines, part)
        rest = [*self.shape[:at], *self.shape[at + 1:]]
        place -= place > at
        return [*rest[:place], self.shape[at], *rest[place:]]


def stands(text: str, change: Change, made: Manifest) -> bool:
    """Whether a page says already what a change of words wants, and not any more what the draft was made from."""
    here = parts(text)
    if change.kind != CHANGED or _found(change.n, here, made, {}) is not None:
        return False
    wanted = [tuple(row) for row in change.rows]
    return any(
        all(p.kind != BLOCK and same(p.atoms, row) for p, row in zip(here[at:], wanted, strict=False))
        for at in range(len(here) - len(wanted) + 1))


def source_of(text: str, change: Change) -> str:
    """The hash of the last paragraph that a change of words left; empty where it is not there."""
    if change.kind != CHANGED:
        return ""
    found = [p for p in parts(text) if p.kind != BLOCK and same(p.atoms, change.rows[-1])]
    return found[-1].hash if found else ""


# -- finding ----------------------------------------------------------------------------------------
def _found(n: int, here: Sequence[Part], made: Manifest, since: Mapping[int, str]) -> int | None:
    """Where a part of the draft stands in the source now; nothing where it is another one, or cannot be told apart."""
    part = made.part(n)
    if part is None:
        return None
    mine = [at for at, p in enumerate(here) if p.hash == part.hash and p.kind == part.kind]
    alike = [p.n for p in made.parts if p.hash == part.hash and p.kind == part.kind]
    if len(mine) == len(alike):
        return mine[alike.index(n)]
    changed = [at for at, p in enumerate(here) if p.hash == since.get(n)]
    return changed[0] if not mine and len(changed) == 1 else None


def _find(n: int, here: Sequence[Part], made: Manifest, since: Mapping[int, str]) -> int:
    at = _found(n, here, made, since)
    if at is None:
        raise Stale("这一段在发出 Word 稿之后又改过，不能照稿写入。请对照现在的文字重新发稿，或不采纳这一处。")
    return at


def _place(
    n: int, here: Sequence[Part], made: Manifest, since: Mapping[int, str], text: str
) -> tuple[int, int, Part | None]:
    """Where something goes that stands behind a part: before which part, at which line, as an item of which list."""
    if n == 0:
        return 0, opening(text), None
    at = _found(n, here, made, since)
    if at is not None:
        part = here[at]
        after = here[at + 1] if at + 1 < len(here) else None
        if part.close > part.end or part.kind == ITEM:
            if after is not None and after.start < part.close and after.kind == ITEM and part.kind == ITEM:
                return at + 1, part.end, part
            beyond = next((i for i, p in enumerate(here) if p.start >= part.close), len(here))
            return beyond, part.close, None
        return at + 1, part.end, None
    # the part behind it may stand where this one was changed or taken out meanwhile
    follower = _found(n + 1, here, made, since)
    if follower is None or here[follower].kind == ITEM:
        raise Stale("它前后的段落在发出 Word 稿之后又改过，找不到该放的地方。请重新发稿，或直接改页面文件。")
    return follower, here[follower].start, None


# -- writing ----------------------------------------------------------------------------------------
def _cut(lines: list[str], part: Part) -> None:
    """Take a part's lines out, with one of the blank lines around them."""
    start, end = part.start, part.end
    if end < len(lines) and not lines[end].strip() and (start == 0 or not lines[start - 1].strip()):
        end += 1
    del lines[start:end]


def _put(lines: list[str], line: int, row: Sequence[Atom], item: Part | None) -> None:
    if item is not None:
        lines[line:line] = (item.mark + written(row, ITEM, len(item.mark))).split("\n")
    else:
        lines[line:line] = _apart(lines, line, written(row).split("\n"))


def _apart(lines: Sequence[str], line: int, told: list[str]) -> list[str]:
    """Lines with a blank one before and after them where there is none yet."""
    before = [""] if line and lines[line - 1].strip() else []
    after = [""] if line < len(lines) and lines[line].strip() else []
    return [*before, *told, *after]


def _shape(part: Part) -> tuple[str, tuple[Atom, ...] | str]:
    return (part.kind, part.source if part.kind == BLOCK or not part.editable else part.atoms)


def _alike(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(
        a[0] == b[0] and (a[1] == b[1] if isinstance(a[1], str) or isinstance(b[1], str) else same(a[1], b[1]))
        for a, b in zip(one, other, strict=True))
