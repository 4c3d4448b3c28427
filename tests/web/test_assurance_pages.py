"""The assurance room through the doors: who may, what the forms do, and how it reads on a phone and in English."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.assurance import Engagement, engagements
from qingce.services.desk.assurance_requests import asked_of, requests
from qingce.services.desk.assurance_samples import Wish, draw_sample, samples
from qingce.services.desk.editions import editions
from qingce.services.desk.jobs import run_due
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from tests.services.desk.engaged import HOURS, engage
from tests.services.desk.offices import by, with_posts
from tests.web.conftest import BEYOND, Served
from tests.web.signing import NamesAsTokens, client
from tests.web.test_browser import PHONE, WATCH, WIDE

MUS = {"kind": "rows", "figure": HOURS, "method": "monetary_unit", "size": "3", "seed": "20250115"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with an engagement and a sample of rows."""
    folder = tmp_path_factory.mktemp("assurance") / "bank"
    make_project(folder)
    desk = with_posts(open_desk(folder))
    of = engage(desk, due=dt.date(2099, 3, 31))
    draw_sample(desk, by(desk, "assurer"), of.id, Wish("rows", HOURS, method="monetary_unit", size=3, seed="1"))
    draw_sample(desk, by(desk, "assurer"), of.id, Wish("figures", by="pack", method="stratified", size=4, seed="1"))
    yield desk
    desk.close()


@pytest.fixture
def of(bank: Desk) -> Engagement:
    """The engagement."""
    return engagements(bank, by(bank, "assurer"))[-1]


def send(reader: TestClient, page: str, target: str, data: dict[str, Any], **more: Any) -> Response:
    """Send a form of a page."""
    found = re.search(r'name="csrf" (?:value|content)="([^"]+)"', reader.get(page).text)
    assert found is not None
    return reader.post(target, data={"csrf": found[1], **data}, **more)


def room(of: Engagement) -> tuple[str, ...]:
    """Every page of the room."""
    here = f"/assurance/{of.id}"
    return ("/assurance", here, f"{here}/draw", f"{here}/draw?kind=rows&figure={HOURS}", f"{here}/register",
            f"{here}/samples/1", f"{here}/samples/1/1?rows=1", f"{here}/samples/2", f"{here}/samples/2/1?rows=1")


def test_the_room_is_for_the_assurer_and_the_office(bank: Desk, of: Engagement):
    for path in room(of):
        for name in ("assurer", "office"):
            assert client(bank, name).get(path).status_code == 200, (path, name)
        for name in ("manager", "filer", "reviewer", "admin"):
            assert client(bank, name).get(path).status_code == 403, (path, name)
        assert client(bank).get(path).status_code == 303, path
    assert client(bank, "assurer").get("/assurance/nothing").status_code == 404
    assert client(bank, "assurer").get(f"/assurance/{of.id}/samples/9").status_code == 404
    assert client(bank, "assurer").get(f"/assurance/{of.id}/samples/1/99").status_code == 404


def test_nobody_else_changes_anything_in_it(bank: Desk, of: Engagement):
    here, before = f"/assurance/{of.id}", bank.journal.count()
    acts = {
        "/assurance": ("assurer", "manager", "filer", "admin"),
        f"{here}/samples": ("office", "manager", "filer", "admin"),
        f"{here}/samples/1/1/request": ("office", "manager", "filer", "admin"),
        f"{here}/samples/1/1/conclusion": ("office", "manager", "filer", "admin"),
        f"{here}/conclusion": ("office", "manager", "filer", "admin"),
        f"{here}/pack": ("manager", "filer", "admin"),
    }
    for target, names in acts.items():
        for name in names:
            answer = send(client(bank, name), "/account", target, {**MUS, "outcome": "agree", "to": "filer"})
            assert answer.status_code == 403, (target, name)
    assert bank.journal.count() == before


