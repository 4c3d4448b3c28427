"""What a returned draft wants changed, what of it cannot be taken and why, and what was said beside it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from qingce.core.page import Break, Text
from qingce.publish.draft.bound import Trouble, digits, excerpt, judge, standing, typed, with_numbers
from qingce.publish.draft.gather import Group, bare, gather
from qingce.publish.draft.manifest import Drafted, Manifest, said
from qingce.publish.draft.markdown import tidy
from qingce.publish.draft.read import UNNAMED, Piece, Returned
from qingce.publish.draft.remarks import Remark
from qingce.publish.draft.source import BLOCK, HEADING, ITEM, PARAGRAPH, TITLE, Atom, Bound, merged

CHANGED, REMOVED, ADDED, MOVED = "changed", "removed", "added", "moved"
LONGEST = 5000
"""Characters of a paragraph."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a draft wants.

    Attributes:
        n: the part; of something new the part it stands behind, 0 at the top of the page.
        after: the part behind which it stands now, for what was moved.
        before, now: its words for a reader, numbers as printed.
        rows: its paragraphs, numbers bound as they were.
        authors: as the file names them.
        tracked: every bit of it was marked as a revision.
        digits: digits in its words are others (years, numbers of documents), or its numbers stand in another order.
    """

    kind: str
    n: int
    paragraph: int
    before: str
    now: str
    rows: tuple[tuple[Atom, ...], ...] = ()
    authors: tuple[str, ...] = ()
    tracked: bool = False
    digits: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class Spoken:
    """A comment with the paragraph it stands at, and the words there that it is about."""

    remark: Remark
    n: int
    paragraph: int
    about: str


@dataclass
class Outcome:
    """All that came of a returned draft."""

    changes: list[Change] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)


def compare(found: Sequence[Returned], remarks: Mapping[str, Remark], made: Manifest) -> Outcome:
    """Hold a returned draft against what went out."""
    groups = gather(found, made)
    comparison = _Comparison(groups, made)
    comparison.parts()
    comparison.news()
    comparison.moves()
    comparison.out.spoken = list(_spoken(groups, found, remarks, made))
    return comparison.out


class _Comparison:
    """Goes through the parts of a draft, then through what is new in it."""

    def __init__(self, groups: list[Group], made: Manifest) -> None:
        self.groups, self.made = groups, made
        self.by_part: dict[int, list[Group]] = {}
        for group in groups:
            self.by_part.setdefault(group.n, []).append(group)
        self.standing = standing(groups)
        self.out = Outcome()

    def parts(self) -> None:
        """Every part that went out."""
        for part in self.made.parts:
            groups = self.by_part.get(part.n, [])
            if part.kind == BLOCK or not part.editable:
                self._held(part, groups)
            elif len(groups) > 1:
                self._trouble(part, "这一段在稿里出现了不止一次。", "请只留一处再交。")
            elif not groups or not groups[0].words.strip():
                self._removed(part, groups[0] if groups else None)
            elif len(groups[0].words) > LONGEST:
                self._trouble(part, f"这一段超过 {LONGEST} 字，没有收。", "请分成几段。")
            else:
                self._one(part, groups[0])

    def _trouble(self, part: Drafted, reason: str, advice: str, found: str = "") -> None:
        self.out.troubles.append(Trouble(part.n, part.paragraph, excerpt(part.words or part.shown), reason, advice,
                                         found=found))

    def _held(self, part: Drafted, groups: Sequence[Group]) -> None:
        shown = part.shown if part.kind == BLOCK else part.words
        now = "\n".join(group.words for group in groups)
        if bare(now) != bare(shown):
            what = "表格、图表或要点数字" if part.kind == BLOCK else "这一段"
            self._trouble(part, f"{what}被改动或删去，改动没有收。",
                          "表格和图表随数值更新，不在 Word 里改；有意见请写批注。", _differs(shown, now))

    def _removed(self, part: Drafted, group: Group | None) -> None:
        if part.numbers:
            self.out.troubles += judge(part, [], self.standing)
        elif part.kind == TITLE:
            self._trouble(part, "案例或说明的标题被删去，没有收。", "标题可以改写，不能删；要删去整个案例，请写批注。")
        else:
            authors = tuple(dict.fromkeys(a for p in group.paragraphs for a in p.authors)) if group else ()
            told = [piece for p in group.paragraphs for piece in p.original] if group else []
            tracked = bare("".join(p.text for p in told)) == bare(part.words)
            self.out.changes.append(Change(REMOVED, part.n, part.paragraph, part.words, "", (), authors, tracked))

    def _one(self, part: Drafted, group: Group) -> None:
        paragraphs = [p for p in group.paragraphs if p.words.strip()]
        rows = with_numbers(part, [p.final for p in paragraphs])
        troubles = judge(part, rows, self.standing)
        made = tuple(_styled(part, row) for row in rows)
        joined = [atom for row in made for atom in row]
        troubles += typed(part, part.n, part.paragraph, part.atoms, joined)
        self._strange(part, paragraphs)
        if not troubles and len(made) == 1 and _text(made[0]) == _text(part.atoms):
            return
        if not troubles and len(made) > 1 and part.kind in (HEADING, TITLE):
            troubles.append(Trouble(part.n, part.paragraph, excerpt(part.words), "标题被拆成了几段，没有收。",
                                    "标题只能是一段。"))
        if not troubles and part.kind in (HEADING, TITLE) and any(isinstance(a, Break) for a in joined):
            troubles.append(Trouble(part.n, part.paragraph, excerpt(part.words), "标题里有换行，没有收。",
                                    "标题只能是一行。"))
        if troubles:
            self.out.troubles += troubles
            return
        self.out.changes.append(Change(
            CHANGED, part.n, part.paragraph, part.words, "\n".join(self._words(part, row) for row in made), made,
            _authors(paragraphs), _was(paragraphs) == bare(part.words), digits(part.atoms, joined)))

    def _words(self, part: Drafted, row: Sequence[Atom]) -> str:
        """A row for a reader, each binding as it was printed."""
        shown: dict[str, list[str]] = {}
        for atom, number in zip((a for a in part.atoms if isinstance(a, Bound)), part.numbers, strict=True):
            shown.setdefault(atom.expression, []).append(number.text)
        return "".join(a.text if isinstance(a, Text) else "\n" if isinstance(a, Break) else shown[a.expression][0]
                       for a in row)

    def _strange(self, part: Drafted, paragraphs: Sequence[Returned]) -> None:
        if any(p.alien for p in paragraphs):
            self._trouble(part, "段落里加了图片、文本框或脚注，没有收；文字的改动照收。", "图片和脚注请写批注说明。")

    # -- what is new --------------------------------------------------------------------------
    def news(self) -> None:
        """Paragraphs and tables that no part went out as."""
        last = 0
        told_of_table = False
        for group in self.groups:
            if group.n:
                last = group.n
                continue
            near = self.made.part(last) or (self.made.parts[0] if self.made.parts else None)
            paragraph = near.paragraph if near else 0
            if group.table:
                if not told_of_table and group.words.strip():
                    self._alone(last, paragraph, group, "新加的表格没有收。",
                                "表格由指标生成；请写批注说明要哪些指标。")
                    told_of_table = True
            elif group.words.strip():
                self._added(last, paragraph, group)
            elif any(p.alien for p in group.paragraphs):
                self._alone(last, paragraph, group, "新加的图片或文本框没有收。", "请写批注说明，由 ESG 办公室放入。")

    def _added(self, last: int, paragraph: int, group: Group) -> None:
        pieces = group.paragraphs[0].final
        if any(piece.tag not in ("", UNNAMED) for piece in pieces):
            self._alone(last, paragraph, group, "新加的段落里有复制来的数字，没有收。",
                        "请删去复制的数字；需要写数字的，请写批注说明要哪一项。")
            return
        if len(group.words) > LONGEST:
            self._alone(last, paragraph, group, f"新加的段落超过 {LONGEST} 字，没有收。", "请分成几段。")
            return
        atoms = merged(_plain("".join(piece.text for piece in pieces)))
        troubles = typed(None, last, paragraph, (), atoms)
        self.out.troubles += troubles
        if not troubles:
            self.out.changes.append(Change(
                ADDED, last, paragraph, "", said(atoms, ()), (atoms,), _authors(group.paragraphs),
                all(piece.change == "ins" for piece in pieces), digits((), atoms)))

    def _alone(self, last: int, paragraph: int, group: Group, reason: str, advice: str) -> None:
        self.out.troubles.append(Trouble(last, paragraph, excerpt(group.words), reason, advice,
                                         found=excerpt(group.words)))

    # -- what moved ---------------------------------------------------------------------------
    def moves(self) -> None:
        """Parts that stand in another order: the fewest that explain it."""
        order = [g.n for g in self.groups if g.n and len(self.by_part[g.n]) == 1]
        kept = _longest_rising(order)
        for at, n in enumerate(order):
            part = self.made.part(n)
            if n in kept or part is None:
                continue
            before = next((m for m in reversed(order[:at]) if m in kept), 0)
            if part.kind != PARAGRAPH or not part.editable:
                self._trouble(part, "标题、列表或表格换了位置，没有收。",
                              "只有整段文字可以移动；调整章节结构请写批注。")
            elif part.n not in {t.n for t in self.out.troubles if t.figure}:
                group = self.by_part[n][0]
                self.out.changes.append(Change(
                    MOVED, n, part.paragraph, part.words, part.words, (), _authors(group.paragraphs),
                    any(p.moved_to for p in group.paragraphs), after=before))


def _authors(paragraphs: Sequence[Returned]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(author for p in paragraphs for author in p.authors))


def _was(paragraphs: Sequence[Returned]) -> str:
    return bare("".join(piece.text for p in paragraphs for piece in p.original))


def _text(atoms: Sequence[Atom]) -> str:
    """Words and bindings as one text, blanks at its ends apart."""
    return "".join(tidy(a.text) if isinstance(a, Text) else "\n" if isinstance(a, Break) else f"\0{a.expression}\0"
                   for a in atoms).strip()


def _plain(text: str) -> Iterator[Atom]:
    for at, line in enumerate(text.split("\n")):
        if at:
            yield Break()
        yield Text(line)


Unit = tuple[str, Atom]


def _styled(part: Drafted, row: Sequence[Piece]) -> tuple[Atom, ...]:
    """A returned paragraph as words and bindings; what stood before keeps its style, what is new takes none."""
    tags = {n.tag: a for n, a in zip(part.numbers, (a for a in part.atoms if isinstance(a, Bound)), strict=True)}
    new: list[Unit] = []
    for piece in row:
        if piece.tag:
            new.append((piece.tag, tags.get(piece.tag, Bound(piece.tag))))
        else:
            new += [(c, Break() if c == "\n" else Text(c)) for c in piece.text]
    if any(isinstance(a, Text) and (a.strong or a.em or a.href) for a in part.atoms) and len(new) <= LONGEST:
        new = _dressed(_units(part), new)
    return merged(atom for _, atom in new)


def _units(part: Drafted) -> list[Unit]:
    numbers = iter(part.numbers)
    out: list[Unit] = []
    for atom in part.atoms:
        match atom:
            case Text():
                out += [(u, Text(c, atom.strong, atom.em, atom.href)) for c in atom.text if (u := tidy(c))]
            case Break():
                out.append(("\n", atom))
            case Bound():
                out.append((next(numbers).tag, atom))
    return out


def _dressed(old: list[Unit], new: list[Unit]) -> list[Unit]:
    """The new words in the style of the old where they are the same, and between two of one style in that style."""
    out = list(new)
    matcher = SequenceMatcher(None, [u for u, _ in old], [u for u, _ in new], autojunk=False)
    for tag, i1, _, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            out[j1:j2] = [(unit, old[i1 + k][1]) for k, (unit, _) in enumerate(new[j1:j2])]
        elif tag in ("insert", "replace"):
            left = old[i1 - 1][1] if i1 else None
            right = old[i1][1] if i1 < len(old) else None
            if isinstance(left, Text) and isinstance(right, Text) and (
                    (left.strong, left.em, left.href) == (right.strong, right.em, right.href)):
                out[j1:j2] = [(u, Text(a.text, left.strong, left.em, left.href) if isinstance(a, Text) else a)
                              for u, a in new[j1:j2]]
    return out


def _longest_rising(order: Sequence[int]) -> set[int]:
    """The longest run of parts that still stand in their order."""
    ends: list[int] = []
    back: dict[int, int] = {}
    for n in order:
        at = bisect_left(ends, n)
        back[n] = ends[at - 1] if at else 0
        ends[at:at + 1] = [n]
    found: set[int] = set()
    n = ends[-1] if ends else 0
    while n:
        found.add(n)
        n = back[n]
    return found


def _differs(before: str, now: str) -> str:
    """The first line of a block that is another one now."""
    known = {bare(line) for line in before.split("\n")}
    return excerpt(next((line for line in now.split("\n") if bare(line) not in known), ""))


def _spoken(
    groups: Sequence[Group], found: Sequence[Returned], remarks: Mapping[str, Remark], made: Manifest
) -> Iterator[Spoken]:
    places: dict[str, tuple[int, str]] = {}
    last = 0
    number = {id(p): g.n for g in groups for p in g.paragraphs}
    for p in found:
        last = number.get(id(p)) or last
        for id_, about in p.remarks.items():
            places.setdefault(id_, (last, about))
    for id_, remark in remarks.items():
        n, about = places.get(id_) or places.get(remark.parent, (0, ""))
        part = made.part(n) or (made.parts[0] if made.parts else None)
        yield Spoken(remark, part.n if part else 0, part.paragraph if part else 0, excerpt(about))


__all__ = ["ADDED", "CHANGED", "ITEM", "MOVED", "REMOVED", "Change", "Outcome", "Spoken", "Trouble", "compare"]
