"""Unit (单位): what a number counts, at what scale, and how it is printed.

Every Chinese measure word that counts different things is a dimension of its own: 户 is not 家,
人 is not 人次, % is not 百分点, CO2 is not CO2e. Mixing them is refused with both names.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cache

from qingce.core.errors import UnitError, nearest

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
"""The arithmetic of all figures: wide enough that nothing rounds before it is printed."""

Dimension = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A measure with its scale and its print rule.

    >>> unit("亿元").to(unit("万元"), Decimal("1.5"))
    Decimal('15000')
    >>> unit("亿元").to(unit("户"), Decimal(1))
    Traceback (most recent call last):
    qingce.core.errors.UnitError: 亿元不能换算成户：两者计量的不是同一种量。
    """

    name: str
    dimension: Dimension
    scale: Fraction
    places: int = 2
    symbol: str = field(default="", compare=False)

    @property
    def text(self) -> str:
        """What is printed behind a number."""
        return self.symbol or self.name

    @property
    def counts(self) -> bool:
        """Whether the unit counts whole things, one by one."""
        return self.places == 0 and self.scale == 1

    @property
    def measures(self) -> str:
        """The dimension in words, for messages."""
        return _words(self.dimension)

    def to(self, other: Unit, value: Decimal) -> Decimal:
        """The value in another unit of the same measure.

        Raises:
            UnitError: the two units measure different things.
        """
        if self.dimension != other.dimension:
            raise UnitError(f"{self.name or '比值'}不能换算成{other.name or '比值'}：两者计量的不是同一种量。")
        over, under = _ratio(self.scale, other.scale)
        return value if over == under else plain(EXACT.divide(EXACT.multiply(value, over), under))

    def print(self, value: Decimal, places: int | None = None) -> str:
        """The number as printed: half-up, thousands separated, without the unit.

        >>> unit("亿元").print(Decimal("4862.845"))
        '4,862.85'
        >>> unit("元").print(Decimal("-0.001"))
        '0.00'
        """
        digits = self.places if places is None else places
        rounded = value.quantize(_step(digits), rounding=ROUND_HALF_UP, context=EXACT)
        return f"{abs(rounded) if rounded == 0 else rounded:,f}"


@cache
def _ratio(one: Fraction, other: Fraction) -> tuple[Decimal, Decimal]:
    """What a value is multiplied and divided by to get from one scale to another."""
    ratio = one / other
    return Decimal(ratio.numerator), Decimal(ratio.denominator)


def below_print(value: Decimal, target: Unit) -> str:
    """What is said instead of a value that is not nil but would be printed as nil; empty where it prints as itself.

    >>> below_print(Decimal("0.0049"), unit("亿元")), below_print(Decimal(5), unit("亿元"))
    ('不足 0.01', '')
    """
    if value == 0 or abs(value) >= _step(target.places) or target.print(abs(value)) != target.print(Decimal(0)):
        return ""
    return f"{'负值' if value < 0 else ''}不足 {target.print(Decimal(1).scaleb(-target.places))}"


@cache
def _step(digits: int) -> Decimal:
    """The step of the last of so many digits behind the point."""
    return Decimal(1).scaleb(-digits)


def plain(value: Decimal) -> Decimal:
    """The value without an exponent or trailing zeros from arithmetic.

    >>> plain(Decimal("1.50E+4"))
    Decimal('15000')
    """
    if value == value.to_integral_value():
        return value.quantize(Decimal(1), context=EXACT)
    return value.normalize(EXACT)


_TRACE = Context(prec=50, rounding=ROUND_HALF_UP)
_LEGIBLE, _ABOUT = 30, 12


def legible(value: Decimal) -> tuple[str, bool]:
    """A stored value for people, and whether that is the value itself.

    A finite one is told whole, without idle zeros; one that goes on without end (it was divided) to twelve digits.

    >>> legible(Decimal("4337.0741848015148000")), legible(Decimal("1.5E+3"))
    (('4337.0741848015148', True), ('1500', True))
    >>> legible(EXACT.divide(Decimal(2), Decimal(3)))
    ('0.666666666667', False)
    """
    finite = plain(value.normalize(_TRACE))  # a trace in the last of sixty digits is no digit of the value
    if len(finite.as_tuple().digits) <= _LEGIBLE:
        return f"{finite:f}", True
    about = Context(prec=max(_ABOUT, value.adjusted() + 1), rounding=ROUND_HALF_UP).plus(value)
    return f"{plain(about):f}", False


def _words(dimension: Dimension) -> str:
    over = [f"{base}^{exp}" if exp != 1 else base for base, exp in dimension if exp > 0]
    under = [f"{base}^{-exp}" if exp != -1 else base for base, exp in dimension if exp < 0]
    text = "·".join(over) or "ratio"
    return f"{text}/{'·'.join(under)}" if under else text


