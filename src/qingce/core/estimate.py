"""Estimate (估算): what a person says of a value that was not measured: by which method, how much of it, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

FIELDS = ("estimate_method", "estimate_share", "estimate_reason")
"""The parts of an estimate as forms, files and the journal name them."""
_WORDS = 1000
_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Estimate:
    """That a value is estimated, wholly or in part.

    Attributes:
        method: a code of the list of methods, as ``extrapolated``.
        share: how much of the value is estimated, in percent; above 0, at most 100, two places at most.
        reason: why it was not measured, and what the method was fed with.

    >>> Estimate("engineering", Decimal(30), "表计检修两个月").wrong
    ''
    >>> Estimate("engineering", Decimal(0), "表计检修两个月").wrong
    '估算占比应大于 0、不超过 100（%），没有估算的请不选方法。'
    """

    method: str
    share: Decimal
    reason: str

    @property
    def wrong(self) -> str:
        """Why it cannot stand, in Chinese with what to do; empty where it can."""
        if not self.share.is_finite() or not 0 < self.share <= 100:
            return "估算占比应大于 0、不超过 100（%），没有估算的请不选方法。"
        if self.share != self.share.quantize(_PLACES):
            return "估算占比至多写两位小数。"
        if not self.reason.strip():
            return "请写明估算的理由：为什么没有实测，用什么推算。"
        return f"估算说明至多 {_WORDS} 字。" if len(self.reason) > _WORDS else ""

    @property
    def share_text(self) -> str:
        """The share as printed: ``30%``, ``12.5%``."""
        return f"{plain(self.share)}%"

    @property
    def facts(self) -> dict[str, str]:
        """Its parts as text, by :data:`FIELDS`."""
        return dict(zip(FIELDS, (self.method, plain(self.share), self.reason), strict=True))

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Estimate | None:
        """What :attr:`facts` wrote; nothing where no method is named.

        >>> Estimate.read({"estimate_method": "other", "estimate_share": "5", "estimate_reason": "x"}).share_text
        '5%'
        """
        method, share, reason = (str(said.get(name) or "") for name in FIELDS)
        return cls(method, Decimal(share), reason) if method else None


NO_FACTS: Mapping[str, str] = dict.fromkeys(FIELDS, "")
"""The same where nothing is estimated."""


def plain(share: Decimal) -> str:
    """A share without idle zeros and without an exponent.

    >>> plain(Decimal("30.00")), plain(Decimal("12.50")), plain(Decimal("1E+2"))
    ('30', '12.5', '100')
    """
    text = f"{share:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
