"""The case of the ledger benchmark: a made-up loan table of 27 columns and 60 metrics on it.

Every metric is given once, neutrally, as (aggregate, column, condition), a condition being a list of
(column, comparison, value) that must all hold. From it the engine's declarations and each peer's own
expressions are made, so that nobody computes anything else than anybody else. Nothing here is a
record of a real bank; the numbers come from a seeded generator.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAYS = (dt.date(2023, 12, 31), dt.date(2024, 12, 31))
BRANCHES = 18
LEAVES = 10
PARTS = len(DAYS) * BRANCHES

Test = tuple[str, str, Any]
Condition = tuple[Test, ...]
Spec = tuple[str, str, str, Condition]

GREEN: Condition = (("use", "notnull", None),)
LIVE: Condition = (("balance", ">", 0),)
INCLUSIVE: Condition = (("firm_size", "isin", ("S", "XS")), ("credit_line", "<=", 10_000_000))
BAD: Condition = (("five_class", "isin", ("3", "4", "5")),)
SCIENCE: Condition = (("science", "is", True),)
FARM: Condition = (("farmer", "is", True),)

CONDITIONS: dict[str, Condition] = {
    "all": (),
    "green": GREEN,
    **{
        f"green_{use}": (("use", "==", use),)
        for use in ("energy", "clean", "ecology", "infra", "saving", "service")
    },
    "inclusive": INCLUSIVE,
    "inclusive_online": (*INCLUSIVE, ("online", "is", True)),
    "manufacturing": (("industry", "==", "C"),),
    "high_end": (("industry", "==", "C"), ("science", "is", True)),
    "agriculture": (("industry", "==", "A"),),
    "agri_inclusive": (*FARM, ("credit_line", "<=", 5_000_000)),
    "farmer": FARM,
    "science": SCIENCE,
    "specialised": (("specialised", "is", True),),
    "private": (("ownership", "==", "private"), ("kind", "==", "firm")),
    "women": (("female_founder", "is", True),),
    "new_citizen": (("new_citizen", "is", True),),
    "bad": BAD,
    "bad_inclusive": (*BAD, *INCLUSIVE),
    "elderly": (("product", "==", "P07"),),
    "consumer": (("product", "isin", ("P11", "P12", "P13")),),
    "pledge": (("guarantee", "==", "patent"),),
    "county": (("county", "isin", tuple(f"62{n:04d}" for n in range(0, 60, 5))),),
    "long": (("due_on", ">", dt.date(2027, 12, 31)),),
    "started": (("started_on", ">=", dt.date(2024, 1, 1)),),
    "cheap": (("rate", "<", 4),),
}
"""29 conditions."""


def _specs() -> Iterator[Spec]:
    for name, condition in CONDITIONS.items():
        yield f"balance_{name}", "sum", "balance", condition
    for name in (
        "all",
        "green",
        "inclusive",
        "farmer",
        "science",
        "private",
        "bad",
        "started",
        "consumer",
        "county",
    ):
        yield f"loans_{name}", "count", "", CONDITIONS[name]
    for name in ("green", "inclusive", "manufacturing", "agriculture", "science", "started"):
        yield f"principal_{name}", "sum", "principal", CONDITIONS[name]
    for name in ("all", "green", "inclusive", "private", "started"):
        yield f"interest_{name}", "sum", "interest", CONDITIONS[name]
    for name in (
        "all",
        "green",
        "inclusive",
        "agri_inclusive",
        "farmer",
        "science",
        "specialised",
        "private",
        "women",
        "new_citizen",
    ):
        yield f"customers_{name}", "nunique", "customer_no", (*CONDITIONS[name], *LIVE)


SPECS: tuple[Spec, ...] = tuple(_specs())
COLUMNS = (
    "as_of",
    "org",
    "customer_no",
    "balance",
    "principal",
    "interest",
    "rate",
    "credit_line",
    "started_on",
    "due_on",
    "five_class",
    "product",
    "industry",
    "use",
    "county",
    "guarantee",
    "kind",
    "ownership",
    "firm_size",
    "online",
    "farmer",
    "new_citizen",
    "science",
    "specialised",
    "female_founder",
)
"""The 25 columns that the metrics and their keys need, of 27."""


def org_of(branch: int, leaf: int) -> str:
    """The code of a leaf branch, a leading zero and all."""
    return f"{branch + 1:02d}{leaf + 1:03d}"


def org_rows() -> list[tuple[str, str, str | None]]:
    """Code, level and parent of every node: one root, 18 branches, 180 leaves."""
    rows: list[tuple[str, str, str | None]] = [("BANK", "法人", None)]
    rows += [(f"{b + 1:02d}", "分行", "BANK") for b in range(BRANCHES)]
    rows += [(org_of(b, leaf), "支行", f"{b + 1:02d}") for b in range(BRANCHES) for leaf in range(LEAVES)]
    return rows


def _pick(rng: np.random.Generator, n: int, words: list[str | None], weights: list[float]) -> pa.Array:
    share = np.array(weights) / sum(weights)
    codes = pa.array(rng.choice(len(words), n, p=share).astype(np.int8))
    return pa.DictionaryArray.from_arrays(codes, pa.array(words, pa.string())).cast(pa.string())


def _digits(numbers: np.ndarray[Any, Any], prefix: str, width: int) -> pa.Array:
    """``prefix`` and the number with leading zeros, made as bytes at once."""
    text = np.empty((len(numbers), len(prefix) + width), np.uint8)
    text[:, : len(prefix)] = np.frombuffer(prefix.encode(), np.uint8)
    rest = numbers.copy()
    for place in range(len(prefix) + width - 1, len(prefix) - 1, -1):
        text[:, place] = rest % 10 + 48
        rest //= 10
    offsets = np.arange(0, (len(numbers) + 1) * text.shape[1], text.shape[1], dtype=np.int32)
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text.tobytes()))


def _money(fen: np.ndarray[Any, Any], places: int = 2) -> pa.Array:
    pairs = np.empty((len(fen), 2), np.int64)
    pairs[:, 0], pairs[:, 1] = fen, np.where(fen < 0, -1, 0)
    return pa.Array.from_buffers(pa.decimal128(18, places), len(fen), [None, pa.py_buffer(pairs.tobytes())])


def _days(rng: np.random.Generator, n: int, first: dt.date, span: int) -> pa.Array:
    start = (first - dt.date(1970, 1, 1)).days
    return pa.array((start + rng.integers(0, span, n)).astype(np.int32)).cast(pa.date32())


def _balances(rng: np.random.Generator, n: int, mended: bool) -> np.ndarray[Any, Any]:
    """In fen, skewed, three in a hundred paid off."""
    balance = np.minimum(rng.lognormal(12, 1.6, n), 1e9).astype(np.int64) * 100 + rng.integers(0, 100, n)
    balance[rng.random(n) < 0.03] = 0
    if mended:
        balance[::50] += 100
    return balance


def part(number: int, rows: int, total: int, seed: int = 7, mended: bool = False) -> pa.Table:
    """One partition: a snapshot of one first-level branch.

    Args:
        number: 0 .. 35; snapshot first, then branch.
        rows: how many rows it has.
        total: rows of the whole table, from which the number of customers follows.
        mended: the balances of some loans are corrected.
    """
    snapshot, branch = divmod(number, BRANCHES)
    rng = np.random.default_rng([seed, number])
    n = rows
    customers = max(100, total // 4)
    balance = _balances(rng, n, mended)
    kind = rng.choice(3, n, p=[0.25, 0.55, 0.2])
    # a customer mostly borrows where he lives, sometimes elsewhere
    home = rng.integers(0, customers // BRANCHES, n) * BRANCHES + branch
    customer = np.where(rng.random(n) < 0.92, home, rng.integers(0, customers, n))

    def flag(share: float) -> pa.Array:
        return pa.array(rng.random(n) < share)

    return pa.table(
        {
            "loan_no": _digits(np.arange(n, dtype=np.int64) + number % BRANCHES * (total // 2), "LN", 10),
            "as_of": pa.array(np.full(n, (DAYS[snapshot] - dt.date(1970, 1, 1)).days, np.int32)).cast(
                pa.date32()
            ),
            "org": pa.array([org_of(branch, leaf) for leaf in range(LEAVES)]).take(
                pa.array(rng.integers(0, LEAVES, n))
            ),
            "customer_no": _digits(customer, "C", 8),
            "product": _pick(rng, n, [f"P{p:02d}" for p in range(20)], [1.0 / (p + 1) for p in range(20)]),
            "purpose": _pick(rng, n, ["capital", "asset", "trade", "other"], [4, 2, 2, 1]),
            "industry": _pick(rng, n, list("ABCDEFGHIJKLMNOPQRST"), [3, 1, 5, 2, 2, 4] + [1] * 14),
            "use": _pick(
                rng,
                n,
                [None, "energy", "clean", "ecology", "infra", "saving", "service"],
                [12, 1, 1, 0.7, 1.5, 0.6, 0.2],
            ),
            "five_class": _pick(rng, n, list("12345"), [94, 3, 1.5, 1, 0.5]),
            "guarantee": _pick(
                rng, n, ["credit", "mortgage", "pledge", "patent", "guaranty"], [4, 4, 1, 0.1, 2]
            ),
            "county": pa.array([f"62{c:04d}" for c in range(60)]).take(pa.array(rng.integers(0, 60, n))),
            "kind": pa.array(["firm", "person", "trader"]).take(pa.array(kind)),
            "ownership": _pick(rng, n, ["private", "state", "foreign"], [7, 2.5, 0.5]),
            "firm_size": _pick(rng, n, ["L", "M", "S", "XS"], [1, 2, 4, 6]),
            "balance": _money(balance),
            "principal": _money((balance * 1.2).astype(np.int64)),
            "interest": _money((balance * 0.0042).astype(np.int64)),
            "credit_line": _money(np.minimum(rng.lognormal(14, 1.5, n), 1e9).astype(np.int64) * 100),
            "rate": _money(rng.integers(3_000_000, 8_000_000, n), 6),
            "started_on": _days(rng, n, dt.date(2020, 1, 1), 1825),
            "due_on": _days(rng, n, dt.date(2025, 1, 1), 1825),
            "online": flag(0.3),
            "farmer": flag(0.18),
            "new_citizen": flag(0.06),
            "science": flag(0.09),
            "specialised": flag(0.03),
            "female_founder": flag(0.12),
        }
    )


def write(folder: Path, total: int, mended: bool = False) -> list[Path]:
    """The whole table as 36 Parquet files, or only the corrected one; returns the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number in (PARTS - 5,) if mended else range(PARTS):
        path = folder / f"{DAYS[number // BRANCHES]}-{number % BRANCHES + 1:02d}.parquet"
        pq.write_table(
            part(number, total // PARTS, total, mended=mended),
            path,
            compression="zstd",
            row_group_size=122_880,
            store_schema=False,
        )
        written.append(path)
    return written
