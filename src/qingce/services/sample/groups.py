"""The kinds of customers of the made-up bank: what they are, and how large their credit lines may be."""

from __future__ import annotations

from qingce.services.sample.model import Group

_LINE = 10_000_000_00
_FARMER_LINE = 5_000_000_00
_SMALL = ("small", "micro")
_BIG = ("medium", "large")

GROUPS = {
    "poor_household": Group(
        kind="personal", flags=("farmer", "poverty_alleviated"), line_at_most=50_000_00, single=True
    ),
    "farmer": Group(kind="personal", flags=("farmer",), line_at_most=_FARMER_LINE, per_cent=70),
    "farm_firm": Group(kind="corporate", ownership="private", sizes=_SMALL, line_at_most=_LINE, per_cent=70),
    "small_firm": Group(kind="corporate", ownership="private", sizes=_SMALL, line_at_most=_LINE, per_cent=70),
    "owner": Group(kind="owner", line_at_most=_LINE, per_cent=70),
    "trader": Group(kind="sole_trader", line_at_most=_LINE, per_cent=80),
    "merchant": Group(kind="sole_trader", line_at_most=_LINE, single=True),
    "woman": Group(kind="owner", flags=("female_founder",), line_at_most=_LINE, per_cent=80),
    "firm_above": Group(kind="corporate", ownership="private", sizes=_SMALL, line_above=_LINE, per_cent=50),
    "private": Group(kind="corporate", ownership="private", sizes=_BIG, per_cent=40),
    "state": Group(kind="corporate", ownership="state", sizes=("large", "medium"), per_cent=40),
    "institution": Group(kind="institution", per_cent=60),
    "person": Group(kind="personal", per_cent=65),
    "new_citizen": Group(kind="personal", flags=("new_citizen",), per_cent=80),
    "maker_private": Group(
        kind="corporate", ownership="private", sizes=_BIG, flags=("green_manufacturer",), firms=70
    ),
    "maker_state": Group(
        kind="corporate", ownership="state", sizes=_BIG, flags=("green_manufacturer",), firms=48
    ),
    # 科技型企业按四种资质的组合分组，各组互不相交
    "tech_1011": Group(
        kind="corporate", ownership="state", sizes=("large",), firms=7,
        flags=("high_tech", "specialised", "demonstration"),
    ),
    "tech_1110": Group(
        kind="corporate", ownership="private", sizes=_SMALL, firms=100, line_at_most=_LINE,
        flags=("high_tech", "tech_sme", "specialised"),
    ),
    "tech_1100": Group(
        kind="corporate", ownership="private", sizes=("small",), firms=5, line_above=_LINE,
        flags=("high_tech", "tech_sme"),
    ),
    "tech_1010": Group(
        kind="corporate", ownership="private", sizes=("medium",), firms=20, flags=("high_tech", "specialised")
    ),
    "tech_0110": Group(
        kind="corporate", ownership="private", sizes=_SMALL, firms=80, line_above=_LINE,
        flags=("tech_sme", "specialised"),
    ),
    "tech_1000": Group(kind="corporate", ownership="private", sizes=_BIG, firms=36, flags=("high_tech",)),
    "tech_0100": Group(
        kind="corporate", ownership="private", sizes=("small",), firms=40, line_above=_LINE,
        flags=("tech_sme",)
    ),
    "tech_fund": Group(
        kind="corporate", ownership="private", sizes=("small",), firms=5, line_above=_LINE,
        flags=("tech_sme",),
        single=True,
    ),
    "tech_0010": Group(
        kind="corporate", ownership="private", sizes=("medium",), firms=42, flags=("specialised",)
    ),
}
