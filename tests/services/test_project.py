"""Opening a project: what works, and what is told where something is wrong."""

from __future__ import annotations

import sys
from decimal import Decimal as D
from pathlib import Path

import pytest

import qingce
from qingce.core.amount import ABSENT
from qingce.core.errors import BindingError, DeclarationError, PeriodError, ProjectError


def test_a_figure_is_read_with_its_growth_and_lineage(small):
    p = qingce.open(small)
    hours = p.figure("volunteer_hours", period=2024)
    assert hours.value == D("177.0")
    assert hours.growth.text == "168.18%"
    assert p.figure("volunteer_hours_per_volunteer").text == "2.77 小时/人"
    assert p.figure("volunteer_events", org="B01", service="金融知识普及").value == 1
    assert p.figure("volunteer_events", period="2024Q3").value == 1
    assert p.figure("volunteer_events", period=2020).value is ABSENT
    record = p.lineage(hours.figure)
    assert record.inputs[0].path == "records/volunteering.csv"
    assert record.inputs[0].synthetic
    filed = p.lineage(p.figure("registered_volunteers").figure)
    assert [i.path for i in filed.inputs] == ["records/filed/volunteering.csv"]
    assert filed.inputs[0].sha256


def test_a_frame_is_tidy_and_exact(small):
    frame = qingce.open(small).frame(["volunteer_events"], periods=[2024])
    assert list(frame.columns) == ["metric", "label", "org", "period", "dims", "value", "unit", "qualifier", "lineage"]
    assert frame.set_index("dims")["value"].to_dict() == {"": D(4), "service=education": D(2),
                                                         "service=elderly": D(1), "service=environment": D(1)}


def test_names_that_do_not_exist_are_told_with_the_nearest(small):
    p = qingce.open(small)
    with pytest.raises(BindingError, match="是不是“volunteer_hours”？"):
        p.figure("volunteer_hour")
    with pytest.raises(BindingError, match="机构表里没有"):
        p.figure("volunteer_hours", org="B99")
    with pytest.raises(BindingError, match="没有维度“branch”"):
        p.figure("volunteer_events", branch="x")
    with pytest.raises(PeriodError, match="不是期间"):
        p.figure("volunteer_hours", period="去年")


