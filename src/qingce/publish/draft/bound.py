"""Numbers in a returned draft: each stands once, in its paragraph, as it was printed; none is typed beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qingce.core.page import Break, Text
from qingce.publish.draft.gather import Group, bare
from qingce.publish.draft.manifest import Drafted, Printed
from qingce.publish.draft.markdown import tidy
from qingce.publish.draft.read import UNNAMED, Piece
from qingce.publish.draft.source import Atom, Bound, merged
from qingce.publish.naked import naked_numbers

_BEFORE = re.compile(r"[\d０-９.．+＋\-－−±][,，]?\s*$|[百千万亿]\s*$")
_AFTER = re.compile(r"\s*(?:[\d０-９.．%％‰]|[,，]\d|[百千万亿余多倍])")
_DIGITS = re.compile(r"[\d０-９]+")
ASK = "数字由系统计算，不收改动；认为有误的，请在这里写批注，由填报部门核对。"
REMOVED = "请恢复原来的数字；确需删去这个数字的，请写批注，由 ESG 办公室改稿。"


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why something of a returned draft was not taken.

    Attributes:
        n: the part; 0 where it is none.
        figure: key of the figure; ``label`` what it is; empty where no number is concerned.
        printed: as it went out; ``found`` what stands there now.
    """

    n: int
    paragraph: int
    where: str
    reason: str
    advice: str
    figure: str = ""
    label: str = ""
    printed: str = ""
    found: str = ""


def standing(groups: Sequence[Group]) -> Mapping[str, list[int]]:
    """In which parts each number's control stands, as often as it stands."""
    found: dict[str, list[int]] = {}
    for group in groups:
        for p in group.paragraphs:
            for piece in p.final:
                if piece.tag and piece.tag != UNNAMED:
                    found.setdefault(piece.tag, []).append(group.n)
    return found


def judge(part: Drafted, rows: Sequence[Sequence[Piece]], standing: Mapping[str, list[int]]) -> list[Trouble]:
    """What is wrong with the numbers of a part.

    Args:
        rows: its paragraphs; numbers that lost their control were found again.
    """
    there = [piece for row in rows for piece in row if piece.tag]
    own = {number.tag: number for number in part.numbers}
    found = []
    for number in part.numbers:
        mine = [piece for piece in there if piece.tag == number.tag]
        places = standing.get(number.tag, [])
        if not mine:
            other = "，它现在在别的段落里" if places else ""
            found.append(_about(part, number, "", f"数字“{number.text}”不见了{other}。", REMOVED))
        elif len(mine) > 1 or len(places) > 1:
            found.append(_about(part, number, "、".join(p.text for p in mine),
                                f"数字“{number.text}”出现了不止一次。", "请删去多出的；一个数字在稿里只有一处。"))
        elif bare(mine[0].text) != bare(number.text):
            told = mine[0].text or "空"
            found.append(_about(part, number, mine[0].text, f"数字“{number.text}”被改成“{told}”。", ASK))
    for piece in there:
        if piece.tag not in own:
            found.append(Trouble(part.n, part.paragraph, excerpt(part.words), f"这里多出别处的数字“{piece.text}”。",
                                 "请删去；需要在这里写这个数字的，请写批注。", found=piece.text))
    return found


def typed(part: Drafted | None, n: int, paragraph: int, before: Sequence[Atom], after: Sequence[Atom]) -> list[Trouble]:
    """Numbers that somebody typed: new ones, and digits set against a bound number."""
    more = Counter(naked_numbers(_line(after))) - Counter(naked_numbers(_line(before)))
    more += _against(after) - _against(before)
    where = excerpt(part.words if part else _line(after))
    return [Trouble(n, paragraph, where, f"手写了数字“{words}”，没有对应任何指标。",
                    "请改为文字，或写批注说明需要哪个指标，由 ESG 办公室绑定。", found=words) for words in more]


def digits(before: Sequence[Atom], after: Sequence[Atom]) -> bool:
    """Whether digits of the words themselves (years, numbers of documents) are others now, or bound numbers stand in
    another order."""
    if [a.expression for a in before if isinstance(a, Bound)] != [a.expression for a in after if isinstance(a, Bound)]:
        return True
    return Counter(_DIGITS.findall(_line(before))) != Counter(_DIGITS.findall(_line(after)))


