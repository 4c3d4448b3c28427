"""Make the records behind the complaints, education, staff, merchant and donation figures.

The 2024 report prints totals, not records. These records are made up so that their totals are the
printed ones to the last digit; every file says so in its first line. Staff, merchants and customers
are coded numbers. The same seed gives the same bytes, so a test can hold the committed
files against this script. Each file draws from a stream of its own: changing one leaves the others.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

SEED = 20240902
YEAR, CLOSING = 2024, dt.date(2024, 12, 31)
BRANCHES = [f"B{b:02d}" for b in range(1, 16)]
SUB_BRANCHES = [f"S{s:03d}" for s in range(1, 163)]
OUTLETS = ["YYB", *BRANCHES, *SUB_BRANCHES]
# sub-branches hang below branch (number - 1) % 15 + 1; the first six branches stand for Lanzhou here
LANZHOU = ["YYB", *BRANCHES[:6], *(s for s in SUB_BRANCHES if (int(s[1:]) - 1) % 15 < 6)]
ELSEWHERE = [o for o in OUTLETS if o not in LANZHOU]

Row = Sequence[object]
Thing = TypeVar("Thing")


# -- drawing --------------------------------------------------------------------------------------
def stream(name: str) -> random.Random:
    """The random numbers of one file."""
    return random.Random(f"{SEED}:{name}")


def pick(rng: random.Random, things: Sequence[Thing]) -> Thing:
    """One of the things."""
    return things[int(rng.random() * len(things))]


def shuffled(rng: random.Random, things: Iterable[Thing]) -> list[Thing]:
    """The things in another order; only ``random()`` is drawn on, which no Python version changes."""
    return [thing for _, _, thing in sorted((rng.random(), i, thing) for i, thing in enumerate(things))]


def split(rng: random.Random, total: int, parts: int, low: int = 1, spread: float = 4.0) -> list[int]:
    """Whole parts of a total, none below ``low``, the largest about ``spread`` times the smallest.

    >>> sum(split(random.Random(1), 8191, 99))
    8191
    """
    weights = [1 + rng.random() * (spread - 1) for _ in range(parts)]
    free, scale = total - low * parts, sum(weights)
    made = [low + int(free * w / scale) for w in weights]
    for i in shuffled(rng, range(parts))[: total - sum(made)]:
        made[i] += 1
    return made


def day_of(rng: random.Random, first: dt.date, last: dt.date) -> dt.date:
    """A day between two days, both included."""
    return first + dt.timedelta(days=int(rng.random() * ((last - first).days + 1)))


def day_of_year(rng: random.Random) -> dt.date:
    """A day of the report's year."""
    return day_of(rng, dt.date(YEAR, 1, 1), CLOSING)


