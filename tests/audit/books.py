"""Made-up books of a bank, consistent to the last digit, printed as reports print them and torn as PDFs tear them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Cells = list[list[str]]

_HANT = str.maketrans(
    "项贷额资产负债总计发汇损减备营业务类占与年较长户亿"
    "万员经济实现报内客点个关级变动净价权转销回门对应结务",
    "項貸額資產負債總計發匯損減備營業務類佔與年較長戶億"
    "萬員經濟實現報內客點個關級變動淨價權轉銷回門對應結務",
)
_NAMES = {
    "hans": ("现金及存放中央银行款项", "存放同业款项", "拆出资金", "发放贷款和垫款", "金融投资", "固定资产", "其他资产",
             "资产总计", "制造业", "批发和零售业", "建筑业", "房地产业", "租赁和商务服务业", "农、林、牧、渔业", "合计",
             "年初余额", "本年计提", "本年转回", "本年核销", "年末余额", "公司贷款", "个人贷款", "票据贴现", "信用卡"),
    "en": ("Cash and balances with the central bank", "Deposits with banks", "Placements", "Loans and advances",
           "Financial investments", "Fixed assets", "Other assets", "Total assets", "Manufacturing",
           "Wholesale and retail", "Construction", "Real estate", "Leasing", "Agriculture", "Total",
           "At 1 January", "Charge for the year", "Reversal", "Write-offs", "At 31 December", "Corporate loans",
           "Retail loans", "Discounted bills", "Credit cards"),
}
_NAMES["hant"] = tuple(name.translate(_HANT) for name in _NAMES["hans"])


@dataclass(frozen=True)
class Table:
    """A heading, the rows as printed (label first), and which cells an error in which must be found."""

    head: str
    rows: Cells
    judged: tuple[tuple[int, int], ...]


def money(value: int) -> str:
    """Millions with separators; what is negative stands in parentheses, nil is a dash."""
    return f"({-value:,})" if value < 0 else f"{value:,}" if value else "-"


def percent(value: Decimal | float, places: int = 2) -> str:
    text = f"{abs(value):.{places}f}"
    return f"({text})" if value < 0 and float(text) else text


def growth(now: int, before: int) -> str:
    return percent((Decimal(now) / before - 1) * 100)


class Books:
    """One bank's books, by a seed."""

    def __init__(self, seed: int, script: str) -> None:
        self.chance = random.Random(seed)
        self.script = script
        self.names = _NAMES[script]

    def heading(self, hans: str, en: str) -> str:
        return en if self.script == "en" else hans.translate(_HANT) if self.script == "hant" else hans

    def balance(self) -> Table:
        """Items of two years with change and growth, and their total."""
        now = [self.chance.randint(11_000, 990_000) for _ in range(7)]
        before = [int(n * self.chance.uniform(0.7, 1.3)) for n in now]
        pairs = [*zip(now, before, strict=True), (sum(now), sum(before))]
        rows = [[name, money(a), money(b), money(a - b), growth(a, b)]
                for name, (a, b) in zip(self.names[:8], pairs, strict=True)]
        head = self.heading("单位：人民币百万元\n项目 2024年 2023年 增减额 增减幅（%）",
                            "RMB million\nItem 2024 2023 Change Change (%)")
        return Table(head, rows, tuple((r, c) for r in range(8) for c in (1, 2, 3)))

    def industries(self) -> Table:
        """Loans by industry with their shares, two dates side by side."""
        columns = []
        for _ in range(2):
            amounts = [self.chance.randint(10_000, 99_000) for _ in range(6)]
            total = sum(amounts)
            columns.append(([money(a) for a in amounts] + [money(total)],
                            [percent(Decimal(a) / total * 100) for a in amounts] + ["100.00"]))
        (a, p), (b, q) = columns
        rows = [[name, a[n], p[n], b[n], q[n]] for n, name in enumerate(self.names[8:15])]
        head = self.heading("2024年末 2023年末\n行业 金额 占比（%） 金额 占比（%）",
                            "2024 2023\nIndustry Amount % Amount %")
        return Table(head, rows, tuple((r, c) for r in range(6) for c in (1, 2, 3, 4)))

    def stages(self) -> Table:
        """Loans by stage with cross totals both ways."""
        grid = [[self.chance.randint(5_000, 90_000) for _ in range(3)] for _ in range(4)]
        rows = [[name, *map(money, row), money(sum(row))] for name, row in zip(self.names[20:24], grid, strict=True)]
        sums = [sum(column) for column in zip(*grid, strict=True)]
        rows.append([self.names[14], *map(money, sums), money(sum(sums))])
        head = self.heading("阶段一 阶段二 阶段三 合计", "Stage 1 Stage 2 Stage 3 Total")
        return Table(head, rows, tuple((r, c) for r in range(5) for c in (1, 2, 3, 4)))

    def allowance(self) -> Table:
        """Opening balance, charge, reversal, write-offs and closing balance, two years."""
        columns = []
        for _ in range(3):
            moves = [self.chance.randint(11_000, 40_000), self.chance.randint(1_000, 9_000),
                     -self.chance.randint(100, 900), -self.chance.randint(1_000, 5_000)]
            columns.append([*map(money, moves), money(sum(moves))])
        rows = [[name, *cells] for name, cells in zip(self.names[15:20], zip(*columns, strict=True), strict=True)]
        head = self.heading("阶段一 阶段二 阶段三", "Stage 1 Stage 2 Stage 3")
        return Table(head, rows, tuple((r, c) for r in range(5) for c in (1, 2, 3)))

    def tables(self) -> list[Table]:
        return [self.balance(), self.industries(), self.stages(), self.allowance()]

    def prose(self) -> str:
        """Sentences that hold together, with shares, growth and thresholds."""
        end, change = self.chance.randint(20_000, 90_000), self.chance.randint(1_000, 9_000)
        parts = [self.chance.randint(1_000, 4_000) for _ in range(3)]
        whole = sum(parts)
        a, b, c = (f"{p / 100:.2f}" for p in parts)
        rate = f"{Decimal(change) / (end - change) * 100:.2f}"
        if self.script == "en":
            return (f"At the end of 2024, total loans amounted to RMB{end / 100:.2f} billion, an increase of "
                    f"RMB{change / 100:.2f} billion or {rate}% from the end of the previous year. Green lending of "
                    f"RMB{whole / 100:.2f} billion comprised RMB{a} billion for energy, RMB{b} billion for transport "
                    f"and RMB{c} billion for buildings. The Bank held 26 meetings and 108 training sessions.")
        text = (f"2024年末，本行贷款总额{end / 100:.2f}亿元，较年初增长{change / 100:.2f}亿元，增幅{rate}%。"
                f"绿色贷款合计{whole / 100:.2f}亿元，由清洁能源{a}亿元、绿色交通{b}亿元、绿色建筑{c}亿元构成。"
                "报告期内，本行召开董事会会议26次，开展培训108场，服务客户108户。")
        return text.translate(_HANT) if self.script == "hant" else text


