"""Pages: Markdown with bindings becomes the neutral document tree.

What people write wrongly becomes a finding with the page's file and line; the page goes on, so
that one look shows all that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from qingce.core.check import Finding
from qingce.core.errors import QingceError
from qingce.core.page import (
    Block,
    Box,
    Break,
    Bullets,
    Heading,
    Inline,
    Kpi,
    Kpis,
    Line,
    Page,
    Paragraph,
    Said,
    Table,
    Text,
)
from qingce.publish.bind import Binder, Call, number
from qingce.publish.front import FrontError, read_front
from qingce.publish.slips import BOXES, Slip, in_blocks, in_words
from qingce.publish.voice import CHINESE, Voice

MakeBlock = Callable[[Call, Binder], tuple[Block, ...]]
_TOTALS = ("合计", "总计", "小计")
_LINKS = re.compile(r"(?:https?|mailto):|[\w-]+\.html(?:#[\w-]*)?$|#[\w-]+$")


def _binding_rule(state: StateInline, silent: bool) -> bool:
    """Markdown rule: ``{{ … }}`` is one node, whatever characters stand inside."""
    if not state.src.startswith("{{", state.pos):
        return False
    end = state.src.find("}}", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        token = state.push("binding", "", 0)
        token.content = state.src[state.pos + 2 : end].strip()
    state.pos = end + 2
    return True


def parsed(text: str) -> list[SyntaxTreeNode]:
    """The top-level nodes of Markdown with bindings and containers."""
    return SyntaxTreeNode(parser().parse(text)).children


@cache
def parser() -> MarkdownIt:
    """The Markdown of pages: tables, boxes and bindings, no markup."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table").use(front_matter_plugin)
    for name in BOXES:
        made = made.use(container_plugin, name)
    made.core.ruler.after("block", "slips", in_blocks)
    made.inline.ruler.before("emphasis", "binding", _binding_rule)
    return made


