"""Starting: a small project of one's own, and the way to the example."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import qingce
from qingce.core.errors import ProjectError, unwritten

_TEMPLATE = Path(__file__).parent / "template"
_NAMED = ("qingce.toml", "README.md")


def make_project(path: Path) -> Path:
    """Make a project folder that builds at once, with one pack of its own as an example.

    Args:
        path: a folder that does not exist yet, or is empty.

    Raises:
        ProjectError: the folder holds something, cannot be made, or its name cannot be a project's.
    """
    if not re.fullmatch(r"[\w\u4e00-\u9fff][\w\u4e00-\u9fff .-]*", path.name):
        raise ProjectError(f"“{path.name}”不能作项目名；只用字母、数字、_ 和 -。")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ProjectError(f"{path} 已经存在，而且不是空的。")
    try:
        shutil.copytree(_TEMPLATE, path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _NAMED:
            file = path / name
            file.write_text(file.read_text(encoding="utf-8").replace("{name}", path.name), encoding="utf-8")
        (path / ".gitignore").write_text(".qingce/\nbuild/\n", encoding="utf-8")
    except OSError as exc:
        raise ProjectError(unwritten(path, exc)) from exc
    return path


def example() -> Path:
    """The Bank of Lanzhou 2024 example: beside the working directory, or in the source tree.

    Raises:
        ProjectError: it is in neither place; it comes with the source, not with the wheel.
    """
    places = (Path.cwd(), Path(qingce.__file__).resolve().parents[2])
    for place in places:
        found = place / "examples" / "lanzhou_2024"
        if (found / "qingce.toml").is_file():
            return found
    raise ProjectError("样例随源代码一起提供：请在克隆下来的文件夹里运行，或写明项目。")
