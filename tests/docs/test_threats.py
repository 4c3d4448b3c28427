"""The threat model names tests that there are."""

from __future__ import annotations

import re

import pytest

from tests.docs.reading import ROOT

TEXT = (ROOT / "docs" / "guide" / "威胁模型.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", TEXT)))


@pytest.mark.parametrize("path", NAMED)
def test_the_test_that_proves_it_exists(path: str):
    assert "def test_" in (ROOT / path).read_text(encoding="utf-8")


def test_each_kind_of_threat_is_treated_and_every_threat_has_its_proof():
    for kind in ("假冒", "篡改", "否认", "泄露", "拒绝服务", "提权"):
        section = re.search(rf"### {kind}\n(.*?)(?=\n##|\Z)", TEXT, re.DOTALL)
        assert section is not None
        rows = [row for row in section[1].splitlines() if row.startswith("|")][2:]
        assert rows and all(re.search(r"`tests/", row) for row in rows)
