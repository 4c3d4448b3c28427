"""Write docs/reference from the code: what is declared is what is documented.

    python tools/reference.py            writes the pages
    python tools/reference.py --check    writes nothing; exit code 1 where a page is out of date

Names, types, defaults and sentences come from the code. Where the code has no Chinese words for a
reader (settings keys, binding steps, block arguments) they stand in reference.toml beside this file.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from qingce.cli.app import app
from qingce.core import amount, check, dataset, metric
from qingce.core.check import Check, Severity
from qingce.core.dataset import Column, Dataset
from qingce.core.metric import KIND_LABELS, Metric
from qingce.core.registry import Registry
from qingce.engine.derive import Operand
from qingce.engine.formula import formula
from qingce.ledger.records.rules import RULES
from qingce.publish import glyphs, index
from qingce.publish.bind import CALLS, FUNCTIONS, STEPS
from qingce.publish.blocks import Blocks
from qingce.publish.chart import KINDS
from qingce.publish.front import KEYS
from qingce.publish.pages import parser
from qingce.services.content import ENTRY_POINT, load_registry
from qingce.services.quality import findings as quality
from qingce.services.settings import _KEYS

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "reference"
NOTICE = "> 本页由 `make docs`（`tools/reference.py`）从代码生成，不要手改。\n"

SEVERITY = {"error": "错误", "warning": "关注", "note": "提示"}
DECORATORS: tuple[Callable[..., object], ...] = (
    dataset.dataset, dataset.view, metric.metric, metric.filed, check.check, metric.Metric.since,
)
COLUMNS: tuple[type[Column], ...] = (
    dataset.Text, dataset.Date, dataset.OrgCode, dataset.Money, dataset.Qty, dataset.Rate, dataset.Whole,
    dataset.Code, dataset.Flag,
)
OPERANDS = {
    "at": Operand.at, "prior": Operand.prior, "total": Operand.total, "of": Operand.of,
    "points": amount.points, "counted_as": amount.counted_as,
}
WORDS: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def words(keys: Iterable[str], *room: str) -> dict[str, str]:
    """The words of ``reference.toml`` for each key.

    Raises:
        SystemExit: a key has no words, or there are words for a key that does not exist.
    """
    known, wanted = WORDS, list(keys)
    for name in room:
        known = known[name]
    lacking = [k for k in wanted if k not in known]
    stale = [k for k in known if k not in wanted]
    if lacking or stale:
        where = f"tools/reference.toml [{'.'.join(room)}]"
        raise SystemExit(f"{where}: no words for {lacking}, nothing named {stale}.")
    return {key: str(known[key]) for key in wanted}


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; bars and line breaks in cells are made harmless."""
    def line(cells: Iterable[object]) -> str:
        return "| " + " | ".join(" ".join(str(c).split()).replace("|", "\\|") for c in cells) + " |"

    return "\n".join([line(header), "|" + "---|" * len(header), *(line(row) for row in rows)]) + "\n"


def page(title: str, *parts: str) -> str:
    """A page with its notice."""
    return "\n".join([f"# {title}\n", NOTICE, *parts])


def code(text: object) -> str:
    """As code, or nothing where there is nothing."""
    return f"`{text}`" if str(text) else ""


# -- the program ------------------------------------------------------------------------------


def verbs(group: Any, before: str = "") -> list[tuple[str, Any]]:
    """Every command with its whole name, those of a group after the group's: ``journal verify``."""
    found = []
    for name, verb in group.commands.items():
        whole = f"{before} {name}".strip()
        found += verbs(verb, whole) if hasattr(verb, "commands") else [(whole, verb)]
    return found


def cli() -> str:
    """Verbs, arguments and options."""
    parts = []
    for name, verb in verbs(typer.main.get_command(app)):
        usage = ["qingce", name, *(p.metavar for p in verb.params if p.param_type_name == "argument")]
        parts += [f"## {name}\n", f"{verb.help}\n", f"```sh\n{' '.join(usage)}\n```\n"]
        rows = [
            (" ".join(code(o) for o in p.opts) if p.param_type_name == "option" else code(p.metavar),
             p.metavar if p.param_type_name == "option" and p.metavar else "",
             p.help, code(p.default) if p.default not in (None, False, "") else "")
            for p in verb.params
        ]
        parts.append(table(("参数", "取值", "含义", "默认"), rows))
    parts.append("退出码：0 完成；1 有“错误”级疑点；2 用法不对。\n")
    return page("命令", *parts)