def test_every_page_speaks_english(bank: Desk, of: Engagement):
    for path in room(of):
        reader = client(bank, "assurer")
        reader.cookies.set("qc_lang", "en")
        text = reader.get(path).text
        heads = re.findall(r"<h2>.*?</h2>|<caption>.*?</caption>|<thead role.*?</thead>|<ul class=.tabs.>.*?</ul>|"
                           r"<label.*?</label>|<dt>.*?</dt>", text, re.S)
        # what a person or a declaration has named stays as it is
        own = re.compile("志愿|活动|机构|服务|参加|口径|单位|时间|取得|归口|指标包|总行|支行|披露")
        said = [re.sub(r"<[^>]*>", "", each) for each in heads]
        assert said and [words for words in said if CHINESE.search(words) and not own.search(words)] == [], path


def test_the_office_opens_an_engagement_by_the_form(bank: Desk):
    office = client(bank, "office")
    said = {"name": "城东专项鉴证", "firm": "某事务所", "standard": "ISAE 3000（修订）", "level": "reasonable",
            "edition": editions(bank, by(bank, "office"))[0].id, "due": "2099-01-31", "org": ["B01"],
            "pack": ["volunteering"], "metrics": ["volunteer_hours", "volunteer_events"]}
    wrong = send(office, "/assurance", "/assurance", {**said, "due": "soon"})
    assert wrong.status_code == 422 and "完成日期" in wrong.text and "城东专项鉴证" in wrong.text
    answer = send(office, "/assurance", "/assurance", said)
    assert answer.status_code == 303
    made = next(e for e in engagements(bank, by(bank, "office")) if e.name == "城东专项鉴证")
    assert (made.orgs, made.packs) == (("B01",), ("volunteering",))
    assert made.metrics == ("volunteer_hours", "volunteer_events")
    page = client(bank, "assurer").get(answer.headers["location"]).text
    assert "城东支行" in page and "合理保证" in page and "志愿服务时长" in page


def test_the_frame_is_shown_before_anything_is_drawn(bank: Desk, of: Engagement):
    assurer, here, before = client(bank, "assurer"), f"/assurance/{of.id}/draw", bank.journal.count()
    page = assurer.get(here, params=MUS).text
    assert "将抽" in page and "3 项，其中必抽 1 项" in page and "V-2024-02" in page
    assert bank.journal.count() == before
    assert "由鉴证人员抽样" in client(bank, "office").get(here, params=MUS).text
    derived = assurer.get(here, params={**MUS, "figure": "volunteer_hours_per_volunteer/HEAD/2024"}).text
    assert "请选一个" in derived and f"figure={HOURS}" in derived
    for said, words in (
        ({"size": "99"}, "样本量为 1 至 4"), ({"seed": ""}, "请写种子"), ({"figure": "nothing/HEAD/2024"}, "没有"),
        ({"figure": "<script>alert(1)</script>"}, "不在鉴证范围"), ({"by": "colour"}, "没有“colour”这一列"),
    ):
        page = assurer.get(here, params={**MUS, **said}).text
        assert words in page and "<script>alert" not in page


def test_a_sample_is_tested_from_the_first_unit_to_the_last(bank: Desk, of: Engagement):
    assurer, here = client(bank, "assurer"), f"/assurance/{of.id}"
    answer = send(assurer, f"{here}/draw", f"{here}/samples", MUS)
    assert answer.status_code == 303
    sample = answer.headers["location"]
    number = int(sample.rsplit("/", 1)[1])
    made = samples(bank, by(bank, "assurer"), of.id)[number - 1]
    assert send(assurer, sample, f"{here}/samples", MUS).status_code == 422  # the same is not drawn twice
    lines = assurer.get(f"{sample}/frame.jsonl").text.splitlines()
    assert '["V-2024-02","75",""]' in lines and len(lines) == 4
    first = send(assurer, f"{sample}/1", f"{sample}/1/conclusion",
                 {"outcome": "exception", "difference": "7.5", "words": "签到表为 67.5 小时"})
    assert first.headers["location"] == f"{sample}/2"
    assert send(assurer, f"{sample}/2", f"{sample}/2/conclusion", {"outcome": "exception"}).status_code == 422
    send(assurer, f"{sample}/2", f"{sample}/2/conclusion", {"outcome": "agree"})
    last = send(assurer, f"{sample}/3", f"{sample}/3/conclusion", {"outcome": "agree"})
    assert last.headers["location"] == sample
    page = assurer.get(sample).text
    assert "7.50 小时" in page and "签到表为 67.5 小时" in page and made.frame in page
    assert send(assurer, here, f"{here}/conclusion", {"outcome": "unmodified", "words": "x"}).status_code == 422


