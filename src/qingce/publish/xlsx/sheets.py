"""The table sheets of the databook, and the workbook that holds them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsxwriter import Workbook

from qingce.core.amount import Absent, Value
from qingce.core.check import Finding, Severity, Status
from qingce.core.figure import Qualifier
from qingce.publish.xlsx.book import Book, BookFactor, BookRow, BookSource
from qingce.publish.xlsx.cells import exact_cell, hundredth, number_format, number_text, safe
from qingce.publish.xlsx.cover import STATUS_WORDS, write_cover
from qingce.publish.xlsx.graded import grades, totals
from qingce.publish.xlsx.materiality import SHEET, add_matrices, topic_table
from qingce.publish.xlsx.style import BODY_FONT, Styles
from qingce.publish.xlsx.table import Cell, Column, Paper, Row, Table, fitted
from qingce.publish.xlsx.years import YEARS, add_choice, years_table

STATUS_LOOKS = {Status.PASS: "good", Status.FAIL: "bad", Status.NOT_APPLICABLE: "none"}
# what is published holds no failed check of severity ERROR, so a failure beside a figure is one to look at
ROW_LOOKS = {**STATUS_LOOKS, Status.FAIL: "care"}
SEVERITY_WORDS = {Severity.ERROR: "阻断", Severity.WARNING: "警告", Severity.NOTE: "提示"}
QUALIFIER_WORDS = {Qualifier.EXACT: "", Qualifier.OVER: "超", Qualifier.NEARLY: "近", Qualifier.ABOUT: "约"}
TRUST_CELLS = {"verified": Cell("已核实", "good"), "unconfirmed": Cell("未核实", "care")}
AS_TEXT = "数字超过 15 位有效数字，电子表格不能精确保存，按文本列示"
SHOWN_CASES = 20


def render_book(book: Book) -> bytes:
    """The databook as the bytes of an .xlsx file; the same book gives the same bytes."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {
        "in_memory": True,
        "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": BODY_FONT, "font_size": 10},
    })
    workbook.set_properties({
        "title": safe(book.title), "author": safe(book.organisation), "company": safe(book.organisation),
        "subject": safe(book.period), "comments": safe(f"{book.edition} {book.hash}".strip()),
        "created": dt.datetime.combine(book.issued, dt.time()),
    })
    tables = {
        "指标数据": (_data(book), "每项指标各机构、各分项、各期的数值"),
        YEARS: (years_table(book, _grouped(book)), "各期并列，金额单位可在亿元、万元、元之间切换"),
        "口径": (_definitions(book), "每项指标的定义、单位与归口部门"),
        "勾稽结果": (_checks(book), "每条勾稽规则的结果、试算数与明细"),
        "因子": (_factors(book), "排放因子、热值与门槛值的版本和出处"),
        "数据来源": (_sources(book), "计算所读文件的指纹与行数"),
    }
    if book.quality is not None:
        tables["数据质量"] = (grades(book.quality), "每个数值的质量级别、理由与改进办法")
        tables["质量汇总"] = (totals(book.quality), "各主题各期的平均级别、估算与五级占比、目标")
    if book.topics is not None:
        tables[SHEET] = (topic_table(book.topics), "经确认的重要性议题、得分与矩阵图")
    styles = Styles(workbook)
    papers = {name: Paper(workbook.add_worksheet(name), styles) for name in ("说明", *tables)}
    for name, paper in papers.items():
        paper.set_up(book.organisation, f"{book.title} {name}")
    contents = {name: (words, papers[name].fill(table)) for name, (table, words) in tables.items()}
    add_choice(papers[YEARS], book, contents[YEARS][1])
    if book.topics is not None:
        add_matrices(workbook, papers[SHEET].sheet, book.topics)
    write_cover(papers["说明"], book, contents)
    workbook.close()
    return buffer.getvalue()


# -- figures --------------------------------------------------------------------------------


