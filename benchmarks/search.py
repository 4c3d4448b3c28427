"""Searching a desk of the size of a bank: how long the index takes, and each question beside a plain LIKE scan.

The desk is that of the example with its declarations (metrics and standards), 5,000 figures, 2,000 documents as
evidence and 100,000 comments on the journal, all in made-up Chinese. A question is asked as a page asks it: counts
by kind, the best five of each, within the scopes of the reader. The scan answers the same over the same rows in the
same file with ``LIKE '%word%'`` for each word, and knows neither full-width nor traditional characters, nor an order:
it counts. Times are CPU time of this process, but for whole pages, which wait like a reader.

    python benchmarks/search.py                       both databases
    python benchmarks/search.py --comments 10000      quicker
    python benchmarks/search.py --database sqlite     one of them
    python benchmarks/search.py --json                one JSON object a line: name, value, unit, target, met
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _desk_bank import new_database, with_office
from fastapi.testclient import TestClient
from tests.web.signing import NamesAsTokens

from qingce.core.event import Event
from qingce.core.figure import Figure, FigureKey
from qingce.ledger.journal import now
from qingce.services.desk import Actor, Desk, open_desk
from qingce.services.desk.comments import comment
from qingce.services.desk.laid import current
from qingce.services.desk.search import scopes_of, search, up_to_date
from qingce.web import WebSettings, create_app

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "lanzhou_2024"
TARGET = 300.0
"""Milliseconds of a whole page that are not to be exceeded."""
FIGURES, DOCUMENTS = 5_000, 2_000
_WORDS = (
    "绿色贷款", "余额", "较上年", "增长", "请", "核对", "附件", "口径", "说明", "原因", "普惠", "小微企业", "用电量",
    "员工", "培训", "董事会", "会议", "凭证", "登记册", "差异", "已", "复核", "退回", "修改", "支行", "数据", "无误",
    "排放",
    "强度", "范围", "2024", "305.60", "万元",
)
_ASKED = ("款", "绿色", "绿色贷款", "绿色贷款 2024", "口径 董事会 305.60", "ＧＲＩ ３０２－１", "green_loan", "胡杨",
          "没有这样的词")


def _said(chance: random.Random, words: int) -> str:
    return "".join(chance.choice(_WORDS) for _ in range(words))


def filled(desk: Desk, comments: int) -> None:
    """Put figures, documents and comments on the desk."""
    chance = random.Random(2024)
    metrics, at = list(desk.registry.metrics.values()), now()
    found = []
    for number in range(FIGURES):
        metric = metrics[number % len(metrics)]
        key = FigureKey(metric.name, desk.settings.org, str(2024 - number // len(metrics)))
        found.append(Figure(key, Decimal(chance.randrange(10**9)), metric.unit))
    desk.figures.path.parent.mkdir(parents=True, exist_ok=True)
    desk.figures.save("bench", at.isoformat(), "0" * 64, found, {}, [])
    subjects = [f"figure/{figure.key}" for figure in found[:500]]
    for first in range(0, DOCUMENTS + comments, 20_000):
        with desk.writing() as made:
            made.extend(_event(chance, subjects, number, made.at)
                        for number in range(first, min(first + 20_000, DOCUMENTS + comments)))


def _event(chance: random.Random, subjects: list[str], number: int, at: object) -> Event:
    about = subjects[number % len(subjects)]
    if number < DOCUMENTS:
        return Event(at, "office", "attached", about, {  # type: ignore[arg-type]
            "sha256": f"{number:064x}", "name": f"{_said(chance, 3)}.pdf", "kind": "application/pdf", "size": 1,
            "note": _said(chance, 6)})
    return Event(at, "office", "commented", about, {  # type: ignore[arg-type]
        "comment": f"c{number}", "thread": "", "words": _said(chance, 16) + ("胡杨" if number % 9973 == 0 else ""),
        "mentions": []})


def timed(ask: Callable[[], object], runs: int, clock: Callable[[], float] = time.process_time) -> float:
    """The median in milliseconds after one run that warms up."""
    took = []
    for _ in range(runs + 1):
        began = clock()
        ask()
        took.append((clock() - began) * 1000)
    return statistics.median(took[1:])


def scan(desk: Desk, actor: Actor, typed: str) -> int:
    """The same question by LIKE over the same rows."""
    with up_to_date(desk).reading() as db:
        scopes = json.dumps(scopes_of(desk, db, actor))
        where = " AND ".join("(told.names || ' ' || beside || ' ' || words) LIKE ?" for _ in typed.split())
        rows = db.execute(
            f"SELECT told.kind, count(*) FROM told JOIN doc USING (id) WHERE {where} AND scope IN"
            " (SELECT value FROM json_each(?)) GROUP BY told.kind", (*(f"%{w}%" for w in typed.split()), scopes))
        return sum(count for _, count in rows.fetchall())


def measured(desk: Desk, runs: int) -> Iterator[tuple[str, float, str, str]]:
    """Name, value, unit and target of everything that is timed."""
    office = desk.actor("office")
    assert current(desk).composed.document.pages == ()
    began = time.process_time()
    index = up_to_date(desk)
    yield "index built", time.process_time() - began, "CPU s", ""
    with index.reading() as db:
        count = db.execute("SELECT count(*) FROM told").fetchone()[0]
    assert index.path is not None
    yield f"index of {count:,} entries", index.path.stat().st_size / 1e6, "MB", ""
    yield "nothing new", timed(lambda: up_to_date(desk), runs), "CPU ms", ""
    about = f"figure/{desk.registry.metrics['green_loan_balance'].name}/{desk.settings.org}/2024"
    comment(desk, office, about, "补充一份骆驼刺清单")
    began = time.process_time()
    assert search(desk, office, "骆驼刺").total == 1
    yield "one comment more, found", (time.process_time() - began) * 1000, "CPU ms", ""
    for typed in _ASKED:
        hits = search(desk, office, typed, limit=5).total
        mine = timed(lambda typed=typed: search(desk, office, typed, limit=5), runs)  # type: ignore[misc]
        plain = timed(lambda typed=typed: scan(desk, office, typed), max(1, runs // 3))  # type: ignore[misc]
        yield f"{typed}: {hits:,} hits", mine, "CPU ms", ""
        yield f"{typed}: LIKE scan as a multiple", plain / mine, "", ""
    reader = TestClient(create_app(desk, WebSettings(), NamesAsTokens(desk)), base_url="http://localhost")
    reader.cookies.set("qc_session", "office")
    for typed in ("款", "绿色贷款 2024", "胡杨"):
        yield f"page of {typed}", timed(lambda typed=typed: reader.get(  # type: ignore[misc]
            "/search", params={"q": typed}).raise_for_status(), runs, time.perf_counter), "ms", f"<= {TARGET:.0f}"


def opened(folder: Path, url: str) -> Desk:
    """A desk of the example's declarations with an ESG office."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("pages", "build", ".qingce"))
    return with_office(open_desk(folder, url=url))


def main() -> int:
    """Fill, time, print; 1 where a page is slower than the target."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--comments", type=int, default=100_000)
    asked.add_argument("--runs", type=int, default=9)
    asked.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    asked.add_argument("--json", action="store_true")
    said, missed = asked.parse_args(), 0
    for database in said.database or ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as room:
            desk = opened(Path(room) / "bank", new_database(database, Path(room)))
            filled(desk, said.comments)
            if not said.json:
                print(f"{database}: {len(desk.registry.metrics):,} metrics, {FIGURES:,} figures, "
                      f"{DOCUMENTS:,} documents, {said.comments:,} comments")
            for name, value, unit, target in measured(desk, said.runs):
                met = not target or value <= TARGET
                missed += not met
                if said.json:
                    print(json.dumps({"name": f"{database}: {name}", "value": round(value, 2), "unit": unit,
                                      "target": target, "met": met}, ensure_ascii=False))
                else:
                    print(f"  {name:<44}{value:>10.1f} {unit}{'' if met else '   missed'}")
            desk.close()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
