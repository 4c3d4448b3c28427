"""A chapter in both languages on the desk, and an edition frozen in both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.editions import edition, publish, sealed, verify
from qingce.services.desk.freeze import freeze
from qingce.services.english.twins import accept
from qingce.services.init import make_project
from tests.services.desk.offices import by, with_posts
from tests.services.test_english import ENGLISH, page
from tests.web.signing import client


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk whose only page stands in both languages."""
    folder = tmp_path_factory.mktemp("english") / "bank"
    make_project(folder)
    blocks = [f"<!-- zh {n} - -->\n{text}" for n, text in enumerate(ENGLISH, 1)]
    page(folder).parent.mkdir()
    page(folder).write_text("\n\n".join(["---\ntitle: Volunteering\nzh: -\n---", *blocks]) + "\n", encoding="utf-8")
    accept(folder, "00-volunteering", "all")
    desk = with_posts(open_desk(folder))
    yield desk
    desk.close()


def test_a_frozen_edition_holds_both_languages_and_can_be_made_again(bank: Desk):
    office = by(bank, "office")
    name = freeze(bank, office).id
    publish(bank, office, name)
    seal = sealed(bank, edition(bank, office, name))
    assert {"site/report.pdf", "site/en/report.pdf", "site/en/pages/volunteering.html"} <= set(seal.files)
    assert verify(bank, office, name) == ([], [])
    public = client(bank).get(f"/editions/{name}").text
    assert f"/editions/{name}/files/en/report.pdf" in public
    assert client(bank).get(f"/editions/{name}/files/en/index.html").status_code == 200


def test_the_preview_shows_both_languages_and_marks_what_is_stale(bank: Desk):
    office = client(bank, "office")
    chapter = office.get("/preview/volunteering").text
    assert 'href="/preview/volunteering/english"' in chapter
    both = office.get("/preview/volunteering/english").text
    assert "本行开展志愿服务活动" in both and "the Bank held" in both
    assert "中文已改，译文未跟 0" in both
    zh = bank.folder / "pages" / "00-volunteering.md"
    zh.write_text(zh.read_text(encoding="utf-8").replace("本行开展", "本行共开展"), encoding="utf-8")
    both = office.get("/preview/volunteering/english").text
    assert "中文已改，译文未跟 1" in both and "--accept 00-volunteering 1" in both


def test_a_chapter_that_does_not_exist_has_no_english(bank: Desk):
    assert client(bank, "office").get("/preview/nothing/english").status_code == 404
    assert client(bank).get("/preview/volunteering/english").status_code == 303
