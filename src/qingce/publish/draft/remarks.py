"""Word's comments: who said what, in answer to what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from docx.oxml.ns import qn
from lxml import etree

from qingce.core.errors import Refused
from qingce.publish.docx.xml import Node
from qingce.publish.draft.markdown import tidy

MOST = 1000
"""Comments of one file."""
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment.

    Attributes:
        id: in the file.
        author: as the file writes it; nobody vouches for it.
        at: as the file writes it, to the second.
        parent: the comment that it answers; empty where it begins a thread.
        done: it was marked as settled in Word.
    """

    id: str
    author: str
    at: str
    words: str
    parent: str = ""
    done: bool = False


def parsed(data: bytes) -> Node:
    """The root of an XML part; nothing outside it is fetched and no entity is expanded.

    Raises:
        Refused: it is not XML.
    """
    reader = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
                             remove_pis=True)
    try:
        return etree.fromstring(data, reader)
    except (etree.XMLSyntaxError, ValueError) as failed:
        raise Refused("没有收下：Word 文件已损坏，读不出内容；请重新另存一份再交。") from failed


def remarks(comments: bytes, extended: bytes) -> dict[str, Remark]:
    """The comments of a file by their ids, answers knowing what they answer.

    Args:
        extended: the part that says which comment answers which; empty where there is none.

    Raises:
        Refused: a part is damaged, or there are too many.
    """
    if not comments:
        return {}
    found: dict[str, Remark] = {}
    by_paragraph: dict[str, str] = {}
    for node in parsed(comments).iter(qn("w:comment")):
        id = node.get(qn("w:id"), "")
        lines = [_words(p) for p in node.iter(qn("w:p"))]
        when = _DATE.match(node.get(qn("w:date"), ""))
        found[id] = Remark(id, tidy(node.get(qn("w:author"), "")).strip()[:80], when[0] if when else "",
                           "\n".join(lines).strip())
        for p in node.iter(qn("w:p")):
            by_paragraph[p.get(f"{{{_W14}}}paraId", "")] = id
    if len(found) > MOST:
        raise Refused(f"没有收下：文件有 {len(found):,} 条批注，一份稿最多 {MOST:,} 条。")
    return _threaded(found, by_paragraph, extended)


def _threaded(found: dict[str, Remark], by_paragraph: Mapping[str, str], extended: bytes) -> dict[str, Remark]:
    for node in parsed(extended).iter(f"{{{_W15}}}commentEx") if extended else ():
        id = by_paragraph.get(node.get(f"{{{_W15}}}paraId", ""))
        if id is None:
            continue
        parent = by_paragraph.get(node.get(f"{{{_W15}}}paraIdParent", ""), "")
        done = node.get(f"{{{_W15}}}done", "0") in ("1", "true", "on")
        found[id] = replace(found[id], parent=parent if parent != id else "", done=done)
    return {id: replace(one, parent=_first(found, one)) for id, one in found.items()}


def _first(found: Mapping[str, Remark], one: Remark) -> str:
    """The beginning of a comment's thread; a circle has none."""
    seen = {one.id}
    at = one.parent
    while at in found and found[at].parent and at not in seen:
        seen.add(at)
        at = found[at].parent
    return at if at in found and at not in seen else ""


def _words(p: Node) -> str:
    out = ""
    for node in p.iter(qn("w:t"), qn("w:br"), qn("w:tab")):
        out += tidy(node.text or "") if node.tag == qn("w:t") else "\n" if node.tag == qn("w:br") else " "
    return out
