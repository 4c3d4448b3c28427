"""A brief as Word, in the order and with the cut of its printed side."""

from __future__ import annotations

from qingce.publish.brief import Brief, Headline, Section
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import (
    GREY,
    HAIR,
    LATIN_SANS,
    MIST,
    SANS,
    TEAL,
    Node,
    cell,
    edge,
    paragraph,
    row,
    run,
    table,
)

_SIZE = 9


def render_brief(brief: Brief) -> bytes:
    """The brief as Word; the same brief gives the same bytes."""
    package = Package(margins=(14, 17))
    package.add(_line([_run(f"{brief.organisation}　", colour=GREY), _run(f"呈{brief.audience}", strong=True),
                       _run(f"　报告期 {brief.period}　截至 {brief.day:%Y-%m-%d}", colour=GREY)]),
                _line([_run(brief.title, size=16, strong=True, colour=TEAL)], after=60))
    if brief.headline:
        package.add(_figures(brief.headline, package.width))
    for one in brief.sections:
        package.add(*_section(one, package.width))
    package.add(_line([_run(brief.basis, size=7.5, colour=GREY)], before=120))
    return package.save(title=f"{brief.title}（{brief.audience}）", author=brief.organisation, subject="会议简报",
                        issued=brief.day)


def _run(text: str, *, size: float = _SIZE, strong: bool = False, colour: str = "") -> Node:
    return run(text, size=size, strong=strong, colour=colour, east=SANS, latin=LATIN_SANS)


def _line(runs: list[Node], *, before: int = 0, after: int = 0, align: str = "") -> Node:
    return paragraph(runs, style="Cell", indent=False, before=before, after=after, align=align)


def _figures(lines: tuple[Headline, ...], width: int) -> Node:
    widths = [round(width * share / 100) for share in (43, 21, 21, 15)]
    rows = [row([cell([_line([_run(text, strong=True, colour=TEAL)], align="right" if n else "left")], widths[n],
                      fill=MIST) for n, text in enumerate(("关键数值", "本期", "上年", "增减"))], head=True)]
    rows += [row([cell([_line([_run(text, strong=n == 1)], align="right" if n else "left")], widths[n])
                  for n, text in enumerate((one.label, one.now, one.before, one.change))]) for one in lines]
    edges = [edge("top", 8, TEAL), edge("bottom", 8, TEAL), edge("insideH", 3, HAIR)]
    return table(rows, widths, margins=(20, 70), edges=edges)


def _section(one: Section, width: int) -> list[Node]:
    made = [_line([_run(one.title, size=10, strong=True, colour=TEAL)], before=110, after=20)]
    if one.lead:
        made.append(_line([_run(one.lead)], after=20))
    if one.entries:
        widths = [round(width * 0.11), width - round(width * 0.11)]
        rows = [row([cell([_line([_run(entry.mark, strong=True, colour=TEAL)])], widths[0], valign="top"),
                     cell([_line([_run(entry.words)])], widths[1], valign="top")]) for entry in one.entries]
        made.append(table(rows, widths, margins=(12, 50), edges=[edge("insideH", 2, HAIR)]))
    elif one.none:
        made.append(_line([_run(one.none, colour=GREY)]))
    if one.rest:
        made.append(_line([_run(one.rest, colour=GREY)]))
    return made
