"""A made-up report with every kind of block, for the tests of the formats."""

from __future__ import annotations

from qingce.core.page import (
    Box,
    Break,
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

WORDS = (
    "本行把绿色发展写入中长期规划，由董事会审议年度目标，由高级管理层分解到部门与分支机构，"
    "并按季度回看执行情况。对公业务以《绿色金融支持项目目录》为口径识别项目，"
    "零售业务以“低碳积分”引导客户减少纸质凭证，两条线的数据在同一本台账内归集（截至 2024 年末）。"
)


def number(text: str, metric: str = "green_loan_balance", *, strong: bool = False) -> Number:
    return Number(text, (f"ORG/2024/{metric}",), metric, metric, "绿色贷款余额", "1", strong)


def said(*words: str | Number) -> Line:
    return tuple(Text(w) if isinstance(w, str) else w for w in words)


USES = ("节能环保产业", "清洁生产产业", "清洁能源产业", "生态环境产业", "基础设施绿色升级", "绿色服务")


def loans(rows: int = 6) -> Table:
    body = [
        said(
            USES[i % 6],
            number(f"{12 + i * 7}.{i}5"),
            number(f"{10 + i * 6}.10"),
            number("-2.05" if i == 1 else "3.20"),
            number("" if i == 3 else "19.21%"),
        )
        for i in range(rows)
    ]
    cells = tuple(tuple((cell,) for cell in row) for row in body)
    total = tuple(said(cell) for cell in ("合计", "1,152.18", "127.66", "24.52", "19.21%"))
    header = tuple(said(h) for h in ("用途", "2024 年末", "2023 年末", "增减", "增速"))
    return Table(
        header,
        (*cells, total),
        ("left", *("right",) * 4),
        "绿色贷款按用途分布（单位：亿元）",
        "合计与分项之和的差异由四舍五入造成。",
        total=True,
        id="loans",
    )


def risks() -> Table:
    header = tuple(said(h) for h in ("风险类别", "主要表现", "影响期限", "应对措施"))
    rows = tuple(
        tuple(
            said(c)
            for c in (
                kind,
                "高排放行业客户在政策收紧时现金流承压，抵押物价值下降，" * 2,
                term,
                "对新增授信开展环境尽职调查；对存量客户逐户制定转型计划；把评估结果嵌入定价与限额。",
            )
        )
        for kind, term in (("转型风险", "中期"), ("物理风险", "长期"), ("声誉风险", "短期"))
    )
    return Table(header, rows, ("left",) * 4, "环境与气候风险识别及应对")


def chart(name: str = "chart") -> Chart:
    values = [
        {"use": use, "year": year, "value": 12 + 7 * i + 3 * j}
        for i, use in enumerate(USES)
        for j, year in enumerate(("2023 年末", "2024 年末"))
    ]
    spec = {
        "data": {"values": values},
        "mark": "bar",
        "width": "container",
        "height": 220,
        "encoding": {
            "y": {"field": "use", "type": "nominal", "sort": None, "title": None},
            "x": {"field": "value", "type": "quantitative", "title": "亿元"},
            "yOffset": {"field": "year"},
            "color": {"field": "year", "title": None, "legend": {"orient": "top"}},
        },
    }
    return Chart(name, spec, "六类用途中基础设施绿色升级余额最高。", "绿色贷款余额按用途", loans())


def headlines(count: int) -> Kpis:
    some = (
        ("绿色贷款余额", "152.18 亿元", "较年初增长 19.21%"),
        ("资产总额", "4,862.85 亿元", "同比增长 7.25%"),
        ("公益捐赠", "突破 300.00 万元", "连续三年增长"),
        ("员工总数", "4,280 人", "女性占 52.15%"),
    )
    return Kpis(tuple(Kpi(label, (number(value),), said(note)) for label, value, note in (some * 2)[:count]))


def chapter(
    slug: str, title: str, no: str = "", part: str = "", *, part_title: str = "", paragraphs: int = 5
) -> Page:
    blocks = (
        Paragraph(said(WORDS, "年末绿色贷款余额 ", number("152.18 亿元"), "，增速 ", number("19.21%"), "。")),
        headlines(4),
        Heading(2, said("目标与治理"), f"{slug}-1"),
        *(Paragraph(said(WORDS)) for _ in range(paragraphs)),
        loans(),
        Heading(3, said("识别与计量"), f"{slug}-2"),
        Paragraph(
            (
                Text("三项原则：", strong=True),
                Text("分得清、算得准、", em=True),
                Said("查得到 41 个", "年报"),
                Break(),
                Text("见网站", href="https://example.org/"),
            )
        ),
        Bullets(((Paragraph(said(WORDS[:60])),), (Paragraph(said("第二项，更短。")),))),
        chart(f"{slug}-chart"),
        Box("case", "案例：一座水电站的改造", (Paragraph(said(WORDS)), headlines(3))),
        Paragraph(said(WORDS)),
        risks(),
        Box("note", "口径", (Paragraph(said("余额为期末数，不含已核销部分。")),)),
        Bullets(((Paragraph(said("第一步")),), (Paragraph(said("第二步")),)), ordered=True),
    )
    return Page(slug, title, blocks, part, part_title, no, f"pages/{slug}.md")


def index() -> Index:
    rows = [
        IndexRow(f"2-{i}", f"组织概况第 {i} 项披露内容", "GRI 2：一般披露 2021", ("letter",), ())
        for i in range(1, 25)
    ]
    rows += [
        IndexRow("302-1", "组织内部的能源消耗量", "GRI 302：能源 2016", ("green",), ()),
        IndexRow("305-2", "能源间接（范围二）温室气体排放", "GRI 305：排放 2016", ("carbon", "nowhere"), ()),
        IndexRow("306-1", "以指标作答", "GRI 306：废弃物 2020", (), ("ORG/2024/green_loan_balance",)),
        IndexRow("401-1", "新进员工", "GRI 401：雇佣 2016", (), (), "不适用：本行无此类业务"),
    ]
    return Index(
        "gri_2021",
        "GRI 内容索引",
        "本行依据 GRI 标准报告了 2024 年 1 月 1 日至 12 月 31 日的信息。",
        tuple(rows),
    )


def form() -> Form:
    return Form(
        "feedback",
        "读者意见反馈",
        (
            Question("q1", "您对本报告的总体评价是？", ("很好", "较好", "一般", "较差")),
            Question("q2", "您最关注哪些议题？"),
        ),
        ("地址：某市某路 1 号", "电话：000-0000000"),
    )


def report(sections: int = 2) -> Document:
    pages = [chapter("letter", "董事长致辞", paragraphs=2)]
    for part, about in (
        ("环境篇", "践行绿色金融，厚植生态底色"),
        ("社会篇", "心系民生福祉，共绘幸福蓝图"),
        ("治理篇", "持续优化治理，筑牢发展根基"),
    ):
        for i in range(sections):
            slug = {("环境篇", 0): "green", ("环境篇", 1): "carbon"}.get((part, i), f"{part}{i}")
            pages.append(
                chapter(
                    slug,
                    ("聚焦重点领域，精耕绿色金融", "推进绿色运营，践行低碳理念")[i % 2],
                    str(i + 1),
                    part,
                    part_title=about if i == 0 else "",
                )
            )
    pages += [Page("gri", "内容索引", (index(),)), Page("feedback", "读者反馈", (form(),))]
    return Document(
        "示例银行股份有限公司 2024 年环境、社会及治理报告",
        "Environmental, Social and Governance Report",
        "示例银行股份有限公司",
        "2024",
        "zh",
        tuple(pages),
    )
