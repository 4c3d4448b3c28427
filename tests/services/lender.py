"""A small lender as a project on disk: one pack, two ledgers, a page and a form of its own."""

from __future__ import annotations

from pathlib import Path

from qingce.services.project import Project

TOML = """
[project]
name = "lender"
packs = []
[report]
title = "样例报告"
organisation = "样例银行"
org = "ZB"
period = "{period}"
"""
RECORDS = '''
"""Loans and their purposes."""
from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Rate, Text, Whole, dataset

@dataset(label="放款台账", owner="信贷部", grain=("loan_no", "as_of"))
class credit:
    """每笔放款每个年末一行。"""
    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("机构")
    client = Text("客户号")
    use = Code("用途", of="use", optional=True)
    lent = Money("余额", low="0")
    rate = Rate("利率", optional=True)
    months = Whole("期限", unit="月", optional=True)
    online = Flag("线上")
    remark = Text("备注", optional=True)
'''
METRICS = '''
"""What was lent."""
from qingce.core.metric import STOCK, filed, metric

@metric("余额", unit="元", shown="万元", kind=STOCK, by=("use",))
def lent_balance(credit):
    """期末余额合计。"""
    return credit.lent.sum()

@metric("线上客户数", unit="户", kind=STOCK)
def online_clients(credit):
    """期末有线上放款的客户数，去重。"""
    return credit.client.nunique(where=credit.online)

@metric("余额与利率乘积", unit="元", kind=STOCK)
def rate_mass(credit):
    """余额 × 利率合计。"""
    return (credit.lent * credit.rate).sum()

@metric("平均利率", unit="%")
def mean_rate(rate_mass, lent_balance):
    """以余额为权数。"""
    return rate_mass / lent_balance / 100

book_total = filed("全部余额", unit="元", shown="万元", kind=STOCK, owner="财务部")

@metric("占比", unit="%")
def lent_share(lent_balance, book_total):
    """余额 ÷ 全部余额。"""
    return lent_balance / book_total
'''
CODES = """
use:
  label: 用途
  values: [{code: farm, label: 种植}, {code: shop, label: "=经营,零售"}]
"""
FORM = """
name: small
title: 小表
basis: 样例制度
columns: [{name: end, label: 期末}, {name: begin, label: 年初, step: prior},
          {name: up, label: 增减, step: change}, {name: pace, label: 增速, step: growth}]
rows:
  - {code: "1", label: 放款, heading: true}
  - {code: "1.1", label: 余额, unit: 元, metric: lent_balance, parts: [1.1.a, 1.1.b], source: 制度,
     trust: verified}
  - {code: 1.1.a, label: 种植, unit: 元, metric: lent_balance.at(use="farm"), source: 制度, trust: verified}
  - {code: 1.1.b, label: 经营, unit: 元, metric: lent_balance.at(use="shop"), source: 制度,
     trust: unconfirmed}
  - {code: "1.2", label: 不良, unit: 元, gap: 没有指标, source: 制度, trust: unconfirmed}
  - {code: "1.3", label: 占比, unit: "%", metric: lent_share, fill: [end], source: 制度, trust: verified}
  - {code: "2", label: 新口径, unit: 元, gap: 没有指标, since: 2025-01-01, source: 新制度,
     trust: unconfirmed}
"""
HEAD = "借据号,数据日期,机构,客户号,用途,余额,利率,期限,线上,备注\n"
CREDIT = (
    HEAD
    + """L1,2024-12-31,A1,05040,farm,1000000.10,4.35,12,是,=HYPERLINK("http://x")
L2,2024-12-31,A1,05040,shop,250000.05,3.85,36,是,+86 931
L3,2024-12-31,A2,C2,shop,250000.05,,24,否,
L4,2023-12-31,A2,C2,farm,900000.00,4.00,,否,@甲
"""
)
ORG = """code,name,level,parent,valid_from,valid_to
ZB,样例银行,法人,,,
A1,一支行,支行,ZB,,
A2,二支行,支行,ZB,,
"""
FILED = """metric,org,period,dims,value,unit,qualifier,answer,reason,source
book_total,ZB,2024,,6000000.80,元,exact,value,,年报
"""
PAGE = """---
title: 放款
slug: lending
number: "1"
---
2024 年末余额 {{ lent_balance }}，较年初{{ lent_balance.change.trend }}，占全部余额 {{ lent_share }}。

{{ table("lent_balance", by="use", columns="value,prior", total=true, caption="按用途") }}
"""
EXPECTED = """fact,line,metric_zh,scope,binding,printed,qualifier,dup_of,status,note
F1,7,余额,全行,lent_balance,{balance},exact,,tie,
"""


def make(folder: Path, *, period: str = "2024", balance: str = "150.00万元", **files: str) -> Path:
    """Write the project; ``files`` replace or add files by path with ``__`` for ``/``."""
    written = {
        "qingce.toml": TOML.format(period=period),
        "packs/lender/__init__.py": '"""Lender. 放款。"""\nLABEL = "放款"\n',
        "packs/lender/records.py": RECORDS,
        "packs/lender/metrics.py": METRICS,
        "packs/lender/codes/use.yaml": CODES,
        "standards/forms/small.yaml": FORM,
        "records/credit.csv": CREDIT,
        "records/org.csv": ORG,
        "records/filed/book.csv": FILED,
        "pages/01-lending.md": PAGE,
        "expected.csv": EXPECTED.format(balance=balance),
    } | {name.replace("__", "/"): text for name, text in files.items()}
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def opened(folder: Path, **more: str) -> Project:
    """The project, written and opened."""
    return Project(make(folder, **more))
