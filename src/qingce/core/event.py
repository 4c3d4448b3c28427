"""Event (事项): who did what to which figure or case; what the journal is made of.

An event is written once and never changed. Its canonical line is the same bytes everywhere, so that
anybody can chain and verify a journal with nothing but sha256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qingce.core.errors import DeclarationError, Refused

Json = None | bool | int | str | list["Json"] | Mapping[str, "Json"]
"""What a detail may hold. No floats: a Decimal is its text, so that a line is the same bytes on every machine."""

GENESIS = "0" * 64
"""The hash before the first event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a hash-chained journal: ``hash`` covers the line and, through ``prev``, every line before it.

    Attributes:
        at: UTC, to the millisecond.
        by: the account that acted; ``system`` for what the program did by itself.
        did: what was done, one of :data:`qingce.core.event.VERBS`.
        subject: what it was done to: a figure's key, ``account/ID``, ``campaign/ID`` ...
        detail: what was said or changed.
        seq: place in the journal, from 1; 0 until it stands there.

    >>> when = dt.datetime(2025, 1, 11, 9, 0, tzinfo=dt.UTC)
    >>> one = Event(when, "filer", "filed", "headcount/HQ/2024", {"value": "4280"})
    >>> two = Event(when, "reviewer", "reviewed", one.subject, prev=one.hash)
    >>> two.prev == one.hash and len(two.hash) == 64
    True
    >>> one.line
    '{"at":"2025-01-11T09:00:00.000Z","by":"filer","detail":{"value":"4280"},"did":"filed","subject":"headcount/HQ/2024"}'
    >>> Event.read(one.line) == one
    True
    """

    at: dt.datetime
    by: str
    did: str
    subject: str
    detail: Mapping[str, Json] = field(default_factory=dict)
    prev: str = GENESIS
    seq: int = 0

    @property
    def line(self) -> str:
        """Canonical JSON: sorted keys, no spaces, no floats.

        Raises:
            Refused: a character that no database keeps as text.
            DeclarationError: a detail that is not JSON.
        """
        _refuse_floats(self.detail)
        line = _ENCODE(
            {"at": moment(self.at), "by": self.by, "detail": self.detail, "did": self.did, "subject": self.subject}
        )
        if "\\u0000" in line or not line.isascii():
            _refuse_what_no_database_keeps(line)
        return line

    @property
    def hash(self) -> str:
        """sha256 over the previous hash, a line feed and the line."""
        return chained(self.prev, self.line)

    @classmethod
    def read(cls, line: str, prev: str = GENESIS, seq: int = 0) -> Event:
        """The event that ``line`` holds."""
        raw = json.loads(line)
        at = dt.datetime.fromisoformat(raw["at"])
        return cls(at, raw["by"], raw["did"], raw["subject"], raw["detail"], prev, seq)


def chained(prev: str, line: str) -> str:
    """The hash of a line that follows the line whose hash is ``prev``."""
    return hashlib.sha256(f"{prev}\n{line}".encode()).hexdigest()


def moment(at: dt.datetime) -> str:
    """A time as it stands on the journal: UTC, milliseconds.

    >>> moment(dt.datetime(2025, 1, 11, 17, 0, tzinfo=dt.timezone(dt.timedelta(hours=8))))
    '2025-01-11T09:00:00.000Z'
    """
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def canonical(value: Json) -> str:
    """JSON that is the same bytes on every machine.

    Raises:
        DeclarationError: a float, or anything that is not JSON.

    >>> canonical({"b": [1, "元"], "a": None})
    '{"a":null,"b":[1,"元"]}'
    """
    _refuse_floats(value)
    return _ENCODE(value)


# one encoder for all lines: making one for each costs more than encoding
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict).encode


def _refuse_floats(value: Any) -> None:
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise DeclarationError(f"An event's detail has the key {key!r}; keys are text.")
            if type(inner) is not str:
                _refuse_floats(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _refuse_floats(inner)
    else:
        raise DeclarationError(f"An event's detail holds {value!r}; write a Decimal or a date as its text.")


def _refuse_what_no_database_keeps(line: str) -> None:
    # a literal backslash before u0000 is doubled in JSON; an odd run of them is the character itself
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000", line) or _SURROGATE.search(line):
        raise Refused("文字中有不能保存的字符（空字符或残缺的字符），请删去后再试。")


_SURROGATE = re.compile("[\ud800-\udfff]")


VERBS: Mapping[str, str] = {
    # people
    "account_opened": "开立账户", "account_changed": "变更账户", "account_closed": "停用账户",
    "password_set": "设置口令", "signed_in": "登录", "sign_in_refused": "登录被拒", "signed_out": "退出",
    "signed_out_everywhere": "全部退出", "role_granted": "授予角色", "role_revoked": "收回角色",
    "stand_in_named": "指定代理", "stand_in_ended": "终止代理", "token_issued": "签发令牌", "token_revoked": "收回令牌",
    "link_issued": "发出一次性链接", "link_used": "使用一次性链接", "setting_changed": "变更设置",
    # collecting
    "campaign_opened": "启动收集", "campaign_changed": "变更收集", "campaign_closed": "结束收集",
    "item_assigned": "分派", "item_reassigned": "改派", "item_taken_over": "接办", "item_due_moved": "调整期限",
    "filed": "填报", "explained": "说明差异", "explanation_accepted": "认可说明", "explanation_returned": "退回说明",
    "submitted": "提交", "reviewed": "复核通过", "returned": "退回", "approved": "审批通过",
    "voided": "审批失效",
    "withdrawn": "撤回", "imported": "导入台账", "import_refused": "导入被拒", "import_withdrawn": "撤回台账",
    "computed": "计算", "attached": "附证据", "detached": "撤下证据",
    "evidence_exported": "导出证据包", "commented": "评论",
    "comment_resolved": "评论已处理",
    "reminded": "催办", "escalated": "上报", "workbook_issued": "发出工作簿", "workbook_received": "收回工作簿",
    # cases
    "case_opened": "开立工单", "case_assigned": "指派工单", "case_moved": "推进工单", "case_due_moved": "调整工单期限",
    "case_closed": "办结工单",
    # materiality
    "assessment_opened": "启动重要性评估", "stakeholder_set": "设定利益相关方", "stakeholder_removed": "撤销利益相关方",
    "assessor_named": "指定打分人", "scores_submitted": "提交打分", "scores_returned": "退回打分",
    "materiality_proposed": "提请确认重要性", "materiality_reopened": "重要性确认失效",
    "governance_set": "设立治理机构",
    "topic_set": "设定议题", "topic_removed": "撤销议题", "survey_opened": "发起调查", "survey_answered": "收到问卷",
    "survey_closed": "结束调查", "topic_scored": "议题打分", "weights_set": "设定权重", "thresholds_set": "设定阈值",
    "materiality_confirmed": "确认重要性", "responsibility_set": "设定职责", "meeting_held": "召开会议",
    "resolution_passed": "通过决议",
    # publishing
    "finding_waived": "豁免疑点", "waiver_ended": "终止豁免", "frozen": "封版", "change_requested": "申请变更",
    "change_decided": "批复变更", "published": "发布", "edition_withdrawn": "撤回发布", "restated": "追溯调整",
    "omission_set": "说明从略", "omission_removed": "撤销从略", "leader_named": "设定分管领导",
    "footnote_set": "附注", "brief_issued": "出具会议简报",
    "feedback_received": "收到读者意见", "feedback_answered": "答复读者意见",
    "draft_issued": "发出 Word 稿", "draft_returned": "收回 Word 稿", "draft_accepted": "采纳修改",
    "draft_declined": "不采纳修改",
    # assurance
    "engagement_opened": "开展鉴证", "sample_drawn": "抽样", "evidence_requested": "索取证据",
    "evidence_provided": "提供证据", "conclusion_recorded": "记录结论", "pack_exported": "导出复算包",
    # operating
    "webhook_set": "设置推送", "webhook_removed": "取消推送", "backed_up": "备份", "restored": "恢复",
    "checkpointed": "签发检查点", "journal_exported": "导出日志",
}
"""Every verb with its Chinese label; a journal takes no other."""
GROUPS: Mapping[str, tuple[str, str]] = {
    "people": ("人员与权限", "account_opened"), "collecting": ("收集", "campaign_opened"),
    "cases": ("工单", "case_opened"), "materiality": ("重要性", "assessment_opened"),
    "publishing": ("封版与发布", "finding_waived"), "assurance": ("鉴证", "engagement_opened"),
    "operating": ("运行", "webhook_set"),
}
"""Groups of verbs with their Chinese label and the first verb of each, in the order of :data:`VERBS`."""


def verbs_of(group: str) -> tuple[str, ...]:
    """The verbs of a group; none of one that is not there.

    >>> verbs_of("cases")
    ('case_opened', 'case_assigned', 'case_moved', 'case_due_moved', 'case_closed')
    """
    if group not in GROUPS:
        return ()
    every, firsts = list(VERBS), [first for _, first in GROUPS.values()]
    at = firsts.index(GROUPS[group][1])
    end = every.index(firsts[at + 1]) if at + 1 < len(firsts) else len(every)
    return tuple(every[every.index(firsts[at]):end])
