"""Packs that leave the desk, on both databases; and the register of what changed since an edition was frozen."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk, Role
from qingce.services.desk.assurance_pack import KIND, export, open_pack, packs, want_pack
from qingce.services.desk.assurance_samples import Wish, draw_sample
from qingce.services.desk.editions import editions, sealed
from qingce.services.desk.evidence import attach, changed_since_output
from qingce.services.desk.files import blobs_of
from qingce.services.desk.jobs import run_due
from qingce.services.desk.people import grant_role, open_account
from qingce.services.desk.sources import damaged_evidence, register
from qingce.services.repack.reperform import reperform
from tests.services.desk.beginnings import Begin
from tests.services.desk.engaged import HOURS, engage
from tests.services.desk.offices import by, edit, with_posts


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """A desk with its posts."""
    return begin(with_posts)


def test_a_pack_is_put_together_in_the_background_and_makes_the_figures_again(bank: Desk, tmp_path: Path):
    of = engage(bank)
    assurer = by(bank, "assurer")
    attach(bank, by(bank, "filer"), [f"figure/{HOURS}"], b"%PDF-1.7 list", "=清单.pdf")
    draw_sample(bank, assurer, of.id, Wish("rows", HOURS, method="random", size=2, seed="7"))
    job = want_pack(bank, assurer, of.id)
    assert want_pack(bank, assurer, of.id).id == job.id  # nothing happened between the two
    assert [j.kind for j in packs(bank, assurer, of.id)[1]] == [KIND]
    run_due(bank)
    (made,), waiting = packs(bank, assurer, of.id)
    assert waiting == [] and made.edition == of.edition and made.by == "assurer"
    about, content = open_pack(bank, by(bank, "office"), made.sha256)
    path = tmp_path / "pack.zip"
    path.write_bytes(content.read())
    assert hashlib.sha256(path.read_bytes()).hexdigest() == about.sha256 and path.stat().st_size == about.size
    with zipfile.ZipFile(path) as archive:
        sample = json.loads(archive.read("samples.json"))[0]
        assert (sample["method"], sample["seed"], len(sample["drawn"])) == ("random", "7", 2)
        assert "'=清单.pdf" in archive.read("evidence.csv").decode()
        archive.extractall(tmp_path / "open")
    assert {e.did for e in bank.journal.page(subject=f"engagement/{of.id}")} == {
        "engagement_opened", "sample_drawn", "pack_exported"}
    found = reperform(path, trust_code=True, edition=of.edition)
    assert found.identical and found.counts == {"same": len(found.verdicts)} and found.versions == {}
    assert checked_by_hand(tmp_path / "open") == (0, f"every file is as it was frozen; edition {of.edition}\n")
    (tmp_path / "open" / "edition" / "inputs" / "records" / "volunteering.csv").write_text("x")
    code, said = checked_by_hand(tmp_path / "open")
    assert code == 1 and "records/volunteering.csv" in said
    assert bank.journal.rebuild(verify_only=True).differs == ()


def checked_by_hand(folder: Path) -> tuple[int, str]:
    """What the pack's own small program says, run without this project."""
    found = subprocess.run([sys.executable, "-I", folder / "check.py"], check=False, capture_output=True, text=True)
    return found.returncode, found.stdout


def test_a_pack_is_for_the_assurer_and_the_office_and_holds_the_whole_edition(bank: Desk):
    of = engage(bank, orgs=("B01",))
    open_account(bank, by(bank, "admin"), "east", post="城东鉴证岗", org="B01")
    grant_role(bank, by(bank, "admin"), "east", Role.ASSURER, org="B01")
    before = bank.journal.count()
    for name in ("east", "manager", "filer", "admin"):
        with pytest.raises(Denied):
            want_pack(bank, by(bank, name), of.id)
    with pytest.raises(Missing):
        open_pack(bank, by(bank, "assurer"), "0" * 64)
    assert bank.journal.count() == before


def test_damaged_files_of_an_edition_never_leave(bank: Desk, tmp_path: Path):
    of = engage(bank)
    path = sealed(bank, editions(bank, by(bank, "office"))[0]).path("inputs/records/volunteering.csv")
    path.chmod(0o644)
    path.write_text("活动编号\n")
    with pytest.raises(Refused, match=r"inputs/records/volunteering\.csv"):
        export(bank, tmp_path / "pack.zip", edition=of.edition)
    assert not list(tmp_path.glob("*pack.zip*"))


def test_the_same_edition_gives_the_same_pack(bank: Desk, tmp_path: Path):
    with pytest.raises(Missing, match="还没有封版"):
        export(bank, tmp_path / "early.zip")
    of = engage(bank)
    assert export(bank, tmp_path / "one.zip").id == of.edition
    export(bank, tmp_path / "two.zip", edition=of.edition[:10])
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with pytest.raises(Missing):
        export(bank, tmp_path / "three.zip", edition="nothing")


# -- the register of sources --------------------------------------------------------------------------
def test_a_file_with_other_bytes_is_flagged_with_the_figures_that_rest_on_it(bank: Desk):
    of = engage(bank)
    assurer = by(bank, "assurer")
    assert not any(source.changed for source in register(bank, assurer, of.edition))
    assert changed_since_output(bank, assurer, f"figure/{HOURS}") == []
    edit(bank, "records/volunteering.csv", "30,75.0", "30,99.0")
    edit(bank, "pages/00-volunteering.md", "## 勾稽", "## 核对")
    (bank.folder / "records" / "org.csv").unlink()
    (bank.folder / "records" / "volunteering-more.csv").write_text("活动编号\n", encoding="utf-8")
    found = {source.path: source for source in register(bank, assurer, of.edition) if source.changed}
    assert {path: source.state for path, source in found.items()} == {
        "records/volunteering.csv": "changed", "pages/00-volunteering.md": "changed", "records/org.csv": "gone",
        "records/volunteering-more.csv": "added"}
    assert HOURS in found["records/volunteering.csv"].figures
    assert "volunteer_hours_per_volunteer/HEAD/2024" in found["records/volunteering.csv"].figures
    said = changed_since_output(bank, assurer, f"figure/{HOURS}")
    assert len(said) == 1 and "records/volunteering.csv 的内容有变动" in said[0]
    edit(bank, "records/volunteering.csv", "30,99.0", "30,75.0")  # put back as it was, it is the same again
    assert changed_since_output(bank, assurer, f"figure/{HOURS}") == []


def test_evidence_that_is_no_longer_what_it_was_is_flagged(bank: Desk):
    large = b"%PDF-1.7 " + b"x" * 100_000
    sha256 = attach(bank, by(bank, "filer"), [f"figure/{HOURS}"], large, "扫描件.pdf")
    assert damaged_evidence(bank, by(bank, "assurer")) == []
    blobs_of(bank).path(sha256).write_bytes(b"%PDF-1.7 other")
    assert damaged_evidence(bank, by(bank, "assurer")) == [("扫描件.pdf", "内容与哈希不符")]
    with pytest.raises(Denied):
        damaged_evidence(bank, by(bank, "admin"))
