"""An edition's way by programs: frozen, proved, published, changed by request; sampled and concluded by an assurer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from qingce.services.desk import Desk, open_desk
from qingce.services.init import make_project
from qingce.web import create_app
from tests.services.desk.offices import edit, with_posts
from tests.web.api.conftest import QUICK, Program
from tests.web.api.test_acts import V1, sent_twice

HOURS = "volunteer_hours/HEAD/2024"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank with its posts, in which nothing is collected, so that the report can be frozen."""
    folder = tmp_path_factory.mktemp("edition") / "bank"
    make_project(folder)
    made = with_posts(open_desk(folder))
    yield made
    made.close()


@pytest.fixture(scope="module")
def app(bank: Desk) -> FastAPI:
    """Its web application."""
    return create_app(bank, QUICK)


@pytest.fixture(scope="module")
def frozen(of: Program, bank: Desk) -> str:
    """The first edition, frozen by a program."""
    made = sent_twice(of("office"), bank, "/editions", {}, 201)
    assert (made["state"], made["revision"]) == ("frozen", 1)
    return str(made["id"])


def test_an_edition_is_proved_published_and_taken_back(of: Program, bank: Desk, frozen: str):
    office, here = of("office"), f"/editions/{frozen}"
    assert of("assurer").post(f"{V1}{here}/verify").json() == {"holds": True, "damaged": [], "differs": []}
    assert of("manager").post(f"{V1}{here}/publish").status_code == 403
    assert sent_twice(office, bank, f"{here}/publish", {}, 200)["state"] == "published"
    assert office.post(f"{V1}{here}/publish").status_code == 422
    manifest = of("assurer").get(f"{V1}{here}/files/manifest.json")
    assert manifest.headers["etag"] == f'"{frozen}"'
    told = of("assurer").get(f"{V1}/editions/{frozen[:8]}/compare/{frozen[:12]}").json()
    assert told["figures"] == [] and told["summary"]["变动的数值"] == "0" and frozen in told["lead"][0]
    assert of("assurer").get(f"{V1}/editions/zz/compare/{frozen}").status_code == 404
    assert sent_twice(office, bank, f"{here}/withdraw", {"reason": "封面有误"}, 200)["state"] == "withdrawn"


def test_an_assurer_draws_asks_and_concludes(of: Program, bank: Desk, frozen: str):
    office, assurer = of("office"), of("assurer")
    said = {"name": "2024 年报告有限鉴证", "firm": "某会计师事务所", "standard": "ISAE 3000（修订）",
            "level": "limited", "edition": frozen, "due": bank.today.isoformat()}
    name = sent_twice(office, bank, "/engagements", said, 201)["id"]
    here, draw = f"/engagements/{name}", {"method": "all"}
    would = assurer.post(f"{V1}{here}/samples/preview", json=draw).json()
    assert office.post(f"{V1}{here}/samples", json=draw).status_code == 403, "who opened it draws nothing"
    drawn = sent_twice(assurer, bank, f"{here}/samples", draw, 201)
    assert (drawn["frame"], [u["unit"] for u in drawn["units"]]) == (would["frame"], would["units"])
    assert assurer.get(f"{V1}{here}/samples/1").json() == drawn
    assert assurer.get(f"{V1}{here}/samples/2").status_code == 404
    unit = f"{here}/samples/1/1"
    asked = sent_twice(assurer, bank, f"{unit}/requests", {
        "to": "filer", "words": "请提供登记册", "due": bank.today.isoformat()}, 201)
    assert [one["id"] for one in office.get(f"{V1}{here}/requests").json()["requests"]] == [asked["id"]]
    told = sent_twice(assurer, bank, f"{unit}/conclusion", {"outcome": "not_tested", "words": "资料未到"}, 200)
    assert told["units"][0]["outcome"] == "not_tested"
    early = assurer.post(f"{V1}{here}/conclusion", json={"outcome": "unmodified", "words": "无保留"})
    assert early.status_code == 422 and assurer.get(f"{V1}{here}").json()["asked"] == 1
    assert [one["id"] for one in assurer.get(f"{V1}/engagements").json()["engagements"]] == [name]


def test_what_was_frozen_changes_by_request_and_the_register(of: Program, bank: Desk, frozen: str):
    office, manager = of("office"), of("manager")
    made = sent_twice(office, bank, "/changes", {"edition": frozen, "reason": "B02 分行漏报"}, 201)
    here = f"/changes/{made['id']}"
    assert office.post(f"{V1}{here}/decide", json={"granted": True}).status_code == 403
    assert sent_twice(manager, bank, f"{here}/decide", {"granted": True}, 200)["change"]["state"] == "granted"
    edit(bank, "records/volunteering.csv", "22,44.0", "22,54.0")
    moved = office.get(f"{V1}{here}").json()["moved"]
    assert HOURS in [one["key"] for one in moved]
    reasons = {one["key"]: "补录漏报的活动" for one in moved}
    told = sent_twice(office, bank, f"{here}/restate", {"reasons": reasons, "threshold": "3"}, 200)
    assert all(one["registered"] for one in told["moved"]) and len(told["entries"]) == len(moved)
    assert manager.post(f"{V1}{here}/approve", json={"seal": "0" * 64}).status_code == 422
    approved = sent_twice(manager, bank, f"{here}/approve", {"seal": told["seal"]}, 200)
    assert {one["approved_by"] for one in approved["entries"]} == {"manager"}
    listed = of("assurer").get(f"{V1}/restatements").json()["restatements"]
    assert {one["key"] for one in listed} == set(reasons)
    assert [one["id"] for one in of("assurer").get(f"{V1}/changes").json()["changes"]] == [made["id"]]
