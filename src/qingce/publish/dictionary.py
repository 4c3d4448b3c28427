"""The data dictionary as Markdown and as one HTML page, from plain entries."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qingce.core.code import CodeList
from qingce.core.dataset import Dataset
from qingce.publish.words import TYPE_WORDS, values_of

_TRUST = {"verified": "已核实", "unconfirmed": "未核实"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A ledger with what the rest of the project says about it.

    Attributes:
        pack: label of the pack that declares it.
        metrics: names and labels of the metrics that read it.
        template, schema: file names beside the dictionary.
    """

    dataset: Dataset
    pack: str
    metrics: tuple[tuple[str, str], ...] = ()
    template: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Codes:
    """A code list with its source in words, and the columns that use it."""

    codes: CodeList
    source: str
    used_by: tuple[str, ...]


def markdown(title: str, entries: Sequence[Entry], codes: Sequence[Codes]) -> str:
    """The dictionary as Markdown; nothing a declaration says can break out of its cell."""
    parts = [f"# {_text(title)}", "由台账声明生成；改动声明后重新生成，不要手改。", _contents(entries)]
    pack = ""
    for entry in entries:
        if entry.pack != pack:
            pack = entry.pack
            parts.append(f"## {_text(pack)}")
        parts += _entry(entry)
    if codes:
        parts.append("## 代码表")
    for each in codes:
        parts += _codes(each)
    return "\n\n".join(parts) + "\n"


def _contents(entries: Sequence[Entry]) -> str:
    rows = [
        (
            f"[{_text(e.dataset.label)}](#{e.dataset.name})",
            _code(e.dataset.name),
            e.dataset.owner,
            str(len(e.dataset.columns)),
            str(len(e.metrics)),
        )
        for e in entries
    ]
    return _table(("台账", "名称", "归口", "列数", "取数指标"), rows)


def _entry(entry: Entry) -> list[str]:
    dataset = entry.dataset
    facts = [
        f"归口 {_text(dataset.owner or '—')}",
        f"主键 {'、'.join(map(_code, dataset.grain))}",
        f"时间列 {_code(dataset.time)}" if dataset.time else "不分日期",
    ]
    facts += [f"机构列 {_code(dataset.org)}"] if dataset.org else []
    rows = [
        (
            _code(name),
            _text(c.label),
            _text(TYPE_WORDS[c.type].partition("，")[0]),
            "选填" if c.optional else "必填",
            _values(c.of, values_of(c)),
            _text(c.doc),
        )
        for name, c in dataset.columns.items()
    ]
    files = [f"[Excel 模板]({entry.template})"] if entry.template else []
    files += [f"[JSON Schema]({entry.schema})"] if entry.schema else []
    used = "、".join(f"{_text(label)}（{_code(name)}）" for name, label in entry.metrics)
    anchor = f'<a id="{html.escape(dataset.name)}"></a>'
    return [
        f"### {anchor}{_text(dataset.label)} {_code(dataset.name)}",
        _text(dataset.doc),
        "；".join(facts) + "。" + ("　".join(["", *files]) if files else ""),
        _table(("列", "表头", "类型", "必填", "取值", "说明"), rows),
        *([f"取数指标：{used}。"] if used else ["没有指标取用。"]),
    ]


def _values(of: str, text: str) -> str:
    return _text(text).replace(_text(f"代码表 {of}"), f"代码表 [{of}](#code-{of})") if of else _text(text)


def _codes(each: Codes) -> list[str]:
    codes = each.codes
    columns: list[tuple[str, list[str]]] = [
        ("代码", [_code(v.code) for v in codes.values]),
        ("名称", [_text(v.label) for v in codes.values]),
        ("上级", [_code(v.parent) for v in codes.values]),
        ("起", [str(v.valid_from or "") for v in codes.values]),
        ("止", [str(v.valid_to or "") for v in codes.values]),
        ("核实", [_TRUST.get(v.trust, _text(v.trust)) for v in codes.values]),
        ("说明", [_text(v.note) for v in codes.values]),
    ]
    told = [(head, cells) for head, cells in columns if any(cells)]
    rows = list(zip(*(cells for _, cells in told), strict=True))
    used = "、".join(map(_code, each.used_by)) or "—"
    return [
        f'### <a id="code-{html.escape(codes.name)}"></a>{_text(codes.label)} {_code(codes.name)}',
        f"来源：{_text(each.source or '本项目')}。用于 {used}。",
        _table([head for head, _ in told], rows),
    ]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(
        [
            "| " + " | ".join(head) + " |",
            "|" + "---|" * len(head),
            *("| " + " | ".join(" ".join(cell.split()) for cell in row) + " |" for row in rows),
        ]
    )


def _code(text: str) -> str:
    clean = " ".join(text.split()).replace("`", "ˋ").replace("|", "\\|")
    return f"`{clean}`" if clean else ""


def _text(text: str) -> str:
    """Words that mean nothing to Markdown or HTML."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    for mark in "\\|`*_[]#~!":
        escaped = escaped.replace(mark, f"\\{mark}")
    return escaped


_STYLE = """
:root { color-scheme: light dark; --ink: #1f2d30; --muted: #5e6e72; --deep: #0f4c5c; --rule: #bfd2d4;
        --paper: #fff; --pale: #eef5f6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #dbe7e9; --muted: #93a5a9; --deep: #7cc3d0; --rule: #2c4348;
          --paper: #10191b; --pale: #17262a; }
}
body { font: 15px/1.7 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: var(--ink);
       background: var(--paper); max-width: 72rem; margin: 2rem auto; padding: 0 1.25rem; }
h1, h2, h3 { color: var(--deep); line-height: 1.3; scroll-margin-top: 1rem; }
h2 { border-bottom: 2px solid var(--rule); padding-bottom: .3rem; margin-top: 3rem; }
h3 { margin-top: 2.2rem; }
code { font: .86em ui-monospace, Consolas, monospace; color: var(--muted); overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 14px; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--rule); padding: .4rem .6rem; text-align: left; vertical-align: top; }
th { background: var(--pale); white-space: nowrap; }
a { color: var(--deep); }
@media print {
  body { max-width: none; margin: 0; font-size: 10pt; }
  h3 { break-after: avoid; }
  tr { break-inside: avoid; }
}
"""


def page(title: str, text: str) -> str:
    """The Markdown as one HTML page that needs nothing else."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    # the anchors are ours; everything a declaration said is escaped before it comes here
    for whole in _anchors(text):
        body = body.replace(html.escape(whole, quote=True), whole)
    return (
        '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def _anchors(text: str) -> list[str]:
    lines = (line for line in text.splitlines() if line.startswith("### <a id="))
    return [line[4 : line.index("</a>") + 4] for line in lines]