def combine(left: Dimension, right: Dimension, sign: int = 1) -> Dimension:
    """The dimension of a product, or with ``sign=-1`` of a quotient.

    >>> combine((("energy", 1),), (("energy", 1),), -1)
    ()
    """
    powers = dict(left)
    for base, exp in right:
        powers[base] = powers.get(base, 0) + sign * exp
    return tuple(sorted((base, exp) for base, exp in powers.items() if exp))


def _atom(base: str, scale: str | int = 1, places: int = 0, symbol: str = "") -> tuple[str, Fraction, int, str]:
    return base, Fraction(scale), places, symbol


_ATOMS: dict[str, tuple[str, Fraction, int, str]] = {
    "元": _atom("money", 1, 2),
    "户": _atom("household"), "家": _atom("firm"), "笔": _atom("transaction"),
    "件": _atom("case"), "个": _atom("item"), "份": _atom("copy"), "场": _atom("event"),
    "次": _atom("occasion"), "人": _atom("person"), "名": _atom("person"), "位": _atom("person"),
    "人次": _atom("person_time"), "小时": _atom("hour", 1, 2),
    "项": _atom("matter"), "条": _atom("entry"), "篇": _atom("piece"), "门": _atom("course"),
    "支": _atom("service"), "套": _atom("set"), "台": _atom("device"), "道": _atom("question"),
    "种": _atom("sort"), "类": _atom("class"), "期": _atom("issue"), "所": _atom("school"),
    "张": _atom("card"), "股": _atom("share"), "级": _atom("grade"), "代": _atom("generation"),
    "版": _atom("version", 1, 1), "届": _atom("term"), "名次": _atom("rank", 1, 0, "位"),
    "年": _atom("year"), "月": _atom("month"), "天": _atom("day"), "岁": _atom("age"),
    "千瓦时": _atom("energy", "3.6", 2), "kWh": _atom("energy", "3.6", 2),
    "MWh": _atom("energy", 3600, 2), "GJ": _atom("energy", 1000, 2), "TJ": _atom("energy", 10**6, 2),
    "升": _atom("volume", 1, 2), "L": _atom("volume", 1, 2),
    "立方米": _atom("volume", 1000, 2), "m3": _atom("volume", 1000, 2),
    "千克": _atom("mass", 1, 2), "kg": _atom("mass", 1, 2),
    "吨": _atom("mass", 1000, 2), "t": _atom("mass", 1000, 2),
    "吨CO2": _atom("co2", 1000, 2), "tCO2": _atom("co2", 1000, 2), "kgCO2": _atom("co2", 1, 2),
    "吨CO2e": _atom("co2e", 1000, 2), "tCO2e": _atom("co2e", 1000, 2), "kgCO2e": _atom("co2e", 1, 2),
    "tC": _atom("carbon", 1000, 2), "kgC": _atom("carbon", 1, 2),
    "亩": _atom("area", 1, 2), "千瓦": _atom("power", 1, 2),
    "百分点": _atom("percentage_point", 1, 2, "个百分点"), "倍": _atom("multiple", 1, 2),
}
_PREFIX = {"万": 10**4, "亿": 10**8}

MONEY: Dimension = (("money", 1),)
MONEY_UNITS = ("亿元", "万元", "元")
"""The units between which a reader may switch whatever is money, the largest first."""


@cache
def unit(name: str) -> Unit:
    """The unit of that name; ``a/b`` and the prefixes 万 and 亿 are understood.

    >>> unit("万户").scale, unit("kgCO2/kWh").measures, unit("GJ/万立方米").measures
    (Fraction(10000, 1), 'co2/energy', 'energy/volume')

    Raises:
        UnitError: no such unit.
    """
    if "/" in name:
        over, _, under = name.partition("/")
        top, bottom = unit(over), unit(under)
        return Unit(name, combine(top.dimension, bottom.dimension, -1), top.scale / bottom.scale, 2)
    if name in ("", "1"):
        return Unit("", (), Fraction(1), 2)
    if name == "%":
        return Unit("%", (), Fraction(1, 100), 2)
    if name in _ATOMS:
        base, scale, places, symbol = _ATOMS[name]
        return Unit(name, ((base, 1),), scale, places, symbol)
    if name[0] in _PREFIX and name[1:] in _ATOMS:
        base, scale, _, symbol = _ATOMS[name[1:]]
        return Unit(name, ((base, 1),), scale * _PREFIX[name[0]], 2, name[0] + symbol if symbol else "")
    raise UnitError(f"没有“{name}”这个单位。{nearest(name, _ATOMS)}")


def known_units() -> list[str]:
    """The names of all single units, without prefixes."""
    return ["%", *_ATOMS]
