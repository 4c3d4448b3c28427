"""Make the records behind the outlet, carbon-loan, energy and village figures of the example.

The 2024 report prints totals, not records. These records are made up so that their totals are the
printed ones to the last digit; every file says so in its first line. The same seed gives the same
bytes, so a test can hold the committed files against this script.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

SEED = 20241231
CLOSING = dt.date(2024, 12, 31)
BRANCHES, SUB_BRANCHES = 15, 162

# 表号: 2024 年与 2023 年全年用量
METERS = {
    "electricity": ("E", 4, "7277126.00", "7388755.00"),
    "water": ("W", 2, "15892.00", "16607.00"),
    "natural_gas": ("G", 1, "17722.50", "18312.00"),
}
# 2023 年用油按披露的降幅取值，使范围 1 的上年数与变动同时成立
FUEL = {"petrol": (12, "15526.93", "16932.60"), "diesel": (1, "357.96", "370.06")}

Row = Sequence[object]


def split(rng: random.Random, total: Decimal, parts: int, step: str = "0.01") -> list[Decimal]:
    """Positive parts of a total, each a whole number of steps, which add up to it exactly.

    >>> sum(split(random.Random(1), Decimal("10.00"), 3))
    Decimal('10.00')
    """
    units = int(total / Decimal(step))
    weights = [rng.randint(40, 160) for _ in range(parts)]
    made = [units * w // sum(weights) for w in weights]
    made[-1] += units - sum(made)
    return [m * Decimal(step) for m in made]


def orgs() -> list[Row]:
    """The org tree: bank, head office, its business office, branches, sub-branches, a subsidiary."""
    rows: list[Row] = [
        ("LZB", "兰州银行", "法人", "", "1997-06-01", ""),
        ("HQ", "总行", "总行", "LZB", "1997-06-01", ""),
        ("YYB", "总行营业部", "总行营业部", "LZB", "1997-06-01", ""),
    ]
    rows += [(f"B{b:02d}", f"分行{b:02d}", "分行", "LZB", "1997-06-01", "") for b in range(1, BRANCHES + 1)]
    rows += [
        (f"S{s:03d}", f"支行{s:03d}", "支行", f"B{(s - 1) % BRANCHES + 1:02d}", "1997-06-01", "")
        for s in range(1, SUB_BRANCHES + 1)
    ]
    return [*rows, ("LEASE", "金融租赁子公司", "子公司", "LZB", "1997-06-01", "")]


def outlets() -> list[Row]:
    """Every outlet at the end of the year."""
    kinds = {"总行营业部": "head", "分行": "branch", "支行": "subbranch"}
    return [(o[0], CLOSING, o[0], kinds[str(o[2])]) for o in orgs() if o[2] in kinds]


def carbon_loans() -> list[Row]:
    """Carbon-reduction loans of two projects; rates weigh to 4.3 %."""
    return [
        ("CR001", CLOSING, "S001", "P01", "20000000.00", "4.35", "3105.20"),
        ("CR002", CLOSING, "S001", "P01", "12104600.00", "4.30", "1879.36"),
        ("CR003", CLOSING, "S017", "P02", "18000000.00", "4.25", "2110.45"),
        ("CR004", CLOSING, "S017", "P02", "12000000.00", "4.30", "1397.84"),
    ]


def meters(rng: random.Random) -> list[Row]:
    """One reading a month of every meter of the head office."""
    rows: list[Row] = []
    for energy, (letter, count, this_year, last_year) in METERS.items():
        for year, total in ((2023, last_year), (2024, this_year)):
            parts = iter(split(rng, Decimal(total), 12 * count))
            for month in range(1, 13):
                day = _month_end(year, month)
                rows += [(f"{letter}{n:02d}", day, "HQ", energy, next(parts)) for n in range(1, count + 1)]
    return rows


def refuelling(rng: random.Random) -> list[Row]:
    """Slips of the head office's cars; a car is filled up twice a month, the van eight times a year."""
    rows: list[Row] = []
    for year in (2023, 2024):
        slips: list[tuple[dt.date, str, str, Decimal]] = []
        for fuel, (cars, this_year, last_year) in FUEL.items():
            fills = 24 if fuel == "petrol" else 8
            parts = iter(split(rng, Decimal(this_year if year == 2024 else last_year), cars * fills))
            for car in range(1, cars + 1):
                for fill in range(fills):
                    day = dt.date(year, 1 + fill * 12 // fills, rng.randint(1, 14) + 14 * (fill % 2))
                    slips.append((day, f"{fuel[0].upper()}{car:02d}", fuel, next(parts)))
        for day, car_no, fuel, litres in sorted(slips):
            rows.append((f"R{len(rows) + 1:06d}", day, "HQ", car_no, fuel, litres))
    return rows


def bursaries() -> list[Row]:
    """36 students in seven years, 132,000 元; five of them in 2024, 20,000 元."""
    rows: list[Row] = []
    for year, amounts in {
        2018: [3000] * 6,
        2019: [3000] * 6,
        2020: [4000] * 5,
        2021: [4000] * 5,
        2022: [4000] * 5,
        2023: [4000] * 4,
        2024: [4000] * 5,
    }.items():
        for amount in amounts:
            rows.append((f"X{len(rows) + 1:03d}", dt.date(year, 8, 28), "HQ", year, f"{amount}.00"))
    return rows


def procurement_loans(rng: random.Random) -> list[Row]:
    """Loans against procurement contracts, from a third to the full 70 % of the contract."""
    rows: list[Row] = []
    for number in range(1, 41):
        contract = Decimal(rng.randint(40, 900)) * 10000
        share = Decimal(70 if number % 8 == 0 else rng.randint(35, 69)) / 100
        day = dt.date(2024, 1 + (number - 1) * 12 // 40, rng.randint(1, 28))
        rows.append(
            (f"ZC{number:04d}", day, f"S{rng.randint(1, SUB_BRANCHES):03d}", contract, contract * share)
        )
    return rows


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def _put(path: Path, header: str, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    text.write(f"# synthetic: 合成数据，仅为复现 2024 年报告印刷数字；种子 {SEED}\n")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header.split(","))
    out.writerows([f"{cell:.2f}" if isinstance(cell, Decimal) else cell for cell in row] for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def write(records: Path) -> None:
    """Write every file of this area into the project's ``records`` folder."""
    records.mkdir(parents=True, exist_ok=True)
    _put(records / "org.csv", "code,name,level,parent,valid_from,valid_to", orgs())
    _put(records / "outlet.csv", "outlet_no,as_of,org,kind", outlets())
    _put(
        records / "carbon_reduction_loan.csv",
        "loan_no,as_of,org,project_no,amount,rate,reduction",
        carbon_loans(),
    )
    _put(records / "meter.csv", "meter_no,read_on,org,energy,quantity", meters(random.Random(SEED + 1)))
    _put(
        records / "refuelling.csv",
        "slip_no,filled_on,org,car_no,fuel,litres",
        refuelling(random.Random(SEED + 2)),
    )
    _put(records / "bursary.csv", "student_no,paid_on,org,school_year,amount", bursaries())
    _put(
        records / "procurement_loan.csv",
        "loan_no,granted_on,org,contract_amount,loan_amount",
        procurement_loans(random.Random(SEED + 3)),
    )


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[1] / "records")
