"""English print of readings: the same digits as the Chinese print, the point moved to thousand, million or billion.

Chinese counts by 万 (10^4) and 亿 (10^8), English by thousands. A printed number is therefore first rounded as the
Chinese page rounds it, and then only its point is moved: 305.60 亿元 is RMB30.560 billion. No digit is dropped and
none is made up, so that both prints stand for the same interval of true values. Of the English scales those qualify
that need no digit which the Chinese print does not have; the largest that leaves a whole part is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from qingce.core.amount import Absent
from qingce.core.figure import Qualifier, Reading
from qingce.core.unit import EXACT, Unit, plain

ABSENT_TEXT = "—"
WORDINGS = {
    "超": "over", "逾": "over", "突破": "exceeding", "近": "nearly", "约": "about", "不少于": "at least",
    "余": "more than", "多": "more than",
}
"""The English of each threshold word that a page may write."""
QUALIFIED = {Qualifier.OVER: "over", Qualifier.NEARLY: "nearly", Qualifier.ABOUT: "about"}
"""The English beside a number that its source did not give exactly."""
_TREND = {"growth": ("up", "down", "unchanged"), "change": ("up", "down", "unchanged")}
_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"), (3, "thousand"), (0, ""))
_CHINESE = {"万": 4, "亿": 8}


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit in English.

    Attributes:
        after: what stands behind the number; empty for measure words, whose noun the sentence brings.
        before: what stands before it, as a currency does.
        head: the unit in the head of a column or in a unit column.
    """

    after: str = ""
    before: str = ""
    head: str = ""


NO_WORD = UnitWord()
Units = Mapping[str, UnitWord]


@dataclass(frozen=True, slots=True)
class Moved:
    """A number with its point moved.

    >>> Moved.of(Decimal("305.60"), 2, 8).text
    '30.560 billion'
    >>> Moved.of(Decimal("4.80"), 2, 8).text, Moved.of(Decimal("4.8"), 1, 8).text
    ('480 million', '0.48 billion')
    """

    number: Decimal
    places: int
    scale: str

    @classmethod
    def of(cls, printed: Decimal, places: int, power: int, column: bool = False) -> Moved:
        """The printed number at the scale that English uses.

        Args:
            printed: rounded to ``places`` already.
            power: 4 where the Chinese print counts by 万, 8 by 亿, 0 by ones.
            column: whether all numbers of a column must take the same scale, whatever their size.
        """
        fitting = [(to, word) for to, word in _scales(power) if places + to - power >= 0]
        if column or printed == 0:
            usual = {8: 9, 4: 3}.get(power, 0)
            to, word = next((each for each in reversed(fitting) if each[0] >= usual), fitting[0])
        else:
            size = printed.copy_abs()
            whole = [each for each in fitting if size.scaleb(power - each[0], EXACT) >= 1]
            to, word = whole[0] if whole else fitting[-1]
        return cls(printed.scaleb(power - to, EXACT), places + to - power, word)

    @classmethod
    def exact(cls, said: Decimal, power: int) -> Moved:
        """A threshold: a number that is meant exactly, so trailing zeros say nothing.

        >>> Moved.exact(Decimal(300), 8).text, Moved.exact(Decimal(495), 4).text, Moved.exact(Decimal(4200), 0).text
        ('30 billion', '4.95 million', '4,200')
        """
        scales = _scales(power)
        whole = [each for each in scales if said.copy_abs().scaleb(power - each[0], EXACT) >= 1]
        to, word = whole[0] if whole else scales[-1]
        moved = plain(said.scaleb(power - to, EXACT))
        return cls(moved, max(0, -int(moved.as_tuple().exponent)), word)

    @property
    def digits(self) -> str:
        """The number alone."""
        number = self.number.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_UP, context=EXACT)
        return f"{abs(number) if number == 0 else number:,f}"

    @property
    def text(self) -> str:
        """Number and scale."""
        return f"{self.digits} {self.scale}".rstrip()


def _scales(power: int) -> list[tuple[int, str]]:
    # what Chinese prints in ones is read in ones: 4,280 people, not 4.280 thousand
    return [each for each in _SCALES if each[0] >= 3] + [(0, "")] if power else [(0, "")]


def power_of(unit: Unit) -> tuple[str, int]:
    """The unit that is counted and by which power of ten the Chinese print counts it.

    >>> from qingce.core.unit import unit
    >>> power_of(unit("亿元")), power_of(unit("万户")), power_of(unit("千瓦时"))
    (('元', 8), ('户', 4), ('千瓦时', 0))
    """
    power = _CHINESE.get(unit.name[:1], 0) if len(unit.name) > 1 else 0
    return (unit.name[1:], power) if power else (unit.name, 0)


def spoken(reading: Reading, units: Units, *, column: bool = False) -> str:
    """What is printed for a reading in English.

    Args:
        units: words by the Chinese name of a unit, without 万 and 亿.
        column: print the scale that all numbers of a column share.
    """
    amount = reading.amount
    if isinstance(amount.value, Absent):
        return ABSENT_TEXT
    if reading.wording is not None:
        word, said, in_unit = reading.wording
        name, power = power_of(in_unit)
        return f"{WORDINGS[word]} {joined(Moved.exact(said, power), units.get(name, NO_WORD))}"
    shown = reading.print_unit
    value = amount.to(shown).value
    assert not isinstance(value, Absent)
    name, power = power_of(shown)
    if reading.style == "trend" and value == 0:
        return _TREND[reading.aspect][2]
    signless = reading.style in ("trend", "magnitude")
    printed = rounded(value.copy_abs() if signless else value, reading.places)
    moved = Moved.of(printed, reading.places, power, column or reading.style == "number")
    if reading.style == "number":
        return moved.digits
    text = joined(moved, units.get(name, NO_WORD))
    if reading.style == "trend":
        return f"{_TREND[reading.aspect][0 if value > 0 else 1]} {text}"
    word = QUALIFIED.get(reading.qualifier, "")
    return f"{word} {text}".lstrip()


def rounded(value: Decimal, places: int) -> Decimal:
    """The value as the Chinese print rounds it."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=EXACT)


def joined(moved: Moved, word: UnitWord) -> str:
    """A number with its unit.

    >>> joined(Moved(Decimal("-0.30"), 2, "billion"), UnitWord(before="RMB"))
    '-RMB0.30 billion'
    """
    sign, digits = ("-", moved.digits[1:]) if moved.digits.startswith("-") else ("", moved.digits)
    tail = "" if not word.after else word.after if word.after == "%" else f" {word.after}"
    return f"{sign}{word.before}{digits}{f' {moved.scale}' if moved.scale else ''}{tail}"


def heading(unit: Unit, places: int, units: Units) -> str:
    """What stands in the head of a column of that unit.

    >>> from qingce.core.unit import unit
    >>> heading(unit("亿元"), 2, {"元": UnitWord(before="RMB", head="RMB")})
    'RMB billion'
    """
    name, power = power_of(unit)
    word = units.get(name, NO_WORD)
    scale = Moved.of(Decimal(1), places, power, column=True).scale
    return " ".join(_head(word, scale))


def _head(word: UnitWord, scale: str) -> Iterator[str]:
    order = (word.head, scale) if word.before else (scale, word.head)
    yield from (part for part in order if part)
