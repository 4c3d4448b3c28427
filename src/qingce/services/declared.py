"""Declared: a project's declarations, tried once, and what they alone decide, kept between runs."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from qingce.core.registry import Registry
from qingce.engine.script import Script
from qingce.services.cache import keep_text, read_kept
from qingce.services.content import declarations_hash, load_registry
from qingce.services.settings import Settings
from qingce.services.yamlfile import YamlMemory


class Declared:
    """The declarations of a project folder.

    Raises:
        DeclarationError: from ``registry``, where a declaration cannot stand.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder, self.settings = folder, settings

    @cached_property
    def registry(self) -> Registry:
        """Every declaration; built with stand-ins where an earlier run has not done so."""
        registry = load_registry(self.folder, self.settings.packs, self._yaml)
        if not self.known:
            from qingce.engine.compile import Tables, dry_build

            dry_build(registry, Tables(registry))
        return registry

    @cached_property
    def _yaml(self) -> YamlMemory:
        return YamlMemory(self.folder / ".qingce" / "cache" / "yaml" / "read")

    @property
    def known(self) -> bool:
        """Whether a script was kept of the same declarations; only of those that were tried it is."""
        return self._path.is_file()

    @cached_property
    def _path(self) -> Path:
        name = declarations_hash(self.folder, self.settings.packs)
        dialect = self.settings.engine.partition(":")[0]
        return self.folder / ".qingce" / "cache" / "script" / f"{name}-{dialect}.json"

    @cached_property
    def script(self) -> Script:
        """What the declarations alone decide, from an earlier run where they are the same."""
        try:
            return Script.load(read_kept(self._path) or "")
        except (ValueError, KeyError, TypeError):
            return Script()

    def keep(self) -> None:
        """Keep what was worked out for the next run; a disk that takes no more is not an error."""
        self._yaml.keep()
        if self.script.fresh:
            self.script.fresh = False
            keep_text(self._path, self.script.dump())
