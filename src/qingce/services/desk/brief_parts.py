"""The parts of a brief: what is to be decided, how collecting goes, what does not hold, what changed, what is next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qingce.casework.campaign import Campaign, Tally
from qingce.casework.item import STEP_LABELS, Item, Step
from qingce.casework.rights import Actor
from qingce.core.amount import Absent
from qingce.core.check import Finding, Severity, Status
from qingce.core.figure import Answered, Qualifier
from qingce.publish.brief import Entry, Section, section
from qingce.services.desk.collecting import items
from qingce.services.desk.compare import figure_lines
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import Edition, figures_of, read_editions, sealed
from qingce.services.desk.items import latest_figures, latest_findings, read_campaigns
from qingce.services.desk.labels import item_label, metric_label, org_name
from qingce.services.desk.materiality.rounds import Round, read_rounds
from qingce.services.desk.restate import Change, Restatement, read_changes, read_register
from qingce.services.desk.waivers import Waiver, read_waivers

_SOON = dt.timedelta(days=30)
_SEVERITY = {Severity.ERROR: "必须处理", Severity.WARNING: "须关注"}
_FILED = ("submitted", "reviewed", "approved")


@dataclass(frozen=True)
class Standing:
    """The state of the desk that a brief tells, read once."""

    campaign: Campaign | None
    items: Sequence[Item]
    failing: Sequence[Finding]
    built: str
    waivers: Sequence[Waiver]
    changes: Sequence[Change]
    register: Sequence[Restatement]
    editions: Sequence[Edition]
    rounds: Sequence[Round]


def standing_of(desk: Desk, actor: Actor) -> Standing:
    """Read it; items are those that the actor may see."""
    period = str(desk.settings.period)
    with desk.reading() as db:
        campaigns = [c for c in read_campaigns(db) if c.period == period]
        waivers = [w for w in read_waivers(db) if w.holds(desk.today)]
        changes, register = read_changes(db), read_register(db)
        frozen = [e for e in read_editions(db) if e.period == period and e.state != "withdrawn"]
        rounds = read_rounds(db)
    at_hand = campaigns[0] if campaigns else None
    mine = items(desk, actor, campaign=at_hand.id) if at_hand else []
    waived = {w.finding for w in waivers}
    failing = [f for f in latest_findings(desk) if f.status is Status.FAIL and f.severity in _SEVERITY
               and f.content not in waived]
    builds = desk.figures.builds()
    return Standing(at_hand, mine, failing, builds[-1][1] if builds else "", waivers, changes, register, frozen, rounds)


def parts_of(desk: Desk, now: Standing, audience: str) -> tuple[Section, ...]:
    """The sections in the order in which a meeting takes them."""
    return (_decisions(desk, now, audience), _collecting(desk, now), _exceptions(desk, now),
            _changed(desk, now), _next(desk, now))


# -- to be decided ----------------------------------------------------------------------------------
def _decisions(desk: Desk, now: Standing, audience: str) -> Section:
    board = audience == "board"
    found = [Entry("确认", f"重要性评估“{r.label}”已提请确认，共 {len(r.case.topics)} 个议题。")
             for r in now.rounds if r.state == "proposed"]
    if not board:
        found += [Entry("批复", f"变更申请：{c.reason}") for c in now.changes if c.state == "asked"]
        waiting = [r for r in now.register if not r.approved]
        if waiting:
            found.append(Entry("批复", f"追溯调整 {len(waiting)} 项：{'、'.join(r.label for r in waiting)}。"))
        errors = sum(f.severity is Severity.ERROR for f in now.failing)
        if errors:
            found.append(Entry("改正", f"{errors} 项勾稽不符必须改正或豁免，否则不能封版。"))
        found += [Entry("续期", f"豁免 {w.until} 到期：{w.words}") for w in now.waivers
                  if dt.date.fromisoformat(w.until) <= desk.today + _SOON]
    if now.editions and now.editions[0].state == "frozen":
        word = "审议" if board else "发布"
        found.append(Entry(word, f"{now.editions[0].label}已于 {now.editions[0].at[:10]} 封版，尚未发布。"))
    return section("提请决定", found, none="没有等待决定的事项。", where="“重要性”与“封版与发布”")


# -- how it goes ------------------------------------------------------------------------------------
def _collecting(desk: Desk, now: Standing) -> Section:
    if now.campaign is None or not now.items:
        return section("收集进程", [], none="本期尚未启动收集。")
    whole, by_org = Tally(), dict[str, Tally]()
    for item in now.items:
        whole.add(item, desk.today)
        by_org.setdefault(item.org, Tally()).add(item, desk.today)
    filed = sum(count for state, count in whole.states.items() if state in _FILED)
    lead = (f"“{now.campaign.label}”应收 {whole.total} 项：已提交 {filed * 100 // whole.total}%（{filed} 项），"
            f"已审批 {whole.percent}%（{whole.approved} 项），逾期 {whole.late} 项。")
    late = sorted(((t.late, t.worst, org) for org, t in by_org.items() if t.late), reverse=True)
    entries = [Entry("逾期", f"{org_name(desk, org)}：{count} 项，最久 {worst} 天。") for count, worst, org in late]
    return section("收集进程", entries, lead=lead, where="“进度”")


# -- what does not hold -----------------------------------------------------------------------------
def _exceptions(desk: Desk, now: Standing) -> Section:
    order = list(_SEVERITY)
    found = [Entry(_SEVERITY[f.severity], f.reason) for f in sorted(now.failing, key=lambda f: order.index(f.severity))]
    open_ = [i for i in now.items if i.unexplained]
    found += [Entry("差异", f"{item_label(desk, i)}（{org_name(desk, i.org)}）与上年相差 "
                            f"{i.variance.text if i.variance else ''}，尚未说明。") for i in open_]
    found += [Entry("缺口", f"{item_label(desk, i)}（{org_name(desk, i.org)}）暂缺：{i.answer.reason}")
              for i in now.items if i.answer.answered is Answered.NOT_AVAILABLE]
    found += [Entry("豁免", f"{w.words.rstrip('。')}（原因：{w.reason.rstrip('。')}；至 {w.until}）。")
              for w in now.waivers]
    found += [Entry("追溯", f"{r.label}：{r.old_text or '—'}调整为{r.new_text or '—'}。") for r in now.register]
    found += _estimates(desk)
    return section("例外事项", found, none="没有未处理的例外事项。", where="“疑点”")


def _estimates(desk: Desk) -> list[Entry]:
    """Figures of the report's own org and period that their sources gave as about so much."""
    org, period = desk.settings.org, str(desk.settings.period)
    names = [metric_label(desk, k.metric, k.dims) for k, f in sorted(latest_figures(desk).items())
             if (k.org, k.period) == (org, period) and f.qualifier is Qualifier.ABOUT]
    shown = "、".join(names[:4])
    return [Entry("估计", f"{len(names)} 个数值为约数：{shown}{'等' if len(names) > 4 else ''}。")] if names else []


