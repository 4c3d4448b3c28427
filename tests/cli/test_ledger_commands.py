"""forms, rows, dictionary, sample and explain --plan at the command line: output, JSON and exit codes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qingce.cli import main
from tests.services.lender import CREDIT, make

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; exit code, standard output and standard error."""

    def command(*args: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["qingce", *map(str, args)])
        try:
            main()
            code = 0
        except SystemExit as exc:
            code = int(exc.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "lender")


def test_forms_prints_the_form_its_gaps_and_the_verdict(run, folder):
    code, out, _ = run("forms", folder, "--form", "small")
    assert code == 0
    assert "1,500,000.20" in out
    assert "1.2 不良（期末、年初、增减、增速）：没有指标" in out
    assert "缺口留空，不作零填报" in out
    assert "印到哪一位就核到哪一位" in out


def test_forms_gives_one_and_json_where_the_report_differs(run, tmp_path):
    folder = make(tmp_path / "other", balance="151.00万元")
    code, out, _ = run("forms", folder, "--form", "small", "--json", "--out", tmp_path / "out")
    (form,) = json.loads(out)
    assert code == 1
    assert form["findings"][0]["status"] == "fail"
    assert [Path(p).name for p in form["files"]] == ["small.xlsx", "small.json"]
    assert json.loads((tmp_path / "out" / "small.json").read_text(encoding="utf-8"))["rows"] == form["rows"]


def test_forms_without_a_name_fills_every_form(run, folder):
    _, out, _ = run("forms", folder, "--json")
    assert [f["form"] for f in json.loads(out)] == [
        "five-articles",
        "green-loans",
        "pboc-environment",
        "small",
    ]


def test_rows_lists_and_counts(run, folder):
    code, out, _ = run("rows", folder, "lent_balance", "--limit", 1)
    assert code == 0
    assert "共 3 行，列出 1 行" in out
    assert "控制数：余额合计 1500000.20 元，数值 1500000.20 元　相符" in out


def test_rows_as_json_and_as_file(run, folder, tmp_path):
    _, out, _ = run("rows", folder, "lent_share", "--json")
    found = json.loads(out)
    assert found["equal"] is True
    assert [p["origin"] for p in found["parts"]] == ["computed", "filed"]
    assert found["parts"][0]["records"][0]["client"] == "05040"
    code, out, _ = run("rows", folder, "lent_balance", "--out", tmp_path / "r.csv", "--json")
    assert (code, json.loads(out)["parts"][0]["file"]) == (0, str(tmp_path / "r.csv"))


def test_what_a_record_says_never_reaches_the_terminal_as_a_command(run, tmp_path):
    evil = CREDIT.replace("+86 931", "\x1b]0;owned\x07[bold red]x[/]")
    _, out, _ = run("rows", make(tmp_path / "evil", **{"records__credit.csv": evil}), "lent_balance")
    assert "\x1b" not in out
    assert "[bold red]x[/]" in out


def test_dictionary_writes_beside_the_project_by_default(run, folder):
    code, out, _ = run("dictionary", folder, "--json")
    made = json.loads(out)
    assert code == 0
    assert made["out"] == str(folder / "dictionary")
    assert all(Path(p).is_file() for p in made["files"])


def test_explain_plan_shows_the_balance_of_rows(run, folder):
    code, out, _ = run("explain", folder, "mean_rate", "--plan")
    assert code == 0
    assert "读入 4 行 ＝ 采用 4 行 ＋ 拒收 0 行" in out
    _, out, _ = run("explain", folder, "mean_rate", "--plan", "--json")
    found = json.loads(out)
    assert found["key"] == "mean_rate/ZB/2024"
    assert found["plan"]["tables"][0]["intake"][0]["refused"] == 0


def test_check_prints_where_every_delivered_row_went(run, tmp_path):
    good = make(tmp_path / "good")
    assert "台账：交来 1 份文件，读入 4 行 ＝ 采用 4 行 ＋ 拒收 0 行" in run("check", good)[1]
    bad = make(tmp_path / "bad", **{"records__credit.csv": CREDIT.replace("250000.05", "-1", 1)})
    code, out, _ = run("check", bad)
    assert code == 1
    assert "台账：交来 1 份文件，读入 4 行 ＝ 采用 0 行 ＋ 拒收 4 行" in out


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("forms", "--form", "smal"), "是不是“small”"),
        (("forms", "--out", "{file}"), "是文件"),
        (("rows", "lent_balanc"), "是不是“lent_balance”"),
        (("rows", "lent_balance/NO"), "机构表里没有“NO”"),
        (("rows", "lent_balance/ZB/20x4"), "不是期间"),
        (("rows", "lent_balance", "--out", "r.doc"), ".csv、.parquet、.xlsx"),
        (("rows", "book_total", "--out", "r.csv"), "没有台账记录"),
        (("rows", "lent_balance", "--limit", "-1"), "--limit"),
        (("rows", "lent_balance", "--out", "{file}/r.csv"), "不能写入"),
        (("dictionary", "--out", "{file}"), "是文件"),
        (("explain", "nothing", "--plan"), "没有名为“nothing”的指标"),
    ],
)
def test_bad_use_is_told_in_a_line_and_exits_with_two(run, folder, tmp_path, args, words):
    (tmp_path / "file").write_text("x")
    verb, *rest = (a.replace("{file}", str(tmp_path / "file")) for a in args)
    code, _, err = run(verb, folder, *rest)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_sample_writes_ledgers_and_says_how_many_rows(run, tmp_path):
    code, out, _ = run("sample", "lanzhou", "--loans", 60_000, "--seed", 7, "--out", tmp_path / "s", "--json")
    made = json.loads(out)
    assert code == 0
    assert made["synthetic"] is True
    assert made["rows"]["loan"] > 59_000
    assert {p.name for p in (tmp_path / "s").iterdir()} == {*made["rows"], "org.csv"}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("lanzho",), "是不是“lanzhou”"),
        (("lanzhou", "--loans", "5"), "样本的贷款台账至少"),
        (("lanzhou", "--seed", "-1"), "--seed"),
    ],
)
def test_a_sample_that_cannot_be_made_is_told(run, tmp_path, args, words):
    code, _, err = run("sample", *args, "--out", tmp_path / "s")
    assert code == 2
    assert words in err
    assert not (tmp_path / "s").exists()


def test_a_sample_never_lands_on_something_else(run, tmp_path):
    (tmp_path / "mine").write_text("x")
    code, _, err = run("sample", "lanzhou", "--out", tmp_path)
    assert code == 2
    assert "不是空文件夹" in err


@pytest.mark.parametrize("verb", [("forms",), ("rows", "x"), ("dictionary",)])
def test_a_folder_that_is_no_project_is_told(run, tmp_path, verb):
    code, _, err = run(verb[0], tmp_path, *verb[1:])
    assert code == 2
    assert "不是青册项目" in err
