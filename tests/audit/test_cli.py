"""``qingce audit``: formats, exit codes, many files, last year's report, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import qingce

RIGHT = "2024 年末，贷款余额 125.00 亿元，较年初增加 25.00 亿元，增幅 25.00%。\n"
WRONG = "2024 年末，贷款余额 125.00 亿元，较年初增加 25.00 亿元，增幅 35.00%。\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "right.txt").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "wrong.txt").write_text(WRONG, encoding="utf-8")
    return tmp_path


def test_a_text_that_holds_exits_with_0_and_one_that_does_not_with_1(files):
    done = qingce("audit", "right.txt", cwd=files)
    assert (done.returncode, done.stderr) == (0, "")
    assert "错误 0" in done.stdout
    done = qingce("audit", "wrong.txt", cwd=files)
    assert done.returncode == 1
    assert "35.00%" in done.stdout and "算式" in done.stdout


def test_a_file_is_named_as_it_was_given_and_files_keep_their_order(files):
    done = qingce("audit", "wrong.txt", str(files / "wrong.txt"), "right.txt", "--format", "jsonl", cwd=files)
    names = list(dict.fromkeys(json.loads(row)["file"] for row in done.stdout.splitlines()))
    assert names == ["wrong.txt", str(files / "wrong.txt")]


def test_the_number_of_processes_changes_nothing(files):
    for n in range(6):
        (files / f"c{n}.txt").write_text((WRONG if n % 2 else RIGHT) * (n + 1), encoding="utf-8")
    names = [f"c{n}.txt" for n in (3, 1, 5, 0, 2, 4)]
    alone, both = (qingce("audit", *names, "--format", "json", "--workers", n, cwd=files).stdout for n in "12")
    assert alone == both
    assert [r["file"] for r in json.loads(alone)["reports"]] == names


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "html", "sarif"])
def test_every_format_can_be_written_to_a_file(files, form):
    done = qingce("audit", "wrong.txt", "--format", form, "--out", "told", cwd=files)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert "35.00%" in (files / "told").read_text(encoding="utf-8")


@pytest.mark.parametrize(("args", "why"), [
    (("right.txt", "--format", "htm"), "没有“htm”这种格式"),
    (("right.txt", "--limit", "0"), "--limit"),
    (("right.txt", "--workers", "-1"), "--workers"),
    (("right.txt", "--out", "right.txt"), "要审读的文件"),
    (("right.txt", "--out", "no/where.txt"), "不能写入"),
    (("right.txt", "--against", "nowhere"), "不是青册项目"),
    (("right.txt", "--compare", "nowhere.pdf"), "没有这个文件"),
    ((), ""),
])
def test_wrong_use_exits_with_2_and_one_line(files, args, why):
    done = qingce("audit", *args, cwd=files)
    assert done.returncode == 2
    assert why in done.stderr and "Traceback" not in done.stderr
    assert (files / "right.txt").read_text(encoding="utf-8") == RIGHT


def test_a_file_that_cannot_be_read_is_a_finding_and_the_others_are_read(files):
    (files / "empty.pdf").write_bytes(b"")
    done = qingce("audit", "empty.pdf", "right.txt", "gone.pdf", "--format", "json", cwd=files)
    assert done.returncode == 1
    empty, right, gone = json.loads(done.stdout)["reports"]
    assert [f["rule"] for f in empty["findings"] + gone["findings"]] == ["unreadable", "unreadable"]
    assert right["findings"] == []
    assert "empty.pdf: 文件是空的。" in done.stderr


def test_a_limit_is_told_and_can_be_moved(files):
    done = qingce("audit", "right.txt", "--limit", "0.0000001", cwd=files)
    assert done.returncode == 1
    assert "超过上限 20，没有读取" in done.stdout
    assert qingce("audit", "right.txt", "--limit", "2", cwd=files).returncode == 0


def test_comparatives_are_held_against_last_years_report(files):
    text = "{} 年报告\n2023 年末，绿色贷款余额 {} 亿元。\n“普惠贷款”是指单户授信{}千万元以下的贷款。\n"
    (files / "old.txt").write_text(text.format(2023, "100.00", "一"), encoding="utf-8")
    (files / "new.txt").write_text(text.format(2024, "101.00", "两"), encoding="utf-8")
    done = qingce("audit", "new.txt", "--compare", "old.txt", "--format", "jsonl", cwd=files)
    told = {row["rule"]: row for row in map(json.loads, done.stdout.splitlines())}
    assert (told["comparative"]["line"], told["comparative"]["severity"]) == (2, "warning")
    assert "101.00" in told["comparative"]["message"] and "100.00" in told["comparative"]["message"]
    assert "一千万元以下" in told["definition_changed"]["message"]
    same = qingce("audit", "old.txt", "--compare", "old.txt", "--format", "jsonl", cwd=files)
    assert same.stdout == ""
