"""Papers beside the report: the sign-off matrix in the layout that banks issue, and comparisons of editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import (
    GREY,
    HAIR,
    INK,
    LATIN,
    LATIN_SANS,
    MIST,
    SANS,
    TEAL,
    TITLE,
    Node,
    cell,
    edge,
    el,
    paragraph,
    row,
    run,
    table,
)
from qingce.publish.matrix import Matrix

_SONG = "仿宋"
Parts = Sequence[tuple[str, bool]]


def render_matrix(matrix: Matrix) -> bytes:
    """The matrix as Word, A4 on its side; the same matrix gives the same bytes."""
    package = Package(landscape=True, margins=(20, 18))
    package.running(f"{matrix.organisation}　{matrix.title}")
    package.add(
        paragraph([run("附件", size=14, east="黑体")], indent=False, after=60),
        paragraph([run(matrix.organisation, size=18, east=TITLE, latin=LATIN)], align="center", indent=False, after=0),
        paragraph([run(matrix.title, size=22, east=TITLE, latin=LATIN)], align="center", indent=False, after=160),
    )
    widths = _widths(package.width, matrix.widths)
    rows = [row([_head(text, widths[i]) for i, text in enumerate(matrix.heads)], head=True, height=520)]
    for number, line in enumerate(matrix.rows):
        if number in matrix.groups:
            rows.append(row([_group(matrix.groups[number], sum(widths), len(widths))]))
        rows.append(row([_plain(text, widths[i], centred=i not in (1, 2)) for i, text in enumerate(line)]))
    edges = [edge(side, 8 if side in ("top", "bottom", "left", "right") else 4, INK)
             for side in ("top", "left", "bottom", "right", "insideH", "insideV")]
    package.add(table(rows, widths, margins=(40, 70), edges=edges))
    for words in matrix.remarks:
        package.add(paragraph([run(words, size=9.5, east=_SONG)], indent=False, before=60, after=0))
    package.add(*_signs(matrix.signs, package.width))
    return package.save(title=matrix.title, author=matrix.organisation, subject="责任分工表", issued=matrix.issued)


def _widths(width: int, wanted: Sequence[float]) -> list[int]:
    return [round(width * share / sum(wanted)) for share in wanted]


def _head(text: str, width: int) -> Node:
    return cell([paragraph([run(text, size=10, strong=True, east=SANS, latin=LATIN_SANS)], style="Cell",
                           align="center", indent=False)], width, fill="F2F2F2")


def _plain(text: str, width: int, *, centred: bool) -> Node:
    return cell([paragraph([run(text, size=9, east=_SONG)], style="Cell", align="center" if centred else "left",
                           indent=False)], width)


def _group(text: str, width: int, span: int) -> Node:
    return cell([paragraph([run(text, size=9.5, strong=True, east=SANS, latin=LATIN_SANS)], style="Cell",
                           indent=False, keep_next=True)], width, fill="FAFAFA", span=span)


def _signs(signs: Sequence[str], width: int) -> list[Node]:
    each = width // max(len(signs), 1)
    cells = [cell([paragraph([run(f"{sign}：", size=10.5, east=_SONG)], style="Cell", indent=False)], each)
             for sign in signs]
    gap = paragraph([], style="Remark", before=160, after=0)
    return [gap, table([row(cells, height=560)], [each] * len(signs), margins=(60, 60)),
            paragraph([], style="Remark", before=0, after=0)]


# -- comparisons ------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a comparison: lines of a label and two sides; a side that is missing is ``None``."""

    title: str
    heads: tuple[str, str, str]
    lines: Sequence[tuple[str, Parts | None, Parts | None]]


def render_comparison(title: str, organisation: str, lead: Sequence[str], sheets: Sequence[Sheet],
                      issued: dt.date) -> bytes:
    """A comparison as Word: what is gone is struck through, what is new is underlined."""
    package = Package(landscape=True, margins=(20, 18))
    package.running(title)
    package.add(paragraph([run(title, size=20, east=TITLE, latin=LATIN)], align="center", indent=False, after=120))
    for words in lead:
        package.add(paragraph([run(words, size=9.5, colour=GREY)], indent=False, after=0))
    for sheet in sheets:
        package.add(paragraph([run(sheet.title)], style="Heading2"))
        if not sheet.lines:
            package.add(paragraph([run("没有差异。")], indent=False))
            continue
        widths = _widths(package.width, (2.2, 4, 4))
        rows = [row([_side_head(text, widths[i]) for i, text in enumerate(sheet.heads)], head=True)]
        rows += [row([_side(((label, False),), widths[0], ""), _side(old, widths[1], "strike"),
                      _side(new, widths[2], "u")]) for label, old, new in sheet.lines]
        edges = [edge("top", 10, TEAL), edge("bottom", 10, TEAL), edge("insideH", 3, HAIR), edge("insideV", 3, HAIR)]
        package.add(table(rows, widths, edges=edges))
    package.add(paragraph([], style="Remark"))
    return package.save(title=title, author=organisation, subject="版本对照", issued=issued)


def _side_head(text: str, width: int) -> Node:
    return cell([paragraph([run(text, size=9, strong=True, east=SANS, latin=LATIN_SANS, colour=TEAL)], style="Cell",
                           indent=False)], width, fill=MIST)


def _side(parts: Parts | None, width: int, mark: str) -> Node:
    if parts is None:
        return cell([paragraph([run("—", size=9, colour=GREY)], style="Cell", indent=False)], width)
    runs = []
    for text, changed in parts:
        made = run(text, size=9, colour={"strike": "96491F", "u": TEAL}.get(mark, "") if changed else "")
        if changed and mark:
            look = made.find("{*}rPr")
            if mark == "strike":
                look.insert(0, el("strike"))
            else:
                look.append(el("u", val="single"))
        runs.append(made)
    return cell([paragraph(runs, style="Cell", indent=False)], width, valign="top")
