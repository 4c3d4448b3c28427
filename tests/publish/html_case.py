"""A small report for the tests of the web edition; its bank and figures are made up."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from qingce.core.page import (
    Box,
    Bullets,
    Chart,
    Document,
    Form,
    Heading,
    Index,
    IndexRow,
    Kpi,
    Kpis,
    Line,
    Number,
    Page,
    Paragraph,
    Question,
    Said,
    Table,
    Text,
)
from qingce.publish.chart import Datum, Words, bar, column, donut, line, panels
from qingce.publish.html import (
    Download,
    FactorCard,
    FigureCard,
    FileCard,
    MetricCard,
    OperandCard,
    Site,
    StandardCard,
    render_html,
)

LOANS, BEFORE = "green_loan_balance/QCB/2024", "green_loan_balance/QCB/2023"
POWER, TONNES = "electricity/QCB/2024", "scope2_electricity/QCB/2024"
SQL = "SELECT SUM(balance) FROM loan WHERE green IS NOT NULL AND balance < 1e9"
HASH = "9f" * 32
HOSTILE = """<script>alert("x")</script>" onmouseover="alert(1) </script><!--"""
DATA = {
    "节能环保产业": ("5.20", "6.10"),
    "清洁能源产业": ("48.17", "33.90"),
    "基础设施绿色升级产业": ("86.90", "77.20"),
}


def number(
    text: str, key: str = LOANS, *others: str, raw: str = "15218000000.00", label: str = "绿色贷款余额"
) -> Number:
    """A bound number."""
    metric = key.split("/", 1)[0]
    return Number(text, (key, *others), metric, metric, label, raw)


def para(*parts: str | Number | Text | Said) -> Paragraph:
    """A paragraph of words and numbers."""
    return Paragraph(tuple(Text(part) if isinstance(part, str) else part for part in parts))


def figure(
    key: str, text: str, value: str, unit: str, *, origin: str = "computed", period: str = "2024 年"
) -> FigureCard:
    """A card without operands or factors."""
    metric = key.split("/", 1)[0]
    labels = {"green_loan_balance": "绿色贷款余额", "electricity": "用电量"}
    return FigureCard(
        key,
        metric,
        labels[metric],
        text,
        value,
        unit,
        "青册银行（全行）",
        period,
        "第 1 版",
        origin,
        "期末已标注绿色用途的各项贷款余额合计。",
        "贷款余额 合计（其中 绿色用途 已填）",
        sql=SQL,
        rows_sql="SELECT * FROM loan",
        files=(FileCard("records/loan.csv", HASH, "1,284", True),),
    )


def figures() -> dict[str, FigureCard]:
    """All cards, a derived one among them."""
    tonnes = FigureCard(
        TONNES,
        "scope2_electricity",
        "外购电力排放",
        "4,262.21 吨CO2",
        "4262.21",
        "吨CO2",
        "青册银行（全行）",
        "2024 年",
        "第 2 版",
        "derived",
        "外购电量与电网平均排放因子之积。",
        "用电量 × 电网平均排放因子",
        reason="更正一处抄表",
        factors=(
            FactorCard(
                "电网平均排放因子",
                "0.5857",
                "kgCO2/kWh",
                "生态环境部公告",
                "verified",
                "2022",
                "西北",
                "2022",
            ),
            FactorCard("汽油密度", "0.73", "kg/L", "项目设定", "unconfirmed"),
        ),
        operands=(
            OperandCard(POWER, "用电量", "7,277,121.39 千瓦时"),
            OperandCard("gone/QCB/2024", "无卡数值", "1 件"),
        ),
    )
    return {
        LOANS: figure(LOANS, "152.18 亿元", "15218000000.00", "元"),
        BEFORE: figure(BEFORE, "127.66 亿元", "12766000000.00", "元", period="2023 年"),
        POWER: figure(POWER, "7,277,121.39 千瓦时", "7277121.39", "千瓦时", origin="filed"),
        TONNES: tonnes,
    }


def metrics() -> dict[str, MetricCard]:
    """The cards of the three metrics."""
    loans = MetricCard(
        "green_loan_balance",
        "绿色贷款余额",
        "期末已标注绿色用途的各项贷款余额合计。",
        "亿元",
        "期末",
        "公司金融部",
        "绿色金融",
        "贷款余额 合计",
        (StandardCard("GRI 2021", "201-1", "直接产生和分配的经济价值"),),
    )
    power = MetricCard(
        "electricity", "用电量", "报告期内各电表用量合计。", "千瓦时", "期间", "办公室", "运营"
    )
    tonnes = MetricCard(
        "scope2_electricity",
        "外购电力排放",
        "外购电量与电网平均排放因子之积。",
        "吨CO2",
        "期间",
        pack="运营",
        needs=("electricity", "grid"),
    )
    return {card.name: card for card in (loans, power, tonnes)}


def charts(prefix: str) -> tuple[Chart, ...]:
    """One chart of each kind."""
    two = [
        Datum(name, year, Decimal(value), f"{value} 亿元", "亿元", number(f"{value} 亿元", raw=value))
        for name, values in DATA.items()
        for year, value in zip(("2024 年末", "2023 年末"), values, strict=True)
    ]
    one = [Datum(d.label, "", d.value, d.text, d.unit) for d in two if d.series == "2024 年末"]
    ages = [
        Datum(age, year, Decimal(n), f"{n:,} 人次", "人次")
        for age, ns in {
            "18 岁以下": (120500, 98200),
            "18—60 岁": (482300, 401700),
            "60 岁以上": (93100, 87600),
        }.items()
        for year, n in zip(("2023", "2024"), ns, strict=True)
    ]
    use = [
        Datum(name, year, Decimal(value), f"{value} {unit}", unit)
        for name, unit, values in (
            ("用电量", "千瓦时", ("7388.12", "7277.20")),
            ("用水量", "立方米", ("520", "490")),
        )
        for year, value in zip(("2023", "2024"), values, strict=True)
    ]
    course = [
        Datum(year, "", Decimal(v), f"{v} 亿元")
        for year, v in (("2022", "98"), ("2023", "128"), ("2024", "152"))
    ]
    return (
        bar(two, Words(f"{prefix}-bar", "绿色贷款余额（按用途）")),
        donut(one, Words(f"{prefix}-donut", "绿色贷款构成", centre="140.27 亿元")),
        column(ages, Words(f"{prefix}-column", "宣教受众年龄")),
        panels(use, Words(f"{prefix}-panels", "总行能耗")),
        line(course, Words(f"{prefix}-line", "绿色贷款余额走势")),
    )


def table() -> Table:
    """Loans by use, with a sum."""
    head: tuple[Line, ...] = ((Text("用途"),), (Text("2024 年末（亿元）"),), (Text("说明"),))
    rows = tuple(
        ((Text(name),), (number(values[0], raw=values[0]),), (Text("按目录分类"),))
        for name, values in DATA.items()
    )
    total = ((Text("合计"),), (number("152.18"),), (Text("含其他用途"),))
    return Table(
        head,
        (*rows, total),
        ("left", "right", "left"),
        "绿色贷款余额明细",
        "各项之和与合计之差由四舍五入造成。",
        True,
    )


def form() -> Form:
    """Six questions and room for words."""
    asked = (
        "信息是否充分",
        "是否全面反映表现",
        "是否回应期望",
        "数据是否可信",
        "文字是否易懂",
        "版式是否清楚",
    )
    questions = tuple(
        Question(f"q{n}", f"{n}. {text}？", ("是", "一般", "否")) for n, text in enumerate(asked, 1)
    )
    return Form("feedback", "读者反馈", (*questions, Question("more", "其他意见")), ("电话：0000-0000000",))


def document() -> Document:
    """Front matter, three parts, an index and a form."""
    growth = number("增长 19.21%", LOANS, BEFORE, raw="19.21", label="绿色贷款余额 较上期增速")
    kpis = Kpis(
        (
            Kpi("绿色贷款余额", (number("152.18 亿元"),), (Text("较年初"), growth)),
            Kpi("外购电力排放", (number("4,262.21 吨CO2", TONNES, raw="4262.21", label="外购电力排放"),)),
        )
    )
    words = para(
        "年末绿色贷款余额 ",
        number("152.18 亿元"),
        "，较年初",
        growth,
        "；网点 ",
        Said("41 个", "年报第 12 页"),
        "。",
    )
    loans = Page(
        "green-loans",
        "聚焦重点领域，精耕绿色金融",
        (
            words,
            kpis,
            Heading(2, (Text("用途与结构"),), "use"),
            table(),
            *charts("green"),
            Bullets(((para("准入"),), (para("考核"), Bullets(((para("按季"),),))))),
            Box("case", "案例：风光储一体化", (para("累计投放 ", number("152.18 亿元"), "。"),)),
        ),
        "环境篇",
        "践行绿色金融",
        "1",
    )
    people = Page(
        "people",
        "注重员工成长",
        (para("参见", Text("绿色金融", href="green-loans#use"), "。"),),
        "社会篇",
        "",
        "1",
    )
    board = Page("board", "优化治理结构", (para("董事会十三位董事。"),), "治理篇", "", "1")
    rows = (
        IndexRow(
            "201-1",
            "直接产生和分配的经济价值",
            "GRI 201：经济绩效 2016",
            ("green-loans",),
            ("green_loan_balance",),
        ),
        IndexRow("303-3", "取水", "GRI 303：水资源与污水 2018", (), (), "不适用：均为市政供水"),
    )
    gri = Page("gri", "GRI 内容索引", (Index("gri_2021", "GRI 内容索引", "参照 GRI 标准编制。", rows),))
    feedback = Page("feedback", "读者反馈", (para("请就六个问题给出评价。"), form()))
    pages = (
        Page("about", "关于本报告", (para("本报告覆盖总行及分支机构。"),)),
        loans,
        people,
        board,
        gri,
        feedback,
    )
    return Document("2024 年环境、社会及治理报告", "ESG Report", "青册银行", "2024", "zh-CN", pages)


def site() -> Site:
    """The whole case."""
    downloads = (Download("报告（PDF）", "../report.pdf", "6.2 MB"),)
    return Site(document(), figures(), metrics(), {"green-loans": 12}, downloads)


def written(out: Path) -> Path:
    """The case as a folder, with a plain picture for each chart."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20"><path d="M0 20h60"/></svg>'
    render_html(site(), out, still=lambda chart: svg)
    return out
