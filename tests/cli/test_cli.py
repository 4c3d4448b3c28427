"""The command line: exit codes, JSON for programs, and never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qingce.services.init import make_project

RUN = [sys.executable, "-c", "from qingce.cli import main; main()"]


def qingce(*args: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run([*RUN, *args], capture_output=True, text=True, cwd=cwd, env=env, check=False)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("cli") / "bank")


def test_init_then_build_works_from_an_empty_folder(tmp_path):
    assert qingce("init", "甲银行", cwd=tmp_path).returncode == 0
    done = qingce("build", "甲银行", "--format", "html,json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "甲银行" / "build" / "index.html").is_file()
    assert "错误 0" in done.stdout


def test_check_says_what_holds_and_exits_with_0(project):
    done = qingce("check", str(project), "--all")
    assert done.returncode == 0
    assert "参加人次不少于活动场次" in done.stdout


def test_an_error_finding_exits_with_1(tmp_path):
    folder = make_project(tmp_path / "bank")
    filed = folder / "records" / "filed" / "volunteering.csv"
    filed.write_text(filed.read_text(encoding="utf-8") + "nobody,HEAD,2024,,1,人,exact,value,,x\n", encoding="utf-8")
    for command in ("check", "build"):
        done = qingce(command, str(folder))
        assert done.returncode == 1, command
        assert "nobody" in done.stdout


def test_figures_are_printed_and_given_as_json(project):
    assert "177.00 小时" in qingce("figures", str(project), "volunteer_hours").stdout
    found = json.loads(qingce("figures", str(project), "--json", "--period", "2024", "--org", "B01").stdout)
    hours = next(f for f in found if f["metric"] == "volunteer_hours")
    assert (hours["value"], hours["unit"], hours["text"]) == ("119.0", "小时", "119.00 小时")


def test_explain_opens_a_number_down_to_rows_and_files(project):
    done = qingce("explain", str(project), "volunteer_hours_per_volunteer", "--sql")
    assert done.returncode == 0
    for word in ("志愿服务时长 ÷ 注册志愿者", "volunteering.csv", "sha256", "V-2024-01", "SELECT", "合成数据"):
        assert word in done.stdout, word
    tree = json.loads(qingce("explain", str(project), "volunteer_events/B01/2024/service=education", "--json").stdout)
    assert tree["text"] == "1 场"
    assert tree["rows"][0]["activity_no"] == "V-2024-01"
    assert tree["inputs"][0]["sha256"]


def test_explain_tells_stored_values_and_quality_once_and_legibly(project):
    figure = "volunteer_hours_per_volunteer"
    shown = qingce("explain", str(project), figure).stdout
    assert shown.count("数据质量：") == 1 and "最差的来源" in shown
    assert qingce("explain", str(project), figure, "--quality").stdout.count("数据质量：") > 1
    below = json.loads(qingce("explain", str(project), figure, "--json").stdout)["operands"][0]
    assert below["value"] and below["quality_chain"]


def test_metrics_lists_cards(project):
    assert "志愿服务时长" in qingce("metrics", str(project)).stdout
    card = json.loads(qingce("metrics", "--name", "scope2_emissions", "--json").stdout)[0]
    assert card["formula"] == "用电量 × 电力二氧化碳排放因子" or "×" in card["formula"]


def test_build_tells_a_program_what_it_made(project, tmp_path):
    done = qingce("build", str(project), "--format", "json", "--json", "--out", str(tmp_path / "o"))
    told = json.loads(done.stdout)
    assert told["blocked"] is False
    assert Path(told["files"][0]).name == "figures.json"


@pytest.mark.parametrize("args", [
    ("build", "nowhere"), ("check", "nowhere"), ("figures", "nowhere"), ("explain", "nowhere", "x"), ("tie", "nowhere"),
    ("metrics", "nowhere"), ("metrics", "--name", "nothing"), ("build",), ("nothing",), ("figures", "--org"),
])
def test_bad_use_exits_with_2_and_no_traceback(args, tmp_path):
    done = qingce(*args, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.strip()


@pytest.mark.parametrize(
    "args",
    [
        ("figures", "{p}", "nothing"),
        ("figures", "{p}", "volunteer_hours", "--period", "去年"),
        ("figures", "{p}", "--org", "B99"),
        ("explain", "{p}", "nothing/x/y"),
        ("explain", "{p}", "volunteer_events/B01/2024/service"),
        ("explain", "{p}", "volunteer_events/B01/2024/service=zzz"),
        ("build", "{p}", "--format", "odt"),
        ("build", "{p}", "--format", ","),
        ("tie", "{p}"),
        ("init", "{p}"),
        ("init", "a/../\x00"),
    ],
)
def test_questions_about_what_is_not_there_exit_with_2(args, project):
    done = qingce(*(a.replace("{p}", str(project)).replace("\x00", "") for a in args))
    assert done.returncode == 2, done.stdout
    assert "Traceback" not in done.stderr + done.stdout


def test_a_read_only_project_is_told_not_traced(tmp_path):
    folder = make_project(tmp_path / "bank")
    (folder / ".qingce").write_text("a file where the state folder should be")
    done = qingce("build", str(folder))
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr + done.stdout


@pytest.mark.parametrize(("args", "words"), [
    (("tie",), "缺少参数 PROJECT"), (("sample", "lanzhou"), "缺少选项 --out"), (("fooo",), "没有命令“fooo”"),
    (("figures", "--peri", "2024"), "没有选项 --peri。是不是 --period"), (("figures", "--org"), "--org 后面要写取值"),
    (("explain", ".", "x", "--rows", "q"), "--rows 要写整数"), (("serve", ".", "--port", "0"), "--port 不能小于 1"),
    (("tie", "a", "b"), "多写了 b"), (("tie", "--json=3"), "--json 不带取值"), (("explain",), "请写要拆的数值"),
])
def test_wrong_use_is_told_in_chinese(args, words):
    done = qingce(*args)
    assert done.returncode == 2 and words in done.stderr
    assert not any(english in done.stderr for english in ("Missing", "Invalid", "Error", "Usage", "Try", "No such"))


@pytest.mark.parametrize("args", [("tie", "--help"), ("journal",), ("--help",)])
def test_help_is_in_chinese(args):
    done = qingce(*args)
    told = done.stdout + done.stderr
    assert "显示这份说明" in told and not any(w in told for w in ("Show this", "Options ─", "required"))
