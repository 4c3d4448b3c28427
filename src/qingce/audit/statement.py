"""What each quantity claims to measure: the phrase before it, whose it is, when, and of what kind.

Short lines without sentence marks are read as label and value, line after line, as in infographics; long lines
as sentences that the margin broke.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from qingce.audit.model import Kind, Line, Quantity, Span, Statement, Text
from qingce.audit.number import Found, find
from qingce.audit.script import plain_script
from qingce.audit.words import DIRECTION, VERSUS

_STOP = re.compile(r"[。；！？;!?•]|(?<!\d)\.(?!\d)|\.(?=\s)|\n\s*\n")
_CLAUSE = re.compile(r"[，,：:（(）)、]")
_LEAD = re.compile(
    r"^(?:截至|截止|至|于|自|在|报告期末?内?|期末|期内|年末|年底|年初|末|全年|当年|本年|本期|今年|20\d\d|年|其中|同时|此外|另|而|且|和|及|与|以及|"
    r"[、，。,；;:：“”\"'）)\s]|本行|我行|我们|本公司|公司|本集团|集团|全行|全集团|共计|共|累计|实现|完成|该|的|为|了|已|"
    r"[\u4e00-\u9fff]{2,8}?(?:银行|集团|公司)(?!业|家|贷|卡|间|存|类)|the|our|total|of|a|an|and|in|we|was|is|were|its)++(?=.)",
    re.I,
)
_TAIL = re.compile(
    r"(?:共计|合计|总计|累计|达到|高达|达|为|跃升至|增至|升至|降至|至|共|约|超过|超|逾|突破|近|有|是|了|计|的|余|"
    r"[：:，,、（）()“”\"\s]|was|is|were|are|of|to|stood at|amounted to|reached|totall?ed|totall?ing|at|by)++$",
    re.I,
)
_YEAR = re.compile(r"(20\d\d)\s*年?")
_SHARE = re.compile(
    r"占[^，。]{0,20}$|占比|比重|份额|比例|百分比|proportion|share of|accounted for|percentage of", re.I
)
_SUBJECT = re.compile(
    r"(?:本|我)?(?:集团|母公司|总行)[\u4e00-\u9fff]{0,4}大厦|(?:本|我)(?:集团|行|公司)|全行|总行|某[\u4e00-\u9fff]{0,12}(?:公司|企业)|"
    r"[\u4e00-\u9fff]{2,4}(?:省|市|县)|the (?:group|bank|company)",
    re.I,
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z]{3,}")
_STOPWORDS = frozenset(
    [
        "the",
        "and",
        "for",
        "was",
        "were",
        "with",
        "from",
        "our",
        "that",
        "this",
        "had",
        "has",
        "have",
        "are",
        "its",
        "total",
        "year",
    ]
)


@dataclass(frozen=True, slots=True)
class Said:
    """A quantity in its place.

    Attributes:
        begin, end: offsets in the flat text, qualifier and unit included.
        own: the words since the previous quantity or sentence mark; ``clause`` the last clause of them.
        core: the clause without openers and verbs: the name of the measure.
        after: the words that follow, up to the next mark.
        row: index of its line.
        alone: its line holds nothing but numbers.
    """

    quantity: Quantity
    begin: int
    end: int
    own: str
    clause: str
    core: str
    after: str
    row: int
    sentence: int
    alone: bool

    @property
    def versus(self) -> bool:
        """Whether the words compare with an earlier date."""
        return bool(VERSUS.search(self.own[-24:]))


def grams(phrase: str) -> frozenset[str]:
    """What two phrases are compared by: pairs of Chinese characters and English words.

    >>> sorted(grams("贷款余额 of loans"))
    ['loans', '余额', '款余', '贷款']
    """
    han = "".join(_HAN.findall(phrase))
    words = (w.rstrip("s") + ("s" if w.endswith("s") else "") for w in _WORD.findall(phrase.lower()))
    return frozenset(han[i : i + 2] for i in range(len(han) - 1)) | {w for w in words if w not in _STOPWORDS}


class Reading:
    """A text, flattened to one string of one script, with all its quantities in place."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.lines: Sequence[Line] = text.lines
        rows = [plain_script(line.text) for line in text.lines]
        self.rows = rows
        self.flat = "\n".join(rows)
        self.starts: list[int] = []
        at = 0
        for row in rows:
            self.starts.append(at)
            at += len(row) + 1
        self._stops = [m.end() for m in _STOP.finditer(self.flat)]
        self.said: list[Said] = []
        end = 0
        alone: dict[int, bool] = {}
        for found in find(self.flat):
            if found.bare_start < end:
                continue
            self.said.append(self._place(found, end, alone))
            end = found.end

    def row_of(self, offset: int) -> int:
        """The index of the line that holds an offset of the flat text."""
        return bisect_right(self.starts, offset) - 1

    def span(self, begin: int, end: int) -> Span:
        """Offsets of the flat text as a place in the source."""
        row = self.row_of(begin)
        line, start = self.lines[row], self.starts[row]
        return Span(line.number, begin - start, max(begin - start, min(end - start, len(line.text))), line.page)

    def _sentence(self, offset: int) -> int:
        i = bisect_right(self._stops, offset)
        return self._stops[i - 1] if i else 0

    def _place(self, found: Found, previous: int, alone: dict[int, bool]) -> Said:
        row = self.row_of(found.bare_start)
        if row not in alone:
            alone[row] = is_bare(self.rows[row])
        sentence = self._sentence(found.start)
        begin = max(previous, sentence, found.start - 90)
        if is_short(self.rows[row]):
            begin = max(begin, self.starts[max(0, row - 3)])
        own = self.flat[begin : found.start].replace("\n", "")
        pieces = [p for p in _CLAUSE.split(own) if p.strip()]
        clause = pieces[-1].strip() if pieces and not own.rstrip().endswith(("，", ",")) else ""
        core = core_of(clause)
        stop = _STOP.search(self.flat, found.end, found.end + 16)
        after = self.flat[found.end : stop.start() if stop else found.end + 16].split("\n\n")[0]
        after = re.split(r"[，,、：:]|\d", after)[0].replace("\n", "").strip()
        direction = _direction(own)
        word = direction[1]
        kind = _kind(found, own, direction[0])
        quantity = Quantity(
            self.flat[found.start : found.end].replace("\n", ""),
            found.value,
            found.low,
            found.high,
            found.unit,
            found.dimension,
            found.scale,
            found.step,
            found.qualifier,
            kind,
            direction[0],
            word,
            self.span(found.start, found.end),
            self.span(found.bare_start, found.bare_end),
            len(self.said),
        )
        return Said(quantity, found.start, found.end, own, clause, core, after, row, sentence, alone[row])

    def context(self, said: Said, width: int = 90) -> str:
        """The words of the sentence or block so far."""
        begin = max(said.sentence, said.begin - width)
        return self.flat[begin : said.begin].replace("\n", "") + said.after

    def year(self, said: Said) -> str:
        """The last year that its sentence names before it, or an earlier date in words."""
        own = re.findall(r"上年|去年|年初|期初|上期|prior year|previous year|last year", said.own[-20:])
        years = _YEAR.findall(self.flat[max(said.sentence, said.begin - 160) : said.begin])
        return own[-1] if own else years[-1] if years else ""

    def within(self, first: int, last: int) -> list[Said]:
        """The quantities on the lines from one index to another."""
        low = bisect_left(self._rows_of_said, first)
        return self.said[low : bisect_right(self._rows_of_said, last)]

    def between(self, begin: int, end: int) -> list[Said]:
        """The quantities that touch a stretch of the flat text."""
        first = bisect_left(self._ends_of_said, begin)
        return [s for s in self.said[first : first + 4] if s.begin <= end]

    @cached_property
    def _ends_of_said(self) -> list[int]:
        return [s.end for s in self.said]

    @cached_property
    def _rows_of_said(self) -> list[int]:
        return [s.row for s in self.said]

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """All quantities with what they claim to measure."""
        result = []
        for said in self.said:
            subject = _SUBJECT.search(self.flat[max(said.sentence, said.begin - 60) : said.begin])
            result.append(
                Statement(
                    said.quantity,
                    said.core or core_of(said.own),
                    subject[0] if subject else "",
                    self.year(said),
                    said.quantity.kind,
                )
            )
        return tuple(result)


