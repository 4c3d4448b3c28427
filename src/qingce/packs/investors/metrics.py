"""Disclosure, ranks among listed city commercial banks, dividends."""

from qingce.core.metric import FLOW, RATE, STOCK, filed, metric

# 信息披露


@metric("信息披露文件", unit="份", kind=FLOW, by=("kind",))
def disclosure_documents(disclosure_document):
    """报告期内披露或报备的文件份数，按信息披露公告、报备文件、投资者关系活动记录表分列。"""
    return disclosure_document.count()


peer_city_banks = filed(
    "可比 A 股城商行", unit="家", kind=STOCK, doc="参与排名的 A 股上市城市商业银行家数，含本行。",
)
disclosure_rank = filed("信息披露公告数排名", unit="名次", kind=FLOW, doc="在可比 A 股城商行中的名次。")
relations_record_rank = filed(
    "投资者关系活动记录表排名", unit="名次", kind=FLOW, doc="在可比 A 股城商行中的名次。",
)

# 投资者沟通
media_partners = filed(
    "合作主流媒体", unit="家", kind=STOCK, doc="期末与本行建立合作关系的主流媒体家数，不含财经信息平台。",
)
investor_answers = filed(
    "回复投资者问答", unit="条", kind=FLOW, doc="报告期内在深交所“互动易”平台回复的投资者问答条数。",
)
investor_answer_rank = filed("回复投资者问答排名", unit="名次", kind=FLOW, doc="在可比 A 股城商行中的名次。")
stock_turnover = filed(
    "股票累计成交金额", unit="元", shown="亿元", places=0, kind=FLOW, doc="报告期内本行股票累计成交金额。",
)

# 股东回报
dividend_shareholders = filed(
    "现金分红股东", unit="户", shown="万户", places=1, kind=FLOW,
    doc="报告期内获派上一年度现金股利的股东户数。",
)
annual_cash_dividend = filed(
    "派发上年度现金股利", unit="元", shown="亿元", kind=FLOW, doc="报告期内派发的上一年度现金股利。",
)
dividend_payout_ratio = filed(
    "上年度现金股利占归母净利润比例", unit="%", kind=RATE,
    doc="报告期内派发的上一年度现金股利 ÷ 上一年度归母净利润，按填报数。",
)
dividend_share_lot = filed("派现计算股数", unit="股", kind=STOCK, doc="权益分派方案以每多少股计算派现金额。")
interim_dividend_per_lot = filed(
    "半年度每 10 股派发现金红利", unit="元", kind=FLOW,
    doc="半年度权益分派方案中每 10 股派发的现金红利，含税。",
)
dividend_years_counted = filed("累计分红统计年数", unit="年", kind=STOCK, doc="累计分红金额所统计的年数。")
