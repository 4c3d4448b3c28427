"""YAML files: read strictly, and remembered by the hash of their text, for reading YAML is slow."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import pickle
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from qingce.core.errors import DeclarationError
from qingce.services.cache import keep_text, read_kept

_DAY = "\0day"
"""The only key of a mapping that stands for a date; a NUL can stand in no YAML."""
_FORM = "1"


class YamlMemory:
    """What YAML files said, by the hash of their text.

    Args:
        path: where it is kept between runs.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        kept = read_kept(path)
        self._known: dict[str, str] = json.loads(kept) if kept is not None else {}
        self._used: dict[str, str] = {}

    def get(self, text: bytes) -> Any:
        """What a text says, or nothing."""
        name = _name(text)
        if name not in self._known:
            return None
        self._used[name] = self._known[name]
        return json.loads(self._known[name], object_hook=_dated)  # each reader has its own to change

    def put(self, text: bytes, said: Any) -> None:
        """Remember what a text says, where it can be told exactly."""
        try:
            told = json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=_day)
            if _same(json.loads(told, object_hook=_dated), said):
                self._used[_name(text)] = told
        except TypeError:
            return

    def keep(self) -> None:
        """Keep what this run used, where that is not what was kept."""
        if self._used.keys() != self._known.keys():
            keep_text(self._path, json.dumps(self._used, ensure_ascii=False))
            self._known = dict(self._used)


def read_yaml(path: Path, memory: YamlMemory | None = None) -> Mapping[str, Any]:
    """A YAML mapping from a file, in which no key of a mapping stands twice.

    Args:
        memory: what earlier runs read.

    Raises:
        DeclarationError: not YAML, or not a mapping.
    """
    data = path.read_bytes()
    raw = memory.get(data) if memory is not None else None
    if raw is None:
        raw = _loaded(path.name, data)
        if memory is not None:
            memory.put(data, raw)
    if not isinstance(raw, dict):
        raise DeclarationError(f"{path.name} holds {type(raw).__name__}; a mapping is expected.")
    return raw


def _loaded(name: str, data: bytes) -> Any:
    return pickle.loads(_pickled(name, data))  # each reader has its own to change


@lru_cache(maxsize=64)
def _pickled(name: str, data: bytes) -> bytes:
    """What a text says: a desk reads those of the built-in standards with every registry that it loads."""
    import yaml

    from qingce.services.yamlonce import OnceLoader

    try:
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        return pickle.dumps(yaml.load(text, Loader=OnceLoader), protocol=5)
    except (yaml.YAMLError, UnicodeDecodeError) as exc:
        raise DeclarationError(f"{name} is not YAML: {exc}") from exc


def _name(text: bytes) -> str:
    return hashlib.sha256(_FORM.encode() + text).hexdigest()


def _day(value: Any) -> dict[str, str]:
    if type(value) is dt.date:
        return {_DAY: value.isoformat()}
    raise TypeError(f"{type(value).__name__} is not kept")


def _dated(said: dict[str, Any]) -> Any:
    return dt.date.fromisoformat(said[_DAY]) if _DAY in said else said


def _same(one: Any, two: Any) -> bool:
    """Whether two values are alike down to their types: JSON knows no other keys than text."""
    if type(one) is not type(two):
        return False
    if isinstance(one, dict):
        return list(one) == list(two) and all(_same(value, two[key]) for key, value in one.items())
    if isinstance(one, list):
        return len(one) == len(two) and all(map(_same, one, two))
    return bool(one == two)
