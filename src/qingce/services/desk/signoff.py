"""The sign-off matrix (责任分工表): for each figure who files, reviews, approves and leads, by post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from qingce.casework.item import Item, Step
from qingce.casework.rights import Action, Actor
from qingce.casework.routing import Roster
from qingce.core.errors import Refused
from qingce.ledger.projections.editions import leader
from qingce.publish.docx.sheets import render_matrix
from qingce.publish.matrix import Matrix
from qingce.publish.xlsx.matrix import render_matrix_book
from qingce.services.desk.acting import posts, roster
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import items_of
from qingce.services.desk.laid import campaigns_of, current

HEADS = ("序号", "指标", "口径摘要", "单位", "归口部门", "填报人", "复核人", "审批人", "期限", "分管领导")
WIDTHS = (3, 9.5, 17, 4, 7.5, 8, 8, 8, 5.5, 7)
SIGNS = ("编制部门负责人（签字）", "分管领导（签字）", "日期")
_SUMMARY = 60
_POST = 60


@dataclass(frozen=True, slots=True)
class Duty:
    """A line of the matrix; posts are labels, empty where nobody holds them.

    Attributes:
        metric: the declared name; ``group`` the pack's label, under which lines stand together.
    """

    metric: str
    label: str
    group: str
    summary: str
    unit: str
    department: str
    owner: str
    reviewer: str
    approver: str
    due: str
    leader: str

    @property
    def gaps(self) -> tuple[str, ...]:
        """Columns that nobody has filled."""
        named = {"归口部门": self.department, "填报人": self.owner, "复核人": self.reviewer, "审批人": self.approver,
                 "期限": self.due, "分管领导": self.leader}
        return tuple(what for what, said in named.items() if not said)


def summary(definition: str) -> str:
    """The first sentence of a 口径, cut where it is long.

    >>> summary("期末各项贷款余额合计。不含委托贷款。")
    '期末各项贷款余额合计。'
    """
    first = re.split(r"(?<=[。；;])|\n", definition.strip(), maxsplit=1)[0]
    return first if len(first) <= _SUMMARY else first[: _SUMMARY - 1] + "…"


def duties(desk: Desk, actor: Actor) -> list[Duty]:
    """Every metric that the report prints or a campaign of its period asks for, in the report's order.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_ITEMS)
    project = current(desk)
    printed = project.composed.printed
    names = dict.fromkeys(key.metric for key in printed)
    with desk.reading() as db:
        asked = _asked(desk, db)
        leaders = read_leaders(db)
    order = {name: i for i, name in enumerate(dict.fromkeys([*names, *asked]))}
    registry = desk.registry
    known = [name for name in order if name in registry.metrics]
    packs = {pack: i for i, pack in enumerate(dict.fromkeys(registry.pack_of[name] for name in known))}
    known.sort(key=lambda name: (packs[registry.pack_of[name]], order[name]))
    return [_duty(desk, name, asked.get(name, {}), leaders) for name in known]


def _duty(desk: Desk, name: str, hands: Mapping[str, str], leaders: Mapping[str, str]) -> Duty:
    metric, pack = desk.registry.metrics[name], desk.registry.packs[desk.registry.pack_of[name]]
    department = metric.owner or pack.owner
    return Duty(name, metric.label, pack.label, summary(metric.doc), metric.shown.text or "—", department,
                hands.get("owner", ""), hands.get("reviewer", ""), hands.get("approver", ""), hands.get("due", ""),
                leaders.get(department, ""))


def _asked(desk: Desk, db: Connection) -> dict[str, dict[str, str]]:
    """For each metric that campaigns ask for its hands by post and its day."""
    found: dict[str, dict[str, dict[str, None]]] = {}
    names, holders = posts(db), roster(desk, db)
    for campaign in campaigns_of(desk, db):
        for item in items_of(desk, db, campaign):
            at = found.setdefault(item.metric, {})
            for hand, step in (("owner", Step.FILE), ("reviewer", Step.REVIEW), ("approver", Step.APPROVE)):
                for account in _holders(desk, item, hand, step, holders):
                    at.setdefault(hand, {})[names.get(account, account)] = None
            at.setdefault("due", {})[item.due[Step.FILE].isoformat()] = None
    return {name: {hand: _few(list(said)) for hand, said in hands.items()} for name, hands in found.items()}


def _holders(desk: Desk, item: Item, hand: str, step: Step, holders: Roster) -> tuple[str, ...]:
    named = getattr(item, hand)
    if named:
        return (named,)
    post = holders.of(item, step, desk.path(item.org))
    return tuple(post.holders)


def _few(said: list[str]) -> str:
    return "、".join(said) if len(said) <= 3 else f"{'、'.join(said[:2])}等 {len(said)} 个岗位"


def read_leaders(db: Connection) -> dict[str, str]:
    """The post that each department answers to."""
    return {row.department: row.post for row in db.execute(select(leader))}


def name_leader(desk: Desk, actor: Actor, department: str, post: str) -> None:
    """Say which leader a department answers to, by post; an empty post takes it back.

    Raises:
        Denied, Refused: no right; no department, or a post that is too long.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    if not department.strip() or len(department) > _POST or len(post) > _POST:
        raise Refused(f"请写明部门与分管领导的岗位，各不超过 {_POST} 字。")
    with desk.writing() as made:
        made.append(actor.account, "leader_named", f"signoff/{department.strip()}", {"post": post.strip()})


def matrix_of(desk: Desk, lines: list[Duty]) -> Matrix:
    """The matrix of these lines, as it is rendered."""
    groups: dict[int, str] = {}
    for i, line in enumerate(lines):
        if not i or line.group != lines[i - 1].group:
            groups[i] = line.group
    rows = [[str(i + 1), line.label, line.summary, line.unit, line.department, line.owner, line.reviewer,
             line.approver, line.due, line.leader] for i, line in enumerate(lines)]
    settings = desk.settings
    return Matrix(
        settings.organisation, f"{settings.title.removeprefix(settings.organisation).strip()}指标责任分工表",
        ("注：1. 填报人、复核人、审批人按岗位列示，岗位人员变动时由代理人或接任人承担同等责任。",
         "2. 期限为填报截止日；口径全文见指标口径卡。"),
        HEADS, WIDTHS, rows, groups, SIGNS, desk.today,
    )


def matrix_file(desk: Desk, actor: Actor, form: str) -> bytes:
    """The matrix as ``docx`` or ``xlsx``.

    Raises:
        Denied, Refused: no right; another format.
    """
    made = matrix_of(desk, duties(desk, actor))
    if form == "docx":
        return render_matrix(made)
    if form == "xlsx":
        return render_matrix_book(made)
    raise Refused("责任分工表只有 Word 和 Excel 两种格式。")
