"""Early: what can be read of some tables before all records are there, put where the computation finds it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from qingce.engine.asked import reads_records
from qingce.engine.compute import Computation
from qingce.engine.judge import run_check


def read_ahead(computation: Computation, there: Collection[str], go_on: Callable[[], bool]) -> None:
    """Read every table, and run every rule on records, that needs only datasets which are there.

    Results go into the computation's memory, whose names depend on the records that a query reads and
    on no others; a computation that knows all records takes them from there.

    Args:
        go_on: asked before each query; it is left for later once this is false.
    """
    registry, asked = computation.registry, computation.asked
    for metric in registry.metrics.values():
        if not go_on():
            return
        if registry.computed(metric):
            for period in computation.periods:
                asked.term(metric, period)
            table = computation.subject.table_of(metric)
            if all(dataset in there for dataset in asked.scan(table).datasets):
                computation.scans.cells(table)
    for check in registry.checks.values():
        if not go_on():
            return
        if reads_records(check, registry.datasets, registry.views) and all(
            dataset in there for dataset in asked.rule(check).datasets
        ):
            run_check(check, computation, computation.subject.tree.root, computation.periods)
