"""Throw damaged files and random bytes at the readers and the audit for a bounded time.

Run: ``python -m tests.audit.fuzz --seconds 60``. It prints how many inputs were tried and how many could be
read; an input that raises anything but an UnreadableError is kept beside the seed that made it, and ends the run.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

import typst

from qingce.audit import UnreadableError, audit, read_text
from qingce.audit.show import FORMATS
from tests.audit.test_read_formats import LINE, PAGE, TRADITIONAL, docx, p

FONTS = Path(__file__).resolve().parents[2] / "src" / "qingce" / "publish" / "fonts"
SOURCE = f"""#set text(font: "Noto Sans SC")
{LINE}
#table(columns: 3, [项目], [2024], [2023], [甲], [12.50], [11.25], [乙], [3.10], [2.95])"""


def seeds() -> list[bytes]:
    """Whole files of every format, to be damaged."""
    pdf = typst.compile(SOURCE.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True)
    return [pdf, docx(p(LINE)), PAGE.encode(), LINE.encode(), TRADITIONAL.encode("big5"), LINE.encode("utf-16"), b""]


def damaged(chance: random.Random, whole: bytes, other: bytes) -> bytes:
    """The bytes with some changed, cut out, doubled or taken from another file."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[at:at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at:at + chance.randint(1, 64)]
            case 2:
                data[at:at] = data[at:at + chance.randint(1, 64)] * chance.randint(1, 3)
            case _:
                begin = chance.randrange(len(other) + 1)
                data[at:at] = other[begin:begin + chance.randint(1, 64)]
    return bytes(data)


def main() -> int:
    """Fuzz until the time is over; 1 where something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = random.Random(given.seed)
    whole = seeds()
    end = time.monotonic() + given.seconds
    tried = readable = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input"
        while time.monotonic() < end:
            path.write_bytes(damaged(chance, chance.choice(whole), chance.choice(whole)))
            tried += 1
            try:
                report = audit(read_text(path))
                for write in FORMATS.values():
                    write([report])
                readable += 1
            except UnreadableError:
                continue
            except BaseException:
                kept = Path(f"fuzz-{given.seed}-{tried}.bin")
                kept.write_bytes(path.read_bytes())
                print(f"input {tried} broke it; kept as {kept}", file=sys.stderr)
                raise
    print(f"{tried} inputs tried, {readable} of them could be read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
