"""A rebuild is the build: whatever changed, what an earlier run kept leads to the same bytes as starting anew.

The project of ``qingce init`` is changed in one place after the other, and back. After each change it is
built where it stands, with everything earlier runs kept, and built in a fresh copy that has nothing but
the history of revisions. Both editions must agree byte for byte.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qingce
from qingce.services.init import make_project
from qingce.services.publish import build

FACTOR = """
event_hours:
  label: 每场折算时长
  unit: 小时/场
  editions:
    - {value: "1.5", valid_from: 2020-01-01, source: rule, trust: unconfirmed}
"""
SOURCES = "rule: {title: 本行志愿服务管理办法, publisher: 工会办公室, published: '2020-01-01'}\n"
DERIVED = '''

@metric("志愿服务折算时长", unit="小时")
def converted_hours(volunteer_events, event_hours):
    """活动场次 × 每场折算时长。"""
    return volunteer_events * event_hours


@metric("大型活动场次", unit="场", kind=FLOW)
def large_events(volunteering):
    """参加人次不少于 20 的活动场次。"""
    return volunteering.count(where=volunteering.attendances >= 20)
'''
PACK = "packs/volunteering"
CHANGES: dict[str, tuple[str, str, str]] = {
    "a filed figure": ("records/filed/volunteering.csv", "HEAD,2024,,64,人", "HEAD,2024,,65,人"),
    "a filed figure's source": ("records/filed/volunteering.csv", "工会办公室登记册", "工会办公室台账"),
    "a record": ("records/volunteering.csv", "2024-03-05,B01,education,22,44.0", "2024-03-05,B01,education,19,44.0"),
    "a record's day": ("records/volunteering.csv", "V-2024-02,2024-04-22", "V-2024-02,2023-04-22"),
    "a page": ("pages/00-volunteering.md", "本行开展志愿服务活动", "全行开展志愿服务活动"),
    "a page's title": ("pages/00-volunteering.md", "title: 志愿服务", "title: 志愿者"),
    "a factor": (f"{PACK}/factors/hours.yaml", '"1.5"', '"2.5"'),
    "a factor's source": (f"{PACK}/sources.yaml", "本行志愿服务管理办法", "志愿服务管理办法（试行）"),
    "a threshold in a body": (f"{PACK}/metrics.py", "attendances >= 20", "attendances >= 30"),
    "a definition": (f"{PACK}/metrics.py", "期末在册的员工志愿者人数。", "期末登记在册的员工志愿者人数。"),
    "a code's label": (f"{PACK}/codes/volunteering.yaml", "label: 敬老助老", "label: 敬老"),
    "a rule": (f"{PACK}/checks.py", "attendances == 0", "attendances <= 9"),
    "the title": ("qingce.toml", "环境、社会及治理报告", "可持续发展报告"),
    "an org's name": ("records/org.csv", "HEAD,总行,总行", "HEAD,总部,总行"),
    "an org's life": ("records/org.csv", "B02,城西支行,支行,HEAD,,", "B02,城西支行,支行,HEAD,2024-01-01,"),
}


def project(folder: Path) -> Path:
    """The project of ``qingce init`` with a factor, and a metric that turns on a threshold."""
    make_project(folder)
    (folder / PACK / "factors").mkdir()
    (folder / PACK / "factors" / "hours.yaml").write_text(FACTOR, encoding="utf-8")
    (folder / PACK / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    metrics = folder / PACK / "metrics.py"
    metrics.write_text(metrics.read_text(encoding="utf-8") + DERIVED, encoding="utf-8")
    page = folder / "pages" / "00-volunteering.md"
    more = "折算时长 {{ converted_hours }}，大型活动 {{ large_events }}。"
    page.write_text(page.read_text(encoding="utf-8").replace("## 勾稽", f"{more}\n\n## 勾稽"), encoding="utf-8")
    return folder


def turn(folder: Path, name: str) -> None:
    """Make a change, or take it back where it was made."""
    path, old, new = CHANGES[name]
    text = (folder / path).read_text(encoding="utf-8")
    if old in text:
        changed = text.replace(old, new)
    else:
        assert new in text, name
        changed = text.replace(new, old)
    (folder / path).write_text(changed, encoding="utf-8")


def edition(folder: Path) -> dict[str, bytes]:
    """Every file of the edition; nothing where findings forbade one, and then what they say."""
    made = build(qingce.open(folder), folder / "build")
    if made.blocked:
        return {f"{f.rule} {f.place}": f.reason.encode() for f in made.findings if f.blocks}
    out = folder / "build"
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*")) if p.is_file()}


def afresh(folder: Path, room: Path) -> Path:
    """The same project where nothing was kept but the history of its figures."""
    copy = room / folder.name
    shutil.rmtree(room, ignore_errors=True)
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(".qingce", "build", "__pycache__"))
    (copy / ".qingce").mkdir()
    if (folder / ".qingce" / "ledger.db").is_file():
        shutil.copy(folder / ".qingce" / "ledger.db", copy / ".qingce" / "ledger.db")
    return copy


def same(folder: Path, room: Path) -> dict[str, bytes]:
    """Build both ways and compare."""
    cold = edition(afresh(folder, room))
    warm = edition(folder)
    assert sorted(warm) == sorted(cold)
    assert [name for name in cold if warm[name] != cold[name]] == []
    return warm


def test_every_kind_of_change_shows_and_is_the_same_as_a_fresh_build(tmp_path):
    folder = project(tmp_path / "live" / "bank")
    before = same(folder, tmp_path / "fresh")
    for name in CHANGES:
        turn(folder, name)
        after = same(folder, tmp_path / "fresh")
        assert after != before, name
        before = after


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(sorted(CHANGES)), min_size=2, max_size=4))
def test_changes_made_and_taken_back_in_any_order(tmp_path_factory, names):
    room = tmp_path_factory.mktemp("order")
    folder = project(room / "live" / "bank")
    for name in names:
        turn(folder, name)
        same(folder, room / "fresh")


@pytest.mark.parametrize("spoil", [lambda data: b"", lambda data: data[: len(data) // 2], lambda data: data[::-1]])
def test_what_was_kept_and_got_damaged_is_made_again(tmp_path, spoil: Callable[[bytes], bytes]):
    folder = project(tmp_path / "live" / "bank")
    first = same(folder, tmp_path / "fresh")
    for path in (folder / ".qingce" / "cache").rglob("*"):
        if path.is_file():
            path.write_bytes(spoil(path.read_bytes()))
    turn(folder, "a filed figure")
    turn(folder, "a filed figure")
    again = same(folder, tmp_path / "fresh")
    assert again == first
