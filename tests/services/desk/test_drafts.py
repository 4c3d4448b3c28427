"""Word drafts on the desk: what goes out, what comes back, what is decided, and what is refused whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from qingce.core.errors import Denied, Missing, Refused, Stale
from qingce.services.desk import Desk, pagefile
from qingce.services.desk.comments import threads
from qingce.services.desk.draft_decide import accept, decline
from qingce.services.desk.draft_return import look, receive
from qingce.services.desk.drafts import Asked, issue, overview, room
from qingce.services.desk.freeze import freeze
from qingce.services.desk.preview import preview
from qingce.services.desk.restate import decide_change, request_change
from tests.publish.word_editing import Word, edited
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, with_posts

SLUG = "volunteering"
FILE = "pages/00-volunteering.md"
FIRST, SECOND, HEAD = 1, 5, 6
"""The parts of the page that hold words: the paragraph with its numbers, the one without, and the heading."""


def with_second(desk: Desk) -> Desk:
    """A desk with its posts; its page has a second paragraph."""
    edit(desk, FILE, "## 勾稽", "志愿者来自各个支行。\n\n## 勾稽")
    return with_posts(desk)


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """That desk."""
    return begin(with_second)


def source(bank: Desk) -> str:
    return (bank.folder / FILE).read_text(encoding="utf-8")


def asked(bank: Desk, edit_, *, who: str = "filer") -> tuple[Asked, ...]:
    """What waits once a draft came back after somebody's editing."""
    out = issue(bank, by(bank, who), SLUG)
    receive(bank, by(bank, who), edited(out.content, edit_), "回.docx")
    return room(bank, by(bank, "office"), SLUG).open


def rewrite(word: Word) -> None:
    word.replace(SECOND, "各个支行", "各分支行")


# -- out --------------------------------------------------------------------------------------------
def test_a_draft_that_goes_out_is_on_the_journal_with_what_it_promises(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)
    event = bank.journal.page(did="draft_issued")[0]
    assert (event.by, event.subject, event.detail["page"]) == ("filer", f"draft/{out.id}", SLUG)
    issue(bank, by(bank, "reviewer"), SLUG)
    (sent,) = room(bank, by(bank, "office"), SLUG).sent
    assert (sent.id, sent.taken, sent.edition) == (out.id, 2, "未封版")
    assert out.name == f"志愿服务-征求意见稿-{out.id}.docx"


def test_a_page_with_a_wrong_binding_is_not_sent_out(bank: Desk):
    edit(bank, FILE, "{{ volunteer_events }}，", "{{ volunteer_event }}，")
    with pytest.raises(Refused, match="改正"):
        issue(bank, by(bank, "office"), SLUG)
    with pytest.raises(Missing):
        issue(bank, by(bank, "office"), "nothing")


# -- back -------------------------------------------------------------------------------------------
def test_words_that_changed_wait_for_the_office_with_both_sides(bank: Desk):
    (one,) = asked(bank, rewrite)
    assert "".join(t for t, _ in one.before) == "志愿者来自各个支行。" and any(gone for _, gone in one.before)
    assert "".join(t for t, _ in one.now) == "志愿者来自各分支行。"
    assert (one.kind, one.authors, one.tracked, one.by, one.stale) == ("changed", ("张三",), True, "filer", "")
    assert "各个支行" in source(bank), "nothing is written yet"


def test_the_same_file_twice_is_taken_once(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)
    file = edited(out.content, lambda w: (rewrite(w), w.comment(FIRST, "口径？")))
    assert receive(bank, by(bank, "filer"), file, "a.docx").fresh == (1, 1)
    before = bank.journal.head()
    again = receive(bank, by(bank, "reviewer"), file, "b.docx")
    assert again.again and "没有重复收" in again.sentence and bank.journal.head() == before


def test_another_file_of_the_same_draft_brings_only_what_is_new(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)
    receive(bank, by(bank, "filer"), edited(out.content, lambda w: (rewrite(w), w.comment(FIRST, "口径？"))), "a.docx")

    def more(word: Word) -> None:
        rewrite(word)
        word.comment(FIRST, "口径？")
        word.comment(SECOND, "加一句。", author="王五")
        word.add(SECOND, "另有退休职工参加。")

    assert receive(bank, by(bank, "filer"), edited(out.content, more), "b.docx").fresh == (1, 1)
    assert [a.kind for a in room(bank, by(bank, "office"), SLUG).open] == ["added", "changed"]


