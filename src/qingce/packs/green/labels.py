"""Green labels across versions of the catalogue, and loans whose rate follows a target.

A label belongs to the version it was given under. The series by the 2019 catalogue and the series by
the 2025 catalogue stand side by side. What counts as green since the change is the 2025 series and the
loans whose old label the rules of transition keep; growth is only told between two dates on one basis.
"""

from qingce.core.amount import ABSENT, Amount
from qingce.core.dataset import view
from qingce.core.metric import STOCK, metric

NON_PERFORMING = ("substandard", "doubtful", "loss")
EFFECTIVE = 202510


def _month(day):
    return day.year() * 100 + day.month()


@view("绿色贷款明细（2025 年版目录）", time="as_of", org="org")
def recatalogued_loan(loan):
    """按 2025 年版目录认定的绿色贷款，带一级类别（条目号的首位）与认定来源。"""
    # a draw on the book since an earlier year was on the book at every opening within the year
    origin = (_month(loan.as_of) < EFFECTIVE).ifelse(
        "restated", (loan.start_on.year() < loan.as_of.year()).ifelse("carried", "new")
    )
    return loan.filter(loan.green_catalogue == "2025").mutate(
        green_category=loan.green_item.substr(5, 1), green_origin=origin
    )


@view("绿色贷款明细（现行标准）", time="as_of", org="org")
def current_green_loan(loan):
    """按 2025 年版目录认定的绿色贷款，连同 2025 年 10 月施行之前已按旧版目录认定、依过渡安排沿用旧版的。"""
    kept = loan.green_catalogue.notnull() & (_month(loan.green_labelled_on) < EFFECTIVE)
    return loan.filter((loan.green_catalogue == "2025") | kept)


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
    """2025 年版目录口径的期末余额 ÷ 同口径重述的期初余额 － 1；期初未重述的为空，不与 2019 年口径相比。

    沿用旧版目录的贷款不计，其归还不进分母；全部绿色贷款的增速见“绿色贷款增速（现行标准）”。
    """
    return recatalogued_green_loan_balance / recatalogued_green_loan_balance.prior - 1


@metric("绿色贷款余额（2025 年版目录，按认定来源）", unit="元", shown="亿元", kind=STOCK, by=("green_origin",))
def recatalogued_green_loans_by_origin(recatalogued_loan):
    """期末按 2025 年版目录认定的贷款余额，施行前的时点为重述，其后分存量与当年新发放；只按旧版目录认定的不计。"""
    return recatalogued_loan.balance.sum()


# 现行标准：2025 年版目录，含依过渡安排沿用旧版目录的
@metric("沿用旧版目录的绿色贷款余额", unit="元", shown="亿元", kind=STOCK)
def retained_green_loan_balance(current_green_loan):
    """期末依过渡安排沿用旧版目录的贷款余额，认定日期在 2025 年 10 月 1 日之前；其后认定的、认定日期空白的不计。"""
    return current_green_loan.balance.sum(where=current_green_loan.green_catalogue != "2025")


@metric("绿色贷款余额（现行标准）", unit="元", shown="亿元", kind=STOCK)
def current_green_loan_balance(current_green_loan):
    """期末按 2025 年版目录认定的贷款余额，连同依过渡安排沿用旧版目录的；2025 年 10 月起仍按旧版新认定的不计。

    2025 年版目录发布前已审批未发放的贷款仍按历史标准认定为绿色贷款，故计入合计，不归入九个类别。
    """
    return current_green_loan.balance.sum()


@metric("绿色贷款增速（现行标准）", unit="%")
def current_green_loan_growth(current_green_loan_balance, recatalogued_green_loan_balance):
    """现行标准的期末余额 ÷ 同口径期初余额 － 1；期初没有 2025 年版认定（未重述）的为空，不跨目录相比。"""
    growth = current_green_loan_balance / current_green_loan_balance.prior - 1
    if recatalogued_green_loan_balance.prior > 0:
        return growth
    return Amount(ABSENT, growth.unit)


@metric("绿色贷款占比（现行标准）", unit="%")
def current_green_loan_share(current_green_loan_balance, total_loans):
    """现行标准的绿色贷款余额（含沿用旧版目录的） ÷ 发放贷款和垫款。"""
    return current_green_loan_balance / total_loans


@metric("绿色贷款余额（现行标准，按投向行业）", unit="元", shown="亿元", kind=STOCK, by=("industry",))
def current_green_loans_by_industry(current_green_loan):
    """期末现行标准的绿色贷款余额（含沿用旧版目录的），按投向行业门类分列；不填行业的只计入合计。"""
    return current_green_loan.balance.sum()


@metric("绿色贷款不良余额（现行标准）", unit="元", shown="亿元", kind=STOCK, owner="风险管理部")
def current_green_npl_balance(current_green_loan):
    """期末现行标准的绿色贷款（含沿用旧版目录的）中五级分类为次级、可疑、损失的余额；关注类与逾期但未降级的不计。"""
    return current_green_loan.balance.sum(where=current_green_loan.five_class.isin(NON_PERFORMING))


@metric("绿色贷款不良率（现行标准）", unit="%", owner="风险管理部")
def current_green_npl_ratio(current_green_npl_balance, current_green_loan_balance):
    """现行标准的绿色贷款不良余额 ÷ 现行标准的绿色贷款余额。"""
    return current_green_npl_balance / current_green_loan_balance


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
