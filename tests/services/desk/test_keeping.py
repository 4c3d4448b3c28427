"""Backup, restore, export: what comes back is what there was, from either database to either."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qingce.core.errors import ProjectError
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.keeping import backup, export_journal, restore, sign_journal, verify_journal
from qingce.services.desk.people import first_administrator, open_account
from tests.services.desk.postgres import NewDatabase
from tests.structure.ratchet import ROOT


@pytest.fixture
def used(desk: Desk) -> Desk:
    """A desk at which something was done."""
    first_administrator(desk, "admin", "系统管理岗")
    for i in range(5):
        open_account(desk, desk.actor("admin"), f"clerk{i}", post=f"填报岗{i}", org="B01")
    sign_journal(desk)
    return desk


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_a_backup_comes_back_whole_in_either_database(
    used: Desk, tmp_path: Path, to: str, new_postgresql: NewDatabase
):
    backup(used, tmp_path / "all.zip")
    head = used.journal.head()
    url = "" if to == "sqlite" else new_postgresql()
    found = restore(tmp_path / "all.zip", tmp_path / "again", url=url)
    again = open_desk(tmp_path / "again", url=url)
    assert found.broken is None and found.checkpoints == 1
    assert again.journal.count() == head[0] + 1  # and that it was restored
    assert again.actor("clerk3").post == "填报岗3"
    assert again.journal.rebuild(verify_only=True).differs == ()
    for kept in ("records/org.csv", "qingce.toml"):
        assert (tmp_path / "again" / kept).read_bytes() == (used.folder / kept).read_bytes()
    assert (tmp_path / "again" / ".qingce" / "keys" / "journal.ed25519").stat().st_mode & 0o077 == 0


def test_a_folder_or_database_that_holds_something_is_not_overwritten(used: Desk, tmp_path: Path):
    backup(used, tmp_path / "all.zip")
    with pytest.raises(ProjectError, match="不是空的"):
        restore(tmp_path / "all.zip", used.folder)
    with pytest.raises(ProjectError, match="空的数据库"):
        restore(tmp_path / "all.zip", tmp_path / "again", url=used.store.url.render_as_string(hide_password=False))
    assert not (tmp_path / "again").exists()
    assert used.journal.verify() is None


def spoiled(source: Path, target: Path, change: dict[str, bytes]) -> Path:
    """A copy of a backup in which some files are others."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, change.pop(entry.filename, old.read(entry)))
        for name, data in change.items():
            new.writestr(name, data)
    return target


def test_a_backup_into_the_project_would_hold_itself_and_is_refused(
    used: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
):
    before = len(used.journal.page(limit=1000))
    monkeypatch.chdir(used.folder)
    (tmp_path / "door").symlink_to(used.folder)
    for out in (used.folder / "all.zip", used.state / "all.zip", Path("all.zip"), tmp_path / "door" / "all.zip"):
        with pytest.raises(ProjectError, match="outside"):
            backup(used, out)
    assert not list(used.folder.rglob("*all.zip*")) and len(used.journal.page(limit=1000)) == before


def test_a_backup_that_was_tampered_with_is_refused(used: Desk, tmp_path: Path):
    whole = backup(used, tmp_path / "all.zip")
    with zipfile.ZipFile(whole) as archive:
        lines = archive.read("store/journal.jsonl").replace("填报岗3".encode(), "填报岗9".encode())
    with pytest.raises(ProjectError, match="已损坏"):
        restore(spoiled(whole, tmp_path / "bad.zip", {"store/journal.jsonl": lines}), tmp_path / "again")
    assert not (tmp_path / "again").exists()


def test_a_backup_that_leads_out_of_its_folder_is_refused(used: Desk, tmp_path: Path):
    whole = backup(used, tmp_path / "all.zip")
    evil = spoiled(whole, tmp_path / "evil.zip", {"project/../../evil.txt": b"x"})
    with pytest.raises(ProjectError, match="指向文件夹之外"):
        restore(evil, tmp_path / "again")
    assert not (tmp_path / "evil.txt").exists() and not (tmp_path.parent / "evil.txt").exists()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a zip", b"x" * 1000])
def test_what_is_no_backup_is_said_in_words(tmp_path: Path, data: bytes):
    (tmp_path / "all.zip").write_bytes(data)
    with pytest.raises(ProjectError, match="不是青册的备份"):
        restore(tmp_path / "all.zip", tmp_path / "again")


def script() -> str:
    """The verifier that the guide prints, for people who trust nobody's program."""
    guide = (ROOT / "docs" / "guide" / "日志.md").read_text(encoding="utf-8")
    return guide.split("```python\n", 1)[1].split("```", 1)[0]


def run(tmp_path: Path, export: Path) -> subprocess.CompletedProcess[str]:
    """Run the guide's script as its reader would."""
    (tmp_path / "verify.py").write_text(script(), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify.py"), str(export)], capture_output=True, text=True, check=False
    )


def test_the_script_of_the_guide_verifies_an_export_with_the_standard_library_alone(used: Desk, tmp_path: Path):
    count = export_journal(used, tmp_path / "journal.jsonl")
    done = run(tmp_path, tmp_path / "journal.jsonl")
    assert done.returncode == 0 and str(count) in done.stdout
    assert len([line for line in script().splitlines() if line.strip()]) <= 60


def test_the_script_of_the_guide_names_the_first_bad_event(used: Desk, tmp_path: Path):
    export_journal(used, tmp_path / "journal.jsonl")
    lines = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    bad = json.loads(lines[3])
    bad["event"] = bad["event"].replace("填报岗", "审批岗")
    lines[3] = json.dumps(bad, ensure_ascii=False)
    (tmp_path / "bad.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = run(tmp_path, tmp_path / "bad.jsonl")
    assert done.returncode == 1 and "4" in done.stdout
    (tmp_path / "short.jsonl").write_text("\n".join(lines[:2] + lines[-1:]), encoding="utf-8")
    assert run(tmp_path, tmp_path / "short.jsonl").returncode == 1


def test_verification_says_how_far_it_went(used: Desk):
    found = verify_journal(used)
    assert found.broken is None and found.events == used.journal.count() and found.checkpoints == 1