def lined(table: Table) -> str:
    """Row by row, as a good reader sees it."""
    return "\n".join([table.head, *(" ".join(row) for row in table.rows)])


def columned(table: Table) -> str:
    """Labels first, then column below column."""
    return "\n".join([table.head, *(cell for column in zip(*table.rows, strict=True) for cell in column)])


def zebra(table: Table) -> str:
    """Every second row first, as shaded rows come out of some files."""
    rows = [" ".join(row) for row in table.rows]
    return "\n".join([table.head, *rows[::2], *rows[1::2]])


def glued(table: Table, chance: random.Random) -> str:
    """Some cells without the blank before them."""
    rows = []
    for row in table.rows:
        text = row[0]
        for n, cell in enumerate(row[1:]):
            text += ("" if n and chance.random() < 0.3 else " ") + cell
        rows.append(text)
    return "\n".join([table.head, *rows])


def unlabelled(table: Table) -> str:
    """The numbers row by row, the labels all behind them."""
    return "\n".join([table.head, *(" ".join(row[1:]) for row in table.rows), *(row[0] for row in table.rows)])


def quarters(books: Books) -> str:
    """Four quarters in columns: nothing that could be added up wrongly."""
    names = [books.heading(a, b) for a, b in (
        ("营业收入", "Operating income"), ("归属于股东的净利润", "Net profit"),
        ("扣除非经常性损益后的净利润", "Core net profit"), ("经营活动产生的现金流量净额", "Net operating cash flow"))]
    rows = [[n, *(money(books.chance.randint(-9_000, 30_000)) for _ in range(4))] for n in names]
    head = books.heading("第一季度 第二季度 第三季度 第四季度", "Q1 Q2 Q3 Q4")
    return "\n".join([head, *(" ".join(r) for r in rows)])


def ratios(books: Books) -> str:
    """Ratios of three years, with the change in points behind the first two."""
    names = [books.heading(a, b) for a, b in (
        ("不良贷款率", "NPL ratio"), ("拨备覆盖率", "Coverage ratio"), ("资本充足率", "Capital adequacy ratio"),
        ("净息差", "Net interest margin"), ("成本收入比", "Cost-income ratio"))]
    rows = []
    for name in names:
        a, b, c = (Decimal(books.chance.randint(100, 25_000)) / 100 for _ in range(3))
        rows.append(f"{name}（%）(1) {a} {b} {percent(a - b)} {c}")
    return "\n".join([books.heading("指标 2024年 2023年 变动 2022年", "Ratio 2024 2023 Change 2022"), *rows])


def report(seed: int, script: str, tear: Sequence[str] = ()) -> str:
    """A chapter of a report: tables between prose, each torn in one of the named ways."""
    books = Books(seed, script)
    ways = {"lined": lined, "columned": columned, "zebra": zebra, "unlabelled": unlabelled,
            "glued": lambda table: glued(table, books.chance)}
    parts = []
    for table in books.tables():
        said = books.heading("下表列示了构成情况。", "The table shows the breakdown.") if parts else books.prose()
        parts += [said, ways[books.chance.choice(list(tear) or ["lined"])](table)]
    return "\n\n".join([*parts, quarters(books), ratios(books)])