def excerpt(words: str) -> str:
    """The beginning of a paragraph, for saying which it is."""
    line = " ".join(words[:400].split())
    return line if len(line) <= 40 else f"{line[:40]}…"


def _about(part: Drafted, number: Printed, found: str, reason: str, advice: str) -> Trouble:
    return Trouble(part.n, part.paragraph, excerpt(part.words), reason, advice, number.figure, number.label,
                   number.text, found)


def _line(atoms: Sequence[Atom]) -> str:
    return "".join(a.text if isinstance(a, Text) else "\n" if isinstance(a, Break) else "□" for a in atoms)


def _against(atoms: Sequence[Atom]) -> Counter[str]:
    """Words that touch a bound number so that they would be read as part of it."""
    plain = merged(Text(a.text) if isinstance(a, Text) else a for a in atoms)
    found: Counter[str] = Counter()
    for left, right in pairwise(plain):
        if isinstance(left, Text) and isinstance(right, Bound) and (match := _BEFORE.search(left.text)):
            found[f"{match[0].strip()}{{{right.expression}}}"] += 1
        if isinstance(left, Bound) and isinstance(right, Text) and (match := _AFTER.match(right.text)):
            found[f"{{{left.expression}}}{match[0].strip()}"] += 1
        if isinstance(left, Bound) and isinstance(right, Bound):
            found[f"{{{left.expression}}}{{{right.expression}}}"] += 1
    return found


# -- numbers without controls -----------------------------------------------------------------------
def with_numbers(part: Drafted, rows: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Paragraphs in which numbers that lost their control, but stand exactly as printed, have it again."""
    joined = [_runs_joined(row) for row in _named(part, rows)]
    there = Counter(piece.tag for row in joined for piece in row if piece.tag)
    lost: dict[str, list[Printed]] = {}
    for number in part.numbers:
        if not there[number.tag]:
            lost.setdefault(bare(number.text), []).append(number)
    for numbers in sorted(lost.values(), key=lambda each: -len(each[0].text)):
        pattern = _exactly(numbers[0].text)
        count = sum(len(pattern.findall(p.text)) for row in joined for p in row if not p.tag)
        if count == len(numbers) and pattern.pattern:
            waiting = iter(numbers)
            joined = [[q for p in row for q in ([p] if p.tag else _cut(p, pattern, waiting))] for row in joined]
    return joined


def _named(part: Drafted, rows: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """Controls without a name take that of the number they show; where as many lack one as are missing, in order."""
    there = {piece.tag for row in rows for piece in row}
    lost = [number for number in part.numbers if number.tag not in there]
    unnamed = sum(piece.tag == UNNAMED for row in rows for piece in row)
    in_order = unnamed == len(lost)
    out: list[list[Piece]] = []
    for row in rows:
        out.append([])
        for piece in row:
            tag = piece.tag
            if tag == UNNAMED:
                number = next((n for n in lost if in_order or bare(n.text) == bare(piece.text)), None)
                tag = ""
                if number is not None:
                    lost.remove(number)
                    tag = number.tag
            out[-1].append(Piece(piece.text, tag))
    return out


def _runs_joined(row: Sequence[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in row:
        if out and not piece.tag and not out[-1].tag:
            out[-1] = Piece(out[-1].text + piece.text)
        else:
            out.append(Piece(piece.text, piece.tag))
    return out


def _exactly(text: str) -> re.Pattern[str]:
    words = r"\s*".join(map(re.escape, tidy(text).split()))
    return re.compile(rf"(?<![\d０-９.,+\-−]){words}(?![\d０-９.%％]|,\d)" if words else "")


def _cut(piece: Piece, pattern: re.Pattern[str], waiting: object) -> list[Piece]:
    out: list[Piece] = []
    end = 0
    for match in pattern.finditer(piece.text):
        out.append(Piece(piece.text[end:match.start()]))
        out.append(Piece(match[0], next(waiting).tag))  # type: ignore[call-overload]
        end = match.end()
    return [p for p in (*out, Piece(piece.text[end:])) if p.text or p.tag]
