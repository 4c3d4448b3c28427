"""English: the voice of the English edition, from the term base."""

from __future__ import annotations

import re

from qingce.core.check import Finding
from qingce.core.english import heading, spoken
from qingce.core.figure import Reading
from qingce.core.metric import Kind
from qingce.core.period import Period
from qingce.core.terms import TermBase

_ASPECTS = {"change": "change", "growth": "growth", "share": "share"}
_QUOTED = re.compile(
    r"“[^”]*”|‘[^’]*’|\"[^\"\n]*\"|\d+(?:st|nd|rd|th)\b"
    r"|\b(?:No\.|Nos\.|Scope|Article|Chapter|Top|ISO|GRI \d+:|GRI|Phase|Tier|Level|Q|Version|version)\s?\d+"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?<![\d.,])(?:19|20)\d\d(?![\d.,]*\d|%)")
_NAKED = re.compile(
    r"(?:RMB|CNY|US\$|HK\$|[$€£¥])\s?\d[\d,]*(?:\.\d+)?"
    r"|(?<![\dA-Za-z.,-])[+-]?\d[\d,]*(?:\.\d+)?\s*(?:[%‰]|kWh|MWh|GJ|tCO2e?|-?[a-z]+)")


class English:
    """Says in English what the Chinese edition says, digit for digit.

    Args:
        terms: the term base; what it does not name keeps its Chinese, and the check on terms says so.
    """

    language = "en"
    seam = " "
    switches_units = False

    def __init__(self, terms: TermBase) -> None:
        self.terms = terms

    def text(self, reading: Reading, *, column: bool = False) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        return spoken(reading, self.terms.units, column=column)

    def label(self, reading: Reading) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        members = self.member(reading)
        text = self.metric(reading) + (f" ({members})" if members else "")
        return f"{text}, {_ASPECTS[reading.aspect]}" if reading.aspect in _ASPECTS else text

    def metric(self, reading: Reading) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        metric = reading.metric
        return self.terms.metric(metric.name, metric.label) or metric.label

    def member(self, reading: Reading) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        return ", ".join(self._member(reading, d, code) for d, code in reading.key.dims)

    def _member(self, reading: Reading, dimension: str, code: str) -> str:
        zh = reading.source.label(reading.metric, dimension, code)
        return self.terms.member(code, zh) or zh

    def unit(self, reading: Reading) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        return heading(reading.shown or reading.metric.shown, reading.places, self.terms.units)

    def column(self, reading: Reading, aspect: str, unit: str) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        period = Period.parse(reading.key.period)
        end = "End of " if reading.metric.kind is Kind.STOCK and period.kind == "year" else ""
        tail = f" ({unit})" if unit else ""
        return {
            "value": f"{end}{period}{tail}", "prior": f"{end}{period.prior}{tail}",
            "change": f"Change{tail}", "growth": "Growth (%)", "share": "Share (%)",
        }.get(aspect, aspect)

    def period(self, period: Period) -> str:
        """As :class:`~qingce.publish.voice.Voice`."""
        return str(period)

    def naked(self, text: str) -> list[str]:
        """As :class:`~qingce.publish.voice.Voice`."""
        return naked_english(text)

    def doubtful(self, text: str) -> list[str]:
        """As :class:`~qingce.publish.voice.Voice`; English words for numbers are not looked for."""
        return []

    def rule(self, finding: Finding) -> str:
        """As :class:`~qingce.publish.voice.Voice`; a rule that has no English goes by its name."""
        named = finding.rule.replace("_", " ").capitalize()
        return self.terms.words.get(finding.reason, f"{named}.")

    def say(self, words: str) -> str:
        """As :class:`~qingce.publish.voice.Voice`; what nobody translated stays as it is."""
        return self.terms.words.get(words, words)


def naked_english(text: str) -> list[str]:
    """Numbers before a word, a unit or behind a currency; years, days, documents and quotations do not count.

    >>> naked_english("In 2024 we ran 41 projects, up 19.21%, for RMB5 million; on 17 January 2022, Scope 1, No. 17")
    ['41 projects', '19.21%', 'RMB5']
    """
    return [m[0].strip() for m in _NAKED.finditer(_QUOTED.sub(lambda m: "□" * len(m[0]), text))]
