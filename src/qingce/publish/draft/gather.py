"""Which part of the page each returned paragraph is, whatever Word, WPS or a person did to its key."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import pairwise

from qingce.publish.draft.manifest import SHORT, Drafted, Manifest, para_id
from qingce.publish.draft.markdown import tidy
from qingce.publish.draft.read import Returned
from qingce.publish.draft.source import BLOCK

_ALIKE = 0.6
"""From which likeness on a paragraph that lost its key is taken for the one that is missing in its place."""
_LONG = 2000
_BLANK = re.compile(r"\s+")


@dataclass
class Group:
    """Paragraphs that stand in the place of one part; ``n`` is 0 for what is new."""

    n: int
    paragraphs: list[Returned] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Their words, a line each."""
        return "\n".join(p.words for p in self.paragraphs if p.words.strip())

    @property
    def table(self) -> bool:
        """Whether it is of a table."""
        return any(p.table for p in self.paragraphs)


def bare(text: str) -> str:
    """A text without blanks, for comparing."""
    return _BLANK.sub("", tidy(text))


def gather(found: Sequence[Returned], made: Manifest) -> list[Group]:
    """Returned paragraphs by the part that they are, in the order in which they stand now."""
    told = [p for p in found if not p.help]
    numbers = _numbered(told, made)
    _joined(told)
    _moved(told, numbers)
    groups: list[Group] = []
    for p in told:
        n = numbers[id(p)]
        last = groups[-1] if groups else None
        if (last is not None and n == 0 and _absorbs(last, p, made)) or (last is not None and n and last.n == n):
            last.paragraphs.append(p)
        elif n or p.words.strip() or p.remarks or p.alien:
            groups.append(Group(n, [p]))
    return _recovered(_once(groups), made)


def _numbered(told: Sequence[Returned], made: Manifest) -> dict[int, int]:
    """The part of each paragraph: by its bookmark, else by Word's number of it, else by the numbers in it."""
    found = {id(p): _by_bookmark(p, made) for p in told}
    known = set(found.values())
    by_number = {para_id(made.id, part.n): part.n for part in made.parts if part.n not in known}
    by_tag = {number.tag: part.n for part in made.parts if part.n not in known for number in part.numbers}
    for p in told:
        if not found[id(p)] and not p.table:
            tags = {by_tag.get(piece.tag, 0) for piece in p.final if piece.tag}
            n = by_number.get(p.number, 0) or (tags.pop() if len(tags) == 1 else 0)
            found[id(p)] = n if n and n not in found.values() else 0
    return found


def _by_bookmark(p: Returned, made: Manifest) -> int:
    """The part that a paragraph's key names; 0 where it names none of this draft."""
    if p.key is None or p.key[0] != made.id:
        return 0
    part = made.part(p.key[1])
    return part.n if part is not None and part.hash[:SHORT] == p.key[2] else 0


def _joined(told: Sequence[Returned]) -> None:
    """A paragraph whose mark was deleted takes in the words of the next."""
    for p, after in reversed(list(pairwise(told))):
        if p.gone and p.words.strip() and not p.table and not after.table:
            p.pieces += after.pieces
            p.authors |= after.authors
            p.remarks |= after.remarks
            after.pieces, after.remarks = [], {}


def _moved(told: Sequence[Returned], numbers: dict[int, int]) -> None:
    """What arrived by a tracked move is the part that left by it."""
    for p in told:
        if numbers[id(p)] or not p.moved_to:
            continue
        left = next((q for q in told if numbers[id(q)] and q.moved_from & p.moved_to and not q.words.strip()), None)
        if left is not None:
            numbers[id(p)], numbers[id(left)] = numbers[id(left)], 0


def _absorbs(last: Group, p: Returned, made: Manifest) -> bool:
    """Whether a paragraph without a key belongs to the block before it: a table's rows, a chart's picture."""
    part = made.part(last.n)
    if part is None or part.kind != BLOCK:
        return False
    shown = {bare(line) for line in part.shown.split("\n")}
    return p.table or (p.alien and not p.words.strip()) or bare(p.words) in shown


def _once(groups: list[Group]) -> list[Group]:
    """Of a part that stands twice, the empty places go."""
    filled = {g.n for g in groups if g.n and g.words.strip()}
    kept: list[Group] = []
    seen: set[int] = set()
    for g in groups:
        empty = g.n and not g.words.strip()
        if empty and (g.n in filled or g.n in seen):
            continue
        seen.add(g.n)
        kept.append(g)
    return kept


def _recovered(groups: list[Group], made: Manifest) -> list[Group]:
    """Paragraphs that lost their keys, in the places of those that are missing and read much alike."""
    missing = {part.n for part in made.parts} - {g.n for g in groups}
    for at, group in enumerate(groups):
        if group.n or group.table or not group.words.strip():
            continue
        before = next((g.n for g in reversed(groups[:at]) if g.n), 0)
        after = next((g.n for g in groups[at + 1:] if g.n), len(made.parts) + 1)
        between = [made.parts[n - 1] for n in sorted(missing) if before < n < after]
        part = next((p for p in between if p.kind != BLOCK and _alike(p, group)), None)
        if part is not None:
            group.n = part.n
            missing.discard(part.n)
    return groups


def _alike(part: Drafted, group: Group) -> bool:
    one, other = bare(part.words), bare(group.words)
    if one == other:
        return True
    if len(one) > _LONG or len(other) > _LONG:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
