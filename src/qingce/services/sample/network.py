"""Where the made-up loans are lent: orgs, cities, counties, and the units that are generated one by one."""

from __future__ import annotations

from dataclasses import dataclass

BRANCHES, SUB_BRANCHES = 15, 162
ROOT, HEAD, OFFICE = "LZB", "HQ", "YYB"
CAPITAL = "6201"
ROWS_OF_A_UNIT = 700_000
"""A branch with more rows than about this is made in several units, so that memory stays flat."""

CITIES = (
    *(f"62{number:02d}" for number in range(1, 13)), "6229", "6230", "6201",
)
"""The city of each branch."""
_WEIGHTS = (14, 4, 4, 6, 8, 6, 5, 6, 6, 6, 6, 5, 5, 3, 9)
_OFFICE_WEIGHT = 7

# 县区代码的后两位；前四位是地市州
_COUNTIES = {
    "6201": "02 03 04 05 11 21 22 23",
    "6202": "01",
    "6203": "02 21",
    "6204": "02 03 21 22 23",
    "6205": "02 03 21 22 23 24 25",
    "6206": "02 21 22 23",
    "6207": "02 21 22 23 24 25",
    "6208": "02 21 22 23 25 26 81",
    "6209": "02 21 22 23 24 81 82",
    "6210": "02 21 22 23 24 25 26 27",
    "6211": "02 21 22 23 24 25 26",
    "6212": "02 21 22 23 24 25 26 27 28",
    "6229": "01 21 22 23 24 25 26 27",
    "6230": "01 21 22 23 24 25 26 27",
}
KEY_COUNTIES = frozenset(
    {
        "620421",
        "620422",
        "620503",
        "620522",
        "620525",
        "620622",
        "620825",
        "620826",
        "621022",
        "621027",
        "621121",
        "621123",
        "621126",
        "621202",
        "621222",
        "621223",
        "621225",
        "621226",
        "622921",
        "622923",
        "622926",
        "622927",
        "623023",
    }
)
COUNTIES = tuple(city + end for city, ends in _COUNTIES.items() for end in ends.split())
COUNTY_AT = {county: at for at, county in enumerate(COUNTIES)}


@dataclass(frozen=True)
class Unit:
    """A branch or a part of it.

    Attributes:
        leaves: the orgs that lend.
        weight: share of the branch in the loans of a place where it lends.
        share: the same of the unit alone.
        first: whether it is the branch's first unit.
    """

    branch: str
    city: str
    leaves: tuple[str, ...]
    weight: int
    share: int
    first: bool

    def counties(self, place: str) -> tuple[int, ...]:
        """Positions in ``COUNTIES`` where the unit lends, by place: capital, key county or other."""
        inside = [COUNTY_AT[c] for c in COUNTIES if c.startswith(self.city)]
        if self.city == CAPITAL:
            return tuple(inside) if place == "capital" else ()
        if place == "capital":
            return ()
        return tuple(at for at in inside if (COUNTIES[at] in KEY_COUNTIES) == (place == "key"))


def orgs() -> list[tuple[str, str, str, str]]:
    """Code, name, level and parent of every org, the root first."""
    rows = [
        (ROOT, "兰州银行", "法人", ""),
        (HEAD, "总行", "总行", ROOT),
        (OFFICE, "总行营业部", "总行营业部", ROOT),
    ]
    rows += [(f"B{n:02d}", f"分行{n:02d}", "分行", ROOT) for n in range(1, BRANCHES + 1)]
    rows += [(f"S{n:03d}", f"支行{n:03d}", "支行", _branch(n)) for n in range(1, SUB_BRANCHES + 1)]
    return [*rows, ("LEASE", "金融租赁子公司", "子公司", ROOT)]


def _branch(sub_branch: int) -> str:
    return f"B{(sub_branch - 1) % BRANCHES + 1:02d}"


ORGS = tuple(code for code, *_ in orgs())
ORG_AT = {code: at for at, code in enumerate(ORGS)}


def units(rows: int) -> list[Unit]:
    """The units in which a ledger of so many rows is made, in the order of their orgs."""
    whole = sum(_WEIGHTS) + _OFFICE_WEIGHT
    made = []
    for branch, city, weight in zip(
        (OFFICE, *(f"B{n:02d}" for n in range(1, BRANCHES + 1))),
        (CAPITAL, *CITIES),
        (_OFFICE_WEIGHT, *_WEIGHTS),
        strict=True,
    ):
        leaves = [branch, *(f"S{n:03d}" for n in range(1, SUB_BRANCHES + 1) if _branch(n) == branch)]
        # key counties are lent to by nine branches only, so a branch may have twice its share
        pieces = min(max(1, rows * weight * 2 // whole // ROWS_OF_A_UNIT), 64)
        for piece in range(pieces):
            share = leaves[piece * len(leaves) // pieces : max((piece + 1) * len(leaves) // pieces, 0)]
            own = share or [leaves[piece * len(leaves) // pieces]]
            made.append(Unit(branch, city, tuple(own), weight, weight * 1000 // pieces, not piece))
    return made
