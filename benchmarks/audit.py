"""How fast a report is audited, by its length; the text is made up here, so that everybody measures the same.

Usage: ``python benchmarks/audit.py [--json]``
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measure import Result, median, report, wants_json

from qingce.audit import Text, audit

REPORT_CHARACTERS = 55_000
BOOK_CHARACTERS = 600_000
WORDS = "本行围绕服务实体经济持续完善体制机制，加强协同联动，丰富产品供给，提升服务质效，夯实发展根基。" * 14
"""Running text between the tables: about thirty numbers come on a thousand characters, as in a bank's annual report."""


def made_up(characters: int) -> str:
    """A report of about that length: sentences, tables by rows, and columns torn apart."""
    parts: list[str] = []
    length = n = 0
    while length < characters:
        n += 1
        end, begin = 1000 + 7 * n, 900 + 5 * n
        rows = [(end + k, begin + k) for k in range(6)]
        part = (
            f"{WORDS}\n截至 2024 年末，第{n}类贷款余额 {end}.50 亿元，较年初增长 {end - begin}.00 亿元，"
            f"服务客户 {end} 户，共举办活动 {n} 场。\n"
            + "项目 年末数 年初数 增量\n"
            + "\n".join(f"项目{chr(0x4E00 + k)} {a:,}.00 {b:,}.00 {a - b:,}.00" for k, (a, b) in enumerate(rows))
            + f"\n合计 {sum(a for a, _ in rows):,}.00 {sum(b for _, b in rows):,}.00 "
            + f"{sum(a - b for a, b in rows):,}.00\n"
            + "\n".join(f"{x:,}.00" for column in (0, 1) for x in (row[column] for row in rows))
            + "\n"
            + "\n".join(f"{a - b:,}.00" for a, b in rows)
            + "\n"
        )
        parts.append(part)
        length += len(part)
    return "".join(parts)


def main() -> None:
    """Measure a report and a book, and how the time grows between them."""
    as_json = wants_json("Speed of the audit of a text.")
    short, long = Text.of(made_up(REPORT_CHARACTERS)), Text.of(made_up(BOOK_CHARACTERS))
    quick = median(3, lambda: audit(short))
    slow = median(1, lambda: audit(long))
    growth = (slow / quick) / (BOOK_CHARACTERS / REPORT_CHARACTERS)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(
        [
            Result("audit of a text of 55,000 characters", quick, "s", 1.0),
            Result("audit of a text of 600,000 characters (300 pages)", slow, "s", 6.0),
            Result("time per character, 600,000 against 55,000", growth, "x", 1.5),
            Result("peak memory", memory, "MB", 500.0),
        ],
        as_json,
    )


if __name__ == "__main__":
    main()
