"""A book with the totals of the 2024 report of Bank of Lanzhou; everything below the totals is made up.

Segments are disjoint, and every printed figure is a union of segments, so that all of them hold at once
by adding up. Figures of the opening date that are not printed are plausible ones.
"""

from __future__ import annotations

from qingce.services.sample.flows import FLOWS
from qingce.services.sample.groups import GROUPS
from qingce.services.sample.model import Book, Heads, Segment, yi

_LONG = (1095, 1826, 3652)
_HOME = (5479, 7305, 10957)
_STEP = 10_000

_FARM: dict[str, Segment] = {
    "poverty": Segment(
        group="poor_household", product="poverty_micro", purpose="operating", closing="5.81", opening="2.25",
        divisions=("A01", "A03"), agri="farmer", heads=Heads(cont=6000, gone=1500, new=12800), keep=100,
        step=_STEP,
        most=50_000_00, places=(2, 62), days=(1095,), rates=(345, 430), guarantees=("credit",),
        flow="poverty",
    ),
    "poverty_old": Segment(
        group="poor_household", product="poverty_micro_old", purpose="operating", closing="0.05",
        opening="0.06",
        divisions=("A01", "A03"), agri="farmer", heads=Heads(cont=200, gone=20, new=0), keep=100, step=_STEP,
        most=50_000_00, places=(0, 70), days=(1095,), rates=(435, 475), guarantees=("credit",),
        bad=("0.05", "0.06"),
    ),
    "farmer_online": Segment(
        group="farmer", product="farmer_online", purpose="operating", closing="1.27", opening="1.05",
        divisions=("A01", "A03", "A02"), agri="farmer", heads=Heads(cont=150, gone=300, new=1200), stay=15,
        keep=90,
        step=_STEP, most=300_000_00, places=(8, 35), rates=(410, 560), guarantees=("credit",), online=True,
        flow="farmer_online",
    ),
    "planting": Segment(
        group="farmer", product="planting", purpose="operating", closing="0.62", opening="0.40",
        divisions=("A01",), agri="farmer", heads=Heads(cont=60, gone=150, new=700), stay=10, keep=90,
        step=_STEP,
        most=300_000_00, places=(2, 20), rates=(400, 520), guarantees=("credit", "guaranteed"), online=True,
        flow="planting",
    ),
    "farmer_operating": Segment(
        group="farmer", product="business_personal", purpose="operating", closing="12.94", opening="12.05",
        divisions=("A01", "A03", "A05", "F52"), agri="farmer", rows=(1300, 0), weight=40, places=(9, 36),
        days=(365, 730, 1095), rates=(430, 680), guarantees=("guaranteed", "credit", "mortgaged"),
    ),
    "farm_firm": Segment(
        group="farm_firm", product="working", purpose="operating", closing="23.60", opening="22.00",
        divisions=("A01", "A03", "A05", "F51"), agri="rural", rows=(1400, 0), weight=6, places=(10, 38),
        days=(365, 730), rates=(400, 600),
    ),
    "farm_guarantee": Segment(
        group="farm_firm", product="working", purpose="operating", closing="1.40", opening="1.55",
        divisions=("A01", "A03"), agri="rural", heads=Heads(cont=220, gone=40, new=70), stay=85, keep=80,
        step=_STEP,
        most=2_000_000_00, places=(10, 38), days=(365, 730, 1095), rates=(400, 550),
        guarantees=("guaranteed",),
        programme="farm_guarantee", flow="farm_guarantee",
    ),
    "farm_processing": Segment(
        group="private", product="working", purpose="operating", closing="22.00", opening="21.00",
        divisions=("C13", "C14", "C15"), agri="urban", weight=2, days=(365, 730), places=(50, 12),
    ),
    "farm_works": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="58.00", opening="56.00",
        divisions=("N76", "N78", "N79"), agri="rural", weight=1, days=_LONG, rates=(380, 520),
        places=(10, 40),
        programme="rural_project",
    ),
    "farm_large": Segment(
        group="private", product="working", purpose="operating", closing="40.26", opening="38.00",
        divisions=("A03", "A01", "A05"), agri="rural", weight=2, days=(365, 730, 1095), places=(10, 34),
        bad=("4.00", "3.80"),
    ),
    "farm_above": Segment(
        group="firm_above", product="working", purpose="operating", closing="30.00", opening="29.00",
        divisions=("F51", "A03", "A01"), agri="urban", weight=3, days=(365, 730), places=(15, 28),
    ),
    "ecology_farm": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="5.00", opening="4.50",
        divisions=("A02", "A01"), agri="rural", use="ecology", days=_LONG, rates=(360, 480), places=(10, 30),
    ),
}

