"""Rules on outlets, held against cases that pass, fail and do not apply."""

import pytest

from qingce.packs.bank import checks


@pytest.mark.parametrize(
    ("total", "kinds", "verdict"),
    [
        ("178", ("1", "15", "162"), "pass"),
        ("178", ("1", "15", "161"), "fail"),
        ("—", ("—", "—", "—"), "not applicable"),
    ],
)
def test_outlets_by_kind_add_up(judge, operand, total, kinds, verdict):
    members = {kind: (count, "—") for kind, count in zip(("head", "branch", "subbranch"), kinds, strict=True)}
    assert judge(checks.outlets_by_kind_add_up, operand(f"{total} 家", "kind", members)) == verdict
