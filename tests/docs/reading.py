"""Reading documents the way their tests need it: blocks with the file named above them, headings."""

from __future__ import annotations

import re
import subprocess
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```", re.MULTILINE | re.DOTALL)
_ROOMS = "packs|pages|records|standards|forms|qingce"
_PLACE = re.compile(rf"`((?:{_ROOMS})[\w./-]*\.(?:py|yaml|csv|md|toml))`[^`]*[:：]\s*$")
_COMMAND = re.compile(r"(?:\$ )?((?:qingce|make) [^#]+)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes:
        path: the project file that the sentence before it names, or ``""``.
        line: where it begins, for messages.
    """

    language: str
    text: str
    path: str
    line: int


def tracked() -> list[Path]:
    """Every file of the repository that git keeps, or would keep."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split("\0")
    return [path for name in sorted(set(names)) if name and (path := ROOT / name).is_file()]


def documents() -> list[Path]:
    """The documents for readers of the project: in the root, in docs, beside standards and templates."""
    return [p for p in tracked() if p.suffix == ".md" and "pages" not in p.relative_to(ROOT).parts]


def written() -> list[Path]:
    """The documents that people write: all but the generated reference."""
    generated = ROOT / "docs" / "reference"
    return [p for p in documents() if not p.is_relative_to(generated) or p.name == "figures.schema.md"]


def text_of(paths: Iterable[Path]) -> str:
    """All of them as one text."""
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a document, dedented."""
    for match in _FENCE.finditer(text):
        place = _PLACE.search(text[: match.start()].rstrip()[-300:])
        body = textwrap.dedent(match[3])
        yield Block(match[2], body, place[1] if place else "", text.count("\n", 0, match.start()) + 1)


def write(project: Path, block: Block) -> None:
    """Put a block into its file of a project; a file that is there goes on after two empty lines."""
    path = project / block.path
    path.parent.mkdir(parents=True, exist_ok=True)
    gap = "\n\n" if path.is_file() and path.suffix == ".py" else ""
    with path.open("a", encoding="utf-8") as file:
        file.write(gap + block.text)


def headings(text: str) -> list[tuple[int, str]]:
    """Level and words of every heading outside fences."""
    bare = _FENCE.sub("", text)
    return [(len(m[1]), m[2].strip()) for m in re.finditer(r"^(#{1,6}) +(.+)$", bare, re.MULTILINE)]


def commands(text: str) -> list[str]:
    """Lines of shell blocks that run qingce or make, without prompts and comments."""
    shells = [block.text for block in blocks(text) if block.language in ("sh", "console")]
    lines = [line for shell in shells for line in shell.splitlines()]
    return [found[1].strip() for line in lines if (found := _COMMAND.match(line))]