def test_a_number_that_changed_refuses_its_paragraph_and_the_rest_is_taken(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)

    def spoil(word: Word) -> None:
        word.retype("qn:1.1:", "99 场")
        word.replace(FIRST, "参加", "踊跃参加")
        rewrite(word)

    back = receive(bank, by(bank, "filer"), edited(out.content, spoil), "a.docx")
    assert back.sentence.endswith("1 处文字修改待定，0 条批注已转为评论，1 处没有收，原因见下。")
    (came,) = room(bank, by(bank, "office"), SLUG).came
    (trouble,) = came.troubles
    assert (trouble["figure"].split("/")[0], trouble["found"], trouble["n"]) == ("volunteer_events", "99 场", 1)
    assert [a.paragraph for a in room(bank, by(bank, "office"), SLUG).open] == [2]


def test_comments_of_word_become_comments_of_the_paragraph(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)

    def speak(word: Word) -> None:
        first = word.comment(FIRST, "与工会口径一致吗？")
        word.comment(FIRST, "一致。", author="王五", answers=first)
        word.comment(HEAD, "不必", done=True)

    receive(bank, by(bank, "filer"), edited(out.content, speak), "a.docx")
    (thread,) = threads(bank, by(bank, "office"), f"page/{SLUG}#1")
    first, answer = thread.comments
    assert (first.by, first.word) == ("filer", "李四 2025-03-01 09:30")
    assert first.words.startswith("〔2024 年，本行开展") and first.words.endswith("〕与工会口径一致吗？")
    assert (answer.word, answer.words) == ("王五 2025-03-01 09:30", "一致。")
    (settled,) = threads(bank, by(bank, "office"), f"page/{SLUG}#2")
    assert settled.resolved_by == "filer"
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_a_strangers_file_is_refused_and_leaves_nothing(bank: Desk):
    out = issue(bank, by(bank, "filer"), SLUG)
    before = bank.journal.head()
    word = Word(out.content)
    for data, said in (
        (b"%PDF-1.7", "不是 Word"), (out.content[:3000], "损坏"), (word.save({"word/vbaProject.bin": b"x"}), "宏"),
        (out.content.replace(b"PK\x01\x02", b"PK\x01\x03"), "损坏"),
        (word.save({"docProps/custom.xml": b"<p><q name='QingceDraft'>" + out.id.encode() + b"</q><q name="
                    b"'QingceChecksum'>0</q></p>"}), "校验"),
        (edited(out.content, lambda w: (w.unmark(), w.files.pop("docProps/custom.xml"))), "不是工作台发出的"),
    ):
        with pytest.raises(Refused, match=said):
            receive(bank, by(bank, "filer"), data, "../../a.docx")
    assert bank.journal.head() == before


def test_a_draft_of_another_project_is_named(bank: Desk, tmp_path: Path):
    out = issue(bank, by(bank, "filer"), SLUG)
    alien = out.content
    word = Word(alien)
    for mark in word.root.iter("{*}bookmarkStart"):
        for key, value in mark.attrib.items():
            mark.set(key, value.replace(out.id, "0" * 12))
    word.files.pop("docProps/custom.xml")
    with pytest.raises(Refused, match="没有发出过稿号"):
        receive(bank, by(bank, "filer"), word.save(), "a.docx")


def test_looking_at_a_file_writes_nothing(bank: Desk, tmp_path: Path):
    out = issue(bank, by(bank, "filer"), SLUG)
    path = tmp_path / "back.docx"
    path.write_bytes(edited(out.content, rewrite))
    before = bank.journal.head()
    assert [c.now for c in look(bank, path).outcome.changes] == ["志愿者来自各分支行。"]
    assert bank.journal.head() == before


# -- deciding ---------------------------------------------------------------------------------------
def test_an_accepted_change_is_in_the_page_and_in_the_preview(bank: Desk):
    (one,) = asked(bank, rewrite)
    was = source(bank)
    assert accept(bank, by(bank, "office"), one.id) == SLUG
    assert source(bank) == was.replace("各个支行", "各分支行")
    page = preview(bank, by(bank, "office")).chapters[0].page
    assert any("各分支行" in getattr(node, "text", "") for b in page.blocks for node in getattr(b, "line", ()))
    event = bank.journal.page(did="draft_accepted")[0]
    assert event.detail["before"] == hashlib.sha256(was.encode()).hexdigest()
    assert event.detail["after"] == hashlib.sha256(source(bank).encode()).hexdigest()
    assert [(a.state, a.decided_by) for a in room(bank, by(bank, "office"), SLUG).closed] == [("accepted", "office")]
    with pytest.raises(Refused, match="处理过"):
        accept(bank, by(bank, "office"), one.id)
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_numbers_keep_their_bindings_when_words_around_them_change(bank: Desk):
    (one,) = asked(bank, lambda w: w.replace(FIRST, "参加，服务时长 ", "参加，服务总时长 "))
    accept(bank, by(bank, "office"), one.id)
    assert "{{ volunteer_attendances }}参加，服务总时长 {{ volunteer_hours }}，较上年" in source(bank)