def test_a_request_reaches_the_tasks_of_its_owner_and_comes_back_with_a_file(bank: Desk, of: Engagement):
    assurer, filer, unit = client(bank, "assurer"), client(bank, "filer"), f"/assurance/{of.id}/samples/1/1"
    due = bank.today + dt.timedelta(days=30)
    said = {"to": "filer", "words": "签到表<b>原件</b>", "due": due.isoformat()}
    assert send(assurer, unit, f"{unit}/request", {**said, "to": ""}).status_code == 422
    assert send(assurer, unit, f"{unit}/request", said).status_code == 303
    asked = asked_of(bank, by(bank, "filer"))[-1]
    tasks = filer.get("/tasks").text
    assert f"/assurance-requests/{asked.id}" in tasks and "签到表&lt;b&gt;原件" in tasks
    page = f"/assurance-requests/{asked.id}"
    assert filer.get(page).status_code == assurer.get(page).status_code == 200
    assert client(bank, "manager").get(page).status_code == 403
    assert filer.get("/assurance-requests/x-1").status_code == 404
    assert send(filer, page, page, {"words": ""}).status_code == 422
    file = ("file", ("签到表.pdf", b"%PDF-1.7 signed", "application/pdf"))
    given = send(filer, page, page, {"words": "见附件"}, files=[file])
    assert given.status_code == 303
    after = next(r for r in requests(bank, by(bank, "assurer"), of.id) if r.id == asked.id)
    assert after.state == "provided" and after.files[0][1] == "签到表.pdf"
    shown = assurer.get(unit).text
    assert f"/evidence/file/{after.files[0][0]}" in shown and "见附件" in shown
    assert assurer.get(f"/evidence/file/{after.files[0][0]}").content == b"%PDF-1.7 signed"


def test_a_pack_is_exported_in_the_background_and_downloaded(bank: Desk, of: Engagement):
    assurer, here = client(bank, "assurer"), f"/assurance/{of.id}"
    assert send(assurer, here, f"{here}/pack", {}).status_code == 303
    assert "正在装包" in assurer.get(here).text
    run_due(bank)
    page = assurer.get(here).text
    address = re.search(rf'href="({here}/packs/[0-9a-f]{{64}})"', page)
    assert address is not None and "正在装包" not in page
    answer = assurer.get(address[1])
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    assert "edition/site/figures.json" in zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert client(bank, "filer").get(address[1]).status_code == 403


def test_the_register_flags_what_changed(bank: Desk, of: Engagement):
    assurer, path = client(bank, "assurer"), bank.folder / "records" / "volunteering.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(before.replace(b"75.0", b"99.0"))
        page = assurer.get(f"/assurance/{of.id}/register").text
        assert "内容已变" in page and f"/figures/{HOURS}" in page
        assert "封版后来源有变动" in assurer.get(f"/assurance/{of.id}/samples/1/1").text
    finally:
        path.write_bytes(before)
    assert "来源都没有变动" in assurer.get(f"/assurance/{of.id}/register?evidence=1").text


# -- in a browser ---------------------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme", "tag"), [(WIDE, "light", "zh-CN"), (PHONE, "dark", "en")])
def test_every_page_is_accessible_and_within_its_width(
    browser: Any, bank: Desk, of: Engagement, size: Any, scheme: str, tag: str
):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    with Served(create_app(bank, WebSettings(), NamesAsTokens(bank))) as site:
        context = browser.new_context(base_url=site, viewport=size, color_scheme=scheme, locale=tag)
        context.add_init_script(WATCH)
        context.add_cookies([{"name": "qc_session", "value": "assurer", "url": site},
                             {"name": "qc_lang", "value": tag[:2], "url": site}])
        tab = context.new_page()
        for path in room(of):
            assert tab.goto(path).status == 200
            found = axe.run(tab, options={"resultTypes": ["violations"]})
            named = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]]
            assert named == [], path
            assert tab.evaluate(BEYOND) == [], path
            assert tab.evaluate("window.broken || []") == [], path
        context.close()