# -- what changed -----------------------------------------------------------------------------------
def _changed(desk: Desk, now: Standing) -> Section:
    if not now.editions:
        return section("上一版以来的变化", [], none="本期尚未封版，没有可比的上一版。")
    last = now.editions[0]
    frozen = figures_of(sealed(desk, last))
    printed = {f["id"]: f for f in frozen["figures"] if f["pages"]}
    moved = [line for line in figure_lines({**frozen, "figures": list(printed.values())},
                                           _as_stored(desk, frozen, printed)) if line.change == "变动"]
    entries = [Entry("变动", f"{line.label}：{line.before} → {line.after}") for line in moved]
    return section("上一版以来的变化", entries, lead=f"对照{last.label}（{last.at[:10]} 封版）印出的数值。",
                   none="印出的数值没有变动。", where="“封版与发布”")


def _as_stored(desk: Desk, frozen: Any, printed: dict[str, Any]) -> dict[str, Any]:
    """The printed figures of an edition as the latest build stored them."""
    from qingce.services.desk.figurepage import figure_text

    stored = {str(key): figure for key, figure in latest_figures(desk).items()}
    found = []
    for key, old in printed.items():
        figure, metric = stored.get(key), desk.registry.metrics.get(old["metric"])
        if figure is None or metric is None:
            found.append(old)
            continue
        value = None if isinstance(figure.value, Absent) else figure.value
        before = None if old["value"] is None else Decimal(old["value"])
        same = (value, figure.unit.name, str(figure.answered)) == (before, old["unit"], old["answered"])
        found.append(old if same else {**old, "value": None if value is None else f"{value:f}",
                                       "answered": str(figure.answered), "text": figure_text(metric, figure),
                                       "unit": figure.unit.name})
    return {**frozen, "figures": found}


# -- what comes next --------------------------------------------------------------------------------
def _next(desk: Desk, now: Standing) -> Section:
    dates: list[tuple[str, str]] = []
    if now.campaign is not None and now.campaign.state == "open":
        dates += [(now.campaign.due[step].isoformat(), f"{STEP_LABELS[step]}截止") for step in Step
                  if step in now.campaign.due]
    dates += [(w.until, f"豁免到期：{w.words}") for w in now.waivers]
    dates += [(s.until, f"问卷“{s.label}”截止") for r in now.rounds for s in r.surveys if s.until and s.state == "open"]
    coming = sorted({one for one in dates if one[0] >= desk.today.isoformat()})
    return section("下一步日期", [Entry(f"{int(day[5:7])}月{int(day[8:])}日", words) for day, words in coming],
                   none="没有登记的日期。")