OPEN = {"factors": "因子名", "records": "台账名", "spark": "参数名", "desk": "事项"}
"""Sections whose keys are names that the project chooses."""


def settings() -> str:
    """Keys of qingce.toml."""
    parts = []
    for section, keys in _KEYS.items():
        said = words(keys or (OPEN[section],), "settings", section)
        parts += [f"## [{section}]\n", table(("键", "含义"), ((code(k), v) for k, v in said.items()))]
    parts.append("不认识的节和键会被指出。自有指标包放在项目的 `packs/`，也可作为已安装的软件包，在入口点组 "
                 f"`{ENTRY_POINT}` 下登记模块名。\n")
    return page("qingce.toml", *parts)


# -- declarations -----------------------------------------------------------------------------


def _entry(name: str, thing: object) -> str:
    what = thing.fget if isinstance(thing, property) else thing
    signature = "" if isinstance(thing, property) else _signature(what)
    return f"### {name}\n\n```python\n{name}{signature}\n```\n\n```text\n{inspect.getdoc(what)}\n```\n"


def _signature(what: Any) -> str:
    text = re.sub(r"<\w+\.(\w+): [^>]*>", r"\1", str(inspect.signature(what)))
    return re.sub(r"(: |-> )'([^']*)'", r"\1\2", text)


def declarations() -> str:
    """Decorators, column types and what a body may do with an operand."""
    found = ["## 装饰器与 filed\n", *(_entry(d.__name__, d) for d in DECORATORS)]
    found += [
        "## 列类型\n",
        table(("类型", "存为", "说明"), (
            (code(c.__name__), code(c("").dtype), inspect.getdoc(c)) for c in COLUMNS)),
        "列的参数：" + "、".join(code(p) for p in inspect.signature(Column).parameters) + "。\n",
        f"```text\n{inspect.getdoc(Column)}\n```\n",
        "## 性质 kind\n",
        table(("性质", "中文", "含义"), (
            (code(k.name), KIND_LABELS[k], _kind_words()[k.name]) for k in metric.Kind)),
        "## 推导指标与勾稽中的操作数\n",
        *(_entry(name, thing) for name, thing in OPERANDS.items()),
    ]
    return page("声明", *found)


