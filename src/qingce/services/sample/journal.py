"""The journal of loan events: what the loans of the ledger imply, and what the printed totals add to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qingce.services.sample.arrow import days, labels, money, numbered
from qingce.services.sample.ledgers import Numbers
from qingce.services.sample.loans import CLOSING, CONT, GONE, NEW, OPENING, YEAR, Choices, Drawn
from qingce.services.sample.model import Flow
from qingce.services.sample.network import ORG_AT, ORGS, SUB_BRANCHES
from qingce.services.sample.parts import Ints, skewed, split

KINDS = ("disbursement", "repayment", "interest", "write_off", "recovery")
DISBURSEMENT, REPAYMENT, INTEREST, WRITE_OFF, RECOVERY = range(5)
Picks = npt.NDArray[np.intp]


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


@dataclass
class _Rows:
    """Events on their way into a table; every list holds arrays of equal lengths."""

    columns: dict[str, list[npt.NDArray[Any]]] = field(
        default_factory=lambda: {
            n: [] for n in ("day", "org", "loan", "customer", "kind", "product", "programme", "amount")
        }
    )

    def add(self, kind: int, **given: npt.NDArray[Any]) -> None:
        self.columns["kind"].append(np.full(len(given["day"]), kind, np.int32))
        for name, values in given.items():
            self.columns[name].append(values)

    def table(self, choices: Choices, numbers: Numbers) -> pa.Table:
        of = {n: np.concatenate(v) if v else np.zeros(0, np.int64) for n, v in self.columns.items()}
        return pa.table(
            {
                "event_no": numbered("E", numbers.take("event", len(of["day"])), 11),
                "happened_on": days(of["day"]),
                "org": labels(of["org"], ORGS),
                "loan_no": numbered("L", of["loan"].astype(np.int64), 10),
                "customer_no": numbered("C", of["customer"].astype(np.int64), 10),
                "kind": labels(of["kind"], KINDS),
                "product": labels(of["product"], choices.products),
                "programme": labels(of["programme"], choices.programmes),
                "amount": money(of["amount"].astype(np.int64)),
            }
        )


class Journal:
    """Makes the events of one unit after another, then those that complete the flows."""

    def __init__(self, choices: Choices, flows: Mapping[str, Flow], numbers: Numbers) -> None:
        self.choices, self.flows, self.numbers = choices, flows, numbers
        self.lent = {name: Lent() for name in flows}
        self._product = choices.codes(choices.products, [s.product for s in choices.segments])
        self._programme = choices.codes(choices.programmes, [s.programme for s in choices.segments])
        names = list(flows)
        self._flow = np.array([names.index(s.flow) if s.flow else -1 for s in choices.segments])
        self._past = np.array([bool(s.flow and flows[s.flow].to_date) for s in choices.segments])
        self._interest = np.array([s.programme == "ip_pledge" for s in choices.segments])

    def of_unit(self, drawn: Drawn, loans: Ints, customers: Ints) -> pa.Table:
        """Lent, repaid, written off in the year, so that opening, flows and closing of every loan agree."""
        rows = _Rows()
        state, luck = drawn.state, drawn.draws[7].astype(np.int64)
        org = np.array([ORG_AT[leaf] for leaf in drawn.unit.leaves], np.int32)[drawn.leaf]

        def add(kind: int, at: Picks, day: npt.NDArray[Any], amount: Ints) -> None:
            rows.add(
                kind,
                day=day,
                org=org[at],
                loan=loans[at],
                customer=customers[drawn.customer[at]],
                product=self._product[drawn.segment[at]],
                programme=self._programme[drawn.segment[at]],
                amount=amount,
            )

        new = np.flatnonzero(state == NEW)
        add(DISBURSEMENT, new, drawn.start[new], drawn.principal[new])
        past = np.flatnonzero((state != NEW) & self._past[drawn.segment])
        add(DISBURSEMENT, past, drawn.start[past], drawn.principal[past])
        part = np.flatnonzero((state == NEW) & (drawn.principal > drawn.closing))
        span = CLOSING - drawn.start[part].astype(np.int64)
        add(
            REPAYMENT,
            part,
            drawn.start[part] + (span * luck[part] >> 16),
            (drawn.principal - drawn.closing)[part],
        )
        less = np.flatnonzero((state == CONT) & (drawn.opening > drawn.closing))
        add(REPAYMENT, less, OPENING + 1 + (YEAR * luck[less] >> 16), (drawn.opening - drawn.closing)[less])
        paid = np.flatnonzero((state == GONE) & ~drawn.bad)
        add(REPAYMENT, paid, np.maximum(drawn.due[paid], OPENING + 1), drawn.opening[paid])
        lost = np.flatnonzero((state == GONE) & drawn.bad)
        add(WRITE_OFF, lost, np.maximum(drawn.due[lost], OPENING + 1), drawn.opening[lost])
        back = lost[luck[lost] < 12_000]
        add(RECOVERY, back, np.full(len(back), CLOSING), drawn.opening[back] // 10)
        dues = np.flatnonzero((state != GONE) & self._interest[drawn.segment])
        add(
            INTEREST,
            dues,
            np.maximum(drawn.start[dues], CLOSING - 10),
            drawn.closing[dues] * drawn.rate[dues] // 10**8 // 2,
        )
        self._count(drawn, customers, org)
        return rows.table(self.choices, self.numbers)

    def _count(self, drawn: Drawn, customers: Ints, org: npt.NDArray[Any]) -> None:
        flow = self._flow[drawn.segment]
        for number, name in enumerate(self.flows):
            at = np.flatnonzero(flow == number)
            if not len(at):
                continue
            lent, new = self.lent[name], drawn.state[at] == NEW
            lent.year += int(drawn.principal[at][new].sum())
            lent.year_events += int(new.sum())
            lent.earlier += int(drawn.principal[at][~new].sum())
            lent.earlier_events += int((~new).sum())
            lent.customers += len(np.unique(drawn.customer[at]))
            if self.flows[name].year_customers:
                busy = np.unique(drawn.customer[at][new])
                idle = np.setdiff1d(np.unique(drawn.customer[at][drawn.state[at] == CONT]), busy)
                home = np.array([ORG_AT[leaf] for leaf in drawn.unit.leaves], np.int64)[drawn.people.leaf]
                lent.busy.append(np.stack([customers[busy], home[busy]]))
                lent.idle.append(np.stack([customers[idle], home[idle]]))

    def rest(self, rng: np.random.Generator) -> pa.Table:
        """Loans of the flows that were lent and repaid between two dates of the ledger, up to the totals."""
        rows = _Rows()
        for name, flow in self.flows.items():
            lent = self.lent[name]
            year = 0
            if flow.year:
                year = flow.year - lent.year
                count = flow.year_events - lent.year_events if flow.year_events else -(-year // flow.typical)
                self._add(rows, rng, flow, year, *self._borrowers(rng, flow, lent, count), past=False)
            if flow.to_date:
                earlier = flow.to_date - (lent.year + year) - lent.earlier
                count = -(-earlier // flow.typical)
                if flow.events:
                    count = flow.events - lent.year_events - lent.earlier_events
                if flow.customers:
                    count = flow.customers - lent.customers
                self._add(rows, rng, flow, earlier, *self._strangers(rng, count), past=True)
        return rows.table(self.choices, self.numbers)

    def _borrowers(self, rng: np.random.Generator, flow: Flow, lent: Lent, count: int) -> tuple[Ints, Ints]:
        """Customers and orgs of loans of the year: those who must be met first, then anybody."""
        if not flow.year_customers:
            return self._strangers(rng, count)
        busy, idle = np.concatenate(lent.busy, axis=1), np.concatenate(lent.idle, axis=1)
        strangers = flow.year_customers - busy.shape[1] - idle.shape[1]
        if strangers > 0:
            numbers, orgs = self._strangers(rng, strangers)
            idle = np.concatenate([idle, np.stack([numbers, orgs])], axis=1)
        known = np.concatenate([idle, busy], axis=1)
        more = max(count - idle.shape[1], 0)
        chosen = np.concatenate([np.arange(idle.shape[1]), rng.integers(0, known.shape[1], more)])
        return known[0, chosen], known[1, chosen]

    def _strangers(self, rng: np.random.Generator, count: int) -> tuple[Ints, Ints]:
        first = ORG_AT["S001"]
        return self.numbers.take("customer", count), rng.integers(first, first + SUB_BRANCHES, count)

    def _add(
        self,
        rows: _Rows,
        rng: np.random.Generator,
        flow: Flow,
        total: int,
        customers: Ints,
        orgs: Ints,
        *,
        past: bool,
    ) -> None:
        count = len(customers)
        amounts = (
            split(total // flow.step, skewed(rng, count, 0.5), least=1, most=flow.most // flow.step)
            * flow.step
        )
        amounts[:1] += total % flow.step
        first = (
            (np.datetime64(f"{flow.since}-01-01") - np.datetime64("1970-01-01")).astype(int)
            if past
            else OPENING + 1
        )
        last = OPENING if past else CLOSING
        start = first + (rng.integers(0, 1 << 16, count) * (last - first - 1) >> 16)
        end = start + 1 + (rng.integers(0, 1 << 16, count) * (last - start) >> 16)
        given = {
            "org": orgs,
            "loan": self.numbers.take("loan", count),
            "customer": customers,
            "amount": amounts,
            "product": np.full(count, self.choices.products.index(flow.product)),
            "programme": np.full(
                count, self.choices.programmes.index(flow.programme) if flow.programme else -1
            ),
        }
        rows.add(DISBURSEMENT, day=start, **given)
        rows.add(REPAYMENT, day=np.minimum(end, last), **given)
