"""What programs change: for the version they saw, once however often it is sent, within their scopes."""

from __future__ import annotations

import hashlib

import pytest
from httpx import Response

from qingce.services.desk import Desk
from qingce.services.desk.jobs import run_due
from tests.services.desk.staff import EAST, HEAD, WEST
from tests.web.api.conftest import Program

NINE = {"answered": "value", "value": "9", "source": "登记册"}


def test_a_figure_is_filed_for_the_version_that_was_seen(of: Program, bank: Desk):
    east, path = of("east"), f"/api/v1/items/{EAST}"
    before = east.get(path).headers["etag"]
    assert east.put(f"{path}/answer", json=NINE).status_code == 428
    assert east.put(f"{path}/answer", json=NINE, headers={"if-match": '"none of ours"'}).status_code == 412
    filed = east.put(f"{path}/answer", json=NINE, headers={"if-match": before})
    assert filed.status_code == 200 and filed.json()["value"] == "9"
    assert filed.headers["etag"] == east.get(path).headers["etag"] != before
    other = {**NINE, "value": "11"}
    stale = east.put(f"{path}/answer", json=other, headers={"if-match": before})
    assert stale.status_code == 409 and east.get(path).json()["value"] == "9"
    last = bank.journal.page(limit=1)[0]
    assert (last.by, last.did, last.detail["channel"]) == ("east", "filed", "api")


def test_what_is_sent_twice_with_its_key_is_done_once(of: Program, bank: Desk):
    head, said = of("head"), {"about": f"item/{HEAD}", "words": "请核对口径"}
    key = {"idempotency-key": "c-1"}
    first = head.post("/api/v1/comments", json=said, headers=key)
    seq = bank.journal.head()
    again = head.post("/api/v1/comments", json=said, headers=key)
    assert first.status_code == again.status_code == 201 and first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true" and bank.journal.head() == seq
    assert head.post("/api/v1/comments", json=said | {"words": "另一件"}, headers=key).status_code == 422
    assert of("office").post("/api/v1/comments", json=said, headers=key).json() != first.json(), "keys are one's own"


def test_filing_with_its_key_is_done_once_too(of: Program, bank: Desk):
    west, path = of("west"), f"/api/v1/items/{WEST}/answer"
    tag = {"if-match": west.get(f"/api/v1/items/{WEST}").headers["etag"], "idempotency-key": "f-1"}
    first = west.put(path, json=NINE, headers=tag)
    seq = bank.journal.head()
    assert west.put(path, json=NINE, headers=tag).json() == first.json() and bank.journal.head() == seq


def test_evidence_goes_up_and_comes_down_as_it_was(of: Program):
    head, data = of("head"), b"%PDF-1.7 voucher"
    sent = head.post("/api/v1/evidence", data={"about": f"item/{HEAD}", "note": "凭证"},
                     files={"file": ("凭证\r\nX-Evil: 1.pdf", data)})
    digest = hashlib.sha256(data).hexdigest()
    assert sent.status_code == 201 and sent.json() == {"sha256": digest}
    listed = head.get("/api/v1/evidence", params={"about": f"item/{HEAD}"}).json()["evidence"]
    assert [(e["sha256"], e["note"], e["size"]) for e in listed] == [(digest, "凭证", len(data))]
    got = head.get(f"/api/v1/evidence/{digest}")
    assert got.content == data and got.headers["etag"] == f'"{digest}"' and "x-evil" not in got.headers
    held = {"if-none-match": got.headers["etag"]}
    assert head.get(f"/api/v1/evidence/{digest}", headers=held).status_code == 304
    assert of("west").get(f"/api/v1/evidence/{digest}").status_code == 403
    gone = head.post(f"/api/v1/evidence/{digest}/detach", json={"about": f"item/{HEAD}", "reason": "交错了"})
    assert gone.status_code == 204
    assert head.get("/api/v1/evidence", params={"about": f"item/{HEAD}"}).json()["evidence"] == []
    program = of("head").post("/api/v1/evidence", data={"about": f"item/{HEAD}"}, files={"file": ("a.exe", b"MZ\x90")})
    assert program.status_code == 422


