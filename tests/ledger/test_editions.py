"""Editions on the disk: one name for exactly these bytes, whole or not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qingce.core.errors import Missing, ProjectError
from qingce.ledger.editions import Sealed, Vault


def put(vault: Vault, text: str = "甲") -> Sealed:
    """An edition of two files."""
    with vault.room() as room:
        (room / "site").mkdir()
        (room / "site" / "index.html").write_text(text, encoding="utf-8")
        (room / "inputs").mkdir()
        (room / "inputs" / "a.csv").write_text("1", encoding="utf-8")
        return vault.seal(room, {"title": "报告"})


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    """An empty place for editions."""
    return Vault(tmp_path / "editions")


def test_the_name_is_the_hash_of_the_manifest(vault: Vault):
    one = put(vault)
    assert vault.open(one.id).read("site/index.html") == "甲".encode()
    assert put(vault).id == one.id
    assert put(vault, "乙").id != one.id
    assert set(one.files) == {"site/index.html", "inputs/a.csv"}


def test_what_was_changed_is_noticed(vault: Vault):
    one = put(vault)
    path = one.path("site/index.html")
    path.chmod(0o644)
    path.write_text("丙", encoding="utf-8")
    assert one.damage() == ["site/index.html"]
    with pytest.raises(ProjectError, match="改动过"):
        one.read("site/index.html")
    manifest = one.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**one.manifest, "title": "别的"}), encoding="utf-8")
    with pytest.raises(ProjectError, match="改动过"):
        vault.open(one.id)


@pytest.mark.parametrize("name", ["", "..", "../x", "0" * 64, "a/b", "."])
def test_only_an_edition_is_opened(vault: Vault, name: str):
    put(vault)
    with pytest.raises(Missing):
        vault.open(name)


@pytest.mark.parametrize("name", ["../manifest.json", "/etc/passwd", "site/../inputs/a.csv", "site", ""])
def test_only_named_files_are_read(vault: Vault, name: str):
    with pytest.raises(Missing):
        put(vault).read(name)


def test_a_room_that_failed_leaves_nothing(vault: Vault):
    def failing() -> None:
        with vault.room() as room:
            (room / "half").write_text("x", encoding="utf-8")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    assert list(vault.folder.iterdir()) == []


def test_what_an_interruption_left_is_swept(vault: Vault):
    put(vault)
    (vault.folder / ".room-left" / "site").mkdir(parents=True)
    assert vault.sweep() == 1
    assert [p.name for p in vault.folder.iterdir() if p.name.startswith(".")] == []


def test_inputs_that_did_not_change_are_shared(vault: Vault, tmp_path: Path):
    one = put(vault)
    source = tmp_path / "a.csv"
    source.write_text("1", encoding="utf-8")
    with vault.room() as room:
        vault.keep(source, room / "inputs" / "a.csv", one)
        assert (room / "inputs" / "a.csv").stat().st_ino == one.path("inputs/a.csv").stat().st_ino
        source.write_text("2", encoding="utf-8")
        vault.keep(source, room / "inputs" / "b.csv", one)
        assert (room / "inputs" / "b.csv").read_text() == "2"
