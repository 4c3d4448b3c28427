"""``qingce verify`` on the small project's pack: whole, changed in every way, and from people who mean harm."""

from __future__ import annotations

import doctest
import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qingce.cli.app import app
from qingce.core.event import canonical
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.freeze import freeze
from qingce.services.init import make_project
from qingce.services.repack import layout
from tests.services.desk.offices import by, with_posts

HOURS = "volunteer_hours/HEAD/2024"
RECORDS = "edition/inputs/records/volunteering.csv"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The small project with a frozen edition."""
    folder = tmp_path_factory.mktemp("repack") / "bank"
    make_project(folder)
    made = with_posts(open_desk(folder))
    freeze(made, by(made, "office"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def pack(desk: Desk) -> Path:
    """The pack of its edition, written by the command."""
    out = desk.folder.parent / "pack.zip"
    code, said = run("assurance", "pack", str(desk.folder), "--out", str(out))
    assert code == 0 and "qingce verify" in said
    return out


def run(*words: str) -> tuple[int, str]:
    """Exit code and output of a command; a refusal is printed as the command line prints it."""
    from qingce.core.errors import QingceError

    found = CliRunner().invoke(app, list(words))
    if isinstance(found.exception, QingceError):
        return 2, str(found.exception)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def verify(path: Path, *words: str) -> tuple[int, str]:
    return run("verify", str(path), "--trust-code", "--quiet", *words)


def rewritten(pack: Path, out: Path, change: Callable[[Files], None], *, resealed: bool = False) -> Path:
    """The pack with other files; ``resealed``: its lists of hashes say so too, as a forger would have them."""
    with zipfile.ZipFile(pack) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if resealed:
        reseal(files)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


def reseal(files: Files) -> None:
    said = json.loads(files[layout.MANIFEST])
    said["files"] = {name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
                     for name, data in files.items() if name not in (layout.MANIFEST, layout.SUMS)}
    files[layout.MANIFEST] = (canonical(said) + "\n").encode()
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != layout.SUMS}
    files[layout.SUMS] = "".join(f"{sha}  {name}\n" for name, sha in sorted(sums.items())).encode()


def forge(files: Files, changes: Files) -> str:
    """Change files of the edition so that every hash in the pack holds, the edition's own included; its new hash.

    What a forger cannot do is publish the new hash under the bank's name.
    """
    files |= changes
    seal = json.loads(files[layout.SEAL])
    for name, data in changes.items():
        seal["files"][name.removeprefix("edition/")] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
    files[layout.SEAL] = (canonical(seal) + "\n").encode()
    edition = hashlib.sha256(files[layout.SEAL]).hexdigest()
    said = json.loads(files[layout.MANIFEST])
    journal = json.loads(files[layout.JOURNAL])
    event = json.loads(journal["frozen"]["event"]) | {"subject": f"edition/{edition}"}
    line = canonical(event)
    journal["frozen"] |= {"event": line, "hash": hashlib.sha256(
        f"{journal['frozen']['prev']}\n{line}".encode()).hexdigest()}
    files[layout.JOURNAL] = json.dumps(journal, ensure_ascii=False).encode()
    files[layout.MANIFEST] = canonical(said | {"edition": edition}).encode()
    reseal(files)
    return edition


# -- as it was made -----------------------------------------------------------------------------------
def test_every_figure_comes_out_to_the_byte(pack: Path):
    code, said = verify(pack)
    assert code == 0 and "逐字节相同 22。figures.json 逐字节相同。" in said.replace(",", "")
    code, said = verify(pack, "--all")
    assert "志愿服务时长（总行，2024）  177 小时" in said
    code, said = verify(pack, "--json")
    found = json.loads(said)
    assert code == 0 and found["agrees"] and found["identical"] and found["versions"] == {}
    assert {"id": HOURS, "label": "志愿服务时长（总行，2024）", "state": "same", "frozen": "177 小时",
            "now": "177 小时"} in found["figures"]
    assert "edition/inputs/packs/volunteering/metrics.py" in found["code"]


def test_declarations_that_a_pack_brings_run_only_when_they_are_trusted(pack: Path, tmp_path: Path):
    code, said = run("verify", str(pack), "--quiet")
    assert code == 2 and "--trust-code" in said and "packs/volunteering/__init__.py" in said
    mark = tmp_path / "was_here"

    def plant(files: Files) -> None:
        forge(files, {"edition/inputs/packs/volunteering/__init__.py":
                      f"open({str(mark)!r}, 'w')\nLABEL = '志愿服务'\nOWNER = '工会办公室'\n".encode()})

    hostile = rewritten(pack, tmp_path / "x.zip", plant)
    assert run("verify", str(hostile), "--quiet")[0] == 2
    assert not mark.exists()
    assert verify(hostile)[0] == 0 and mark.exists()


def test_the_edition_must_be_the_one_that_was_published(desk: Desk, pack: Path):
    from qingce.services.desk.editions import editions

    name = editions(desk, by(desk, "office"))[0].id
    assert verify(pack, "--edition", name)[0] == 0
    code, said = verify(pack, "--edition", "0" * 64)
    assert code == 2 and name in said


# -- changed ------------------------------------------------------------------------------------------
def test_a_changed_byte_names_the_file(pack: Path, tmp_path: Path):
    def change(files: Files) -> None:
        files[RECORDS] = files[RECORDS].replace(b"75.0", b"76.0")

    code, said = verify(rewritten(pack, tmp_path / "x.zip", change))
    assert code == 2 and RECORDS in said and "哈希不符" in said
    code, said = verify(rewritten(pack, tmp_path / "y.zip", change, resealed=True))
    assert code == 2 and RECORDS in said and "封版时" in said


@pytest.mark.parametrize("name", [
    "edition/site/figures.json", "edition/manifest.json", "journal.json", "evidence.csv", "SHA256SUMS", "README.md",
])
def test_no_file_can_be_changed_unseen(pack: Path, tmp_path: Path, name: str):
    def change(files: Files) -> None:
        files[name] = files[name][:-2] + b" " + files[name][-1:]

    code, said = verify(rewritten(pack, tmp_path / "x.zip", change))
    assert code == 2 and name in said


def test_a_missing_file_and_one_too_many_are_named(pack: Path, tmp_path: Path):
    code, said = verify(rewritten(pack, tmp_path / "x.zip", lambda files: files.pop(RECORDS) and None))
    assert code == 2 and f"缺少 {RECORDS}" in said
    code, said = verify(rewritten(pack, tmp_path / "y.zip", lambda files: files.pop(RECORDS) and None, resealed=True))
    assert code == 2 and f"缺少封版时的 {RECORDS}" in said
    more = "edition/inputs/records/volunteering-2.csv"
    code, said = verify(rewritten(pack, tmp_path / "z.zip", lambda files: files.update({more: b"x"})))
    assert code == 2 and f"多出清单上没有的 {more}" in said
    code, said = verify(rewritten(pack, tmp_path / "w.zip", lambda files: files.update({more: b"x"}), resealed=True))
    assert code == 2 and more in said


def test_figures_that_the_records_do_not_give_are_shown_with_both_values(pack: Path, tmp_path: Path):
    """A forger who changes a figure and every hash with it is found by computing, and by the published hash."""
    names: list[str] = []

    def change(files: Files) -> None:
        data = files["edition/site/figures.json"]
        line = next(row for row in data.splitlines() if f'"id":"{HOURS}"'.encode() in row)
        names.append(forge(files, {"edition/site/figures.json": data.replace(
            line, line.replace(b'"value":"177"', b'"value":"277"'))}))

    forged = rewritten(pack, tmp_path / "x.zip", change)
    code, said = verify(forged)
    assert code == 1 and "不同  志愿服务时长（总行，2024）  封版 277 小时，重算 177 小时" in said
    found = json.loads(verify(forged, "--json")[1])
    assert found["counts"]["differs"] == 1 and not found["agrees"] and not found["identical"]
    with zipfile.ZipFile(pack) as archive:
        published = json.loads(archive.read(layout.MANIFEST))["edition"]
    assert names[0] != published and verify(forged, "--edition", published)[0] == 2


def test_records_that_do_not_give_the_figures_are_shown_too(pack: Path, tmp_path: Path):
    def change(files: Files) -> None:
        forge(files, {RECORDS: files[RECORDS].replace(b"75.0", b"175.0")})

    code, said = verify(rewritten(pack, tmp_path / "x.zip", change))
    assert code == 1 and "封版 177 小时，重算 277 小时" in said and "注意" not in said


def test_another_version_of_the_program_is_a_warning_and_it_still_runs(
    pack: Path, monkeypatch: pytest.MonkeyPatch
):
    import qingce

    monkeypatch.setattr(qingce, "__version__", "99.0")
    code, said = verify(pack)
    assert code == 0 and "青册的版本不同" in said and "本机 99.0" in said and "声明与引擎的版本不同" in said


# -- from people who mean harm --------------------------------------------------------------------------
@pytest.mark.parametrize("name", [
    "../evil.csv", "/etc/evil", "edition/../../evil", "edition\\inputs\\evil", "C:/evil",
    "edition/inputs/records/a:b.csv", "edition//inputs", "edition/inputs/records/../../x",
])
def test_names_that_lead_elsewhere_are_refused(pack: Path, tmp_path: Path, name: str):
    def change(files: Files) -> None:
        files[name] = b"evil"

    code, said = verify(rewritten(pack, tmp_path / "x.zip", change, resealed=True))
    assert code == 2 and "不予打开" in said
    assert [p.name for p in tmp_path.rglob("*")] == ["x.zip"] and not Path("/etc/evil").exists()


@pytest.mark.parametrize("name", [
    "edition/inputs/.qingce/cache/cells/x", "edition/inputs/records/.hidden.csv", "edition/inputs/evil.py",
    "edition/inputs/packs/volunteering/__pycache__/metrics.cpython-312.pyc", "evil.sh", "edition/site/index.html",
    "sample/ledger/x.so",
])
def test_files_that_do_not_belong_into_a_pack_are_refused(pack: Path, tmp_path: Path, name: str):
    code, said = verify(rewritten(pack, tmp_path / "x.zip", lambda files: files.update({name: b"x"}), resealed=True))
    assert code == 2 and name in said


def test_a_link_an_encrypted_file_and_a_name_twice_are_refused(pack: Path, tmp_path: Path):
    link = zipfile.ZipInfo("edition/inputs/records/link.csv")
    link.external_attr, link.create_system = 0o120777 << 16, 3
    twice = zipfile.ZipInfo(RECORDS.replace("volunteering", "VOLUNTEERING"))
    for number, entry in enumerate((link, twice)):
        path = tmp_path / f"{number}.zip"
        shutil.copy(pack, path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(entry, b"/etc/passwd")
        code, said = verify(path)
        assert code == 2 and "不予打开" in said
    data = bytearray(pack.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1  # the flag of encryption in the directory of the archive
    (tmp_path / "secret.zip").write_bytes(data)
    code, said = verify(tmp_path / "secret.zip")
    assert code == 2 and "加密" in said


def test_a_bomb_is_not_unfolded(pack: Path, tmp_path: Path):
    bomb = "edition/inputs/records/bomb.csv"
    path = rewritten(pack, tmp_path / "x.zip", lambda f: f.update({bomb: bytes(40 << 20)}), resealed=True)
    assert path.stat().st_size < 1 << 20
    code, said = verify(path, "--limit", "0.01")
    assert code == 2 and "超过" in said and "--limit" in said


def test_a_file_that_unfolds_to_more_than_it_promises_is_refused(pack: Path, tmp_path: Path):
    """The size in the directory is a lie: what is read stops where the promise ends."""
    data = bytearray(pack.read_bytes())
    name = RECORDS.encode()
    place = data.rindex(name) - 46
    assert data[place:place + 4] == b"PK\x01\x02"
    data[place + 24:place + 28] = (5).to_bytes(4, "little")
    (tmp_path / "x.zip").write_bytes(data)
    code, said = verify(tmp_path / "x.zip")
    assert code == 2 and RECORDS in said


@pytest.mark.parametrize(("content", "words"), [
    (b"", "不是复算包"), (b"not a zip", "不是复算包"), (None, "没有文件"),
])
def test_what_is_no_pack_is_told(tmp_path: Path, content: bytes | None, words: str):
    path = tmp_path / "x.zip"
    if content is not None:
        path.write_bytes(content)
    code, said = verify(path)
    assert code == 2 and words in said


@pytest.mark.parametrize(("manifest", "words"), [
    (b"{", "读不懂"), (b"[]", "格式"), (b'{"format":"qingce/pack/9"}', "qingce/pack/9"),
    (b'{"format":"qingce/pack/1","edition":"x","files":{"README.md":1}}', "不完整"), (b"[" * 100_000, "读不懂"),
])
def test_a_manifest_that_makes_no_sense_is_told(pack: Path, tmp_path: Path, manifest: bytes, words: str):
    path = rewritten(pack, tmp_path / "x.zip", lambda files: files.update({layout.MANIFEST: manifest}))
    code, said = verify(path)
    assert code == 2 and words in said


def test_a_cut_or_spoilt_archive_never_gives_a_traceback(pack: Path, tmp_path: Path):
    data = pack.read_bytes()
    for number in range(40):
        spoilt = bytearray(data[: len(data) * (number + 1) // 41] if number % 2 else data)
        place = int.from_bytes(hashlib.sha256(bytes([number])).digest()) % len(spoilt)
        spoilt[place] ^= 0xFF
        path = tmp_path / f"{number}.zip"
        path.write_bytes(spoilt)
        code, said = verify(path)
        # a byte that no reader looks at (a date) may change without harm
        assert code == 2 or (code == 0 and "逐字节相同" in said), (number, said)


def test_settings_of_strangers_fetch_nothing_and_make_nothing_up(pack: Path, tmp_path: Path):
    def remote(files: Files) -> None:
        toml = files["edition/inputs/qingce.toml"] + b'\n[records]\nvolunteering = "http://127.0.0.1:9/x.parquet"\n'
        forge(files, {"edition/inputs/qingce.toml": toml})

    code, said = verify(rewritten(pack, tmp_path / "x.zip", remote))
    assert code == 2 and "不能离线复算" in said

    def cluster(files: Files) -> None:
        toml = files["edition/inputs/qingce.toml"].replace(b"[report]", b'engine = "spark://127.0.0.1:9"\n\n[report]')
        forge(files, {"edition/inputs/qingce.toml": toml})

    assert verify(rewritten(pack, tmp_path / "y.zip", cluster))[0] == 0

    def sample(files: Files) -> None:
        toml = files["edition/inputs/qingce.toml"] + b'\n[sample]\nkind = "lanzhou"\nloans = 900000000\nseed = 1\n'
        forge(files, {"edition/inputs/qingce.toml": toml})

    assert verify(rewritten(pack, tmp_path / "z.zip", sample))[0] == 0


def test_the_examples_of_the_layout_hold():
    assert doctest.testmod(layout).failed == 0
