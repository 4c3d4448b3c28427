"""How an event of the journal is said in a line: its verb, and of its detail what people need to see."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.requests import Request

from qingce.core.event import VERBS, Event, Json
from qingce.services.desk import Desk
from qingce.web.action_words import word
from qingce.web.language import marked as _
from qingce.web.render import translator
from qingce.web.show import ROLES

MARKED = (
    _("开立账户"), _("变更账户"), _("停用账户"), _("设置口令"), _("登录"), _("登录被拒"), _("退出"), _("全部退出"),
    _("授予角色"), _("收回角色"), _("指定代理"), _("终止代理"), _("签发令牌"), _("收回令牌"), _("发出一次性链接"),
    _("使用一次性链接"), _("变更设置"), _("启动收集"), _("变更收集"), _("结束收集"), _("分派"), _("改派"),
    _("接办"), _("调整期限"), _("填报"), _("说明差异"), _("认可说明"), _("退回说明"), _("提交"), _("复核通过"),
    _("退回"), _("审批通过"), _("审批失效"), _("撤回"), _("导入台账"), _("导入被拒"), _("撤回台账"), _("计算"),
    _("附证据"), _("撤下证据"), _("导出证据包"), _("评论"), _("评论已处理"), _("催办"), _("上报"), _("发出工作簿"),
    _("收回工作簿"), _("开立工单"), _("指派工单"), _("推进工单"), _("调整工单期限"), _("办结工单"), _("设定议题"),
    _("撤销议题"), _("发起调查"), _("收到问卷"), _("结束调查"), _("议题打分"), _("设定权重"), _("设定阈值"),
    _("确认重要性"), _("设定职责"), _("召开会议"), _("通过决议"), _("豁免疑点"), _("终止豁免"), _("封版"),
    _("申请变更"), _("批复变更"), _("发布"), _("撤回发布"), _("追溯调整"), _("说明从略"), _("撤销从略"),
    _("设定分管领导"), _("附注"), _("出具会议简报"), _("收到读者意见"), _("答复读者意见"),
    _("发出 Word 稿"), _("收回 Word 稿"), _("采纳修改"), _("不采纳修改"), _("开展鉴证"), _("抽样"), _("索取证据"),
    _("提供证据"), _("记录结论"), _("导出复算包"), _("设置推送"), _("取消推送"), _("备份"), _("恢复"),
    _("签发检查点"), _("导出日志"), _("人员与权限"), _("收集"), _("工单"), _("重要性"), _("封版与发布"), _("鉴证"),
    _("运行"),
)
"""Labels of verbs and of their groups, marked for translation; :data:`qingce.core.event.VERBS` has them by name."""
KEYS: Mapping[str, str] = {
    "post": _("岗位"), "org": _("机构"), "contact": _("联系方式"), "identity": _("统一身份"), "language": _("语言"),
    "role": _("角色"), "packs": _("指标包"), "since": _("自"), "until": _("至"), "instead_of": _("代理"),
    "words": _("说明"), "reason": _("原因"), "value": _("数值"), "unit": _("单位"), "answered": _("答复"),
    "source": _("出处"), "label": _("名称"), "title": _("标题"), "name": _("名称"), "due": _("期限"),
    "day": _("日期"), "days": _("天数"), "scopes": _("权限"), "purpose": _("用途"), "address": _("来自"),
    "how": _("方式"), "file": _("文件"), "rows": _("行数"), "used": _("采用"), "refused": _("未采用"),
    "assignee": _("办理人"), "owner": _("填报"), "reviewer": _("复核"), "approver": _("审批"), "flow": _("流程"),
    "about": _("关于"), "events": _("事项数"), "period": _("期间"), "edition": _("版本"), "note": _("备注"),
    "text": _("内容"), "url": _("地址"), "reply": _("答复"), "rule": _("规则"), "dataset": _("台账"),
    "account": _("账户"),
}
"""What the parts of a detail are called; a part that is not here stands on the event's own page only."""
VALUES: Mapping[tuple[str, str], str] = {
    ("answered", "value"): _("有数值"), ("answered", "not_applicable"): _("不适用"),
    ("answered", "not_available"): _("适用但暂缺"), ("how", "demo"): _("演示环境"), ("how", "password"): _("口令"),
    ("how", "oidc"): _("统一身份"), ("how", "link"): _("一次性链接"), ("qualifier", "exact"): _("准确"),
    ("qualifier", "over"): _("超过"), ("qualifier", "nearly"): _("接近"), ("qualifier", "about"): _("大约"),
}
"""What the codes of a detail are called, by its part."""
_MOST = 90


class Teller:
    """Says events in the language of a reader.

    Args:
        speak: translates a message.
        org_name: how an org is called, by its code.
        posts: how accounts are called.
    """

    def __init__(
        self, speak: Callable[[str], str], org_name: Callable[[str], str], posts: Mapping[str, str]
    ) -> None:
        self._speak, self._org_name, self._posts = speak, org_name, posts

    def did(self, event: Event) -> str:
        """What was done."""
        return self._speak(VERBS.get(event.did, event.did))

    def by(self, event: Event) -> str:
        """Who did it."""
        return self._speak("系统") if event.by == "system" else self._posts.get(event.by, event.by)

    def said(self, event: Event) -> str:
        """Its detail in one line, without what only machines read and what is too deep for a line."""
        parts = []
        for key, label in KEYS.items():
            value = self._value(key, event.detail.get(key))
            if value:
                parts.append(f"{self._speak(label)} {value}")
        text = " · ".join(parts)
        return text if len(text) <= _MOST else text[:_MOST] + "…"

    def key(self, name: str) -> str:
        """What a part of a detail is called; its name where it has no words."""
        return self._speak(KEYS[name]) if name in KEYS else name

    def _value(self, key: str, value: Json) -> str:
        if value in (None, "", [], {}, ["*"]):
            return ""
        if isinstance(value, str):
            if key == "role" and value in ROLES:
                return self._speak(ROLES[value])
            if (key, value) in VALUES:
                return self._speak(VALUES[key, value])
            if key == "org":
                return self._org_name(value)
            return self._posts.get(value, value) if key in ("assignee", "instead_of") else value
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            return "、".join(self._speak(word(str(each))) if key == "scopes" else str(each) for each in value)
        return "" if isinstance(value, list | Mapping) else str(value)


def teller(request: Request, desk: Desk, posts: Mapping[str, str]) -> Teller:
    """A teller in the language of a request."""
    return Teller(translator(request), lambda org: desk.tree.name(org) if org in desk.tree else org, posts)
