"""The Word file of a draft: paragraphs with keys, numbers that cannot be typed over, changes tracked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part as FilePart
from docx.oxml.ns import qn
from lxml import etree

from qingce.core.page import Break, Chart, Document, Heading, Page, Text
from qingce.publish.docx.blocks import Blocks
from qingce.publish.docx.package import Package
from qingce.publish.docx.xml import (
    CLAY,
    GREY,
    LATIN,
    LATIN_SANS,
    MIST,
    PAPER,
    SANS,
    TEAL,
    TITLE,
    Node,
    clean,
    edge,
    el,
    paragraph,
    run,
)
from qingce.publish.draft import source
from qingce.publish.draft.layout import Placed, layout, promised
from qingce.publish.draft.manifest import PARA_ID, SHORT, Drafted, Manifest, Printed, para_id

GUIDE = (
    "直接在正文里改。修订已经打开，增删都会留痕，请不要关闭；用 WPS 打开也一样。",
    "有底色的数字由系统计算，已锁定，改不动也不收改动。认为数字有误，请在旁边写批注。",
    "请不要手写新的数字；需要增加数字的，写批注说明要哪一项。",
    "表格、图表和要点数字供对照，不在这里改；有意见，在相邻段落写批注。",
    "可以增加、删除、移动整段。字体、字号、加粗等格式的改动不带回。",
    "改完存为 .docx（不要存成 .doc 或 PDF，不要设密码），在工作台“预览”中这一章的“Word 稿”里上传，或发给 ESG 办公室。",
)
"""How to use a draft, as its first page says."""
PROPERTIES = ("QingceProject", "QingcePage", "QingceDraft", "QingceEdition", "QingceFigures", "QingceChecksum")
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_NS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUE_NS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_AFTER_TRACKING = ("doNotTrackMoves", "doNotTrackFormatting", "documentProtection", "autoFormatOverride",
                   "styleLockTheme", "styleLockQFSet", "defaultTabStop")
"""Settings that stand behind the switch of tracking, in the order of the standard."""


def write(
    page: Page, text: str, document: Document, *, project: str, edition: str, draw: Callable[[Chart], bytes],
    issued: dt.date,
) -> tuple[Manifest, bytes]:
    """A page as a draft: what it promises, and the file.

    Args:
        page: bound; ``text`` its source.
        document: the report that it stands in.
        edition: what the report is at this moment, in words.
        draw: a chart as PNG.

    Raises:
        Refused: the page's bindings are wrong.
    """
    package = Package()
    blocks = Blocks(package, document, {}, draw, locked=True)
    placed = layout(page, text)
    drawn = {id(one): blocks.all(one.blocks) for one in placed}
    made = promised(page, placed, lambda one: words_in(drawn[id(one)]), project=project, report=document.title,
                    edition=edition)
    package.running(f"{document.title}　{page.title}　征求意见稿 {made.id}")
    writer = _Writer(made)
    head = paragraph([run(f"{page.number} {page.title}".strip())], style="Heading1", page_break=True)
    for number, line in enumerate([*_first_page(made, page), head]):
        package.add(*writer.keyed(f"_qh_{made.id}_{number}", [line]))
    for part, one in zip(made.parts, placed, strict=True):
        package.add(*writer.part(part, one, drawn[id(one)]))
    package.add(paragraph([], style="Remark"))
    _track(package)
    _properties(package, made)
    return made, package.save(title=f"{document.title}：{page.title}（征求意见稿）", author=document.organisation,
                              subject=made.id, issued=issued)


def words_in(nodes: Iterable[Node]) -> str:
    """The words of blocks, paragraph by paragraph, as they are compared when they come back."""
    lines = ("".join(t.text or "" for t in p.iter(qn("w:t"))) for node in nodes for p in node.iter(qn("w:p")))
    return "\n".join(line for line in lines if line.strip())


class _Writer:
    """Makes keys and controls; each has a number of its own."""

    def __init__(self, made: Manifest) -> None:
        self.made = made
        self.ids = count(100_000)  # controls of tables count from 1

    def part(self, part: Drafted, one: Placed, drawn: list[Node]) -> list[Node]:
        """A part under its key."""
        nodes = drawn if part.kind == source.BLOCK else [self._words(part, one)]
        return self.keyed(f"_qc_{self.made.id}_{part.n}_{part.hash[:SHORT]}", nodes, part.n)

    def keyed(self, name: str, nodes: list[Node], n: int = 0) -> list[Node]:
        """Blocks under a bookmark around the words of their first paragraph, a single one under a number as well.

        A control around whole paragraphs or tables would hold more firmly in Word, and a bookmark over several
        paragraphs would hold them all; but programs other than Word write back the words of such a control several
        times, and do not close such a bookmark.
        """
        paragraphs = [p for node in nodes for p in node.iter(qn("w:p"))]
        if paragraphs:
            number = next(self.ids)
            look = paragraphs[0].find(qn("w:pPr"))
            paragraphs[0].insert(0 if look is None else 1, el("bookmarkStart", id=number, name=name))
            paragraphs[0].append(el("bookmarkEnd", id=number))
            if n and len(paragraphs) == 1:
                paragraphs[0].set(PARA_ID, para_id(self.made.id, n))
        return nodes

    def _words(self, part: Drafted, one: Placed) -> Node:
        shown = iter(part.numbers)
        runs = [node for atom in part.atoms for node in self._atom(atom, shown)]
        match part.kind:
            case source.HEADING:
                level = one.words.level if isinstance(one.words, Heading) else 2
                return paragraph(runs, style=f"Heading{level}")
            case source.TITLE:
                return _boxed(paragraph(runs, indent=False, before=120, after=60, keep_next=True), strong=True)
            case source.ITEM:
                ordered = part.mark.strip()[:1].isdigit()
                return paragraph(runs, style="ListNumber" if ordered else "ListBullet", after=40)
        made = paragraph(runs, indent=True, align="both")
        return _boxed(made) if one.boxed else made

    def _atom(self, atom: source.Atom, shown: Iterator[Printed]) -> list[Node]:
        match atom:
            case Text(text=text, strong=strong, em=em, href=href):
                return [run(text, strong=strong, em=em, colour=TEAL if href else "")]
            case Break():
                return [el("r", [el("br")])]
            case source.Bound(strong=strong):
                number = next(shown)
                words = run(number.text, strong=strong)
                look = words.find(qn("w:rPr"))
                if look is None:
                    look = el("rPr")
                    words.insert(0, look)
                look.append(el("shd", val="clear", color="auto", fill="DCECEA"))
                look = el("sdtPr", [el("alias", val=clean(number.label)[:64]), el("tag", val=number.tag),
                                    el("id", val=next(self.ids)), el("lock", val="sdtContentLocked")])
                return [el("sdt", [look, el("sdtContent", [words])])]


def _boxed(made: Node, *, strong: bool = False) -> Node:
    """A paragraph as part of a box: a bar at its left, a ground of its own."""
    look = made.find(qn("w:pPr"))
    place = next((i for i, child in enumerate(look) if child.tag in (qn("w:spacing"), qn("w:ind"), qn("w:jc"))),
                 len(look))
    look.insert(place, el("shd", val="clear", color="auto", fill=PAPER))
    look.insert(place, el("pBdr", [edge("left", 24, CLAY)]))
    if strong:
        for one in made.iter(qn("w:r")):
            look = one.find(qn("w:rPr"))
            if look is None:
                look = el("rPr")
                one.insert(0, look)
            look.insert(0, el("b"))
    return made


def _first_page(made: Manifest, page: Page) -> Iterator[Node]:
    yield paragraph([run(made.report, size=14, east=SANS, latin=LATIN_SANS, colour=GREY)], indent=False, after=60)
    yield paragraph([run(f"{page.number} {page.title}".strip(), size=24, strong=True, east=TITLE, latin=LATIN,
                         colour=TEAL)], indent=False, after=60)
    yield paragraph([run("征求意见稿：文字可改，数字不改", size=14, east=SANS, latin=LATIN_SANS)], indent=False,
                    after=240)
    for number, words in enumerate(GUIDE, 1):
        yield paragraph([run(f"{number}.　", strong=True, colour=TEAL), run(words, size=11)], left=480, hanging=480,
                        after=100)
    yield paragraph([], indent=False)
    facts = (("报告", made.report), ("页", f"{made.title}（{made.page}）"), ("版本", made.edition),
             ("数字版次", made.figures), ("稿号", made.id), ("校验", made.checksum[:32]))
    for label, words in facts:
        line = paragraph([run(f"{label}　", size=9, colour=GREY, east=SANS, latin=LATIN_SANS),
                          run(words, size=9)], indent=False, after=0)
        look = line.find(qn("w:pPr"))
        look.insert(0, el("shd", val="clear", color="auto", fill=MIST))
        yield line


def _track(package: Package) -> None:
    settings = package.file.settings.element
    place = next((child for name in _AFTER_TRACKING for child in settings.findall(qn(f"w:{name}"))), None)
    if place is None:
        settings.append(el("trackRevisions"))
    else:
        place.addprevious(el("trackRevisions"))


def _properties(package: Package, made: Manifest) -> None:
    """The file's own properties, as Word shows them under its information."""
    values = (made.project, made.page, made.id, made.edition, made.figures, made.checksum)
    root = etree.Element(f"{{{_CUSTOM_NS}}}Properties", nsmap={None: _CUSTOM_NS, "vt": _VALUE_NS})
    for number, (name, value) in enumerate(zip(PROPERTIES, values, strict=True), 2):
        one = etree.SubElement(root, f"{{{_CUSTOM_NS}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        etree.SubElement(one, f"{{{_VALUE_NS}}}lpwstr").text = clean(value)
    written = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    whole = package.file.part.package
    part = FilePart(PackURI("/docProps/custom.xml"), _CUSTOM, written, whole)
    whole.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