_SMALL_BUSINESS: dict[str, Segment] = {
    "quick": Segment(
        group="trader", product="quick", purpose="operating", closing="20.02", opening="17.50",
        divisions=("F52", "F51", "H62", "O80"), rows=(2300, 30000), weight=30, stay=8, keep=75, step=_STEP,
        rates=(380, 620), guarantees=("credit",), online=True, flow="quick",
    ),
    "tax": Segment(
        group="small_firm", product="tax", purpose="operating", closing="19.96", opening="17.00",
        divisions=("F51", "L72", "E50", "G54"), heads=Heads(cont=50, gone=400, new=900), stay=5, keep=75,
        step=_STEP,
        rates=(370, 520), guarantees=("credit",), online=True, flow="tax",
    ),
    "merchant_loan": Segment(
        group="merchant", product="merchant_loan", purpose="operating", closing="0.15", opening="0.06",
        divisions=("F52", "H62"), heads=Heads(gone=80, new=420), stay=0, step=_STEP, most=300_000_00,
        rates=(450, 720), guarantees=("credit",), online=True, flow="merchant_loan",
    ),
    "procurement": Segment(
        group="small_firm", product="procurement", purpose="operating", closing="2.50", opening="2.20",
        divisions=("F51", "I65", "E49"), rows=(180, 4000), weight=1, stay=10, rates=(370, 480),
        guarantees=("credit",), online=True,
    ),
    "ip_pledge": Segment(
        group="small_firm", product="working", purpose="operating", closing="1.20", opening="0.90",
        divisions=("I65", "M73", "M75"), rows=(120, 2000), weight=1, stay=20, rates=(380, 480),
        guarantees=("ip_pledged",), programme="ip_pledge",
    ),
    "startup": Segment(
        group="trader", product="startup", purpose="operating", closing="2.51", opening="1.55",
        divisions=("F52", "H62", "O80", "A01"), heads=Heads(cont=300, gone=150, new=420), stay=66, keep=95,
        step=_STEP, most=3_000_000_00, places=(22, 40), days=(730, 1095), rates=(315, 445),
        cities=("6210", "6229", "6204", "6208", "6203", "6211", "6212", "6201"), guarantees=("guaranteed",),
        programme="startup_guarantee", flow="startup",
    ),
    "women_honour": Segment(
        group="woman", product="women_honour", purpose="operating", closing="0.25", opening="0.20",
        divisions=("A01", "F52"), rows=(60, 800), rates=(380, 500), guarantees=("credit",),
    ),
    "women_startup": Segment(
        group="woman", product="women_startup", purpose="operating", closing="0.25", opening="0.20",
        divisions=("F52", "O80"), rows=(60, 800), rates=(380, 520), guarantees=("guaranteed", "credit"),
    ),
    "women_exclusive": Segment(
        group="woman", product="women_exclusive", purpose="operating", closing="0.10", opening="0",
        divisions=("A03", "O80"), heads=Heads(new=40), rates=(360, 460), guarantees=("credit",),
    ),
    "noodle": Segment(
        group="trader", product="noodle", purpose="operating", closing="1.50", opening="1.30",
        divisions=("H62",), rows=(160, 6000), weight=2, places=(60, 10), days=(365, 730), rates=(390, 540),
    ),
    "small_industry": Segment(
        group="small_firm", product="working", purpose="operating", closing="12.00", opening="11.50",
        divisions=("C33", "C30", "C29", "C14", "C22"), rows=(800, 0), weight=4, places=(54, 14),
        days=(365, 730),
    ),
    "small_trade": Segment(
        group="small_firm", product="working", purpose="operating", closing="26.00", opening="24.00",
        divisions=("F51", "F52", "E50", "L72", "G54", "H61"), rows=(1700, 0), weight=8, days=(365, 730),
        bad=("1.50", "1.40"),
    ),
    "owner_operating": Segment(
        group="owner", product="business_personal", purpose="operating", closing="21.50", opening="20.00",
        divisions=("F51", "F52", "H62", "G54", "O81"), rows=(1300, 0), weight=30, days=(365, 1095, 1826),
        rates=(410, 680), bad=("2.00", "1.80"),
    ),
}

