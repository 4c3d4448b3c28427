"""Any bytes at all: a reader gives a text or says why not, and the audit of a text always ends."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import typst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.audit import UnreadableError, audit, read, read_text
from qingce.audit.model import Report, Text
from qingce.audit.show import FORMATS
from tests.audit.test_read_formats import docx, p

HEADS = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"\xef\xbb\xbf",
         b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
RELAXED = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def tried(path: Path, data: bytes) -> Report | None:
    path.write_bytes(data)
    try:
        return read(path)
    except UnreadableError:
        return None


@RELAXED
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=400))
def test_random_bytes_never_crash(tmp_path, head, tail):
    tried(tmp_path / "any", head + tail)


LETTERS = "0123456789.,，。%％亿万元户人次增长下降约超余较年初2024年（）()-—一二三十百\n \t<>&\u202e\ud7ff"


@RELAXED
@given(text=st.text(alphabet=st.sampled_from(LETTERS), max_size=200))
def test_any_text_is_audited_and_shown_in_every_format(text):
    report = audit(Text.of(text, "任意.txt"))
    for write in FORMATS.values():
        assert isinstance(write([report]), str)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    fonts = str(Path(__file__).parents[2] / "src" / "qingce" / "publish" / "fonts")
    source = '#set text(font: "Noto Sans SC")\n余额 152.18 亿元\n#table(columns: 2, [甲], [1], [乙], [2])'
    return {
        "pdf": typst.compile(source.encode(), font_paths=[fonts], ignore_system_fonts=True),
        "docx": docx(p("余额 152.18 亿元")),
        "html": "<!doctype html><table><tr><td colspan=2>余额<td>152.18 亿元</table>".encode(),
    }


@pytest.mark.parametrize("kind", ["pdf", "docx", "html"])
def test_damaged_files_never_crash(tmp_path, files, kind):
    whole = files[kind]
    chance = random.Random(kind)
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)):]
        tried(tmp_path / f"r.{kind}", bytes(data))


def test_the_same_bytes_give_the_same_text(tmp_path, files):
    for kind, data in files.items():
        path = tmp_path / f"r.{kind}"
        path.write_bytes(data)
        assert read_text(path) == read_text(path)
