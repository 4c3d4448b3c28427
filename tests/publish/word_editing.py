"""Editing a draft as Word and WPS leave it: revisions, split runs, moved paragraphs, comments with answers."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from docx.oxml.ns import qn
from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
BODY = "word/document.xml"
WHEN = "2025-03-01T09:30:00Z"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
REGISTERED = {
    "[Content_Types].xml": "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{TYPE}.{part}+xml"/>'
        for part in ("comments", "commentsExtended")),
    "word/_rels/document.xml.rels": (
        '<Relationship Id="rC" Target="comments.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/comments"/><Relationship Id="rE" Target="commentsExtended.xml" '
        'Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended"/>'),
}
"""What a package says of its comments."""
Node = Any


def el(name: str, /, *children: Node, **attributes: str) -> Node:
    """``w:name`` with attributes of the same namespace."""
    made = etree.Element(qn(f"w:{name}"), {qn(f"w:{key}"): value for key, value in attributes.items()})
    made.extend(children)
    return made


def run(text: str, tag: str = "t") -> Node:
    """Words as a run."""
    words = el(tag)
    words.text = text
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return el("r", words)


class Opened:
    """A draft unfolded: its parts, and the way to its paragraphs and controls.

    Args:
        author: who makes the tracked changes.
    """

    def __init__(self, data: bytes, author: str = "张三") -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            self.files = {name: box.read(name) for name in box.namelist()}
        self.root = etree.fromstring(self.files[BODY])
        self.body = self.root.find(qn("w:body"))
        self.author = author
        self.comments: list[Node] = []
        self.links: list[tuple[str, str, bool]] = []
        self._ids = 900_000

    def save(self, more: Mapping[str, bytes] | None = None) -> bytes:
        """The file's bytes.

        Args:
            more: parts to put in beside the others, or in their place.
        """
        files = {**self.files, BODY: etree.tostring(self.root, encoding="UTF-8", xml_declaration=True, standalone=True)}
        if self.comments:
            files["word/comments.xml"] = etree.tostring(el("comments", *self.comments))
            links = "".join(
                f'<w15:commentEx w15:paraId="{own}"' + (f' w15:paraIdParent="{parent}"' if parent else "")
                + f' w15:done="{int(done)}"/>' for own, parent, done in self.links)
            files["word/commentsExtended.xml"] = f'<w15:commentsEx xmlns:w15="{W15}">{links}</w15:commentsEx>'.encode()
            for name, put in REGISTERED.items():
                head, end, tail = files[name].rpartition(b"</")
                files[name] = head + put.encode() + end + tail
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
            for name, content in {**files, **(more or {})}.items():
                box.writestr(name, content)
        return out.getvalue()

    # -- finding ----------------------------------------------------------------------------
    def paragraph(self, n: int) -> Node:
        """The paragraph of a part."""
        name = re.compile(rf"_qc_[0-9a-f]{{12}}_{n}_[0-9a-f]{{12}}")
        mark = next(m for m in self.root.iter(qn("w:bookmarkStart")) if name.fullmatch(m.get(qn("w:name"))))
        return next(a for a in mark.iterancestors(qn("w:p")))

    def with_words(self, words: str) -> Node:
        """The paragraph that begins with these words."""
        return next(p for p in self.body.iter(qn("w:p"))
                    if "".join(t.text or "" for t in p.iter(qn("w:t"))).startswith(words))

    def control(self, tag: str) -> Node:
        """The control of a number, by the beginning of its tag: ``qn:4.1:``."""
        return next(s for s in self.root.iter(qn("w:sdt"))
                    if s.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).startswith(tag))

    def _id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def _change(self, kind: str, *children: Node) -> Node:
        return el(kind, *children, id=self._id(), author=self.author, date=WHEN)

    def _mark(self, p: Node, kind: str) -> None:
        look = p.find(qn("w:pPr"))
        if look is None:
            look = el("pPr")
            p.insert(0, look)
        look.append(el("rPr", self._change(kind)))


class Word(Opened):
    """A draft open in Word, in which somebody works."""

    # -- changing words ---------------------------------------------------------------------
    def replace(self, n: int, old: str, new: str, *, tracked: bool = True) -> None:
        """Type over words of a part that stand in one run."""
        p = self.paragraph(n)
        target = next(r for r in p.findall(qn("w:r")) if old in "".join(t.text or "" for t in r.iter(qn("w:t"))))
        before, _, after = "".join(t.text or "" for t in target.iter(qn("w:t"))).partition(old)
        made = [run(before)] if before else []
        if tracked and old:
            made.append(self._change("del", run(old, "delText")))
        elif not tracked and not old:
            made = []
        if new:
            made.append(self._change("ins", run(new)) if tracked else run(new))
        if after:
            made.append(run(after))
        for node in made:
            target.addprevious(node)
        p.remove(target)

    def put(self, n: int, words: str, *, tracked: bool = True) -> None:
        """Type words at the end of a part."""
        p = self.paragraph(n)
        end = p.findall(qn("w:bookmarkEnd"))[-1]
        end.addprevious(self._change("ins", run(words)) if tracked else run(words))

    def clear(self, n: int, *, tracked: bool = True) -> None:
        """Delete all words of a part, or without tracking the paragraph itself."""
        p = self.paragraph(n)
        if not tracked:
            p.getparent().remove(p)
            return
        for r in list(p.findall(qn("w:r"))):
            for t in r.iter(qn("w:t")):
                t.tag = qn("w:delText")
            wrap = self._change("del")
            r.addprevious(wrap)
            wrap.append(r)
        self._mark(p, "del")

    def add(self, n: int, words: str, *, tracked: bool = True) -> Node:
        """A new paragraph behind a part."""
        made = el("p", self._change("ins", run(words)) if tracked else run(words))
        if tracked:
            self._mark(made, "ins")
        self.paragraph(n).addnext(made)
        return made

    def split(self, n: int, before: str) -> None:
        """Press Enter before some words of a part: the bookmark then ends in the second paragraph."""
        p = self.paragraph(n)
        target = next(r for r in p.findall(qn("w:r")) if before in "".join(t.text or "" for t in r.iter(qn("w:t"))))
        text = "".join(t.text or "" for t in target.iter(qn("w:t")))
        first, second = text.partition(before)[0], text[text.index(before):]
        rest = list(target.itersiblings())
        after = el("p", run(second), *rest)
        p.replace(target, run(first))
        p.addnext(after)

    def move(self, n: int, behind: int, *, tracked: bool = True) -> None:
        """Move a whole part; tracked as Word does it, where the bookmark stays with what is left."""
        p = self.paragraph(n)
        target = self.paragraph(behind)
        if not tracked:
            target.addnext(p)
            return
        moved = copy.deepcopy(p)
        for mark in [*moved.iter(qn("w:bookmarkStart")), *moved.iter(qn("w:bookmarkEnd"))]:
            mark.getparent().remove(mark)
        for kind, node in (("moveFrom", p), ("moveTo", moved)):
            self._wrap(node, kind)
        target.addnext(moved)

    def _wrap(self, p: Node, kind: str) -> None:
        number = self._id()
        inner = [c for c in p if c.tag in (qn("w:r"), qn("w:sdt"))]
        start = el(f"{kind}RangeStart", id=number, name="move1", author=self.author, date=WHEN)
        inner[0].addprevious(start)
        wrap = self._change(kind)
        inner[0].addprevious(wrap)
        wrap.extend(inner)
        wrap.addnext(el(f"{kind}RangeEnd", id=number))

    # -- numbers ----------------------------------------------------------------------------
    def retype(self, tag: str, words: str) -> None:
        """Type over a number, as a program that knows no locks lets one."""
        texts = list(self.control(tag).iter(qn("w:t")))
        texts[0].text = words
        for t in texts[1:]:
            t.text = ""

    def uncontrol(self) -> None:
        """Take every control away and leave what is in it."""
        for sdt in list(self.root.iter(qn("w:sdt"))):
            for node in list(sdt.find(qn("w:sdtContent"))):
                sdt.addprevious(node)
            sdt.getparent().remove(sdt)

    def unmark(self) -> None:
        """Take every bookmark and every number of a paragraph away."""
        for name in ("bookmarkStart", "bookmarkEnd"):
            for node in list(self.root.iter(qn(f"w:{name}"))):
                node.getparent().remove(node)
        for p in self.root.iter(qn("w:p")):
            p.attrib.pop(f"{{{W14}}}paraId", None)

    def noise(self) -> None:
        """Runs split into single characters, with the marks of revision sessions and of spelling."""
        for r in list(self.root.iter(qn("w:r"))):
            if [c.tag for c in r if c.tag != qn("w:rPr")] != [qn("w:t")]:
                continue
            for at, letter in enumerate(r.findtext(qn("w:t")) or ""):
                one = run(letter)
                one.set(qn("w:rsidR"), f"00{at:06X}")
                look = r.find(qn("w:rPr"))
                if look is not None:
                    one.insert(0, copy.deepcopy(look))
                r.addprevious(one)
                r.addprevious(el("proofErr", type="spellStart"))
            r.getparent().remove(r)
        for p in self.root.iter(qn("w:p")):
            p.set(qn("w:rsidR"), "00AB12CD")

    # -- comments ---------------------------------------------------------------------------
    def comment(self, n: int, words: str, *, author: str = "李四", answers: str = "", done: bool = False) -> str:
        """A comment on a part, or an answer to one; returns its number within the file."""
        number = str(len(self.comments))
        own = f"{0x5A000000 + len(self.comments):08X}"
        p = el("p", run(words))
        p.set(f"{{{W14}}}paraId", own)
        self.comments.append(el("comment", p, id=number, author=author, date=WHEN, initials="L"))
        parent = self.links[int(answers)][0] if answers else ""
        self.links.append((own, parent, done))
        at = self.paragraph(n)
        first = next(c for c in at if c.tag in (qn("w:r"), qn("w:sdt"), qn("w:ins"), qn("w:del")))
        first.addprevious(el("commentRangeStart", id=number))
        at.append(el("commentRangeEnd", id=number))
        at.append(el("r", el("commentReference", id=number)))
        return number


def edited(data: bytes, change: Callable[[Word], object]) -> bytes:
    """A draft after somebody's editing."""
    word = Word(data)
    change(word)
    return word.save()
