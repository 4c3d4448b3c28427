"""Findings as the journal keeps them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.event import Json

MOST = 200


def findings_json(findings: Iterable[Finding]) -> list[Json]:
    """The first of them as plain values; empty fields are left out."""
    made: list[Json] = []
    for finding in list(findings)[:MOST]:
        said = {key: value for key, value in asdict(finding).items() if value and key not in ("rows", "place")}
        place = {key: value for key, value in asdict(finding.place).items() if value}
        made.append({**{k: str(v) if isinstance(v, Status | Severity) else v for k, v in said.items()}, "place": place})
    return made


def read_findings(said: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """What :func:`findings_json` wrote."""
    return tuple(
        Finding(**{**one, "status": Status(one["status"]), "severity": Severity(one["severity"]),
                   "place": Place(**one["place"])})
        for one in said
    )
