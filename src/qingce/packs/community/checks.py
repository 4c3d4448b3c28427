"""Checks of community work."""

from qingce.core.amount import Amount
from qingce.core.check import check


def _years(amount):
    """A number of years as a bare factor."""
    return amount / Amount.of(1, "年")


@check(cites="报告第 1574、2199 行")
def university_donation_is_a_donation(university_donation, donations):
    """西北民族大学年度捐赠额不大于公益性捐赠支出。"""
    return university_donation <= donations


@check(cites="报告第 1574 行")
def university_donation_agrees_between_ledgers(university_donation, university_donations_booked):
    """按协议付款的年度捐赠额应等于公益捐赠台账中同一项目的金额。"""
    return university_donation == university_donations_booked


@check(cites="报告第 1575 行")
def university_donations_accumulate(university_donation_total, university_donation):
    """累计捐赠额应等于上期末累计加本期捐赠额。"""
    return university_donation_total == university_donation_total.prior + university_donation


@check(cites="报告第 1574 行")
def university_donations_stay_within_the_agreement(
    university_donation_total, university_donation, university_donation_years
):
    """累计捐赠额不大于年度捐赠额乘以协议约定的年数。"""
    return university_donation_total <= university_donation * _years(university_donation_years)


@check(cites="报告第 1602 行")
def tax_paid_exceeds_the_floor(tax_paid, annual_tax_floor):
    """报告期纳税总额应超过所称的年度下限。"""
    return tax_paid > annual_tax_floor


@check(cites="报告第 1602 行")
def accumulated_tax_covers_the_years(tax_paid_total, annual_tax_floor, years_above_tax_floor):
    """累计缴纳税费不小于年度下限乘以连续年数。"""
    return tax_paid_total >= annual_tax_floor * _years(years_above_tax_floor)


@check(cites="报告第 1602 行")
def accumulated_tax_contains_this_year(tax_paid, tax_paid_total):
    """报告期纳税总额不大于累计缴纳税费。"""
    return tax_paid <= tax_paid_total
