"""Every way in which a ledger can be wrong, each a rule with the rows that break it.

Unreadable cells, unknown orgs, unknown codes and duplicate keys are refused at intake already; rules on
keys stand here as well because ledgers that lie under a URL are read in place.
"""

from qingce.core.check import ERROR, WARNING, check


# 主键
@check(severity=ERROR)
def loan_keys_are_unique(loan):
    """同一借据号在同一数据日期只有一行。"""
    keys = loan.group_by("loan_no", "as_of").aggregate(copies=loan.count())
    return keys.filter(keys.copies > 1)


@check(severity=ERROR)
def customer_keys_are_unique(customer):
    """同一客户号在同一数据日期只有一行。"""
    keys = customer.group_by("customer_no", "as_of").aggregate(copies=customer.count())
    return keys.filter(keys.copies > 1)


@check(severity=ERROR)
def loans_have_a_customer(loan, customer):
    """每笔贷款的借款人都在同一数据日期的客户台账中。"""
    delivered = loan.semi_join(customer, "as_of")
    return delivered.anti_join(customer, ["customer_no", "as_of"])


@check(severity=ERROR)
def loan_snapshots_have_customers(loan, customer):
    """贷款台账的每个数据日期都交了客户台账；缺了它，普惠、民营、新市民等按客户划分的数只会得零。"""
    return loan.select("as_of").distinct().anti_join(customer, "as_of")


# 金额
@check(severity=ERROR)
def loan_ledger_has_no_negative_balance(loan):
    """贷款台账中每笔贷款余额不小于零。"""
    return loan.filter(loan.balance < 0)


@check(severity=ERROR)
def balances_are_within_the_principal(loan):
    """每笔贷款余额不大于贷款本金。"""
    return loan.filter(loan.balance > loan.principal)


@check(severity=WARNING)
def credit_lines_cover_the_balances(borrower, customer):
    """每个客户的单户授信总额不小于其各笔贷款余额之和。"""
    both = borrower.inner_join(customer, ["customer_no", "as_of"], rname="customer_{name}")
    short = both.filter(both.balance > both.credit_line)
    return short.select("customer_no", "as_of", "org", "balance", "credit_line")


@check(severity=WARNING)
def loan_rates_are_in_percent(loan):
    """贷款年利率按百分数登记；大于零而不到 0.36 的多为按小数登记（0.043 应写 4.3），贴现除外。"""
    return loan.filter((loan.rate > 0) & (loan.rate * 100 < 36) & ~loan.discounted)


@check(severity=ERROR)
def events_have_a_positive_amount(loan_event):
    """贷款事件的金额大于零，方向由事件类型决定。"""
    return loan_event.filter(loan_event.amount <= 0)


@check(severity=ERROR)
def a_loan_keeps_its_currency(loan):
    """同一笔贷款在各个数据日期的币种相同。"""
    kept = loan.group_by("loan_no").aggregate(currencies=loan.currency.nunique())
    return loan.semi_join(kept.filter(kept.currencies > 1), "loan_no")


# 日期
@check(severity=ERROR)
def loans_mature_after_they_start(loan):
    """每笔贷款的到期日期不早于放款日期。"""
    return loan.filter(loan.due_on < loan.start_on)


@check(severity=ERROR)
def loans_start_before_the_snapshot(loan):
    """有余额的贷款，放款日期不晚于数据日期。"""
    return loan.filter((loan.balance > 0) & (loan.start_on > loan.as_of))


@check(severity=WARNING)
def overdue_loans_are_not_normal(loan):
    """已过到期日且仍有余额的贷款不应列为正常类。"""
    return loan.filter((loan.due_on < loan.as_of) & (loan.balance > 0) & (loan.five_class == "normal"))


@check(severity=WARNING)
def loan_snapshots_are_month_ends(loan):
    """贷款台账的数据日期都是月末；期末数只取期间最后一天的记录，其余日子的不进月度、季度、年度的数。"""
    days = loan.select("as_of").distinct()
    year, month = days.as_of.year(), days.as_of.month()
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = (month == 2).ifelse(leap.ifelse(29, 28), month.isin((4, 6, 9, 11)).ifelse(30, 31))
    return days.filter(days.as_of.day() != last)


# 机构
@check(severity=ERROR)
def closed_orgs_hold_no_balance(loan, org):
    """数据日期已撤销的机构没有贷款余额。"""
    # an org that was moved or renamed has an ended row and an open one, so only the last row says closed
    last = org.group_by("code").aggregate(
        ended=org.valid_to.max(), open_rows=org.count(where=org.valid_to.isnull())
    )
    closed = last.filter(last.open_rows == 0)
    held = loan.filter(loan.balance > 0).inner_join(closed, loan.org == closed.code)
    return held.filter(held.ended < held.as_of)


@check(severity=WARNING)
def loans_stay_with_their_org(loan):
    """同一笔贷款在各个数据日期的经办机构相同；划转的贷款应有划转依据。"""
    kept = loan.group_by("loan_no").aggregate(orgs=loan.org.nunique())
    return loan.semi_join(kept.filter(kept.orgs > 1), "loan_no")


@check(severity=WARNING)
def no_snapshot_misses_an_org(loan):
    """在一个数据日期有贷款的机构，在台账的每个数据日期都有贷款；缺少的多为漏交。"""
    snapshots = loan.select("as_of").distinct()
    orgs = loan.select("org").distinct()
    return snapshots.cross_join(orgs).anti_join(loan, ["as_of", "org"])


