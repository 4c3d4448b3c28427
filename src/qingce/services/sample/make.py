"""Making a sample: unit after unit drawn, written and forgotten, so that memory does not grow with the ledger."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qingce.core.errors import ProjectError, did_you_mean
from qingce.services.sample import byhand
from qingce.services.sample.journal import Journal
from qingce.services.sample.lanzhou import BOOK
from qingce.services.sample.ledgers import DATES, Numbers, Sheets, sums
from qingce.services.sample.loans import Choices, Drawn, draw
from qingce.services.sample.model import Book
from qingce.services.sample.network import CAPITAL, units
from qingce.services.sample.parts import Ints
from qingce.services.sample.plan import least_rows, make_plan

BOOKS: Mapping[str, Book] = {"lanzhou": BOOK}
_ONE_FILE = 1_500_000
"""Up to so many loan rows every snapshot is one file, beyond it one file for each branch."""
_PICKS = 400
_HAND_ROWS = sum(len(byhand.loans(day)) for day in (byhand.OPENING, byhand.CLOSING))
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Made:
    """A finished sample.

    Attributes:
        rows: rows by dataset.
    """

    folder: Path
    rows: Mapping[str, int]


def make_sample(
    kind: str, loans: int, seed: int, out: Path, *, progress: Progress | None = None, tree: bool = True
) -> Made:
    """Write the ledgers of a made-up bank.

    Args:
        kind: which bank; only ``lanzhou``.
        loans: rows of the loan ledger, both year-ends together.
        seed: the same numbers with the same seed give the same rows.
        out: folder for the ledgers, one folder for each dataset; made, must be empty or not there.
        tree: also write the org tree as ``org.csv``.

    Raises:
        ProjectError: no such bank, too few rows, or the folder holds something.
        OSError: the disk does not take it.
    """
    if kind not in BOOKS:
        raise ProjectError(f"{kind!r} is not a sample.{did_you_mean(kind, BOOKS)}")
    book = BOOKS[kind]
    if loans - _HAND_ROWS < least_rows(book):
        raise ProjectError(
            f"A sample has at least {least_rows(book) + _HAND_ROWS:,} rows in the loan ledger, not {loans:,}: the "
            "figures it reproduces count 19,000 households and thousands of single loans."
        )
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ProjectError(f"{out} is not an empty folder; a sample goes into a folder of its own.")
    mark = f"合成数据，仅为复现 2024 年报告印刷数字；{kind}，贷款台账 {loans} 行，种子 {seed}"
    with _Writer(out, mark, split_branches=loans > _ONE_FILE) as writer:
        _fill(writer, _without_hand(book), loans, seed, progress or (lambda _: None))
    if tree:
        (out / "org.csv").write_text(byhand.org_csv(mark), encoding="utf-8", newline="\n")
    return Made(out, dict(writer.rows))


def _without_hand(book: Book) -> Book:
    closing, opening = book.totals
    return replace(book, totals=(closing - byhand.HAND_TOTAL, opening - byhand.HAND_TOTAL))


@dataclass
class _Met:
    """What is kept of every unit: sums by org, and some customers for the registers."""

    by_org: dict[str, Counter[str]] = field(default_factory=lambda: {day: Counter() for day in DATES})
    zone: list[Ints] = field(default_factory=list)
    state: list[Ints] = field(default_factory=list)
    small: list[Ints] = field(default_factory=list)

    def note(self, drawn: Drawn, customers: Ints, choices: Choices) -> None:
        self.by_org["2023-12-31"].update(sums(drawn, drawn.opening))
        self.by_org["2024-12-31"].update(sums(drawn, drawn.closing))
        people = drawn.people
        kinds = np.array(
            [
                0 if not g.sizes else 1 if g.ownership == "state" else 2 if g.line_at_most else 3
                for g in choices.groups
            ]
        )[people.group]
        here = people.at_closing
        self.state.append(customers[here & (kinds == 1)][:_PICKS])
        self.small.append(customers[here & (kinds == 2)][:_PICKS])
        if drawn.unit.city == CAPITAL:
            self.zone.append(customers[here & (kinds > 0)][:_PICKS])


def _fill(writer: _Writer, book: Book, rows: int, seed: int, progress: Progress) -> None:
    made_of = units(rows)
    plan = make_plan(book, rows - _HAND_ROWS, made_of)
    choices, numbers, met = Choices(book), Numbers(), _Met()
    sheets, journal = Sheets(choices), Journal(choices, book.flows, numbers)
    for number, unit in enumerate(made_of):
        if unit.first:
            progress(f"生成 {unit.branch}")
        drawn = draw(plan, number, choices, _stream(rows, seed, number))
        loans, customers = numbers.take("loan", len(drawn)), numbers.take("customer", len(drawn.people))
        met.note(drawn, customers, choices)
        for day in DATES:
            writer.put("loan", sheets.loans(drawn, loans, customers, day), unit.branch, day)
            writer.put("customer", sheets.customers(drawn, customers, day), unit.branch, day)
            writer.put("guarantee", sheets.guarantees(drawn, loans, numbers, day), unit.branch, day)
        writer.put("loan_event", journal.of_unit(drawn, loans, customers), unit.branch)
    _complete(writer, journal, met, _stream(rows, seed, len(made_of)))


def _stream(rows: int, seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, rows, number])))


def _complete(writer: _Writer, journal: Journal, met: _Met, rng: np.random.Generator) -> None:
    """What belongs to no unit: the rest of the flows, loans written by hand, the small ledgers."""
    writer.put("loan_event", journal.rest(rng), "rest")
    writer.put("loan_event", byhand.like(writer.schema("loan_event"), byhand.events()), "rest")
    cores, small, zone = (
        np.concatenate(met.state)[:12],
        np.concatenate(met.small)[:_PICKS],
    )
    np.concatenate(met.zone)
    registers: dict[str, list[byhand.Row]] = {
        "project": byhand.projects(rng),
        "card_issue": byhand.cards(rng),
        "platform_deal": byhand.deals(rng, zone),
        "supply_chain_financing": byhand.supply_chain(rng, cores, small),
        "key_county_list": byhand.key_counties(),
        "linked_loan": [],
        "bond_holding": [],
        "supply_chain_limit": [],
        "gl_balance": [],
    }
    for day in (byhand.OPENING, byhand.CLOSING):
        as_of = day.isoformat()
        hand = byhand.loans(day)
        writer.put("loan", byhand.like(writer.schema("loan"), hand), "rest", as_of)
        writer.put("customer", byhand.like(writer.schema("customer"), byhand.customers(day)), "rest", as_of)
        for row in hand:
            met.by_org[as_of][row["org"]] += int(row["balance"] * 100)
        bonds = byhand.bonds(rng, day)
        registers["linked_loan"] += byhand.linked(day)
        registers["bond_holding"] += bonds
        registers["supply_chain_limit"] += byhand.limits(rng, cores, day)
        held = sum(int(bond["carrying"] * 100) for bond in bonds)
        registers["gl_balance"] += byhand.general_ledger(dict(sorted(met.by_org[as_of].items())), held, day)
    for name, rows in registers.items():
        writer.put(name, byhand.table(name, rows), "rest")


class _Writer:
    """Parquet files of a sample; tables are written behind the back of whoever makes the next ones."""

    def __init__(self, out: Path, mark: str, *, split_branches: bool) -> None:
        self.out, self.split = out, split_branches
        self.rows: Counter[str] = Counter()
        self._marks = {"qingce.synthetic": "true", "qingce.sample": mark}
        self._files: dict[Path, pq.ParquetWriter] = {}
        self._schemas: dict[str, pa.Schema] = {}
        self._pool = ThreadPoolExecutor(1)
        self._queue: list[Future[None]] = []

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            while self._queue:
                self._queue.pop(0).result()
        finally:
            self._pool.shutdown()
            for file in self._files.values():
                file.close()

    def schema(self, dataset: str) -> pa.Schema:
        """The columns of a dataset that has been written to."""
        return self._schemas[dataset]

    def put(self, dataset: str, table: pa.Table, branch: str, as_of: str = "") -> None:
        """Add rows of one branch at one date.

        Raises:
            OSError: the disk did not take an earlier table.
        """
        if not len(table):
            return
        schema = self._schemas.setdefault(dataset, table.schema)
        self.rows[dataset] += len(table)
        folder = self.out / dataset / f"as_of={as_of}" if as_of else self.out / dataset
        path = folder / f"{branch if self.split else 'all'}.parquet"
        while len(self._queue) >= 4:
            self._queue.pop(0).result()
        self._queue.append(self._pool.submit(self._write, path, table.cast(schema)))

    def _write(self, path: Path, table: pa.Table) -> None:
        file = self._files.get(path)
        if file is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            if self.split:
                # branches come one after another, so that nothing more is added to the files of the last one
                for done in [p for p in self._files if p.stem != path.stem]:
                    self._files.pop(done).close()
            file = self._files[path] = pq.ParquetWriter(
                path,
                table.schema.with_metadata(self._marks),
                compression="zstd",
                compression_level=1,
                store_decimal_as_integer=True,
            )
        file.write_table(table, row_group_size=1_000_000)