_GREEN: dict[str, Segment] = {
    "green_works": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="43.94", opening="40.52",
        divisions=("E48", "N78", "E47", "D45"), use="infrastructure", days=_LONG, rates=(370, 510),
        programme="major_project",
    ),
    "clean_industry": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="16.00", opening="10.00",
        divisions=("C26", "C32", "C30"), use="clean_production", days=_LONG, rates=(360, 500),
        places=(52, 12), stay=85,
    ),
    "clean_mining": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="16.50", opening="9.55",
        divisions=("B06", "B09"), use="clean_production", days=_LONG, rates=(360, 500), stay=85,
    ),
    "clean_heat": Segment(
        group="state", product="syndicated", purpose="fixed", closing="10.00", opening="7.00",
        divisions=("D44",), use="clean_production", days=_LONG, rates=(355, 480), stay=85,
    ),
    "clean_equipment": Segment(
        group="private", product="working", purpose="operating", closing="8.00", opening="6.50",
        divisions=("C38",), use="clean_energy", days=(730, 1095), places=(55, 8), tech_industry="strategic",
    ),
    "clean_power": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="24.228954", opening="22.678954",
        divisions=("D44",), use="clean_energy", days=_LONG, rates=(350, 470), places=(20, 22), stay=88,
        keep=92,
    ),
    "ecology": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="18.03", opening="16.30",
        divisions=("N77", "N76"), use="ecology", days=_LONG, rates=(370, 490), places=(24, 26),
    ),
    "saving_equipment": Segment(
        group="state", product="working", purpose="operating", closing="4.00", opening="3.50",
        divisions=("C35",), use="energy_saving", days=(365, 1095), places=(60, 8),
        tech_industry="high_tech_manufacturing",
    ),
    "saving_recycling": Segment(
        group="private", product="working", purpose="operating", closing="2.00", opening="2.20",
        divisions=("C42",), use="energy_saving", days=(365, 1095), places=(50, 10),
    ),
    "saving_services": Segment(
        group="private", product="working", purpose="operating", closing="3.86", opening="4.29",
        divisions=("M74", "M75"), use="energy_saving", days=(365, 1095),
    ),
    "maker_private": Segment(
        group="maker_private", product="working", purpose="operating", closing="18.00", opening="18.00",
        divisions=("C26", "C32", "C33", "C30"), heads=Heads(cont=36, gone=50, new=110), stay=25, keep=75,
        step=_STEP,
        places=(52, 6), days=(365,), programme="green_manufacturing", flow="green_manufacturing",
    ),
    "maker_state": Segment(
        group="maker_state", product="working", purpose="operating", closing="14.00", opening="14.00",
        divisions=("C32", "C31", "C25"), heads=Heads(cont=24, gone=30, new=80), stay=25, keep=75, step=_STEP,
        places=(52, 6), days=(365,), programme="green_manufacturing", flow="green_manufacturing",
    ),
}

_SERVICE = {
    "divisions": ("I65", "M75", "M73"), "tech_industry": "high_tech_service",
    "digital_industry": ("03", "02"),
}
_HIGH = {"divisions": ("C39", "C35", "C27", "C40", "C37"), "tech_industry": "high_tech_manufacturing"}


def _tech(group: str, closing: str, opening: str, heads: tuple[int, int, int], **more: object) -> Segment:
    cont, gone, new = heads
    given: dict[str, object] = {"days": (365, 1095), "rates": (340, 480), "places": (55, 8)} | more
    return Segment(
        group=group, product="working", purpose="operating", closing=closing, opening=opening,
        heads=Heads(cont=cont, gone=gone, new=new), **given,  # type: ignore[arg-type]
    )


