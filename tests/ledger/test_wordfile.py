"""Word files from strangers: what must not be opened is refused with words, before anything in it is read."""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.ledger.records.workbook import Unfit
from qingce.ledger.wordfile import word_parts

RELS = "word/_rels/document.xml.rels"
TYPES = "[Content_Types].xml"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A plain Word file."""
    opened = docx.Document()
    opened.add_paragraph("一段。")
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def changed(data: bytes, more: dict[str, bytes | tuple[bytes, bytes]]) -> bytes:
    """The file with parts put in, or with words in a part replaced where two are given."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content, put = old.read(name), more.pop(name, None)
            if isinstance(put, tuple):
                assert put[0] in content
                content = content.replace(*put)
            elif put is not None:
                content = put
            new.writestr(name, content)
        for name, content in more.items():
            assert isinstance(content, bytes)
            new.writestr(name, content)
    return out.getvalue()


def refusal(tmp_path: Path, data: bytes) -> tuple[str, str]:
    path = tmp_path / "back.docx"
    path.write_bytes(data)
    with pytest.raises(Unfit) as caught:
        word_parts(path)
    return caught.value.rule, caught.value.reason


def link(kind: str, target: str, *, outside: bool = True) -> tuple[bytes, bytes]:
    mode = ' TargetMode="External"' if outside else ""
    return (b"</Relationships>",
            f'<Relationship Id="rX" Type="{R}/{kind}" Target="{target}"{mode}/></Relationships>'.encode())


def test_a_plain_file_gives_the_parts_that_hold_words(plain: bytes, tmp_path: Path):
    path = tmp_path / "a.docx"
    path.write_bytes(plain)
    found = word_parts(path)
    assert set(found) == {"word/document.xml"} and "一段。".encode() in found["word/document.xml"]


def test_links_that_people_type_are_no_danger(plain: bytes, tmp_path: Path):
    path = tmp_path / "a.docx"
    path.write_bytes(changed(plain, {RELS: link("hyperlink", "https://example.com")}))
    assert word_parts(path)


@pytest.mark.parametrize(("more", "rule", "word"), [
    ({"word/vbaProject.bin": b"x"}, "word_macro", "宏"),
    ({"word/embeddings/oleObject1.bin": b"x"}, "word_macro", "嵌入"),
    ({"word/activeX/activeX1.xml": b"<a/>"}, "word_macro", "嵌入"),
    ({"word/afchunk.mht": b"x", RELS: link("aFChunk", "afchunk.mht", outside=False)}, "word_macro", "嵌入"),
    ({TYPES: (b"wordprocessingml.document.main", b"x.macroEnabled.main")}, "word_macro", "启用宏"),
    ({RELS: link("attachedTemplate", "http://evil.example/a.dotm")}, "word_link", "别处"),
    ({RELS: link("image", "file:////server/share/a.png")}, "word_link", "别处"),
    ({RELS: link("oleObject", "x", outside=False)}, "word_macro", "嵌入"),
    ({"../evil.xml": b"<a/>"}, "word_damaged", "别处"), ({"/etc/x.xml": b"<a/>"}, "word_damaged", "别处"),
    ({"WORD/document.xml": b"<a/>"}, "word_damaged", "同名"),
    ({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "word_damaged", "文档类型"),
    ({"word/document.xml": b" " * 9000 + b"<!DOCTYPE x><x/>"}, "word_damaged", "文档类型"),
    ({"word/theme/x.xml": b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}, "word_damaged", "文档类型"),
    ({"word/document.xml": "<?xml version='1.0' encoding='utf-16'?><x/>".encode("utf-16")}, "word_damaged", "UTF-8"),
    ({RELS: b"<broken"}, "word_damaged", "读不懂"),
])
def test_what_is_more_than_words_is_refused(plain: bytes, tmp_path: Path, more, rule: str, word: str):
    told = refusal(tmp_path, changed(plain, dict(more)))
    assert told[0] == rule and word in told[1]


def test_other_kinds_of_file_are_named(plain: bytes, tmp_path: Path):
    assert refusal(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)[0] == "word_old"
    assert refusal(tmp_path, b"%PDF-1.7 ...")[0] == "word_kind"
    assert refusal(tmp_path, b"")[0] == "word_kind"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("xl/workbook.xml", "<a/>")
    assert refusal(tmp_path, out.getvalue())[0] in ("word_kind", "word_damaged")


def test_bombs_are_not_unfolded(plain: bytes, tmp_path: Path):
    assert refusal(tmp_path, changed(plain, {"word/media/big.xml": b"\0" * (40 << 20)}))[0] == "word_bomb"
    many = changed(plain, {f"word/x{n}.xml": b"" for n in range(2001)})
    assert refusal(tmp_path, many)[0] == "word_bomb"


def test_a_part_that_is_larger_than_it_says_is_a_bomb(plain: bytes, tmp_path: Path):
    data = bytearray(changed(plain, {"word/document.xml": b"<a>" + b"x" * 200_000 + b"</a>"}))
    for head, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = 0
        while (at := data.find(head, at)) >= 0:
            if b"word/document.xml" in data[at:at + 80]:
                data[at + offset:at + offset + 4] = struct.pack("<I", 100)
            at += 4
    assert refusal(tmp_path, bytes(data))[0] == "word_bomb"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 40_000), cut=st.booleans(), byte=st.integers(0, 255))
def test_a_spoilt_file_is_read_or_refused_and_never_raises_anything_else(
    plain: bytes, tmp_path: Path, at: int, cut: bool, byte: int
):
    data = bytearray(plain)
    at %= len(data)
    if cut:
        del data[at:]
    else:
        data[at] = byte
    path = tmp_path / "spoilt.docx"
    path.write_bytes(data)
    with contextlib.suppress(Unfit):
        assert "word/document.xml" in word_parts(path)
