"""The sample of a project: made once, whole or not at all, and read as records that say they are made up."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qingce.core.errors import ProjectError
from qingce.core.figure import FigureKey
from qingce.services.project import Project
from qingce.services.sample.ensure import ensure_sample
from qingce.services.settings import SampleSettings, read_settings

EXAMPLE = Path(__file__).parents[2] / "examples" / "lanzhou_2024"
WISH = SampleSettings("lanzhou", 48_928, 3)

PROJECT = """
[project]
name = "bank"
packs = ["bank", "economy", "green"]
[report]
title = "报告"
organisation = "某银行"
org = "LZB"
period = "2024"
{more}
"""


def project(folder: Path, more: str = "") -> Path:
    (folder / "records").mkdir(parents=True)
    (folder / "qingce.toml").write_text(PROJECT.format(more=more), encoding="utf-8")
    shutil.copy(EXAMPLE / "records" / "org.csv", folder / "records" / "org.csv")
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(
        tmp_path_factory.mktemp("project") / "bank", '[sample]\nkind = "lanzhou"\nloans = 48928\nseed = 3'
    )
    assert ensure_sample(folder, WISH) is not None
    return folder


def test_a_project_without_a_wish_has_no_sample(tmp_path: Path) -> None:
    assert ensure_sample(tmp_path, None) is None
    assert list(tmp_path.iterdir()) == []


def test_a_sample_is_made_once(made: Path) -> None:
    home = ensure_sample(made, WISH)
    assert home is not None
    before = {p: p.stat().st_mtime_ns for p in home.rglob("*")}
    assert ensure_sample(made, WISH) == home
    assert {p: p.stat().st_mtime_ns for p in home.rglob("*")} == before


def test_another_wish_is_another_sample(made: Path) -> None:
    assert ensure_sample(made, SampleSettings("lanzhou", 48_928, 4)) != ensure_sample(made, WISH)


def test_a_run_that_is_broken_off_leaves_nothing(tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if "B07" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_sample(tmp_path, WISH, progress=stop)
    assert list((tmp_path / ".qingce" / "sample").iterdir()) == []


def test_a_damaged_sample_is_made_again(tmp_path: Path, made: Path) -> None:
    home = ensure_sample(made, WISH)
    assert home is not None
    copy = tmp_path / ".qingce" / "sample" / home.name
    shutil.copytree(home, copy)
    loans = copy / "loan" / "as_of=2024-12-31" / "all.parquet"
    whole = loans.read_bytes()
    loans.write_bytes(whole[:1000])
    assert ensure_sample(tmp_path, WISH) == copy
    assert loans.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / ".qingce").write_text("not a folder")
    with pytest.raises(ProjectError, match="不能写入"):
        ensure_sample(tmp_path, WISH)


@pytest.mark.parametrize(
    ("section", "why"),
    [
        ('kind = "lanzhou"\nloans = "many"\nseed = 1', "loans 是不小于 0 的整数，不能是 'many'"),
        ('kind = "lanzhou"\nloans = 60000\nseed = -1', "seed 是不小于 0 的整数，不能是 -1"),
        ('kind = "lanzhou"\nloans = 60000\nseed = true', "seed 是不小于 0 的整数，不能是 True"),
        ("loans = 60000\nseed = 1", "kind 是样本的名称"),
        ('kind = "lanzhou"\nloans = 60000\nseed = 1\nsize = 3', r"\[sample\] 里没有“size”这个键"),
    ],
)
def test_a_wish_that_cannot_be_read_is_refused(tmp_path: Path, section: str, why: str) -> None:
    folder = project(tmp_path / "bank", f"[sample]\n{section}")
    with pytest.raises(ProjectError, match=why):
        read_settings(folder)


def test_an_unknown_bank_is_refused_when_its_records_are_asked_for(tmp_path: Path) -> None:
    folder = project(tmp_path / "bank", '[sample]\nkind = "lanzhuo"\nloans = 60000\nseed = 1')
    with pytest.raises(ProjectError, match="没有名为“lanzhuo”的样本"):
        _ = Project(folder).records


def test_sample_ledgers_are_records_of_the_project_and_synthetic(made: Path) -> None:
    bank = Project(made)
    assert [f for f in bank.records.findings if f.rule != "file_read"] == []
    key = FigureKey("green_loan_balance", "LZB", "2024")
    figure = bank.computation.figure(key)
    assert str(bank.figure("green_loan_balance").text) == "152.18 亿元"
    assert str(bank.figure("green_loan_balance").prior.text) == "127.66 亿元"
    lineage = bank.lineage(figure)
    assert lineage.synthetic
    assert any("as_of=2024-12-31" in each.path for each in lineage.inputs)


def test_a_ledger_that_is_delivered_is_not_taken_from_the_sample(tmp_path: Path, made: Path) -> None:
    home = ensure_sample(made, WISH)
    assert home is not None
    folder = project(tmp_path / "bank", '[sample]\nkind = "lanzhou"\nloans = 48928\nseed = 3')
    shutil.copytree(made / ".qingce" / "sample", folder / ".qingce" / "sample")
    (folder / "records" / "bond_holding.csv").write_text(
        "bond_no,as_of,org,face,carrying,green,green_catalogue,due_on\n"
        "Z1,2024-12-31,HQ,100.00,100.00,是,2021,2030-01-01\n", encoding="utf-8",
    )
    records = Project(folder).records
    assert [(i.path, i.rows, i.synthetic) for i in records.inputs["bond_holding"]] == [
        ("records/bond_holding.csv", 1, False)
    ]
    assert all(i.synthetic for i in records.inputs["loan"])


def test_parquet_in_folders_below_a_datasets_folder_is_read(tmp_path: Path, made: Path) -> None:
    home = ensure_sample(made, WISH)
    assert home is not None
    folder = project(tmp_path / "bank")
    shutil.copytree(home / "loan", folder / "records" / "loan")
    records = Project(folder).records
    assert sum(i.rows for i in records.inputs["loan"]) == 48_928
    assert {i.path for i in records.inputs["loan"]} == {
        f"records/loan/as_of={year}-12-31/all.parquet" for year in (2023, 2024)
    }
