"""Distinct counts without identities: the plan of a cluster, tried where it can be compared."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from qingce.core.figure import FigureKey
from qingce.engine.backend import DuckDB
from qingce.engine.compute import Computation, Subject
from qingce.engine.crowds import Crowds
from tests.conftest import computation_of

ROW = st.tuples(
    st.sampled_from(["B01", "B02"]), st.sampled_from(["2024-12-31", "2023-12-31"]),
    st.sampled_from(["", "C1", "C2", "C3"]), st.sampled_from(["", "0.00", "5.00"]),
    st.sampled_from(["", "infra", "clean"]),
)


class Far(DuckDB):
    """A database that brings no lists of identities."""

    near = False


def far(near: Computation) -> Computation:
    backend = Far(near.registry, near.subject.backend.parquet)
    return Computation(Subject(near.registry, backend, near.subject.tree, {}), near.periods)


@settings(max_examples=25, deadline=None)
@given(st.lists(ROW, max_size=12))
def test_counts_by_shared_cells_are_counts_of_identities(tmp_path_factory, rows):
    lines = [" | ".join([f"L{n}", day, org, *rest]) for n, (org, day, *rest) in enumerate(rows)]
    text = "\n".join(["loan", "loan_no | as_of | org | customer | balance | use", *lines]) if rows else ""
    near = computation_of(text, tmp_path_factory.mktemp("crowds"))
    other = far(near)
    for org in ("LZB", "B01", "B02"):
        for period in ("2024", "2023"):
            for key in near.family(near.metric("borrowers"), org, period):
                assert other.figure(key).value == near.figure(key).value, key


def test_a_customer_of_two_branches_is_one_customer_of_the_bank(tmp_path):
    """
    loan
    loan_no | as_of      | org | customer | balance | use
    L1      | 2024-12-31 | B01 | C1       | 1.00    | infra
    L2      | 2024-12-31 | B02 | C1       | 1.00    | clean
    L3      | 2024-12-31 | B02 | C2       | 1.00    | clean
    L4      | 2024-12-31 | B02 | C3       | 0.00    | clean
    """
    doc = test_a_customer_of_two_branches_is_one_customer_of_the_bank.__doc__ or ""
    found = far(computation_of(doc, tmp_path))
    counts = {org: found.figure(FigureKey("borrowers", org, "2024")).value for org in ("LZB", "B01", "B02")}
    assert counts == {"LZB": Decimal(2), "B01": Decimal(1), "B02": Decimal(2)}


def test_a_set_that_touches_several_cells_is_counted_once():
    cells = {"_org": ["A", "B"]}
    shared = [{"_org": "A", "m0": 1}, {"_org": "B", "m0": 1}]
    made = Crowds(cells, ["_org"], [(("who",), {"cells": [shared, [{"_org": "B", "m0": 1}]], "n": [3, 4]})])
    assert [made.distinct("who", at) for at in ([0], [1], [0, 1])] == [3, 7, 7]
