"""The blackline: both editions in one text, its marks lines and not colours alone, its Word file real revisions."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from qingce.core.errors import Denied, Missing
from qingce.publish.blackline import GONE, NEW, Blackline, merged
from qingce.publish.docx.blackline import render_blackline as word
from qingce.publish.pdf.blackline import render_blackline as pdf
from qingce.services.desk import Desk
from qingce.services.desk.blackline import blackline, named_edition
from qingce.services.desk.compare import parts
from qingce.services.desk.editions import Edition, editions
from qingce.services.desk.freeze import freeze
from qingce.services.desk.operator import at_the_command_line
from qingce.services.desk.restate import approve_restatements, decide_change, register, request_change, restate, seal_of
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, with_posts

PAGE = "pages/00-volunteering.md"


def restated(desk: Desk) -> None:
    """Two editions: a figure, a sentence and a paragraph differ."""
    made = with_posts(desk)
    old = freeze(made, by(made, "office"))
    number = request_change(made, by(made, "office"), old.id, "更正登记册")
    decide_change(made, by(made, "manager"), number, granted=True, words="同意")
    edit(made, "records/filed/volunteering.csv", "2024,,64,人", "2024,,65,人")
    text = (made.folder / PAGE).read_text(encoding="utf-8")
    (made.folder / PAGE).write_text(f"{text}\n\n本行另设志愿服务基金。\n", encoding="utf-8")
    from qingce.services.desk.restate import drift

    moved = [one.key for one in drift(made, by(made, "office"), number).moved]
    restate(made, by(made, "office"), number, dict.fromkeys(moved, "更正登记册"), threshold="5")
    entries = [e for e in register(made, by(made, "manager")) if e.change == number]
    approve_restatements(made, by(made, "manager"), number, seal_of(entries))
    freeze(made, by(made, "office"), change=number)


@pytest.fixture
def two(begin: Begin) -> tuple[Desk, Edition, Edition]:
    """That desk with both of them."""
    made = begin(restated)
    new, old = editions(made, by(made, "office"))
    return made, old, new


def paper(two: tuple[Desk, Edition, Edition]) -> Blackline:
    desk, old, new = two
    return blackline(desk, by(desk, "office"), old.id, new.id)


def test_it_lists_what_changed_and_nothing_else(two: tuple[Desk, Edition, Edition]):
    found = paper(two)
    assert any("注册志愿者" in one.label and (one.before, one.after) == ("64 人", "65 人") for one in found.figures)
    runs = [run for page in found.pages for one in page.paragraphs for run in one.runs]
    assert ("本行另设志愿服务基金。", NEW) in runs
    assert {"64", "65"} <= {text.strip() for text, mark in runs if mark}
    assert dict(found.summary)["改动的页面"] == str(len(found.pages))
    assert two[1].id in found.lead[0] and two[2].id in found.lead[1]


def test_the_pdf_strikes_and_underlines_and_is_the_same_bytes(two: tuple[Desk, Edition, Edition]):
    found = paper(two)
    data = pdf(found)
    assert data == pdf(found)
    text = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(data))
    for words in ("改动标示稿", "本行另设志愿服务基金", "删去的文字", "新增的文字", two[2].id[:16]):
        assert words in re.sub(r"\s", "", text)


def test_accepting_all_revisions_gives_the_new_text_and_rejecting_them_the_old(two: tuple[Desk, Edition, Edition]):
    found = paper(two)
    data = word(found)
    assert data == word(found)
    body = docx.Document(io.BytesIO(data)).element.body
    told = [paragraph(p) for p in body.iter(qn("w:p"))]
    for page in found.pages:
        for one in page.paragraphs:
            if one.runs:
                assert ("".join(t for t, mark in one.runs if mark != GONE),
                        "".join(t for t, mark in one.runs if mark != NEW)) in told
    numbers = [int(e.get(qn("w:id"))) for e in body.iter(qn("w:ins"), qn("w:del"))]
    assert numbers and all(b == a + 1 for a, b in pairwise(numbers))


def paragraph(node: Any) -> tuple[str, str]:
    """The words of a paragraph once its revisions are accepted, and once they are rejected."""
    accepted = "".join(t.text or "" for t in node.iter(qn("w:t")))
    rejected = "".join(t.text or "" for t in node.iter(qn("w:t"), qn("w:delText"))
                       if not any(up.tag == qn("w:ins") for up in t.iterancestors()))
    return accepted, rejected


def test_the_same_edition_has_no_difference(two: tuple[Desk, Edition, Edition]):
    desk, old, _ = two
    found = blackline(desk, by(desk, "office"), old.id, old.id)
    assert not found.pages and not found.figures
    text = pypdfium2.PdfDocument(pdf(found))[0].get_textpage().get_text_bounded()
    assert "两版没有差异" in text


def test_an_edition_is_named_by_the_beginning_of_its_hash(two: tuple[Desk, Edition, Edition]):
    desk, old, _ = two
    me = at_the_command_line(desk)
    assert named_edition(desk, me, old.id[:12]).id == old.id
    for wrong in ("", "zz"):
        with pytest.raises(Missing):
            named_edition(desk, me, wrong)
    with pytest.raises(Denied):
        named_edition(desk, by(desk, "admin"), old.id[:12])
    with pytest.raises(Missing):
        blackline(desk, by(desk, "admin"), old.id, old.id)


TEXTS = [("", "甲"), ("甲", ""), ("贷款 5 亿元。", "贷款 6 亿元。"), ("甲乙丙", "丙乙甲"), ("一二三四", "一四"),
         ("a b", "a  b c")]


@pytest.mark.parametrize(("old", "new"), TEXTS)
def test_no_word_of_either_side_is_lost(old: str, new: str):
    runs = merged(*parts(old, new))
    assert "".join(text for text, mark in runs if mark != NEW) == old
    assert "".join(text for text, mark in runs if mark != GONE) == new


def test_hostile_words_are_words(tmp_path: Path, two: tuple[Desk, Edition, Edition]):
    from dataclasses import replace

    found = replace(paper(two), definitions=(('#panic("x") \\ <b>', (("]$*_`", GONE), ("\u0000", NEW))),))
    assert pdf(found).startswith(b"%PDF")
    assert b"<b>" not in zipfile.ZipFile(io.BytesIO(word(found))).read("word/document.xml")
