"""Figure (数值): one value of one metric for one org and period; and the ways a page may read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from itertools import repeat
from typing import NamedTuple, Protocol

from qingce.core.amount import ABSENT, ZERO, Absent, Amount, Value, points
from qingce.core.errors import BindingError, nearest
from qingce.core.estimate import Estimate
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.core.unit import Unit, unit

Dims = tuple[tuple[str, str], ...]


class FigureKey(NamedTuple):
    """What a figure is of: metric, org, period and, in a family, the member.

    A tuple, since a computation makes and looks up tens of thousands of them.

    >>> str(FigureKey("green_loan_balance", "LZB", "2024", (("use", "clean_energy"),)))
    'green_loan_balance/LZB/2024/use=clean_energy'
    >>> FigureKey.parse("green_loan_balance/LZB/2024/use=clean_energy").dims
    (('use', 'clean_energy'),)
    """

    metric: str
    org: str
    period: str
    dims: Dims = ()

    def __str__(self) -> str:
        if not self.dims and self.metric and self.org and self.period:
            return f"{self.metric}/{self.org}/{self.period}"
        tail = ",".join([f"{name}={code}" for name, code in self.dims])
        return "/".join([part for part in (self.metric, self.org, self.period, tail) if part])

    @classmethod
    def parse(cls, text: str) -> FigureKey:
        """Read what ``str`` wrote."""
        metric, org, period, *rest = text.split("/")
        pairs = [pair.split("=", 1) for pair in rest[0].split(",")] if rest else []
        return cls(metric, org, period, tuple((name, code) for name, code in pairs))

    @classmethod
    def of_orgs(cls, metric: str, orgs: Sequence[str], period: str) -> Iterator[FigureKey]:
        """The totals of a metric for many orgs in one period."""
        return map(cls._make, zip(repeat(metric), orgs, repeat(period), repeat(())))


class Answered(StrEnum):
    """The three answers an owner may give, and one for figures that a machine made."""

    VALUE = "value"
    NOT_APPLICABLE = "not_applicable"
    NOT_AVAILABLE = "not_available"


class Qualifier(StrEnum):
    """The wording a source used beside a number that it did not give exactly."""

    EXACT = "exact"
    OVER = "over"
    NEARLY = "nearly"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value with where it came from.

    Attributes:
        value: in ``unit``; ``ABSENT`` where there is none.
        slack: half a step of the last digit that a rounded source gave.
        lineage: the id of the lineage record that explains it.
        source: for filed figures, what they were taken from.
        estimate: what their filer said where the value was not wholly measured.
    """

    key: FigureKey
    value: Value
    unit: Unit
    slack: Decimal = ZERO
    qualifier: Qualifier = Qualifier.EXACT
    answered: Answered = Answered.VALUE
    reason: str = ""
    source: str = ""
    lineage: str = ""
    revision: int = 1
    estimate: Estimate | None = None

    @property
    def amount(self) -> Amount:
        """Value, unit and slack."""
        return Amount(self.value, self.unit, self.slack)


class FigureSource(Protocol):
    """Who can be asked for figures: the engine's results, the ledger, a frozen edition."""

    def figure(self, key: FigureKey) -> Figure | None:
        """The figure of that key, or nothing where none was ever computed or filed."""

    def metric(self, name: str) -> Metric:
        """The declaration of that name; raises BindingError with a hint where there is none."""

    def resolve(self, metric: Metric, dimension: str, word: str) -> str:
        """The code behind a member's code or label."""

    def label(self, metric: Metric, dimension: str, code: str) -> str:
        """The label of a member."""

    def members(self, metric: Metric, dimension: str) -> list[str]:
        """The codes of a family's members, in print order."""


