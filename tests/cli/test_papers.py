"""Papers at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.services.desk import open_desk
from qingce.services.desk.freeze import freeze
from qingce.services.init import make_project
from tests.cli.test_cli import qingce
from tests.services.desk.offices import by, with_posts


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project with one frozen edition."""
    folder = make_project(tmp_path_factory.mktemp("papers") / "bank")
    desk = with_posts(open_desk(folder))
    name = freeze(desk, by(desk, "office")).id
    desk.close()
    return folder, name


def test_a_brief_is_written_and_named_by_its_hash(frozen, tmp_path):
    out = tmp_path / "brief.pdf"
    done = qingce("brief", str(frozen[0]), "--for", "board", "--out", str(out))
    assert (done.returncode, out.read_bytes()[:5]) == (0, b"%PDF-"), done.stderr
    assert "sha256" in done.stdout


@pytest.mark.parametrize(("args", "words"), [
    (("--for", "everybody", "--out", "x.pdf"), "board"), (("--for", "board", "--out", "x.odt"), "Word"),
    (("--for", "board", "--out", "missing/x.pdf"), "不能写入"),
])
def test_what_cannot_be_written_is_said(frozen, tmp_path, args, words):
    done = qingce("brief", str(frozen[0]), *args, cwd=tmp_path)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_two_editions_are_compared_by_the_beginning_of_their_hashes(frozen, tmp_path):
    folder, name = frozen
    done = qingce("compare", str(folder), name[:10], name, "--pdf", "a.pdf", "--docx", "a.docx", cwd=tmp_path)
    assert done.returncode == 0 and "改动的页面 0" in done.stdout, done.stderr
    assert (tmp_path / "a.pdf").read_bytes()[:5] == b"%PDF-" and (tmp_path / "a.docx").read_bytes()[:2] == b"PK"
    wrong = qingce("compare", str(folder), "ffff", name)
    assert wrong.returncode == 2 and "ffff" in wrong.stderr