def _kind_words() -> dict[str, str]:
    """The docstring below each member of Kind, which only the source has."""
    body = ast.parse(inspect.getsource(metric.Kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    found, last = {}, ""
    for node in body.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            last = node.targets[0].id
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and last:
            found[last] = str(node.value.value)
    return found


def pages() -> str:
    """The binding language and the blocks."""
    blocks: dict[str, Callable[..., object]] = {
        "table": Blocks._table, "chart": Blocks._chart, "index": Blocks._index, "form": Blocks._form,
        "checks": Blocks._checks, "materiality": Blocks._materiality,
    }
    def listed(room: str, keys: Iterable[str], form: str) -> str:
        return table(("写法", "含义"), ((code(form.format(k)), v) for k, v in words(keys, room).items()))

    parts = [
        "## 页首\n", listed("front", KEYS, "{}"), "## 读法\n", "接在指标名之后，可以连写。\n",
        listed("steps", STEPS, ".{}"), listed("calls", CALLS, ".{}(…)"), "## 区块\n",
    ]
    said = words(FUNCTIONS, "functions")
    said["chart"] = said["chart"].format(kinds="、".join(KINDS))
    for name, text in said.items():
        parts.append(f"### {name}\n\n{text}\n")
        if name in blocks:
            parts.append(_arguments(blocks[name]))
    parts += ["## 围栏\n", listed("containers", _containers(), "::: {}")]
    return page("页面语言", *parts)


def _containers() -> list[str]:
    known = parser().block.ruler.get_all_rules()
    return [rule.removeprefix("container_") for rule in known if rule.startswith("container_")]


def _arguments(made: Callable[..., object]) -> str:
    rows = []
    for parameter in list(inspect.signature(made).parameters.values())[1:]:
        if parameter.name == "binder":
            continue
        default = "" if parameter.default in (inspect.Parameter.empty, "") else parameter.default
        if parameter.name not in WORDS["arguments"]:
            raise SystemExit(f"tools/reference.toml [arguments]: no words for {parameter.name!r}.")
        rows.append((code(parameter.name), WORDS["arguments"][parameter.name], code(default)))
    return table(("参数", "含义", "默认"), rows)


# -- rules ------------------------------------------------------------------------------------


def rules() -> str:
    """Rules of intake, of pages and of indexes."""
    rows = [(code(r.id), SEVERITY[r.severity], r.title, r.advice) for r in RULES.values()]
    page_rules = sorted(_page_rules(), key=lambda row: row[0])
    return page(
        "规则", "## 交数\n", table(("规则", "级别", "内容", "怎么办"), rows),
        "## 页面\n", table(("规则", "怎么办"), ((code(r), advice) for r, advice in page_rules)),
        "## 披露索引与字形\n",
        table(("规则", "级别", "成立时"), [
            *((code(name), SEVERITY[rule[0]], rule[1]) for name, rule in index.RULES.items()),
            (code(glyphs.RULE), "错误", "报告中的每个字，随附字体都有字形。"),
        ]),
        "## 数据质量\n", table(("规则", "级别", "成立时"), (
            (code(name), SEVERITY[Severity.WARNING], words) for name, words in quality.RULES.items())),
        "勾稽规则见[勾稽](checks.md)。“错误”级的疑点阻止出版，“关注”要有人看过，“提示”供参考。\n",
    )


def _page_rules() -> set[tuple[str, str]]:
    """Rule id and advice of every finding that reading a page can give, from the source."""
    found: dict[str, list[str]] = {}
    for name in ("front", "pages", "slips"):
        for node in ast.walk(ast.parse((ROOT / f"src/qingce/publish/{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("self._wrong", "wrong", "FrontError", "Slip"):
                given = [str(a.value) if isinstance(a, ast.Constant) else "" for a in node.args]
                found.setdefault(given[0], []).append(given[2] if len(given) > 2 else "")
    return {(rule, " ".join(dict.fromkeys(a for a in advice if a))) for rule, advice in found.items() if rule}


# -- content ----------------------------------------------------------------------------------


def datasets(registry: Registry) -> str:
    """The data dictionary of the built-in packs, and their code lists."""
    parts = []
    for pack, names in _by_pack(registry, registry.datasets):
        parts.append(f"## {registry.packs[pack].label}（{pack}）\n")
        parts += [_dataset(registry, registry.datasets[name]) for name in names]
    parts.append("## 代码表\n")
    for name, codes in sorted(registry.codes.items()):
        source = registry.sources[codes.source].title if codes.source in registry.sources else codes.source
        parts.append(f"### {name} {codes.label}\n\n来源：{source or '本项目'}\n")
        parts.append(table(("代码", "名称", "说明"), ((code(v.code), v.label, v.note) for v in codes.values)))
    return page("台账与代码表", *parts)


def _dataset(registry: Registry, made: Dataset) -> str:
    facts = [f"归口 {made.owner or '—'}", f"主键 {'、'.join(map(code, made.grain))}"]
    facts += [f"时间列 {code(made.time)}"] if made.time else ["不分日期"]
    rows = [
        (code(name), c.label, WORDS["types"][c.type], "选填" if c.optional else "必填",
         _values(registry, c), c.doc)
        for name, c in made.columns.items()
    ]
    return (f"### {made.name} {made.label}\n\n{made.doc}\n\n{'；'.join(facts)}。\n\n"
            + table(("列", "表头", "类型", "必填", "取值", "说明"), rows))


def _values(registry: Registry, column: Column) -> str:
    said = []
    if column.of:
        said.append(f"代码表 {code(column.of)}")
    if column.unit:
        said.append(column.unit)
    if column.type == "qty":
        said.append(f"{column.places} 位小数")
    if column.low is not None or column.high is not None:
        said.append(f"{column.low or '…'} 至 {column.high or '…'}")
    if column.pattern:
        said.append(f"格式 {code(column.pattern)}")
    return "；".join(said)


def metrics(registry: Registry) -> str:
    """Every metric of the built-in packs."""
    parts = [f"内置指标 {len(registry.metrics)} 项。`qingce metrics --name 指标名` 显示一项的完整卡片。\n"]
    for pack, names in _by_pack(registry, registry.metrics):
        parts.append(f"## {registry.packs[pack].label}（{pack}）\n")
        parts.append(table(("指标", "名称", "单位", "性质", "来源", "维度", "归口", "口径"), (
            _metric(registry, registry.metrics[name]) for name in names)))
    return page("指标", *parts)


def _metric(registry: Registry, made: Metric) -> tuple[str, ...]:
    origin = "填报" if made.filed else "台账" if registry.computed(made) else "推导"
    text = made.doc if made.filed else f"{made.doc} 公式：{formula(made, made.methods[-1].body, registry)}"
    return (code(made.name), made.label, made.shown.name or "—", KIND_LABELS[made.kind], origin,
            "、".join(map(code, made.by)), made.owner, text)


def checks(registry: Registry) -> str:
    """Every check of the built-in packs."""
    header = ("勾稽", "成立时的一句话", "级别", "用到", "依据")
    parts = []
    for pack, names in _by_pack(registry, registry.checks):
        parts.append(f"## {registry.packs[pack].label}（{pack}）\n")
        parts.append(table(header, (_check(registry.checks[name]) for name in names)))
    return page("勾稽", *parts)


def _check(made: Check) -> tuple[str, ...]:
    each = f"（逐个{'、'.join(map(code, made.each))}）" if made.each else ""
    needs = "、".join(map(code, made.params))
    return code(made.name), made.doc + each, SEVERITY[made.severity], needs, made.cites


def factors(registry: Registry) -> str:
    """Every factor with its editions."""
    parts = ["可信程度 `verified` 表示已与出处核对，`unconfirmed` 表示尚未核对；它随数值一路印到谱系里。\n"]
    for pack, names in _by_pack(registry, registry.factors):
        parts.append(f"## {registry.packs[pack].label}（{pack}）\n")
        for name in names:
            made = registry.factors[name]
            parts.append(f"### {name} {made.label}\n\n单位：{made.unit.name or '—'}\n")
            parts.append(table(("生效", "地区", "年份", "取值", "可信程度", "来源", "说明"), (
                (e.valid_from, e.region, e.vintage, e.written, e.trust,
                 registry.sources[e.source].title if e.source in registry.sources else e.source, e.note)
                for e in made.editions)))
    return page("因子与门槛", *parts)


def _by_pack(registry: Registry, room: Mapping[str, object]) -> list[tuple[str, list[str]]]:
    return [(pack, names) for pack in registry.packs
            if (names := [name for name in room if registry.pack_of[name] == pack])]


def contents(registry: Registry) -> str:
    """The list of these pages."""
    packs = ((code(p.name), p.label, p.owner, " ".join(p.doc.split())) for p in registry.packs.values())
    standards = ((code(s.name), s.title, s.edition, len(s.disclosures)) for s in registry.standards.values())
    return page(
        "参考",
        "- [命令](cli.md)\n- [qingce.toml](settings.md)\n- [声明](declarations.md)：装饰器、列类型、操作数\n"
        "- [页面语言](pages.md)：页首、读法、区块\n- [规则](rules.md)：交数、页面、索引\n"
        "- [台账与代码表](datasets.md)\n- [指标](metrics.md)\n- [勾稽](checks.md)\n"
        "- [因子与门槛](factors.md)\n- [figures.json](figures.schema.md)\n",
        "## 内置指标包\n", table(("包", "名称", "归口", "内容"), packs),
        "## 披露标准\n", table(("名称", "标题", "版本", "披露项"), standards),
    )


def reference() -> dict[str, str]:
    """Every generated page by its file name."""
    registry = load_registry(None)
    return {
        "README.md": contents(registry), "cli.md": cli(), "settings.md": settings(),
        "declarations.md": declarations(), "pages.md": pages(), "rules.md": rules(),
        "datasets.md": datasets(registry), "metrics.md": metrics(registry), "checks.md": checks(registry),
        "factors.md": factors(registry),
    }


def stale() -> list[str]:
    """Names of pages whose file says something else, or is not there."""
    made = reference()
    return [name for name, text in made.items()
            if not (FOLDER / name).is_file() or (FOLDER / name).read_text(encoding="utf-8") != text]


def main() -> None:
    """Write the pages, or with ``--check`` say which are out of date."""
    if "--check" in sys.argv[1:]:
        old = stale()
        print("\n".join(f"docs/reference/{name} is out of date: run make docs" for name in old))
        sys.exit(1 if old else 0)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in reference().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
