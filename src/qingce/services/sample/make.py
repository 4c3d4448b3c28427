"""Making a sample: unit after unit drawn, written and forgotten, so that memory does not grow with it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from qingce.core.errors import ProjectError, nearest
from qingce.services.sample import named, registers
from qingce.services.sample.choices import Choices
from qingce.services.sample.journal import Journal
from qingce.services.sample.lanzhou import BOOK
from qingce.services.sample.ledgers import DATES, Numbers, Sheets, sums
from qingce.services.sample.loans import Drawn, draw
from qingce.services.sample.model import Book, Group
from qingce.services.sample.network import CAPITAL, units
from qingce.services.sample.parts import Ints
from qingce.services.sample.plan import least_rows, make_plan
from qingce.services.sample.rows import CLOSING, OPENING, Row, like, table
from qingce.services.sample.writer import Writer

BOOKS: Mapping[str, Book] = {"lanzhou": BOOK}
_ONE_FILE = 1_500_000
"""Up to so many loan rows every snapshot is one file, beyond it one file for each branch."""
_PICKS, _CORES = 400, 12
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
        seed: a whole number from 0; the same rows asked for with the same seed are the same rows.
        out: folder for the ledgers, one folder for each dataset; must be empty or not there.
        progress: called with a short Chinese sentence for each branch.
        tree: also write the org tree as ``org.csv``.

    Raises:
        ProjectError: no such bank, too few rows, a negative seed, or the folder holds something.
        OSError: the disk does not take it; no ledger is left in the folder.
    """
    book = _book(kind, loans, seed)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ProjectError(f"{out} 不是空文件夹；样本要单独放一个文件夹。")
    mark = f"合成数据，仅为复现 2024 年报告印刷数字；{kind}，贷款台账 {loans} 行，种子 {seed}"
    try:
        with Writer(out, mark, by_branch=loans > _ONE_FILE) as writer:
            _fill(writer, book, loans, seed, progress or (lambda _: None))
        if tree:
            (out / "org.csv").write_text(registers.org_csv(mark), encoding="utf-8", newline="\n")
    except BaseException:
        for left in out.iterdir() if out.is_dir() else ():
            shutil.rmtree(left, ignore_errors=True)
        raise
    return Made(out, dict(writer.rows))


def _book(kind: str, loans: int, seed: int) -> Book:
    """The book asked for, less the loans that are written one by one."""
    if kind not in BOOKS:
        raise ProjectError(f"没有名为“{kind}”的样本。{nearest(kind, BOOKS)}")
    book = BOOKS[kind]
    least = least_rows(book) + named.ROWS
    if loans < least:
        raise ProjectError(
            f"样本的贷款台账至少 {least:,} 行，不能是 {loans:,} 行：要得出的数值里有 19,000 户和数千笔贷款。"
        )
    if seed < 0:
        raise ProjectError(f"--seed 是不小于 0 的整数，不能是 {seed}。")
    closing, opening = book.totals
    return replace(book, totals=(closing - named.TOTAL, opening - named.TOTAL))


class _Met:
    """What is kept of every unit: balances by org, and some customers for the registers."""

    def __init__(self, groups: list[Group]) -> None:
        self.by_org: dict[str, Counter[str]] = {day: Counter() for day in DATES}
        self.zone: list[Ints] = []
        self.state: list[Ints] = []
        self.small: list[Ints] = []
        self._firm = np.array([bool(g.sizes) for g in groups])
        self._state = np.array([bool(g.sizes) and g.ownership == "state" for g in groups])
        self._small = np.array([bool(g.sizes) and bool(g.line_at_most) for g in groups])

    def note(self, drawn: Drawn, customers: Ints) -> None:
        for day, balance in zip(DATES, (drawn.opening, drawn.closing), strict=True):
            self.by_org[day].update(sums(drawn, balance))
        here, group = drawn.people.at_closing, drawn.people.group
        self.state.append(customers[here & self._state[group]][:_PICKS])
        self.small.append(customers[here & self._small[group]][:_PICKS])
        if drawn.unit.city == CAPITAL:
            self.zone.append(customers[here & self._firm[group]][:_PICKS])


def _fill(writer: Writer, book: Book, rows: int, seed: int, progress: Progress) -> None:
    made_of = units(rows)
    plan = make_plan(book, rows - named.ROWS, made_of)
    choices, numbers = Choices(book), Numbers()
    sheets, journal, met = Sheets(choices), Journal(choices, book.flows, numbers), _Met(list(choices.groups))
    for number, unit in enumerate(made_of):
        if unit.first:
            progress(f"生成 {unit.branch} 的台账")
        drawn = draw(plan, number, choices, _stream(rows, seed, number))
        loans, customers = numbers.take("loan", len(drawn)), numbers.take("customer", len(drawn.people))
        met.note(drawn, customers)
        for day in DATES:
            writer.put("loan", sheets.loans(drawn, loans, customers, day), unit.branch, day)
            writer.put("customer", sheets.customers(drawn, customers, day), unit.branch, day)
            writer.put("guarantee", sheets.guarantees(drawn, loans, numbers, day), unit.branch, day)
        writer.put("loan_event", journal.of_unit(drawn, loans, customers), unit.branch)
    rng = _stream(rows, seed, len(made_of))
    writer.put("loan_event", journal.rest(rng), "rest")
    _put_named(writer, met)
    for name, lines in _registers(rng, met).items():
        writer.put(name, table(name, lines), "rest")


def _stream(rows: int, seed: int, number: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, rows, number])))


def _put_named(writer: Writer, met: _Met) -> None:
    """The loans that are written one by one, which also count in the balances by org."""
    writer.put("loan_event", like(writer.schema("loan_event"), named.events()), "rest")
    for day in (OPENING, CLOSING):
        as_of, lines = day.isoformat(), named.loans(day)
        writer.put("loan", like(writer.schema("loan"), lines), "rest", as_of)
        writer.put("customer", like(writer.schema("customer"), named.customers(day)), "rest", as_of)
        for line in lines:
            met.by_org[as_of][line["org"]] += int(line["balance"] * 100)


def _registers(rng: np.random.Generator, met: _Met) -> dict[str, list[Row]]:
    """The small ledgers, which belong to no branch."""
    cores, small = np.concatenate(met.state)[:_CORES], np.concatenate(met.small)[:_PICKS]
    bonds = registers.bonds(rng)
    return {
        "project": registers.projects(rng),
        "card_issue": registers.cards(rng),
        "platform_deal": registers.deals(rng, np.concatenate(met.zone)),
        "supply_chain_financing": registers.supply_chain(rng, cores, small),
        "supply_chain_limit": registers.limits(rng, cores),
        "key_county_list": registers.key_counties(),
        "linked_loan": named.linked(),
        "bond_holding": bonds,
        "gl_balance": registers.general_ledger(met.by_org, bonds),
    }
