"""The journal of loan events: what the loans of the ledger imply, and what the printed totals add to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qingce.services.sample.arrow import days, labels, money, numbered
from qingce.services.sample.choices import CONT, GONE, NEW, Choices, positions
from qingce.services.sample.ledgers import Numbers
from qingce.services.sample.loans import CLOSING, OPENING, YEAR, Drawn
from qingce.services.sample.model import Flow
from qingce.services.sample.network import ORG_AT, ORGS, SUB_BRANCHES
from qingce.services.sample.parts import Ints, skewed, split

KINDS = ("disbursement", "repayment", "interest", "write_off", "recovery")
DISBURSEMENT, REPAYMENT, INTEREST, WRITE_OFF, RECOVERY = range(5)
Batch: TypeAlias = tuple[int, npt.NDArray[np.intp], npt.NDArray[Any], Ints]
"""Kind of event, positions of the loans, days and amounts."""


@dataclass
class Lent:
    """What the loans of a flow's segments come to.

    Attributes:
        idle: customer numbers with a loan but none of the year, with their orgs.
        busy: customer numbers with a loan of the year, with their orgs.
    """

    year: int = 0
    year_events: int = 0
    earlier: int = 0
    earlier_events: int = 0
    customers: int = 0
    idle: list[Ints] = field(default_factory=list)
    busy: list[Ints] = field(default_factory=list)


class _Rows:
    """Events on their way into a table; the arrays of one call are of equal lengths."""

    def __init__(self) -> None:
        self._columns: dict[str, list[npt.NDArray[Any]]] = {
            n: [] for n in ("day", "org", "loan", "customer", "kind", "product", "programme", "amount")
        }

    def add(self, kind: int, **given: npt.NDArray[Any]) -> None:
        """Events of one kind."""
        for name, values in {**given, "kind": np.full(len(given["day"]), kind)}.items():
            self._columns[name].append(values)

    def table(self, choices: Choices, numbers: Numbers) -> pa.Table:
        of = {n: np.concatenate(v) if v else np.zeros(0, np.int64) for n, v in self._columns.items()}
        return pa.table({
            "event_no": numbered("E", numbers.take("event", len(of["day"])), 11),
            "happened_on": days(of["day"].astype(np.int32)),
            "org": labels(of["org"], ORGS),
            "loan_no": numbered("L", of["loan"].astype(np.int64), 10),
            "customer_no": numbered("C", of["customer"].astype(np.int64), 10),
            "kind": labels(of["kind"], KINDS),
            "product": labels(of["product"], choices.products),
            "programme": labels(of["programme"], choices.programmes),
            "amount": money(of["amount"].astype(np.int64)),
        })


class Journal:
    """Makes the events of one unit after another, then those that complete the flows."""

    def __init__(self, choices: Choices, flows: Mapping[str, Flow], numbers: Numbers) -> None:
        self.choices, self.flows, self.numbers = choices, flows, numbers
        self.lent = {name: Lent() for name in flows}
        segments = choices.segments
        self._product = positions(choices.products, [s.product for s in segments])
        self._programme = positions(choices.programmes, [s.programme for s in segments])
        self._flow = positions(tuple(flows), [s.flow for s in segments])
        self._past = np.array([bool(s.flow and flows[s.flow].to_date) for s in segments])
        self._interest = np.array([s.programme == "ip_pledge" for s in segments])

    def of_unit(self, drawn: Drawn, loans: Ints, customers: Ints) -> pa.Table:
        """Lent, repaid, written off in the year, so that opening, flows and closing of every loan agree."""
        rows = _Rows()
        org = _orgs(drawn)[drawn.leaf]
        for kind, at, day, amount in (*self._lent_out(drawn), *_come_back(drawn), *self._paid(drawn)):
            rows.add(
                kind, day=day, org=org[at], loan=loans[at], customer=customers[drawn.customer[at]],
                amount=amount,
                product=self._product[drawn.segment[at]], programme=self._programme[drawn.segment[at]],
            )
        self._count(drawn, customers)
        return rows.table(self.choices, self.numbers)

    def _lent_out(self, drawn: Drawn) -> Iterator[Batch]:
        new = np.flatnonzero(drawn.state == NEW)
        yield DISBURSEMENT, new, drawn.start[new], drawn.principal[new]
        past = np.flatnonzero((drawn.state != NEW) & self._past[drawn.segment])
        yield DISBURSEMENT, past, drawn.start[past], drawn.principal[past]

    def _paid(self, drawn: Drawn) -> Iterator[Batch]:
        """Half a year's interest, where interest is subsidised."""
        due = np.flatnonzero((drawn.state != GONE) & self._interest[drawn.segment])
        interest = drawn.closing[due] * drawn.rate[due] // 10**8 // 2
        yield INTEREST, due, np.maximum(drawn.start[due], CLOSING - 10), interest

    def _count(self, drawn: Drawn, customers: Ints) -> None:
        flow = self._flow[drawn.segment]
        home = _orgs(drawn)[drawn.people.leaf]
        for number, name in enumerate(self.flows):
            at = np.flatnonzero(flow == number)
            lent, new = self.lent[name], drawn.state[at] == NEW
            lent.year += int(drawn.principal[at][new].sum())
            lent.year_events += int(new.sum())
            lent.earlier += int(drawn.principal[at][~new].sum())
            lent.earlier_events += int((~new).sum())
            lent.customers += len(np.unique(drawn.customer[at]))
            busy = np.unique(drawn.customer[at][new])
            idle = np.setdiff1d(np.unique(drawn.customer[at][drawn.state[at] == CONT]), busy)
            lent.busy.append(np.stack([customers[busy], home[busy]]))
            lent.idle.append(np.stack([customers[idle], home[idle]]))

    def rest(self, rng: np.random.Generator) -> pa.Table:
        """Loans of the flows that were lent and repaid between two dates of the ledger, up to the totals."""
        rows = _Rows()
        for name, flow in self.flows.items():
            lent, year = self.lent[name], 0
            if flow.year:
                year = flow.year - lent.year
                count = flow.year_events - lent.year_events if flow.year_events else -(-year // flow.typical)
                rows_of = self._repaid(rng, flow, year, self._borrowers(rng, flow, lent, count), past=False)
                _add_both(rows, rows_of)
            if flow.to_date:
                earlier = flow.to_date - lent.year - year - lent.earlier
                count = -(-earlier // flow.typical)
                if flow.events:
                    count = flow.events - lent.year_events - lent.earlier_events
                if flow.customers:
                    count = flow.customers - lent.customers
                _add_both(rows, self._repaid(rng, flow, earlier, self._strangers(rng, count), past=True))
        return rows.table(self.choices, self.numbers)

    def _borrowers(self, rng: np.random.Generator, flow: Flow, lent: Lent, count: int) -> Ints:
        """Customers and orgs of loans of the year: those who must be met first, then anybody."""
        if not flow.year_customers:
            return self._strangers(rng, count)
        busy, idle = np.concatenate(lent.busy, axis=1), np.concatenate(lent.idle, axis=1)
        missing = flow.year_customers - busy.shape[1] - idle.shape[1]
        first = np.concatenate([idle, self._strangers(rng, missing)], axis=1)
        known = np.concatenate([first, busy], axis=1)
        more = rng.integers(0, known.shape[1], max(count - first.shape[1], 0))
        return known[:, np.concatenate([np.arange(first.shape[1]), more])]

    def _strangers(self, rng: np.random.Generator, count: int) -> Ints:
        first = ORG_AT["S001"]
        orgs = rng.integers(first, first + SUB_BRANCHES, count)
        return np.stack([self.numbers.take("customer", count), orgs])

    def _repaid(
        self, rng: np.random.Generator, flow: Flow, total: int, borrowers: Ints, *, past: bool
    ) -> dict[str, npt.NDArray[Any]]:
        """Loans that were lent and repaid, of a total amount; ``end`` is the day of repayment."""
        count, step = borrowers.shape[1], flow.step
        amounts = split(total // step, skewed(rng, count, 0.5), least=1, most=flow.most // step) * step
        amounts[:1] += total % step
        first, last = (_day(flow.since), OPENING) if past else (OPENING + 1, CLOSING)
        start = first + (rng.integers(0, 1 << 16, count) * (last - first - 1) >> 16)
        end = start + 1 + (rng.integers(0, 1 << 16, count) * (last - start) >> 16)
        product, programme = self.choices.products.index(flow.product), -1
        if flow.programme:
            programme = self.choices.programmes.index(flow.programme)
        return {
            "day": start, "end": np.minimum(end, last), "org": borrowers[1], "customer": borrowers[0],
            "loan": self.numbers.take("loan", count), "amount": amounts, "product": np.full(count, product),
            "programme": np.full(count, programme),
        }


def _add_both(rows: _Rows, lent: dict[str, npt.NDArray[Any]]) -> None:
    end = lent.pop("end")
    rows.add(DISBURSEMENT, **lent)
    rows.add(REPAYMENT, **{**lent, "day": end})


def _come_back(drawn: Drawn) -> Iterator[Batch]:
    """What was repaid, written off, and recovered after that."""
    state, luck = drawn.state, drawn.luck[7].astype(np.int64)
    part = np.flatnonzero((state == NEW) & (drawn.principal > drawn.closing))
    day = drawn.start[part] + ((CLOSING - drawn.start[part].astype(np.int64)) * luck[part] >> 16)
    yield REPAYMENT, part, day, (drawn.principal - drawn.closing)[part]
    less = np.flatnonzero((state == CONT) & (drawn.opening > drawn.closing))
    yield REPAYMENT, less, OPENING + 1 + (YEAR * luck[less] >> 16), (drawn.opening - drawn.closing)[less]
    paid, lost = np.flatnonzero((state == GONE) & ~drawn.bad), np.flatnonzero((state == GONE) & drawn.bad)
    yield REPAYMENT, paid, drawn.due[paid], drawn.opening[paid]
    yield WRITE_OFF, lost, drawn.due[lost], drawn.opening[lost]
    back = lost[luck[lost] < 12_000]
    yield RECOVERY, back, np.full(len(back), CLOSING), drawn.opening[back] // 10


def _orgs(drawn: Drawn) -> Ints:
    return np.array([ORG_AT[leaf] for leaf in drawn.unit.leaves], np.int64)


def _day(year: int) -> int:
    return (dt.date(year, 1, 1) - dt.date(1970, 1, 1)).days
