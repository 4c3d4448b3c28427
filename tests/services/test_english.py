"""The English edition of a project: in step with the Chinese, from the same figures, never silently old."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest

import qingce
from qingce.core.check import Finding
from qingce.core.errors import ProjectError
from qingce.publish.twin import State
from qingce.services.english.twins import accept, scaffold, twins
from qingce.services.publish import build, examine, spoken

ENGLISH = (
    """In 2024 the Bank held {{ volunteer_events }} volunteering events with {{ volunteer_attendances }} attendances and
{{ volunteer_hours }}, {{ volunteer_hours.growth.trend }} from the year before; {{ registered_volunteers }} volunteers
were on the roll, with {{ volunteer_hours_per_volunteer }} each.""",
    """::: kpis
Volunteering events | {{ volunteer_events }} | {{ volunteer_events.change.trend }}
Attendances | {{ volunteer_attendances }} | {{ volunteer_attendances.change.trend }}
:::""",
    """{{ table("volunteer_events", by="service", columns="value,prior,change", total=true,
caption="Events by kind") }}""",
    """{{ chart("volunteer_attendances", by="service", periods=2, kind="bar", caption="Attendances by kind") }}""",
    "## Checks",
    "{{ checks() }}",
)

def page(folder: Path) -> Path:
    return folder / "pages" / "en" / "00-volunteering.md"


@pytest.fixture
def bilingual(small: Path) -> Path:
    """The small project with its page translated."""
    blocks = [f"<!-- zh {n} - -->\n{text}" for n, text in enumerate(ENGLISH, 1)]
    page(small).parent.mkdir()
    page(small).write_text("\n\n".join(["---\ntitle: Volunteering\nzh: -\n---", *blocks]) + "\n", encoding="utf-8")
    accept(small, "00-volunteering", "all")
    return small


def hashes(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
            for p in sorted(folder.rglob("*")) if p.is_file()}


def of(found: list[Finding], rule: str) -> list[Finding]:
    return [f for f in found if f.rule == rule]


def words(pdf: Path) -> str:
    return " ".join(" ".join(p.get_textpage().get_text_range() for p in pdfium.PdfDocument(pdf)).split())


def test_both_languages_are_published_read_back_and_linked_to_one_another(bilingual, tmp_path):
    made = build(qingce.open(bilingual), tmp_path / "out", languages=("zh", "en"))
    assert not made.blocked
    assert set(made.gates) == {"PDF", "网页", "PDF（英文）", "网页（英文）"}
    bound = {gate.bound for gate in made.gates.values()}
    assert len(bound) == 1 and all(gate.found == gate.bound > 0 for gate in made.gates.values())
    zh = (tmp_path / "out" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    en = (tmp_path / "out" / "en" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    assert '<html lang="zh-CN"' in zh and '<html lang="en"' in en
    assert 'hreflang="en" href="../en/pages/volunteering.html"' in zh
    assert 'hreflang="zh-CN" href="../../pages/volunteering.html"' in en
    numbers = [re.findall(r'<data value="([^"]*)"', text) for text in (zh, en)]
    assert sorted(numbers[0]) == sorted(numbers[1])
    assert "volunteering events" in words(tmp_path / "out" / "en" / "report.pdf")


def test_a_build_without_english_is_what_it_was_before_there_were_english_pages(small, tmp_path):
    build(qingce.open(small), tmp_path / "before")
    scaffold(small)
    build(qingce.open(small), tmp_path / "after")
    assert hashes(tmp_path / "before") == hashes(tmp_path / "after")


def test_both_editions_are_the_same_bytes_when_built_again_from_nothing(bilingual, tmp_path):
    build(qingce.open(bilingual), tmp_path / "one", languages=("zh", "en"))
    shutil.rmtree(bilingual / ".qingce")
    build(qingce.open(bilingual), tmp_path / "two", languages=("zh", "en"))
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    assert "en/report.docx" in hashes(tmp_path / "one")


def translation(folder: Path) -> None:
    page(folder).write_text(page(folder).read_text(encoding="utf-8").replace("on the roll", "registered"),
                            encoding="utf-8")


def term(folder: Path) -> None:
    label = qingce.open(folder).registry.metrics["volunteer_events"].label
    (folder / "english.yaml").write_text(f"metrics:\n  volunteer_events: {{zh: {label}, en: Events held}}\n",
                                         encoding="utf-8")


@pytest.mark.parametrize("change", [translation, term])
def test_what_changed_in_the_english_alone_leaves_nothing_old(bilingual, tmp_path, change: Callable[[Path], None]):
    build(qingce.open(bilingual), tmp_path / "out", languages=("zh", "en"))
    before = hashes(tmp_path / "out")
    change(bilingual)
    build(qingce.open(bilingual), tmp_path / "out", languages=("zh", "en"))
    shutil.rmtree(bilingual / ".qingce" / "cache")
    build(qingce.open(bilingual), tmp_path / "new", languages=("zh", "en"))
    assert hashes(tmp_path / "out") == hashes(tmp_path / "new") != before


def changed(folder: Path) -> None:
    zh = folder / "pages" / "00-volunteering.md"
    zh.write_text(zh.read_text(encoding="utf-8").replace("本行开展", "本行共开展"), encoding="utf-8")


def test_a_stale_translation_is_found_with_both_texts_and_printed_under_a_mark(bilingual, tmp_path):
    changed(bilingual)
    (found,) = of(examine(qingce.open(bilingual)), "translation_stale")
    assert found.severity == "warning" and not found.blocks
    assert "本行共开展" in found.reason and "the Bank held" in found.reason
    assert found.advice.endswith("--accept 00-volunteering 1。")
    assert found.place.file == "pages/en/00-volunteering.md" and found.place.row
    build(qingce.open(bilingual), tmp_path / "out", ("html",), ("zh", "en"))
    shown = (tmp_path / "out" / "en" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    assert "The Chinese text of this passage has changed since" in shown and "the Bank held" in shown
    accept(bilingual, "00-volunteering", "1")
    assert of(examine(qingce.open(bilingual)), "translation_stale") == []


def policy(folder: Path, line: str) -> None:
    toml = folder / "qingce.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f"\n[english]\n{line}\n", encoding="utf-8")


def test_by_policy_a_stale_translation_gives_way_to_the_chinese(bilingual, tmp_path):
    policy(bilingual, 'shown = "chinese"')
    changed(bilingual)
    build(qingce.open(bilingual), tmp_path / "out", ("html",), ("zh", "en"))
    shown = (tmp_path / "out" / "en" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    assert "Translation not yet updated" in shown and "本行共开展" in shown and "the Bank held" not in shown


def test_by_policy_a_stale_translation_forbids_publishing(bilingual, tmp_path):
    policy(bilingual, 'stale = "error"')
    changed(bilingual)
    made = build(qingce.open(bilingual), tmp_path / "out", ("html",), ("zh", "en"))
    assert made.blocked and made.out is None
    chinese = build(qingce.open(bilingual), tmp_path / "zh", ("html",))
    assert not chinese.blocked, "the Chinese edition does not wait for it"


def test_a_policy_that_is_none_is_refused(bilingual):
    policy(bilingual, 'stale = "never"')
    with pytest.raises(ProjectError, match="stale 写 warning 或 error"):
        qingce.open(bilingual)


def test_a_figure_that_only_one_language_binds_is_an_error(bilingual):
    text = page(bilingual).read_text(encoding="utf-8")
    page(bilingual).write_text(text.replace("held {{ volunteer_events }}", "held {{ volunteer_events.prior }}"),
                               encoding="utf-8")
    found = of(examine(qingce.open(bilingual)), "translation_figures")
    assert sorted(f.place.value for f in found) == ["volunteer_events", "volunteer_events.prior"]
    assert all(f.blocks for f in found)


def test_how_a_number_is_worded_is_the_translators_affair(bilingual):
    text = page(bilingual).read_text(encoding="utf-8")
    page(bilingual).write_text(text.replace("volunteer_hours.growth.trend", "volunteer_hours.growth.magnitude"),
                               encoding="utf-8")
    assert of(examine(qingce.open(bilingual)), "translation_figures") == []


def test_a_number_typed_by_hand_is_refused_in_english_too(bilingual):
    text = page(bilingual).read_text(encoding="utf-8")
    page(bilingual).write_text(text.replace("the Bank held", "the 12 branches held"), encoding="utf-8")
    (found,) = of(examine(qingce.open(bilingual)), "naked_number")
    assert found.place.value == "12 branches" and found.blocks


@pytest.mark.parametrize(("quoted", "found"), [("RMB15 million", 0), ("RMB15.00 million", 0), ("RMB1.5 million", 2)])
def test_quoted_numbers_are_the_same_whatever_their_scale(bilingual, quoted, found):
    zh = bilingual / "pages" / "00-volunteering.md"
    more = '\n捐赠 {{ said("1,500 万元", source="某报告") }}。\n'
    zh.write_text(zh.read_text(encoding="utf-8") + more, encoding="utf-8")
    scaffold(bilingual)
    text = page(bilingual).read_text(encoding="utf-8")
    text = text.replace("1,500 万元", quoted).replace("捐赠", "Donated").replace("某报告", "a report")
    page(bilingual).write_text(text, encoding="utf-8")
    number = twins(bilingual)[0].pairs[-1].number
    accept(bilingual, "00-volunteering", str(number))
    assert len(of(examine(qingce.open(bilingual)), "translation_quotations")) == found


def test_pages_without_english_are_left_out_and_listed_on_the_first_page(bilingual, tmp_path):
    more = "---\ntitle: 更多\nslug: more\n---\n\n还有一页。\n"
    (bilingual / "pages" / "10-more.md").write_text(more, encoding="utf-8")
    (missing,) = of(examine(qingce.open(bilingual)), "translation_missing")
    assert "10-more.md" in missing.reason and "--scaffold --page 10-more" in missing.advice
    made = build(qingce.open(bilingual), tmp_path / "out", ("html",), ("zh", "en"))
    assert (made.pages, made.pages_en) == (2, 1)
    first = (tmp_path / "out" / "en" / "pages" / "volunteering.html").read_text(encoding="utf-8")
    assert "not yet available in English" in first and "更多" in first
    assert not (tmp_path / "out" / "en" / "pages" / "more.html").exists()
    shown = (tmp_path / "out" / "pages" / "more.html").read_text(encoding="utf-8")
    assert 'href="../en/index.html"' in shown, "a page without a twin leads to the cover of the other edition"


def test_a_name_the_term_base_lacks_is_told_and_one_it_has_is_printed(bilingual):
    found = of(examine(qingce.open(bilingual)), "translation_names")
    assert any("volunteer_events" in f.reason for f in found)
    label = qingce.open(bilingual).registry.metrics["volunteer_events"].label
    (bilingual / "english.yaml").write_text(
        f"metrics:\n  volunteer_events: {{zh: {label}, en: Volunteering events}}\n"
        f"terms:\n  - {{zh: 志愿服务, en: voluntary service}}\n", encoding="utf-8")
    found = examine(qingce.open(bilingual))
    assert not any("metrics: volunteer_events" in f.reason for f in of(found, "translation_names"))
    assert all(f.severity == "note" for f in of(found, "translation_terms")) and of(found, "translation_terms")


def test_an_english_name_made_for_another_chinese_label_is_not_used(bilingual):
    (bilingual / "english.yaml").write_text(
        "metrics:\n  volunteer_events: {zh: 从前的名称, en: An earlier name}\n", encoding="utf-8")
    assert any("volunteer_events" in f.reason for f in of(examine(qingce.open(bilingual)), "translation_names"))


def test_both_names_stand_in_figures_json_and_in_the_databook(bilingual, tmp_path):
    from openpyxl import load_workbook

    label = qingce.open(bilingual).registry.metrics["volunteer_events"].label
    (bilingual / "english.yaml").write_text(
        f"metrics:\n  volunteer_events: {{zh: {label}, en: Volunteering events}}\n", encoding="utf-8")
    build(qingce.open(bilingual), tmp_path / "out", ("xlsx", "json"), ("zh", "en"))
    said = json.loads((tmp_path / "out" / "figures.json").read_bytes())
    assert said["metrics"]["volunteer_events"]["label_en"] == "Volunteering events"
    assert any(f.get("text_en") for f in said["figures"])
    sheet = load_workbook(tmp_path / "out" / "databook.xlsx")["指标数据"]
    cells = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert {"Indicator", "Volunteering events", label} <= cells


def test_a_project_without_english_pages_speaks_one_language(small):
    assert spoken(small) == ("zh",)
    with pytest.raises(ProjectError, match="pages/en"):
        build(qingce.open(small), languages=("zh", "en"))
    scaffold(small)
    assert spoken(small) == ("zh",), "what nobody has translated is no edition"


def test_accepting_what_is_still_chinese_is_refused(small):
    scaffold(small)
    with pytest.raises(ProjectError, match="还是中文"):
        accept(small, "00-volunteering", "1")
    with pytest.raises(ProjectError, match="没有第 99 段"):
        accept(small, "00-volunteering", "99")
    assert twins(small)[0].counts[State.MISSING] == 6
