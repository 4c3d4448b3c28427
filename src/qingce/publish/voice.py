"""Voice (语言): how an edition says numbers, labels and fixed words; Chinese here, English in :mod:`english`."""

from __future__ import annotations

from typing import Protocol

from qingce.core.check import Finding
from qingce.core.figure import Reading
from qingce.core.metric import Kind
from qingce.core.period import Period
from qingce.publish.naked import doubtful_numbers, naked_numbers

_ASPECTS = {"change": "变动", "growth": "增速", "share": "占比"}


class Voice(Protocol):
    """One language of an edition.

    Attributes:
        language: as ``lang`` attributes write it.
        seam: what stands between two lines of a paragraph in the source.
        switches_units: whether money is printed in every unit of the switch as well.
    """

    language: str
    seam: str
    switches_units: bool

    def text(self, reading: Reading, *, column: bool = False) -> str:
        """What is printed for a reading; with ``column`` at the scale that all numbers of a column share."""

    def label(self, reading: Reading) -> str:
        """What a reading is: metric, member and aspect."""

    def metric(self, reading: Reading) -> str:
        """The metric's name."""

    def member(self, reading: Reading) -> str:
        """The member of the family in words, empty for a total."""

    def unit(self, reading: Reading) -> str:
        """The unit as the head of a column names it."""

    def column(self, reading: Reading, aspect: str, unit: str) -> str:
        """The head of a column of values, prior values, changes, growth or shares."""

    def period(self, period: Period) -> str:
        """A period as a reader writes it."""

    def naked(self, text: str) -> list[str]:
        """Numbers of these words that nothing ties to a figure."""

    def doubtful(self, text: str) -> list[str]:
        """Words that may be such a number and may be none."""

    def rule(self, finding: Finding) -> str:
        """What a rule says, with who let it stand."""

    def say(self, words: str) -> str:
        """Fixed words of a table, a chart or a format, from their Chinese."""


class Chinese:
    """The voice in which pages are first written."""

    language = "zh-CN"
    seam = ""
    switches_units = True

    def text(self, reading: Reading, *, column: bool = False) -> str:
        """As :class:`Voice`."""
        return reading.text

    def label(self, reading: Reading) -> str:
        """As :class:`Voice`."""
        members = self.member(reading)
        text = reading.metric.label + (f"（{members}）" if members else "")
        return f"{text}{_ASPECTS[reading.aspect]}" if reading.aspect in _ASPECTS else text

    def metric(self, reading: Reading) -> str:
        """As :class:`Voice`."""
        return reading.metric.label

    def member(self, reading: Reading) -> str:
        """As :class:`Voice`."""
        return "、".join(reading.source.label(reading.metric, d, c) for d, c in reading.key.dims)

    def unit(self, reading: Reading) -> str:
        """As :class:`Voice`."""
        return (reading.shown or reading.metric.shown).text

    def column(self, reading: Reading, aspect: str, unit: str) -> str:
        """As :class:`Voice`."""
        period = Period.parse(reading.key.period)
        end = (
            "年末"
            if reading.metric.kind is Kind.STOCK and period.kind == "year"
            else ("年" if period.kind == "year" else "")
        )
        tail = f"（{unit}）" if unit else ""
        return {
            "value": f"{period} {end}{tail}".strip(), "prior": f"{period.prior} {end}{tail}".strip(),
            "change": f"增量{tail}", "growth": "增速（%）", "share": "占比（%）",
        }.get(aspect, aspect)

    def period(self, period: Period) -> str:
        """As :class:`Voice`."""
        return f"{period} 年" if period.kind == "year" else str(period)

    def naked(self, text: str) -> list[str]:
        """As :class:`Voice`."""
        return naked_numbers(text)

    def doubtful(self, text: str) -> list[str]:
        """As :class:`Voice`."""
        return doubtful_numbers(text)

    def rule(self, finding: Finding) -> str:
        """As :class:`Voice`."""
        return f"{finding.reason}（{finding.waiver}）" if finding.waiver else finding.reason

    def say(self, words: str) -> str:
        """As :class:`Voice`."""
        return words


CHINESE: Voice = Chinese()
