"""How every benchmark here reports: a table for people, or one JSON object a line for programs."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Result:
    """One measured figure against its target; ``most`` tells that smaller is better."""

    name: str
    value: float
    unit: str
    target: float
    most: bool = True

    @property
    def met(self) -> bool:
        """Whether the target was reached in this run."""
        return self.value <= self.target if self.most else self.value >= self.target


def wants_json(description: str) -> bool:
    """Read the one option that every benchmark takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="one JSON object a line: name, value, unit, target, met")
    return bool(parser.parse_args().json)


def median(runs: int, work: Callable[[], object]) -> float:
    """Median wall seconds of several runs."""
    seconds = []
    for _ in range(runs):
        start = perf_counter()
        work()
        seconds.append(perf_counter() - start)
    return statistics.median(seconds)


def report(results: list[Result], as_json: bool) -> None:
    """Print the results."""
    for r in results:
        if as_json:
            print(json.dumps({"name": r.name, "value": round(r.value, 4), "unit": r.unit, "target": r.target,
                              "met": r.met}, ensure_ascii=False))
        else:
            sign = "≤" if r.most else "≥"
            print(f"{r.name:<58} {r.value:>9.3f} {r.unit:<6} {sign} {r.target:<8g} {'met' if r.met else 'MISSED'}")