@check(severity=ERROR)
def loans_are_booked_at_known_orgs(org, loan):
    """每笔贷款的经办机构都在机构表中。"""
    return loan.anti_join(org, loan.org == org.code)


# 事件与余额
@check(severity=WARNING)
def events_carry_opening_to_closing_balances(loan_event, loan):
    """相邻两个数据日期之间，每笔贷款期初余额 + 发放 - 归还 - 核销 = 期末余额；收息与核销后收回不改变余额。

    期初、期末不在台账中的贷款余额按零计：期内放出又收回的贷款，发放应等于归还与核销之和。
    """
    days = loan.select("as_of").distinct()
    before = days.select(opened="as_of")
    spans = days.inner_join(before, before.opened < days.as_of)
    spans = spans.group_by("as_of").aggregate(opened=spans.opened.max())

    closing = loan.semi_join(spans, "as_of").select("loan_no", "as_of", closing="balance")
    held = loan.select("loan_no", "balance", opened="as_of").inner_join(spans, "opened")
    opening = held.select("loan_no", "as_of", opening="balance")
    timed = loan_event.inner_join(
        spans, [loan_event.happened_on > spans.opened, loan_event.happened_on <= spans.as_of]
    )

    def booked(kind):
        return timed.amount.sum(where=timed.kind == kind)

    moved = timed.group_by("loan_no", "as_of").aggregate(
        disbursed=booked("disbursement"), repaid=booked("repayment"), written_off=booked("write_off")
    )
    both = opening.outer_join(closing, ["loan_no", "as_of"], rname="end_{name}")
    both = both.select(
        "opening", "closing",
        loan_no=both.loan_no.coalesce(both.end_loan_no), as_of=both.as_of.coalesce(both.end_as_of),
    )
    # a filter closes the first join: columns that it computes cannot be joined on in the same breath
    known = both.filter(both.loan_no.notnull())
    all_three = known.outer_join(moved, ["loan_no", "as_of"], rname="move_{name}")
    loans = all_three.select(
        loan_no=all_three.loan_no.coalesce(all_three.move_loan_no),
        as_of=all_three.as_of.coalesce(all_three.move_as_of),
        opening=all_three.opening.fill_null(0), disbursed=all_three.disbursed.fill_null(0),
        repaid=all_three.repaid.fill_null(0), written_off=all_three.written_off.fill_null(0),
        closing=all_three.closing.fill_null(0),
    )
    return loans.filter(loans.opening + loans.disbursed - loans.repaid - loans.written_off != loans.closing)


@check(severity=WARNING)
def events_agree_with_the_loan(loan_event, loan):
    """同一笔贷款在事件台账与贷款台账中的客户、产品相同；发放户数、产品发放额按事件台账计。"""
    known = loan.select("loan_no", borrower_no="customer_no", loan_product="product").distinct()
    both = loan_event.inner_join(known, "loan_no")
    return both.filter((both.customer_no != both.borrower_no) | (both.product != both.loan_product))


# 代码之间
@check(severity=ERROR)
def divisions_belong_to_their_section(loan):
    """投向行业大类的门类字母与投向行业门类一致。"""
    return loan.filter(loan.division.substr(0, 1) != loan.industry)


@check(severity=ERROR)
def counties_belong_to_their_city(loan):
    """投放县区的代码以投放地市的代码开头。"""
    return loan.filter(loan.county.substr(0, 4) != loan.city)


@check(severity=WARNING)
def key_county_loans_lie_in_listed_counties(loan, key_county_list):
    """标记为重点帮扶县的贷款，其县区在数据日期的名单内；名单内县区的贷款都有标记。"""
    spans = key_county_list.select("county", "listed_on", "delisted_on")
    joined = loan.left_join(spans, "county", rname="list_{name}")
    valid = (
        joined.listed_on.notnull() & (joined.listed_on <= joined.as_of)
        & (joined.delisted_on.isnull() | (joined.delisted_on > joined.as_of))
    )
    listed = joined.mutate(listed=valid.ifelse(1, 0)).group_by("loan_no", "as_of", "county", "key_county")
    found = listed.aggregate(lists=lambda t: t.listed.sum())
    return found.filter(found.key_county != (found.lists > 0))


@check(severity=ERROR)
def discounts_are_flagged(loan):
    """贴现标记与票据贴现产品一一对应。"""
    return loan.filter(loan.discounted != (loan.product == "discount"))


@check(severity=WARNING)
def events_agree_with_the_programme(loan_event, loan):
    """同一笔贷款在事件台账与贷款台账中的专项相同。"""
    listed = loan.filter(loan.programme.notnull()).select("loan_no", listed=loan.programme).distinct()
    both = loan_event.filter(loan_event.programme.notnull()).inner_join(listed, "loan_no")
    return both.filter(both.programme != both.listed)


@check(severity=WARNING, cites="报告第 778-784 行")
def poverty_loans_keep_their_limits(loan, poverty_micro_line):
    """每笔脱贫人口小额信贷本金不超过单户额度上限，期限不超过三年，且为信用方式。"""
    micro = loan.filter(loan.product == "poverty_micro")
    start, due = micro.start_on, micro.due_on
    years = (due.year() - start.year()) * 10000
    term = years + (due.month() - start.month()) * 100 + due.day() - start.day()
    return micro.filter(
        (micro.principal > poverty_micro_line) | (term > 30000) | (micro.guarantee != "credit")
    )


@check(severity=ERROR)
def guarantees_name_a_loan(guarantee, loan):
    """每项担保的借据号都在同一数据日期的贷款台账中。"""
    return guarantee.anti_join(loan, ["loan_no", "as_of"])