@dataclass
class PageReader:
    """Reads one page.

    Args:
        binder: answers bindings; pages that name an org or period of their own get one of theirs.
        block: makes the blocks of calls that stand alone (tables, charts, indexes, forms).
        voice: the language of the page.
    """

    binder: Binder
    block: MakeBlock
    voice: Voice = CHINESE
    findings: list[Finding] = field(default_factory=list)
    _file: str = ""
    _line: int = 0
    _caption: str = ""
    _slug: str = ""
    _heads: int = 0
    _above: int = 0

    def read(self, path: Path, name: str) -> Page | None:
        """The page of a file; nothing where its front matter cannot be used.

        Args:
            name: how findings call the file.
        """
        self.begin("", name)
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as exc:
            self._wrong("page_encoding", f"不是 UTF-8 文本（第 {exc.start} 字节）。", "另存为 UTF-8。")
            return None
        nodes = parsed(text)
        try:
            front = read_front(nodes[0].content if nodes and nodes[0].type == "front_matter" else "", self._wrong)
        except FrontError as exc:
            self._wrong(exc.rule, exc.reason, exc.advice)
            return None
        self.begin(front["slug"], name)
        if all(node.type == "front_matter" for node in nodes):
            self._wrong("page_empty", "这一页只有页首，没有正文。", "写上正文；暂不需要的页，从 pages 中移走。")
        with self.bound_for(front):
            blocks = self.blocks(nodes)
        return Page(front["slug"], front["title"], blocks, front.get("part", ""), front.get("part_title", ""),
                    front.get("number", ""), name)

    def begin(self, slug: str, name: str) -> None:
        """Start a page anew; its blocks may then be read piece by piece."""
        self._file, self._line, self._caption, self._heads, self._slug = name, 1, "", 0, slug

    @contextmanager
    def bound_for(self, front: Mapping[str, str]) -> Iterator[None]:
        """Inside, bare names stand for the org and period that a page's front matter names."""
        usual = self.binder
        self.binder = Binder(usual.source, front.get("org") or usual.org, front.get("period") or usual.period)
        yield
        self.binder = usual

    def blocks(self, nodes: Sequence[SyntaxTreeNode], above: int = 0) -> tuple[Block, ...]:
        """The blocks of Markdown; ``above`` lines of the file stand before it."""
        self._above = above
        return tuple(b for node in nodes if node.type != "front_matter" for b in self._blocks(node))

    # -- blocks -----------------------------------------------------------------------------
    def _blocks(self, node: SyntaxTreeNode) -> tuple[Block, ...]:
        if node.map:
            self._line = node.map[0] + 1 + self._above
        self._slipped(node.meta.get("slips", ()))
        match node.type:
            case "heading":
                self._heads += 1
                level = min(max(int(node.tag[1:]), 2), 4)
                return (Heading(level, self._inline(node.children[0]), f"{self._slug}-{self._heads}"),)
            case "paragraph":
                return self._paragraph(node.children[0])
            case "bullet_list" | "ordered_list":
                items = tuple(
                    tuple(b for child in item.children for b in self._blocks(child)) for item in node.children
                )
                return (Bullets(items, node.type == "ordered_list"),)
            case "table":
                return (self._table(node),)
            case "container_kpis":
                return (self._kpis(node),)
            case "container_case" | "container_note":
                kind = node.type.removeprefix("container_")
                title = node.info.strip().removeprefix(kind).strip()
                return (Box(kind, title, tuple(b for child in node.children for b in self._blocks(child))),)
            case "blockquote":
                return (Box("note", "", tuple(b for child in node.children for b in self._blocks(child))),)
            case "hr":
                return ()
        self._wrong("page_markdown", f"这里不能用 {node.type}。", "用段落、列表、表格、标题和 ::: 区块。")
        return ()

    def _paragraph(self, inline: SyntaxTreeNode) -> tuple[Block, ...]:
        alone = [c for c in inline.children if c.type != "softbreak"]
        if alone and all(c.type == "binding" for c in alone):
            calls = [self._call(c.content) for c in alone]
            if all(call is not None for call in calls):
                return tuple(b for call in calls if call is not None for b in self._made(call))
        line = self._inline(inline)
        return (Paragraph(line),) if line else ()

    def _call(self, expression: str) -> Call | None:
        try:
            made = self.binder.read(expression)
        except QingceError:
            return None  # reported where the paragraph is read as text
        return made if isinstance(made, Call) and made.name != "said" else None

    def _made(self, call: Call) -> tuple[Block, ...]:
        if call.name == "caption":
            self._caption = str(call.args[0]) if call.args else ""
            return ()
        try:
            return self.block(call, self.binder)
        except QingceError as exc:
            self._wrong("page_block", f"{call.name}(…)：{exc}", "改正区块的参数。")
            return ()
        except TypeError as exc:
            self._wrong("page_block", f"{call.name}(…) 的参数不对：{exc}", "查看文档中该区块的参数。")
            return ()

    def _table(self, node: SyntaxTreeNode) -> Table:
        head, *body = node.children
        cells = head.children[0].children
        aligns = tuple(_align(c) for c in cells)
        header = tuple(self._cell(c) for c in cells)
        rows = tuple(tuple(self._cell(c) for c in row.children) for part in body for row in part.children)
        caption, self._caption = self._caption, ""
        total = bool(rows) and bool(rows[-1]) and _plain(rows[-1][0]).startswith(_TOTALS)
        return Table(header, rows, aligns, caption, total=total)

    def _cell(self, node: SyntaxTreeNode) -> Line:
        return self._inline(node.children[0]) if node.children else ()

    def _kpis(self, node: SyntaxTreeNode) -> Kpis:
        items = []
        for inline in [i for i in node.walk() if i.type == "inline"]:
            for part in _split(self._inline(inline), lambda n: isinstance(n, Break)):
                columns = _columns(part)
                if len(columns) < 2:
                    self._wrong("page_kpis", "kpis 区块的每行写成：名称 | 数值 | 说明。", "用竖线分开。")
                    continue
                items.append(Kpi(_plain(columns[0]), columns[1], columns[2] if len(columns) > 2 else ()))
        return Kpis(tuple(items))

    # -- inline -----------------------------------------------------------------------------
    def _inline(self, node: SyntaxTreeNode) -> Line:
        found: list[Inline] = []
        in_kpis = any(p.type == "container_kpis" for p in _ancestors(node))
        self._walk(node, found, False, False, "", in_kpis)
        words = "".join(n.text if isinstance(n, Text) else "□" for n in found)
        self._slipped(in_words(words, self.voice))
        return tuple(_joined(found))

    def _walk(self, node: SyntaxTreeNode, out: list[Inline], strong: bool, em: bool, href: str, breaks: bool) -> None:
        for child in node.children:
            match child.type:
                case "text" | "code_inline":
                    out.append(Text(child.content, strong, em, href))
                case "binding":
                    out.append(self._bound(child.content, strong))
                case "strong":
                    self._walk(child, out, True, em, href, breaks)
                case "em":
                    self._walk(child, out, strong, True, href, breaks)
                case "link":
                    target = str(child.attrs.get("href", ""))
                    if not _LINKS.match(target):
                        self._wrong("page_link", f"链接 {target!r} 不允许。",
                                    "只用 https、mailto 或本报告的页面。", target)
                        target = ""
                    self._walk(child, out, strong, em, target, breaks)
                case "softbreak":
                    # Chinese lines join without a space
                    out.append(Break() if breaks else Text(self.voice.seam, strong, em, href))
                case "hardbreak":
                    out.append(Break())
                case "image":
                    self._wrong("page_image", "页面不能放图片文件。", "用 chart(…) 从数据作图。")
                case _:
                    self._walk(child, out, strong, em, href, breaks)

    def _bound(self, expression: str, strong: bool) -> Inline:
        try:
            made = self.binder.read(expression)
            if not isinstance(made, Call):
                return number(made, expression, strong, self.voice)
            if made.name == "said":
                return Said(str(made.args[0]), str(made.kwargs["source"]))
            self._wrong("page_binding", f"{made.name}(…) 要单独成段。", "前后各空一行。", expression)
        except KeyError:
            self._wrong("page_binding", "said(…) 要写明 source。", 'said("41 个", source="出处")', expression)
        except (QingceError, IndexError) as exc:
            self._wrong("page_binding", f"{{{{ {expression} }}}}：{exc}", "改正绑定。", expression)
        return Text("〔？〕", strong)

    def _wrong(self, rule: str, reason: str, advice: str, value: str = "") -> None:
        self._slipped([Slip(rule, reason, advice, value)])

    def _slipped(self, slips: Iterable[Slip]) -> None:
        self.findings += [slip.found(self._file, self._line, self._above) for slip in slips]


