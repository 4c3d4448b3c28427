"""Tables made of the ledgers: loans with their borrower, with their term, and summed per borrower."""

from qingce.core.dataset import view


def _days(day):
    """A date as a number that grows by 10,000 a year, so that terms of whole years compare exactly."""
    return day.year() * 10000 + day.month() * 100 + day.day()


@view("贷款及借款人明细", time="as_of", org="org")
def exposure(loan, customer):
    """每笔贷款连同借款人同一时点的信息；借款人不在客户台账中的贷款保留，其信息为空。"""
    joined = loan.left_join(customer, ["customer_no", "as_of"], rname="customer_{name}")
    return joined.drop("customer_customer_no", "customer_as_of")


@view("贷款期限明细", time="as_of", org="org", labels={"long_term": "原始期限一年以上"})
def loan_term(loan):
    """每笔贷款连同剩余期限档次；到期日与数据日期之间按对年对月对日计。"""
    left = _days(loan.due_on) - _days(loan.as_of)
    return loan.mutate(
        maturity=(loan.due_on < loan.as_of).ifelse(
            "overdue",
            (left <= 10000).ifelse(
                "within_1y",
                (left <= 30000).ifelse("within_3y", (left <= 50000).ifelse("within_5y", "beyond_5y")),
            ),
        ),
        long_term=_days(loan.due_on) - _days(loan.start_on) > 10000,
    )


@view("借款人余额合计", time="as_of")
def borrower(loan):
    """每个借款人每个时点的贷款余额合计，用于集中度；贴现按贴现申请人计。"""
    return loan.group_by("as_of", "customer_no").aggregate(balance=loan.balance.sum())
