"""Projects to work on: the small one of ``qingce init``, and a copy of the example."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qingce.services.init import make_project
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "lanzhou_2024"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A fresh project as ``qingce init`` makes it."""
    return make_project(tmp_path / "小项目")


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the example that tests may build in; nobody changes its inputs."""
    folder = tmp_path_factory.mktemp("example") / "lanzhou_2024"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".qingce", "build"))
    return folder