_TREND = {"growth": ("增长", "下降", "持平"), "change": ("增加", "减少", "持平")}
_BEFORE = {"超", "逾", "突破", "近", "约", "不少于"}
_AFTER = {"余", "多"}
_SAID = re.compile(r"\s*(-?[\d,]+(?:\.\d+)?)\s*(\S*)\s*")


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading a figure, with its text and the figures it rests on.

    A page writes ``green_loan_balance.growth``; this is what the name stands for. Every property
    returns a new reading; nothing is computed in text.
    """

    source: FigureSource = field(repr=False)
    metric: Metric = field(repr=False)
    key: FigureKey
    aspect: str = "value"
    shown: Unit | None = None
    decimals: int | None = None
    style: str = "full"
    wording: tuple[str, Decimal, Unit] | None = None
    bare: bool = False

    # -- where ------------------------------------------------------------------------------
    def at(self, **members: str) -> Reading:
        """The member of the family, by code or label: ``.at(use="清洁能源产业")``."""
        dims = dict(self.key.dims)
        for dimension, word in members.items():
            if dimension not in self.metric.by:
                family = f"有 {'、'.join(self.metric.by)}" if self.metric.by else "不分维度"
                raise BindingError(
                    f"{self.metric.name} 没有维度“{dimension}”（{family}）。"
                    f"{nearest(dimension, self.metric.by)}"
                )
            dims[dimension] = self.source.resolve(self.metric, dimension, str(word))
        ordered = tuple((d, dims[d]) for d in self.metric.by if d in dims)
        return replace(self, key=self.key._replace(dims=ordered))

    def of(self, org: str) -> Reading:
        """The figure of another org."""
        return replace(self, key=self.key._replace(org=org))

    def during(self, period: str | int) -> Reading:
        """The figure of another period."""
        return replace(self, key=self.key._replace(period=str(Period.parse(period))))

    @property
    def prior(self) -> Reading:
        """The figure of the period before."""
        return self.during(str(Period.parse(self.key.period).prior))

    # -- which aspect -----------------------------------------------------------------------
    @property
    def change(self) -> Reading:
        """Value less prior value; of shares in 百分点."""
        return replace(self, aspect="change")

    @property
    def growth(self) -> Reading:
        """Change over prior value."""
        return replace(self, aspect="growth")

    @property
    def share(self) -> Reading:
        """This member's part of the family's total."""
        return replace(self, aspect="share")

    # -- how it is printed ------------------------------------------------------------------
    def in_unit(self, name: str) -> Reading:
        """Printed in another unit of the same measure."""
        target = unit(name)
        self.metric.unit.to(target, Decimal(0))
        return replace(self, shown=target, decimals=target.places)

    def to_places(self, digits: int) -> Reading:
        """Printed with so many digits behind the point."""
        return replace(self, decimals=digits)

    @property
    def number(self) -> Reading:
        """Printed without its unit, for table cells under a unit heading."""
        return replace(self, style="number")

    @property
    def unmarked(self) -> Reading:
        """Printed without the mark of an estimate; where it is one, a finding says so."""
        return replace(self, bare=True)

    @property
    def trend(self) -> Reading:
        """Printed as a word and a magnitude: 增长 19.21 %, 减少 4.51 吨CO2."""
        if self.aspect not in _TREND:
            raise BindingError(f"{self.metric.name}：.trend 只能接在 .growth 或 .change 后面。")
        return replace(self, style="trend")

    @property
    def magnitude(self) -> Reading:
        """Printed without its sign."""
        return replace(self, style="magnitude")

    def over(self, said: str | int, word: str = "超") -> Reading:
        """Printed as ``超 300 亿元`` or ``4,200 余人``; refused where it is not true."""
        return self._said(said, word)

    def nearly(self, said: str | int) -> Reading:
        """Printed as ``近 495 万人``; refused where it is not true."""
        return self._said(said, "近")

    def about(self, said: str | int) -> Reading:
        """Printed as ``约 ...``; refused where the value does not round to it."""
        return self._said(said, "约")

    def _said(self, said: str | int, word: str) -> Reading:
        if word not in _BEFORE | _AFTER:
            raise BindingError(f"“{word}”不是门槛词；可用 {'、'.join(sorted(_BEFORE | _AFTER))}。")
        match = _SAID.fullmatch(str(said))
        if match is None:
            raise BindingError(f"“{said}”不是数字加单位的写法，如 150 小时。")
        threshold = Decimal(match[1].replace(",", ""))
        return replace(self, wording=(word, threshold, unit(match[2]) if match[2] else self.print_unit))

    # -- what comes out ---------------------------------------------------------------------
    @property
    def figure(self) -> Figure:
        """The figure itself; absent where none is known."""
        found = self.source.figure(self.key)
        return found if found is not None else Figure(self.key, ABSENT, self.metric.unit)

    @property
    def basis(self) -> tuple[FigureKey, ...]:
        """Every figure the text rests on."""
        if self.aspect in ("change", "growth"):
            return (self.key, self.prior.key)
        if self.aspect == "share":
            return (self.key, self._total.key)
        return (self.key,)

    @property
    def _total(self) -> Reading:
        return replace(self, key=self.key._replace(dims=()), aspect="value")

    @property
    def amount(self) -> Amount:
        """The value of the aspect with its unit."""
        now = self.figure.amount
        if self.aspect == "value":
            return now
        if self.aspect == "share":
            return (now / self._total.figure.amount).to("%")
        before = self.prior.figure.amount
        change = now - before
        if self.aspect == "growth":
            return (change / abs(before)).to("%")
        return points(change) if not self.metric.unit.dimension else change

    @property
    def absent(self) -> bool:
        """Whether there is nothing to print but ``—``."""
        return self.amount.absent

    @property
    def value(self) -> Value:
        """The amount's value in the metric's unit (growth and share in %)."""
        return self.amount.value

    @property
    def print_unit(self) -> Unit:
        """The unit behind the printed number."""
        if self.aspect == "value" or (self.aspect == "change" and self.metric.unit.dimension):
            return self.shown or self.metric.shown
        return self.amount.unit

    @property
    def places(self) -> int:
        """How many digits are printed behind the point."""
        usual = self.metric.places if self.aspect in ("value", "change") else 2
        return usual if self.decimals is None else self.decimals

    @property
    def qualifier(self) -> Qualifier:
        """The wording that belongs to the printed text."""
        if self.wording is not None:
            return {"近": Qualifier.NEARLY, "约": Qualifier.ABOUT}.get(self.wording[0], Qualifier.OVER)
        return self.figure.qualifier if self.aspect == "value" else Qualifier.EXACT

    def untrue(self) -> str:
        """Why the threshold words beside the number do not hold; empty where they do."""
        if self.wording is None or isinstance(self.value, Absent):
            return ""
        word, said, in_unit = self.wording
        value = self.amount.to(in_unit).value
        assert not isinstance(value, Absent)
        if _holds(word, value, said):
            return ""
        return f"“{word} {said} {in_unit.name}”与实际值 {value} {in_unit.name} 不符"

    @property
    def text(self) -> str:
        """What is printed."""
        amount = self.amount
        if isinstance(amount.value, Absent):
            return "—"
        printed = self.print_unit
        if self.wording is not None:
            word, said, in_unit = self.wording
            places = max(0, -int(said.as_tuple().exponent))
            return _worded(word, in_unit.print(said, places), in_unit.text)
        value = amount.to(printed).value
        assert not isinstance(value, Absent)
        if self.style == "trend":
            up, down, level = _TREND[self.aspect]
            if value == 0:
                return level
            return f"{up if value > 0 else down} {_joined(printed.print(abs(value), self.places), printed.text)}"
        number = printed.print(abs(value) if self.style == "magnitude" else value, self.places)
        if self.style == "number":
            return number
        return _qualified(self.qualifier, number, printed)

    def __str__(self) -> str:
        return self.text


def _holds(word: str, value: Decimal, said: Decimal) -> bool:
    places = max(0, -int(said.as_tuple().exponent))
    return {
        "近": value < said, "约": value.quantize(Decimal(1).scaleb(-places)) == said, "不少于": value >= said,
    }.get(word, value > said)


def _qualified(qualifier: Qualifier, number: str, printed: Unit) -> str:
    if qualifier is Qualifier.OVER:
        return _worded("余" if printed.counts else "超", number, printed.text)
    if qualifier is not Qualifier.EXACT:
        return _worded("近" if qualifier is Qualifier.NEARLY else "约", number, printed.text)
    return _joined(number, printed.text)


def _joined(number: str, symbol: str) -> str:
    return f"{number}{symbol}" if symbol in ("", "%") else f"{number} {symbol}"


def _worded(word: str, number: str, symbol: str) -> str:
    if word in _AFTER:
        return f"{number} {word}{symbol}"
    return f"{word} {_joined(number, symbol)}"


Sandbox = Mapping[str, Reading]
