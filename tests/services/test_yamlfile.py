"""YAML that was read before says the same again, to each reader his own."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.core.errors import DeclarationError
from qingce.services.yamlfile import YamlMemory, read_yaml
from tests.conftest import ROOT

PLAIN = "a: 1\nb: [1.50, 2024-12-31, '2024', true, null]\nc: {d: 青册}\n"


def typed(said: object) -> object:
    if isinstance(said, dict):
        return [(typed(k), typed(v)) for k, v in said.items()]
    return [typed(one) for one in said] if isinstance(said, list) else (type(said), said)


def read(path: Path, room: Path) -> object:
    memory = YamlMemory(room / "kept")
    said = read_yaml(path, memory)
    memory.keep()
    return typed(said)


@pytest.mark.parametrize("text", [
    PLAIN, "2024: eins\nzwei: 2\n", "at: 2024-12-31 10:00:00\n", "x: .nan\n", "ÿ: \"\\0day\"\n", "a: &x [1]\nb: *x\n",
])
def test_it_is_the_same_the_second_time(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    assert repr(read(path, tmp_path)) == repr(read(path, tmp_path)) == repr(typed(read_yaml(path)))


def test_every_file_of_the_house_is_the_same_the_second_time(tmp_path):
    paths = sorted((ROOT / "src" / "qingce").rglob("*.yaml"))
    plain = [typed(read_yaml(path)) for path in paths]
    memory = YamlMemory(tmp_path / "kept")
    assert [typed(read_yaml(path, memory)) for path in paths] == plain
    memory.keep()
    again = YamlMemory(tmp_path / "kept")
    assert [typed(read_yaml(path, again)) for path in paths] == plain
    assert sum(again.get(path.read_bytes()) is not None for path in paths) >= len(paths) - 2


def test_another_text_is_read_anew_and_what_one_reader_changes_no_other_sees(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(PLAIN, encoding="utf-8")
    read(path, tmp_path)
    memory = YamlMemory(tmp_path / "kept")
    said = dict(read_yaml(path, memory))
    said["c"]["d"] = "?"
    assert read_yaml(path, memory)["c"] == {"d": "青册"}
    path.write_text(PLAIN.replace("青册", "白册"), encoding="utf-8")
    assert read_yaml(path, memory)["c"] == {"d": "白册"}


def test_a_key_that_stands_twice_is_refused_however_often_it_is_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\na: 2\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DeclarationError, match="stands twice"):
            read(path, tmp_path)
