"""A made-up bank's ledgers: their sums are the printed figures to the fen, whatever their size and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest

from qingce.core.errors import ProjectError
from qingce.core.registry import Registry
from qingce.services.content import load_registry
from qingce.services.sample import make, network
from qingce.services.sample.lanzhou import BOOK
from qingce.services.sample.make import make_sample
from qingce.services.sample.parts import skewed, split

EXAMPLE = Path(__file__).parents[2] / "examples" / "lanzhou_2024"
SMALLEST = 48_928


def yi(text: str) -> Decimal:
    return Decimal(text) * 10**8

SMALL = "(kind IN ('sole_trader', 'owner') OR (kind = 'corporate' AND firm_size IN ('small', 'micro')))"
NPL = "five_class IN ('substandard', 'doubtful', 'loss')"

# 余额：条件、2024 年末、2023 年末（未披露的为空）
BALANCES = [
    ("true", yi("2453.69"), yi("2380.61")),
    ("l.industry = 'C'", yi("211.65"), yi("194.84")),
    ("l.industry = 'C' AND city = '6201'", yi("114.61"), yi("100.00")),
    ("l.division IN ('C27', 'C35', 'C37', 'C39', 'C40')", yi("50.98"), yi("40.00")),
    ("use IS NOT NULL", yi("152.18"), yi("127.66")),
    ("use = 'infrastructure'", yi("43.94"), yi("40.52")),
    ("use = 'clean_production'", yi("42.50"), yi("26.55")),
    ("use = 'clean_energy'", yi("32.85"), yi("29.80")),
    ("use = 'ecology'", yi("23.03"), yi("20.80")),
    ("use = 'energy_saving'", yi("9.86"), yi("9.99")),
    ("use = 'services'", yi("0"), yi("0")),
    (NPL, yi("44.90"), yi("41.20")),
    ("agri IS NOT NULL", yi("200.95"), None),
    (
        "purpose = 'operating' AND ((agri = 'farmer' AND credit_line <= 5000000) OR "
        f"(agri IN ('rural', 'urban') AND {SMALL} AND credit_line <= 10000000))",
        yi("45.69"),
        None,
    ),
    (f"purpose IN ('operating', 'fixed') AND {SMALL} AND credit_line <= 10000000", yi("137.94"), None),
    ("key_county", yi("457.81"), None),
    ("product = 'quick'", yi("20.02"), None),
    ("product = 'tax'", yi("19.96"), None),
    ("product = 'farmer_online'", yi("1.27"), None),
    ("product IN ('poverty_micro', 'poverty_micro_old')", yi("5.86"), None),
    ("programme = 'startup_guarantee'", yi("2.51"), None),
    ("programme = 'lanbai_fund'", yi("0.508"), None),
    ("new_citizen", yi("33.27"), yi("28.31")),
    ("ownership = 'private' AND kind = 'corporate'", yi("710.14"), None),
    ("high_tech OR tech_sme OR specialised OR demonstration", yi("121.79"), None),
    ("high_tech", yi("71.93"), None),
    ("tech_sme", yi("25.21"), None),
    ("specialised", yi("59.71"), None),
    ("demonstration", yi("16.08"), None),
]
# 户数：条件、2024 年末
CUSTOMERS = [
    ("product IN ('poverty_micro', 'poverty_micro_old')", 19_000),
    ("programme = 'lanbai_fund'", 5),
    ("high_tech OR tech_sme OR specialised OR demonstration", 335),
    ("high_tech", 168),
    ("tech_sme", 230),
    ("specialised", 249),
    ("demonstration", 7),
]
# 发放：条件、金额、笔数、户数（未披露的为空）
IN_2024 = [
    ("product = 'quick'", yi("23.1"), 23_954, None),
    ("product = 'tax'", yi("22.59"), 1_481, None),
    ("product = 'merchant_loan'", yi("0.19039"), None, 514),
    ("programme = 'farm_guarantee'", yi("0.4116"), None, None),
    ("product = 'farmer_online'", yi("1.81"), 2_384, None),
    ("product = 'planting'", yi("1.1035"), None, None),
    ("programme = 'green_manufacturing'", yi("50.63"), None, 118),
]
TO_DATE = [
    ("programme = 'farm_guarantee'", yi("2.75"), None, None),
    ("programme = 'startup_guarantee'", yi("6.81"), 2_276, None),
    ("product = 'farmer_online'", yi("4.39"), None, None),
    ("product = 'planting'", yi("1.70"), None, None),
    ("product = 'poverty_micro' AND happened_on >= '2021-01-01'", yi("6.38"), None, 21_200),
    ("programme = 'carbon_reduction'", yi("0.621046"), 4, None),
]


@pytest.fixture(
    scope="module",
    params=[(SMALLEST, 1, False), (60_000, 2024, False), (150_000, 7, True)],
    ids=["smallest", "example", "as big ones are made"],
)
def ledgers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A sample in a database; the last one is cut into the units and files of a far larger ledger."""
    loans, seed, big = request.param
    folder = tmp_path_factory.mktemp("sample") / "ledgers"
    with pytest.MonkeyPatch.context() as patch:
        if big:
            patch.setattr(network, "ROWS_OF_A_UNIT", 2_000)
            patch.setattr(make, "_ONE_FILE", 0)
        make_sample("lanzhou", loans, seed, folder)
    assert len(list(folder.rglob("loan/*/*.parquet"))) == (34 if big else 2)
    with duckdb.connect() as database:
        _open(database, folder)
        database.execute("CREATE TEMP TABLE wanted AS SELECT ? AS loans", [loans])
        yield database