def test_a_thread_is_begun_answered_and_settled(of: Program):
    head, about = of("head"), f"item/{HEAD}"
    begun = head.post("/api/v1/comments", json={"about": about, "words": "@office 请看"}).json()["id"]
    answered = of("office").post("/api/v1/comments", json={"about": about, "words": "已看", "thread": begun})
    assert answered.status_code == 201
    threads = head.get("/api/v1/comments", params={"about": about}).json()["threads"]
    thread = next(t for t in threads if t["id"] == begun)
    assert [c["by"] for c in thread["comments"]] == ["head", "office"]
    assert thread["comments"][0]["mentions"] == ["office"]
    assert head.post(f"/api/v1/comments/{begun}/resolve", json={"about": about}).status_code == 204
    assert head.post(f"/api/v1/comments/{begun}/resolve", json={"about": about}).status_code == 422


def test_an_item_goes_its_whole_way_by_three_programs(of: Program, bank: Desk):
    head, path = of("head"), f"/api/v1/items/{HEAD}"
    head.put(f"{path}/answer", json=NINE, headers={"if-match": head.get(path).headers["etag"]})
    refused = head.post("/api/v1/items/submit", json={"ids": [HEAD]}).json()
    assert refused["done"] == [] and "差异" in refused["rest"][HEAD]
    explained = head.post(f"{path}/explanation", json={"words": "两支队伍合并"}, headers={
        "if-match": head.get(path).headers["etag"]})
    assert explained.json()["explanation"] == "两支队伍合并"
    told = head.post("/api/v1/items/submit", json={"ids": [HEAD]}).json()
    assert [i["state"] for i in told["done"]] == ["submitted"]
    assert of("head").post(f"{path}/explanation/accept").status_code == 403
    assert of("checker").post(f"{path}/explanation/accept").status_code == 200
    seen = {HEAD: of("checker").get(path).json()["content"]}
    assert of("checker").post("/api/v1/items/review", json={"ids": [HEAD], "seen": seen}).json()["rest"] == {}
    assert of("checker").post("/api/v1/items/approve", json={"ids": [HEAD]}).status_code == 403
    done = of("signer").post("/api/v1/items/approve", json={"ids": [HEAD], "seen": seen}).json()
    assert [i["state"] for i in done["done"]] == ["approved"]
    status = of("office").get("/api/v1/campaigns/2024/status").json()
    assert status["approved"] == 1 and status["percent"] == 100 // status["total"]


def test_a_token_that_reads_does_not_file(of: Program, bank: Desk):
    reader = of("head", "read_figures", "read_items")
    before = bank.journal.head()
    tag = {"if-match": reader.get(f"/api/v1/items/{HEAD}").headers["etag"]}
    assert reader.put(f"/api/v1/items/{HEAD}/answer", json=NINE, headers=tag).status_code == 403
    assert reader.post("/api/v1/items/submit", json={"ids": [HEAD]}).status_code == 403
    assert reader.post("/api/v1/comments", json={"about": f"item/{HEAD}", "words": "x"}).status_code == 403
    assert bank.journal.head() == before


def test_gaps_are_findings_and_come_in_pages(of: Program):
    for account, name in (("east", EAST), ("west", WEST)):
        tag = {"if-match": of(account).get(f"/api/v1/items/{name}").headers["etag"]}
        lacking = {"answered": "not_available", "reason": "登记册遗失"}
        of(account).put(f"/api/v1/items/{name}/answer", json=lacking, headers=tag)
    told = of("office").get("/api/v1/findings?sort=gap&limit=1").json()
    assert told["counts"]["gap"] == 2 and told["next"] == 1 and "登记册遗失" in told["findings"][0]["words"]
    rest = of("office").get("/api/v1/findings?sort=gap&limit=1&skip=1").json()
    assert rest["next"] is None and rest["findings"][0]["item"] != told["findings"][0]["item"]


