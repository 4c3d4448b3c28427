"""Make the records behind the governance figures of the example.

The 2024 report prints totals, not records. These records are made up so that their totals are the
printed ones; every file says so in its first line. People and seats appear as numbers only. The same
seed gives the same bytes, so a test can hold the committed files against this script.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

SEED = 20241231
CLOSING = dt.date(2024, 12, 31)
BRANCHES = [f"B{n:02d}" for n in range(1, 16)]
SUB_BRANCHES = [f"S{n:03d}" for n in range(1, 163)]
OUTLETS = ["YYB", *BRANCHES, *SUB_BRANCHES]
ALL_ORGS = ["HQ", *OUTLETS]

# 会议类别: 编号前缀、月份、议案合计、听取报告合计；独立董事专门会议没有披露议案数
MEETINGS: dict[str, tuple[str, tuple[int, ...], int | None, int | None]] = {
    "shareholders": ("GD", (1, 5, 9, 12), 27, 1),
    "board": ("DS", (1, 3, 4, 4, 6, 8, 10, 11, 12), 73, 18),
    "supervisors": ("JS", (1, 3, 4, 5, 6, 8, 10, 11, 12), 52, 18),
    "independent": ("DD", (4, 12), None, None),
}
DIRECTORS = ["executive"] * 4 + ["independent"] * 4 + ["shareholder"] * 2
SUPERVISORS = ["employee"] * 2 + ["external"] * 2 + ["shareholder"] * 2

# 形式: 场次、参与人次、开展月份
DISCIPLINE = {"study": (670, 8109, (4, 12)), "warning": (85, 3257, (2, 12))}
# “十个一”活动类别: 次数、参加人次
INTEGRITY = {
    "oath": (103, 2450), "counselling": (37, 771), "film": (102, 3116),
    "red_base": (58, 613), "home_visit": (72, 2966), "grassroots": (37, 742),
}
VIDEO_PLAYS = 6091
AML_EVENTS, AML_LEAFLETS, AML_BOARDS, AML_PASSED = 203, 7759, 19, 470
# 报告只说受众 49,000 余人；此处取其上的一个数
AML_AUDIENCE = 49236
TRAINEES = (
    "董事、监事、高级管理人员", "分支机构负责人", "分支机构负责人", "反洗钱专管员",
    "反洗钱专管员", "反洗钱专管员", "新员工", "新员工",
)
# 每批集中排查的完成日期与覆盖人次；报告只说合计 16,000 余人次
SWEEPS = ((3, 4065), (6, 4078), (9, 4091), (11, 4102))
DOCUMENTS = {"announcement": 104, "filing": 90, "relations_record": 7}
# 2024 年法定节假日所在的日子（首日、末日）
HOLIDAYS = (
    ((1, 1), (1, 1)), ((2, 9), (2, 17)), ((4, 4), (4, 6)), ((5, 1), (5, 5)), ((6, 10), (6, 10)),
    ((9, 15), (9, 17)), ((10, 1), (10, 7)),
)

Row = Sequence[object]


def split(rng: random.Random, total: int, parts: int, least: int = 1) -> list[int]:
    """Whole parts of a total, none below ``least``, which add up to it exactly.

    >>> sum(split(random.Random(1), 27, 4)), min(split(random.Random(1), 27, 4)) >= 1
    (27, True)
    """
    weights = [rng.randint(40, 160) for _ in range(parts)]
    spare = total - least * parts
    made = [spare * weight // sum(weights) for weight in weights]
    for number in range(spare - sum(made)):
        made[number % parts] += 1
    return [least + part for part in made]


def workday(rng: random.Random, first: int, last: int) -> dt.date:
    """A day of 2024 between two months, both included, that is neither a weekend nor a public holiday."""
    start = dt.date(2024, first, 1)
    end = dt.date(2024, last + 1, 1) if last < 12 else dt.date(2025, 1, 1)
    while True:
        day = start + dt.timedelta(days=rng.randrange((end - start).days))
        resting = any(first_day <= (day.month, day.day) <= last_day for first_day, last_day in HOLIDAYS)
        if day.weekday() < 5 and not resting:
            return day


def meetings(rng: random.Random) -> list[Row]:
    """Every meeting of the governing bodies with its proposals and reports."""
    rows: list[Row] = []
    for body, (prefix, months, proposals, reports) in MEETINGS.items():
        days = sorted(workday(rng, month, month) for month in months)
        agenda: Sequence[object] = [""] * len(days) if proposals is None else split(rng, proposals, len(days))
        heard: Sequence[object] = [""] * len(days) if reports is None else split(rng, reports, len(days), 0)
        for number, day in enumerate(days):
            rows.append((f"{prefix}2024-{number + 1:02d}", day, body, agenda[number], heard[number]))
    return rows


def directors() -> list[Row]:
    """The seats of the board at the end of the year; all ten with an economic or financial background."""
    return [(f"D{n:02d}", CLOSING, kind, "是") for n, kind in enumerate(DIRECTORS, 1)]


def supervisors() -> list[Row]:
    """The seats of the supervisory board at the end of the year."""
    return [(f"J{n:02d}", CLOSING, kind) for n, kind in enumerate(SUPERVISORS, 1)]


def discipline(rng: random.Random) -> list[Row]:
    """Sessions of discipline study and of warning education."""
    made: list[tuple[dt.date, str, str, int]] = []
    for kind, (sessions, people, (first, last)) in DISCIPLINE.items():
        for present in split(rng, people, sessions, 3):
            made.append((workday(rng, first, last), rng.choice(ALL_ORGS), kind, present))
    return [(f"DJ{n:04d}", *row) for n, row in enumerate(sorted(made), 1)]


def integrity(rng: random.Random) -> list[Row]:
    """Activities of branches, one a row; plays of the publicity video by branch and month."""
    made: list[tuple[dt.date, str, str, int, int | str]] = []
    for kind, (occasions, people) in INTEGRITY.items():
        for present in split(rng, people, occasions, 4):
            made.append((workday(rng, 1, 12), rng.choice(OUTLETS), kind, 1, present))
    plays = iter(split(rng, VIDEO_PLAYS, 12 * len(["YYB", *BRANCHES])))
    for month in range(1, 13):
        last_day = dt.date(2024 + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
        made += [(last_day, org, "video", next(plays), "") for org in ("YYB", *BRANCHES)]
    made.sort(key=lambda row: (row[0], row[1], row[2], row[3], str(row[4])))
    return [(f"SY{n:04d}", *row) for n, row in enumerate(made, 1)]


def counselling(activities: Iterable[Row]) -> list[Row]:
    """Who was counselled: each party member, known by a number, at one session."""
    rows: list[Row] = []
    for number, day, org, kind, _, present in activities:
        if kind == "counselling":
            assert isinstance(present, int)
            rows += [(number, day, org, f"M{len(rows) + seat + 1:04d}") for seat in range(present)]
    return rows


def publicity(rng: random.Random) -> list[Row]:
    """Events of anti-money-laundering publicity."""
    leaflets = split(rng, AML_LEAFLETS, AML_EVENTS, 5)
    audiences = split(rng, AML_AUDIENCE, AML_EVENTS, 20)
    boards = [1] * AML_BOARDS + [0] * (AML_EVENTS - AML_BOARDS)
    rng.shuffle(boards)
    days = sorted(workday(rng, 1, 12) for _ in range(AML_EVENTS))
    return [
        (f"XC{n + 1:04d}", days[n], rng.choice(ALL_ORGS), leaflets[n], boards[n], audiences[n])
        for n in range(AML_EVENTS)
    ]


def training(rng: random.Random) -> list[Row]:
    """Sessions of anti-money-laundering training by level of staff."""
    days = sorted(workday(rng, 3, 11) for _ in TRAINEES)
    trainees = list(TRAINEES)
    rng.shuffle(trainees)
    return [(f"PX{n:02d}", day, who) for n, (day, who) in enumerate(zip(days, trainees, strict=True), 1)]


def exam(rng: random.Random) -> list[Row]:
    """Passes of the anti-money-laundering exam: head office and every branch, one sitting."""
    places = ["HQ", "YYB", *BRANCHES]
    passed = split(rng, AML_PASSED, len(places), 8)
    day = dt.date(2024, 10, 25)
    return [(org, day, count + rng.randint(0, 4), count) for org, count in zip(places, passed, strict=True)]


def sweeps(rng: random.Random) -> list[Row]:
    """Four sweeps over all orgs; head office and branches are larger than sub-branches."""
    rows: list[Row] = []
    for number, (month, people) in enumerate(SWEEPS, 1):
        day = dt.date(2024, month, 28)
        head, offices = people // 6, split(rng, people // 4, 1 + len(BRANCHES), 20)
        small = split(rng, people - head - people // 4, len(SUB_BRANCHES), 10)
        counts = [head, *offices, *small]
        rows += [(f"PC2024-{number}", day, org, count) for org, count in zip(ALL_ORGS, counts, strict=True)]
    return rows


def documents(rng: random.Random) -> list[Row]:
    """Announcements, filings and records of investor relations."""
    made = sorted((workday(rng, 1, 12), kind) for kind, count in DOCUMENTS.items() for _ in range(count))
    return [(f"XP{n:04d}", day, kind) for n, (day, kind) in enumerate(made, 1)]


def _put(path: Path, header: str, rows: Iterable[Row]) -> None:
    text = io.StringIO()
    text.write(f"# synthetic: 合成数据，仅为复现 2024 年报告印刷数字；种子 {SEED}\n")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(header.split(","))
    out.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def write(records: Path) -> None:
    """Write every file of this area into the project's ``records`` folder."""
    records.mkdir(parents=True, exist_ok=True)
    rng = [random.Random(SEED + 200 + n) for n in range(8)]
    activities = integrity(rng[0])
    files: list[tuple[str, str, list[Row]]] = [
        ("governance_meeting", "meeting_no,held_on,body,proposals,reports", meetings(rng[1])),
        ("director_seat", "seat_no,as_of,kind,finance_background", directors()),
        ("supervisor_seat", "seat_no,as_of,kind", supervisors()),
        ("discipline_session", "session_no,held_on,org,kind,participants", discipline(rng[2])),
        ("integrity_activity", "activity_no,held_on,org,kind,occasions,participants", activities),
        ("counselling_attendance", "activity_no,held_on,org,member_no", counselling(activities)),
        ("aml_publicity", "event_no,held_on,org,leaflets,boards,audience", publicity(rng[3])),
        ("aml_training", "session_no,held_on,trainees", training(rng[4])),
        ("aml_exam", "org,held_on,sat,passed", exam(rng[5])),
        ("behaviour_sweep", "sweep_no,held_on,org,screened", sweeps(rng[6])),
        ("disclosure_document", "document_no,filed_on,kind", documents(rng[7])),
    ]
    for name, header, rows in files:
        _put(records / f"{name}.csv", header, rows)


if __name__ == "__main__":
    write(Path(__file__).resolve().parents[1] / "records")
