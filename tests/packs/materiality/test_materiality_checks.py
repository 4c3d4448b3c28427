"""Rules on the list of material topics: what passes, what fails, what does not apply."""

import datetime as dt

import pytest
from tests.conftest import computation_of

from qingce.core.figure import FigureKey
from qingce.packs.materiality import checks, records
from qingce.services.content import load_registry

DAY = dt.date(2024, 12, 31)


@pytest.fixture
def topics(operand):
    """Topics as a family: total, environmental, social, governance."""

    def make(total, environmental, social, governance):
        members = {
            "environmental": (environmental, ""),
            "social": (social, ""),
            "governance": (governance, ""),
        }
        return operand(f"{total} 项", "category", members)

    return make


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (("26", "8", "11", "7"), "pass"),
        (("25", "8", "11", "7"), "fail"),
        (("—", "8", "11", "7"), "not applicable"),
    ],
)
def test_topics_by_category_add_up(judge, topics, counts, verdict):
    assert judge(checks.topics_by_category_add_up, topics(*counts)) == verdict


@pytest.mark.parametrize(
    ("points", "verdict"), [("25", "pass"), ("26", "pass"), ("27", "fail"), ("—", "not applicable")]
)
def test_matrix_points_within_topics(judge, topics, points, verdict):
    given = (f"{points} 个", topics("26", "8", "11", "7"))
    assert judge(checks.matrix_points_within_topics, *given) == verdict


@pytest.mark.parametrize(("plotted", "bad"), [(True, []), (False, [10])])
def test_every_topic_is_plotted(bad_rows, plotted, bad):
    """Topic 10 stands in the list and not in the matrix of the report."""
    rows = [
        {"topic_no": 9, "as_of": DAY, "title": "员工健康", "category": "social", "plotted": True},
        {"topic_no": 10, "as_of": DAY, "title": "员工待遇", "category": "social", "plotted": plotted},
    ]
    assert [
        row["topic_no"] for row in bad_rows(checks.every_topic_is_plotted, records.material_topic, rows)
    ] == bad


@pytest.mark.parametrize(("title", "bad"), [("员工待遇", 0), ("员工健康", 1)])
def test_topic_titles_are_unique(bad_rows, title, bad):
    rows = [
        {"topic_no": 9, "as_of": DAY, "title": "员工健康", "category": "social", "plotted": True},
        {"topic_no": 10, "as_of": DAY, "title": title, "category": "social", "plotted": True},
    ]
    assert len(bad_rows(checks.topic_titles_are_unique, records.material_topic, rows)) == bad


def test_topics_and_points_of_the_matrix(tmp_path):
    """
    material_topic
    topic_no | as_of      | title    | category   | plotted
    9        | 2024-12-31 | 员工健康 | social     | 是
    10       | 2024-12-31 | 员工待遇 | social     | 否
    26       | 2024-12-31 | 风险管理 | governance | 是
    """
    found = computation_of(test_topics_and_points_of_the_matrix.__doc__, tmp_path, load_registry(None, None))
    assert found.figure(FigureKey("material_topics", "LZB", "2024")).value == 3
    assert found.figure(FigureKey("material_topics", "LZB", "2024", (("category", "social"),))).value == 2
    assert (
        found.figure(FigureKey("material_topics", "LZB", "2024", (("category", "environmental"),))).value == 0
    )
    assert found.figure(FigureKey("materiality_matrix_points", "LZB", "2024")).value == 2
