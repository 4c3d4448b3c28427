"""Laws that hold for any records: property tests against plain Python and against a second engine."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.amount import ABSENT
from qingce.core.figure import FigureKey
from tests.conftest import computation_of

ORGS = ("B01", "B02")
USES = ("infra", "clean", "")
DAYS = (dt.date(2023, 12, 31), dt.date(2024, 11, 30), dt.date(2024, 12, 31))

row = st.fixed_dictionaries({
    "org": st.sampled_from(ORGS), "as_of": st.sampled_from(DAYS), "use": st.sampled_from(USES),
    "customer": st.sampled_from(("C1", "C2", "C3")),
    "balance": st.one_of(st.none(), st.decimals(min_value=0, max_value=10**12, places=2)),
})
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def blank(value: object) -> object:
    return "" if value is None else value


def text_of(rows: list[dict[str, object]]) -> str:
    lines = ["loan", "loan_no | as_of | org | customer | balance | use"]
    lines += [
        f"L{i} | {r['as_of']} | {r['org']} | {r['customer']} | {blank(r['balance'])} | {r['use']}"
        for i, r in enumerate(rows)
    ]
    return "\n".join(lines)


def value(computation, metric, org="LZB", period="2024", dims=()):
    return computation.figure(FigureKey(metric, org, period, dims)).value


@quick
@given(st.lists(row, min_size=1, max_size=25))
def test_children_roll_up_to_their_parent(rows):
    with TemporaryDirectory() as folder:
        computation = computation_of(text_of(rows), Path(folder))
        parts = [value(computation, "green_loan_balance", org) for org in ORGS]
        known = [p for p in parts if p is not ABSENT]
        total = value(computation, "green_loan_balance")
        # where one branch has nothing to sum and the other's values were not recorded, nothing is known
        assert total == sum(known) if total is not ABSENT else not any(known) and len(known) < len(parts)


@quick
@given(st.lists(row, min_size=1, max_size=25))
def test_members_of_a_family_add_up_to_its_total(rows):
    with TemporaryDirectory() as folder:
        computation = computation_of(text_of(rows), Path(folder))
        total = value(computation, "green_loan_balance")
        members = [value(computation, "green_loan_balance", dims=(("use", use),)) for use in ("infra", "clean", "svc")]
        known = [m for m in members if m is not ABSENT]
        assert (total is ABSENT) or total == sum(known)


@quick
@given(st.lists(row, min_size=1, max_size=25))
def test_the_fused_scan_agrees_with_polars_one_metric_at_a_time(rows):
    frame = pl.DataFrame(rows, schema={"org": pl.String, "as_of": pl.Date, "use": pl.String, "customer": pl.String,
                                       "balance": pl.Decimal(18, 2)})
    with TemporaryDirectory() as folder:
        computation = computation_of(text_of(rows), Path(folder))
        for period, day in (("2024", dt.date(2024, 12, 31)), ("2023", dt.date(2023, 12, 31))):
            for org in ("LZB", *ORGS):
                mine = frame.filter((pl.col("as_of") == day) & ((pl.col("org") == org) | (org == "LZB")))
                green = mine.filter(pl.col("use") != "")["balance"]
                expected = (ABSENT if mine.is_empty() or (len(green) and green.null_count() == len(green))
                            else Decimal(green.sum() or 0) if len(green) else Decimal(0))
                assert value(computation, "green_loan_balance", org, period) == expected
                owing = mine.filter(pl.col("balance") > 0)["customer"].n_unique()
                assert value(computation, "borrowers", org, period) == (ABSENT if mine.is_empty() else owing)


@quick
@given(st.lists(row, min_size=1, max_size=20), st.randoms())
def test_the_order_of_records_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    with TemporaryDirectory() as one, TemporaryDirectory() as two:
        first, second = computation_of(text_of(rows), Path(one)), computation_of(text_of(shuffled), Path(two))
        for name in ("green_loan_balance", "borrowers", "largest_loan"):
            assert value(first, name) == value(second, name)
