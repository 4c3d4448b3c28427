"""A ledger that a campaign's figures rest on is missed by a build, as one that a page rests on is."""

from __future__ import annotations

from qingce.services.desk.campaign import ask, drop, extend
from qingce.services.desk.desk import Desk
from qingce.services.feed import Feed
from qingce.services.project import Project
from qingce.services.undelivered import undelivered
from tests.services.desk.offices import by


def test_what_a_campaign_asks_for_rests_on_its_ledger_until_it_is_dropped(bank: Desk):
    (bank.folder / "records" / "volunteering.csv").unlink()
    (bank.folder / "pages" / "00-volunteering.md").write_text("无数字。\n", encoding="utf-8")
    extend(bank, by(bank, "office"), "2024", [ask(bank, "volunteer_events", ("HEAD",))])
    feed = Feed(url=bank.store.url.render_as_string(hide_password=False))
    [finding] = undelivered(Project(bank.folder, feed=feed), ())
    assert [dict(row) for row in finding.rows] == [{"指标": "志愿服务活动场次", "用在": "青册收集"}]
    drop(bank, by(bank, "office"), "2024", ["2024/volunteer_events/HEAD"], "不再收集")
    assert undelivered(Project(bank.folder, feed=feed), ()) == []
