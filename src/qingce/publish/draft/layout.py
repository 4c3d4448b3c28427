"""The parts of a page's source beside the blocks that they were bound to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from qingce.core.errors import Refused
from qingce.core.page import Block, Box, Break, Bullets, Heading, Number, Page, Paragraph, Said, Text
from qingce.publish.draft.manifest import SHORT, Drafted, Manifest, Printed
from qingce.publish.draft.source import BLOCK, HEADING, TITLE, Bound, Part, merged, parts
from qingce.publish.pdf.tree import number_text

_TAG = 64
"""Word takes no longer tag for a control."""


@dataclass
class Placed:
    """A part with what it became.

    Attributes:
        words: the heading, paragraph or box whose title it is; nothing for a block.
        blocks: of a block's part what is shown in its place.
        boxed: it stands in a box.
        paragraph: its number among running paragraphs, as comments count them; 0 where it is none.
    """

    part: Part
    words: Heading | Paragraph | Box | None = None
    blocks: list[Block] = field(default_factory=list)
    boxed: bool = False
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class _Found:
    block: Block
    boxed: bool
    paragraph: int


def layout(page: Page, text: str) -> list[Placed]:
    """Each part of a page's source with the blocks it was bound to.

    Args:
        page: bound; ``text`` its source.

    Raises:
        Refused: the page does not read as its source says, because a binding in it is wrong or it was just changed.
    """
    found = list(_counted(page.blocks))
    made: list[Placed] = []
    at = 0
    for part in parts(text):
        if part.kind == BLOCK:
            made.append(Placed(part))
            continue
        gap = at
        while at < len(found) and not _reads_as(found[at].block, part):
            at += 1
        if at == len(found):
            raise Refused(f"“{part.source[:24]}”不能成稿：请先改正这一页有待改正的地方，再发 Word 稿。")
        _fill(made, found[gap:at])
        one = found[at]
        assert isinstance(one.block, Heading | Paragraph | Box)
        number = one.paragraph if isinstance(one.block, Paragraph) else 0
        made.append(Placed(part, one.block, boxed=one.boxed, paragraph=number))
        at += 1
    _fill(made, found[at:])
    return made


def _counted(blocks: Sequence[Block]) -> Iterator[_Found]:
    count = 0
    for block, boxed in _flat(blocks, False):
        count += isinstance(block, Paragraph)
        yield _Found(block, boxed, count)


def _flat(blocks: Sequence[Block], boxed: bool) -> Iterator[tuple[Block, bool]]:
    for block in blocks:
        match block:
            case Box(title=title, blocks=inner):
                if title:
                    yield block, True
                yield from _flat(inner, True)
            case Bullets(items=items):
                for item in items:
                    yield from _flat(item, boxed)
            case _:
                yield block, boxed


def _reads_as(block: Block, part: Part) -> bool:
    if isinstance(block, Box):
        return part.kind == TITLE and [Text(block.title)] == list(part.atoms)
    if not isinstance(block, Heading | Paragraph) or isinstance(block, Heading) != (part.kind == HEADING):
        return False
    shape = [a if isinstance(a, Text) else type(a) is Break for a in part.atoms]
    other = [a if isinstance(a, Text) else type(a) is Break for a in merged(
        Bound(a.text) if isinstance(a, Number | Said) else a for a in block.line)]
    return part.kind != TITLE and shape == other


def _fill(made: list[Placed], between: Sequence[_Found]) -> None:
    """Give blocks to the parts that made them: one each where there are as many, else all to the last."""
    waiting: list[Placed] = []
    for placed in reversed(made):
        if placed.part.kind != BLOCK:
            break
        waiting.insert(0, placed)
    makers = [placed for placed in waiting if "caption(" not in placed.part.source] or waiting
    blocks = [one.block for one in between]
    if len(makers) == len(blocks):
        for placed, block in zip(makers, blocks, strict=True):
            placed.blocks.append(block)
    elif makers:
        makers[-1].blocks += blocks


# -- the promise ------------------------------------------------------------------------------------
def promised(
    page: Page, placed: Sequence[Placed], shown: Callable[[Placed], str], *, project: str, report: str, edition: str
) -> Manifest:
    """What a draft of a page promises.

    Args:
        shown: the words of a block as Word holds them.
    """
    made = list(_near([_drafted(n, one, shown(one)) for n, one in enumerate(placed, 1)]))
    told = json.dumps([[p.figure, p.text] for d in made for p in d.numbers], ensure_ascii=False)
    figures = hashlib.sha256(told.encode()).hexdigest()[:SHORT]
    return Manifest(project, report, page.slug, page.title, page.file, edition, figures, tuple(made))


def _drafted(n: int, one: Placed, shown: str) -> Drafted:
    part = one.part
    line = one.words.line if isinstance(one.words, Heading | Paragraph) else ()
    bound = [node for node in line if isinstance(node, Number | Said)]
    return Drafted(n, part.kind, part.source, part.mark, part.editable, one.paragraph, part.atoms,
                   tuple(_printed(n, k, node) for k, node in enumerate(bound, 1)), shown)


def _printed(n: int, k: int, node: Number | Said) -> Printed:
    figure = node.figures[0] if isinstance(node, Number) and node.figures else ""
    label = node.label if isinstance(node, Number) else f"引自{node.source}"
    tag = f"qn:{n}.{k}:{figure}"
    if len(tag) > _TAG:
        tag = f"qn:{n}.{k}:{hashlib.sha256(figure.encode()).hexdigest()[:16]}"
    return Printed(tag, figure, label, number_text(node.text))


def _near(made: Sequence[Drafted]) -> Iterator[Drafted]:
    """Parts without a number for comments take that of the running paragraph before or, at the top, after them."""
    last = next((d.paragraph for d in made if d.paragraph), 0)
    for one in made:
        last = one.paragraph or last
        yield replace(one, paragraph=last)
