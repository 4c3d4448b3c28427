"""Sides of a PDF that were read before: believed only where every byte they are drawn from is the same."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from qingce.audit.readers import read_text
from qingce.audit.readers.pdf.prints import prints
from qingce.core.page import Document, Number, Page, Paragraph
from qingce.core.page import Text as Words
from qingce.publish.pdf import render_pdf


def pdf(path: Path, *numbers: str) -> bytes:
    pages = tuple(
        Page(f"p{n}", f"第{n}章", (Paragraph((Words("一二三四五六七八九〇，0123456789 户，共 "),
                                        Number(text, ("m/LZB/2024",), "m", "m", "指标", text))),),
             part=f"{n}篇", part_title="一条道路", number=str(n))
        for n, text in enumerate(numbers, start=1)
    )
    made = Document("某银行 2024 年报告", "", "某银行", "2024", "zh-CN", pages)
    path.write_bytes(render_pdf(made, svg=lambda chart: "").data)
    return path.read_bytes()


def test_only_the_side_that_changed_has_another_print(tmp_path):
    one, two = pdf(tmp_path / "1.pdf", "12 户", "13 户", "14 户"), pdf(tmp_path / "2.pdf", "12 户", "31 户", "14 户")
    before, after = prints(one), prints(two)
    assert before is not None and after is not None and len(before) == len(after) == len(pdfium.PdfDocument(one))
    assert [a != b for a, b in zip(before, after, strict=True)].count(True) == 1


def test_what_was_kept_gives_what_is_read(tmp_path):
    kept: dict[str, str] = {}
    for n, numbers in enumerate([("12 户", "13 户"), ("12 户", "31 户"), ("21 户", "31 户", "13 户")]):
        path = tmp_path / f"{n}.pdf"
        pdf(path, *numbers)
        assert read_text(path, kept=kept) == read_text(path)  # partly from the files before
        count = len(kept)
        assert read_text(path, kept=kept) == read_text(path) and len(kept) == count


def test_a_byte_of_a_side_or_of_its_fonts_makes_another_print(tmp_path):
    data = pdf(tmp_path / "1.pdf", "12 户", "13 户")
    whole = prints(data)
    assert whole is not None
    streams = [m.end() for m in re.finditer(rb"stream\r?\n", data) if not data[:m.start()].endswith(b"end")]
    changed = 0
    for at in streams:
        other = prints(data[:at + 9] + bytes([data[at + 9] ^ 1]) + data[at + 10:])
        assert other is not None
        changed += other != whole
    assert changed >= len(whole) + 2  # what each side shows, and the fonts


@pytest.mark.parametrize("spoil", [
    lambda data: data.replace(b"/Root", b"/Encrypt 9 0 R/Root"),
    lambda data: data.replace(b"/Root", b"/Prev 9/Root"),
    lambda data: data[:-40],
    lambda data: data.replace(b"/MediaBox", b"/ArtBox"),
    lambda data: data.replace(b"\nxref", b"\n xref"),
    lambda data: b"%PDF-1.7\n",
    lambda data: b"",
])
def test_a_file_built_in_another_way_has_no_prints(tmp_path, spoil):
    assert prints(spoil(pdf(tmp_path / "1.pdf", "12 户"))) is None


def test_a_file_that_was_written_by_another_program_reads_the_same(tmp_path):
    data = pdf(tmp_path / "1.pdf", "12 户", "13 户")
    document = pdfium.PdfDocument(data)
    document.save(tmp_path / "2.pdf")
    kept: dict[str, str] = {}
    read_text(tmp_path / "1.pdf", kept=kept)
    assert read_text(tmp_path / "2.pdf", kept=kept).lines == read_text(tmp_path / "2.pdf").lines
