"""The term base of a project: what every report shares, what packs bring, and the project's own."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import qingce.packs
from qingce.core.terms import TermBase
from qingce.publish.fixed import ENGLISH
from qingce.services.content import installed_packs
from qingce.services.yamlfile import read_yaml

FILE = "english.yaml"


def term_base(folder: Path) -> TermBase:
    """All terms for a project; its own stand before those of packs, and these before the shared ones.

    Raises:
        DeclarationError: a file that cannot be read as a term base.
    """
    terms = TermBase()
    for path in _files(folder):
        terms.add(read_yaml(path), path.relative_to(path.parents[1]).as_posix())
    return terms


def _files(folder: Path) -> Iterator[Path]:
    yield ENGLISH
    rooms = [path for place in qingce.packs.__path__ for path in sorted(Path(place).iterdir())]
    for package in installed_packs():
        spec = importlib.util.find_spec(package)
        rooms += [Path(place) for place in (spec.submodule_search_locations or ())] if spec is not None else []
    rooms += sorted((folder / "packs").iterdir()) if (folder / "packs").is_dir() else []
    yield from (room / FILE for room in [*rooms, folder] if (room / FILE).is_file())
