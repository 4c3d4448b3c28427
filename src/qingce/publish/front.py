"""Front matter (页首信息): what a page's file says of the page before its text begins."""

from __future__ import annotations

import re
from collections.abc import Callable

import yaml

from qingce.core.errors import QingceError, nearest

KEYS = ("title", "slug", "part", "part_title", "number", "org", "period")


class FrontError(QingceError):
    """Front matter without which the page cannot be read."""

    def __init__(self, rule: str, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.rule, self.reason, self.advice = rule, reason, advice


def read_front(text: str, wrong: Callable[[str, str, str], None]) -> dict[str, str]:
    """The front matter of a page.

    Args:
        wrong: told what is wrong but does no harm: rule, reason, advice.

    Raises:
        FrontError: it is not YAML, has no title or no slug that can be used.
    """
    try:
        raw = yaml.safe_load(text) if text else {}
    except yaml.YAMLError as exc:
        raise FrontError("page_front_matter", f"页首信息不是 YAML：{exc}", "页首写成 title: 标题 这样的行。") from exc
    if not isinstance(raw, dict) or not raw.get("title") or not raw.get("slug"):
        raise FrontError("page_front_matter", "页首缺 title 或 slug。", "在文件最前面用 --- 围起 title 和 slug。")
    for key in raw:
        if key not in KEYS:
            wrong("page_front_matter", f"页首有不认识的 {key!r}。", nearest(str(key), KEYS))
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", str(raw["slug"])):
        raise FrontError("page_slug", f"slug {raw['slug']!r} 只能用小写字母、数字和连字符。", "例如 green-finance。")
    return {str(k): "" if v is None else str(v) for k, v in raw.items()}