def _open(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for dataset in sorted(p.name for p in folder.iterdir() if p.is_dir()):
        database.execute(
            f"CREATE TABLE {dataset} AS SELECT * FROM read_parquet('{folder}/{dataset}/**/*.parquet', "
            "hive_partitioning=false)"
        )
    database.execute(
        "CREATE VIEW exposure AS SELECT l.*, c.kind, ownership, firm_size, credit_line, high_tech, "
        "tech_sme, specialised, "
        "demonstration, new_citizen, green_manufacturer FROM loan l LEFT JOIN customer c USING "
        "(customer_no, as_of)"
    )


def value(database: duckdb.DuckDBPyConnection, query: str) -> object:
    [[found]] = database.execute(query).fetchall()
    return found


@pytest.mark.parametrize(("where", "closing", "opening"), BALANCES)
def test_a_balance_is_the_printed_one_to_the_fen(
    ledgers: duckdb.DuckDBPyConnection, where: str, closing: Decimal, opening: Decimal | None
) -> None:
    of = "SELECT sum(balance) FROM exposure AS l WHERE as_of = '{}' AND ({})"
    assert value(ledgers, of.format("2024-12-31", where)) == closing
    if opening is not None:
        assert value(ledgers, of.format("2023-12-31", where)) == opening


@pytest.mark.parametrize(("where", "count"), CUSTOMERS)
def test_customers_are_counted_as_printed(ledgers: duckdb.DuckDBPyConnection, where: str, count: int) -> None:
    query = "SELECT count(DISTINCT customer_no) FROM exposure WHERE as_of = '2024-12-31' AND balance > 0"
    assert value(ledgers, f"{query} AND ({where})") == count


@pytest.mark.parametrize("span", ["2024", "to date"])
def test_disbursements_are_the_printed_ones(ledgers: duckdb.DuckDBPyConnection, span: str) -> None:
    since = "2024-01-01" if span == "2024" else "1997-01-01"
    for where, amount, count, customers in IN_2024 if span == "2024" else TO_DATE:
        [found] = ledgers.execute(
            "SELECT sum(amount), count(*), count(DISTINCT customer_no) FROM loan_event "
            f"WHERE kind = 'disbursement' AND happened_on BETWEEN '{since}' AND '2024-12-31' AND {where}"
        ).fetchall()
        assert found[0] == amount, where
        assert count is None or found[1] == count, where
        assert customers is None or found[2] == customers, where


def test_the_loan_ledger_has_as_many_rows_as_asked(ledgers: duckdb.DuckDBPyConnection) -> None:
    assert value(ledgers, "SELECT count(*) - (SELECT loans FROM wanted) FROM loan") == 0


def test_registers_add_up_to_the_printed_figures(ledgers: duckdb.DuckDBPyConnection) -> None:
    closing = "as_of = '2024-12-31'"
    assert value(ledgers, f"SELECT sum(carrying) FROM bond_holding WHERE green AND {closing}") == yi("13.79")
    [(projects, credit)] = ledgers.execute(
        "SELECT count(DISTINCT project_no), sum(credit) FROM project WHERE roster = 'major'"
    ).fetchall()
    assert (projects, credit) == (508, yi("305.60"))
    rural = (
        "SELECT (count(DISTINCT project_no), sum(investment), sum(credit), sum(drawn)) FROM project "
        "WHERE roster = 'rural'"
    )
    assert value(ledgers, rural) == (41, yi("344.35"), yi("19.76"), yi("14.70"))
    deals = "SELECT (count(*), count(DISTINCT customer_no), sum(amount)) FROM platform_deal"
    assert value(ledgers, deals) == (216, 108, yi("108.03"))
    assert value(ledgers, "SELECT sum(amount) FROM supply_chain_financing") == yi("133.67")
    cards = "SELECT sum(cards) FROM card_issue WHERE kind = 'longminggong'"
    assert value(ledgers, f"{cards} AND year(issued_on) = 2024") == 36_500
    assert value(ledgers, cards) == 401_600
    provision = value(
        ledgers, f"SELECT sum(balance) FROM gl_balance WHERE subject = 'provision' AND {closing}"
    )
    assert provision == yi("44.90") * Decimal("2.016")


# 每条查询找的都是不该有的行
FAULTS = {
    "two loans with one number": "SELECT 1 FROM loan GROUP BY loan_no, as_of HAVING count(*) > 1",
    "two customers with one number": "SELECT 1 FROM customer GROUP BY customer_no, as_of HAVING count(*) > 1",
    "two events with one number": "SELECT 1 FROM loan_event GROUP BY event_no HAVING count(*) > 1",
    "two guarantees with one number": (
        "SELECT 1 FROM guarantee GROUP BY guarantee_no, as_of HAVING count(*) > 1"
    ),
    "a loan without its customer": "SELECT 1 FROM exposure WHERE kind IS NULL",
    "a customer without a loan or a listing": (
        "SELECT 1 FROM customer ANTI JOIN loan USING (customer_no, as_of) WHERE scitech_listed_on IS NULL"
    ),
    "more owed than lent": "SELECT 1 FROM loan WHERE balance < 0 OR balance > principal",
    "nothing owed, though drawn": "SELECT 1 FROM loan WHERE balance = 0 AND use IS DISTINCT FROM 'services'",
    "lent after the date": "SELECT 1 FROM loan WHERE start_on > as_of OR due_on < start_on",
    "overdue yet normal": "SELECT 1 FROM loan WHERE due_on < as_of AND five_class = 'normal'",
    "a division of another section": "SELECT 1 FROM loan WHERE left(division, 1) <> industry",
    "a county of another city": "SELECT 1 FROM loan WHERE left(county, 4) <> city",
    "a key county that is not listed": (
        "SELECT 1 FROM loan WHERE key_county <> (county IN (SELECT county FROM key_county_list))"
    ),
    "a green loan without its label": (
        "SELECT 1 FROM loan WHERE (use IS NULL) <> (green_catalogue IS NULL) OR (use IS NULL) <> "
        "(green_item IS NULL) "
        "OR (use IS NULL) <> (green_labelled_on IS NULL) OR (use IS NULL) <> (green_evidence IS NULL)"
    ),
    "a label from the future or gone by": (
        "SELECT 1 FROM loan WHERE green_labelled_on > as_of OR green_expires_on < as_of"
    ),
    "a label of another chapter": (
        "SELECT 1 FROM loan WHERE use IS NOT NULL AND green_item[6] <> CASE use WHEN 'energy_saving' THEN"
        " '1' "
        "WHEN 'clean_production' THEN '2' WHEN 'clean_energy' THEN '3' WHEN 'ecology' THEN '4' "
        "WHEN 'infrastructure' THEN '5' ELSE '6' END"
    ),
    "more owed than the line": (
        "SELECT 1 FROM exposure GROUP BY customer_no, as_of, credit_line HAVING sum(balance) > credit_line"
    ),
    "a loan that moved": "SELECT 1 FROM loan GROUP BY loan_no HAVING count(DISTINCT org) > 1",
    "a loan that changed its currency": (
        "SELECT 1 FROM loan GROUP BY loan_no HAVING count(DISTINCT currency) > 1"
    ),
    "an org in one snapshot only": "SELECT 1 FROM loan GROUP BY org HAVING count(DISTINCT as_of) < 2",
    "the general ledger says otherwise": (
        "SELECT 1 FROM (SELECT org, as_of, sum(balance) AS own FROM loan GROUP BY ALL) FULL JOIN "
        "(FROM gl_balance WHERE subject = 'loans') USING (org, as_of) WHERE own IS DISTINCT FROM balance"
    ),
    "a household with too much": (
        "SELECT 1 FROM loan WHERE product LIKE 'poverty%' GROUP BY customer_no, as_of HAVING "
        "sum(principal) > 50000"
    ),
    "a household's loan too long": (
        "SELECT 1 FROM loan WHERE product LIKE 'poverty%' AND (due_on > start_on + INTERVAL 3 YEAR OR "
        "guarantee <> 'credit')"
    ),
    "a discounted loan of another product": "SELECT 1 FROM loan WHERE discounted <> (product = 'discount')",
    "an event of another programme": (
        "SELECT 1 FROM loan_event e JOIN loan l USING (loan_no) WHERE e.programme <> l.programme OR "
        "e.product <> l.product"
    ),
    "an event before its loan": (
        "SELECT 1 FROM loan_event e JOIN loan l USING (loan_no) WHERE happened_on < start_on OR "
        "happened_on > '2024-12-31'"
    ),
    "balances that the events do not explain": (
        "WITH moved AS (SELECT loan_no, sum(amount * CASE kind WHEN 'disbursement' THEN 1 WHEN "
        "'repayment' THEN -1 "
        "WHEN 'write_off' THEN -1 ELSE 0 END) AS net FROM loan_event WHERE happened_on >= '2024-01-01' "
        "GROUP BY ALL), "
        "stood AS (SELECT loan_no, sum(CASE WHEN as_of = '2024-12-31' THEN balance ELSE -balance END) AS "
        "gain FROM loan "
        "GROUP BY ALL) SELECT 1 FROM stood LEFT JOIN moved USING (loan_no) WHERE gain <> coalesce(net, 0)"
    ),
    "a firm lent to as green that is none": (
        "SELECT 1 FROM loan_event e JOIN customer c USING (customer_no) WHERE e.programme = "
        "'green_manufacturing' "
        "AND NOT green_manufacturer"
    ),
    "a list of science and technology without its date": (
        "SELECT 1 FROM customer WHERE (high_tech OR tech_sme OR specialised OR demonstration) <> "
        "(scitech_listed_on IS NOT NULL) OR scitech_listed_on > as_of"
    ),
    "a guarantee of no loan": "SELECT 1 FROM guarantee ANTI JOIN loan USING (loan_no, as_of)",
    "more used than the core firm allows": "SELECT 1 FROM supply_chain_limit WHERE drawn > credit_limit",
    "a linked loan at another rate": (
        "SELECT 1 FROM linked_loan k JOIN loan l USING (loan_no, as_of) WHERE l.rate <> applied_rate OR "
        "l.balance <> k.balance"
    ),
    "a rate out of bounds": "SELECT 1 FROM loan WHERE rate NOT BETWEEN 1.5 AND 8",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_ledgers_are_free_of(ledgers: duckdb.DuckDBPyConnection, fault: str) -> None:
    assert ledgers.execute(FAULTS[fault]).fetchall() == []


def test_startup_loans_are_in_the_eight_cities(ledgers: duckdb.DuckDBPyConnection) -> None:
    cities = ledgers.execute(
        "SELECT DISTINCT city FROM loan WHERE programme = 'startup_guarantee' AND as_of = '2024-12-31' "
        "AND balance > 0"
    ).fetchall()
    assert {city for (city,) in cities} == {"6210", "6229", "6204", "6208", "6203", "6211", "6212", "6201"}


def test_sizes_are_skewed(ledgers: duckdb.DuckDBPyConnection) -> None:
    mean, median, greatest = ledgers.execute(
        "SELECT avg(balance), median(balance), max(balance) FROM loan WHERE purpose = 'fixed' AND balance > 0"
    ).fetchall()[0]
    assert mean > median
    assert greatest > 5 * median


def test_customers_borrow_more_than_once_and_in_more_than_one_org(ledgers: duckdb.DuckDBPyConnection) -> None:
    of = "SELECT 1 FROM loan WHERE as_of = '2024-12-31' GROUP BY customer_no HAVING count(DISTINCT org) > 1"
    assert len(ledgers.execute(of).fetchall()) > 100


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_ones(tmp_path: Path) -> None:
    for name, seed in (("a", 5), ("b", 5), ("c", 6)):
        make_sample("lanzhou", SMALLEST, seed, tmp_path / name)
    assert _hashes(tmp_path / "a") == _hashes(tmp_path / "b")
    assert (
        _hashes(tmp_path / "a")["loan/as_of=2024-12-31/all.parquet"]
        != (_hashes(tmp_path / "c")["loan/as_of=2024-12-31/all.parquet"])
    )


def test_every_file_says_that_it_is_made_up(tmp_path: Path) -> None:
    made = make_sample("lanzhou", SMALLEST, 1, tmp_path / "out")
    files = list((tmp_path / "out").rglob("*.parquet"))
    assert {p.relative_to(tmp_path / "out").parts[0] for p in files} == set(made.rows)
    for path in files:
        marks = pq.read_metadata(path).metadata
        assert marks[b"qingce.synthetic"] == b"true"
    assert (tmp_path / "out" / "org.csv").read_text(encoding="utf-8").startswith("# synthetic: ")


@pytest.fixture(scope="module")
def registry() -> Registry:
    return load_registry(EXAMPLE, None)


def test_columns_codes_and_orgs_are_the_declared_ones(registry: Registry, tmp_path: Path) -> None:
    make_sample("lanzhou", SMALLEST, 1, tmp_path / "out")
    tree = (EXAMPLE / "records" / "org.csv").read_text(encoding="utf-8")
    orgs = {line.split(",")[0] for line in tree.splitlines()[2:]}
    for folder in (p for p in (tmp_path / "out").iterdir() if p.is_dir()):
        table = pq.read_table(sorted(folder.rglob("*.parquet")), partitioning=None)
        declared = registry.datasets[folder.name].columns
        assert set(table.column_names) == set(declared), folder.name
        for name, column in declared.items():
            found = set(table[name].unique().to_pylist()) if column.of or column.type == "org" else set()
            if not column.optional:
                assert table[name].null_count == 0, (folder.name, name)
            if column.type == "org":
                assert found <= orgs
            elif column.of:
                allowed = {v.code for v in registry.codes[column.of].values}
                assert found - {None} <= allowed, (folder.name, name)


def test_too_small_a_ledger_is_refused_with_the_least(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=f"至少 {SMALLEST:,} 行，不能是 {SMALLEST - 1:,} 行"):
        make_sample("lanzhou", SMALLEST - 1, 1, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_unknown_bank_and_a_full_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="没有名为“lanzhuo”的样本"):
        make_sample("lanzhuo", 60_000, 1, tmp_path / "out")
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(ProjectError, match="不是空文件夹"):
        make_sample("lanzhou", 60_000, 1, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_a_run_that_is_broken_off_leaves_no_ledgers(tmp_path: Path) -> None:
    def stop(step: str) -> None:
        if "B09" in step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_sample("lanzhou", SMALLEST, 1, tmp_path / "out", progress=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_no_segment_is_in_two_groups_that_do_not_exist() -> None:
    assert {s.group for s in BOOK.segments.values()} == set(BOOK.groups)
    assert {s.flow for s in BOOK.segments.values()} - {""} == set(BOOK.flows)


@pytest.mark.parametrize("seed", range(20))
def test_a_split_keeps_its_total_and_its_bounds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 3000))
    least = int(rng.integers(0, 50))
    most = least + int(rng.integers(1, 10**9))
    total = least * count + int(rng.random() * (most - least) * count)
    parts = split(total, skewed(rng, count, 2.0), least=least, most=most)
    assert parts.sum() == total
    assert parts.min() >= least
    assert parts.max() <= most


def test_a_split_that_cannot_be_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not go into"):
        split(100, np.array([1, 1]), most=49)
