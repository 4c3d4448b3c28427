"""Records in object storage: a real server that speaks S3, on loopback."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.rows import export_rows
from tests.conftest import toy_registry

BUCKET = "bank-lake"


@dataclass
class Storage:
    """A bucket."""

    client: object

    def put(self, path: Path, key: str) -> None:
        """Store a file."""
        self.client.upload_file(str(path), BUCKET, key)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def storage(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
    client.create_bucket(Bucket=BUCKET)
    for left in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=left["Key"])
    return Storage(client)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "bank"
    make_project(folder)
    return folder


def moved(folder: Path, storage: Storage, url: str, pieces: int = 1) -> Project:
    """The project with its one ledger in object storage."""
    plain = Project(folder)
    name, [path] = next((n, p) for n, p in plain.records.parquet.items() if isinstance(p, tuple))
    for piece in range(pieces):
        part = folder / f"part-{piece}.parquet"
        numbered = f"(SELECT *, row_number() OVER () AS n FROM '{path}')"
        duckdb.sql(f"SELECT * EXCLUDE (n) FROM {numbered} WHERE n % {pieces} = {piece}").write_parquet(str(part))
        storage.put(part, f"esg/{name}/as_of=2024-12-31/part-{piece}.parquet")
    for file in (folder / "records").glob(f"{name}*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    with (folder / "qingce.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[records]\n{name} = "{url.format(name=name)}"\n')
    return Project(folder)


FOLDER = "s3a://bank-lake/esg/{name}/"


@pytest.mark.parametrize(
    "url", [FOLDER, "s3://bank-lake/esg/{name}/as_of=2024-12-31/part-0.parquet", "s3://bank-lake/esg/*/*/*.parquet"]
)
def test_figures_are_the_same_from_object_storage(project: Path, storage: Storage, url: str) -> None:
    before = {str(f.key): f.value for f in Project(project).figures()}
    there = moved(project, storage, url)
    assert {str(f.key): f.value for f in there.figures()} == before
    assert [f.rule for f in there.records.findings if f.rule.startswith("url")] == ["url_checked"]


def test_a_folder_of_many_objects_is_one_ledger(project: Path, storage: Storage) -> None:
    before = {str(f.key): f.value for f in Project(project).figures()}
    assert {str(f.key): f.value for f in moved(project, storage, FOLDER, pieces=3).figures()} == before


def test_the_rows_behind_a_figure_stream_from_object_storage(project: Path, storage: Storage) -> None:
    there = moved(project, storage, FOLDER)
    export_rows(there, "volunteer_hours", project / "rows.csv")
    assert len((project / "rows.csv").read_text(encoding="utf-8-sig").splitlines()) > 3


@pytest.mark.parametrize("url", ["s3://bank-lake/no/such.parquet", "s3://no-such-bucket/loan/"])
def test_what_is_not_there_is_a_finding(project: Path, storage: Storage, url: str) -> None:
    found = moved(project, storage, url).records.findings
    assert [f.rule for f in found if f.blocks] == ["url_read"]


def test_storage_that_does_not_answer_is_a_finding(
    project: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = moved(project, storage, FOLDER)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    assert [f.rule for f in there.records.findings if f.blocks] == ["url_read"]


def test_an_endpoint_that_is_no_address_is_told(
    project: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = moved(project, storage, FOLDER)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "127.0.0.1:9")
    [found] = [f for f in there.records.findings if f.blocks]
    assert found.rule == "url_read" and "AWS_ENDPOINT_URL" in found.reason


@pytest.mark.parametrize("url", ["s3a://bank-lake/esg/loan/", "abfss://lake@bank.example/loan/", "hdfs://a:9000/loan"])
def test_spark_is_handed_the_address_as_it_stands(url: str) -> None:
    backend = Spark(toy_registry(), {"loan": url}, "spark://127.0.0.1:7077")
    assert backend.selection("loan").endswith(f"FROM parquet.`{url}`")


def test_duckdb_is_handed_the_address_as_it_stands(storage: Storage) -> None:
    backend = DuckDB(toy_registry(), {})
    assert backend.table_at("s3://bank-lake/a.parquet") == "read_parquet('s3://bank-lake/a.parquet')"
    assert backend.table_at("s3a://bank-lake/loan/") == "read_parquet('s3a://bank-lake/loan/**/*.parquet')"
