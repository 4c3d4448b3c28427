"""Commands asked of a server: the same words as from the folder, over the same journal, with a token."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse, RedirectResponse
from sqlalchemy import text

from qingce.core.errors import ProjectError
from qingce.services.desk import Desk
from qingce.services.desk.keeping import sign_journal
from qingce.services.desk.tokens import issue_token
from qingce.services.remote_desk import Remote, verify_remote
from qingce.web import create_app
from tests.cli.test_cli import RUN
from tests.web.collecting import bank_in_campaign
from tests.web.conftest import Served


@dataclass
class Bank:
    """A bank behind a server, and a token of its office."""

    desk: Desk
    url: str
    token: str


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    """The bank in its campaign, served on loopback."""
    with bank_in_campaign(tmp_path_factory.mktemp("server") / "bank") as desk, Served(create_app(desk)) as url:
        scopes = ["read_figures", "read_records", "read_findings", "read_journal"]
        token = issue_token(desk, desk.actor("office"), "命令行", scopes, 1)
        sign_journal(desk)
        yield Bank(desk, url, token)


def qingce(*args: str, token: str = "") -> subprocess.CompletedProcess[str]:
    """The command, with a token in its environment or without."""
    env = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "QINGCE_TOKEN": token}
    return subprocess.run([*RUN, *args], capture_output=True, text=True, env=env, check=False)


@pytest.mark.parametrize("command", [
    ("figures", "volunteer_hours", "--period", "2024"), ("figures", "--json"),
    ("explain", "volunteer_hours_per_volunteer", "--sql"), ("explain", "volunteer_hours/B01/2024", "--json"),
])
def test_a_server_says_what_the_folder_says(bank: Bank, command: tuple[str, ...]):
    verb, *rest = command
    here = qingce(verb, str(bank.desk.folder), *rest)
    there = qingce(verb, *rest, "--server", bank.url, token=bank.token)
    assert there.returncode == here.returncode == 0, there.stderr
    assert there.stdout == here.stdout and len(here.stdout) > 50


def test_a_search_finds_here_what_it_finds_there(bank: Bank):
    here = qingce("find", str(bank.desk.folder), "志愿服务时长", "2024", "--kind", "figure")
    there = qingce("find", "志愿服务时长", "2024", "--kind", "figure", "--server", bank.url, token=bank.token)
    assert here.returncode == there.returncode == 0, there.stderr
    assert here.stdout == there.stdout and "volunteer_hours_per_volunteer/HEAD/2024" in here.stdout
    told = json.loads(qingce("find", str(bank.desk.folder), "志愿", "--json").stdout)
    assert {"metric", "figure", "paragraph", "check"} <= set(told["counts"])
    assert {"kind", "key", "label", "where", "excerpt", "href", "exact"} == set(told["results"][0])
    item = qingce("find", "注册志愿者 城东", "--server", bank.url, "--json", token=bank.token)
    assert json.loads(item.stdout)["counts"] == {}  # the token may not read items


def test_a_search_needs_words_and_a_kind_that_there_is(bank: Bank):
    assert qingce("find", str(bank.desk.folder)).returncode == 2
    assert qingce("find", str(bank.desk.folder), "志愿", "--kind", "secret").returncode == 2
    nothing = qingce("find", str(bank.desk.folder), "没有这样的词")
    assert nothing.returncode == 0 and nothing.stdout.strip() == "没有找到。"


def test_checks_of_a_server_are_those_of_its_latest_build(bank: Bank):
    here = json.loads(qingce("check", str(bank.desk.folder), "--json").stdout)
    there = qingce("check", "--server", bank.url, "--json", token=bank.token)
    assert there.returncode == 0 and json.loads(there.stdout) == here
    told = qingce("check", "--server", bank.url, "--all", token=bank.token).stdout
    assert "参加人次不少于活动场次" in told and "最近一次编制" in told


def test_a_journal_is_verified_from_afar_line_by_line(bank: Bank):
    here = qingce("journal", "verify", str(bank.desk.folder))
    there = qingce("journal", "verify", "--server", bank.url, token=bank.token)
    assert there.returncode == 0 and there.stdout == here.stdout and "1 个检查点" in there.stdout


@pytest.mark.parametrize(("spoil", "words"), [
    ("UPDATE journal SET line = replace(line, '填报岗', '复核岗') WHERE seq = (SELECT max(seq) FROM journal WHERE "
     "line LIKE '%填报岗%')", "与它的哈希不符"),
    ("UPDATE checkpoint SET signature = substr(signature, 1, 126) || '00'", "签名不真"),
])
def test_a_journal_that_was_changed_is_found_out_from_afar(bank: Bank, spoil: str, words: str):
    store, remote = bank.desk.store, Remote(bank.url, bank.token)
    with store.engine.connect() as kept:
        before = [kept.execute(text(f"SELECT * FROM {name}")).mappings().all() for name in ("journal", "checkpoint")]
    try:
        with store.engine.begin() as db:
            db.execution_options(qingce_write=True)
            db.execute(text("DROP TRIGGER IF EXISTS journal_no_update")) if store.sqlite else None
            db.execute(text(spoil))
        found = verify_remote(remote)
        assert found.broken is not None and words in found.broken[1]
    finally:
        with store.engine.begin() as db:
            for row in before[0]:
                db.execute(text("UPDATE journal SET line = :line WHERE seq = :seq"),
                           {"line": row["line"], "seq": row["seq"]})
            for row in before[1]:
                db.execute(text("UPDATE checkpoint SET signature = :signature WHERE seq = :seq"),
                           {"signature": row["signature"], "seq": row["seq"]})
    assert verify_remote(remote).broken is None


@pytest.mark.parametrize(("args", "token", "words"), [
    (("figures", "--server", "http://esg.bank.example"), "qc_x", "请用 https"),
    (("figures", "--server", "ftp://127.0.0.1"), "qc_x", "https://esg.bank.example"),
    (("figures", "--server", "http://127.0.0.1:9"), "qc_x", "连不上"),
    (("figures", "--server", "http://127.0.0.1:9"), "", "QINGCE_TOKEN"),
    (("figures",), "", "--server"), (("check", "x", "--server", "http://127.0.0.1:9"), "qc_x", "只写一个"),
    (("explain", "--server", "http://127.0.0.1:9"), "qc_x", "FIGURE"),
])
def test_wrong_use_is_told_in_words_and_exits_with_2(args: tuple[str, ...], token: str, words: str):
    done = qingce(*args, token=token)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
    assert not token or token not in done.stderr + done.stdout


def test_a_token_that_is_not_taken_or_may_not_is_told_so(bank: Bank):
    with pytest.raises(ProjectError, match="里的令牌"):
        Remote(bank.url, "qc_nobody").get("project")
    narrow = issue_token(bank.desk, bank.desk.actor("office"), "只读", ["read_figures"], 1)
    with pytest.raises(ProjectError, match="令牌没有此项权限"):
        verify_remote(Remote(bank.url, narrow))
    with pytest.raises(ProjectError, match="没有"):
        Remote(bank.url, narrow).get("figures", metric="volunteer_hour")


def test_a_token_follows_no_redirect_and_what_is_no_desk_is_told(bank: Bank):
    app = FastAPI()
    asked: list[str] = []

    @app.get("/api/v1/project")
    def elsewhere() -> RedirectResponse:
        return RedirectResponse("/stolen")

    @app.get("/stolen")
    def stolen() -> PlainTextResponse:
        asked.append("stolen")
        return PlainTextResponse("x")

    with Served(app) as url, pytest.raises(ProjectError, match="不像填报台"):
        Remote(url, bank.token).get("project")
    assert asked == []
    assert bank.token not in repr(Remote(bank.url, bank.token))


def test_the_folder_is_still_asked_without_a_server(tmp_path: Path):
    done = qingce("check", str(tmp_path))
    assert done.returncode == 2 and "qingce.toml" in done.stderr
