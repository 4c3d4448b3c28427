"""A second process helps, and where it does not, nothing is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import qingce
from qingce.core.errors import ProjectError
from qingce.services import ahead
from qingce.services.settings import read_settings
from tests.services.lender import opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return opened(tmp_path).folder


def with_sample(folder: Path) -> Path:
    path = folder / "qingce.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[sample]\nkind = "nobody"\nloans = 1\nseed = 1\n')
    return folder


def test_without_a_sample_no_process_is_started(folder):
    assert not ahead.Ahead(folder, read_settings(folder)).busy


def test_with_one_core_no_process_is_started(folder, monkeypatch):
    monkeypatch.setattr(ahead, "cores", lambda: 1)
    assert not ahead.Ahead(folder, read_settings(with_sample(folder))).busy


@pytest.mark.skipif(sys.platform == "win32", reason="/bin/false")
def test_a_process_that_fails_leaves_the_work_to_this_one(folder, monkeypatch):
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    process = ahead.Ahead(folder, read_settings(with_sample(folder)))
    process.wait()
    process.stop()
    for path in (folder / "records").glob("credit*"):
        path.unlink()  # somebody has to need the sample
    with pytest.raises(ProjectError, match="没有名为“nobody”的样本"):
        _ = qingce.open(folder).records


def test_a_process_that_is_stopped_leaves_nothing(folder, monkeypatch):
    monkeypatch.setattr(ahead, "cores", lambda: 2)
    process = ahead.Ahead(folder, read_settings(with_sample(folder)))
    process.stop()
    assert not list((folder / ".qingce" / "sample").glob("[0-9a-f]*"))
