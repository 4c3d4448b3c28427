"""Blocks that stand alone on a page: tables and charts of figures, forms, check results, indexes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from qingce.core.amount import Absent
from qingce.core.check import Finding, Severity, Status
from qingce.core.errors import BindingError, nearest
from qingce.core.figure import Reading
from qingce.core.page import Also, Block, Form, Index, Line, Paragraph, Question, Table, Text
from qingce.core.period import Period
from qingce.core.unit import MONEY, MONEY_UNITS
from qingce.publish.bind import Binder, Call, number
from qingce.publish.chart import Datum, Words, build
from qingce.publish.materiality import SHOWN, drawn
from qingce.publish.voice import CHINESE, Voice

_STATUS = {Status.PASS: "相符", Status.FAIL: "不符", Status.NOT_APPLICABLE: "不适用"}
_SEVERITY = {Severity.ERROR: "必须处理", Severity.WARNING: "须关注", Severity.NOTE: "提示"}


@dataclass
class Blocks:
    """Makes the blocks of a report.

    Args:
        forms: by name, as the project's ``forms.yaml`` has them.
        findings: results of the checks, for ``checks()``.
        topics: the confirmed decision on materiality, for ``materiality()``; without one nothing is drawn.
        voice: the language of the blocks.
        standards: those that are loaded; ``index()`` leaves a placeholder, filled once all pages are bound.
    """

    forms: Mapping[str, Mapping[str, Any]]
    findings: Callable[[], Sequence[Finding]]
    standards: Sequence[str] = ()
    topics: Callable[[], Mapping[str, Any] | None] = lambda: None
    voice: Voice = CHINESE
    _count: int = field(default=0)

    def __call__(self, call: Call, binder: Binder) -> tuple[Block, ...]:
        """The blocks that a call stands for.

        Raises:
            BindingError: an argument names something that does not exist.
            TypeError: an argument the block does not take.
        """
        if call.name == "table":
            return (self._table(binder, *call.args, **call.kwargs),)
        if call.name == "chart":
            return (self._chart(binder, *call.args, **call.kwargs),)
        if call.name == "form":
            return (self._form(*call.args, **call.kwargs),)
        if call.name == "index":
            return (self._index(*call.args, **call.kwargs),)
        if call.name == "materiality":
            return self._materiality(*call.args, **call.kwargs)
        return (self._checks(**call.kwargs),)

    # -- tables -----------------------------------------------------------------------------
    def _table(
        self, binder: Binder, *names: str, by: str = "", columns: str = "value", total: bool = False, unit: str = "",
        caption: str = "", org: str = "", note: str = "", heading: str = "",
    ) -> Table:
        readings = [_one(binder, name, org, unit) for name in names]
        if not readings:
            raise BindingError("table(…) 至少写一个指标名。")
        rows = [(reading, False) for reading in readings]
        if by:
            rows = [(member, False) for member in _members(readings[0], by)]
            rows += [(readings[0], True)] if total else []
        wanted = [c.strip() for c in columns.split(",")]
        several = len({r.metric.shown.name for r in readings}) > 1 or not by
        header: list[Line] = [(Text(heading or self.voice.say("项目" if by else "指标")),)]
        header += [(Text(self.voice.say("单位")),)] if several else []
        header += [(self._headed(readings[0], aspect, several),) for aspect in wanted]
        body = []
        for reading, is_total in rows:
            first = self.voice.say("合计") if is_total else self._named(reading, by)
            cells: list[Line] = [(Text(first, strong=is_total),)]
            cells += [(Text(self.voice.unit(reading), also=self._units(reading, str)),)] if several else []
            cells += [(number(_aspect(reading, aspect).number, f"{reading.key}.{aspect}", is_total, self.voice),)
                      for aspect in wanted]
            body.append(tuple(cells))
        aligns = ("left", *(["center"] if several else []), *(["right"] * len(wanted)))
        return Table(tuple(header), tuple(body), aligns, caption, note, bool(by and total))

    def _headed(self, reading: Reading, aspect: str, several: bool) -> Text:
        if several:  # the unit has a column of its own
            return Text(self.voice.column(reading, aspect, ""))
        own = self.voice.column(reading, aspect, self.voice.unit(reading))
        also = self._units(reading, lambda name: self.voice.column(reading, aspect, name))
        return Text(own, also=also if any(text != own for _, text in also) else ())

    def _units(self, reading: Reading, say: Callable[[str], str]) -> Also:
        """Words that name the unit of a reading of money, in each unit of the switch."""
        money = self.voice.switches_units and (reading.shown or reading.metric.shown).dimension == MONEY
        return tuple((name, say(name)) for name in MONEY_UNITS) if money else ()

    # -- charts -----------------------------------------------------------------------------
    def _chart(
        self, binder: Binder, *names: str, kind: str = "bar", by: str = "", periods: int = 1, caption: str = "",
        alt: str = "", org: str = "", unit: str = "", note: str = "", heading: str = "",
    ) -> Block:
        readings = [_one(binder, name, org, unit) for name in names]
        if not readings:
            raise BindingError("chart(…) 至少写一个指标名。")
        units = [r for reading in readings for r in (_members(reading, by) if by else [reading])]
        data = []
        for reading in units:
            at = reading
            for _ in range(max(1, periods)):
                data.append(self._datum(at, self._named(reading, by)))
                at = at.prior
        if kind in ("panels", "line"):
            data.reverse() if kind == "line" else data.sort(
                key=lambda d: ([self.voice.metric(u) for u in units].index(d.label) if not by else 0, d.series)
            )
        self._count += 1
        centre = self.voice.text(readings[0]) if kind == "donut" and by else ""
        words = Words(f"chart-{self._count}-{names[0].split('.')[0]}", caption, alt, note, centre,
                      heading or self.voice.say("项目"), self.voice)
        try:
            return build(kind, data, words)
        except ValueError as exc:
            raise BindingError(str(exc)) from exc

    def _named(self, reading: Reading, by: str) -> str:
        return self.voice.member(reading) if by else self.voice.metric(reading)

    def _datum(self, reading: Reading, name: str) -> Datum:
        value = reading.amount.to(reading.shown or reading.metric.shown).value
        unit = self.voice.unit(reading)
        text = self.voice.text(reading, column=True)
        return Datum(
            name, self.voice.period(Period.parse(reading.key.period)),
            None if isinstance(value, Absent) else Decimal(value), text, unit,
            number(reading, f"{reading.key}", voice=self.voice, column=True),
            "" if text.endswith(unit) else self.voice.text(reading.number),
        )

    # -- the rest ---------------------------------------------------------------------------
    def _form(self, name: str) -> Form:
        if name not in self.forms:
            raise BindingError(f"forms.yaml 中没有 {name!r}。{nearest(name, self.forms)}")
        raw = self.forms[name]
        questions = tuple(
            Question(str(q["id"]), str(q["text"]), tuple(map(str, q.get("answers", ())))) for q in raw["questions"]
        )
        return Form(name, str(raw["title"]), questions, tuple(map(str, raw.get("contact", ()))))

    def _materiality(self, show: str = "double", caption: str = "") -> tuple[Block, ...]:
        if show not in SHOWN:
            raise BindingError(f"materiality({show!r})：只能写 {'、'.join(SHOWN)}。{nearest(show, SHOWN)}")
        told = self.topics()
        self._count += 1
        if told and self.voice is not CHINESE:  # its topics and axes are named in Chinese only
            return (Paragraph((Text(f"[{self.voice.say('重要性矩阵与议题清单见中文版。')}]", strong=True),)),)
        return drawn(show, told, f"chart-{self._count}-materiality", caption) if told else ()

    def _index(self, standard: str) -> Index:
        if standard not in self.standards:
            raise BindingError(f"{standard!r} 不是已加载的标准。{nearest(standard, self.standards)}")
        return Index(standard, "", "", ())

    def _checks(self, caption: str = "", only: str = "") -> Table:
        return _check_table(self.findings(), self.voice, caption, only)


def _check_table(findings: Sequence[Finding], voice: Voice, caption: str = "", only: str = "") -> Table:
    """Results of all checks; with ``only="open"`` those that do not hold, the others as a count."""
    if only not in ("", "open"):
        raise BindingError(f"checks(only={only!r})：只能写 open。")
    shown = [f for f in findings if not only or f.status is not Status.PASS]
    say = voice.say
    heads = ("勾稽关系", "依据", "级别", "结果", "试算数", "相符数")
    rows = [
        (voice.rule(f), f.cites, say(_SEVERITY[f.severity]),
         say("不符（已豁免）" if f.waiver else _STATUS[f.status]), str(f.tried), str(f.passed))
        for f in shown
    ]
    left = len(findings) - len(shown)
    note = say("另有 {} 项勾稽相符，逐项结果见数据册与 figures.json。").replace("{}", str(left)) if left else ""
    aligns = ("left", "left", "center", "center", "right", "right")
    # the sources that a rule cites are named in Chinese, so that only the Chinese table has them
    kept = [n for n, head in enumerate(heads) if head != "依据" or voice.language == "zh-CN"]
    return Table(
        tuple((Text(say(heads[n])),) for n in kept), tuple(tuple((Text(row[n]),) for n in kept) for row in rows),
        tuple(aligns[n] for n in kept), caption, note)


def _one(binder: Binder, name: str, org: str, unit: str) -> Reading:
    reading = binder.reading(name)
    if org:
        reading = reading.of(org)
    return reading.in_unit(unit) if unit else reading


def _members(reading: Reading, by: str) -> list[Reading]:
    if by not in reading.metric.by:
        raise BindingError(f"{reading.metric.name} 没有维度 {by!r}。{nearest(by, reading.metric.by)}")
    return [reading.at(**{by: code}) for code in reading.source.members(reading.metric, by)]


def _aspect(reading: Reading, aspect: str) -> Reading:
    if aspect == "value":
        return reading
    if aspect not in ("prior", "change", "growth", "share"):
        raise BindingError(f"{aspect!r} 不是列名；可用 value、prior、change、growth、share。")
    made = getattr(reading, aspect)
    assert isinstance(made, Reading)
    return made
