"""Rules on internal control and the conduct of employees."""

from qingce.core.amount import counted_as
from qingce.core.check import WARNING, check


@check(severity=WARNING, cites="报告第 2023、2024、2186 行")
def sweep_coverage_within_headcount(behaviour_sweep_coverage, behaviour_sweeps, headcount):
    """平均每次集中排查的覆盖人次不大于员工总数：一次排查中每人只计一次。"""
    return counted_as(behaviour_sweep_coverage, "人") <= headcount * counted_as(behaviour_sweeps, "")


@check(cites="报告第 1973 行")
def every_aspect_has_risk_points(behaviour_risk_points, behaviour_screening_aspects):
    """排查风险点个数不小于排查方面个数：每个方面至少一个风险点。"""
    return behaviour_risk_points >= behaviour_screening_aspects


@check(severity=WARNING, cites="报告第 2025、2026 行")
def supervision_letters_follow_notices(sweep_supervision_letters, sweep_risk_notices):
    """督办函份数不大于风险提示份数：先提示、后督办。"""
    return sweep_supervision_letters <= sweep_risk_notices


@check(cites="报告第 2023 行")
def sweep_is_one_batch_a_quarter(behaviour_sweep):
    """同一批次的集中排查在同一季度内完成。"""
    quarters = behaviour_sweep.mutate(quarter=behaviour_sweep.held_on.quarter())
    batches = quarters.group_by("sweep_no").aggregate(quarters=quarters.quarter.nunique())
    return batches.filter(batches.quarters > 1)
