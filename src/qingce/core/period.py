"""Period (期间): a year, quarter, month or day, and its neighbours."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache, total_ordering

from qingce.core.errors import PeriodError

_FORMS = (
    ("year", re.compile(r"(\d{4})")),
    ("half", re.compile(r"(\d{4})H([12])")),
    ("quarter", re.compile(r"(\d{4})Q([1-4])")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
)
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


@total_ordering
@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of calendar time, both ends included.

    >>> p = Period.parse("2024Q3")
    >>> p.start.isoformat(), p.end.isoformat(), str(p.prior), str(p.year_ago)
    ('2024-07-01', '2024-09-30', '2024Q2', '2023Q3')
    >>> str(Period.parse("2024").prior), str(Period.parse("2024-01").prior)
    ('2023', '2023-12')
    >>> str(Period.parse("2024-02-29").year_ago)
    '2023-02-28'
    """

    kind: str
    start: dt.date
    end: dt.date

    @classmethod
    def parse(cls, text: Period | str | int) -> Period:
        """Read ``2024``, ``2024H1``, ``2024Q3``, ``2024-06`` or ``2024-12-31``.

        Raises:
            PeriodError: the text is none of these, or names a day that does not exist.
        """
        if isinstance(text, Period):
            return text
        return cls._read(str(text).strip())

    @classmethod
    @lru_cache(maxsize=4096)  # a report asks for the same few periods thousands of times
    def _read(cls, word: str) -> Period:
        for kind, form in _FORMS:
            match = form.fullmatch(word)
            if match:
                return cls._build(kind, [int(part) for part in match.groups()], word)
        raise PeriodError(
            f"“{word}”不是期间。写成 2024、2024H1、2024Q3、2024-06 或 2024-12-31。"
        )

    @classmethod
    def _build(cls, kind: str, parts: list[int], word: str) -> Period:
        try:
            if kind == "day":
                day = dt.date(*parts)
                return cls(kind, day, day)
            first = {"year": 1, "half": 6, "quarter": 3, "month": 1}[kind]
            month = 1 if kind == "year" else (parts[1] - 1) * first + 1
            return cls._months(kind, parts[0], month)
        except ValueError as exc:
            raise PeriodError(f"“{word}”：没有这一天。") from exc

    @classmethod
    def _months(cls, kind: str, year: int, month: int) -> Period:
        last = month + _MONTHS[kind] - 1
        return cls(
            kind, dt.date(year, month, 1), dt.date(year, last, calendar.monthrange(year, last)[1])
        )

    @property
    def prior(self) -> Period:
        """The period of the same length just before; of a day, the same day a year ago."""
        if self.kind == "day":
            return self.year_ago
        index = self.start.year * 12 + self.start.month - 1 - _MONTHS[self.kind]
        return self._months(self.kind, index // 12, index % 12 + 1)

    @property
    def year_ago(self) -> Period:
        """The same stretch one year earlier."""
        if self.kind == "day":
            year, month = self.start.year - 1, self.start.month
            day = dt.date(year, month, min(self.start.day, calendar.monthrange(year, month)[1]))
            return Period("day", day, day)
        return self._months(self.kind, self.start.year - 1, self.start.month)

    def contains(self, day: dt.date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day <= self.end

    def __str__(self) -> str:
        year, month = self.start.year, self.start.month
        return {
            "year": f"{year}",
            "half": f"{year}H{(month + 5) // 6}",
            "quarter": f"{year}Q{(month + 2) // 3}",
            "month": f"{year}-{month:02d}",
            "day": self.start.isoformat(),
        }[self.kind]

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.start) < (other.end, other.start)
