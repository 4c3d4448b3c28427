"""Green labels across versions of the catalogue, and loans whose rate follows a target.

A label belongs to the version it was given under. The series by the 2019 catalogue and the series by
the 2025 catalogue stand side by side; growth is only told within one of them.
"""

from qingce.core.dataset import view
from qingce.core.metric import STOCK, metric


@view("绿色贷款明细（2025 年版目录）", time="as_of", org="org")
def recatalogued_loan(loan):
    """按 2025 年版目录认定的绿色贷款，带一级类别（条目号的首位）。"""
    return loan.filter(loan.green_catalogue == "2025").mutate(green_category=loan.green_item.substr(5, 1))


@metric("绿色贷款余额（按目录版本）", unit="元", shown="亿元", kind=STOCK, by=("green_catalogue",))
def labelled_green_loan_balance(loan):
    """期末带绿色认定的贷款余额，按认定所依的目录版本分列；发布前已审批未用款的贷款沿用原版本，没有登记版本的不计。"""
    return loan.balance.sum(where=loan.green_catalogue.notnull())


@metric("绿色贷款余额（2025 年版目录）", unit="元", shown="亿元", kind=STOCK, by=("green_category",))
def recatalogued_green_loan_balance(recatalogued_loan):
    """期末按《绿色金融支持项目目录（2025 年版）》认定的贷款余额，按一级类别分列；只按旧版目录认定的不计。"""
    return recatalogued_loan.balance.sum()


@metric("绿色贷款增速（2025 年版目录）", unit="%")
def recatalogued_green_loan_growth(recatalogued_green_loan_balance):
    """2025 年版目录口径的期末余额 ÷ 同口径重述的期初余额 － 1；期初未重述的为空，不与 2019 年口径相比。"""
    return recatalogued_green_loan_balance / recatalogued_green_loan_balance.prior - 1


@metric("绿色贷款占比（2025 年版目录）", unit="%")
def recatalogued_green_loan_share(recatalogued_green_loan_balance, total_loans):
    """2025 年版目录口径的绿色贷款余额 ÷ 发放贷款和垫款。"""
    return recatalogued_green_loan_balance / total_loans


@metric("绿色贷款余额（2025 年版目录，按投向行业）", unit="元", shown="亿元", kind=STOCK, by=("industry",))
def recatalogued_green_loans_by_industry(recatalogued_loan):
    """期末按 2025 年版目录认定的贷款余额，按投向行业门类分列；不填行业的只计入合计，只按旧版目录认定的不计。"""
    return recatalogued_loan.balance.sum()


@metric("两版目录均认定的绿色贷款余额", unit="元", shown="亿元", kind=STOCK)
def bridged_green_loan_balance(loan):
    """期末既标注 2019 年口径六类用途、又按 2025 年版目录认定的贷款余额，用于衔接两个序列；只有一种认定的不计。"""
    return loan.balance.sum(where=loan.use.notnull() & (loan.green_catalogue == "2025"))


@metric("两版目录衔接比", unit="%")
def catalogue_bridge(recatalogued_green_loan_balance, bridged_green_loan_balance):
    """2025 年版目录口径余额 ÷ 其中两版目录均认定的余额；大于 100% 的部分是新目录新增的范围。"""
    return recatalogued_green_loan_balance.total / bridged_green_loan_balance


# 可持续发展挂钩贷款
@metric("可持续发展挂钩贷款笔数", unit="笔", kind=STOCK)
def linked_loans(linked_loan):
    """期末可持续发展挂钩贷款笔数，不论是否达标；已结清的不计。"""
    return linked_loan.loan_no.nunique()


@metric("可持续发展挂钩贷款余额", unit="元", shown="万元", kind=STOCK)
def linked_loan_balance(linked_loan):
    """期末可持续发展挂钩贷款余额合计；资金用途不限于绿色，不并入绿色贷款。"""
    return linked_loan.balance.sum()


@metric("达标的挂钩贷款笔数", unit="笔", kind=STOCK)
def linked_loans_on_target(linked_loan):
    """期末观测值达到目标的可持续发展挂钩贷款笔数；尚未观测的不计。"""
    met = linked_loan.lower_is_better.ifelse(
        linked_loan.observed <= linked_loan.target, linked_loan.observed >= linked_loan.target
    )
    return linked_loan.count(where=met)
