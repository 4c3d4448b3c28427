"""Commands that send something to a server, and those that list what is there, run in this process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from qingce.cli.app import app
from qingce.core.errors import QingceError
from qingce.services.desk.jobs import Worker
from qingce.services.desk.keeping import export_journal
from qingce.services.desk.tokens import issue_token
from tests.cli.test_server import Bank, bank  # noqa: F401
from tests.services.desk.staff import EAST, WEST

SCOPES = ["import", "read_records", "file", "submit", "read_items", "read_figures"]


@pytest.fixture(scope="module")
def tokens(bank: Bank) -> dict[str, str]:
    """Tokens of an owner, a branch, the office and the system's manager."""
    desk = bank.desk
    given = {"head": SCOPES, "east": SCOPES, "west": SCOPES, "admin": ["operate"],
             "office": ["read_figures", "read_records", "read_journal", "read_editions", "run_campaign"]}
    return {name: issue_token(desk, desk.actor(name), "脚本", scopes, 1) for name, scopes in given.items()}


def run(*args: str, token: str = "") -> Result:
    """A command in this process, with a token in its environment."""
    return CliRunner().invoke(app, list(args), env={"QINGCE_TOKEN": token, "NO_COLOR": "1"})


@pytest.mark.parametrize("command", [
    ("rows", "volunteer_hours", "--limit", "3"), ("rows", "volunteer_hours/B01/2024", "--json"),
    ("metrics", "--json"), ("metrics", "--name", "volunteer_hours"),
])
def test_a_server_lists_what_the_folder_lists(bank: Bank, tokens: dict[str, str], command: tuple[str, ...]):
    verb, *rest = command
    here = run(verb, str(bank.desk.folder), *rest)
    there = run(verb, *rest, "--server", bank.url, token=tokens["office"])
    assert here.exit_code == there.exit_code == 0, there.output + str(there.exception)
    assert there.stdout == here.stdout and len(here.stdout) > 50


def test_a_journal_is_exported_from_afar_as_it_is_here(bank: Bank, tokens: dict[str, str], tmp_path: Path):
    here, there = tmp_path / "here.jsonl", tmp_path / "there.jsonl"
    export_journal(bank.desk, here)
    done = run("journal", "export", "--out", str(there), "--server", bank.url, token=tokens["office"])
    assert done.exit_code == 0 and "已导出" in done.stdout, done.output + str(done.exception)
    assert there.read_bytes() == here.read_bytes() and not list(tmp_path.glob("*.part"))


def test_one_figure_is_filed_and_handed_in_by_a_script(bank: Bank, tokens: dict[str, str]):
    filed = run("file", WEST, "--value", "9", "--source", "登记册", "--server", bank.url, token=tokens["west"])
    assert filed.exit_code == 0 and f"已填报 {WEST}：9" in filed.stdout, filed.output + str(filed.exception)
    gone = run("file", EAST, "--not-available", "登记册遗失", "--submit", "--json", "--server", bank.url,
               token=tokens["east"])
    assert gone.exit_code == 0 and json.loads(gone.stdout)["state"] == "submitted", gone.output
    other = run("file", WEST, "--value", "9", "--server", bank.url, token=tokens["east"])
    assert isinstance(other.exception, QingceError) and tokens["east"] not in str(other.exception)
    assert run("file", WEST, "--server", bank.url, token=tokens["west"]).exit_code == 2
    assert run("file", WEST, "--value", "1", "--not-applicable", "x", "--server", bank.url).exit_code == 2


def test_a_ledger_is_delivered_and_its_verdict_is_the_exit_code(
    bank: Bank, tokens: dict[str, str], tmp_path: Path,
):
    dataset, source = "volunteering", bank.desk.folder / "records" / "volunteering.csv"
    more = tmp_path / "volunteering.csv"
    more.write_text(source.read_text(encoding="utf-8").replace("V-20", "W-20"), encoding="utf-8")
    worker = Worker(bank.desk, every=0.05)
    worker.start()
    try:
        good = run("deliver", dataset, str(more), "--server", bank.url, token=tokens["head"])
        assert good.exit_code == 0 and "已采用" in good.stdout, good.output + str(good.exception)
        twice = run("deliver", dataset, str(source), "--json", "--server", bank.url, token=tokens["head"])
        assert twice.exit_code == 1 and json.loads(twice.stdout)["state"] == "refused", twice.output
    finally:
        worker.stop()
    listed = run("jobs", "list", "--server", bank.url, token=tokens["admin"])
    assert listed.exit_code == 0 and "任务：" in listed.stdout and "完成" in listed.stdout
    missing = run("deliver", dataset, str(tmp_path / "none.csv"), "--server", bank.url, token=tokens["head"])
    assert isinstance(missing.exception, QingceError) and "cannot be read" in str(missing.exception)


@pytest.mark.parametrize("args", [
    ("rows", "--server", "http://127.0.0.1:9"), ("rows",), ("rows", "f", "--out", "x.csv", "--server", "http://127.0.0.1:9"),
    ("metrics", "folder", "--server", "http://127.0.0.1:9"), ("compare", "a", "--server", "http://127.0.0.1:9"),
    ("compare", "a", "b", "--pdf", "x.pdf", "--server", "http://127.0.0.1:9"), ("jobs", "list"),
    ("journal", "export", "folder", "--out", "x", "--server", "http://127.0.0.1:9"), ("deliver", "loan", "x.csv"),
])
def test_wrong_use_exits_with_2(args: tuple[str, ...]):
    assert run(*args, token="qc_x").exit_code == 2