@pytest.mark.parametrize("url", [
    "http://127.0.0.1/hook", "https://127.0.0.1/hook", "https://10.0.0.1/", "http://169.254.169.254/latest/meta-data/",
    "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://localhost/", "https://2130706433/", "https://0x7f000001/",
    "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "http://8.8.8.8/", "https://user:pw@8.8.8.8/",
    "https://8.8.8.8/\r\nX-Evil: 1",
])
def test_a_webhook_into_the_banks_own_network_is_refused(of: Program, bank: Desk, url: str):
    admin = of("admin")
    before = bank.journal.head()
    answer = admin.post("/api/v1/webhooks", json={"url": url, "verbs": ["filed"]})
    assert answer.status_code == 422 and bank.journal.head() == before


def test_a_webhook_is_set_shown_without_its_key_and_taken_away(of: Program):
    admin = of("admin")
    made = admin.post("/api/v1/webhooks", json={"url": "https://8.8.8.8/hook", "verbs": ["filed"], "label": "数仓"})
    assert made.status_code == 201 and len(made.json()["secret"]) >= 32
    listed = admin.get("/api/v1/webhooks")
    assert [w["label"] for w in listed.json()["webhooks"]] == ["数仓"] and made.json()["secret"] not in listed.text
    name = made.json()["id"]
    assert admin.delete(f"/api/v1/webhooks/{name}").status_code == 204
    assert admin.delete(f"/api/v1/webhooks/{name}").status_code == 404


GUESS = {"method": "engineering", "share": "12.5", "reason": "检修两个月"}


def test_an_estimate_is_filed_read_back_and_taken_away(of: Program, bank: Desk):
    west, path = of("west"), f"/api/v1/items/{WEST}"

    def put(said: dict[str, object]):
        return west.put(f"{path}/answer", json=said, headers={"if-match": west.get(path).headers["etag"]})

    filed = put({"answered": "value", "value": "31", "source": "登记册", "estimate": GUESS})
    assert filed.status_code == 200 and filed.json()["estimate"] == GUESS and filed.json()["quality"] == 4
    content = filed.json()["content"]
    for wrong in (GUESS | {"method": "astrology"}, GUESS | {"share": "0"}, GUESS | {"share": "-1"},
                  GUESS | {"share": "101"}, GUESS | {"reason": ""}, GUESS | {"more": 1}, {"method": "other"}):
        assert put({"answered": "value", "value": "31", "source": "登记册", "estimate": wrong}).status_code == 422
    assert west.get(path).json()["content"] == content
    plain = put({"answered": "value", "value": "31", "source": "登记册"})
    assert plain.json()["estimate"] is None and plain.json()["content"] != content


def test_a_ledger_is_delivered_watched_corrected_and_withdrawn(of: Program, bank: Desk):
    head, path = of("head"), "/api/v1/ledgers"
    rows = "活动编号,活动日期,机构,服务类别,参加人次,服务时长\n" + "A-1,2024-05-01,B01,education,{n},10.0\n"

    def send(n: object, **said: str) -> Response:
        return head.post(path, data={"dataset": "volunteering", **said}, files={"file": ("志愿.csv", rows.format(n=n))})

    sent = send(7, rows="1")
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    assert send(7, rows="1").json()["id"] == sent.json()["id"], "the same bytes are the same delivery"
    run_due(bank)
    first = head.get(f"{path}/{sent.json()['id']}").json()
    assert (first["state"], first["rows"], first["used"], first["refused"]) == ("accepted", 1, 1, 0)
    assert first["totals"]["参加人次"] == "7"
    bad = send("七").json()["id"]
    better = send(9, replaces=first["id"]).json()["id"]
    run_due(bank)
    refused = head.get(f"{path}/{bad}").json()
    assert refused["state"] == "refused" and {(f["row"], f["column"]) for f in refused["findings"]} == {(2, "参加人次")}
    assert head.get(f"{path}/{first['id']}").json()["state"] == "replaced"
    assert head.post(f"{path}/{better}/withdraw", json={"reason": "口径有误"}).status_code == 204
    assert {d["id"]: d["state"] for d in head.get(path, params={"dataset": "volunteering"}).json()["deliveries"]} == {
        first["id"]: "replaced", bad: "refused", better: "withdrawn"}
    assert len(head.get(path, params={"limit": 1}).json()["deliveries"]) == 1
    assert send(9, dataset="nothing").status_code == 404
    assert of("head", "read_records").post(path, data={"dataset": "volunteering"}, files={"file": ("a.csv", "x")}
                                           ).status_code == 403
