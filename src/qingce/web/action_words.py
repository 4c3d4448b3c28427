"""What each action is called where people choose among them, as the scopes of a token."""

from __future__ import annotations

from collections.abc import Mapping

from qingce.services.desk import Action
from qingce.web.language import marked as _

WORDS: Mapping[Action, str] = {
    Action.READ_FIGURES: _("看数值"), Action.READ_ITEMS: _("看填报项"), Action.READ_RECORDS: _("看台账"),
    Action.READ_EVIDENCE: _("看证据"), Action.READ_FINDINGS: _("看疑点"), Action.READ_PAGES: _("看报告"),
    Action.READ_MATERIALITY: _("看重要性"), Action.READ_EDITIONS: _("看版本"), Action.READ_PEOPLE: _("看人员"),
    Action.READ_JOURNAL: _("看日志"), Action.FILE: _("填报"), Action.IMPORT: _("导入台账"),
    Action.EXPLAIN: _("说明差异"), Action.ATTACH: _("附证据"), Action.SUBMIT: _("提交"), Action.REVIEW: _("复核"),
    Action.APPROVE: _("审批"), Action.COMMENT: _("评论"), Action.DELEGATE: _("指定代理"), Action.TAKE_OVER: _("接办"),
    Action.RUN_CAMPAIGN: _("组织收集"), Action.REMIND: _("催办"), Action.COMPUTE: _("编制"),
    Action.SCORE_TOPICS: _("议题打分"), Action.RUN_MATERIALITY: _("组织重要性评估"),
    Action.CONFIRM_MATERIALITY: _("确认重要性"), Action.WAIVE_FINDING: _("豁免疑点"), Action.FREEZE: _("封版"),
    Action.REQUEST_CHANGE: _("申请变更"), Action.DECIDE_CHANGE: _("批复变更"), Action.PUBLISH: _("发布"),
    Action.RESTATE: _("追溯调整"), Action.EDIT_INDEX: _("维护标准索引"), Action.ANSWER_FEEDBACK: _("答复读者"),
    Action.RUN_ENGAGEMENT: _("组织鉴证"), Action.DRAW_SAMPLE: _("抽样"), Action.REQUEST_EVIDENCE: _("索取证据"),
    Action.CONCLUDE: _("记录结论"), Action.ISSUE_BRIEF: _("出具会议简报"),
    Action.RUN_CASES: _("管理工单"), Action.HANDLE_CASES: _("办理工单"),
    Action.DRAFT_PAGES: _("收发 Word 稿"), Action.DECIDE_TEXT: _("采纳文字修改"),
    Action.MANAGE_PEOPLE: _("管理人员"), Action.OPERATE: _("运行系统"),
}


def word(action: str) -> str:
    """An action in words; one that has none is shown by its name."""
    return WORDS[Action(action)] if action in set(WORDS) else str(action)
