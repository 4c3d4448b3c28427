"""Building: all formats or none, the same bytes for the same input, never over somebody's folder."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

import qingce
from qingce.core.errors import ProjectError
from qingce.services.outfolder import MARKER
from qingce.services.publish import build, examine


def hashes(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.usefixtures("two_cores")
def test_the_example_builds_in_all_formats_without_an_error(example):
    result = build(qingce.open(example))
    assert not result.blocked
    assert [p.name for p in result.files] == [
        "index.html", "report.pdf", "report.docx", "databook.xlsx", "figures.json",
    ]
    text = "".join(page.get_textpage().get_text_range() for page in pdfium.PdfDocument(result.files[1]))
    assert "152.18" in text
    assert "4,337.07" in text


def test_the_same_input_gives_the_same_bytes(small, tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    build(qingce.open(small), one)
    build(qingce.open(small), two)
    assert hashes(one) == hashes(two)


def test_the_page_numbers_of_the_gri_index_are_those_of_the_pdf(example):
    from qingce.publish.pdf import render_pdf
    from qingce.publish.svg import render_svg
    from qingce.services.compose import compose

    p = qingce.open(example)
    document = compose(p, lambda: p.judged).document
    made = render_pdf(document, svg=lambda chart: render_svg(chart.spec))
    pdf = pdfium.PdfDocument(made.data)
    for slug in ("green-finance", "risk", "workforce", "gri-index"):
        page = document.page(slug)
        assert page is not None
        text = pdf[made.pages[slug] - 1].get_textpage().get_text_range()
        assert page.title in text.replace("\r\n", "").replace("\n", ""), slug


def test_a_number_typed_by_hand_blocks_the_build(small):
    page = small / "pages" / "00-volunteering.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n另有 41 个项目。\n", encoding="utf-8")
    result = build(qingce.open(small))
    assert result.blocked
    assert not (small / "build").exists()
    assert [f.rule for f in result.findings if f.blocks] == ["naked_number"]


def test_a_character_without_a_glyph_is_named(small):
    page = small / "pages" / "00-volunteering.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n𠮷字。\n", encoding="utf-8")
    found = [f for f in examine(qingce.open(small)) if f.blocks]
    assert len(found) == 1
    assert "𠮷" in found[0].reason + found[0].place.value


def test_formats_are_chosen_and_wrong_ones_are_told(small, tmp_path):
    result = build(qingce.open(small), tmp_path / "out", ("json",))
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"figures.json", MARKER}
    assert result.files == [tmp_path / "out" / "figures.json"]
    with pytest.raises(ProjectError, match="没有“doc”这种版本"):
        build(qingce.open(small), tmp_path / "out", ("doc",))
    with pytest.raises(ProjectError, match="至少写一种版本"):
        build(qingce.open(small), tmp_path / "out", ())


def test_the_databook_says_row_by_row_what_rests_on_records_that_were_made_up(small, tmp_path):
    build(qingce.open(small), tmp_path / "out", ("xlsx",))
    sheet = load_workbook(tmp_path / "out" / "databook.xlsx")["指标数据"]
    head = [cell.value for cell in sheet[4]]
    sources = {row[head.index("指标")]: row[head.index("来源")] for row in sheet.iter_rows(min_row=5, values_only=True)}
    assert sources["志愿服务时长"] == "由台账计算：志愿服务台账（示例数据）"
    assert sources["人均志愿服务时长"] == "由其他指标推导（示例数据）"
    assert sources["注册志愿者"] == "工会办公室登记册（records/filed/volunteering.csv:2）"


def test_a_folder_that_is_not_an_edition_is_left_alone(small, tmp_path):
    target = tmp_path / "mine"
    target.mkdir()
    (target / "thesis.txt").write_text("x")
    with pytest.raises(ProjectError, match="不是版本的东西"):
        build(qingce.open(small), target)
    assert [p.name for p in target.iterdir()] == ["thesis.txt"]
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(ProjectError, match="是文件"):
        build(qingce.open(small), file)
    with pytest.raises(ProjectError, match="不能被替换"):
        build(qingce.open(small), Path("/"))


def test_hostile_words_stay_words_in_every_edition(small):
    page = small / "pages" / "00-volunteering.md"
    hostile = "<script>alert(1)</script> #import \"x\" $x$ =cmd|' /C calc'!A0 </script>"
    page.write_text(page.read_text(encoding="utf-8").replace("## 勾稽", f"## {hostile}"), encoding="utf-8")
    result = build(qingce.open(small))
    assert not result.blocked
    html = (small / "build" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html
    text = "".join(p.get_textpage().get_text_range() for p in pdfium.PdfDocument(small / "build" / "report.pdf"))
    assert "#import" in text


@pytest.mark.usefixtures("two_cores")
def test_a_kill_at_any_moment_leaves_an_edition_and_a_ledger_that_can_be_read(small):
    records = small / "records" / "filed" / "volunteering.csv"
    plain = records.read_text(encoding="utf-8")
    build(qingce.open(small), formats=("html", "pdf", "xlsx", "json"))
    chance = random.Random(3)
    code = ("import sys, qingce; from qingce.services.publish import build; "
            "build(qingce.open(sys.argv[1]), formats=('html', 'pdf', 'xlsx', 'json'))")
    for i in range(8):
        records.write_text(plain.replace(",64,", f",{100 + i},"), encoding="utf-8")
        child = subprocess.Popen([sys.executable, "-c", code, str(small)], env={**os.environ})
        time.sleep(0.2 + chance.random() * 2.0)
        child.send_signal(signal.SIGKILL)
        child.wait()
        found = qingce.open(small).store.latest()
        assert found, "the last complete build is readable"
    records.write_text(plain, encoding="utf-8")
    assert not build(qingce.open(small), formats=("html", "pdf", "xlsx", "json")).blocked
    assert (small / "build" / "index.html").is_file()
