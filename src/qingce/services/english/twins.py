"""Twins of a project: which pages have English, how each block stands, and how translators bring it up to date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import yaml

from qingce.core.errors import ProjectError, nearest
from qingce.publish.twin import Pair, State, accepted, front_of, paired, pieces, sources, written

ROOM = Path("pages") / "en"


@dataclass(frozen=True)
class Twin:
    """A Chinese page and its English, which may not be there.

    Attributes:
        name: of the file, without its ending.
    """

    folder: Path
    name: str

    @property
    def zh(self) -> Path:
        """The Chinese page."""
        return self.folder / "pages" / f"{self.name}.md"

    @property
    def en(self) -> Path:
        """The English page."""
        return self.folder / ROOM / f"{self.name}.md"

    @property
    def there(self) -> bool:
        """Whether anybody has begun the English page."""
        return self.en.is_file()

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """The blocks of both, the front matter first."""
        text = self.en.read_text(encoding="utf-8-sig") if self.there else ""
        return tuple(paired(sources(self.zh.read_text(encoding="utf-8-sig")), pieces(text) if text else []))

    @property
    def counts(self) -> Counter[State]:
        """How many blocks there are of each state."""
        return Counter(pair.state for pair in self.pairs)

    @property
    def done(self) -> bool:
        """Whether something of the page can be printed in English: its title and at least one block."""
        translated = [p.state in (State.CURRENT, State.STALE) for p in self.pairs]
        return self.there and translated[0] and (len(translated) == 1 or any(translated[1:]))

    @cached_property
    def front(self) -> dict[str, str]:
        """The Chinese front matter, with the English titles where they are translated."""
        raw = yaml.safe_load(front_of(self.zh.read_text(encoding="utf-8-sig"))[0]) or {}
        front = {str(k): "" if v is None else str(v) for k, v in raw.items()}
        piece = self.pairs[0].piece
        if piece is not None and self.pairs[0].state is not State.MISSING:
            said = yaml.safe_load(piece.text) or {}
            front |= {key: str(said.get(key) or "") for key in ("title", "part", "part_title")}
        return front


def twins(folder: Path) -> list[Twin]:
    """Every Chinese page of a project with its twin, in order."""
    return [Twin(folder, path.stem) for path in sorted((folder / "pages").glob("*.md"))]


def begun(folder: Path) -> bool:
    """Whether a project has any English page that can be printed."""
    return (folder / ROOM).is_dir() and any(twin.done for twin in twins(folder))


def scaffold(folder: Path, names: Sequence[str] = ()) -> list[Twin]:
    """Put the blocks to be translated into English pages, in Chinese, with the bindings in place.

    Args:
        names: pages; all of them by default.

    Returns:
        The pages that changed.
    """
    changed = []
    for twin in _named(folder, names):
        if twin.there and not twin.counts[State.MISSING]:
            continue
        twin.en.parent.mkdir(parents=True, exist_ok=True)
        twin.en.write_text(written(twin.pairs), encoding="utf-8")
        changed.append(twin)
    return changed


def accept(folder: Path, name: str, block: str) -> list[Pair]:
    """Stamp a block as translated from today's Chinese, once somebody has read it again.

    Args:
        block: its number, or ``all``.

    Raises:
        ProjectError: no such page, no such block, or nothing translated in it.
    """
    twin = _named(folder, [name])[0]
    if not twin.there:
        raise ProjectError(f"{twin.name} 还没有英文页。先运行：qingce translate {folder.name} --scaffold --page {name}")
    number = None if block == "all" else int(block) if block.isdigit() else -1
    chosen = [p for p in twin.pairs if p.source is not None and number in (None, p.source.number)]
    if not chosen:
        raise ProjectError(f"{twin.name} 没有第 {block} 段；运行 qingce translate 查看段号。")
    untouched = [p for p in chosen if p.piece is None or (p.source is not None and p.piece.text == p.source.text
                                                          and not _wordless(p.piece.text))]
    if number is not None and untouched:
        raise ProjectError(f"{twin.name} 第 {block} 段还是中文原文，译完再确认。")
    kept = accepted(twin.pairs, number) if number is not None else [
        old if old in untouched else new for old, new in zip(twin.pairs, accepted(twin.pairs, None), strict=True)]
    # words in an orphan belong to no Chinese any more and go when a translator has looked
    twin.en.write_text(written([p for p in kept if p.state is not State.ORPHAN or number is not None]),
                       encoding="utf-8")
    return [replace(p) for p in chosen if p not in untouched]


def _wordless(text: str) -> bool:
    """Whether a block holds nothing to translate, only bindings."""
    return not any("\u4e00" <= c <= "\u9fff" for c in text)


def _named(folder: Path, names: Sequence[str]) -> list[Twin]:
    every = {twin.name: twin for twin in twins(folder)}
    for name in names:
        if name not in every:
            raise ProjectError(f"pages 中没有 {name}.md。{nearest(name, every)}")
    return [every[name] for name in names] if names else list(every.values())
