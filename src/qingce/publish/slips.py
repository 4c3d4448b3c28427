"""Slips (笔误): marks of the page's language that came to nothing, and numbers that nothing ties.

Markdown never refuses: an unclosed box takes in the rest of the page, a cell too many is dropped. Who reads the
print would not see that something is lacking, so that each of these is told to whoever wrote the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from qingce.core.check import Finding, Place, Severity, Status
from qingce.publish.voice import Voice

BOXES = ("kpis", "case", "note")
_WHOLE = re.compile(r"\{\{.*?\}\}")
_BAR = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Slip:
    """Something written wrongly.

    Attributes:
        mark: the words themselves.
        line: where the block it stands in knows better than its beginning, counted from 0.
    """

    rule: str
    reason: str
    advice: str
    mark: str = ""
    severity: Severity = Severity.ERROR
    line: int | None = None

    def found(self, file: str, line: int, above: int) -> Finding:
        """The finding of a slip in the block that begins at ``line``; ``above`` lines stand before the text read."""
        row = line if self.line is None else self.line + 1 + above
        place = Place(file=file, row=row, value=self.mark)
        return Finding(self.rule, Status.FAIL, self.severity, self.reason, place=place, advice=self.advice)


_MARKS = (
    (re.compile(r"\{\{.{0,30}|.{0,30}\}\}"),
     Slip("page_binding", "绑定的花括号不成对", "写成 {{ 指标名 }}，前后各两个花括号。")),
    (re.compile(r"^#{1,6}[^#\s\d].{0,20}"),
     Slip("page_markdown", "标题的 # 后面少一个空格", "写成“## 标题”。")),
    (re.compile(r":::\s?\w*"),
     Slip("page_markdown", "没有这种区块，或区块没有写对",
          "写成 ::: kpis、::: case 标题 或 ::: note 标题，单独一行，最后一行写 :::。")),
    (re.compile(r"^\|[^|]*\|.{0,20}"),
     Slip("page_markdown", "这些竖线没有成为表格", "表头下面一行写 |---|---|，格数与表头相同；表格前后各空一行。")),
)


def in_words(words: str, voice: Voice) -> Iterator[Slip]:
    """What is wrong with the words of a line, bound numbers taken out.

    >>> from qingce.publish.voice import CHINESE
    >>> [s.mark for s in in_words("余额 {{ green 亿元", CHINESE)], [s.mark for s in in_words("写 {{ 指标 }}", CHINESE)]
    (['{{ green 亿元'], [])
    >>> [s.mark for s in in_words("##标题", CHINESE)], [s.mark for s in in_words("::: kpi 某某", CHINESE)]
    (['##标题'], ['::: kpi'])
    """
    rest = _WHOLE.sub("", words)
    for pattern, slip in _MARKS:
        if found := pattern.search(rest):
            mark = found[0].strip()
            yield Slip(slip.rule, f"{slip.reason}：{mark}", slip.advice, mark)
    for number in voice.naked(words):
        yield Slip("naked_number", f"手写的数字“{number}”没有对应任何指标。",
                   '改为绑定 {{ 指标名 }}；确属引用的，写成 {{ said("…", source="…") }}。', number)
    for number in voice.doubtful(words):
        yield Slip("doubtful_number", f"“{number}”可能是手写的数字，没有对应任何指标。",
                   '不是数字的不必处理；是数字的，绑定 {{ 指标名 }}，或写成 {{ said("…", source="…") }}。', number,
                   Severity.NOTE)


def in_blocks(state: StateCore) -> None:
    """Markdown rule: what blocks pass over in silence, noted with the block under ``slips``."""
    lines = state.src.split("\n")
    around: list[Token] = []
    for n, token in enumerate(state.tokens):
        if token.type == "table_open":
            heads = sum(t.type == "th_open" for t in _of_table(state.tokens, n))
            token.meta["slips"] = _uneven(token, lines, heads)
        elif token.type.startswith("container_") and token.nesting > 0:
            if open_box := _unclosed(token, lines, around[-1] if around else None):
                open_box.meta["slips"] = [_open(open_box)]
            around.append(token)
        elif token.type.startswith("container_"):
            around.pop()


def _unclosed(token: Token, lines: list[str], around: Token | None) -> Token | None:
    """The box that lacks its end: this one, or the one around it, which took the end of this one."""
    assert token.map is not None
    last = token.map[1]
    if around is not None and around.map is not None and around.map[1] == last:
        return around if len(around.markup) <= len(token.markup) else token
    closing = rf"[>\s]*:{{{len(token.markup)},}}\s*"
    return None if last < len(lines) and re.fullmatch(closing, lines[last]) else token


def _open(box: Token) -> Slip:
    head = box.info.strip()
    return Slip("page_markdown", f"区块“::: {head}”没有结束，后面的内容都会归入这个区块。",
                "在区块最后另起一行写 :::，再写后面的内容。", head)


def _uneven(token: Token, lines: list[str], columns: int) -> list[Slip]:
    assert token.map is not None
    found = []
    for n in range(token.map[0] + 2, token.map[1]):
        line = lines[n].strip().lstrip("> ").strip()
        cells = len(_BAR.split(line.removeprefix("|").removesuffix("|")))
        if cells == columns:
            continue
        lost = "多出的不会印出来" if cells > columns else "缺的印成空格"
        found.append(Slip("page_table", f"表格这一行有 {cells} 格，表头有 {columns} 格，{lost}。",
                          "每行的格数与表头相同；没有内容的格也要有竖线；文字里的竖线写成 \\|。", line[:40], line=n))
    return found


def _of_table(tokens: list[Token], start: int) -> Iterator[Token]:
    for token in tokens[start:]:
        yield token
        if token.type == "thead_close":
            return
