"""``qingce draft``: a page out as Word, and a returned file read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingce.services.desk import open_desk
from qingce.services.init import make_project
from tests.cli.test_cli import qingce
from tests.publish.word_editing import Word, edited


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("draft") / "bank")


def test_a_page_goes_out_comes_back_and_is_told(project: Path, tmp_path: Path):
    out = tmp_path / "a.docx"
    done = qingce("draft", str(project), "volunteering", "--out", str(out), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["page"] == "volunteering"
    desk = open_desk(project)
    event = desk.journal.page(did="draft_issued")[0]
    desk.close()
    assert event.by == "system" and event.subject == f"draft/{json.loads(done.stdout)['draft']}"
    assert qingce("draft", str(project), "--back", str(out)).returncode == 0

    def work(word: Word) -> None:
        word.retype("qn:1.1:", "99 场")
        word.replace(5, "勾稽", "勾稽关系")
        word.comment(1, "口径？")

    out.write_bytes(edited(out.read_bytes(), work))
    told = qingce("draft", str(project), "--back", str(out), "--json")
    assert told.returncode == 1
    said = json.loads(told.stdout)
    assert [(c["kind"], c["now"]) for c in said["changes"]] == [("changed", "勾稽关系")]
    assert [(f["printed"], f["found"]) for f in said["findings"]] == [("4\xa0场", "99 场")]
    assert [c["words"] for c in said["comments"]] == ["口径？"]
    shown = qingce("draft", str(project), "--back", str(out)).stdout
    assert "+ 勾稽关系" in shown and "不收" in shown and "批注 第 1 段 李四：口径？" in shown


@pytest.mark.parametrize(("args", "words"), [
    (("nothing", "--out", "{}/x.docx"), "没有“nothing”这一页"), (("--back", "{}/none.docx"), "打不开"),
    (("--back", "{}/text.docx"), "不是 Word 文件"), (("volunteering", "--out", "{}/no/where.docx"), "上级文件夹不存在"),
    ((), "PAGE"), (("volunteering", "--out", "{}/x.docx", "--back", "{}/text.docx"), "PAGE")])
def test_what_cannot_be_done_is_said_in_a_line(project: Path, tmp_path: Path, args: tuple[str, ...], words: str):
    (tmp_path / "text.docx").write_text("不是", encoding="utf-8")
    done = qingce("draft", str(project), *(a.format(tmp_path) for a in args))
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
