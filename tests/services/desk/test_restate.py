"""Changing what was frozen: asked, decided, registered, marked in every format, and bridged."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal as D

import openpyxl
import pypdfium2 as pdfium
import pytest

from qingce.core.errors import Denied, Refused
from qingce.services.desk import Desk
from qingce.services.desk.compare import compare
from qingce.services.desk.editions import Edition, publish, sealed, verify
from qingce.services.desk.freeze import freeze
from qingce.services.desk.restate import (
    approve_restatements,
    decide_change,
    drift,
    register,
    request_change,
    restate,
    seal_of,
)
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, with_posts

FACTOR = """hour_value:
  label: 志愿服务每小时折算价值
  unit: 元/小时
  editions:
    - {value: 50, valid_from: 2020-01-01, source: guide, trust: unconfirmed}
"""
METRIC = '''

@metric("志愿服务折算价值", unit="元", kind=FLOW)
def volunteer_value(volunteer_hours, hour_value):
    """志愿服务时长 × 每小时折算价值。"""
    return volunteer_hours * hour_value
'''
HOURS, VALUE = "volunteer_hours/HEAD/2024", "volunteer_value/HEAD/2024"


def valued(desk: Desk) -> Desk:
    """A desk whose report prints a figure that rests on records and a factor."""
    pack = desk.folder / "packs" / "volunteering"
    (pack / "factors").mkdir()
    (pack / "factors" / "value.yaml").write_text(FACTOR, encoding="utf-8")
    (pack / "sources.yaml").write_text("guide:\n  title: 折算指引\n  publisher: 协会\n  published: '2020-01-01'\n",
                                       encoding="utf-8")
    metrics = pack / "metrics.py"
    metrics.write_text(metrics.read_text(encoding="utf-8") + METRIC, encoding="utf-8")
    edit(desk, "pages/00-volunteering.md", "服务时长 {{", "折算价值 {{ volunteer_value }}，服务时长 {{")
    return with_posts(desk)


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """That desk."""
    return begin(valued)


def change(bank: Desk, first: Edition) -> str:
    """A granted change request."""
    number = request_change(bank, by(bank, "office"), first.id, "城东支行补报一场活动的时长")
    decide_change(bank, by(bank, "manager"), number, granted=True, words="同意")
    return number


def correct(bank: Desk) -> None:
    """Ten hours more in the records, and a newer value of the factor."""
    edit(bank, "records/volunteering.csv", "22,44.0", "22,54.0")
    edit(bank, "packs/volunteering/factors/value.yaml", "value: 50", "value: 55")


def test_what_was_frozen_is_changed_by_request_only(bank: Desk):
    office, manager = by(bank, "office"), by(bank, "manager")
    first = freeze(bank, office)
    with pytest.raises(Refused, match="还不能封版") as refused:
        freeze(bank, office)
    assert refused.value.findings[0].rule == "change_granted"
    with pytest.raises(Denied):
        request_change(bank, by(bank, "filer"), first.id, "想改")
    number = request_change(bank, office, first.id, "补报时长")
    with pytest.raises(Denied):
        decide_change(bank, office, number, granted=True, words="")
    decide_change(bank, manager, number, granted=False, words="证据不足")
    with pytest.raises(Refused):
        freeze(bank, office, change=number)


def test_nobody_decides_what_he_asked_for(bank: Desk):
    from qingce.casework.rights import Role
    from qingce.services.desk.people import grant_role

    first = freeze(bank, by(bank, "office"))
    grant_role(bank, by(bank, "admin"), "manager", Role.ESG_OFFICE, org="HEAD")
    number = request_change(bank, by(bank, "manager"), first.id, "补报时长")
    with pytest.raises(Denied, match="申请与批复须由不同的人办理"):
        decide_change(bank, by(bank, "manager"), number, granted=True, words="同意")


def test_a_moved_figure_is_registered_approved_marked_and_bridged(bank: Desk):
    office, manager = by(bank, "office"), by(bank, "manager")
    first = freeze(bank, office)
    publish(bank, office, first.id)
    number = change(bank, first)
    correct(bank)
    with pytest.raises(Refused, match="已披露的数值有变动") as refused:
        freeze(bank, office)
    assert {f.place.value for f in refused.value.findings} >= {HOURS, VALUE}

    seen = drift(bank, office, number)
    restate(bank, office, number, {one.key: "城东支行补报一场活动的时长，并采用新的折算价值" for one in seen.moved})
    entry = next(r for r in register(bank, office) if r.key == VALUE)
    assert (entry.old, entry.new, entry.beyond, entry.threshold) == ("8850", "10285", True, "5")
    assert {s.cause: s.amount for s in entry.steps} == {"data": D(500), "factor": D(935)}
    hours = next(r for r in register(bank, office) if r.key == HOURS)
    assert [(s.cause, s.amount) for s in hours.steps] == [("data", D(10))]

    with pytest.raises(Refused, match="已披露的数值有变动"):
        freeze(bank, office)
    with pytest.raises(Denied):
        approve_restatements(bank, office, number, seal_of(register(bank, office)))
    with pytest.raises(Refused, match="有了变动"):
        approve_restatements(bank, manager, number, "0" * 64)
    approve_restatements(bank, manager, number, seal_of(register(bank, office)))
    second = freeze(bank, office)
    assert (second.revision, second.succeeds, second.change) == (2, first.id, number)
    marked_everywhere(bank, second)
    assert verify(bank, office, second.id) == ([], [])
    assert sealed(bank, first).damage() == []
    told = compare(bank, office, first.id, second.id)
    assert next(f for f in told.figures if f.key == VALUE).change == "变动"
    assert bank.journal.rebuild(verify_only=True).differs == ()


def marked_everywhere(bank: Desk, made: Edition) -> None:
    """The footnote stands in all five formats."""
    note = "追溯调整：原披露 8,850.00 元，调整为 10,285.00 元。原因：城东支行补报一场活动的时长，并采用新的折算价值。"
    seal = sealed(bank, made)
    page = seal.read("site/pages/volunteering.html").decode()
    assert page.count(note) >= 2 and 'class="mark"' in page
    pdf = pdfium.PdfDocument(seal.read("site/report.pdf"))
    text = "".join(p.get_textpage().get_text_range() for p in pdf)
    assert note in "".join(text.split("\r\n")).replace("\n", "") or note[:20] in text
    with zipfile.ZipFile(io.BytesIO(seal.read("site/report.docx"))) as word:
        assert note in word.read("word/footnotes.xml").decode()
        assert b"footnoteReference" in word.read("word/document.xml")
    book = openpyxl.load_workbook(io.BytesIO(seal.read("site/databook.xlsx")))
    assert any(note in str(cell.value) for row in book["指标数据"].iter_rows() for cell in row)
    figures = json.loads(seal.read("site/figures.json"))["figures"]
    assert next(f for f in figures if f["id"] == VALUE)["note"] == note


def test_a_reason_is_needed_and_what_did_not_move_is_not_restated(bank: Desk):
    office = by(bank, "office")
    number = change(bank, freeze(bank, office))
    correct(bank)
    with pytest.raises(Refused, match="请写明"):
        restate(bank, office, number, {HOURS: " "})
    with pytest.raises(Refused, match="没有变动"):
        restate(bank, office, number, {"registered_volunteers/HEAD/2024": "无"})
    with pytest.raises(Refused, match="不是数字"):
        restate(bank, office, number, {HOURS: "补报"}, threshold="五")
    with pytest.raises(Denied):
        restate(bank, by(bank, "manager"), number, {HOURS: "补报"})


def test_a_word_that_changed_is_seen_beside_the_old_one(bank: Desk):
    office = by(bank, "office")
    first = freeze(bank, office)
    change(bank, first)
    edit(bank, "pages/00-volunteering.md", "本行开展", "我行组织开展")
    edit(bank, "packs/volunteering/metrics.py", "志愿服务活动时长合计。", "活动时长合计，含线上。")
    second = freeze(bank, office)
    told = compare(bank, office, first.id, second.id)
    assert told.figures == ()
    assert [(d.metric, d.what) for d in told.definitions] == [("volunteer_hours", "口径")]
    [page] = told.pages
    assert ("本", True) in (page.lines[0].before or ()) and ("我", True) in (page.lines[0].after or ())