def _ancestors(node: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    found, current = [], node.parent
    while current is not None and not current.is_root:
        found.append(current)
        current = current.parent
    return found


def _align(node: SyntaxTreeNode) -> str:
    style = str(node.attrs.get("style", ""))
    return "right" if "right" in style else "center" if "center" in style else "left"


def _plain(line: Line) -> str:
    return "".join(n.text for n in line if not isinstance(n, Break)).strip()


def _split(line: Line, at: Callable[[Inline], bool]) -> list[Line]:
    parts: list[list[Inline]] = [[]]
    for node in line:
        if at(node):
            parts.append([])
        else:
            parts[-1].append(node)
    return [tuple(p) for p in parts if p]


def _columns(line: Line) -> list[Line]:
    columns: list[list[Inline]] = [[]]
    for node in line:
        if not isinstance(node, Text):
            columns[-1].append(node)
            continue
        for i, piece in enumerate(node.text.split("|")):
            if i:
                columns.append([])
            columns[-1].append(Text(piece, node.strong, node.em, node.href))
    return [_stripped(column) for column in columns]


def _stripped(column: list[Inline]) -> Line:
    """The column without the blanks around the bars; those beside a number stay."""
    if column and isinstance(column[0], Text):
        column[0] = replace(column[0], text=column[0].text.lstrip())
    if column and isinstance(column[-1], Text):
        column[-1] = replace(column[-1], text=column[-1].text.rstrip())
    return tuple(node for node in column if not isinstance(node, Text) or node.text)


def _joined(nodes: list[Inline]) -> list[Inline]:
    """Neighbouring words of one style as one node; empty ones gone."""
    out: list[Inline] = []
    for node in nodes:
        last = out[-1] if out else None
        if isinstance(node, Text) and isinstance(last, Text) and (
            (node.strong, node.em, node.href) == (last.strong, last.em, last.href)
        ):
            out[-1] = Text(last.text + node.text, node.strong, node.em, node.href)
        elif not (isinstance(node, Text) and not node.text):
            out.append(node)
    return out

