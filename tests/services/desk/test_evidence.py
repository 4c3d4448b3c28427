"""Evidence: one file behind many figures, each change freeing what was signed, and a pack that is the same bytes."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from openpyxl import load_workbook

from qingce.casework.item import State
from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.evidence import (
    attach,
    attach_known,
    changed_since_output,
    datasets_behind,
    detach,
    download,
    evidence_of,
)
from qingce.services.desk.evidence_pack import export_pack
from qingce.services.desk.review import approve, review
from tests.services.desk.staff import EAST, HEAD, WEST, number

PDF = b"%PDF-1.7\n" + b"voucher" * 20
ABOUT, OTHER = f"item/{HEAD}", f"item/{EAST}"


def put(desk: Desk, *subjects: str, data: bytes = PDF, name: str = "登记册.pdf", who: str = "head") -> str:
    """Attach a file."""
    return attach(desk, desk.actor(who), subjects, data, name, note="加盖公章")


def test_one_file_stands_behind_many_figures(bank: Desk):
    sha256 = put(bank, ABOUT, OTHER)
    found = evidence_of(bank, bank.actor("assurer"), ABOUT)
    assert [(e.sha256, e.name, e.kind, e.size, e.note, e.also) for e in found] == [
        (hashlib.sha256(PDF).hexdigest(), "登记册.pdf", "application/pdf", len(PDF), "加盖公章", 1)]
    assert item(bank, bank.actor("office"), EAST).evidence == (sha256,)


def test_the_same_file_again_changes_nothing(bank: Desk):
    put(bank, ABOUT)
    before = bank.journal.count()
    put(bank, ABOUT, name="改了名.pdf")
    assert bank.journal.count() == before


def approved(desk: Desk) -> None:
    """The head office's item, filed and signed."""
    file(desk, desk.actor("head"), HEAD, number("64"), version=0)
    submit(desk, desk.actor("head"), [HEAD])
    review(desk, desk.actor("checker"), [HEAD])
    approve(desk, desk.actor("signer"), [HEAD])
    assert item(desk, desk.actor("office"), HEAD).state is State.APPROVED


def test_evidence_that_comes_or_goes_after_approval_frees_it(bank: Desk):
    approved(bank)
    sha256 = put(bank, ABOUT)
    after = item(bank, bank.actor("office"), HEAD)
    assert after.state is State.IN_PROGRESS and bank.journal.page(did="voided", subject=ABOUT)
    detach(bank, bank.actor("head"), ABOUT, sha256, "传错了文件")
    assert item(bank, bank.actor("office"), HEAD).content != after.content


def test_what_is_taken_away_is_remembered_and_may_come_back(bank: Desk):
    head = bank.actor("head")
    sha256 = put(bank, ABOUT)
    with pytest.raises(Refused, match="原因"):
        detach(bank, head, ABOUT, sha256, "")
    detach(bank, head, ABOUT, sha256, "传错了文件")
    assert evidence_of(bank, head, ABOUT) == []
    gone = evidence_of(bank, head, ABOUT, ended=True)[0]
    assert (gone.ended_by, gone.reason) == ("head", "传错了文件")
    with pytest.raises(Missing):
        detach(bank, head, ABOUT, sha256, "再来")
    attach_known(bank, head, [ABOUT, OTHER], sha256)
    assert [e.sha256 for e in evidence_of(bank, head, ABOUT)] == [sha256]


def test_rights_are_asked_and_all_of_it_or_nothing_happens(bank: Desk):
    before = bank.journal.count()
    for who, subjects in (("east", (OTHER, f"item/{WEST}")), ("checker", (ABOUT,)), ("assurer", (ABOUT,))):
        with pytest.raises(Denied):
            put(bank, *subjects, who=who)
    with pytest.raises(Missing):
        put(bank, "item/2024/none/HEAD")
    assert bank.journal.count() == before


def test_a_file_is_seen_by_whoever_may_see_what_it_stands_behind(bank: Desk):
    sha256 = put(bank, OTHER, who="east")
    assert download(bank, bank.actor("assurer"), sha256).content.read() == PDF
    with pytest.raises(Denied):
        download(bank, bank.actor("west"), sha256)
    with pytest.raises(Denied):
        attach_known(bank, bank.actor("west"), [f"item/{WEST}"], sha256)
    with pytest.raises(Missing):
        download(bank, bank.actor("assurer"), "0" * 64)