def is_short(row: str) -> bool:
    """Whether a line looks like a label or a value rather than running text."""
    return len(row) < 60 and len(row.strip()) < 24 and not re.search(r"[。；]", row)


def is_bare(row: str) -> bool:
    """Whether a line holds numbers (and dashes) only."""
    return bool(re.fullmatch(r"[\s\d.,()%/–—-]+", row)) and any(c.isdigit() for c in row)


def core_of(clause: str) -> str:
    """A clause without its openers and its verb.

    >>> core_of("截至2024年末本行制造业贷款余额共计"), core_of("绿色贷款余额跃升至")
    ('制造业贷款余额', '绿色贷款余额')
    """
    return _TAIL.sub("", _LEAD.sub("", clause.replace(" ", "") if _HAN.search(clause) else clause)).strip()


def _direction(own: str) -> tuple[int, str]:
    tail = own[-14:] if _HAN.search(own[-14:]) else own[-30:]
    tail = re.split(r"[，。,；]", tail)[-1]
    if re.search(
        r"(?:增|升|降|减|提高|增加|减少|下降|上升)[至到]|(?:increased|rose|fell|decreased|reduced|dropped) to\s*$", tail
    ):
        return 0, ""
    if re.search(r"(?:\bfrom|compared (?:to|with)|\bthan|由|从)\s*\S{0,4}\s*$", tail, re.I):
        return 0, ""
    last = None
    for m in DIRECTION.finditer(tail):
        last = m
    if last is None or len(tail) - last.end() > (8 if _HAN.search(tail) else 12):
        return 0, ""
    return (-1 if last["down"] else 1), last[0]


def _kind(found: Found, own: str, sign: int) -> Kind:
    if found.dimension == "point":
        return Kind.POINTS
    if found.dimension == "percent":
        if sign or VERSUS.search(own[-16:]):
            return Kind.GROWTH
        return Kind.SHARE if _SHARE.search(own[-30:]) else Kind.RATE
    if not found.dimension:
        return Kind.PLAIN
    return Kind.CHANGE if sign else Kind.AMOUNT
