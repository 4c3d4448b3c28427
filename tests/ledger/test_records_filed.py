"""Filed figures: each row becomes a figure in its metric's unit, or a finding that says why not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.amount import ABSENT
from qingce.core.errors import BindingError
from qingce.core.estimate import Estimate
from qingce.core.figure import Answered, FigureKey, Qualifier
from qingce.core.metric import CUMULATIVE, STOCK, Metric, filed, metric
from qingce.core.org import OrgTree
from qingce.core.unit import unit
from qingce.ledger.records import FiledResult, load_filed
from tests.ledger.conftest import ORGS, Desk, rules

HEAD = "metric,org,period,dims,value,unit,qualifier,answer,reason,source"


@metric("不良率", unit="%")
def bad_share(total_loans):  # type: ignore[no-untyped-def]
    """不良贷款 ÷ 各项贷款。"""
    return total_loans


METRICS = {
    m.name: m
    for m in [
        filed("发放贷款和垫款", unit="元", shown="亿元", kind=STOCK).named("total_loans"),
        filed("员工人数", unit="人", kind=STOCK, by=("sex", "region")).named("headcount"),
        filed("培训覆盖率", unit="%").named("coverage"),
        filed("平均年龄", unit="岁", places=1).named("mean_age"),
        filed("服务客户", unit="户", kind=CUMULATIVE).named("clients"),
        bad_share,
    ]
}


def resolve(declared: Metric, dimension: str, word: str) -> str:
    words = {"男": "male", "male": "male", "兰州": "lz", "lz": "lz"}
    if word not in words:
        raise BindingError(f"{word!r} is not in {dimension!r}")
    return words[word]


def load(desk: Desk, *rows: str, header: str = HEAD, orgs: OrgTree | None = ORGS) -> FiledResult:
    path = desk.put("filed/bank.csv", "\n".join([header, *rows]) + "\n")
    return load_filed([path], root=desk.root, metrics=METRICS, resolve=resolve, orgs=orgs)


ESTIMATES = [
    ("extrapolated,30,用 1—9 月推算", Estimate("extrapolated", Decimal(30), "用 1—9 月推算"), ""),
    ("按已有月份推算,12.5%,x", Estimate("extrapolated", Decimal("12.5"), "x"), ""), (",,", None, ""),
    ("astrology,30,x", None, "astrology"), ("extrapolated,三成,x", None, "三成"), ("extrapolated,,x", None, "百分数"),
    ("extrapolated,0,x", None, "大于 0"), ("extrapolated,101,x", None, "不超过 100"),
    ("extrapolated,30,", None, "理由"),
    (",30,", None, "估算方法"), ("extrapolated,-3,x", None, "-3"), ("extrapolated,12.345,x", None, "两位小数"),
]


@pytest.mark.parametrize(("said", "estimate", "wrong"), ESTIMATES)
def test_an_estimate_is_whole_or_found_wrong(desk: Desk, said: str, estimate: Estimate | None, wrong: str) -> None:
    header = f"{HEAD},estimate_method,estimate_share,estimate_reason"
    path = desk.put("filed/bank.csv", f"{header}\ntotal_loans,LZB,2024,,1.00,亿元,exact,value,,年报,{said}\n")
    result = load_filed([path], root=desk.root, metrics=METRICS, resolve=resolve, orgs=ORGS,
                        methods={"extrapolated": "按已有月份推算"})
    if wrong:
        [finding] = result.findings
        assert finding.rule == "filed_estimate" and wrong in finding.reason and result.figures == ()
    else:
        assert [f.estimate for f in result.figures] == [estimate]


def test_a_value_is_kept_in_the_metrics_unit_with_its_source(desk: Desk) -> None:
    [figure] = load(desk, "total_loans,LZB,2024,,2453.69,亿元,exact,value,,年报第 12 页").figures
    assert figure.key == FigureKey("total_loans", "LZB", "2024")
    assert (figure.value, figure.unit.name) == (Decimal("245369000000"), "元")
    assert figure.slack == Decimal("500000")  # half of 0.01 亿元
    assert figure.source == "年报第 12 页（filed/bank.csv:2）"


@pytest.mark.parametrize(
    ("value", "given", "qualifier", "slack"),
    [
        ("4280", "人", "", "0"),
        ("4200", "人", "over", "100"),
        ("4285", "人", "about", "1"),
        ("0", "人", "about", "1"),
        ("1.2", "万人", "", "500"),
        ("1.20", "万人", "nearly", "1000"),
    ],
)
def test_slack_is_what_the_written_digits_leave_open(
    desk: Desk, value: str, given: str, qualifier: str, slack: str
) -> None:
    [figure] = load(desk, f"headcount,LZB,2024,,{value},{given},{qualifier},,,x").figures
    assert figure.slack == Decimal(slack)


def test_a_share_is_off_by_half_its_last_digit(desk: Desk) -> None:
    [figure] = load(desk, "coverage,LZB,2024,,98.54,%,,,,x").figures
    assert (figure.value, figure.slack) == (Decimal("98.54"), Decimal("0.005"))


def test_members_are_resolved_and_put_in_the_metrics_order(desk: Desk) -> None:
    [figure] = load(desk, "headcount,总行,2024,region=兰州；sex=男,12,人,,,,x").figures
    assert str(figure.key) == "headcount/HQ/2024/sex=male,region=lz"


def test_nothing_to_say_is_an_answer_with_a_reason(desk: Desk) -> None:
    first, second = load(
        desk,
        "clients,LZB,2024,,,,,not_applicable,无此业务,x",
        "clients,HQ,2024,,,户,,not_available,系统未记录,x",
    ).figures
    assert (first.value, first.answered, first.reason) == (ABSENT, Answered.NOT_APPLICABLE, "无此业务")
    assert (second.answered, second.unit) == (Answered.NOT_AVAILABLE, unit("户"))


def test_wording_is_kept(desk: Desk) -> None:
    [figure] = load(desk, "clients,LZB,2024,,495,万户,nearly,value,,x").figures
    assert (figure.qualifier, figure.value) == (Qualifier.NEARLY, Decimal(4950000))


BAD = {
    "unknown metric": ("total_loan,LZB,2024,,1,元,,,,x", "filed_metric", "是否应为“total_loans”"),
    "label as name": ("员工人数,LZB,2024,,1,人,,,,x", "filed_metric", "是否应为“headcount”"),
    "no metric": (",LZB,2024,,1,元,,,,x", "value_required", "指标"),
    "derived metric": ("bad_share,LZB,2024,,1,%,,,,x", "filed_computed", "已由台账计算，不得填报"),
    "other measure": ("total_loans,LZB,2024,,1,户,,,,x", "filed_unit", "户计的是另一种东西"),
    "heads are not visits": ("headcount,LZB,2024,,1,人次,,,,x", "filed_unit", "人次"),
    "unknown unit": ("total_loans,LZB,2024,,1,亿圆,,,,x", "filed_unit", "没有“亿圆”这个单位"),
    "no unit": ("total_loans,LZB,2024,,1,,,,,x", "filed_unit", "的单位是元"),
    "endless unit": ("total_loans,LZB,2024,,1," + "1/" * 5000 + ",,,,x", "filed_unit", "单位"),
    "bad period": ("total_loans,LZB,2024年,,1,元,,,,x", "filed_period", "2024年"),
    "no such day": ("total_loans,LZB,2024-02-30,,1,元,,,,x", "filed_period", "2024-02-30"),
    "unknown org": ("total_loans,LZC,2024,,1,元,,,,x", "org_unknown", "是否应为“LZB”"),
    "no org": ("total_loans,,2024,,1,元,,,,x", "value_required", "机构"),
    "org of the past": ("total_loans,B2,2024,,1,元,,,,x", "org_closed", "B2 在 2024 不存在"),
    "unknown dimension": ("headcount,LZB,2024,sec=男,1,人,,,,x", "filed_dims", "是否应为“sex”"),
    "no dimensions": ("clients,LZB,2024,sex=男,1,户,,,,x", "filed_dims", "没有维度"),
    "unknown member": ("headcount,LZB,2024,sex=？,1,人,,,,x", "filed_dims", "没有成员“？”"),
    "half a dimension": ("headcount,LZB,2024,sex,1,人,,,,x", "filed_dims", "维度=成员"),
    "dimension twice": ("headcount,LZB,2024,sex=男;sex=male,1,人,,,,x", "filed_dims", "写了两次"),
    "not a number": ("total_loans,LZB,2024,,约五,元,,,,x", "number_form", "约五"),
    "full-width digits": ("headcount,LZB,2024,,１２,人,,,,x", "number_form", "这是全角数字，请写成半角的 12"),
    "thousands": ('total_loans,LZB,2024,,"1,234",元,,,,x', "number_form", "1,234"),
    "NaN": ("total_loans,LZB,2024,,NaN,元,,,,x", "number_nan", "NaN"),
    "exponent": ("total_loans,LZB,2024,,1e400,元,,,,x", "number_exponent", "1e400"),
    "endless digits": ("total_loans,LZB,2024,," + "9" * 500 + ",元,,,,x", "number_digits", "过长"),
    "no value": ("total_loans,LZB,2024,,,元,,,,x", "filed_answer", "数值却是空的"),
    "value beside not applicable": (
        "clients,LZB,2024,,0,户,,not_applicable,无,x",
        "filed_answer",
        "却写了数值",
    ),
    "no reason": ("clients,LZB,2024,,,,,not_available,,x", "filed_answer", "没有写原因"),
    "unknown answer": ("clients,LZB,2024,,1,户,,maybe,,x", "filed_answer", "maybe"),
    "unknown wording": ("clients,LZB,2024,,1,户,超,,,x", "filed_qualifier", "超"),
    "half a person": ("headcount,LZB,2024,,64.5,人,,,,x", "number_count", "不能填 64.5。"),
    "less than nobody": ("headcount,LZB,2024,,-4,人,,,,x", "number_count", "不能是负数"),
    "half a person in ten thousands": (
        "headcount,LZB,2024,,0.00645,万人,,,,x", "number_count", "0.00645 万人（折合 64.5 人）",
    ),
    "formula": ("total_loans,LZB,2024,,=1+1,元,,,,x", "number_form", "=1+1"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_found_and_its_file_files_nothing(desk: Desk, name: str) -> None:
    row, rule, reason = BAD[name]
    result = load(desk, "coverage,LZB,2023,,1.0,%,,,,x", row)
    [finding] = result.findings
    assert (finding.rule, finding.place.file, finding.place.row) == (rule, "filed/bank.csv", 3)
    assert reason in finding.reason and finding.blocks and result.figures == ()
    assert result.inputs[0].rows == 2


@pytest.mark.parametrize(("row", "value"), [
    ("headcount,LZB,2024,,64.0,人,,,,x", "64"), ("headcount,LZB,2024,,0.0064,万人,,,,x", "64"),
    ("headcount,LZB,2024,,0,人,,,,x", "0"), ("mean_age,LZB,2024,,38.5,岁,,,,x", "38.5"),
    ("total_loans,LZB,2024,,-1.25,元,,,,x", "-1.25"),
])
def test_whole_numbers_means_and_money_are_fine(desk: Desk, row: str, value: str) -> None:
    result = load(desk, row)
    assert result.findings == () and [f.value for f in result.figures] == [Decimal(value)]


def test_the_same_figure_twice_names_the_first(desk: Desk) -> None:
    result = load(desk, "headcount,LZB,2024,sex=男,1,人,,,,x", "headcount,示例银行,2024,sex=male,2,人,,,,x")
    [finding] = result.findings
    assert finding.rule == "filed_twice" and "filed/bank.csv 第 2 行" in finding.reason


def test_a_bad_file_does_not_take_the_good_one_with_it(desk: Desk) -> None:
    good = desk.put("a.csv", f"{HEAD}\nclients,LZB,2024,,1,户,,,,x\n")
    bad = desk.put("b.csv", f"{HEAD}\nclients,LZB,2023,,x,户,,,,x\n")
    result = load_filed([bad, good], root=desk.root, metrics=METRICS, resolve=resolve, orgs=ORGS)
    assert [f.key.period for f in result.figures] == ["2024"] and [i.path for i in result.inputs] == [
        "b.csv",
        "a.csv",
    ]


def test_no_source_is_a_warning(desk: Desk) -> None:
    result = load(desk, "clients,LZB,2024,,1,户,,,,")
    assert rules(result.findings) == ["filed_source"] and result.figures[0].source == "filed/bank.csv:2"


def test_an_org_that_closed_within_the_period_may_file(desk: Desk) -> None:
    assert load(desk, "clients,B2,2023,,1,户,,,,x").figures


def test_without_an_org_tree_orgs_are_taken_as_they_are(desk: Desk) -> None:
    assert load(desk, "clients,ANY,2024,,1,户,,,,x", orgs=None).figures[0].key.org == "ANY"


def test_optional_columns_may_be_left_out_and_synthetic_is_kept(desk: Desk) -> None:
    result = load(desk, "clients,LZB,2024,1,户", header="# synthetic\n指标,机构,期间,数值,单位")
    assert result.figures[0].value == 1 and result.inputs[0].synthetic
    assert set(rules(result.findings)) == {"column_optional_missing", "filed_source"}


NAMES = list(METRICS)
PIECES = st.sampled_from(
    [
        *NAMES,
        "LZB",
        "HQ",
        "2024",
        "2024Q3",
        "sex=男",
        "1",
        "-0.0",
        "亿元",
        "人",
        "over",
        "value",
        "not_available",
        "",
        "x",
        "=",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(PIECES | st.text(max_size=8), min_size=10, max_size=10), max_size=4))
def test_any_rows_give_figures_or_findings(desk: Desk, rows: list[list[str]]) -> None:
    quoted = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    text = "\n".join([HEAD, *quoted]).encode("utf-8", "surrogatepass")
    path = desk.put("any.csv", text)
    result = load_filed([path], root=desk.root, metrics=METRICS, resolve=resolve, orgs=ORGS)
    assert not (result.figures and any(f.blocks for f in result.findings))


@given(
    digits=st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9)
)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_value_survives_the_change_of_unit_exactly(desk: Desk, digits: Decimal) -> None:
    [figure] = load(desk, f"total_loans,LZB,2024,,{digits:f},亿元,,,,x").figures
    assert isinstance(figure.value, Decimal) and unit("元").to(unit("亿元"), figure.value) == digits


def test_a_title_above_the_heading_is_told(desk: Desk) -> None:
    [finding] = load(desk, HEAD, "coverage,LZB,2023,,1.0,%,,,,x", header="2024 年填报表,,,,,,,,,").findings
    assert (finding.rule, finding.place.row) == ("heading_below", 2)
