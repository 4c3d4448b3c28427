"""Rules that the green tables imply."""

from qingce.core.amount import Amount
from qingce.core.check import ERROR, NOTE, WARNING, check

USES = ("infrastructure", "clean_production", "clean_energy", "ecology", "energy_saving", "services")


@check(severity=ERROR, cites="报告第 393-404、417 行")
def green_loans_by_use_add_up(green_loan_balance):
    """六类用途的绿色贷款余额之和应等于合计，年末与年初都成立。"""
    members = [green_loan_balance.at(use=use) for use in USES]
    return [
        green_loan_balance == sum(members),
        green_loan_balance.prior == sum(member.prior for member in members),
    ]


@check(severity=ERROR, cites="报告第 405-410、417 行")
def green_loan_increases_by_use_add_up(green_loan_balance):
    """六类用途的增量之和应等于绿色贷款的增量。"""
    members = [green_loan_balance.at(use=use) for use in USES]
    return green_loan_balance - green_loan_balance.prior == sum(m - m.prior for m in members)


@check(severity=NOTE, cites="报告第 108、398 行", each="use")
def every_green_use_has_a_balance(green_loan_balance):
    """称为已覆盖的各类绿色用途，年末均应有贷款余额。"""
    return green_loan_balance > 0


@check(severity=WARNING, cites="报告第 108、418 行")
def green_uses_are_within_the_catalogue(green_uses_covered):
    """绿色贷款覆盖的领域不多于目录的六类。"""
    return green_uses_covered <= len(USES)


@check(severity=ERROR, cites="报告第 107、138 行")
def green_loans_within_loans(green_loan_balance, total_loans):
    """绿色贷款余额不大于发放贷款和垫款。"""
    return green_loan_balance <= total_loans


@check(severity=ERROR)
def green_npls_within_green_loans(
    green_npl_balance, green_loan_balance, current_green_npl_balance, current_green_loan_balance
):
    """绿色贷款不良余额不大于绿色贷款余额，2019 年口径与现行标准都成立。"""
    return [green_npl_balance <= green_loan_balance, current_green_npl_balance <= current_green_loan_balance]


@check(severity=ERROR)
def green_npls_within_npls(green_npl_balance, current_green_npl_balance, npl_balance):
    """绿色贷款不良余额不大于全部不良贷款余额，2019 年口径与现行标准都成立。"""
    return [green_npl_balance <= npl_balance, current_green_npl_balance <= npl_balance]


@check(severity=ERROR, cites="报告第 391、137 行")
def green_bonds_within_assets(green_bond_balance, total_assets):
    """持有的绿色债券余额不大于资产总额。"""
    return green_bond_balance <= total_assets


@check(severity=WARNING, cites="报告第 433 行")
def platform_firms_within_deals(green_platform_firms, green_platform_deals):
    """每家平台企业至少完成一笔融资，企业家数不大于融资笔数。"""
    return green_platform_firms / Amount.of(1, "家") <= green_platform_deals / Amount.of(1, "笔")


@check(severity=WARNING, cites="报告第 433、443 行")
def platform_clients_are_the_platform_firms(green_platform_firms, green_platform_clients):
    """平台融资的企业家数与客户户数是同一批对象，应当相等。"""
    return green_platform_firms / Amount.of(1, "家") == green_platform_clients / Amount.of(1, "户")


@check(severity=WARNING, cites="报告第 428-429 行")
def carbon_reduction_projects_have_lending(carbon_reduction_projects, carbon_reduction_lending):
    """既有碳减排贷款支持的项目，也应有相应的累计发放额。"""
    return [carbon_reduction_projects > 0, carbon_reduction_lending > 0]


@check(severity=ERROR)
def carbon_reduction_loans_have_a_positive_amount(carbon_reduction_loan):
    """每笔碳减排贷款的金额与折算减排量均大于零。"""
    return carbon_reduction_loan.filter(
        (carbon_reduction_loan.amount <= 0) | (carbon_reduction_loan.reduction <= 0)
    )


@check(severity=WARNING, cites="报告第 427-429 行")
def carbon_reduction_register_agrees_with_the_ledger(carbon_reduction_lending, carbon_reduction_disbursed):
    """碳减排贷款披露台账的发放金额合计，等于贷款事件台账中碳减排专项的发放金额合计。"""
    return carbon_reduction_lending == carbon_reduction_disbursed


@check(severity=ERROR)
def green_series_by_industry_and_use_agree(green_loan_balance, green_loans_by_industry):
    """绿色贷款按用途与按投向行业的合计相等。"""
    return green_loan_balance == green_loans_by_industry
