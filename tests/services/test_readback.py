"""The last gate: the editions of a build are read back, and a number that comes from nowhere stops the build."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qingce.core.page import Document, Number, Page, Paragraph, Said, Table
from qingce.core.page import Text as Words
from qingce.publish.html import Site, render_html
from qingce.publish.pdf import render_pdf
from qingce.services.cache import TextCache, keep_text, read_kept
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.publish import build
from qingce.services.readback import read_back
from qingce.services.unbound import unbound


def bound(text: str) -> Number:
    return Number(text, ("m/LZB/2024",), "m", "m", "指标", text)


def document(*cells: str, words: str = "另按第 17 号指引披露。", quoted: str = "41 户") -> Document:
    table = Table(((Words("项目"),), (Words("场次"),), (Words("比重（%）"),)),
                  tuple(((Words(f"甲{n}类"),), (bound(cell),), (bound("1"),)) for n, cell in enumerate(cells)),
                  ("left", "right", "right"), "各项活动")
    line = (Words("活动 "), bound("1 场"), Words("，客户 "), Said(quoted, "2023 年访谈第 5 次"), Words(words))
    return Document("某银行 2024 年报告", "", "某银行", "2024", "zh-CN", (
        Page("one", "第一章", (Paragraph(line), table), part="甲篇", part_title="一条道路", number="1"),
        Page("two", "第二章", (Paragraph((Words("共 "), bound("12 场"))),), part="甲篇", number="2"),
    ))


def editions(folder: Path, made: Document) -> dict[str, tuple[int, int]]:
    pdf = render_pdf(made, svg=lambda chart: "")
    folder.mkdir()
    (folder / "report.pdf").write_bytes(pdf.data)
    render_html(Site(made, {}, {}, dict(pdf.pages)), folder)
    return dict(pdf.spans)


def test_single_digits_in_cells_captions_and_contents_are_told_apart(tmp_path):
    made = document("1", "2", "1")
    spans = editions(tmp_path / "out", made)
    gates = read_back(made, tmp_path / "out", spans, TextCache(tmp_path / "cache"))
    assert {name: gate.findings for name, gate in gates.items()} == {"PDF": [], "网页": []}
    assert all(gate.bound == gate.found == 8 and gate.tied == gate.shown > 8 for gate in gates.values())


@pytest.mark.parametrize("name", ["PDF", "网页"])
@pytest.mark.parametrize("printed", [
    document("1", "3", "1"), document("1", "2", "1", words="另有 7 家。"), document("1", "2", "1", quoted="43 户"),
])
def test_an_edition_that_prints_another_number_is_found_in_both_formats(tmp_path, printed, name):
    spans = editions(tmp_path / "out", printed)
    made = document("1", "2", "1")
    gate = read_back(made, tmp_path / "out", spans, TextCache(tmp_path / "cache"))[name]
    assert "number_bound" in {f.rule for f in gate.findings}
    assert gate.tied < gate.shown
    assert all(f.blocks for f in gate.findings)


def test_contents_that_name_another_page_are_found(tmp_path):
    made = document("1")
    spans = editions(tmp_path / "out", made)
    first, last = spans["two"]
    moved = {**spans, "two": (first + 1, last + 1)}
    found = unbound(made, tmp_path / "out" / "report.pdf", moved).findings
    assert f"目录写“第二章”在第 {first} 页，实际从第 {first + 1} 页起。" in [f.reason for f in found]


def test_answers_are_kept_until_an_edition_or_a_page_changes(tmp_path):
    made = document("1", "2")
    spans = editions(tmp_path / "out", made)
    cache = TextCache(tmp_path / "cache")

    def kept() -> int:
        return len(list((tmp_path / "cache" / "gate").iterdir()))

    first = read_back(made, tmp_path / "out", spans, cache)
    count = kept()
    assert read_back(made, tmp_path / "out", spans, cache) == first and kept() == count
    changed = replace(made, pages=(made.pages[0], replace(made.pages[1], title="第三章")))
    assert read_back(changed, tmp_path / "out", spans, cache)["PDF"].bound == first["PDF"].bound
    assert kept() == count + 3  # the PDF, its second chapter, and that chapter of the web edition


def test_a_build_whose_pdf_prints_a_number_from_nowhere_publishes_nothing(tmp_path):
    folder = make_project(tmp_path / "bank")
    done = build(Project(folder))
    assert not done.blocked
    assert {name: gate.tied == gate.shown > 20 for name, gate in done.gates.items()} == {"PDF": True, "网页": True}
    before = (folder / "build" / "report.pdf").read_bytes()
    for drawing in (Project(folder).state / "cache" / "chart").iterdir():
        text = read_kept(drawing)
        assert text is not None and "31 人次" in text
        keep_text(drawing, text.replace("31 人次", "37 人次"))
    again = build(Project(folder))
    assert again.blocked and again.out is None
    assert {"number_printed", "number_bound"} == {f.rule for f in again.findings if f.blocks}
    assert (folder / "build" / "report.pdf").read_bytes() == before
    assert "回读" in again.seconds
