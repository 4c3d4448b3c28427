"""How things are shown: states, severities and notices with icon, word and colour; times, sizes, hashes.

A state is never told by colour alone: each has an icon and a word of its own.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

from qingce.web.language import marked as _

SHANGHAI = timezone(timedelta(hours=8))
STATES: dict[str, tuple[str, str, str]] = {
    "not_started": (_("未开始"), "circle", "idle"),
    "in_progress": (_("填报中"), "half", "work"),
    "in_review": (_("待复核"), "eye", "wait"),
    "in_approval": (_("待审批"), "stamp", "wait"),
    "approved": (_("已通过"), "check", "good"),
    "returned": (_("已退回"), "back", "warn"),
    "void": (_("已失效"), "void", "bad"),
    "overdue": (_("逾期"), "clock", "bad"),
    "not_applicable": (_("不适用"), "slash", "idle"),
    "not_available": (_("暂缺"), "gap", "warn"),
}
"""State of a collected figure: word, icon, tone."""
SEVERITIES: dict[str, tuple[str, str, str]] = {
    "ERROR": (_("错误"), "octagon", "bad"),
    "WARNING": (_("提醒"), "triangle", "warn"),
    "NOTE": (_("提示"), "info", "wait"),
}
NOTICES: dict[str, tuple[str, str, str]] = {
    "done": (_("已完成"), "check", "good"),
    "info": (_("说明"), "info", "wait"),
    "warn": (_("请注意"), "triangle", "warn"),
    "error": (_("未能完成"), "octagon", "bad"),
}
ROLES = {
    "data_owner": _("填报人"), "reviewer": _("复核人"), "approver": _("审批人"), "esg_office": _("ESG 办公室"),
    "manager": _("管理层"), "board_reader": _("董事会阅览"), "assurer": _("鉴证人员"), "administrator": _("系统管理员"),
    "public": _("公众"),
}
"""The roles' labels, as :data:`qingce.casework.rights.ROLE_LABELS` has them, marked for translation."""
CHIPS = {"state": STATES, "severity": SEVERITIES, "notice": NOTICES}


def chip(value: object, family: str = "state") -> tuple[str, str, str]:
    """Word, icon and tone of a value of a family; what is unknown is shown as it stands.

    >>> chip("approved")
    ('已通过', 'check', 'good')
    >>> chip("别的")
    ('别的', 'circle', 'idle')
    """
    name = str(getattr(value, "value", value))
    return CHIPS[family].get(name, (name, "circle", "idle"))


def _moment(value: datetime | str) -> datetime:
    made = datetime.fromisoformat(value) if isinstance(value, str) else value
    return (made if made.tzinfo else made.replace(tzinfo=UTC)).astimezone(SHANGHAI)


def clock(value: datetime | str | None) -> str:
    """A moment as people in the bank read it; UTC comes in, Shanghai time goes out.

    >>> clock("2025-03-01T16:30:00.000Z")
    '2025-03-02 00:30'
    """
    return "—" if not value else f"{_moment(value):%Y-%m-%d %H:%M}"


def day(value: date | str | None) -> str:
    """A day.

    >>> day("2025-03-01"), day(None)
    ('2025-03-01', '—')
    """
    if not value:
        return "—"
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value):
        return f"{_moment(value):%Y-%m-%d}"
    return str(value)


def size(value: int) -> str:
    """A file's size.

    >>> size(812), size(41_300), size(3_900_000)
    ('812 B', '40.3 kB', '3.7 MB')
    """
    if value < 1024:
        return f"{value} B"
    return f"{value / 1024:.1f} kB" if value < 1024 * 1024 else f"{value / 1024 / 1024:.1f} MB"


def short(value: str, digits: int = 12) -> str:
    """The beginning of a hash; the whole stands in the element's title."""
    return value if len(value) <= digits else value[:digits] + "…"


def number(value: Decimal | int | str | None) -> str:
    """A number with thousands separators and the decimals it came with; what is absent is a dash.

    >>> number(Decimal("1234567.50")), number(0), number(None)
    ('1,234,567.50', '0', '—')
    """
    if value is None or value == "":
        return "—"
    return f"{Decimal(value):,f}"


FILTERS = {"chip": chip, "clock": clock, "day": day, "filesize": size, "short": short, "number": number}