def _data(book: Book) -> Table:
    rows = _grouped(book)
    columns = [
        Column("主题", fitted((r.pack for r in rows), 8, 18)),
        Column("指标", fitted((r.label for r in rows), 16, 32)),
        Column("分项", fitted((r.dims for r in rows), 8, 22)),
        *_english_columns(rows, "Indicator", "Member"),
        Column("机构", fitted((r.org for r in rows), 8, 16)),
        Column("单位", fitted((r.unit for r in rows), 7, 12), "center"),
        *(Column(period, 17, "number") for period in book.periods),
        Column("限定", 6.5, "center"),
        Column("性质", 6.5, "center"),
        Column("归口部门", fitted((r.owner for r in rows), 10, 18)),
        Column("勾稽", 8.5, "none"),
        Column("对应标准", fitted(("、".join(r.standards) for r in rows), 10, 24)),
        Column("所在页", fitted(("、".join(r.pages) for r in rows), 8, 14)),
        Column("备注", 22, "muted"),
        Column("修订", 6.5, "center"),
        Column("来源", 60, "aside"),
        Column("指标代码", 36, "code"),
    ]
    return Table(
        f"{book.organisation} {book.period} 指标数据",
        "数字为数值型，可直接计算；“—”表示没有数据，不是零；各期由近及远排列。",
        columns, _data_rows(book, rows), frozen=3, printed=len(columns) - 3,
    )


def _bilingual(rows: Sequence[BookRow]) -> bool:
    return any(row.label_en for row in rows)


def _english_columns(rows: Sequence[BookRow], *heads: str) -> list[Column]:
    """Columns of English names beside the Chinese ones, where there are any."""
    return [Column(head, fitted((r.label_en for r in rows), 18, 34)) for head in heads] if _bilingual(rows) else []


def _grouped(book: Book) -> list[BookRow]:
    """The rows with those of one pack together, packs in the order in which they first appear."""
    order = {pack: number for number, pack in enumerate(dict.fromkeys(row.pack for row in book.rows))}
    return sorted(book.rows, key=lambda row: order[row.pack])


def _data_rows(book: Book, rows: list[BookRow]) -> Iterator[Row]:
    pack = metric = None
    bilingual = _bilingual(rows)
    for row in rows:
        opens, again = row.pack != pack, (row.metric, row.org) == metric
        pack, metric = row.pack, (row.metric, row.org)
        # repeated words step back but stay, so that sorting and filters find them
        line = [
            Cell(row.pack, "strong" if opens else "muted"), Cell(row.label, "muted" if again else "text"),
            Cell(row.dims), *([Cell(row.label_en), Cell(row.dims_en)] if bilingual else []),
            Cell(row.org), Cell(row.unit), *_figures(book, row),
            Cell(QUALIFIER_WORDS[row.qualifier]), Cell(row.kind), Cell(row.owner),
            Cell(STATUS_WORDS[row.check], ROW_LOOKS[row.check]) if row.check else Cell("—"),
            Cell("、".join(row.standards)), Cell("、".join(row.pages)),
            Cell(_note(book, row), "remarked" if row.marked else ""),
            Cell(Decimal(row.revision), number_format="0"), Cell(row.source), Cell(row.metric),
        ]
        yield [Cell(cell.value, cell.look, cell.number_format, opens) for cell in line] if opens else line


def _figures(book: Book, row: BookRow) -> list[Cell]:
    known = row.values[: len(book.periods)]
    return [_figure(value, row) for value in known] + [Cell("—", "absent")] * (len(book.periods) - len(known))


def _figure(value: Value, row: BookRow) -> Cell:
    if isinstance(value, Absent):
        return Cell("—", "absent")
    percent = row.unit == "%"
    number = exact_cell(hundredth(value) if percent else value, row.places + 2 * percent)
    if number is None:
        return Cell(number_text(value, row.places))
    return Cell(number, number_format=number_format(row.places, percent))


def _note(book: Book, row: BookRow) -> str:
    texts = [v for v, c in zip(row.values, _figures(book, row), strict=False)
             if isinstance(v, Decimal) and isinstance(c.value, str)]
    return "；".join(part for part in (row.note, AS_TEXT if texts else "") if part)


def _definitions(book: Book) -> Table:
    metrics = {row.metric: row for row in reversed(_grouped(book))}
    bilingual = _bilingual(book.rows)
    columns = [
        Column("主题", fitted((r.pack for r in book.rows), 8, 18), "strong"),
        Column("指标", fitted((r.label for r in book.rows), 16, 32)),
        *_english_columns(book.rows, "Indicator"),
        Column("口径", 76), Column("单位", 10, "center"),
        Column("性质", 8, "center"), Column("归口部门", 18), Column("对应标准", 24),
        Column("指标代码", 36, "code"),
    ]
    rows = [
        [m.pack, m.label, *([m.label_en] if bilingual else []),
         m.definition, m.unit, m.kind, m.owner, "、".join(m.standards), m.metric]
        for m in reversed(metrics.values())
    ]
    return Table(
        "指标口径",
        "期末：期末时点数；期间：报告期发生数；累计：截至期末累计数；比率：相除所得。",
        columns, rows, frozen=2,
    )


