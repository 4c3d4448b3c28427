"""The list of figures before and after anything was computed."""

from __future__ import annotations

from collections.abc import Callable

from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.services.project import Project
from qingce.services.publish import build


def test_dashes_of_a_desk_that_computed_nothing_are_explained(bank: Desk, of: Callable[[str], TestClient]):
    for page in ("/figures", "/findings", "/preview"):
        told = of("office").get(page).text
        assert "还没有编制" in told and "按此重新编制" in told and "没有疑点<" not in told
        told = of("assurer").get(page).text
        assert "还没有编制" in told and "按此重新编制" not in told
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    assert all("还没有编制" not in of("office").get(page).text for page in ("/figures", "/findings", "/preview"))


def test_a_page_that_prints_a_figure_is_one_press_away(bank: Desk, of: Callable[[str], TestClient]):
    reader = of("assurer")
    assert 'href="/preview/volunteering"' in reader.get("/figures/volunteer_hours/HEAD/2024").text
    assert reader.get("/preview/volunteering").status_code == 200