_TECH: dict[str, Segment] = {
    "tech_demonstration": _tech(
        "tech_1011", "16.08", "15.60", (9, 5, 9), divisions=("C32", "C31"), places=(60, 0),
        cities=("6201", "6203"),
    ),
    "tech_three_maker": _tech("tech_1110", "2.50", "1.20", (20, 10, 60), **_HIGH),
    "tech_three_service": _tech("tech_1110", "2.50", "1.20", (20, 10, 60), **_SERVICE),
    "tech_new": _tech("tech_1100", "0.40", "0.30", (4, 3, 6), **_SERVICE | {"places": (100, 0)}),
    "tech_special": _tech("tech_1010", "0.48", "0.42", (14, 6, 20), **_SERVICE),
    "tech_sme_maker": _tech("tech_0110", "5.00", "4.00", (40, 10, 50), **_HIGH),
    "tech_sme_service": _tech("tech_0110", "3.10", "2.70", (30, 9, 34), **_SERVICE),
    "tech_high_maker": _tech("tech_1000", "22.00", "17.80", (18, 6, 24), **_HIGH),
    "tech_high_base": _tech("tech_1000", "15.00", "16.00", (12, 6, 15), divisions=("C26", "C30")),
    "tech_high_service": _tech("tech_1000", "12.97", "11.40", (12, 6, 15), **_SERVICE),
    "tech_listed_maker": _tech("tech_0100", "4.00", "3.20", (16, 5, 24), **_HIGH),
    "tech_listed_service": _tech("tech_0100", "7.202", "6.60", (16, 5, 24), **_SERVICE),
    "tech_fund": _tech(
        "tech_fund", "0.508", "0", (0, 0, 5), divisions=("C35",), places=(100, 0), step=_STEP, days=(365,),
        guarantees=("guaranteed",), programme="lanbai_fund", tech_industry="high_tech_manufacturing",
    ),
    "tech_special_base": _tech("tech_0010", "20.00", "20.20", (20, 8, 30), divisions=("C33", "C34", "C29")),
    "tech_special_maker": _tech("tech_0010", "10.05", "8.00", (12, 5, 18), **_HIGH),
}

_FIRMS: dict[str, Segment] = {
    "medicine": Segment(
        group="private", product="working", purpose="operating", closing="2.922", opening="2.30",
        divisions=("C27",), places=(50, 8), days=(365, 730), tech_industry="high_tech_manufacturing",
    ),
    "heavy_industry": Segment(
        group="state", product="working", purpose="operating", closing="17.59", opening="19.84",
        divisions=("C31", "C25", "C26"), places=(54, 8), bad=("2.45", "2.34"), days=(365, 1095), weight=2,
    ),
    "wholesale": Segment(
        group="private", product="working", purpose="operating", closing="130.00", opening="128.00",
        divisions=("F51", "F52"), rows=(180, 0), weight=10, bad=("14.00", "13.00"), days=(365, 730),
    ),
    "chain": Segment(
        group="private", product="chain", purpose="operating", closing="20.00", opening="18.00",
        divisions=("F51", "G58"), rows=(120, 0), weight=3, stay=10, days=(180, 365), online=True,
        guarantees=("pledged", "guaranteed"),
    ),
    "property": Segment(
        group="private", product="fixed_asset", purpose="fixed", closing="110.00", opening="114.00",
        divisions=("K70",), rows=(200, 0), weight=4, bad=("11.00", "10.00"), days=_LONG, rates=(450, 720),
        guarantees=("mortgaged",), places=(56, 10),
    ),
    "building": Segment(
        group="private", product="working", purpose="operating", closing="45.00", opening="43.00",
        divisions=("E47", "E48", "E50"), rows=(160, 0), weight=4, days=(365, 730),
    ),
    "transport": Segment(
        group="private", product="working", purpose="operating", closing="20.00", opening="19.00",
        divisions=("G54", "G59", "G58"), rows=(100, 0), weight=2, days=(365, 1095),
    ),
    "business_services": Segment(
        group="private", product="working", purpose="operating", closing="40.728", opening="38.00",
        divisions=("L72", "L71", "H61", "R90", "P83"), rows=(140, 0), weight=3, days=(365, 1095),
    ),
    "elderly_homes": Segment(
        group="private", product="fixed_asset", purpose="fixed", closing="5.00", opening="4.20",
        divisions=("Q85", "Q84"), weight=1, days=_LONG, elderly_care=("01", "02", "12"),
    ),
    "digital_services": Segment(
        group="private", product="working", purpose="operating", closing="20.00", opening="17.50",
        divisions=("I65", "I64", "I63"), weight=2, days=(365, 730), digital_industry=("03", "04", "02"),
    ),
    "public_services": Segment(
        group="institution", product="fixed_asset", purpose="fixed", closing="22.00", opening="21.00",
        divisions=("Q84", "P83"), weight=1, days=_LONG, elderly_care=("02",), rates=(370, 480),
    ),
    "state_transport": Segment(
        group="state", product="syndicated", purpose="fixed", closing="120.00", opening="118.00",
        divisions=("G54", "G53", "G56"), rows=(120, 0), weight=2, days=_LONG, rates=(350, 460),
        programme="major_project",
    ),
    "state_holding": Segment(
        group="state", product="working", purpose="operating", closing="150.00", opening="146.00",
        divisions=("L72", "F51"), rows=(160, 0), weight=3, days=(365, 1095), rates=(370, 560),
    ),
    "state_works": Segment(
        group="state", product="fixed_asset", purpose="fixed", closing="*", opening="*",
        divisions=("N78", "E48", "L72", "K70"), rows=(200, 0), weight=5, days=_LONG, rates=(380, 620),
    ),
    "bills": Segment(
        group="state", product="discount", purpose="discount", closing="110.00", opening="118.00",
        divisions=("F51",), rows=(200, 0), weight=6, stay=0, days=(180,), rates=(150, 320),
        guarantees=("credit",),
    ),
    "advances": Segment(
        group="state", product="advance", purpose="advance", closing="1.50", opening="1.40",
        divisions=("F51",), rows=(40, 400), stay=20, days=(90,), rates=(700, 800),
    ),
}