# -- checks ---------------------------------------------------------------------------------


def _checks(book: Book) -> Table:
    order = (Status.FAIL, Status.NOT_APPLICABLE, Status.PASS)
    level = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    found = sorted(book.checks, key=lambda f: (order.index(f.status), level.index(f.severity), f.rule))
    columns = [
        Column("结果", 9, "center"), Column("级别", 7, "center"), Column("勾稽关系", 48),
        Column("试算", 8, "center"), Column("相符", 8, "center"), Column("说明", 40),
        Column("明细", 48, "muted"), Column("建议", 28), Column("依据", 26, "muted"),
        Column("规则代码", 40, "code"),
    ]
    counts = {status: sum(f.status is status for f in found) for status in Status}
    told = "；".join(f"{STATUS_WORDS[status]} {count} 条" for status, count in counts.items())
    return Table(
        "勾稽结果",
        f"{told}。阻断：不相符即不得发布；警告：须有人复核；提示：供参考。试算、相符为核对的例数。",
        columns, [_check_row(book, finding) for finding in found], frozen=3, printed=len(columns) - 1,
    )


def _check_row(book: Book, finding: Finding) -> Row:
    look = STATUS_LOOKS[finding.status]
    if finding.status is Status.FAIL and finding.severity is not Severity.ERROR:
        look = "care"
    place = "：".join(part for part in (str(finding.place), finding.place.value) if part)
    cases = ["，".join(f"{k}={v}" for k, v in row.items()) for row in finding.rows[:SHOWN_CASES]]
    if len(finding.rows) > SHOWN_CASES:
        cases.append(f"另有 {len(finding.rows) - SHOWN_CASES} 例")
    sentence = book.sentences.get(finding.rule, finding.reason)
    return [
        Cell(STATUS_WORDS[finding.status], look), SEVERITY_WORDS[finding.severity], sentence,
        Cell(Decimal(finding.tried), number_format="#,##0"),
        Cell(Decimal(finding.passed), number_format="#,##0"),
        "；".join(part for part in ("" if finding.reason == sentence else finding.reason, finding.waiver) if part),
        "；".join(part for part in (place, *cases) if part), finding.advice, finding.cites, finding.rule,
    ]


# -- factors and files ----------------------------------------------------------------------


def _factors(book: Book) -> Table:
    columns = [
        Column("因子", 30, "strong"), Column("取值", 16, "number"), Column("原文写法", 12, "center"),
        Column("单位", 18, "center"), Column("地区", 10, "center"), Column("年份", 8, "center"),
        Column("适用起", 12, "center"), Column("来源", 44), Column("核实", 9, "center"),
        Column("用于", 30, "muted"), Column("说明", 36, "muted"), Column("因子代码", 40, "code"),
    ]
    return Table(
        "计算所用因子",
        "排放因子、热值、门槛值等，各有版本与出处；“未核实”表示尚未与原文逐字核对。",
        columns, [_factor_row(item) for item in book.factors], printed=len(columns) - 1,
    )


def _factor_row(item: BookFactor) -> Row:
    edition, source = item.edition, item.source
    places = min(max(-int(edition.value.as_tuple().exponent), 0), 6)
    number = exact_cell(edition.value, places)
    told = (source.title, source.publisher, source.published) if source else (edition.source,)
    return [
        item.factor.label,
        Cell(number_text(edition.value, places)) if number is None
        else Cell(number, number_format=number_format(places)),
        edition.written or f"{edition.value:f}", item.factor.unit.text or "—",
        edition.region, edition.vintage, edition.valid_from.isoformat(),
        "，".join(part for part in told if part),
        TRUST_CELLS.get(edition.trust, Cell(edition.trust, "care")),
        "、".join(item.metrics), edition.note, edition.id,
    ]


def _sources(book: Book) -> Table:
    columns = [
        Column("文件", 40, "strong"), Column("台账", 28), Column("行数", 10, "number"),
        Column("性质", 12, "center"), Column("报送部门", 18), Column("说明", 40, "muted"),
        Column("SHA-256", 68, "code"),
    ]
    return Table(
        "数据来源",
        "计算所读取的全部文件。“示例数据”为按公开数字反推生成，不是真实业务记录。",
        columns, [_source_row(source) for source in book.sources],
    )


def _source_row(source: BookSource) -> Row:
    return [
        source.file, source.label, Cell(Decimal(source.rows), number_format="#,##0"),
        Cell("示例数据", "care") if source.synthetic else Cell("报送数据"),
        source.owner, source.note, source.sha256,
    ]
