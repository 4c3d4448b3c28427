"""Rules that the rural figures imply."""

from qingce.core.check import ERROR, WARNING, check


@check(severity=ERROR, cites="报告第 733-734 行")
def inclusive_agricultural_loans_within_agricultural_loans(
    inclusive_agricultural_loan_balance, agricultural_loan_balance
):
    """普惠型涉农贷款余额不大于涉农贷款余额。"""
    return inclusive_agricultural_loan_balance <= agricultural_loan_balance


@check(severity=ERROR, cites="报告第 733、776、138 行")
def rural_loans_within_loans(agricultural_loan_balance, key_county_loan_balance, total_loans):
    """涉农贷款余额、重点帮扶县各项贷款余额均不大于发放贷款和垫款。"""
    return [agricultural_loan_balance <= total_loans, key_county_loan_balance <= total_loans]


@check(severity=WARNING, cites="报告第 743-744 行")
def rural_project_lending_within_credit(
    rural_project_lending, rural_project_credit, rural_project_investment
):
    """农业农村项目信贷投放不大于授信金额，授信金额不大于项目总投资。"""
    return [rural_project_lending <= rural_project_credit, rural_project_credit <= rural_project_investment]


@check(severity=ERROR, cites="报告第 756-757 行")
def farmer_loans_within_lending_to_date(
    farmer_loan_lending, farmer_loan_balance, farmer_loan_lending_to_date
):
    """农易贷本年投放、期末余额均不大于累计投放。"""
    return [
        farmer_loan_lending <= farmer_loan_lending_to_date,
        farmer_loan_balance <= farmer_loan_lending_to_date,
    ]


@check(severity=ERROR, cites="报告第 771-772 行")
def planting_loans_within_lending_to_date(planting_loan_lending, planting_loan_lending_to_date):
    """种植贷本年发放不大于累计投放。"""
    return planting_loan_lending <= planting_loan_lending_to_date


@check(severity=WARNING, cites="报告第 782-784 行")
def poverty_loan_stock_within_lending(
    poverty_loan_balance, poverty_loan_lending, poverty_loan_beneficiaries, poverty_loan_households
):
    """脱贫人口小额信贷期末余额与户数，不大于累计发放额与累计户数。"""
    # a warning only: the balance also holds loans granted under the older programme
    return [
        poverty_loan_balance <= poverty_loan_lending,
        poverty_loan_beneficiaries <= poverty_loan_households,
    ]


@check(severity=ERROR, cites="报告第 826-828 行")
def bursaries_within_bursaries_to_date(
    bursary_students, bursary_students_to_date, bursary_amount, bursary_amount_to_date
):
    """本年受助学生与助学金，不大于累计受助学生与累计助学金。"""
    return [bursary_students <= bursary_students_to_date, bursary_amount <= bursary_amount_to_date]


@check(severity=ERROR)
def bursaries_are_paid_in_their_school_year(bursary):
    """助学金的发放日期落在资助年度内。"""
    return bursary.filter(bursary.paid_on.year() != bursary.school_year)
