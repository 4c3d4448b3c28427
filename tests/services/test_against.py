"""A text held against a project's figures, and the project's own PDF held against its pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qingce.audit import audit
from qingce.audit.model import Report, Text
from qingce.core.page import Document, Number, Page, Paragraph, Said, Table
from qingce.core.page import Text as Words
from qingce.publish.pdf import render_pdf
from qingce.services.against import Figures, against_project
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.unbound import Gate, unbound


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    return Figures(Project(make_project(tmp_path_factory.mktemp("against") / "bank")))


def held(figures: Figures, text: str) -> Report:
    return against_project(audit(Text.of(text, "r.txt")), figures)


def rules(report: Report) -> list[str]:
    return [f.rule for f in report.findings if f.rule in ("not_in_project", "project_figure")]


def test_a_number_that_the_project_prints_ties(figures):
    report = held(figures, "全年志愿服务时长 177.00 小时。")
    tied = [r for r in report.relations if r.rule == "project_figure"]
    assert "volunteer_hours/HEAD/2024" in tied[0].arithmetic
    assert report.coverage == 1
    assert rules(report) == []


def test_a_number_ties_at_the_precision_with_which_it_is_printed(figures):
    assert rules(held(figures, "全年志愿服务时长 177 小时。")) == []
    assert rules(held(figures, "全年志愿服务时长 177.4 小时。")) == ["not_in_project"]


def test_a_threshold_ties_only_from_its_own_side(figures):
    assert rules(held(figures, "全年志愿服务时长超 170 小时。")) == []
    assert rules(held(figures, "全年志愿服务时长超 180 小时。")) == ["not_in_project"]


def test_the_same_digits_in_other_words_or_another_unit_do_not_tie(figures):
    assert rules(held(figures, "办公楼用电 177 千瓦时。")) == ["not_in_project"]
    other = held(figures, "课程总长 177 小时。")
    assert rules(other) == ["not_in_project"]
    assert "文中的话对不上" in other.findings[-1].message


# -- the gate -----------------------------------------------------------------------------------


def bound(text: str) -> Number:
    return Number(text, ("m/LZB/2024",), "m", "m", "指标", text)


def document(*blocks: object) -> Document:
    page = Page("one", "第一章", tuple(blocks))
    return Document("某银行 2024 年报告", "", "某银行", "2024", "zh-CN", (page,))


def row(*cells: str) -> tuple[tuple[Words | Number, ...], ...]:
    return ((Words(cells[0]),), *((bound(cell),) for cell in cells[1:]))


BLOCKS = (
    Paragraph((
        Words("2024 年末，余额 "), bound("152.18 亿元"), Words("，较年初"), bound("减少 0.13 亿元"), Words("；客户 "),
        Said("41 户", "访谈"), Words("。按第 17 号指引披露。"),
    )),
    Table(((Words("项目"),), (Words("余额"),), (Words("比重（%）"),)),
          (row("甲", "1,043.20", "8.63"), row("乙", "15.20", "0.13")),
          ("left", "right", "right"), "各项余额"),
)


def gate(folder: Path, printed: Document, declared: Document) -> Gate:
    pdf = render_pdf(printed, svg=lambda chart: "")
    path = folder / "report.pdf"
    path.write_bytes(pdf.data)
    return unbound(declared, path, pdf.spans)


def test_every_number_of_a_faithful_pdf_is_accounted_for(tmp_path):
    result = gate(tmp_path, document(*BLOCKS), document(*BLOCKS))
    assert result.findings == []
    assert (result.bound, result.found, result.quantities["stray"], result.quantities["said"]) == (6, 6, 0, 1)


def test_a_bound_number_that_is_not_printed_is_found(tmp_path):
    more = (*BLOCKS, Paragraph((Words("另有 "), bound("77.70 万元"))))
    result = gate(tmp_path, document(*BLOCKS), document(*more))
    assert [f.rule for f in result.findings] == ["number_printed"]
    assert "77.70 万元" in result.findings[0].reason and result.findings[0].blocks


def test_a_printed_number_that_no_page_gives_is_found(tmp_path):
    more = (*BLOCKS, Paragraph((Words("另有 "), bound("77.70 万元"))))
    result = gate(tmp_path, document(*more), document(*BLOCKS))
    assert [f.rule for f in result.findings] == ["number_bound"]
    assert "77.70 万元" in result.findings[0].reason


def test_a_digit_that_the_printer_changed_is_found_from_both_sides(tmp_path):
    table = BLOCKS[1]
    assert isinstance(table, Table)
    wrong = replace(table, rows=(row("甲", "1,043.30", "8.63"), table.rows[1]))
    result = gate(tmp_path, document(BLOCKS[0], wrong), document(*BLOCKS))
    assert sorted(f.rule for f in result.findings) == ["number_bound", "number_printed"]
