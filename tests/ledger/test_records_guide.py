"""The guide for the owners of data says of every intake rule what the code says."""

from __future__ import annotations

import re
from pathlib import Path

from qingce.core.check import Severity
from qingce.ledger.records import RULES

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/guide/交数.md").read_text(encoding="utf-8")
LINES = re.findall(r"^\| `(\w+)` \| (\S+) \| (.+?) \| (.+?) \|$", GUIDE, re.MULTILINE)
WORDS = {Severity.ERROR: "错误", Severity.WARNING: "关注", Severity.NOTE: "提示"}


def test_every_rule_is_in_the_guide_once_with_cause_and_cure() -> None:
    assert sorted(line[0] for line in LINES) == sorted(RULES)


def test_the_guide_says_how_grave_each_rule_is() -> None:
    assert {rule: said for rule, said, *_ in LINES} == {r.id: WORDS[r.severity] for r in RULES.values()}


def test_every_rule_can_be_broken() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "src/qingce/ledger/records").glob("*.py")
        if path.name != "rules.py"
    )
    assert [rule for rule in RULES if not re.search(rf"[\"']{rule}[\"']", sources)] == []


def test_every_rule_is_proved_by_a_test() -> None:
    tests = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parent.glob("test_records_*.py")
        if path.name != Path(__file__).name
    )
    assert [rule for rule in RULES if f'"{rule}"' not in tests] == []
