"""Loading content: built-in packs, installed packs, and a project's own, into one registry."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from types import ModuleType

import qingce
from qingce.core.disclosure import read_answers, read_standard
from qingce.core.errors import DeclarationError, ProjectError, QingceError, Undeclared, nearest
from qingce.core.registry import Pack, Registry
from qingce.services.yamlfile import YamlMemory, read_yaml

ENTRY_POINT = "qingce.packs"
"""Installed distributions name their packs under this entry point group."""

_NOT_THEIRS = re.compile("importlib|_sitebuiltins")
"""Files of Python itself through which a pack ends the program."""


def load_registry(
    folder: Path | None, packs: tuple[str, ...] | None = None, memory: YamlMemory | None = None
) -> Registry:
    """All declarations for a project, checked.

    Args:
        folder: the project's folder, whose ``packs/`` and ``standards/`` are loaded too.
        packs: built-in packs to load; all by default.
        memory: of YAML files read before.

    Raises:
        DeclarationError: a declaration that cannot stand.
    """
    registry = Registry()
    for name in _built_in(packs):
        _load(registry, f"qingce.packs.{name}", memory)
    for package in installed_packs():
        _load(registry, package, memory)
    if folder is not None:
        for path in sorted((folder / "packs").glob("*")) if (folder / "packs").is_dir() else ():
            if path.is_dir() and (path / "__init__.py").is_file():
                _load_folder(registry, path, memory)
    _load_standards(registry, folder, memory)
    try:
        registry.verify()
    except Undeclared as exc:
        raise DeclarationError(f"{exc}{_left_out(exc.name, packs)}") from exc
    return registry


def _left_out(name: str, packs: tuple[str, ...] | None) -> str:
    """The built-in pack that was not asked for and declares a name, as the end of a message."""
    for pack in sorted({*_built_in(None)} - {*(packs or _built_in(None))}):
        alone = Registry()
        _load(alone, f"qingce.packs.{pack}", None)
        if name in {*alone.pack_of, *alone.codes}:
            label = alone.packs[pack].label
            return f" Built-in pack {pack!r} ({label}) declares it: add {pack!r} to packs in qingce.toml."
    return ""


def _built_in(packs: tuple[str, ...] | None) -> list[str]:
    import qingce.packs

    known = sorted(m.name for m in pkgutil.iter_modules(qingce.packs.__path__) if m.ispkg)
    for name in packs or ():
        if name not in known:
            raise ProjectError(f"没有名为“{name}”的内置指标包。{nearest(name, known)}")
    return list(packs) if packs is not None else known


def _load(registry: Registry, dotted: str, memory: YamlMemory | None) -> None:
    name = dotted.rpartition(".")[2]
    try:
        package = importlib.import_module(dotted)
        _take(registry, package, Path(str(package.__file__)).parent, name, memory)
    except SystemExit as exc:
        raise DeclarationError(_ended(name, exc)) from exc


def _load_folder(registry: Registry, path: Path, memory: YamlMemory | None) -> None:
    """A pack that lies in a project's folder; its modules get a name no package can have."""
    name = f"_qingce_project.{path.parent.parent.name}.{path.name}"
    for known in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[known]
    spec = importlib.util.spec_from_file_location(name, path / "__init__.py", submodule_search_locations=[str(path)])
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    try:
        spec.loader.exec_module(package)
        _take(registry, package, path, path.name, memory)
    except QingceError:
        raise
    except SystemExit as exc:
        raise DeclarationError(_ended(path.name, exc)) from exc
    except Exception as exc:
        raise DeclarationError(f"pack {path.name!r} cannot be loaded: {type(exc).__name__}: {exc}") from exc


def _ended(name: str, exc: SystemExit) -> str:
    """What is said of a pack that ends the program instead of declaring something."""
    frames = traceback.extract_tb(exc.__traceback__)
    last = next((f for f in reversed(frames) if not _NOT_THEIRS.search(f.filename)), frames[-1])
    return (f"pack {name!r} cannot be loaded: {last.filename}, line {last.lineno}, ends the program "
            f"({last.line or 'sys.exit'}). A pack only declares; take that line out.")