_PEOPLE: dict[str, Segment] = {
    "mortgage": Segment(
        group="person", product="mortgage", purpose="housing", closing="330.00", opening="318.00",
        rows=(800, 0),
        weight=300, stay=93, keep=95, days=_HOME, rates=(305, 430), guarantees=("mortgaged",),
        bad=("3.40", "3.00"),
    ),
    "mortgage_new_citizen": Segment(
        group="new_citizen", product="mortgage", purpose="housing", closing="24.27", opening="20.50",
        rows=(160, 0),
        weight=24, stay=93, keep=95, days=_HOME, rates=(305, 430), guarantees=("mortgaged",),
    ),
    "consumer": Segment(
        group="person", product="consumer", purpose="consumption", closing="95.00", opening="90.00",
        rows=(500, 0),
        weight=230, stay=45, days=(365, 1095, 1826), rates=(340, 760), guarantees=("credit", "mortgaged"),
        bad=("4.00", "3.60"), online=True,
    ),
    "consumer_new_citizen": Segment(
        group="new_citizen", product="consumer", purpose="consumption", closing="9.00", opening="7.81",
        rows=(160, 0), weight=30, stay=45, days=(365, 1095), rates=(340, 760), guarantees=("credit",),
        online=True,
    ),
    "car": Segment(
        group="person", product="car", purpose="consumption", closing="12.00", opening="10.00", rows=(90, 0),
        weight=20, days=(1095, 1826), rates=(380, 560), guarantees=("mortgaged", "pledged"),
    ),
    "student": Segment(
        group="person", product="student", purpose="education", closing="3.00", opening="2.60", rows=(90, 0),
        weight=20, stay=80, keep=90, days=(3652, 5479), rates=(315, 365), guarantees=("credit",),
    ),
    "card": Segment(
        group="person", product="card", purpose="consumption", closing="70.00", opening="66.00",
        rows=(400, 0),
        weight=240, stay=70, keep=85, days=(1095, 1826), rates=(600, 800), guarantees=("credit",),
        bad=("2.50", "2.20"),
    ),
}

BOOK = Book(
    totals=(yi("2453.69"), yi("2380.61")),
    key_counties=(yi("457.81"), yi("440.20")),
    capital_industry=(yi("114.61"), yi("100.00")),
    rest="state_works",
    capital_rest="heavy_industry",
    groups=GROUPS,
    segments={**_FARM, **_SMALL_BUSINESS, **_GREEN, **_TECH, **_FIRMS, **_PEOPLE},
    flows=FLOWS,
)
