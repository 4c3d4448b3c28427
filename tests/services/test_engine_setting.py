"""``engine``, ``[spark]`` and ``[records]`` of qingce.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from qingce.core.errors import ProjectError
from qingce.engine.spark import Spark, local_url
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.settings import read_settings
from tests.conftest import toy_registry

REPORT = '[report]\ntitle = "样例"\norganisation = "样例银行"\norg = "LZB"\nperiod = "2024"\n'


def settings(folder: Path, text: str):
    (folder / "qingce.toml").write_text(text + "\n" + REPORT, encoding="utf-8")
    return read_settings(folder)


def test_duckdb_is_the_engine_unless_said_otherwise(tmp_path):
    assert settings(tmp_path, "").engine == "duckdb"


@pytest.mark.parametrize("url", ["spark://10.0.0.1:7077", "spark://a:7077,b:7077", "sc://connect.bank:15002"])
def test_a_cluster_is_named_by_its_url(tmp_path, url):
    assert settings(tmp_path, f'[project]\nengine = "{url}"').engine == url


@pytest.mark.parametrize("engine", ["'spark'", "'postgres://a'", "3", "'spark:// a'", "['duckdb']"])
def test_another_engine_is_refused_by_name(tmp_path, engine):
    with pytest.raises(ProjectError, match="engine 写 duckdb"):
        settings(tmp_path, f"[project]\nengine = {engine}")


def test_settings_of_spark_are_written_short_or_in_full(tmp_path):
    text = '[spark]\nexecutor.memory = "2g"\n"spark.cores.max" = 4\nui.enabled = true'
    assert settings(tmp_path, text).spark == {
        "spark.executor.memory": "2g", "spark.cores.max": "4", "spark.ui.enabled": "true",
    }


@pytest.mark.parametrize("line", ["sql.ansi.enabled = false", 'sql.session.timeZone = "CTT"', "a = [1]"])
def test_settings_that_exactness_rests_on_cannot_be_changed(tmp_path, line):
    with pytest.raises(ProjectError, match=r"\[spark\]"):
        settings(tmp_path, f"[spark]\n{line}")


@pytest.mark.parametrize("url", ["'/data/loan'", "'loan.parquet'", "7", "'s3://key:secret@bucket/loan'"])
def test_records_elsewhere_are_urls_without_passwords(tmp_path, url):
    with pytest.raises(ProjectError, match=r"\[records\] loan") as refused:
        settings(tmp_path, f"[records]\nloan = {url}")
    if "secret" in url:
        assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url", ["s3a://bucket/loan/", "abfss://box@account.dfs.core.windows.net/loan"])
def test_object_storage_is_passed_through(tmp_path, url):
    assert settings(tmp_path, f'[records]\nloan = "{url}"').records == {"loan": url}


def test_a_cluster_that_is_not_there_is_said_at_once():
    pytest.importorskip("pyspark")
    with pytest.raises(ProjectError, match="Nothing listens"):
        Spark(toy_registry(), {}, "spark://127.0.0.1:9").arrow("SELECT 1")


def test_texts_and_paths_stay_themselves_in_spark():
    backend = Spark(toy_registry(), {}, "spark://127.0.0.1:9")
    assert backend.quote("a`b") == "`a``b`"
    assert backend.text("D:\\x 'y'") == "'D:\\\\x \\'y\\''"
    assert local_url(Path("/a/b{c}*.parquet")) == "file:///a/b\\{c\\}\\*.parquet"


@pytest.fixture
def project(tmp_path) -> Path:
    """The project that ``qingce init`` makes, one of its ledgers moved under a URL."""
    folder = tmp_path / "bank"
    make_project(folder)
    return folder


def moved(folder: Path, select: str = "SELECT * FROM source") -> Project:
    plain = Project(folder)
    name, [path] = next((n, p) for n, p in plain.records.parquet.items() if isinstance(p, tuple))
    room = folder / "lake"
    room.mkdir()
    duckdb.sql(select.replace("source", f"'{path}'")).write_parquet(str(room / "part.parquet"))
    for file in (folder / "records").glob(f"{name}*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    with (folder / "qingce.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[records]\n{name} = "file://{room}/part.parquet"\n')
    return Project(folder)


def test_figures_are_the_same_where_records_lie_under_a_url(project):
    before = {str(f.key): f.value for f in Project(project).figures()}
    there = moved(project)
    assert {str(f.key): f.value for f in there.figures()} == before
    notes = [f for f in there.records.findings if f.rule == "url_checked"]
    assert len(notes) == 1
    assert not notes[0].blocks


def test_a_url_whose_columns_are_others_is_a_finding_and_no_figure(project):
    there = moved(project, "SELECT 1 AS something FROM source")
    assert {f.rule for f in there.records.findings} >= {"url_columns"}
    assert there.figures()


def test_a_url_that_nobody_answers_is_a_finding(project):
    there = moved(project)
    shutil.rmtree(project / "lake")
    assert "url_read" in {f.rule for f in there.records.findings}


def test_a_dataset_that_is_none_is_named(project):
    with (project / "qingce.toml").open("a", encoding="utf-8") as file:
        file.write('\n[records]\nnothing_like_it = "s3a://b/x"\n')
    with pytest.raises(ProjectError, match="nothing_like_it"):
        Project(project).figures()


def test_only_what_holds_every_value_fits():
    from qingce.services.remote import fits

    money = pa.decimal128(18, 2)
    assert fits(pa.decimal128(10, 0), money)
    assert fits(pa.int32(), money)
    others = (pa.float64(), pa.int64(), pa.decimal128(18, 4), pa.string())
    assert not any(fits(found, money) for found in others)