def _take(
    registry: Registry, package: ModuleType, folder: Path, name: str, memory: YamlMemory | None
) -> None:
    pack = Pack(
        name, str(getattr(package, "LABEL", name)), str(getattr(package, "OWNER", "")),
        (package.__doc__ or "").strip(), tuple(getattr(package, "NEEDS", ())),
    )
    modules = [importlib.import_module(f"{package.__name__}.{m.name}") for m in pkgutil.iter_modules([str(folder)])]
    registry.add_pack(pack, [package, *modules])
    for kind in ("codes", "factors"):
        for path in sorted((folder / kind).glob("*.yaml")):
            registry.add_data(pack, kind, read_yaml(path, memory), f"{name}/{kind}/{path.name}")
    if (folder / "sources.yaml").is_file():
        registry.add_data(pack, "sources", read_yaml(folder / "sources.yaml", memory), f"{name}/sources.yaml")


def _load_standards(registry: Registry, folder: Path | None, memory: YamlMemory | None) -> None:
    rooms: Iterable[Path] = [Path(str(importlib.resources.files("qingce.standards")))]
    if folder is not None and (folder / "standards").is_dir():
        rooms = [*rooms, folder / "standards"]
    for room in rooms:
        for path in sorted(p for p in room.iterdir() if (p / "disclosures.yaml").is_file()):
            where = f"standards/{path.name}/disclosures.yaml"
            raw = read_yaml(path / "disclosures.yaml", memory)
            registry.with_standard(read_standard(path.name, raw, where))
    if folder is not None:
        for path in sorted((folder / "standards").glob("*.yaml")):
            old = registry.standards.get(path.stem)
            if old is None:
                raise DeclarationError(
                    f"standards/{path.name} 回应的“{path.stem}”不是已加载的标准。"
                    + nearest(path.stem, registry.standards)
                )
            answers = read_answers(read_yaml(path, memory), f"standards/{path.name}")
            registry.standards[path.stem] = old.answered(answers)


def declarations_hash(folder: Path | None, packs: tuple[str, ...] | None = None) -> str:
    """A hash of everything that decides what the registry holds and how the engine reads it.

    The sources of core, engine and packs, the project's own packs, and the versions of the libraries
    that turn declarations into queries.
    """
    digest = hashlib.sha256(repr((packs, qingce.__version__)).encode() + _program())
    places = [folder / "packs", folder / "qingce.toml"] if folder is not None else []
    for package in installed_packs():
        spec = importlib.util.find_spec(package)
        places += [Path(p) for p in (spec.submodule_search_locations or ())] if spec is not None else []
    _take_in(digest, places)
    return digest.hexdigest()[:32]


@cache
def _program() -> bytes:
    """A hash of what the program itself brings; it is read once, as its modules are."""
    digest = hashlib.sha256()
    for library in ("ibis-framework", "sqlglot", "duckdb"):
        digest.update(importlib.metadata.version(library).encode())
    room = Path(qingce.__file__).parent
    _take_in(digest, [room / "core", room / "engine", room / "packs", room / "standards"])
    return digest.digest()


def _take_in(digest: hashlib._Hash, places: Iterable[Path]) -> None:
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.suffix in (".py", ".yaml", ".toml"):
                digest.update(f"{path.name}\0".encode() + path.read_bytes())


def installed_packs() -> tuple[str, ...]:
    """The packages of packs that other distributions bring."""
    return _installed(tuple(sys.path))


@lru_cache(maxsize=4)
def _installed(places: tuple[str, ...]) -> tuple[str, ...]:
    """Looking through everything that is installed takes longer than loading the packs of a small bank."""
    return tuple(entry.value for entry in importlib.metadata.entry_points(group=ENTRY_POINT))
