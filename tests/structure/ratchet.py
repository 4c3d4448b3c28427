"""Sizes that keep the code habitable, and today's exceptions, which may only shrink.

    python -m tests.structure.ratchet            prints what is out of step
    python -m tests.structure.ratchet --write    tightens ratchet.json to what the code needs; admits nothing
    python -m tests.structure.ratchet --begin    writes ratchet.json as the code stands

Limits: a file of Python 400 lines, a function 40, a class 150. ``ratchet.json`` lists what is larger,
with the size it is allowed. It fails in both directions: something grew beyond its allowance, or an
allowance is larger than what it allows, so that a gain is kept once it is made.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("ratchet.json")
LIMITS = {"file": 400, "function": 40, "class": 150}
ROOMS = ("src", "tests", "tools", "benchmarks", "examples")


def sources() -> list[Path]:
    """Every Python file that people write."""
    return sorted(p for room in ROOMS for p in (ROOT / room).rglob("*.py") if "__pycache__" not in p.parts)


def measured(path: Path) -> Iterator[tuple[str, str, int]]:
    """Kind, name and lines of a file and of what is in it; names read ``path::Class.method``."""
    text = path.read_text(encoding="utf-8")
    name = path.relative_to(ROOT).as_posix()
    yield "file", name, text.count("\n")
    yield from _inside(ast.parse(text), f"{name}::")


def _inside(node: ast.AST, prefix: str) -> Iterator[tuple[str, str, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            kind = "class" if isinstance(child, ast.ClassDef) else "function"
            yield kind, prefix + child.name, (child.end_lineno or child.lineno) - child.lineno + 1
            yield from _inside(child, f"{prefix}{child.name}.")
        else:
            yield from _inside(child, prefix)


def exceptions() -> dict[str, int]:
    """What is larger than its limit, with its size."""
    found = (each for path in sources() for each in measured(path))
    return {name: size for kind, name, size in found if size > LIMITS[kind]}


def allowed() -> dict[str, int]:
    """The committed allowances."""
    return {str(name): int(size) for name, size in json.loads(FILE.read_text(encoding="utf-8")).items()}


def out_of_step(sizes: dict[str, int], allowances: dict[str, int]) -> list[str]:
    """One sentence for everything that grew, and for every allowance that is too large.

    >>> out_of_step({"a.py": 410}, {})
    ['a.py has 410 lines and no allowance: split it']
    >>> out_of_step({"a.py": 410}, {"a.py": 420, "b.py::f": 50})
    ['a.py has 410 lines, its allowance is 420: tighten it', 'b.py::f needs no allowance: remove it']
    """
    found = []
    for name, size in sizes.items():
        if name not in allowances:
            found.append(f"{name} has {size} lines and no allowance: split it")
        elif size > allowances[name]:
            found.append(f"{name} has {size} lines, its allowance is {allowances[name]}: split it")
        elif size < allowances[name]:
            found.append(f"{name} has {size} lines, its allowance is {allowances[name]}: tighten it")
    return found + [f"{name} needs no allowance: remove it" for name in allowances if name not in sizes]


def tightened(sizes: dict[str, int], allowances: dict[str, int]) -> dict[str, int]:
    """The allowances that are still needed, none larger than before.

    >>> tightened({"a.py": 410, "b.py": 430, "new.py": 500}, {"a.py": 420, "b.py": 425, "gone.py": 600})
    {'a.py': 410, 'b.py': 425}
    """
    return {name: min(size, allowances[name]) for name, size in sizes.items() if name in allowances}


def main() -> None:
    """Print what is out of step; ``--write`` tightens the allowances first, ``--begin`` renews them."""
    sizes = exceptions()
    if "--begin" in sys.argv[1:]:
        _write(sizes)
    elif "--write" in sys.argv[1:]:
        _write(tightened(sizes, allowed()))
    found = out_of_step(sizes, allowed())
    print("\n".join(found) or f"nothing is out of step; {len(sizes)} exceptions")
    sys.exit(1 if found else 0)


def _write(allowances: dict[str, int]) -> None:
    FILE.write_text(json.dumps(dict(sorted(allowances.items())), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