@pytest.mark.parametrize(("data", "name"), [(b"MZ" + bytes(99), "a.pdf"), (b"#!/bin/sh\n", "a.txt"), (b"", "a.pdf")])
def test_programs_and_nothing_are_refused(bank: Desk, data: bytes, name: str):
    with pytest.raises(Refused):
        put(bank, ABOUT, data=data, name=name)


@pytest.mark.parametrize(("data", "kind"), [
    (b"<html><script>alert(1)</script>", "text/plain"), (b"<svg onload=alert(1)>", "text/plain"),
    (b"\x00\x01\x02\x03" * 9, "application/octet-stream"),
])
def test_what_a_browser_would_run_goes_out_as_something_else(bank: Desk, data: bytes, kind: str):
    assert download(bank, bank.actor("head"), put(bank, ABOUT, data=data, name="x.html")).kind == kind


def test_figures_of_builds_have_evidence_too(bank: Desk):
    put(bank, "figure/volunteer_attendances/HEAD/2024")
    assert len(evidence_of(bank, bank.actor("head"), "figure/volunteer_attendances/HEAD/2024")) == 1


def pack(desk: Desk, who: str = "assurer") -> bytes:
    """The pack's bytes."""
    buffer = io.BytesIO()
    export_pack(desk, desk.actor(who), "2024", buffer)
    return buffer.getvalue()


def test_a_pack_holds_every_file_once_with_an_index_and_hashes(bank: Desk):
    put(bank, ABOUT, OTHER, name="../../=cmd|' -C calc'!A0.pdf")
    put(bank, OTHER, data=b"text", name="说明.txt")
    with zipfile.ZipFile(io.BytesIO(pack(bank))) as archive:
        names = archive.namelist()
        assert not any(n.startswith("/") or ".." in n.split("/") for n in names) and len(set(names)) == 5
        for line in archive.read("SHA256SUMS").decode().splitlines():
            sha256, _, path = line.partition("  ")
            assert hashlib.sha256(archive.read(path)).hexdigest() == sha256
        lines = archive.read("index.csv").decode("utf-8-sig").splitlines()
        sheet = load_workbook(io.BytesIO(archive.read("index.xlsx"))).active
    assert len(lines) == 4 and ",'=cmd" in lines[1] + lines[2] + lines[3]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    assert "注册志愿者 · 总行 · 2024" in lines[1] + lines[2] + lines[3]


def test_two_packs_of_the_same_evidence_are_the_same_bytes(bank: Desk, clock):
    put(bank, ABOUT, OTHER)
    first = pack(bank)
    clock.pass_days(3)
    assert pack(bank) == first and len(bank.journal.page(did="evidence_exported")) == 2


def test_a_pack_holds_only_what_its_reader_may_see(bank: Desk):
    put(bank, OTHER)
    with zipfile.ZipFile(io.BytesIO(pack(bank, "east"))) as archive:
        assert len(archive.namelist()) == 4
    with pytest.raises(Refused):
        pack(bank, "west")


def test_what_changed_after_the_output_is_said(bank: Desk, clock):
    office = bank.actor("office")
    sha256 = put(bank, ABOUT)
    assert changed_since_output(bank, office, ABOUT) == []
    freeze(bank)
    assert changed_since_output(bank, office, ABOUT) == []
    clock.pass_days(1)
    detach(bank, bank.actor("head"), ABOUT, sha256, "换新版")
    put(bank, ABOUT, data=b"%PDF-1.4 new", name="新版.pdf")
    assert changed_since_output(bank, office, ABOUT) == [
        "2025-01-06 封版后撤下了证据“登记册.pdf”。", "2025-01-06 封版后增加了证据“新版.pdf”。"]


def freeze(desk: Desk) -> None:
    """An edition is frozen: what the journal says of it."""
    from qingce.core.event import Event
    from qingce.ledger.tables import journal

    with desk.writing() as made:
        event = Event(made.at, "office", "frozen", "edition/2024-1", {}, made.head, made.seq + 1)
        made.db.execute(journal.insert().values(seq=event.seq, line=event.line, hash=event.hash))


def test_the_ledgers_behind_a_metric_are_found_through_what_it_is_derived_from(bank: Desk):
    assert datasets_behind(bank, "volunteer_attendances") == ["volunteering"]
    assert datasets_behind(bank, "registered_volunteers") == []


def test_the_state_is_what_the_journal_gives(bank: Desk):
    detach(bank, bank.actor("head"), ABOUT, put(bank, ABOUT, OTHER), "传错了")
    assert bank.journal.rebuild(verify_only=True).differs == ()
