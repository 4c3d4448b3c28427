"""Control totals: the ledgers against the general ledger, at whatever level of the tree that is booked.

A booked org answers for its whole subtree, less the subtrees below it that are booked themselves. A
general ledger that is booked at the head office alone is the whole bank's, also where the head office
stands beside its branches in the tree.
"""

from qingce.core.check import ERROR, check

HEAD_OFFICE = "总行"
# each round doubles the climb: 2, 4, 8 levels
ROUNDS = 3


def _whole_bank(booked, standing):
    """The head office on days when nothing else is booked."""
    alone = booked.group_by("as_of").aggregate(orgs=booked.count(), alone=booked.org.max())
    alone = alone.filter(alone.orgs == 1)
    heads = standing.filter(standing.level == HEAD_OFFICE).select(alone="code", as_of="as_of").distinct()
    return alone.semi_join(heads, ["alone", "as_of"])


def _booking_org(booked, org):
    """For each org and day the nearest org at or above it that is booked; its topmost where none is."""
    days = booked.select("as_of").distinct()
    begun = org.valid_from.isnull() | (org.valid_from <= days.as_of)
    standing = org.inner_join(days, [begun, org.valid_to.isnull() | (org.valid_to >= days.as_of)])
    standing = standing.select("code", "parent", "level", "as_of")
    whole = _whole_bank(booked, standing).select("alone", day="as_of")
    known = standing.left_join(whole, [("as_of", "day")]).select("code", "parent", "as_of", "alone")
    # pairs of names, since a table joined with what was made of itself takes columns for its own
    own = booked.select(own="org", day="as_of")
    step = known.left_join(own, [("code", "own"), ("as_of", "day")])
    step = step.select("code", "as_of", up=step.own.coalesce(step.parent, step.alone, step.code))
    for _ in range(ROUNDS):
        # a filter closes the join before it: columns that it computes cannot be joined on in the same breath
        step = step.filter(step.up.notnull())
        above = step.select(over="code", day="as_of", further="up")
        both = step.left_join(above, [("up", "over"), ("as_of", "day")])
        step = both.select("code", "as_of", up=both.further.coalesce(both.up))
    return step


def _placed(table, value, booked, org):
    """The balance of a ledger by org and day, each with the org whose books it stands in."""
    sums = table.group_by("org", "as_of").aggregate(ledger=value.sum())
    climb = _booking_org(booked, org).select("code", "up", day="as_of")
    placed = sums.left_join(climb, [("org", "code"), ("as_of", "day")])
    placed = placed.select("org", "as_of", "ledger", books=placed.up.coalesce(placed.org))
    return placed.filter(placed.books.notnull())


def _differences(table, value, booked, org):
    """The booked orgs whose ledger does not come to what is booked."""
    placed = _placed(table, value, booked, org)
    totals = placed.group_by("books", "as_of").aggregate(ledger=placed.ledger.sum())
    totals = totals.select("books", "ledger", day="as_of")
    both = booked.left_join(totals, [("org", "books"), ("as_of", "day")])
    return both.filter(both.balance != both.ledger.fill_null(0)).select("org", "as_of", "balance", "ledger")


@check(severity=ERROR)
def ledger_agrees_with_the_general_ledger(gl_balance, loan, org):
    """总账贷款科目记在哪一级，该机构及其下级（已单独记账的下级除外）的贷款台账余额合计等于总账余额。"""
    return _differences(loan, loan.balance, gl_balance.filter(gl_balance.subject == "loans"), org)


@check(severity=ERROR)
def every_org_with_loans_is_booked(loan, gl_balance, org):
    """总账已交的数据日期，凡台账有贷款余额的机构，本机构或其上级有总账贷款科目余额。"""
    booked = gl_balance.filter(gl_balance.subject == "loans")
    placed = _placed(loan, loan.balance, booked, org)
    held = placed.filter(placed.ledger != 0).semi_join(booked, "as_of")
    owners = booked.select(books="org", as_of="as_of")
    return held.anti_join(owners, ["books", "as_of"]).select("org", "as_of", "ledger")


@check(severity=ERROR)
def bond_ledger_agrees_with_the_general_ledger(gl_balance, bond_holding, org):
    """总账债券投资科目记在哪一级，该机构及其下级（已单独记账的下级除外）的债券持仓账面余额合计等于总账余额。"""
    booked = gl_balance.filter(gl_balance.subject == "bonds")
    return _differences(bond_holding, bond_holding.carrying, booked, org)
