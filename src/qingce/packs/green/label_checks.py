"""Rules on green labels: complete, evidenced, current, one to a loan, never compared across catalogues."""

from qingce.core.amount import Amount
from qingce.core.check import ERROR, NOTE, WARNING, check

CATALOGUES = ("2019", "2020", "2021", "2024", "2025")
CHAPTERS = {
    "energy_saving": "2019:1", "clean_production": "2019:2", "clean_energy": "2019:3", "ecology": "2019:4",
    "infrastructure": "2019:5", "services": "2019:6",
}
# 资金用途与投向行业门类：目录各章通常落在的门类，之外的逐笔复核
SECTIONS = {
    "energy_saving": "CDEMN", "clean_production": "BCDEN", "clean_energy": "CDE", "ecology": "AENM",
    "infrastructure": "CDEGIKN", "services": "ILM",
}

BREAK = (
    "{version} 年版在期初没有认定，两期不能直接相比：在期初台账中给属于 {version} 年版范围的贷款补登该版的目录、"
    "条目与认定日期后重交（依过渡安排沿用旧版的不改）；不能重述的，不印同比与增减，并在说明中写明口径断点。"
)
LOST = "期初有 {version} 年版的认定而期末没有：期末台账的目录版本漏填或退回旧版，补填后重交。"
SHORT = "存量大于重述的期初数，期初没有重述完：期末按 2025 年版认定的存量贷款，期初也应按 2025 年版认定后重交。"


def _plain(amount):
    """An amount in the unit in which a reader sees it at a glance."""
    large = amount >= Amount.of(1, "亿元")
    return amount.to("亿元" if large else "元").text()


def _in_use(labelled):
    """The balance under each version in use at a date, oldest version first."""
    held = {version: labelled.at(green_catalogue=version) for version in CATALOGUES}
    return {version: amount for version, amount in held.items() if amount > 0}


@check(severity=ERROR)
def green_growth_compares_one_catalogue(labelled_green_loan_balance, recatalogued_green_loans_by_origin):
    """相邻两期绿色贷款的最新目录版本相同，换版当年的期初已按新目录重述；依过渡安排沿用旧版的不算跨口径。"""
    now, before = _in_use(labelled_green_loan_balance), _in_use(labelled_green_loan_balance.prior)
    if not now or not before:
        return []
    dates = [("期末", now), ("期初", before)]
    told = "；".join(
        f"{date} {'、'.join(f'{version} 年版 {_plain(amount)}' for version, amount in held.items())}"
        for date, held in dates
    )
    new, old = max(now), max(before)
    opening = labelled_green_loan_balance.prior.at(green_catalogue=new)
    closing = labelled_green_loan_balance.at(green_catalogue=old)
    what = "两期同一口径" if new == old else (BREAK if new > old else LOST).format(version=max(new, old))
    relations = [((opening if new >= old else closing) > 0).saying(f"{told}。{what}")]
    restated = recatalogued_green_loans_by_origin.prior.at(green_origin="restated")
    carried = recatalogued_green_loans_by_origin.at(green_origin="carried")
    if restated > 0:
        stock = f"2025 年版认定的贷款：期末存量 {_plain(carried)}，期初重述 {_plain(restated)}"
        whole = carried <= restated
        relations.append(whole.saying(f"{stock}。{'期初已重述' if whole else SHORT}"))
    return relations


@check(severity=ERROR)
def green_labels_are_complete(loan):
    """有绿色用途或目录版本的贷款，目录版本、目录条目、认定日期三项都填。"""
    labelled = loan.use.notnull() | loan.green_catalogue.notnull() | loan.green_item.notnull()
    lacking = loan.green_catalogue.isnull() | loan.green_item.isnull() | loan.green_labelled_on.isnull()
    return loan.filter(labelled & lacking)


@check(severity=WARNING)
def green_labels_have_evidence(loan):
    """每笔绿色贷款都登记了认定依据。"""
    return loan.filter(loan.green_catalogue.notnull() & loan.green_evidence.isnull())


@check(severity=WARNING)
def green_evidence_has_not_expired(loan):
    """有余额的绿色贷款，认定材料在数据日期没有失效。"""
    return loan.filter((loan.balance > 0) & (loan.green_expires_on < loan.as_of))


@check(severity=ERROR)
def green_items_belong_to_their_catalogue(loan):
    """目录条目所属的目录版本，与登记的目录版本相同。"""
    return loan.filter(loan.green_item.substr(0, 4) != loan.green_catalogue)


@check(severity=ERROR)
def one_loan_has_one_green_label(loan):
    """依 2019 年版目录认定的贷款，绿色用途与目录条目所在的章相同，一笔贷款没有两个认定。"""
    wrong = None
    for use, chapter in CHAPTERS.items():
        differs = (loan.use == use) & (loan.green_item.substr(0, 6) != chapter)
        wrong = differs if wrong is None else wrong | differs
    return loan.filter((loan.green_catalogue == "2019") & (wrong | loan.use.isnull()))


@check(severity=ERROR)
def green_labels_use_a_catalogue_in_force(loan):
    """认定日期不晚于数据日期；2025 年版目录的认定日期不早于 2025 年 7 月发布，重述施行前时点的可晚于数据日期。"""
    day, new = loan.green_labelled_on, loan.green_catalogue == "2025"
    early = new & (day.year() * 100 + day.month() < 202507)
    # an opening before the catalogue can only be restated with labels of a later day
    restated = new & (loan.as_of.year() * 100 + loan.as_of.month() < 202510)
    return loan.filter(((day > loan.as_of) & ~restated) | early)


@check(severity=WARNING)
def new_green_labels_use_the_new_catalogue(loan):
    """2025 年 10 月起新认定的绿色贷款按 2025 年版目录；沿用旧版的只限目录发布前已审批未用款的，应逐笔核对。"""
    day = loan.green_labelled_on
    return loan.filter((day.year() * 100 + day.month() >= 202510) & (loan.green_catalogue != "2025"))


@check(severity=WARNING)
def green_labels_change_only_with_a_date(loan):
    """同一笔贷款前后两个认定不同的，认定日期也不同。"""
    seen = loan.filter(loan.green_item.notnull()).group_by("loan_no", "green_labelled_on")
    kept = seen.aggregate(items=lambda t: t.green_item.nunique())
    return kept.filter(kept.items > 1)


@check(severity=NOTE)
def green_use_fits_the_industry(loan):
    """绿色用途与投向行业门类相符；不符的贷款应逐笔复核资金用途。"""
    odd = None
    for use, sections in SECTIONS.items():
        differs = (loan.use == use) & ~loan.industry.isin(tuple(sections))
        odd = differs if odd is None else odd | differs
    return loan.filter(odd)


@check(severity=ERROR)
def linked_rates_follow_the_target(linked_loan):
    """可持续发展挂钩贷款达标的按约定幅度下调利率，未达标或未观测的按基准利率执行。"""
    met = linked_loan.lower_is_better.ifelse(
        linked_loan.observed <= linked_loan.target, linked_loan.observed >= linked_loan.target
    ).fill_null(False)
    due = linked_loan.base_rate - met.ifelse(linked_loan.step, 0)
    return linked_loan.filter(linked_loan.applied_rate != due)