def month_end(month: int) -> dt.date:
    """The last day of a month of the report's year."""
    return dt.date(YEAR + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


# -- consumers ------------------------------------------------------------------------------------
def complaints() -> list[Row]:
    """3,720 complaints: 3,250 in Lanzhou; 2,190 on loans, 1,244 on cards, 286 on other business."""
    rng = stream("complaint")
    business = shuffled(rng, ["loan"] * 2190 + ["card"] * 1244 + ["other"] * 286)
    regions = shuffled(rng, ["lanzhou"] * 3250 + ["elsewhere"] * 470)
    days = sorted(day_of_year(rng) for _ in business)
    return [
        (f"TS{n:05d}", day, day + dt.timedelta(days=1 + int(rng.random() * 30)),
         pick(rng, LANZHOU if region == "lanzhou" else ELSEWHERE), region, what)
        for n, (day, region, what) in enumerate(zip(days, regions, business, strict=True), 1)
    ]


def protection_training() -> list[Row]:
    """67 classroom sessions, 14 online courses and 18 special courses: 2,466 + 2,239 + 3,486."""
    rng = stream("protection_training")
    rows: list[Row] = [
        (day_of_year(rng), pick(rng, ["HQ", *BRANCHES]), "classroom", f"XX{n:03d}", seats)
        for n, seats in enumerate(split(rng, 2466, 67, low=8), 1)
    ]
    for form, prefix, courses, total in (("online", "WL", 14, 2239), ("special", "ZX", 18, 3486)):
        months = [
            (f"{prefix}{n:03d}", month)
            for n in range(1, courses + 1) for month in range(1 + int(rng.random() * 9), 13)
        ]
        seats = split(rng, total, len(months))
        rows += [(month_end(m), "HQ", form, course, s) for (course, m), s in zip(months, seats, strict=True)]
    rows.sort(key=lambda row: (str(row[0]), str(row[3])))
    return [(f"PX{n:04d}", *row) for n, row in enumerate(rows, 1)]


def education() -> tuple[list[Row], list[Row]]:
    """1,602 activities, 826 offline and 776 online, and whom each reached.

    The audience is just under 4.95 million, so that both "495" and "nearly 495" (ten thousand) hold.
    """
    rng = stream("education_activity")
    channels = shuffled(rng, ["offline"] * 826 + ["online"] * 776)
    days = sorted(day_of_year(rng) for _ in channels)
    activities: list[Row] = [
        (f"XJ{n:04d}", day, pick(rng, ["HQ", *OUTLETS]), channel)
        for n, (day, channel) in enumerate(zip(days, channels, strict=True), 1)
    ]
    reached = [
        split(rng, total, len(activities), spread=9.0) for total in (1_248_731, 1_339_582, 2_358_417)
    ]
    audiences: list[Row] = [
        (*activity[:3], group, reached[g][i])
        for i, activity in enumerate(activities) for g, group in enumerate(("elderly", "youth", "other"))
    ]
    return activities, audiences


# -- workforce ------------------------------------------------------------------------------------
def workforce() -> tuple[list[Row], list[Row]]:
    """The roster of 4,280 and the training files of the 4,044 who were trained.

    59 trained employees have no level on file: the printed shares of the two levels are 98.54 %
    together, and their printed averages give the total's average only with those 59.
    """
    rng = stream("employee")
    sexes = shuffled(rng, ["F"] * 2232 + ["M"] * 2048)
    homes = ["HQ"] * 640 + ["LEASE"] * 42 + ["YYB"] * 70 + BRANCHES * 22 + SUB_BRANCHES * 19
    homes = shuffled(rng, homes + [pick(rng, SUB_BRANCHES) for _ in range(len(sexes) - len(homes))])
    staff = [(f"E{n:05d}", home, sex) for n, (home, sex) in enumerate(zip(homes, sexes, strict=True), 1)]
    roster: list[Row] = [(number, CLOSING, home, sex, "是", "是") for number, home, sex in staff]
    trained = sorted(
        shuffled(rng, [s for s in staff if s[2] == "F"])[:2112]
        + shuffled(rng, [s for s in staff if s[2] == "M"])[:1932]
    )
    levels = shuffled(rng, ["management"] * 958 + ["other"] * 3027 + [""] * 59)
    times = split(rng, 69_850, len(trained), spread=12.0)
    # half hours: 37,266.0 + 107,912.5 + 2,710.5 = 147,889.0 hours
    halves = {
        level: iter(split(rng, total, levels.count(level), low=8))
        for level, total in (("management", 74_532), ("other", 215_825), ("", 5_421))
    }
    files: list[Row] = [
        (number, CLOSING, home, sex, level, attended, Decimal(next(halves[level])) / 2)
        for (number, home, sex), level, attended in zip(trained, levels, times, strict=True)
    ]
    return roster, files


def training_projects() -> list[Row]:
    """1,426 training projects with 69,850 attendances."""
    rng = stream("training_project")
    days = sorted(day_of_year(rng) for _ in range(1426))
    seats = split(rng, 69_850, len(days), low=5, spread=15.0)
    return [
        (f"XM{n:04d}", day, pick(rng, ["HQ", "HQ", *OUTLETS]), attended)
        for n, (day, attended) in enumerate(zip(days, seats, strict=True), 1)
    ]


# -- community and merchants ----------------------------------------------------------------------
def donations() -> list[Row]:
    """Donations of 23,475,600 yuan, 1,500,000 of them to the university's foundation."""
    rng = stream("donation")
    hundreds = split(rng, 219_756, 52, low=50, spread=60.0)
    rows: list[Row] = [
        (day_of_year(rng), pick(rng, ["HQ", "HQ", *BRANCHES]), "general", f"{amount * 100}.00")
        for amount in hundreds
    ]
    rows.append((CLOSING, "HQ", "university", "1500000.00"))
    rows.sort(key=lambda row: (str(row[0]), str(row[1]), str(row[3])))
    return [(f"JZ{n:04d}", *row) for n, row in enumerate(rows, 1)]


def merchants() -> list[Row]:
    """Merchants by sector: opened in the year, and before it."""
    rng = stream("merchant")
    rows: list[Row] = []
    for sector, before, opened in (("utility", 520 - 154, 154), ("health", 3434 - 878, 878)):
        days = [day_of(rng, dt.date(2018, 3, 1), dt.date(YEAR - 1, 12, 31)) for _ in range(before)]
        days += [day_of_year(rng) for _ in range(opened)]
        rows += [(day, pick(rng, OUTLETS), sector) for day in days]
    rows.sort(key=lambda row: tuple(map(str, row)))
    return [(f"SH{n:05d}", *row) for n, row in enumerate(rows, 1)]


# -- writing --------------------------------------------------------------------------------------
def tables() -> dict[str, tuple[str, list[Row]]]:
    """Every file's name with its heading and rows."""
    activities, audiences = education()
    roster, files = workforce()
    return {
        "complaint": ("complaint_no,received_on,closed_on,org,region,business", complaints()),
        "protection_training": ("session_no,held_on,org,form,course_no,attendances", protection_training()),
        "education_activity": ("activity_no,held_on,org,channel", activities),
        "education_audience": ("activity_no,held_on,org,age_group,reached", audiences),
        "employee": ("employee_no,as_of,org,sex,contract,insured", roster),
        "training_record": ("employee_no,closed_on,org,sex,level,attendances,hours", files),
        "training_project": ("project_no,held_on,org,attendances", training_projects()),
        "donation": ("donation_no,donated_on,org,programme,amount", donations()),
        "merchant": ("merchant_no,opened_on,org,sector", merchants()),
    }


def write(records: Path) -> None:
    """Write every file of this area into the records folder."""
    records.mkdir(parents=True, exist_ok=True)
    for name, (heading, rows) in tables().items():
        made = io.StringIO()
        made.write(f"# synthetic: 合成数据，仅为复现 2024 年报告印刷数字；种子 {SEED}\n{heading}\n")
        csv.writer(made, lineterminator="\n").writerows(rows)
        (records / f"{name}.csv").write_text(made.getvalue(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[1] / "records")