def test_a_declined_change_says_why_and_leaves_the_page(bank: Desk):
    (one,) = asked(bank, rewrite)
    was = source(bank)
    with pytest.raises(Refused, match="原因"):
        decline(bank, by(bank, "office"), one.id, " ")
    decline(bank, by(bank, "office"), one.id, "以行内简称为准")
    assert source(bank) == was
    (closed,) = room(bank, by(bank, "office"), SLUG).closed
    assert (closed.state, closed.reason) == ("declined", "以行内简称为准")


def test_only_the_office_decides_and_readers_of_the_board_take_no_drafts(bank: Desk):
    (one,) = asked(bank, rewrite)
    for act in (accept, lambda d, a, i: decline(d, a, i, "不")):
        with pytest.raises(Denied):
            act(bank, by(bank, "filer"), one.id)
    with pytest.raises(Denied):
        issue(bank, by(bank, "admin"), SLUG)
    with pytest.raises(Missing):
        accept(bank, by(bank, "office"), "0" * 16)


def test_a_paragraph_that_changed_since_is_stale_and_says_so_beforehand(bank: Desk):
    (one,) = asked(bank, rewrite)
    edit(bank, FILE, "志愿者来自各个支行。", "志愿者来自全行。")
    was = source(bank)
    assert "又改过" in room(bank, by(bank, "office"), SLUG).open[0].stale
    with pytest.raises(Stale, match="又改过"):
        accept(bank, by(bank, "office"), one.id)
    assert source(bank) == was and room(bank, by(bank, "office"), SLUG).open[0].id == one.id


def test_changes_of_one_draft_are_accepted_one_after_another(bank: Desk):
    waiting = asked(bank, lambda w: (rewrite(w), w.add(SECOND, "另有退休职工参加。")))
    for one in sorted(waiting, key=lambda a: a.kind, reverse=True):
        accept(bank, by(bank, "office"), one.id)
    assert "志愿者来自各分支行。\n\n另有退休职工参加。\n\n## 勾稽" in source(bank)


def test_after_freezing_only_a_granted_change_request_opens_the_page(bank: Desk):
    (one,) = asked(bank, rewrite)
    made = freeze(bank, by(bank, "office"))
    with pytest.raises(Refused, match="已经封版"):
        accept(bank, by(bank, "office"), one.id)
    number = request_change(bank, by(bank, "office"), made.id, "改正措辞")
    with pytest.raises(Refused, match="已经封版"):
        accept(bank, by(bank, "office"), one.id)
    decide_change(bank, by(bank, "manager"), number, granted=True, words="同意")
    accept(bank, by(bank, "office"), one.id)
    assert "各分支行" in source(bank)
    out = issue(bank, by(bank, "office"), SLUG)
    sent = {one.id: one.edition for one in room(bank, by(bank, "office"), SLUG).sent}
    assert sent[out.id].endswith(f"第 1 版（{made.id[:12]}）")


def test_a_page_that_cannot_be_written_leaves_no_event(bank: Desk, monkeypatch: pytest.MonkeyPatch):
    (one,) = asked(bank, rewrite)
    before, was = bank.journal.head(), source(bank)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pagefile.os, "replace", full)
    with pytest.raises(Refused, match="写不进去"):
        accept(bank, by(bank, "office"), one.id)
    monkeypatch.undo()
    assert bank.journal.head() == before and source(bank) == was
    assert not list((bank.folder / "pages").glob(".*"))


def test_a_stop_between_the_file_and_the_event_is_made_good_by_accepting_again(bank: Desk):
    (one,) = asked(bank, rewrite)
    path = bank.folder / FILE
    path.write_text(source(bank).replace("各个支行", "各分支行"), encoding="utf-8")
    assert room(bank, by(bank, "office"), SLUG).open[0].stale == ""
    accept(bank, by(bank, "office"), one.id)
    assert source(bank).count("各分支行") == 1 and room(bank, by(bank, "office"), SLUG).open == ()


def test_the_list_of_pages_says_what_waits(bank: Desk):
    asked(bank, lambda w: (rewrite(w), w.retype("qn:1.1:", "1 场")))
    (line,) = overview(bank, by(bank, "filer"))
    assert (line.page.slug, line.sent, line.came, line.open, line.troubles) == (SLUG, 1, 1, 1, 1)
