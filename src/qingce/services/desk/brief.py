"""The brief (会议简报): what management or the board must know on one page, from the desk as it stands today."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from qingce.casework.rights import Action, Actor
from qingce.core.amount import Absent, points
from qingce.core.errors import Missing, Refused
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Kind
from qingce.core.period import Period
from qingce.publish.brief import Brief, Headline
from qingce.services.desk.brief_parts import Standing, parts_of, standing_of
from qingce.services.desk.desk import Desk
from qingce.services.desk.figurepage import figure_text, read_key
from qingce.services.desk.items import latest_figures
from qingce.services.desk.labels import metric_label, org_name

AUDIENCES: Mapping[str, str] = {"management": "管理层", "board": "董事会"}
FORMS = ("pdf", "docx")


@dataclass(frozen=True, slots=True)
class Issued:
    """A brief as a file."""

    name: str
    form: str
    data: bytes
    sha256: str


def brief(desk: Desk, actor: Actor, audience: str) -> Brief:
    """The brief for an audience; the same state on the same day gives the same brief.

    Args:
        audience: ``management`` or ``board``.

    Raises:
        Denied: no right to see it for the whole bank.
        Missing: no such audience.
        Refused: a headline figure of the settings is none.
    """
    desk.require(actor, Action.ISSUE_BRIEF, desk.target(desk.settings.org))
    if audience not in AUDIENCES:
        raise Missing("简报只有管理层（management）和董事会（board）两种。")
    now = standing_of(desk, actor)
    return Brief(
        desk.settings.organisation, f"{desk.settings.period} 年度 ESG 工作简报", AUDIENCES[audience],
        str(desk.settings.period), desk.today, _basis(now), headline(desk), parts_of(desk, now, audience),
    )


def _basis(now: Standing) -> str:
    built = f"关键数值取自 {now.built[:10]} 的编制；" if now.built else "尚未编制；"
    return f"{built}其余取自填报台当日状态。由青册生成，出具即记入日志。"


def issue_brief(desk: Desk, actor: Actor, audience: str, form: str) -> Issued:
    """The brief as a file; that it was issued, and which bytes, goes on the journal.

    Args:
        form: ``pdf`` or ``docx``.

    Raises:
        Denied, Missing, Refused: as of :func:`brief`; another format.
        PdfError: it cannot be set.
    """
    from qingce.publish.docx.brief import render_brief
    from qingce.publish.pdf.brief import fitted

    if form not in FORMS:
        raise Refused("简报只有 PDF 和 Word 两种格式。")
    short, data = fitted(brief(desk, actor, audience))
    if form == "docx":
        data = render_brief(short)
    digest = hashlib.sha256(data).hexdigest()
    with desk.writing() as made:
        made.append(actor.account, "brief_issued", f"brief/{audience}/{desk.settings.period}",
                    {"audience": audience, "form": form, "sha256": digest, "day": desk.today.isoformat()})
    return Issued(f"ESG简报-{AUDIENCES[audience]}-{desk.today:%Y%m%d}.{form}", form, data, digest)


# -- headline figures ---------------------------------------------------------------------------------
def headline(desk: Desk) -> tuple[Headline, ...]:
    """The figures that the settings name, beside last year's.

    Raises:
        Refused: one of them is no figure.
    """
    stored = latest_figures(desk)
    return tuple(_headline(desk, name, stored) for name in desk.settings.brief or desk.settings.headline)


def _headline(desk: Desk, name: str, stored: Mapping[FigureKey, Figure]) -> Headline:
    try:
        key, metric = read_key(desk, name)
    except Missing as wrong:
        words = f"qingce.toml 的 [report] brief 写了“{name}”，没有这个数值；写指标名，或“指标名/机构代码”。"
        raise Refused(words) from wrong
    label = metric_label(desk, key.metric, key.dims)
    if key.org != desk.settings.org:
        label += f"（{org_name(desk, key.org)}）"
    before = FigureKey(key.metric, key.org, str(Period.parse(key.period).year_ago), key.dims)
    one, two = stored.get(key), stored.get(before)
    now, then = (figure_text(metric, f) if f is not None else "—" for f in (one, two))
    return Headline(label, now, then, _change(metric.kind, one, two))


def _change(kind: Kind, now: Figure | None, before: Figure | None) -> str:
    """Growth in per cent; of a ratio the difference in percentage points."""
    if now is None or before is None:
        return "—"
    gap = now.amount - before.amount
    made = points(gap) if kind is Kind.RATE and not gap.unit.dimension else (gap / abs(before.amount)).to("%")
    if isinstance(made.value, Absent):
        return "—"
    text = made.unit.print(made.value)
    sign = "+" if made.value > 0 and text.strip("0.") else ""
    return f"{sign}{text}{'%' if made.unit.name == '%' else ' 个百分点'}"