@pytest.mark.parametrize(("text", "told"), [
    ("[report]\ntitle='x'\n", "缺少“organisation”"),
    ("[report", "读不了"),
    ("[reports]\nx=1\n", r"没有 \[reports\] 这一节。是不是“report”"),
    ("[report]\ntitel='x'\n", "没有“titel”这个键。是不是“title”"),
    ("[report]\ntitle='x'\norganisation='y'\norg='A'\nperiod='去年'\n", "不是期间"),
    ("[report]\ntitle='x'\norganisation='y'\norg='A'\nperiod='2024'\nhistory=99\n", "1 到 10"),
])
def test_settings_that_cannot_be_used_are_told(tmp_path, text, told):
    (tmp_path / "qingce.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match=told):
        qingce.open(tmp_path)


def test_a_folder_that_is_no_project_is_told(tmp_path):
    with pytest.raises(ProjectError, match="qingce init"):
        qingce.open(tmp_path)


def test_a_pack_of_the_project_is_loaded_and_its_mistakes_are_told(small):
    pack = small / "packs" / "volunteering"
    (pack / "more.py").write_text("import nothing_like_this\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="pack 'volunteering' cannot be loaded: ModuleNotFoundError"):
        _ = qingce.open(small).registry


@pytest.mark.parametrize("line", ["sys.exit(3)", "exit()", "raise SystemExit"])
def test_a_pack_that_ends_the_program_is_told_with_its_file_and_line(small, line):
    (small / "packs" / "volunteering" / "more.py").write_text(f"import sys\n\n{line}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"pack 'volunteering' cannot be loaded: .*more\.py, line 3, ends the"):
        _ = qingce.open(small).registry


def test_a_unit_that_is_none_is_told_with_its_metric_or_factor(small):
    metrics = small / "packs" / "volunteering" / "metrics.py"
    right = metrics.read_text(encoding="utf-8")
    metrics.write_text(right.replace('"志愿服务时长", unit="小时"', '"志愿服务时长", unit="小石"'), encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"metric 'volunteer_hours': 没有“小石”这个单位"):
        _ = qingce.open(small).registry
    metrics.write_text(right, encoding="utf-8")
    (small / "packs" / "volunteering" / "factors").mkdir()
    (small / "packs" / "volunteering" / "factors" / "f.yaml").write_text(
        "rate: {label: 率, unit: 小石, editions: []}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match=r"factors/f\.yaml: factor 'rate': 没有“小石”这个单位"):
        _ = qingce.open(small).registry


def test_a_member_that_is_none_is_told_with_those_there_are(small):
    with pytest.raises(BindingError, match="代码表 service 里没有“abc”。可写 金融知识普及（education）"):
        qingce.open(small).figure("volunteer_events", service="abc")


def test_an_installed_pack_is_found_by_its_entry_point(small, tmp_path, monkeypatch):
    """A distribution that names a pack under ``qingce.packs`` needs no change in Qingce."""
    site = tmp_path / "site"
    pack = site / "bank_extras"
    pack.mkdir(parents=True)
    (pack / "__init__.py").write_text('"""Extras."""\nLABEL = "外加"\n', encoding="utf-8")
    (pack / "metrics.py").write_text(
        'from qingce.core.metric import filed\nextra_branches = filed("外加网点", unit="家")\n', encoding="utf-8")
    info = site / "bank_extras-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bank-extras\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[qingce.packs]\nbank_extras = bank_extras\n")
    monkeypatch.syspath_prepend(str(site))
    try:
        assert qingce.open(small).registry.metrics["extra_branches"].label == "外加网点"
    finally:
        for name in [m for m in sys.modules if m.startswith("bank_extras")]:
            del sys.modules[name]


def test_one_name_is_read_as_a_name(small):
    p = qingce.open(small)
    assert p.frame("volunteer_hours").equals(p.frame(["volunteer_hours"]))


def test_a_file_that_no_ledger_reads_is_told(small):
    (small / "records" / "volunteerin.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    found = [f for f in qingce.open(small).records.findings if f.rule == "file_read"]
    assert "records/volunteerin.csv" in found[0].reason
    assert found[0].advice == "按台账名命名，例如 volunteering.csv。是否应为“volunteering”？"


@pytest.mark.parametrize("name", ["volunteering.xlsm", "volunteering.xls", "volunteering.CSV", "volunteering-2.tsv"])
def test_a_ledger_in_a_form_that_is_not_read_is_told_to_be_saved_anew(small, name):
    (small / "records" / name).write_text("a,b\n1,2\n", encoding="utf-8")
    (small / "records" / "~$volunteering.xlsx").write_bytes(b"open in Excel")
    found = [f for f in qingce.open(small).records.findings if f.rule == "file_read"]
    assert [f.place.file for f in found] == [f"records/{name}"]
    assert "志愿服务台账没有读取它" in found[0].reason and "另存为" in found[0].advice


def test_bad_records_block_a_build_and_what_was_stored_stays(small):
    from qingce.services.publish import build

    assert not build(qingce.open(small)).blocked
    before = qingce.open(small).store.latest()
    page = (small / "build" / "index.html").read_bytes()
    records = small / "records" / "volunteering.csv"
    records.write_text(records.read_text(encoding="utf-8").replace("2024-03-05", "2024-02-30"), encoding="utf-8")
    result = build(qingce.open(small))
    assert result.blocked
    assert any("2024-02-30" in f.place.value for f in result.findings if f.blocks)
    assert qingce.open(small).store.latest() == before
    assert (small / "build" / "index.html").read_bytes() == page


def test_a_changed_record_makes_the_next_revision_with_its_cause(small):
    from qingce.services.publish import build

    build(qingce.open(small), formats=("json",))
    records = small / "records" / "volunteering.csv"
    records.write_text(records.read_text(encoding="utf-8").replace("22,44.0", "22,45.0"), encoding="utf-8")
    p = qingce.open(small)
    build(p, formats=("json",))
    revisions = p.revisions(p.figure("volunteer_hours").key)
    assert [(r.figure.revision, r.figure.value, r.cause) for r in revisions] == [
        (1, D("177.0"), ""), (2, D("178.0"), "记录变更")]


def test_a_yaml_key_that_stands_twice_is_told(small):
    path = small / "packs" / "volunteering" / "codes" / "volunteering.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "service: {label: x, values: []}\n", encoding="utf-8")
    with pytest.raises(DeclarationError, match="'service' stands twice"):
        _ = qingce.open(small).registry


def test_a_kept_script_is_not_used_for_changed_declarations(small):
    from qingce.services.publish import build

    build(qingce.open(small), formats=("json",))
    metrics: Path = small / "packs" / "volunteering" / "metrics.py"
    metrics.write_text(metrics.read_text(encoding="utf-8").replace(
        "return volunteering.hours.sum()", 'return volunteering.hours.sum(where=volunteering.service == "elderly")'),
        encoding="utf-8")
    p = qingce.open(small)
    assert p.figure("volunteer_hours").value == D("40.0")
    assert "敬老助老" in p.lineage(p.figure("volunteer_hours").figure).formula


def test_an_org_table_that_cannot_be_read_is_one_finding_not_one_a_row(small):
    (small / "records" / "org.csv").write_text("code,name\nHEAD\n", encoding="utf-8")
    found = [f for f in qingce.open(small).records.findings if f.blocks]
    assert {f.place.file for f in found} == {"records/org.csv"}


def test_a_missing_org_table_is_one_finding_and_not_one_for_every_row(small):
    """org.csv is deleted; the ledger has six rows of branches, the filed figures are the head office's."""
    (small / "records" / "org.csv").unlink()
    [finding] = [f for f in qingce.open(small).records.findings if f.blocks]
    assert (finding.rule, finding.place.file) == ("org_table", "records/org.csv")
    assert finding.reason.startswith("没有机构表 records/org.csv，只认得报告主体 HEAD；records/volunteering.csv 里的")
    assert {row["机构"] for row in finding.rows} == {"B01", "B02"} and "补交机构表" in finding.advice


def test_an_unknown_org_beside_an_org_table_is_told_with_its_row(small):
    file = small / "records" / "volunteering.csv"
    file.write_text(file.read_text(encoding="utf-8").replace(",B02,", ",B99,", 1), encoding="utf-8")
    assert [f.rule for f in qingce.open(small).records.findings if f.blocks] == ["org_unknown"]


def test_a_bank_of_one_org_needs_no_table(small):
    (small / "records" / "org.csv").unlink()
    file = small / "records" / "volunteering.csv"
    text = file.read_text(encoding="utf-8").replace(",B01,", ",HEAD,").replace(",B02,", ",HEAD,")
    file.write_text(text, encoding="utf-8")
    assert qingce.open(small).records.findings == ()
